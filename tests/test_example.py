"""The six-cluster example: its files are what its script draws, it reads without warning, and is what it claims."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import clusterpool as cp
from clusterpool.example import example_folder, write_example

SOURCES = Path(__file__).parents[1] / "examples" / "six-clusters"
DRAWN = ("eligibility", "offers", "purchases", "rebates", "roads", "shipments")


@pytest.fixture(scope="module")
def pool() -> cp.Pool:
    return cp.read_pool(example_folder())


def test_files_are_what_the_script_draws(tmp_path: Path) -> None:
    runpy.run_path(str(SOURCES / "make_example.py"))["write_tables"](tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(DRAWN)
    for name in DRAWN:
        assert (tmp_path / f"{name}.csv").read_bytes() == (SOURCES / f"{name}.csv").read_bytes(), name


def test_reads_without_a_warning(pool: cp.Pool) -> None:
    assert pool.warnings.empty


def test_is_as_large_as_it_claims(pool: cp.Pool) -> None:
    assert len(pool.members) == 25
    assert sorted(pool.clusters) == ["boissons", "dattes", "digital", "energies", "mecanique", "tourisme"]
    assert len(pool.table("items")) == 61
    assert len(pool.table("suppliers")) == 15
    assert len(pool.table("shipments")) == 300
    days = pool.table("shipments")
    assert (days["due_date"].max() - days["ready_date"].min()).days == 6


def test_about_a_third_of_the_items_are_bought_by_several_clusters(pool: cp.Pool) -> None:
    home = {member: cluster for cluster, members in pool.clusters.items() for member in members}
    bought = pool.table("purchases").assign(cluster=lambda table: table["member"].map(home))
    several = (bought.groupby("item")["cluster"].nunique() > 1).mean()
    assert 0.3 < several < 0.45


def test_fuel_is_regulated_and_has_nothing_to_pool(pool: cp.Pool) -> None:
    offers = pool.table("offers")
    fuel = offers[offers["item"] == "ENE-01"]
    assert set(fuel["price_kind"]) == {"regulated"}
    assert set(fuel["unit_price"]) == {31.0}
    assert not fuel["supplier"].duplicated().any()
    assert (offers.loc[offers["item"] != "ENE-01", "price_kind"] == "free").all()


def test_one_item_has_a_single_buyer_and_a_flat_price(pool: cp.Pool) -> None:
    assert list(pool.table("purchases").query("item == 'VEH-04'")["member"]) == ["BOI-01"]
    assert len(pool.table("offers").query("item == 'VEH-04'")) == 1
    assert "FRN-13" not in set(pool.table("rebates")["supplier"])


def test_one_lane_has_full_trucks_only(pool: cp.Pool) -> None:
    lane = pool.table("shipments").query("origin == 'Sidi Bel Abbès' and destination == 'Tlemcen'")
    assert len(lane) == 5
    assert set(lane["weight_kg"]) == {pool.table("vehicles")["capacity_kg"].max()}


def test_two_thirds_of_the_members_say_what_they_pay_today(pool: cp.Pool) -> None:
    prices = pool.table("purchases").groupby("member")["current_unit_price"].apply(lambda column: column.notna().all())
    costs = pool.table("shipments").groupby("member")["current_cost"].apply(lambda column: column.notna().all())
    assert prices.sum() == 17
    assert (prices.reindex(costs.index) == costs).all()


def test_writes_its_tables_into_an_empty_folder_only(tmp_path: Path) -> None:
    written = write_example(tmp_path / "new")
    assert cp.read_pool(tmp_path / "new").members == cp.read_pool(example_folder()).members
    assert {path.suffix for path in written} == {".csv", ".toml", ".md"}
    with pytest.raises(FileExistsError, match="not empty"):
        write_example(tmp_path / "new")
