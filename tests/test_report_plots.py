"""What plots draw is what the tables say; they carry their alt text, touch no global state, and take any text."""

from __future__ import annotations

import doctest
import importlib
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from clusterpool.allocation import CostGame, Rule, allocate
from clusterpool.demand import Pool, read_pool
from clusterpool.language import Language
from clusterpool.market import Offer
from clusterpool.report import plots
from clusterpool.report.plots.break_curve import average_price, curves_of
from clusterpool.report.plots.rules_compared import compared
from clusterpool.report.plots.sheet import plain
from clusterpool.savings import share_savings
from clusterpool.schema import Discount
from tests.plot_case import EDGES, GAME, with_game, with_trips
from tests.report_case import plan, result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def every_plot(language: Language) -> dict[str, Axes]:
    drawn, shared = plots.Plots(with_trips()), plots.Plots(with_game())
    return {
        "bars": drawn.bars(language=language),
        "clusters": drawn.bars(by=plots.Group.CLUSTERS, language=language),
        "waterfall": drawn.waterfall(language=language),
        "breaks": drawn.breaks("film", language=language),
        "map": drawn.map(language=language),
        "fill": drawn.fill(language=language),
        "rules": shared.rules(language=language),
        "leaving": shared.leaving(language=language),
        "core": plots.core_triangle(GAME, currency="DZD", language=language),
    }


