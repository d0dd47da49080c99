"""The pool as a cost game: its players, what coalitions cost, and who solves them where."""

from clusterpool.game.oracle import PoolOracle, pool_oracle
from clusterpool.game.pool_game import cost_game, idle_players, players_of, separation_of

__all__ = [
    "PoolOracle",
    "cost_game",
    "idle_players",
    "players_of",
    "pool_oracle",
    "separation_of",
]
