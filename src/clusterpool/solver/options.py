"""What a solve is asked for: solver, accuracy, effort, and what it reports on the way."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Status(StrEnum):
    """How good a plan or solution is known to be."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INTERRUPTED = "interrupted"


class Solver(StrEnum):
    """The solver that works on a model; HiGHS is always there, the others are called through PuLP."""

    HIGHS = "highs"
    CBC = "cbc"
    SCIP = "scip"


class Focus(StrEnum):
    """What a solve is for: a good plan, a proven bound (no search for plans by sub-models), or a bound soon enough.

    The last, a question of a separation, is answered long before the search tree is worth a restart.
    """

    PLAN = "plan"
    BOUND = "bound"
    QUESTION = "question"


def _require_at_least(name: str, value: float, least: float) -> None:
    if not value >= least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")


PERCENT = 100.0


def _require_part_of_one(name: str, value: float) -> None:
    _require_at_least(name, value, 0)
    if value >= 1:
        meant = f": did you mean {value / PERCENT:g}?" if value < PERCENT else ""
        raise ValueError(f"{name} is a part of the cost and must be below 1, not {value!r}{meant}")


@dataclass(frozen=True, kw_only=True)
class SolveOptions:
    """How to solve.

    Parameters
    ----------
    gap : float
        Gap (cost - bound) / cost that is enough, a part of the cost from 0 to below 1: 0.005 is half a percent.
    time_limit_s : float or None
        Seconds for the whole call; None: no limit.
    seed : int
        Seed of the solver's random numbers.
    threads : int
        Threads of one solve.
    solver : Solver or str
        The solver that does the work.

    Raises
    ------
    ValueError
        If a value is out of its range.

    Examples
    --------
    >>> SolveOptions(gap=0.01, solver="highs").solver
    <Solver.HIGHS: 'highs'>
    """

    gap: float = 0.005
    time_limit_s: float | None = 60.0
    seed: int = 0
    threads: int = 1
    solver: Solver = Solver.HIGHS

    def __post_init__(self) -> None:
        _require_part_of_one("gap", self.gap)
        if self.time_limit_s is not None:
            _require_at_least("time_limit_s", self.time_limit_s, 0)
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed must be from 0 to {2**31 - 1}, not {self.seed!r}")
        _require_at_least("threads", self.threads, 1)
        if self.seed % 1 or self.threads % 1:
            raise ValueError(f"seed and threads must be whole numbers, not {self.seed!r} and {self.threads!r}")
        try:
            object.__setattr__(self, "solver", Solver(self.solver))
        except ValueError:
            raise ValueError(f"solver must be one of {', '.join(Solver)}, not {self.solver!r}") from None


@dataclass(frozen=True)
class Deadline:
    """A point of the monotonic clock at which work has to stop; None: never.

    Parameters
    ----------
    at : float or None
        Reading of `time.monotonic`, in seconds.

    Examples
    --------
    >>> Deadline.after(None).remaining()
    inf
    >>> Deadline.after(0).struck
    True
    """

    at: float | None = None

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Return the deadline that many seconds from now (None: no deadline)."""
        return cls(None if seconds is None or math.isinf(seconds) else time.monotonic() + seconds)

    def __reduce__(self) -> tuple[Callable[[float | None], Deadline], tuple[float | None]]:
        """Travel as a time of day: monotonic clocks of other machines start elsewhere."""
        return _deadline_at, (None if self.at is None else time.time() + self.at - time.monotonic(),)

    def remaining(self) -> float:
        """Return the seconds left, never negative; infinity without a deadline."""
        return math.inf if self.at is None else max(0.0, self.at - time.monotonic())

    @property
    def struck(self) -> bool:
        """Whether the time is over."""
        return self.remaining() <= 0

    def part(self, part: float) -> Deadline:
        """Return the deadline of a piece of work that may take a part of the time left."""
        return self if self.at is None else Deadline.after(self.remaining() * part)


def _deadline_at(time_of_day: float | None) -> Deadline:
    return Deadline(None if time_of_day is None else time.monotonic() + time_of_day - time.time())


@dataclass(frozen=True)
class Effort:
    """How much work one solve may take.

    Parameters
    ----------
    gap : float
        Relative gap at which to stop.
    deadline : Deadline
        When to stop in any case; makes the result depend on the machine.
    node_limit : int or None
        Most nodes of the search tree; the result does not depend on the machine.
    absolute_gap : float
        Gap in the objective's unit at which to stop.
    """

    gap: float
    deadline: Deadline
    node_limit: int | None = None
    absolute_gap: float = 0.0

    def __post_init__(self) -> None:
        _require_at_least("gap", self.gap, 0)
        _require_at_least("absolute_gap", self.absolute_gap, 0)
        if self.node_limit is not None:
            _require_at_least("node_limit", self.node_limit, 0)

    @classmethod
    def of(cls, options: SolveOptions) -> Effort:
        """Return the effort that the options ask for, its clock starting now."""
        return cls(options.gap, Deadline.after(options.time_limit_s))


@dataclass(frozen=True)
class Progress:
    """What a running solve knows; `objective` is infinite before the first solution."""

    seconds: float
    objective: float
    bound: float
    nodes: int


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective - bound) / abs(objective), 0 where they agree to 1e-9, infinite without a bound.

    Examples
    --------
    >>> relative_gap(100.0, 99.0)
    0.01
    """
    difference = objective - bound
    if difference <= 1e-9 * max(1.0, abs(objective)):
        return 0.0
    return difference / abs(objective) if objective else math.inf


def asked_options(given: object) -> SolveOptions:
    """The options that somebody gave; None: the defaults.

    Raises
    ------
    TypeError
        They are something else.
    """
    if given is None:
        return SolveOptions()
    if isinstance(given, SolveOptions):
        return given
    raise TypeError(f"options= takes cp.SolveOptions(gap=..., time_limit_s=...), not {type(given).__name__}")
