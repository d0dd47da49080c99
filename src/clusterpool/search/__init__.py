"""Serves one coalition over the known trips: exactly where its model is small, else by a short search."""

from clusterpool.search.records import Hint, PieceCost, Served
from clusterpool.search.serving import serve
from clusterpool.search.tasks import HURRY_S, Task, is_large, pieces_of, task_of

__all__ = ["HURRY_S", "Hint", "PieceCost", "Served", "Task", "is_large", "pieces_of", "serve", "task_of"]
