"""The pool: canonical tables that do not depend on the order of rows, defaults filled in, coalitions, round trip."""

from __future__ import annotations

import csv
import io
import pickle
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from clusterpool import market
from clusterpool.demand import Pool, read_pool, write_pool
from clusterpool.errors import DataError
from clusterpool.messages import PROBLEM_COLUMNS
from clusterpool.schema import TABLES, columns
from tests.input_kit import FILES, ROADS, added, changed, pools_folder, read, without

if TYPE_CHECKING:
    from pathlib import Path

DAY = pd.Timestamp


def warned(pool: Pool) -> list[tuple[str, int, str, str]]:
    rows = pool.warnings
    return list(zip(rows["file"], rows["row"], rows["column"], rows["problem"], strict=True))


def shuffled(files: dict[str, str], seed: int) -> dict[str, str]:
    """The same rows in another order, and the columns too."""
    rng = np.random.default_rng(seed)
    mixed = {}
    for name, text in files.items():
        rows = list(csv.reader(io.StringIO(text)))
        if name.endswith(".csv"):
            header, *body = rows
            places = rng.permutation(len(header))
            order = rng.permutation(len(body))
            lines = [header, *(body[place] for place in order)]
            mixed[name] = "".join(",".join(line[place] for place in places) + "\n" for line in lines)
        else:
            mixed[name] = text
    return mixed


