"""Shapley value and nucleolus of full tables, beside coopgame-py.

Seconds of processor time and of the clock, the median of some runs, for several kinds of games; the time that the other
package takes to read the table is not counted.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any

import coopgame
import numpy as np

from clusterpool.allocation.coalitions import subset_sums
from clusterpool.allocation.nucleolus import nucleolus
from clusterpool.allocation.values import shapley

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

LARGEST_WILD = 18
"""Random tables without any order need many levels; beyond this they take minutes with either package."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sizes to measure."""
    parser.add_argument("--shapley", type=int, nargs="*", default=list(range(16, 25, 2)), help="numbers of players")
    parser.add_argument("--nucleolus", type=int, nargs="*", default=list(range(10, 23, 2)), help="numbers of players")
    parser.add_argument("--kinds", nargs="*", choices=sorted(KINDS), default=sorted(KINDS))
    parser.add_argument("--repeat", type=int, default=3)


def run(arguments: argparse.Namespace) -> None:
    """Print one line a rule, kind of game and number of players."""
    print(
        f"{'rule':10} {'game':10} {'n':>3} {'ours cpu':>10} {'wall':>8} {'coopgame':>10} {'wall':>8} {'cpu ratio':>10}"
        f" {'difference':>11}"
    )
    for n in arguments.shapley:
        _compare("shapley", "noisy", n, arguments.repeat)
    for n in arguments.nucleolus:
        for kind in arguments.kinds:
            if kind not in {"wild", "near"} or n <= LARGEST_WILD:
                _compare("nucleolus", kind, n, arguments.repeat)


def _compare(rule: str, kind: str, n: int, repeat: int) -> None:
    table = KINDS[kind](n)
    game = coopgame.Game((-table[1:]).tolist())
    mine, theirs = (shapley, coopgame.shapley) if rule == "shapley" else (nucleolus, coopgame.nucleolus)
    cpu, wall, shares = _timed(lambda: mine(table), repeat)
    other_cpu, other_wall, answer = _timed(lambda: theirs(game), repeat)
    other = -np.array(answer["allocation"] if isinstance(answer, dict) else answer)
    print(
        f"{rule:10} {kind:10} {n:3} {cpu:10.4f} {wall:8.4f} {other_cpu:10.4f} {other_wall:8.4f}"
        f" {other_cpu / max(cpu, 1e-6):10.2f} {np.abs(shares - other).max():11.1e}",
        flush=True,
    )


def _timed(call: Callable[[], Any], repeat: int) -> tuple[float, float, Any]:
    cpus, walls, answer = [], [], None
    for _ in range(repeat):
        cpu, wall = time.process_time(), time.perf_counter()
        answer = call()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return median(cpus), median(walls), answer


def _needs(n: int) -> Table:
    return subset_sums(np.random.default_rng(0).integers(1, 20, n).astype(np.float64))


def noisy(n: int) -> Table:
    """Concave in the needs, each cost up to 2 % off."""
    table: Table = 10.0 * np.sqrt(_needs(n)) * (1.0 + 0.02 * np.random.default_rng(1).random(2**n))
    return table


def trucks(n: int) -> Table:
    """So many trucks of 25 at 30 each: many equal costs."""
    return np.ceil(_needs(n) / 25.0) * 30.0


def airport(n: int) -> Table:
    """The longest runway that somebody needs."""
    table = np.zeros(2**n)
    for i, cost in enumerate(np.sort(np.random.default_rng(0).integers(1, 60, n)).astype(np.float64)):
        table[2**i : 2 ** (i + 1)] = np.maximum(table[: 2**i], cost)
    return table


def discount(n: int) -> Table:
    """Nearly additive, with a discount for everybody."""
    rng = np.random.default_rng(0)
    table: Table = subset_sums(rng.uniform(1.0, 10.0, n)) * (0.8 + 0.2 * rng.random(2**n))
    table[-1] *= 0.85
    return table


def near(n: int) -> Table:
    """Whole numbers from 30 to 49, in no order."""
    return _whole(n, 30, 50)


def wild(n: int) -> Table:
    """Whole numbers from 1 to 99, in no order."""
    return _whole(n, 1, 100)


def _whole(n: int, low: int, high: int) -> Table:
    table: Table = np.random.default_rng(0).integers(low, high, 2**n).astype(np.float64)
    table[0] = 0.0
    return table


KINDS: dict[str, Callable[[int], Table]] = {
    "airport": airport,
    "discount": discount,
    "near": near,
    "noisy": noisy,
    "trucks": trucks,
    "wild": wild,
}
