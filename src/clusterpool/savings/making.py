"""The whole job: the plan of a pool, the game behind it, its cost shared, and today -> alone -> pool.

Ctrl-C never makes half an answer look whole. Before there is a plan it ends the job. After that the plan in hand is
shared in proportion to the costs alone, the only coalitions that are still solved, and its status is INTERRUPTED; one
more Ctrl-C ends the job at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.allocation import BY_ROWS, Clause, CostGame, Point, Rule, allocate, in_time
from clusterpool.cache import Cache
from clusterpool.demand import asked_pool
from clusterpool.errors import NoPlanError
from clusterpool.executors import default_executor
from clusterpool.gains import Sharing, cluster_gains, member_gains
from clusterpool.game import separation_of
from clusterpool.optimize import groundwork, plan_of, serve_pool
from clusterpool.plan import Stage
from clusterpool.report import Result, settle
from clusterpool.savings.games import coalitions_of, game_of, game_of_plan, oracle_of
from clusterpool.savings.job import Job
from clusterpool.savings.savings import Savings
from clusterpool.search import with_plans
from clusterpool.solver import Deadline, SolveOptions, Status, asked_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from clusterpool.demand import Pool
    from clusterpool.game import PoolOracle
    from clusterpool.plan import Plan
    from clusterpool.schema.settings import RuleName
    from clusterpool.separation import EstimatedSeparation, PoolSeparation

PLAN_PART = 0.5
"""The part of the time left after looking for trips that the pool's plan may take; the coalitions have the rest."""
ALONE_PART = 0.3
"""The part of that time which the members' own plans may take: put together they are the first plan of the pool."""
PROOF_PART = 0.7
"""The part of the time left after the plan within which coalitions that would be better off are looked for."""
ROWS_PART = 0.9
"""The same where the rule itself looks for them: what is left is for the intervals of its shares."""
LEAST_S = 10.0
"""Such a rule has so many seconds in any case: one question about all coalitions is worth more than a limit kept."""
FROM_FEW = frozenset({Rule.PROPORTIONAL, Rule.BY_KEY, *BY_ROWS}) - {Rule.COST_GAP}
"""Rules that give shares, with what is proven of them, from the members alone and however few other coalitions."""
NOTHING_UNMET = 1e-6
"""Up to this much shortage cost, in the pool's currency, is the solver's noise."""
SMALL_POOL = 6
"""Up to this many members the coalitions are solved in this process: starting others would take longer."""