def bars_of(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def words_of(ax: Axes) -> str:
    return " ".join(
        text.get_text() for text in ax.get_figure(root=True).findobj(lambda artist: hasattr(artist, "get_text"))
    )


@pytest.mark.parametrize("language", Language)
def test_every_plot_has_a_title_and_an_alt_text_in_its_language(language: Language) -> None:
    for name, ax in every_plot(language).items():
        for text in (plots.alt_text(ax), ax.get_title("left") + ax.get_title("right")):
            assert text, name
            assert bool(re.search("[\u0600-\u06ff]", text)) == language.right_to_left, name
        assert "{" not in plots.alt_text(ax) + words_of(ax), name


def test_the_pools_language_is_the_default() -> None:
    case = result()
    french = replace(case.pool, settings=case.pool.settings.model_copy(update={"language": "fr"}))
    assert "économise" in plots.savings_bars(replace(case, pool=french)).get_title("left")


def test_a_pool_in_another_language_is_drawn_in_english() -> None:
    case = with_game()
    german = replace(case.pool, settings=case.pool.settings.model_copy(update={"language": "de"}))
    drawn = plots.Plots(replace(case, pool=german))
    assert "saves" in drawn.bars().get_title("left")
    assert "loses" in drawn.leaving().get_title("left")


def test_bars_are_the_savings_by_rank() -> None:
    ax = plots.savings_bars(result())
    assert [bar.get_width() for bar in bars_of(ax)] == [105.0, 105.0, 0.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "A Atelier des Amandiers",
        "B Briqueterie",
        "=C Conserves, Cie",
    ]
    assert "210" in plots.alt_text(ax)


def test_a_bar_that_rests_on_unmet_needs_is_hatched() -> None:
    case = result()
    case.members.loc[case.members["member"] == "A", "comparable"] = False
    ax = plots.savings_bars(case)
    assert [bool(bar.get_hatch()) for bar in bars_of(ax)] == [True, False, False]
    assert "unmet needs: A Atelier" in plots.alt_text(ax)


def test_bars_of_clusters() -> None:
    ax = plots.savings_bars(result(), by=plots.Group.CLUSTERS)
    assert [bar.get_width() for bar in bars_of(ax)] == [210.0, 0.0]


def test_waterfall_goes_down_by_the_savings() -> None:
    case = result()  # nothing is saved in freight
    ax = plots.waterfall(case)
    heights = [bar.get_height() for bar in bars_of(ax)]
    assert heights == pytest.approx([-case.members["purchases_saving"].sum()])
    assert bars_of(ax)[0].get_y() == pytest.approx(case.members["alone"].sum())
    assert ax.get_xticklabels()[0].get_text().startswith("alone")  # nobody knows what B pays today


def test_waterfall_tells_purchases_from_freight() -> None:
    case = result()
    case.members[["purchases_saving", "freight_saving"]] = [[0.0, 0.0], [130.0, -25.0], [100.0, 5.0]]
    bars = bars_of(plots.waterfall(case))
    assert [bar.get_height() for bar in bars] == pytest.approx([-230.0, 20.0])
    assert bars[1].get_y() == pytest.approx(case.members["alone"].sum() - 230.0)


def test_waterfall_of_a_member_whose_costs_today_are_known() -> None:
    ax = plots.waterfall(result(), member="A")  # 750 today, 700 alone, 595 in the pool
    assert [bar.get_height() for bar in bars_of(ax)] == pytest.approx(
        [-50.0, -105.0]
    )  # no step for freight, where nothing changes
    with pytest.raises(KeyError, match="no member"):
        plots.waterfall(result(), member="X")


def test_break_curve_marks_what_is_bought() -> None:
    ax = plots.break_curve(result(), "film")  # 110 rolls at 9, 10 below 100
    stairs, mark = ax.lines
    assert list(zip(*map(list, stairs.get_data()), strict=True)) == [
        (0.0, 10.0),
        (100.0, 10.0),
        (100.0, 9.0),
        (pytest.approx(126.5), 9.0),
    ]
    assert mark.get_xydata().tolist() == [[110.0, 9.0]]
    with pytest.raises(KeyError, match="nobody offers"):
        plots.break_curve(result(), "glue")


def test_break_curve_says_how_far_the_next_break_is() -> None:
    case = result()
    orders = case.plan.orders[case.plan.orders["member"] == "A"]  # 60 rolls
    ax = plots.break_curve(replace(case, plan=plan(orders=orders)), "film")
    assert "40 more would reach the next break, 9.00" in plots.alt_text(ax)


def test_incremental_prices_are_averaged() -> None:
    offer = Offer("S", "film", ((10.0, 5.0), (20.0, 4.0), (40.0, 3.0)), Discount.INCREMENTAL, math.inf, 0.0, 0, False)
    # the contract's formula: p1 min(q, lo2) + sum of p_t max(0, min(q, lo_t+1) - lo_t)
    assert average_price(offer, 50.0) == pytest.approx((5 * 20 + 4 * 20 + 3 * 10) / 50)
    assert average_price(offer, 15.0) == 5.0


def test_curves_end_at_the_capacity() -> None:
    case = result()
    offers = case.pool.table("offers").assign(capacity=105.0)
    tables = {**case.pool.tables, "offers": offers}
    (curve,) = curves_of(replace(case, pool=replace(case.pool, tables=tables)), "film")
    assert curve.quantities.max() == 105.0


def test_map_draws_each_leg_of_each_trip() -> None:
    ax = plots.trip_map(with_trips())
    assert len([patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["semi (1)", "van (1)"]
    places = with_trips().pool.table("sites").set_index("site")
    (dots,) = ax.collections
    drawn = {tuple(point) for point in np.asarray(dots.get_offsets()).tolist()}
    assert drawn == {(places["longitude"][site], places["latitude"][site]) for site in ("Alger", "Oran")}
    west, east = ax.get_xlim()
    assert west < min(x for x, _ in drawn) < max(x for x, _ in drawn) < east


def test_a_site_without_coordinates_is_not_drawn() -> None:
    case = with_trips()
    sites = case.pool.table("sites")
    sites.loc[sites["site"] == "Oran", ["latitude", "longitude"]] = math.nan
    ax = plots.trip_map(replace(case, pool=replace(case.pool, tables={**case.pool.tables, "sites": sites})))
    assert not [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def test_fill_counts_every_trip() -> None:
    ax = plots.fill_histogram(with_trips())
    counts = {round(bar.get_x() // 10) * 10: bar.get_height() for bar in bars_of(ax) if bar.get_height()}
    assert counts == {60: 1, 90: 1}
    assert "80.0% on average, 1 of them at least 90% full" in plots.alt_text(ax)


def test_a_trip_at_ninety_percent_counts_as_ninety() -> None:
    case = with_trips()
    case.plan.trips.loc[1, "fill_pct"] = 90.0
    assert "1 of them at least 90% full" in plots.alt_text(plots.fill_histogram(case))


def test_who_buys_just_at_a_break_lacks_nothing_for_it() -> None:
    case = result()
    orders = case.plan.orders.assign(quantity=[60.0, 40.0])  # 100 rolls, where the break is
    (curve,) = curves_of(replace(case, plan=plan(orders=orders)), "film")
    assert curve.next_break is None
    assert average_price(curve.offer, curve.bought) == 9.0


def test_a_plan_without_trips_says_so() -> None:
    for ax in (plots.fill_histogram(result()), plots.trip_map(result())):
        assert plots.alt_text(ax) == "The plan has no trips."


def test_rules_are_compared_in_percent_of_the_cost_alone() -> None:
    case = with_game()
    table = compared(case.allocation)
    shapley = table[table["rule"] == "shapley"].set_index("player")["saving_pct"]
    assert shapley.to_dict() == pytest.approx({"=C": 0.0, "A": 15.0, "B": 17.5})
    ax = plots.rules_compared(case.allocation)
    points = {line.get_label(): line.get_xdata() for line in ax.lines}
    assert list(points["Shapley (used)"]) == pytest.approx(shapley.tolist())
    ranges = table.groupby("player")["saving_pct"].agg(lambda savings: savings.max() - savings.min())
    assert f"The rule matters most for {ranges.idxmax()}: from" in plots.alt_text(ax)


def test_who_leaves_loses_shows_both_losses() -> None:
    allocation = allocate(GAME, Rule.SHAPLEY)
    ax = plots.who_leaves_loses(allocation)
    leaving = allocation.explain().leaving
    assert [bar.get_width() for bar in bars_of(ax)] == pytest.approx([*leaving["saves"], *leaving["others_lose"]])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B", "C"]


def test_nothing_is_drawn_of_a_leaver_whose_rest_is_not_solved() -> None:
    game = CostGame.from_table({("A",): 60.0, ("B",): 65.0, ("C",): 70.0, ("A", "B"): 105.0, ("A", "B", "C"): 145.0})
    ax = plots.who_leaves_loses(allocate(game, Rule.PROPORTIONAL))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["C"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", EDGES)
def test_every_plot_of_unusual_pools_is_drawn_without_a_warning(case: str, tmp_path: Path) -> None:
    pool = Pool.from_frames({name: pd.DataFrame(table) for name, table in EDGES[case].items()})
    savings = share_savings(pool, rule=Rule.PROPORTIONAL)
    drawn = [savings.plot.bars(), savings.plot.waterfall(), savings.plot.map(), savings.plot.fill()]
    drawn += [savings.plot.rules(), savings.plot.leaving()]
    if "offers" in EDGES[case]:
        drawn.append(savings.plot.breaks("film"))
    for place, ax in enumerate(drawn):
        plots.save_plot(ax, tmp_path / f"{place}.png")
        assert plots.alt_text(ax)


def test_curves_cost_what_the_plan_pays() -> None:
    pool = read_pool(Path(__file__).parents[1] / "examples" / "three-firms")
    savings = share_savings(pool, rule=Rule.PROPORTIONAL)
    orders = savings.plan.orders
    paid = (orders["quantity"] * orders["unit_price"]).groupby([orders["item"], orders["supplier"]]).sum()
    drawn = {
        (item, curve.offer.supplier): average_price(curve.offer, curve.bought) * curve.bought
        for item in ("carton", "film", "pallet")
        for curve in curves_of(savings.result, item)
        if curve.bought
    }
    assert drawn == pytest.approx(paid.to_dict())


def test_given_axes_are_drawn_on_and_given_back() -> None:
    ax = Figure().add_subplot()
    assert plots.savings_bars(result(), ax=ax) is ax


@pytest.mark.parametrize("text", ["$\\frac{1$", "a$b$c", "one\ntwo\x07", "\u202egnp.exe", "{member}", "x" * 300])
def test_texts_are_drawn_as_they_stand(text: str, tmp_path: Path) -> None:
    case = result()
    members = case.pool.table("members")
    members["name"] = text
    hostile = replace(case, pool=replace(case.pool, tables={**case.pool.tables, "members": members}))
    plots.save_plot(plots.savings_bars(hostile), tmp_path / "bars.png")
    assert "\n" not in plain(text)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_saved_plots_are_reproducible_and_carry_their_alt_text(kind: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        plots.save_plot(plots.savings_bars(result()), tmp_path / f"{name}.{kind}")
    first, second = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert first == second
    if kind != "pdf":  # whose texts are compressed
        assert b"Bar chart, one bar a member (3)" in first


def test_neither_import_nor_savings_load_matplotlib_before_a_plot_is_asked_for() -> None:
    code = "import sys, clusterpool; clusterpool.Savings; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_no_plot_uses_pyplot() -> None:
    code = (
        "import sys, pandas; from tests.report_case import result; from clusterpool.report import plots;"
        "plots.savings_bars(result()); print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("module", ["sheet", "break_curve"])
def test_examples(module: str) -> None:
    room = importlib.import_module(f"clusterpool.report.plots.{module}")
    assert doctest.testmod(room).failed == 0
