"""What reports claim of pooling, of the plan and of the core: only what is proven, whatever the figures are."""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from itertools import product

import pandas as pd
import pytest

from clusterpool.allocation import Allocation, CoalitionCost, CostGame, Rule, allocate, core_is_empty
from clusterpool.demand import Pool
from clusterpool.errors import DataError
from clusterpool.language import Domain, Language, phrases
from clusterpool.optimize import plan_pool
from clusterpool.plan import ACCURACY, Standing, above_best, relative_gap
from clusterpool.report import Result, summary
from clusterpool.report.book import Book
from clusterpool.report.claims import Claim, Kind, core_claims, plan_claims, pooling_claims, standing_claim, text_of
from clusterpool.report.oddities import Oddity, odd_claims, oddities_of
from clusterpool.report.page import page_html
from clusterpool.report.statements import statement_files
from clusterpool.savings import share_savings
from clusterpool.solver import SolveOptions, Status
from tests.oracles.random_pools import buying_draft
from tests.report_case import COST, THIRD, plan, result

COSTS_ALONE = {"=C": THIRD, "A": 700.0, "B": 600.0}  # 1,333.33 in all; the plan costs 1,123.33


def case(
    *, bound: float, alone: dict[str, float] | None = None, groups: dict[tuple[str, ...], float] | None = None
) -> Result:
    """The case with a bound of the plan, costs alone, and known costs of groups."""
    alone = alone or COSTS_ALONE
    table: dict[tuple[str, ...], float | CoalitionCost] = {(name,): cost for name, cost in alone.items()}
    table |= groups or {}
    table["=C", "A", "B"] = CoalitionCost(COST, min(bound, COST), 1090.0, THIRD)
    known = {
        members: cost if isinstance(cost, CoalitionCost) else CoalitionCost(cost, cost)
        for members, cost in table.items()
    }
    game = CostGame.from_table(known)
    shares = allocate(game, Rule.PROPORTIONAL)
    rows = [("|".join(members), v.cost, v.bound, v.purchases, v.freight) for members, v in known.items()]
    base = result()
    members = base.members.assign(alone=list(alone.values()), pool=list(shares.shares.values()))
    members = members.assign(saving=members["alone"] - members["pool"])
    return replace(
        base,
        plan=plan(bound=bound),
        members=members,
        allocation=shares,
        coalitions=pd.DataFrame(rows, columns=base.coalitions.columns),
    )


def keys(claims: list[Claim]) -> list[str]:
    return [claim.key for claim in claims]


def figures(claims: list[Claim]) -> dict[str, object]:
    return {name: value for claim in claims for name, value in claim.fields}


# The verdict on pooling


@pytest.mark.parametrize(
    ("alone", "bound", "key"),
    [
        (COST, COST, "verdict.nothing-proven"),
        (COST, COST - 20.0, "verdict.nothing-open"),
        (COST, -math.inf, "verdict.nothing-unknown"),
        (COST - 30.0, COST - 10.0, "verdict.dearer-proven"),
        (COST - 30.0, COST - 30.0, "verdict.dearer-nothing"),
        (COST - 30.0, COST - 40.0, "verdict.dearer-open"),
        (COST - 30.0, -math.inf, "verdict.dearer-unknown"),
    ],
)
def test_pooling_is_judged_only_by_what_no_plan_of_all_can_beat(alone: float, bound: float, key: str) -> None:
    found = pooling_claims(Book.of(case(bound=bound, alone={"=C": THIRD, "A": alone - THIRD - 500.0, "B": 500.0})))
    assert keys(found) == [key]
    told = figures(found)
    if "most" in told:
        assert told["most"] == round(100 * (alone - bound)) > 0
    if "more" in told:
        assert told["more"] == 3000
    if "least" in told:
        assert told["least"] == 2000


def test_no_verdict_where_the_plan_saves() -> None:
    assert pooling_claims(Book.of(case(bound=1000.0))) == []


@pytest.mark.parametrize("language", Language)
def test_do_not_pool_and_brings_nothing_are_said_only_where_they_are_proven(language: Language) -> None:
    said = phrases(Domain.PROOF, language)
    harsh = {"verdict.nothing-proven", "verdict.dearer-proven", "verdict.dearer-nothing"}
    verdicts = {key for key in said if key.startswith("verdict.")} - {
        "verdict.single",
        "verdict.apart",
        "verdict.groups",
    }
    proven = {"en": "proven", "fr": "prouvé", "ar": "مُثبت"}[language.value]
    no_verdict = {"en": "no verdict", "fr": "pas un verdict", "ar": "وليس هذا حكما"}[language.value]
    for key in verdicts:
        assert (no_verdict in said[key]) == (key not in harsh), key
        assert proven in said[key] or key not in harsh