def test_a_valid_input_has_no_warnings(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    assert warned(pool) == []
    assert tuple(pool.warnings.columns) == PROBLEM_COLUMNS


def test_every_table_has_all_columns_of_the_contract_typed(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    for table in TABLES:
        frame = pool.table(table)
        assert list(frame.columns) == [column.name for column in columns(table)]
        assert frame.index.equals(pd.RangeIndex(len(frame)))
        for column in columns(table):
            kind = {"float64": "f", "bool": "b", "datetime64[s]": "M"}.get(column.dtype, "O")
            assert frame[column.name].dtype.kind == kind, (table, column.name)
            if column.dtype == "str":
                assert all(isinstance(cell, str) for cell in frame[column.name])


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    assert pool.table("members")["weight"].tolist() == [1.0, 2.0, 1.0]
    assert pool.table("suppliers")["delivered"].tolist() == [True, False, True]
    assert pool.table("offers")["discount"].tolist()[-1] == "all_units"
    assert pool.table("offers")["price_kind"].tolist() == ["free"] * 5 + ["regulated"]
    assert set(pool.table("rebates")["discount"]) == {"all_units"}
    assert set(pool.table("vehicles")["speed_kmh"]) == {60.0}
    assert set(pool.table("tariffs")["kg_co2e_per_tonne_km"]) == {0.122}
    assert (pool.settings.circuity, pool.settings.shortage_factor, pool.settings.currency) == (1.24, 3.0, "DZD")


def test_sites_and_dates_are_filled_in(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    purchases = pool.table("purchases")
    assert purchases["site"].tolist() == ["Béjaïa", "Quai", "Béjaïa", "Depot"]
    assert purchases["due_date"].tolist() == [
        DAY("2026-03-06"),
        DAY("2026-03-05"),
        DAY("2026-03-06"),
        DAY("2026-03-06"),
    ]
    shipments = pool.table("shipments")
    assert shipments["ready_date"].tolist() == [DAY("2026-03-02"), DAY("2026-03-02"), DAY("2026-03-03")]
    assert shipments["due_date"].tolist() == [DAY("2026-03-06")] * 3
    assert pool.settings.order_date == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("settings", "due", "first", "last"),
    [
        ("", "", "2000-01-01", "2000-01-03"),
        ("max_trip_days = 5\n", "", "2000-01-01", "2000-01-05"),
        ("order_date = 2026-05-01\n", "", "2026-05-01", "2026-05-03"),
        ("", "2026-05-09", "2026-05-09", "2026-05-09"),
        ("order_date = 2026-05-01\n", "2026-05-09", "2026-05-01", "2026-05-09"),
    ],
)
def test_the_horizon_without_shipments(tmp_path: Path, settings: str, due: str, first: str, last: str) -> None:
    purchases = f"member,item,quantity,due_date\nM1,06,1,\nM1,06,2,{due}\nM2,06,3,\n"
    files = {**without("shipments.csv", "purchases.csv"), "purchases.csv": purchases, "pool.toml": settings}
    pool = read(tmp_path, files)
    assert str(pool.settings.order_date) == first
    assert pool.table("purchases")["due_date"].max() == DAY(last)


def test_places_become_canonical_and_have_coordinates(tmp_path: Path) -> None:
    pool = read(tmp_path, changed("suppliers.csv", "S2,Oran", "S2,وهران"))
    assert pool.table("members")["site"].tolist() == ["Béjaïa", "Béjaïa", "Depot"]
    assert pool.table("suppliers")["site"].tolist() == ["Alger", "Oran", ""]
    sites = pool.table("sites").set_index("site")
    assert sites.index.tolist() == ["Alger", "Béjaïa", "Depot", "Oran", "Quai"]
    assert (sites["latitude"]["Béjaïa"], sites["longitude"]["Béjaïa"]) == (36.75587, 5.08433)
    assert sites["latitude"].notna().all()


def test_a_code_of_sites_wins_over_the_gazetteer(tmp_path: Path) -> None:
    pool = read(tmp_path, added("sites.csv", "Bougie,36.5,5.5"))
    assert pool.table("members")["site"].tolist() == ["Béjaïa", "Bougie", "Depot"]
    assert pool.table("sites").set_index("site").loc["Bougie", "latitude"] == 36.5


def test_a_site_row_without_coordinates_takes_those_of_the_gazetteer(tmp_path: Path) -> None:
    pool = read(tmp_path, added("sites.csv", "ORAN,,"))
    assert pool.table("sites").set_index("site").loc["ORAN", "latitude"] == 35.69906


def test_codes_come_from_the_needs_where_tables_are_absent(tmp_path: Path) -> None:
    files = {**without("items.csv", "suppliers.csv"), "purchases.csv": FILES["purchases.csv"].replace(",S2,", ",S9,")}
    pool = read(tmp_path, files)
    assert pool.table("items")["item"].tolist() == ["06", "film", "gazole"]
    assert pool.table("suppliers")["supplier"].tolist() == ["S1", "S2", "S3", "S9"]
    assert pool.table("suppliers")["delivered"].all()


def test_market_reads_the_canonical_tables(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    offer = market.offers(pool)["S1", "06"]
    assert offer.breaks == ((10.0, 46.0), (200.0, 43.5))
    assert (offer.capacity, offer.order_multiple, offer.regulated) == (5000.0, 10.0, False)
    assert market.offers(pool)["S3", "gazole"].regulated
    assert market.vehicles(pool)["van"].goods_classes == {"dry", "cold"}
    assert market.forbidden(pool) == {("M2", "S2")}
    assert market.needs(pool)[2].max_unit_price == 60.0
    assert [len(tariff.breaks) for tariff in market.tariffs(pool).values()] == [2]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_and_columns_is_no_matter(tmp_path: Path, seed: int) -> None:
    files = {**added("purchases.csv", "M1,06,0.1,,,,,45\nM1,06,0.7,,,,,45\nM1,06,1e9,,,,,45"), "roads.csv": ROADS}
    pool, other = read(tmp_path / "one", files), read(tmp_path / "other", shuffled(files, seed))
    for table in TABLES:
        assert_frame_equal(pool.table(table), other.table(table))
    assert pool.input_hash == other.input_hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("offers.csv", "43.5", "43.51"),
        ("members.csv", "Depot", "Oran"),
        ("eligibility.csv", "M2,S2,false", "M2,S2,true"),
        ("shipments.csv", "2026-03-02,2026-03-06", "2026-03-02,2026-03-05"),
        ("pool.toml", "max_trip_days = 3", "max_trip_days = 4"),
        ("pool.toml", "small", "large"),
    ],
)
def test_the_hash_sees_every_change(tmp_path: Path, file: str, old: str, new: str) -> None:
    assert read(tmp_path / "a", FILES).input_hash != read(tmp_path / "b", changed(file, old, new)).input_hash


def test_a_written_pool_reads_back_the_same(tmp_path: Path) -> None:
    files = {
        **added("purchases.csv", "M1,06,0.1,,,,,45"),
        "roads.csv": ROADS,
        "items.csv": FILES["items.csv"].replace("film,kg", '"film","k""g, or ""so"'),
        "pool.toml": 'name = "l\'\\"été\\" \\\\ 2026"\nrule = "shapley"\nhours_per_stop = 0.1\n',
    }
    files["items.csv"] = files["items.csv"].replace('"k""g, or ""so"', '"k""g, or ""so"""')
    pool = read(tmp_path / "given", files)
    write_pool(pool, tmp_path / "written")
    again = read_pool(tmp_path / "written")
    for table in TABLES:
        assert_frame_equal(pool.table(table), again.table(table))
    assert again.settings == pool.settings
    assert again.input_hash == pool.input_hash
    assert len(again.warnings) == 0
    assert Pool.from_frames(pool.to_frames(), pool.settings).input_hash == pool.input_hash


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    write_pool(read(tmp_path / "given", FILES), tmp_path / "one")
    write_pool(read_pool(tmp_path / "one"), tmp_path / "two")
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert "rebates.csv" in one
    assert "hubs.csv" not in one


def test_members_and_clusters(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    assert pool.members == ["M1", "M2", "M3"]
    assert pool.clusters == {"boissons": ["M1", "M2"], "dattes": ["M3"]}
    assert repr(pool).startswith("<Pool 'small': 3 members")
    assert len(repr(pool)) < 300


def test_a_coalition_faces_the_whole_market_and_means_the_same(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    part = pool.restrict(["M1"])
    assert part.members == ["M1"]
    assert part.table("shipments")["shipment"].tolist() == ["L1"]
    assert part.table("purchases")["due_date"].tolist() == [DAY("2026-03-06"), DAY("2026-03-05")]
    assert part.table("eligibility")["member"].tolist() == ["M1"]
    for table in set(TABLES) - {"members", "purchases", "shipments", "eligibility"}:
        assert_frame_equal(part.table(table), pool.table(table))
    assert part.settings == pool.settings
    assert pool.restrict(pool.members).input_hash == pool.input_hash
    assert pool.restrict(["M3", "M1"]).restrict(["M1"]).input_hash == part.input_hash


def test_a_written_coalition_reads_back_the_same(tmp_path: Path) -> None:
    pool = read(tmp_path / "given", FILES)
    for number, coalition in enumerate((["M1"], ["M2"], ["M3"], ["M2", "M3"])):
        part = pool.restrict(coalition)
        write_pool(part, tmp_path / str(number))
        assert read_pool(tmp_path / str(number)).input_hash == part.input_hash


def test_a_coalition_of_strangers_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="M9"):
        read(tmp_path, FILES).restrict(["M1", "M9"])


def test_what_a_caller_changes_is_no_longer_the_pool(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    frame = pool.table("offers")
    other = pool.to_frames()["offers"]
    for copy in (frame, other):
        copy.loc[:, "unit_price"] = 0.0
    assert pool.table("offers")["unit_price"].min() == 31.0
    with pytest.raises(TypeError):
        pool.tables["offers"] = frame  # type: ignore[index]


def test_a_pool_goes_to_another_process(tmp_path: Path) -> None:
    pool = read(tmp_path, FILES)
    again = pickle.loads(pickle.dumps(pool))
    assert again.input_hash == pool.input_hash
    assert again.restrict(["M1"]).members == ["M1"]


def test_pooled_demand_and_each_members_part(tmp_path: Path) -> None:
    demand = read(tmp_path, FILES).demand().set_index("item")
    assert list(demand.loc["06"]) == [350.5, 2, 100.0, 250.5, 0.0]
    assert list(demand.loc["gazole"]) == [1000.0, 1, 0.0, 0.0, 1000.0]
    assert demand.columns.tolist() == ["quantity", "members", "M1", "M2", "M3"]
    assert read(tmp_path / "freight", without("purchases.csv", "offers.csv")).demand().empty


WARNINGS = [
    (added("purchases.csv", "M1,06,7,Bougie,2026-03-06,,,45"), ("purchases.csv", 6, "quantity", "equals an earlier")),
    (
        changed("offers.csv", "200,43.5", "200,47"),
        ("offers.csv", 3, "unit_price", "rises with the quantity, from 46 to 47"),
    ),
    (added("offers.csv", "S1,06,6000,40,all_units,5000,10,,"), ("offers.csv", 8, "min_quantity", "never reached")),
    (changed("rebates.csv", "20000,4", "20000,1"), ("rebates.csv", 3, "rebate_pct", "falls with the spend")),
    (added("members.csv", "M4,dattes,Oran,"), ("members.csv", 5, "member", "neither purchases nor shipments")),
    (added("eligibility.csv", "M3,S3,false"), ("purchases.csv", 5, "item", "'M3' may buy of none")),
    (
        changed("rules.csv", "item:06,1", "item:film,2"),
        ("rules.csv", 4, "value", "suppliers that offer the item: only 1"),
    ),
    (
        added("compatibility.csv", "dry,chemical"),
        ("compatibility.csv", 3, "other_class", "no goods of class 'chemical'"),
    ),
]


@pytest.mark.parametrize(("files", "expected"), WARNINGS, ids=[str(expected) for _, expected in WARNINGS])
def test_what_is_odd_is_warned(tmp_path: Path, files: dict[str, str], expected: tuple[str, int, str, str]) -> None:
    (warning,) = warned(read(tmp_path, files))
    assert warning[:3] == expected[:3]
    assert expected[3] in warning[3]


def test_an_item_that_nobody_offers_is_warned_where_it_has_a_price(tmp_path: Path) -> None:
    files = changed("purchases.csv", "M1,film,20,Quai,2026-03-05,,S2,", "M1,glue,20,Quai,2026-03-05,9,S2,")
    pool = read(tmp_path, {**files, "items.csv": FILES["items.csv"] + "glue,kg,,\n"})
    assert warned(pool) == [("purchases.csv", 3, "item", "nobody offers the item")]


def test_equal_lines_add_up(tmp_path: Path) -> None:
    pool = read(tmp_path, added("purchases.csv", "M1,06,7,Bougie,2026-03-06,,,45\nM1,06,7,,,,,46"))
    purchases = pool.table("purchases")
    quantities = purchases[(purchases["member"] == "M1") & (purchases["item"] == "06")]["quantity"]
    assert sorted(quantities) == [7.0, 107.0]


@pytest.mark.parametrize("name", ["freight.csv", "buying.csv"])
def test_either_half_works_alone(tmp_path: Path, name: str) -> None:
    halves = {
        "freight.csv": ("purchases.csv", "offers.csv", "suppliers.csv", "rebates.csv", "eligibility.csv", "rules.csv"),
        "buying.csv": ("shipments.csv", "compatibility.csv"),
    }
    pool = read(tmp_path, without(*halves[name]))
    assert pool.table("purchases").empty == (name == "freight.csv")
    assert pool.table("shipments").empty == (name == "buying.csv")


def test_roads_make_coordinates_needless(tmp_path: Path) -> None:
    files = {**changed("sites.csv", "Depot,34.8,5.7", "Depot,,"), "roads.csv": ROADS}
    assert len(read(tmp_path, files).table("roads")) == 4


def test_roads_decide_whether_a_date_can_be_met(tmp_path: Path) -> None:
    late = changed("shipments.csv", "Depot,Alger,300,,2026-03-03,,cold", "Depot,Alger,300,,2026-03-03,2026-03-03,cold")
    # over the roads: 1 h stop + 4 h + 250 km / 60 km/h = 9.17 h, more than the 9 h of a day
    with pytest.raises(DataError, match="no vehicle can deliver by the due date"):
        read(tmp_path / "slow", {**late, "roads.csv": ROADS})
    fast = ROADS.replace("Béjaïa,Alger,250,,", "Béjaïa,Alger,250,4,")
    assert len(read(tmp_path / "fast", {**late, "roads.csv": fast}).warnings) == 0


@pytest.mark.parametrize("folder", sorted(pools_folder().glob("*")), ids=lambda folder: folder.name)
def test_the_synthetic_pools_load(folder: Path, tmp_path: Path) -> None:
    pool = read_pool(folder)
    assert pool.members
    write_pool(pool, tmp_path)
    assert read_pool(tmp_path).input_hash == pool.input_hash
