"""What each member gains: the plan of the pool, the game behind it, its cost shared, and today -> alone -> pool."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation import Allocation, Clause, CoalitionCost, CostGame, Point, Rule, allocate
from clusterpool.allocation.wording import in_money
from clusterpool.cache import Cache
from clusterpool.errors import NoPlanError
from clusterpool.executors import default_executor
from clusterpool.gains import Sharing, cluster_gains, member_gains
from clusterpool.game import PoolOracle, idle_players, players_of, pool_oracle, separation_of, toured_coalitions
from clusterpool.language import Domain, Language, phrases
from clusterpool.notebook import card
from clusterpool.optimize import before, groundwork, plan_of, serve_pool
from clusterpool.plan import FREIGHT, PURCHASES
from clusterpool.report import COALITION_COLUMNS, Publications, Result, direct_settlement, settle
from clusterpool.same_price import SavingsExplanation, with_same_price
from clusterpool.solver import Deadline, SolveOptions, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from clusterpool.demand import Pool
    from clusterpool.plan import Plan, Stage
    from clusterpool.report.plots import Plots
    from clusterpool.separation import PoolSeparation

PLAN_PART = 0.5
"""The part of the time left after looking for trips that the pool's plan may take; the coalitions have the rest."""
PROOF_PART = 0.7
"""The part of the time left after the plan within which coalitions that would be better off are looked for."""
NOTHING_UNMET = 1e-6
"""Up to this much shortage cost, in the pool's currency, is the solver's noise."""
SMALL_POOL = 6
"""Up to this many members the coalitions are solved in this process: starting others would take longer."""


@dataclass(frozen=True, eq=False)
class Savings(Publications):
    """The plan of a pool and what it brings each member; `result` holds everything in plain tables."""

    @property
    def members(self) -> pd.DataFrame:
        """One row a member: today, alone, pool, saving and its split."""
        return self.result.members

    @property
    def clusters(self) -> pd.DataFrame:
        """One row a cluster: sums over its members."""
        return self.result.clusters

    @property
    def settlement(self) -> pd.DataFrame:
        """Who pays whom through the account POOL."""
        return self.result.settlement

    def settlement_direct(self) -> pd.DataFrame:
        """Who pays whom without an account, to the cent: at most n - 1 payments, and who pays the joint bills."""
        return direct_settlement(self.result)

    @property
    def plan(self) -> Plan:
        """The plan of the whole pool."""
        return self.result.plan

    @property
    def allocation(self) -> Allocation:
        """The shares, the rule and the core."""
        return self.result.allocation

    @property
    def cost(self) -> float:
        """What the pool pays."""
        return self.result.plan.cost

    @property
    def plot(self) -> Plots:
        """The plots of this result: `savings.plot.bars()`, `.waterfall()`, `.map()`, ...; matplotlib is loaded now."""
        from clusterpool.report.plots import Plots  # noqa: PLC0415 - half a second that only drawings wait for

        return Plots(self.result)

    def to_frame(self) -> pd.DataFrame:
        """The members' table."""
        return self.result.members

    def explain(self, *, solve: bool = False, top: int = 10) -> SavingsExplanation:
        """What people ask: who loses what if one leaves, who is worst off, all rules, and the same price for all.

        Parameters
        ----------
        solve : bool
            Whether coalitions may be solved for the answers (over the known trips, within the time limit of the
            options): everybody but one, and up to 65,535 for the rules. By default only what is solved answers.
        top : int
            How many of the worst coalitions are listed.

        Raises
        ------
        NoPlanError
            If the time limit struck before a coalition was solved.
        """
        allocation, pool = self.allocation, self.result.pool
        if solve:
            allocation = replace(allocation, game=_game_of(self.result, _oracle_of(self.result)))
        if allocation.terms.unions is None:
            allocation = replace(allocation, terms=replace(allocation.terms, unions=pool.clusters))
        return with_same_price(allocation.explain(solve=solve, top=top), self.plan, self.members)

    def summary(self, language: Language | str | None = None) -> str:
        """One sentence for people; `language`: by default the pool's own."""
        spoken, currency = self._language(language), self.result.pool.settings.currency
        sums = {name: in_money(math.fsum(self.members[name]), spoken, currency) for name in ("alone", "pool")}
        reason = self.allocation.reason_in(spoken, currency=currency)
        return phrases(Domain.SHARING, spoken)["savings"].format(**sums, reason=reason)

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        names = ("member", "cluster", "today", "alone", "pool", "saving", "saving_pct")
        gap, core = self.plan.gap, self.allocation.core.status.value
        facts = {"cost": self.cost, "saving": math.fsum(self.members["saving"]), "gap": f"{gap:.2%}", "core": core}
        return card("Savings", facts, {name: self.members[name].tolist() for name in names})