def share_savings(  # noqa: PLR0913 - all but the pool are options
    pool: Pool,
    *,
    rule: Rule | RuleName | None = None,
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
    rule : Rule or its name, optional
        How the cost is shared, such as ``"shapley"``; by default the pool's own rule, else the ladder of `allocate`.
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
        If the time limit struck before a plan of the pool was found. Later the costs alone are finished whatever the
        limit, and the shares are those of the coalitions solved in time: for the least core, a nucleolus and equal
        profit by row generation (ten seconds more), for other rules under ACAM or in proportion to the costs alone. The
        reason says how many coalitions were solved. After an interrupt they are in proportion to the costs alone.
    TypeError
        If it is given something else than a pool, such as the name of a folder.
    ValueError
        If there is no such rule, or it is not defined for this pool.
    KeyboardInterrupt
        If Ctrl-C came before there was a plan of the pool, or a second time. Else the plan's status is INTERRUPTED, and
        it is shared as where the time limit struck.
    """
    asked_pool(pool)
    options = asked_options(options)
    deadline = Deadline.after(options.time_limit_s)
    sharing = _sharing(
        pool, _rule_of(pool) if rule is None else Rule(rule), unions, weights, max_solves=max_solves, seed=options.seed
    )
    executor = executor or (default_executor() if len(pool.members) > SMALL_POOL else None)
    ground = groundwork(pool, options=options, deadline=deadline, executor=executor, progress=progress)
    first = deadline.part(PLAN_PART)
    job = Job(ground, options, deadline, None if cache is None else Cache.at(cache), executor, progress)
    alone = job.plans_alone(first.part(ALONE_PART))
    served = serve_pool(
        ground, options=options, deadline=first, alone=alone, executor=executor, progress=progress, best_so_far=True
    )
    plan = plan_of(ground, pool.members, served, options=options, deadline=deadline)
    job = replace(job, served=served)
    try:
        if plan.status is not Status.INTERRUPTED:
            return _shared_at_best(job, plan, sharing)
    except KeyboardInterrupt:
        plan = replace(plan, status=Status.INTERRUPTED)
    return _shared_in_a_hurry(job, plan)


def _shared_at_best(job: Job, plan: Plan, sharing: Sharing) -> Savings:
    """The savings; where the plans of a partition that were found for them cost less than the pool's, of these."""
    savings = _shared_in_time(job, plan, sharing)
    cheaper = job.oracle(Deadline(None), None).cheaper_plans()
    if job.served is None or not cheaper:
        return savings
    served = with_plans(job.ground.task, job.served, cheaper)
    better = plan_of(job.ground, job.ground.pool.members, served, options=job.options, deadline=job.deadline)
    if better.cost >= plan.cost:
        return savings
    better = replace(better, reproducible=better.reproducible and savings.plan.reproducible)
    return _shared_in_time(replace(job, served=served), better, sharing)


def _shared_in_time(job: Job, plan: Plan, sharing: Sharing) -> Savings:
    """The savings under a rule; where time runs out, those of the coalitions solved by then (see `allocate`).

    A rule that was asked for has the members alone, which are finished whatever the limit.
    """
    few = sharing.rule in FROM_FEW
    oracle = job.oracle(job.deadline, job.executor)
    try:
        _solve_alone(oracle)
    except NoPlanError:
        if sharing.rule is None:
            return _shared_in_a_hurry(job, plan)
        _solve_alone(job.oracle(Deadline(None), job.executor))
        plan = replace(plan, reproducible=False)
    until = job.deadline.part(ROWS_PART if few else PROOF_PART)
    if few and until.remaining() < LEAST_S:
        until = Deadline.after(LEAST_S)
    worst = separation_of(job.ground, job.players, job.options, until, job.served, progress=job.progress)
    try:
        return _shared(plan, oracle, sharing, job.bound, worst)
    except NoPlanError:
        return _shared_in_a_hurry(job, plan)


def _shared(
    plan: Plan,
    oracle: PoolOracle,
    sharing: Sharing,
    bound: float,
    separation: PoolSeparation | EstimatedSeparation | None = None,
) -> Savings:
    """The savings under a rule, whatever coalitions that takes."""
    game = game_of_plan(oracle, plan, {}, bound, separation)
    return _savings(plan, game, sharing, oracle, _comparable(oracle.ground.pool, plan, oracle))


def _solve_alone(oracle: PoolOracle) -> None:
    """Solve every member alone."""
    CostGame(oracle.members_of, oracle.blocks).solve([(member,) for member in oracle.members_of])


def _shared_in_a_hurry(job: Job, plan: Plan) -> Savings:
    """The savings in proportion to the costs alone, the only coalitions that there is time for."""
    tell = job.progress
    if tell is not None and plan.status is Status.INTERRUPTED:
        job = replace(job, progress=lambda stage: tell(replace(stage, interrupted=True)))
        tell(Stage("coalitions", 0, 0, interrupted=True))
    oracle = job.oracle(Deadline(None), None)
    plan = replace(plan, reproducible=False)
    _solve_alone(oracle)
    result = _shared(plan, oracle, Sharing(Rule.PROPORTIONAL), job.bound).result
    cause = Point.INTERRUPTED if plan.status is Status.INTERRUPTED else Point.OUT_OF_TIME
    why = (Clause.of(cause, rule=Rule.PROPORTIONAL.value), Clause.of(Point.NOTHING_ELSE))
    return Savings(replace(result, allocation=replace(result.allocation, why=why), reproducible=False))


def reshare(
    result: Result,
    rule: Rule | RuleName | None,
    *,
    executor: Executor | None = None,
    cache: str | Path | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> Savings:
    """Share a saved result under another rule; only coalitions that it lacks are solved, over the same known trips.

    Where the Shapley value is sampled, the orders of arrival are those of the result's seed: sharing a sampled result
    under SHAPLEY again checks its figures.

    Parameters
    ----------
    result : Result
        As `clusterpool.report.read_result` gives it back.
    rule : Rule, its name, or None
        None: the default ladder.
    cache : path, optional
        A folder that keeps what coalitions cost.
    """
    kept = None if cache is None else Cache.at(cache)
    oracle = oracle_of(result, executor=executor, cache=kept, progress=progress)
    game = game_of(result, oracle)
    comparable = dict(zip(result.members["member"], result.members["comparable"], strict=True))
    sharing = _sharing(result.pool, None if rule is None else Rule(rule), seed=result.options.seed)
    shared = _savings(result.plan, game, sharing, oracle, comparable)
    return Savings(replace(shared.result, reproducible=shared.result.reproducible and result.reproducible))


def _rule_of(pool: Pool) -> Rule | None:
    return Rule(pool.settings.rule) if pool.settings.rule else None


def _sharing(
    pool: Pool,
    rule: Rule | None,
    unions: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    *,
    max_solves: int | None = None,
    seed: int = 0,
) -> Sharing:
    """Unions are the clusters, weights and keys those of the table of members, unless others are given.

    Raises
    ------
    DataError
        Members without a key, where the rule shares by it.
    """
    if weights is None and rule is Rule.WEIGHTED_SHAPLEY:
        weights = pool.weights
    if weights is None and rule is Rule.BY_KEY:
        weights = pool.keys
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
    if not in_time(allocation) and allocation.rule is not sharing.rule:
        sharing = Sharing(allocation.rule, seed=sharing.seed)
    members = member_gains(pool, game, allocation, sharing, comparable)
    tables = {name: plan.tables[name] for name in ("orders", "loads")}
    settlement = settle(
        allocation.shares,
        {name: table["member"].tolist() for name, table in tables.items()},
        {name: table["cost"].tolist() for name, table in tables.items()},
    )
    hurried = not in_time(allocation) or (allocation.draw is not None and allocation.draw.out_of_time)
    cut = game.separation is not None and game.separation.limit_struck
    result = Result(
        pool=pool,
        plan=plan,
        members=members,
        clusters=cluster_gains(members),
        settlement=settlement,
        coalitions=coalitions_of(game),
        allocation=allocation,
        known_trips=oracle.ground.known,
        options=oracle.options,
        reproducible=plan.reproducible and not oracle.limit_struck and not hurried and not cut,
    )
    return Savings(result)
