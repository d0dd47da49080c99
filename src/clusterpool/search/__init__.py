"""Serves one coalition over the known trips: exactly where its model is small, else by a short search."""

from clusterpool.search.pieces import Timed, grand_basis, is_all_searched, solve_coalitions, united, with_plans
from clusterpool.search.records import Buying, Hint, PieceCost, Point, Served
from clusterpool.search.serving import serve
from clusterpool.search.tasks import HURRY_S, Task, is_large, pieces_of, task_of
from clusterpool.search.unions import CHEAPER, cheapest_pair, cheapest_partition, union

__all__ = [
    "CHEAPER",
    "HURRY_S",
    "Buying",
    "Hint",
    "PieceCost",
    "Point",
    "Served",
    "Task",
    "Timed",
    "cheapest_pair",
    "cheapest_partition",
    "grand_basis",
    "is_all_searched",
    "is_large",
    "pieces_of",
    "serve",
    "solve_coalitions",
    "task_of",
    "union",
    "united",
    "with_plans",
]
