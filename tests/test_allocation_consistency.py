"""Axioms that tie the shares of a game to those of its parts, of reduced games and of games beside it.

Each axiom is how far a rule is from it: nothing for the rules that it characterises or that are known to hold it, and
much for a rule that is known not to hold it, on some of a few fixed games. So every axiom here can fail.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterpool.allocation import CostGame, Rule, Weighing, allocate
from clusterpool.allocation.coalitions import alone, subset_sums
from tests.oracles.sharing_oracle import incidence
from tests.test_allocation_rules import random_table, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

NEAR = 1e-6
FAR = 0.1
WEIGHTS = (1.0, 2.5, 0.4, 3.0, 1.7)
UNIONS = ((0, 1), (2, 3), (4,))


class Solution(NamedTuple):
    """A rule with its terms, of players that keep their number in every part of a game."""

    rule: Rule
    weighted: bool = False
    imputations: bool = True

    def __str__(self) -> str:
        kind = "weighted " * self.weighted + "pre" * (not self.imputations)
        return kind + self.rule.value

    def __call__(self, table: Table, players: Sequence[int]) -> Table:
        """What each of the players pays."""
        names = [str(player) for player in players]
        masks = range(1, len(table))
        costs = {tuple(p for i, p in enumerate(names) if mask >> i & 1): table[mask] for mask in masks}
        unions = {str(k): [str(p) for p in union if p in players] for k, union in enumerate(UNIONS)}
        found = allocate(
            CostGame.from_table(costs),
            self.rule,
            unions=unions if self.rule is Rule.OWEN else None,
            weights={name: WEIGHTS[int(name)] for name in names} if self.weighted else None,
            imputations=self.imputations,
        )
        return np.array([found.shares[name] for name in names])


SHAPLEY, WEIGHTED, OWEN = Solution(Rule.SHAPLEY), Solution(Rule.SHAPLEY, weighted=True), Solution(Rule.OWEN)
ACAM, EQUAL_CHARGE = Solution(Rule.ACAM), Solution(Rule.EQUAL_CHARGE)
NUCLEOLUS, PRENUCLEOLUS = Solution(Rule.NUCLEOLUS), Solution(Rule.NUCLEOLUS, imputations=False)
PER_CAPITA = Solution(Rule.PER_CAPITA_NUCLEOLUS, imputations=False)
PROPORTIONAL = Solution(Rule.PROPORTIONAL_NUCLEOLUS, imputations=False)
NUCLEOLI = tuple(Solution(one.rule) for one in (NUCLEOLUS, PER_CAPITA, PROPORTIONAL))
WEIGHINGS = dict.fromkeys(Rule, Weighing.PLAIN) | {
    Rule.PER_CAPITA_NUCLEOLUS: Weighing.PER_CAPITA,
    Rule.PROPORTIONAL_NUCLEOLUS: Weighing.PROPORTIONAL,
}


def everybody(table: Table) -> list[int]:
    return list(range(len(table).bit_length() - 1))


def parts(players: Sequence[int], least: int = 1) -> Iterator[tuple[int, ...]]:
    """The groups of some of the players, but not of all."""
    return itertools.chain.from_iterable(itertools.combinations(players, k) for k in range(least, len(players)))


def mask_of(players: Sequence[int]) -> int:
    return sum(1 << player for player in players)


def masks_in(players: Sequence[int]) -> list[int]:
    """The coalitions within a group, in the order of its own table."""
    return subset_sums(np.array([float(1 << player) for player in players])).astype(int).tolist()


def subgame(table: Table, players: Sequence[int]) -> Table:
    return table[masks_in(players)]


def without(players: Sequence[int], *leaving: int) -> list[int]:
    return [player for player in players if player not in leaving]


def paid(solution: Solution, table: Table, players: Sequence[int]) -> dict[int, float]:
    """What each of a group pays in the game of the group alone."""
    return dict(zip(players, solution(subgame(table, players), players).tolist(), strict=True))


def davis_maschler(table: Table, shares: Table, players: Sequence[int]) -> Table:
    """What a group's coalitions cost where they may take others with them, who pay their shares."""
    beside = masks_in(without(everybody(table), *players))
    owed = np.concatenate([[0.0], incidence(len(shares)) @ shares])
    reduced = np.array([min(table[mask | other] - owed[other] for other in beside) for mask in masks_in(players)])
    reduced[0], reduced[-1] = 0.0, owed[mask_of(players)]
    return reduced