def test_a_part_of_the_pool_that_gains_by_itself_is_named_beside_a_harsh_verdict() -> None:
    alone = {"=C": THIRD, "A": COST - THIRD - 500.0, "B": 500.0}  # as much as the plan
    found = pooling_claims(Book.of(case(bound=COST, alone=alone, groups={("A", "B"): COST - THIRD - 50.0})))
    assert keys(found) == ["verdict.nothing-proven", "verdict.apart"]
    assert figures(found[1:])["merit"] == 5000
    dear = {"=C": THIRD, "A": COST - THIRD - 600.0, "B": 500.0}  # 100 less than the plan
    found = pooling_claims(Book.of(case(bound=COST, alone=dear, groups={("=C", "A"): COST - 530.0})))
    assert keys(found) == ["verdict.dearer-proven"], "no known group beats all alone"


def test_a_plan_worse_than_known_plans_of_parts_says_so_even_where_it_saves() -> None:
    found = pooling_claims(Book.of(case(bound=900.0, groups={("A", "B"): 1000.0})))
    assert keys(found) == ["verdict.apart"]
    assert figures(found)["merit"] == round(100 * (COST - THIRD - 1000.0))


def test_one_member_is_told_that_there_is_nobody_to_pool_with() -> None:
    base = result()
    book = Book.of(replace(base, pool=base.pool.restrict(["A"])))
    assert keys(pooling_claims(book)) == ["verdict.single"]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 40))])
def test_no_verdict_on_a_loose_plan_is_undone_by_a_better_one(seed: int) -> None:
    """Drawn pools, planned to a gap of 30 % and then as well as solvers can: what was claimed holds then, too."""
    draft = buying_draft(seed)
    pool = Pool.from_frames(draft.frames, draft.settings)
    loose = share_savings(pool, rule=Rule.SHAPLEY, options=SolveOptions(gap=0.3, time_limit_s=None))
    best = plan_pool(pool, options=SolveOptions(gap=0.0, time_limit_s=None)).cost
    book, near = Book.of(loose.result), 0.02 + ACCURACY * abs(best)
    assert loose.plan.bound <= best + near
    for claim in pooling_claims(book):
        if claim.key in {"verdict.nothing-proven", "verdict.dearer-proven", "verdict.dearer-nothing"}:
            assert best >= book.alone - near
            assert best - book.alone >= float(str(dict(claim.fields).get("least", 0))) / 100.0 - near
        if "most" in dict(claim.fields):
            assert book.alone - best <= float(str(dict(claim.fields)["most"])) / 100.0 + near
    game = loose.allocation.game
    assert game is not None
    if "core.empty-any-plan" in keys(core_claims(book)):
        assert core_is_empty(game, best)
    if "core.in-core" in keys(core_claims(book)):
        assert not core_is_empty(game, loose.plan.cost)


# The plan: gap, distance from the best, and the word for it


@pytest.mark.parametrize(
    ("cost", "bound", "above", "gap"),
    [(190.5, 100.0, 0.905, 0.475066), (100.0, 100.0, 0.0, 0.0), (10.0, 0.0, math.inf, 1.0), (0.0, 0.0, 0.0, 0.0)],
)
def test_above_the_best_is_a_part_of_the_bound_and_the_gap_one_of_the_cost(
    cost: float, bound: float, above: float, gap: float
) -> None:
    assert above_best(cost, bound) == pytest.approx(above)
    assert relative_gap(cost, bound) == pytest.approx(gap, abs=1e-6)


def test_the_page_divides_by_the_bound_where_it_says_above() -> None:
    text = page_html(case(bound=COST / 1.905), language=Language.ENGLISH)
    assert "at most <bdi class='n'>90.50%</bdi> above the best one" in text
    assert "could save at most <bdi class='n'>47.51%</bdi> of its cost (the gap)" in text
    assert keys(plan_claims(Book.of(case(bound=0.0))))[1] == "plan.bound-only"
    assert keys(plan_claims(Book.of(case(bound=-math.inf))))[1] == "plan.no-bound"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("gap", [0.0, ACCURACY / 2, 1e-4, 0.05, 0.6894])
