"""The allocation as a noun: shares, what is proven about them, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.explaining import MOST_SOLVES, Question, explain
from clusterpool.allocation.intervals import intervals_of
from clusterpool.allocation.reasons import Clause, openness_of, proof_of, sentence
from clusterpool.allocation.rules import SHAPLEY_VALUES, Rule
from clusterpool.allocation.sampling import resampled
from clusterpool.allocation.terms import Terms, divide, request_of
from clusterpool.language import Language
from clusterpool.notebook import card

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clusterpool.allocation.core import CoreReport
    from clusterpool.allocation.costs import Part
    from clusterpool.allocation.explanation import Explanation
    from clusterpool.allocation.game import CostGame


@dataclass(frozen=True, slots=True)
class Draw:
    """How shares are sampled: budget of solves, seed, and the rounds drawn of each block that is not exact.

    `out_of_time` where a time limit ended it, so that another run may end elsewhere.
    """

    budget: int
    seed: int
    rounds: tuple[int, ...] = ()
    out_of_time: bool = False


@dataclass(frozen=True)
class Allocation:
    """The cost of a game divided among its players.

    Where all coalitions are given or solved, `core`, `intervals` and `why` are worked out when first asked for: proving
    that a core is empty takes longer than most rules.

    Parameters
    ----------
    rule : Rule
        The rule that was used.
    shares : Mapping of str to float
        What each player pays, in the pool's currency, unrounded; the sum is c(N) within 1e-6.
    core : CoreReport
        What is proven about coalitions that would be better off alone.
    standard_error : Mapping of str to float
        Of sampled shares, widened where rounds are few so that 1.96 of them hold 95 % (Student's t); 0 where the rule
        is computed exactly.
    why : tuple of Clause
        Which rule, why, and what is proven: what `reason` says.
    solves : int
        The coalitions that had to be solved for it.
    game : CostGame or None
        The game that was shared; what is solved of it answers the questions of `explain`.
    terms : Terms
        What the rule was told besides the game.
    intervals : Mapping of str to tuple of two floats
        What each share lies between, wherever between its bound and its cost each coalition's true cost may lie;
        c(N) is the plan's cost. Infinite ends where nothing is proven; how: `clusterpool.allocation.intervals`.
    draw : Draw or None
        How the shares were sampled; None where they are exact.
    """

    rule: Rule
    shares: Mapping[str, float]
    core: CoreReport
    standard_error: Mapping[str, float]
    why: tuple[Clause, ...]
    solves: int
    game: CostGame | None = field(default=None, compare=False, repr=False)
    terms: Terms = field(default=Terms(), compare=False, repr=False)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    draw: Draw | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of_table(
        cls,
        rule: Rule,
        shares: Mapping[str, float],
        chosen: tuple[Clause, ...],
        *,
        solves: int,
        game: CostGame,
        terms: Terms,
    ) -> Allocation:
        """Exact shares of a game of which all coalitions are known; what is proven of them waits to be asked for.

        Parameters
        ----------
        chosen : tuple of Clause
            Which rule and why: the beginning of `why`.
        """
        allocation = object.__new__(cls)
        errors = dict.fromkeys(game.players, 0.0)
        vars(allocation).update(rule=rule, shares=shares, standard_error=errors, solves=solves, game=game, terms=terms)
        vars(allocation).update(draw=None, _chosen=chosen)
        return allocation

    if not TYPE_CHECKING:  # a type checker is to find names that are none

        def __getattr__(self, name: str) -> object:
            """What is proven of the shares, at the first time it is asked for."""
            if name not in _PROVEN or "_chosen" not in vars(self):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            return vars(self).setdefault(name, _PROVEN[name](self))

    def explain(self, *, solve: bool = False, top: int = 10, max_solves: int | None = None) -> Explanation:
        """Who loses what if one leaves, which coalitions are worst off, who pays more than alone, and all rules.

        Parameters
        ----------
        solve : bool
            Whether coalitions may be solved for the answers: every player alone, everybody but one, and what the rules
            need. A game with a separation is asked for the coalition that is worst off, with a bound for all, and
            rules that lack more than 255 coalitions are found by row generation. By default only what is solved
            answers. What is not solved, or not in time, is NaN.
        top : int
            How many of the worst coalitions are listed.
        max_solves : int, optional
            How many coalitions may be solved, by default 65,535.

        Raises
        ------
        ValueError
            The allocation does not know its game.

        Examples
        --------
        >>> from clusterpool.allocation import CostGame, Rule, allocate
        >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
        >>> allocate(game, Rule.SHAPLEY).explain().leaving[["player", "pays", "adds", "others_lose"]]
          player  pays  adds  others_lose
        0      A   4.5   3.0          1.5
        1      B   5.5   4.0          1.5
        """
        if self.game is None:
            raise ValueError("this allocation does not know its game: make it with allocate()")
        most = (MOST_SOLVES if max_solves is None else max_solves) if solve else 0
        asked = Question(self.game, self.rule, self.shares, self.terms, self.core, self.intervals, solve, most)
        return explain(asked, top=top)

    @property
    def reason(self) -> str:
        """One English sentence: which rule, why, and what is proven."""
        return self.reason_in(Language.ENGLISH)

    def reason_in(self, language: Language | str, *, currency: str = "") -> str:
        """The sentence in a language; `currency` is the ISO code of all amounts, blank: none is named.

        Examples
        --------
        >>> from clusterpool.allocation import CostGame, Rule, allocate
        >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
        >>> print(allocate(game, Rule.ACAM).reason_in("ar"))
        ACAM، وهي القاعدة المطلوبة؛ لا تحالف يستفيد من الانفصال، وهذا مُثبت لجميع التحالفات.
        """
        return sentence(self.why, Language(language), currency)

    def summary(self) -> str:
        """One English sentence: which rule, why, and what is proven."""
        return self.reason

    def to_frame(self) -> pd.DataFrame:
        """One row a player: `player`, `share`, `standard_error`."""
        columns = {"player": list(self.shares), "share": list(self.shares.values())}
        return pd.DataFrame({**columns, "standard_error": list(self.standard_error.values())})

    def _repr_html_(self) -> str:
        facts = {"rule": self.rule.value, "core": self.core.status.value, "why": self.reason}
        return card("Allocation", facts, {"player": list(self.shares), "share": list(self.shares.values())})

    def of_part(self, part: Part) -> dict[str, float]:
        """What the Shapley value gives each player of one part of the cost, from the same solved coalitions.

        Raises
        ------
        ValueError
            The shares are not a Shapley value, or the allocation does not know its game or the split of its costs.
        """
        if self.game is None or self.rule not in SHAPLEY_VALUES:
            raise ValueError("only a Shapley value that knows its game is the sum of its parts")
        request = request_of(self.game.part(part), self.terms)
        if self.draw is None and any(self.standard_error.values()):
            raise ValueError(
                "these shares were sampled, and a result that is read again does not keep how: the members' table of"
                " the result holds both parts of each saving; or share the result anew"
            )
        if self.draw is None:
            return divide(self.rule, request, self.game.players)
        budget, seed, rounds = self.draw.budget, self.draw.seed, self.draw.rounds
        found = resampled(request.game, request.weights, budget=budget, seed=seed, rounds=rounds)
        return {player: found.get(player, 0.0) for player in self.game.players}

    def __str__(self) -> str:
        return f"{self.reason}\n" + "\n".join(f"{player}: {share:,.2f}" for player, share in self.shares.items())


def _core(allocation: Allocation) -> CoreReport:
    game = allocation.game
    assert game is not None  # noqa: S101 - `of_table` had it
    return certificate(game, allocation.shares)


def _intervals(allocation: Allocation) -> Mapping[str, tuple[float, float]]:
    game = allocation.game
    assert game is not None  # noqa: S101 - `of_table` had it
    return intervals_of(allocation.rule, request_of(game, allocation.terms), allocation.shares)


def _why(allocation: Allocation) -> tuple[Clause, ...]:
    chosen: tuple[Clause, ...] = vars(allocation)["_chosen"]
    return (*chosen, *proof_of(allocation.core), *openness_of(allocation.intervals))


_PROVEN: Mapping[str, Callable[[Allocation], object]] = {"core": _core, "intervals": _intervals, "why": _why}
"""What takes time to prove, and is worked out at the first time it is asked for."""