def from_davis_maschler(solution: Solution, table: Table) -> float:
    """In the reduced game of any group everybody pays the same. Sobolev 1975; Peleg & Sudhölter 2007."""
    shares = solution(table, everybody(table))
    return max(
        np.abs(solution(davis_maschler(table, shares, group), group) - shares[list(group)]).max()
        for group in parts(everybody(table))
    )


def from_hart_mas_colell(solution: Solution, table: Table) -> float:
    """The same where the others pay what the rule gives them there. Hart & Mas-Colell, Econometrica 57, 1989."""
    players = everybody(table)
    shares, off = solution(table, players), 0.0
    for group in parts(players):
        outside = without(players, *group)
        reduced = np.zeros(2 ** len(group))
        for own, coalition in enumerate(masks_in(group)):
            joined = [p for p in players if coalition >> p & 1 or p in outside]
            due = paid(solution, table, joined)
            reduced[own] = table[mask_of(joined)] - sum(due[p] for p in outside) if own else 0.0
        off = max(off, np.abs(solution(reduced, group) - shares[list(group)]).max())
    return off


def _from_balance(solution: Solution, table: Table, pairs: Iterator[tuple[int, int]]) -> float:
    players, off = everybody(table), 0.0
    shares = paid(solution, table, players)
    for i, j in pairs:
        mine = shares[i] - paid(solution, table, without(players, j))[i]
        yours = shares[j] - paid(solution, table, without(players, i))[j]
        scale = (WEIGHTS[i], WEIGHTS[j]) if solution.weighted else (1.0, 1.0)
        off = max(off, abs(mine / scale[0] - yours / scale[1]))
    return off


def from_balanced_contributions(solution: Solution, table: Table) -> float:
    """What one loses if another leaves the other loses if it leaves, for its weight. Myerson 1980."""
    return _from_balance(solution, table, itertools.combinations(everybody(table), 2))


def from_balance_within_unions(solution: Solution, table: Table) -> float:
    """The same of two of one union. Calvo, Lasaga & Winter, Mathematical Social Sciences 31, 1996."""
    pairs = itertools.chain.from_iterable(itertools.combinations(union, 2) for union in UNIONS)
    return _from_balance(solution, table, (pair for pair in pairs if max(pair) < len(everybody(table))))


def _between_unions(table: Table) -> tuple[list[list[int]], Table]:
    """The unions, and the game whose players they are."""
    unions = [[p for p in union if p in everybody(table)] for union in UNIONS]
    unions = [union for union in unions if union]
    return unions, table[subset_sums(np.array([float(mask_of(union)) for union in unions])).astype(int)]


def from_quotient_game(solution: Solution, table: Table) -> float:
    """A union pays what it would pay as one player among the unions as players. Owen 1977."""
    unions, between = _between_unions(table)
    shares = solution(table, everybody(table))
    due = SHAPLEY(between, range(len(unions)))
    return max(abs(shares[union].sum() - amount) for union, amount in zip(unions, due, strict=True))


def from_balance_between_unions(solution: Solution, table: Table) -> float:
    """What one union loses if another leaves the other loses if it leaves. Calvo, Lasaga & Winter 1996."""
    players, off = everybody(table), 0.0
    unions, _ = _between_unions(table)
    shares = paid(solution, table, players)
    for one, other in itertools.combinations(unions, 2):
        lost = []
        for stays, leaves in ((one, other), (other, one)):
            left = paid(solution, table, without(players, *leaves))
            lost.append(sum(shares[p] - left[p] for p in stays))
        off = max(off, abs(lost[0] - lost[1]))
    return off


def claims(solution: Solution, table: Table) -> Iterator[tuple[int, int, float, float]]:
    """Of each two players the most that each has to hold against the other, in the unit of the rule's excess."""
    weighing = WEIGHINGS[solution.rule]
    rows = incidence(len(everybody(table)))
    excess = (rows @ solution(table, everybody(table)) - table[1:]) / weighing.slopes(rows, table[1:])
    for i, j in itertools.combinations(everybody(table), 2):
        yield i, j, excess[rows[:, i] > rows[:, j]].max(), excess[rows[:, j] > rows[:, i]].max()


def from_prekernel(solution: Solution, table: Table) -> float:
    """No player has more to hold against another than the other has. Maschler, Peleg & Shapley 1972."""
    return max(abs(mine - yours) for _, _, mine, yours in claims(solution, table))