@pytest.mark.parametrize("status", Status)
def test_optimal_is_kept_for_the_accuracy_of_solvers(status: Status, gap: float, language: Language) -> None:
    one = replace(case(bound=COST * (1.0 - gap)), options=SolveOptions(gap=0.7))
    one = replace(one, plan=replace(one.plan, status=status))
    text, words = summary(one, language=language), phrases(Domain.PROOF, language)
    optimal = status is not Status.INTERRUPTED and gap <= ACCURACY
    assert (one.plan.standing is Standing.OPTIMAL) == optimal
    assert (f"{words['standing.optimal']}" in text.split(words["gap"][:20])[0]) == optimal
    assert one.plan.summary().startswith("optimal") == optimal
    if one.plan.standing is Standing.WITHIN_GAP:
        assert dict(standing_claim(one).fields) == {"asked": 70.0}


@pytest.mark.parametrize("gap", [1, 1.0, 5, 50.0, 100, math.inf, math.nan, -0.1, -math.inf])
def test_a_gap_is_a_part_of_one(gap: float) -> None:
    with pytest.raises(ValueError, match="gap"):
        SolveOptions(gap=gap)


def test_percents_are_asked_about() -> None:
    with pytest.raises(ValueError, match=r"must be below 1, not 5: did you mean 0\.05\?"):
        SolveOptions(gap=5)
    assert SolveOptions(gap=0.999).gap == 0.999


def test_a_pool_has_no_gap_of_its_own() -> None:
    """A gap in pool.toml is refused, not ignored: it belongs to the solve."""
    base = result()
    with pytest.raises(DataError, match="gap"):
        Pool.from_frames(dict(base.pool.tables), {"gap": 5})


# The core


def three(total: float, bound: float, *, pair: float = 4.0) -> Result:
    """Three members of 3 alone, 4 by twos (costs that are known exactly), and a plan of all for `total`."""
    names = ("=C", "A", "B")
    costs: dict[tuple[str, ...], CoalitionCost] = {(name,): CoalitionCost(3.0, 3.0) for name in names}
    costs |= {(one, other): CoalitionCost(pair, pair) for one, other in (("=C", "A"), ("=C", "B"), ("A", "B"))}
    shares: Allocation = allocate(CostGame.from_table({**costs, names: CoalitionCost(total, bound)}), Rule.PROPORTIONAL)
    rows = [("|".join(members), v.cost, v.bound, math.nan, math.nan) for members, v in shares.game.solved.items()]  # type: ignore[union-attr]
    base = result(known_trips=None)
    orders = base.plan.orders.head(1).assign(cost=total)
    emptied = {name: table.head(0) for name, table in base.plan.tables.items()}
    pooled = list(shares.shares.values())
    return replace(
        base,
        plan=replace(base.plan, **{**emptied, "orders": orders}, bound=bound),
        members=base.members.assign(alone=3.0, pool=pooled, saving=[3.0 - share for share in pooled]),
        allocation=shares,
        coalitions=pd.DataFrame(
            [("|".join(sorted(r[0].split("|"))), *r[1:]) for r in rows], columns=base.coalitions.columns
        ),
    )


def test_an_empty_core_is_one_of_this_plans_cost_unless_the_bound_is_beyond_reach_too() -> None:
    # x(N) <= 6 where every pair pays at most 4
    assert keys(core_claims(Book.of(three(7.0, 5.0))))[:2] == ["core.core-empty", "core.empty-this-plan"]
    assert keys(core_claims(Book.of(three(7.0, 6.5))))[:2] == ["core.core-empty", "core.empty-any-plan"]
    assert keys(core_claims(Book.of(three(7.0, -math.inf))))[:2] == ["core.core-empty", "core.excess-bound"]
    assert keys(core_claims(Book.of(three(6.0, 5.0)))) == ["core.in-core"]


def test_what_would_undo_an_empty_core_is_a_cheaper_plan() -> None:
    """`any plan` is claimed exactly where the core of a plan at the bound is empty, too."""
    for bound in (4.0, 5.0, 5.9, 6.1, 6.9):
        claimed = "core.empty-any-plan" in keys(core_claims(Book.of(three(7.0, bound))))
        at_bound = keys(core_claims(Book.of(three(bound, bound))))
        assert claimed == ("core.core-empty" in at_bound), bound


