"""Why a rule was used and what is proven: clauses by key with their figures, told in the language of the reader."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import TYPE_CHECKING, Any

from clusterpool.allocation.core import CoreStatus
from clusterpool.allocation.rules import Rule
from clusterpool.allocation.wording import in_money, in_numbers, listed
from clusterpool.language import Domain, Language, counted, percent, phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from clusterpool.allocation.core import CoreReport

CENT = 0.01


class Point(StrEnum):
    """What a clause says; its phrase is ``reason.KEY`` of the domain `sharing`."""

    ASKED_FOR = "asked-for"
    DEFAULT_ALL = "default-all"
    DEFAULT_KNOWN = "default-known"
    DEFAULT_PARTS = "default-parts"
    DEFAULT_BEYOND = "default-beyond"
    DEFAULT_UNIONS = "default-unions"
    DEFAULT_LEAST_CORE = "default-least-core"
    INTERRUPTED = "interrupted"
    OUT_OF_TIME = "out-of-time"
    IN_PLACE_OF = "in-place-of"
    TIME_STRUCK = "time-struck"
    BY_ROWS = "by-rows"
    SAMPLED_PRECISELY = "sampled-precisely"
    SAMPLED_IN_TIME = "sampled-in-time"
    SAMPLED_IN_SOLVES = "sampled-in-solves"
    SAMPLED_ROUNDS = "sampled-rounds"
    STANDARD_ERRORS = "standard-errors"
    LEAST_CORE_BETWEEN = "least-core-between"
    LEAST_CORE_ABOVE = "least-core-above"
    ALL_LEVELS = "all-levels"
    FIRST_LEVELS = "first-levels"
    NO_LEVEL = "no-level"
    LEVELS_OPEN = "levels-open"
    SPREAD = "spread"
    COST_GAPS = "cost-gaps"
    COST_GAPS_OPEN = "cost-gaps-open"
    IN_CORE = "in-core"
    NOT_IN_CORE = "not-in-core"
    CORE_EMPTY = "core-empty"
    SOLVED_ONLY = "solved-only"
    AT_MOST = "at-most"
    NONE_BEYOND = "none-beyond"
    INTERVALS = "intervals"
    NO_INTERVALS = "no-intervals"
    NOTHING_ELSE = "nothing-else"
    KNOWN_TRIPS = "known-trips"


Value = str | int | float | tuple[str, ...]


def _in_numbers(value: int, language: Language, _: str) -> str:
    return in_numbers(value, language)


def _with_noun(field: str) -> Callable[[int, Language, str], str]:
    return lambda value, language, _: counted(Domain.SHARING, language, f"count.{field}", value).format(
        n=_in_numbers(value, language, _)
    )


def _in_percent(value: float, language: Language, _: str) -> str:
    """A part of one; two decimals where it is 1 % or more, else as many as its first digit that is not 0 needs."""
    hundredths = 100.0 * value
    if math.isclose(hundredths, round(hundredths)):
        return percent(hundredths, language, 0)
    return percent(hundredths, language, 2 if hundredths >= 1.0 else math.ceil(-math.log10(hundredths) - 1e-9))


def _rule(value: str, language: Language, _: str) -> str:
    return phrases(Domain.SHARING, language)[f"rule.{value}"]


def _player(value: str, language: Language, _: str) -> str:
    return listed([value], language)


def _coalition(value: tuple[str, ...], language: Language, _: str) -> str:
    return "{" + listed(value, language) + "}"


def _is_whole(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_amount(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _is_code(value: object) -> bool:
    return isinstance(value, str)


def _are_codes(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_code, value))


_FIELDS: Mapping[str, tuple[Callable[[object], bool], Callable[[Any, Language, str], str]]] = {
    **{name: (_is_whole, _with_noun(name)) for name in ("solves", "coalitions", "searches", "orders")},
    **dict.fromkeys(("every", "levels", "rounds", "solved"), (_is_whole, _in_numbers)),
    "seed": (_is_whole, lambda value, *_: str(value)),
    **dict.fromkeys(("amount", "low", "high"), (_is_amount, in_money)),
    **dict.fromkeys(("precision", "confidence", "spread", "accuracy"), (_is_amount, _in_percent)),
    **dict.fromkeys(("rule", "asked"), ([*Rule].__contains__, _rule)),
    "player": (_is_code, _player),
    "players": (_are_codes, _coalition),
}
"""What each field holds (numbers, amounts in the game's unit, parts of one, codes) and how it is told."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is said about shares.

    Parameters
    ----------
    point : Point
        What is said.
    values : Mapping of str to value
        The fields of its phrase: whole numbers, amounts in the game's unit, parts of one, codes of players.

    Raises
    ------
    ValueError
        A field is missing, or one too many, or holds something else than it should.
    """

    point: Point
    values: Mapping[str, Value]

    def __post_init__(self) -> None:
        phrase = phrases(Domain.SHARING, Language.ENGLISH)[f"reason.{self.point.value}"]
        fields = {name for _, name, _, _ in Formatter().parse(phrase) if name is not None}
        if fields != set(self.values):
            raise ValueError(f"'{self.point.value}' needs {sorted(fields)}, not {sorted(self.values)}")
        for name, value in self.values.items():
            if not _FIELDS[name][0](value):
                raise ValueError(f"{name} of '{self.point.value}' cannot be {value!r}")

    @staticmethod
    def of(point: Point, **values: Value) -> Clause:
        """A clause with its figures."""
        return Clause(point, values)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        values = {name: list(one) if isinstance(one, tuple) else one for name, one in self.values.items()}
        return {"point": self.point.value, **values}

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Clause:
        """The clause that `to_json` was made from.

        Raises
        ------
        KeyError, TypeError, ValueError, AttributeError
            The document is damaged.
        """
        values: dict[str, Any] = {name: one for name, one in document.items() if name != "point"}
        if isinstance(players := values.get("players"), list):
            values["players"] = tuple(players)
        return Clause(Point(document["point"]), values)


def sentence(clauses: Iterable[Clause], language: Language, currency: str = "") -> str:
    """What the clauses say, as one sentence.

    Parameters
    ----------
    language : Language
        Of the words and the figures.
    currency : str
        ISO code of all amounts; blank: none is named.

    Examples
    --------
    >>> why = [Clause.of(Point.ASKED_FOR, rule="acam"), Clause.of(Point.NOT_IN_CORE, players=("A",), amount=1234.5)]
    >>> sentence(why, Language.ENGLISH)
    'ACAM, as asked for; {A} would be better off alone by 1,234.50.'
    >>> sentence(why, Language.FRENCH, "DZD").replace(chr(0x202F), " ").replace(chr(0xA0), " ")
    'ACAM, règle demandée ; {A} ferait mieux à part et y gagnerait 1 234,50 DA.'
    """
    words = phrases(Domain.SHARING, language)
    said = (
        words[f"reason.{clause.point.value}"].format(
            **{name: _FIELDS[name][1](value, language, currency) for name, value in clause.values.items()}
        )
        for clause in clauses
    )
    return words["reason"].format(clauses=words["reason.and"].join(said))


def proof_of(core: CoreReport) -> list[Clause]:
    """What is proven about coalitions that would be better off alone."""
    players = core.worst_coalition
    bounded = math.isfinite(core.excess_bound)
    match core.status:
        case CoreStatus.IN_CORE:
            return [Clause.of(Point.IN_CORE)]
        case CoreStatus.NOT_IN_CORE | CoreStatus.CORE_EMPTY:
            point = Point.NOT_IN_CORE if core.status is CoreStatus.NOT_IN_CORE else Point.CORE_EMPTY
            worst = Clause.of(point, players=players, amount=float(core.worst_excess))
            return [worst, Clause.of(Point.NONE_BEYOND, amount=float(core.excess_bound))] if bounded else [worst]
        case _ if bounded:
            return [Clause.of(Point.AT_MOST, amount=float(core.excess_bound))]
        case _:
            return [Clause.of(Point.SOLVED_ONLY)]


def openness_of(intervals: Mapping[str, tuple[float, float]]) -> list[Clause]:
    """By how much the gaps of the coalitions' costs leave the shares open, where that is a cent or more."""
    widest = max((high - low for low, high in intervals.values()), default=0.0)
    if widest < CENT:
        return []
    return [
        Clause.of(Point.INTERVALS, amount=float(widest)) if math.isfinite(widest) else Clause.of(Point.NO_INTERVALS)
    ]
