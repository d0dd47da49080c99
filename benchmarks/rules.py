"""Shapley value and nucleolus through the public door, beside coopgame-py: processor seconds of `allocate`.

One run measures both packages on the same tables, the median of some repeats; what either takes to read the table is in
columns of its own. Shapley values are measured on games where the shares lie in the core and on games where they do
not, since proving that a core is empty takes longer than the shares: `core` is what the report takes once asked for.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, TypeVar, cast

import coopgame
import numpy as np

import clusterpool as cp
from clusterpool.allocation.coalitions import subset_sums

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

T = TypeVar("T")
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
        f"{'rule':10} {'game':9} {'n':>3} {'ours':>9} {'coopgame':>9} {'times':>7} {'reading':>9} {'coopgame':>9}"
        f" {'core':>8} {'status':12} {'difference':>10}"
    )
    for n in arguments.shapley:
        for kind in ("noisy", "near"):
            _compare(cp.Rule.SHAPLEY, kind, n, arguments.repeat)
    for n in arguments.nucleolus:
        for kind in arguments.kinds:
            if kind not in {"wild", "near"} or n <= LARGEST_WILD:
                _compare(cp.Rule.NUCLEOLUS, kind, n, arguments.repeat)


def _compare(rule: cp.Rule, kind: str, n: int, repeat: int) -> None:
    table = KINDS[kind](n)
    names, values = [f"M{i:02}" for i in range(n)], (-table[1:]).tolist()
    read, game = _timed(lambda: cp.CostGame.from_costs(names, table), repeat)
    other_read, other_game = _timed(lambda: coopgame.Game(values), repeat)
    theirs = coopgame.shapley if rule is cp.Rule.SHAPLEY else coopgame.nucleolus
    cpu, found = _timed(lambda: cp.allocate(game, rule), repeat)
    other_cpu, answer = _timed(lambda: theirs(other_game), repeat)
    proof, status = _timed(lambda: cp.allocate(game, rule).core.status, 1)
    other = -np.array(answer["allocation"] if isinstance(answer, dict) else answer)
    off = np.abs(np.array(list(found.shares.values())) - other).max()
    print(
        f"{rule.value:10} {kind:9} {n:3} {cpu:9.4f} {other_cpu:9.4f} {other_cpu / max(cpu, 1e-6):7.2f} {read:9.4f}"
        f" {other_read:9.4f} {max(0.0, proof - cpu):8.3f} {status.value:12} {off:10.1e}",
        flush=True,
    )


def _timed(call: Callable[[], T], repeat: int) -> tuple[float, T]:
    """Processor seconds, the median of some runs, and what the last one gave."""
    seconds, answer = [], None
    for _ in range(max(1, repeat)):
        begun = time.process_time()
        answer = call()
        seconds.append(time.process_time() - begun)
    return median(seconds), cast("T", answer)


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