def share_savings(  # noqa: PLR0913 - all but the pool are options
    pool: Pool,
    *,
    rule: Rule | None = None,
    options: SolveOptions | None = None,
    unions: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    max_solves: int | None = None,
    executor: Executor | None = None,
    cache: str | Path | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> Savings:
    """Plan a pool, share its cost, and say what each member gains against buying and shipping alone.

    Parameters
    ----------
    pool : Pool
        Needs and market.
    rule : Rule, optional
        How the cost is shared; by default the pool's own rule, else the ladder of `allocate`.
    options : SolveOptions, optional
        The gap holds for each coalition, the time limit for the whole call.
    unions : mapping of str to sequence of str, optional
        For the Owen value; by default the clusters.
    weights : mapping of str to float, optional
        For the Shapley value.
    max_solves : int, optional
        How many coalitions the rule may solve (see `allocate`).
    executor : concurrent.futures.Executor, optional
        Where trips are looked for and coalitions solved; by default processes of this machine for larger pools.
    cache : path, optional
        A folder that keeps what coalitions cost: a run that was killed goes on with it, to the same result.
    progress : callable, optional
        Gets a `Stage` now and then.

    Raises
    ------
    NoPlanError
        If the time limit struck before a plan of the pool was found, or one of a coalition that the rule asked for
        needs. Where no rule is asked for, and after an interrupt, the shares are in proportion to the costs alone,
        which are then finished whatever the limit.
    ValueError
        If the rule is not defined for this pool.
    """
    options = options or SolveOptions()
    deadline = Deadline.after(options.time_limit_s)
    executor = executor or (default_executor() if len(pool.members) > SMALL_POOL else None)
    coalitions = toured_coalitions(pool)
    ground = groundwork(
        pool, options=options, deadline=deadline, coalitions=coalitions, executor=executor, progress=progress
    )
    first = before(deadline, PLAN_PART)
    served = serve_pool(ground, options=options, deadline=first, progress=progress)
    plan = plan_of(ground, pool.members, served, options=options, deadline=deadline)
    players = players_of(pool, by_cluster=False)
    kept = None if cache is None else Cache.at(cache)
    oracle = pool_oracle(
        ground, options, deadline, players, hint=served.hint, cache=kept, executor=executor, progress=progress
    )
    oracle.learn(frozenset(pool.members), served)
    rule = rule or _rule_of(pool)
    if plan.status is not Status.INTERRUPTED:
        try:
            worst = separation_of(ground, players, options, before(deadline, PROOF_PART), served)
            sharing = _sharing(pool, rule, unions, weights, max_solves=max_solves, seed=options.seed)
            return _shared(plan, oracle, sharing, served.bound, worst)
        except KeyboardInterrupt:
            plan = replace(plan, status=Status.INTERRUPTED)
        except NoPlanError:
            if rule is not None:
                raise
    return _hurried(replace(plan, reproducible=False), oracle, served.bound)


def _shared(
    plan: Plan, oracle: PoolOracle, sharing: Sharing, bound: float, separation: PoolSeparation | None = None
) -> Savings:
    """The savings under a rule, whatever coalitions that takes; the members alone come first."""
    game = _game(oracle, plan, {}, bound, separation)
    game.solve([(member,) for member in game.players])
    savings = _savings(plan, game, sharing, oracle, _comparable(oracle.ground.pool, plan, oracle))
    if separation is None or not separation.limit_struck:
        return savings
    return Savings(replace(savings.result, reproducible=False))


def _hurried(plan: Plan, oracle: PoolOracle, bound: float) -> Savings:
    """The savings in proportion to the costs alone, the only coalitions that there is time for."""
    hurried = replace(oracle, executor=None, deadline=Deadline(None))
    result = _shared(plan, hurried, Sharing(Rule.PROPORTIONAL), bound).result
    cause = Point.INTERRUPTED if plan.status is Status.INTERRUPTED else Point.OUT_OF_TIME
    why = (Clause.of(cause, rule=Rule.PROPORTIONAL.value), Clause.of(Point.NOTHING_ELSE))
    return Savings(replace(result, allocation=replace(result.allocation, why=why), reproducible=False))


def reshare(
    result: Result,
    rule: Rule | None,
    *,
    executor: Executor | None = None,
    cache: str | Path | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> Savings:
    """Share a saved result under another rule; only coalitions that it lacks are solved, over the same known trips.

    Parameters
    ----------
    result : Result
        As `clusterpool.report.read_result` gives it back.
    rule : Rule or None
        None: the default ladder.
    cache : path, optional
        A folder that keeps what coalitions cost.
    """
    kept = None if cache is None else Cache.at(cache)
    oracle = _oracle_of(result, executor=executor, cache=kept, progress=progress)
    game = _game_of(result, oracle)
    comparable = dict(zip(result.members["member"], result.members["comparable"], strict=True))
    shared = _savings(result.plan, game, _sharing(result.pool, rule), oracle, comparable)
    return Savings(replace(shared.result, reproducible=shared.result.reproducible and result.reproducible))


def _oracle_of(
    result: Result,
    *,
    executor: Executor | None = None,
    cache: Cache | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> PoolOracle:
    """Solves further coalitions of a result over its known trips."""
    pool, options = result.pool, result.options
    deadline = Deadline.after(options.time_limit_s)
    ground = groundwork(pool, options=options, deadline=deadline, known=result.known_trips)
    players = players_of(pool, by_cluster=False)
    return pool_oracle(ground, options, deadline, players, cache=cache, executor=executor, progress=progress)


def _game_of(result: Result, oracle: PoolOracle) -> CostGame:
    """The game with what is known of it from a result."""
    known = {
        frozenset(row["members"].split("|")): CoalitionCost(row["cost"], row["bound"], row["purchases"], row["freight"])
        for row in result.coalitions.to_dict("records")
    }
    worst = separation_of(oracle.ground, oracle.members_of, oracle.options, oracle.deadline)
    return _game(oracle, result.plan, known, separation=worst)


def _rule_of(pool: Pool) -> Rule | None:
    return Rule(pool.settings.rule) if pool.settings.rule else None


def _game(
    oracle: PoolOracle,
    plan: Plan,
    known: Mapping[frozenset[str], CoalitionCost],
    bound: float = 0.0,
    separation: PoolSeparation | None = None,
) -> CostGame:
    """The game with what is known of it: the plan is what the pool as a whole pays, at least `bound`."""
    parts = dict(zip(plan.parts["part"], plan.parts["cost"], strict=True))
    bound = min(plan.cost, max(bound, plan.bound, math.fsum(plan.parts["bound_on_known_trips"])))
    whole = CoalitionCost(plan.cost, bound, parts[PURCHASES], parts[FREIGHT])
    idle = idle_players(oracle.ground, oracle.members_of)
    game = CostGame(oracle.members_of, oracle.blocks, idle=idle, separation=separation)
    for coalition, value in {frozenset(oracle.ground.pool.members): whole, **known}.items():
        game.learn(coalition, value)
    return game


def _sharing(
    pool: Pool,
    rule: Rule | None,
    unions: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    *,
    max_solves: int | None = None,
    seed: int = 0,
) -> Sharing:
    """The Owen value's unions are the clusters unless others are given."""
    unions = pool.clusters if rule is Rule.OWEN and unions is None else unions
    return Sharing(rule, unions, weights, max_solves, seed)


def _comparable(pool: Pool, plan: Plan, oracle: PoolOracle) -> dict[str, bool]:
    """Whether neither the member's plan alone nor its part of the pool's plan rests on unmet needs."""
    lacking = set(plan.unmet["member"])
    return {member: member not in lacking and oracle.shortage(member) <= NOTHING_UNMET for member in pool.members}


def _savings(
    plan: Plan, game: CostGame, sharing: Sharing, oracle: PoolOracle, comparable: Mapping[str, bool]
) -> Savings:
    pool = oracle.ground.pool
    allocation = allocate(
        game,
        sharing.rule,
        unions=sharing.unions,
        weights=sharing.weights,
        seed=sharing.seed,
        max_solves=sharing.max_solves,
    )
    if not oracle.ground.known.complete:
        allocation = replace(allocation, why=(*allocation.why, Clause.of(Point.KNOWN_TRIPS)))
    members = member_gains(pool, game, allocation, sharing, comparable)
    tables = {name: plan.tables[name] for name in ("orders", "loads")}
    settlement = settle(
        allocation.shares,
        {name: table["member"].tolist() for name, table in tables.items()},
        {name: table["cost"].tolist() for name, table in tables.items()},
    )
    result = Result(
        pool=pool,
        plan=plan,
        members=members,
        clusters=cluster_gains(members),
        settlement=settlement,
        coalitions=_coalitions(game),
        allocation=allocation,
        known_trips=oracle.ground.known,
        options=oracle.options,
        reproducible=plan.reproducible and not oracle.limit_struck,
    )
    return Savings(result)


def _coalitions(game: CostGame) -> pd.DataFrame:
    rows = [
        ("|".join(sorted(coalition)), value.cost, value.bound, value.purchases, value.freight)
        for coalition, value in game.solved.items()
    ]
    return pd.DataFrame(rows, columns=list(COALITION_COLUMNS))