def from_kernel(solution: Solution, table: Table) -> float:
    """Nobody pays more than alone, and who has less to hold against another pays just that. Davis & Maschler, 1965."""
    if alone(table).sum() < table[-1]:
        return 0.0
    room = alone(table) - solution(table, everybody(table))
    off = -float(room.min())
    for i, j, mine, yours in claims(solution, table):
        off = max(off, min(mine - yours, room[j]), min(yours - mine, room[i]))
    return off


def _dearer_to_join(table: Table) -> Table:
    """A game with quite other costs where player 0 adds as much to some coalitions and more to others."""
    rng = np.random.default_rng(table.astype(np.int64).tolist())
    added = table[1::2] - table[::2]
    more = rng.integers(0, 2, len(added)) * rng.uniform(0.0, 9.0, len(added))
    other = np.repeat(np.append(0.0, rng.uniform(1.0, 60.0, len(added) - 1)), 2)
    other[1::2] += added + more
    return other


def from_strong_monotonicity(solution: Solution, table: Table) -> float:
    """Who adds no less to any coalition pays no less, whatever else is changed. Young 1985."""
    players = everybody(table)
    return float(solution(table, players)[0] - solution(_dearer_to_join(table), players)[0])


def from_additivity(solution: Solution, table: Table) -> float:
    """Two games together are shared as each by itself. Shapley 1953."""
    players, other = everybody(table), _dearer_to_join(table)
    together = solution(table + other, players)
    return float(np.abs(together - solution(table, players) - solution(other, players)).max())


class Axiom(NamedTuple):
    """How far a rule is from an axiom, rules that hold it, and rules that do not."""

    off: Callable[[Solution, Table], float]
    holds: tuple[Solution, ...]
    fails: tuple[Solution, ...]


AXIOMS = (
    Axiom(from_davis_maschler, (PRENUCLEOLUS,), (SHAPLEY, PER_CAPITA, ACAM, NUCLEOLUS)),
    Axiom(from_hart_mas_colell, (SHAPLEY, WEIGHTED), (PRENUCLEOLUS, OWEN, ACAM, EQUAL_CHARGE)),
    Axiom(from_balanced_contributions, (SHAPLEY, WEIGHTED), (PRENUCLEOLUS, OWEN, ACAM, EQUAL_CHARGE)),
    Axiom(from_balance_within_unions, (OWEN, SHAPLEY), (PRENUCLEOLUS, ACAM)),
    Axiom(from_balance_between_unions, (OWEN,), (SHAPLEY, PRENUCLEOLUS)),
    Axiom(from_quotient_game, (OWEN,), (SHAPLEY, PRENUCLEOLUS)),
    Axiom(from_prekernel, (PRENUCLEOLUS, PER_CAPITA, PROPORTIONAL), (SHAPLEY, ACAM, NUCLEOLUS)),
    Axiom(from_kernel, NUCLEOLI, (SHAPLEY, ACAM, PRENUCLEOLUS)),
    Axiom(from_strong_monotonicity, (SHAPLEY, WEIGHTED, OWEN), (PRENUCLEOLUS, PER_CAPITA, ACAM, EQUAL_CHARGE)),
    Axiom(from_additivity, (SHAPLEY, WEIGHTED, OWEN, EQUAL_CHARGE), (PRENUCLEOLUS, ACAM)),
)


def pairs_of(kind: str) -> list[object]:
    return [
        pytest.param(axiom, solution, id=f"{axiom.off.__name__}-{solution}")
        for axiom in AXIOMS
        for solution in getattr(axiom, kind)
    ]


@pytest.mark.parametrize(("axiom", "solution"), pairs_of("holds"))
@settings(max_examples=25, deadline=None)
@given(table=st.one_of(tables(least=2), st.builds(random_table, st.integers(0, 999), st.integers(2, 5))))
def test_a_rule_holds_its_axiom(axiom: Axiom, solution: Solution, table: Table) -> None:
    assert axiom.off(solution, table) <= NEAR


@pytest.mark.parametrize(("axiom", "solution"), pairs_of("fails"))
def test_another_rule_does_not(axiom: Axiom, solution: Solution) -> None:
    assert any(axiom.off(solution, random_table(seed, n=4)) > FAR for seed in range(20))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), n=st.integers(2, 5))
def test_the_nucleolus_over_imputations_is_consistent_where_there_is_a_core(seed: int, n: int) -> None:
    needs = subset_sums(np.random.default_rng(seed).uniform(1.0, 9.0, n))
    assert from_davis_maschler(NUCLEOLUS, 10.0 * np.sqrt(needs)) <= NEAR