@pytest.mark.parametrize("language", Language)
def test_every_statement_about_the_core_names_the_shares_or_the_cost_it_is_about(language: Language) -> None:
    said = phrases(Domain.PROOF, language)
    about = {
        "en": ("these shares", "this plan’s cost"),
        "fr": ("ces parts", "coût de ce plan"),
        "ar": ("بهذه الحصص", "لتكلفة هذه الخطة"),
    }
    for key in ("core.in-core", "core.not-in-core", "core.core-empty", "core.undecided", "core.undecided-intervals"):
        assert any(words in said[key] for words in about[language.value]), key


# Odd figures


def row(**cents: int | None) -> dict[str, int | None]:
    names = ("today", "alone", "pool", "saving", "purchases_saving", "freight_saving", "own_effort")
    return {**dict.fromkeys(names, 0), "alone": 100, "pool": 90, "saving": 10, "purchases_saving": 10, **cents}


@pytest.mark.parametrize(
    ("cents", "odd"),
    [
        ({}, ()),
        ({"purchases_saving": 15, "freight_saving": -5}, (Oddity.FREIGHT,)),
        ({"purchases_saving": -5, "freight_saving": 15}, (Oddity.PURCHASES,)),
        ({"pool": 120, "saving": -20, "purchases_saving": -20}, (Oddity.DEARER,)),
        ({"saving": -2, "purchases_saving": -5, "freight_saving": 3}, (Oddity.DEARER, Oddity.PURCHASES)),
        ({"pool": -5, "saving": 105, "purchases_saving": 105}, (Oddity.PAID,)),
        ({"pool": 0, "saving": 100, "purchases_saving": 100}, (Oddity.FREE,)),
        ({"alone": 0, "pool": 0, "saving": 0, "purchases_saving": 0}, (Oddity.NOTHING_TO_BEAR,)),
        ({"own_effort": -3}, (Oddity.OWN_EFFORT,)),
        ({"today": None, "own_effort": None}, ()),
    ],
)
def test_odd_figures_are_found(cents: dict[str, int | None], odd: tuple[Oddity, ...]) -> None:
    assert oddities_of(row(**cents), active=True) == odd


def test_a_member_without_needs_is_not_odd() -> None:
    assert oddities_of(row(alone=0, pool=0, saving=0, purchases_saving=0), active=False) == ()


@pytest.mark.parametrize(("language", "oddity"), list(product(Language, Oddity)))
def test_each_oddity_has_its_sentences_and_what_is_told_to_a_member_names_nobody(
    language: Language, oddity: Oddity
) -> None:
    said = phrases(Domain.PROOF, language)
    assert "{members}" in said[f"odd.{oddity.value}"]
    assert "{" not in said[f"own.{oddity.value}"]


def test_terminal_and_page_say_why_a_part_of_a_saving_is_negative() -> None:
    base = case(bound=1000.0)
    members = base.members.assign(
        purchases_saving=base.members["saving"] + [0.0, 20.0, 0.0], freight_saving=[0.0, -20.0, 0.0]
    )
    odd = replace(base, members=members)
    claims = odd_claims(Book.of(odd))
    assert keys(claims) == ["odd.freight", "odd.parts"]
    texts = [text_of(claim, Language.ENGLISH, "DZD") for claim in claims]
    assert texts[0] == "Negative saving in freight: A."
    assert all(text in summary(odd).replace("\n  ", " ") for text in texts)
    assert "Negative saving in freight" in page_html(odd, language=Language.ENGLISH)


@pytest.mark.parametrize("language", Language)
def test_each_member_reads_in_its_own_statement_what_is_odd_about_it(language: Language) -> None:
    base = case(bound=1000.0)
    shift = pd.Series([0.0, -20.0, 0.0])
    members = base.members.assign(
        purchases_saving=base.members["saving"] - shift,
        freight_saving=shift,
        own_effort=[math.nan, math.nan, -5.0],
        today=[math.nan, math.nan, 595.0],
    )
    files = statement_files(replace(base, members=members), language)
    said = phrases(Domain.PROOF, language)
    papers = {name[:-5]: text for name, text in files.items() if name.endswith(".html")}
    reads = {
        member: {key for key in said if key.startswith("own.") and escape(said[key], quote=False) in text}
        for member, text in papers.items()
    }
    assert reads["A"] == {"own.freight", "own.parts"}
    assert reads["B"] == {"own.own-effort"}
    assert not any(keys for member, keys in reads.items() if member not in {"A", "B"})


def test_a_field_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match=Kind.MONEY.value):
        text_of(Claim.of("core.excess-bound", beyond=1.5), Language.ENGLISH, "DZD")
