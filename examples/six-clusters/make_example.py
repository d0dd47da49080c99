"""Draw the figures of the six-cluster example.

Members, items, suppliers, vehicles, tariffs, rules and settings are written by hand, in the files beside this one, and
`made_from/` says who usually needs and ships what. This script reads them and draws the rest, always the same:
purchases, offers, rebates, eligibility, shipments and roads.

    python examples/six-clusters/make_example.py [FOLDER]
"""

from __future__ import annotations

import csv
import math
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from clusterpool.places import find_places

HERE = Path(__file__).resolve().parent
Row: TypeAlias = dict[str, str | float]

SUNDAY = date(2026, 10, 4)
CIRCUITY = 1.24
WITHOUT_PRICES_TODAY = {"BOI-04", "DAT-04", "DIG-04", "ENR-02", "ENR-03", "MEC-03", "TOU-02", "TOU-04"}
SOUTH = {"DAT-01", "DAT-02", "DAT-03", "DAT-04", "DAT-05", "ENR-02", "TOU-03"}
DEPOTS = {"FRN-14": False, "FRN-15": True}  # fuel depot: does it serve the south?
NOT_ACCREDITED = [("BOI-03", "FRN-01"), ("DIG-03", "FRN-06"), ("MEC-04", "FRN-13"), ("TOU-02", "FRN-11")]
MULTIPLES = {"EMB-01": 500, "EMB-02": 500, "EMB-03": 10, "PET-01": 5000, "SOL-01": 31}
INCREMENTAL = {"FRN-06", "FRN-10"}
FLAT = {"ENE-01", "VEH-04"}  # one price whatever the quantity
SECOND_SITE = {("DAT-02", "EMB-01"): "Touggourt", ("DAT-02", "CON-01"): "Touggourt"}
WANTED_FRIDAY = {"PET-01", "PET-03"}
MARKET_PRICE = {"ALI-01": 2150, "ALI-02": 3300, "NET-03": 2800}  # what the shop round the corner asks
LEAD_DAYS = {"FRN-01": 1, "FRN-02": 1, "FRN-07": 2}  # sell ex works
PALLET_FROM_KG = 300


@cache
def read(table: str) -> list[dict[str, str]]:
    """Rows of a table written by hand."""
    with (HERE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def needs() -> list[tuple[str, float, list[str], str]]:
    """Item, usual price, sellers (the first without capacity limit) and buyers with their usual quantities."""
    return [(r["item"], float(r["price"]), r["sellers"].split(), r["buyers"]) for r in read("made_from/needs")]


def digits(value: float, count: int) -> float:
    """`value` to `count` significant digits."""
    rounded = round(value, count - 1 - math.floor(math.log10(value)))
    return int(rounded) if rounded == int(rounded) else rounded


def by_keys(rows: list[Row], *keys: str) -> list[Row]:
    """`rows` sorted by some of their columns."""
    return sorted(rows, key=lambda row: [row[key] for key in keys])


def position(place: str) -> tuple[float, float]:
    """Latitude and longitude in radians, from `sites.csv` or the gazetteer."""
    own = {row["site"]: (float(row["latitude"]), float(row["longitude"])) for row in read("sites")}
    found = own.get(place) or next((known.latitude, known.longitude) for known in find_places(place))
    return math.radians(found[0]), math.radians(found[1])


def great_circle_km(one: str, other: str) -> float:
    """Great-circle distance (haversine, R = 6371 km) between two places."""
    (lat1, lon1), (lat2, lon2) = position(one), position(other)
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def make_roads() -> list[Row]:
    """Edges between neighbouring towns, both ways."""
    rows: list[Row] = []
    for origin, ends in (row.values() for row in read("made_from/roads")):
        for destination, _, known in (end.partition("=") for end in ends.split("|")):
            km = int(known) if known else max(1, round(CIRCUITY * great_circle_km(origin, destination)))
            rows.append({"origin": origin, "destination": destination, "distance_km": km})
    return by_keys(rows, "origin", "destination")


def distances(roads: list[Row]) -> dict[tuple[str, str], float]:
    """Shortest kilometres between any two places of the roads."""
    names = sorted({str(row[end]) for row in roads for end in ("origin", "destination")})
    number = {name: i for i, name in enumerate(names)}
    km = [float(row["distance_km"]) for row in roads]
    ends = tuple([number[str(row[end])] for row in roads] for end in ("origin", "destination"))
    graph = coo_array((km, ends), shape=(len(names), len(names)))
    matrix = shortest_path(graph.tocsr(), directed=False)
    return {(one, other): float(matrix[i, j]) for one, i in number.items() for other, j in number.items()}


def make_purchases(rng: np.random.Generator) -> list[Row]:
    """Who needs how much: an item that several clusters buy is on six lists in ten, one of one cluster on eight."""
    size = {row["member"]: float(np.exp(rng.normal(0, 0.35))) for row in read("members")}
    rows: list[Row] = []
    for item, _, _, buyers in needs():
        usual = dict(buyer.split(":") for buyer in buyers.split())
        for row in read("members"):
            member, cluster = row["member"], row["cluster"].partition("|")[0]
            quantity = usual.get(member, usual.get(cluster))
            spread, chance = rng.normal(0, 0.3), rng.random()
            if quantity is None or (member not in usual and chance > (0.6 if len(usual) > 1 else 0.8)):
                continue
            drawn = digits(max(1.0, float(quantity) * size[member] * math.exp(spread)), 2)
            multiple = MULTIPLES.get(item, 1)
            rows.append(
                {
                    "member": member,
                    "item": item,
                    "quantity": max(1, round(drawn / multiple)) * multiple,
                    "site": SECOND_SITE.get((member, item), ""),
                    "due_date": "2026-10-09" if item in WANTED_FRIDAY else "",
                    "max_unit_price": MARKET_PRICE.get(item, ""),
                }
            )
    return rows


def make_offers(rng: np.random.Generator, purchases: list[Row]) -> list[Row]:
    """Price lists: three to five breaks, 2 to 6 % from one to the next, the last at some six tenths of the need."""
    rows: list[Row] = []
    for item, base, sellers, _ in needs():
        need = sum(float(row["quantity"]) for row in purchases if row["item"] == item)
        for place, supplier in enumerate(sellers):
            low = 0.94 if supplier in LEAD_DAYS else 1.0
            price = base * (1 if item in FLAT else low * rng.uniform(0.98, 1.05))
            capacity = digits(need * rng.uniform(0.7, 1.4), 2) if rng.random() < 0.35 and place else ""
            for least in _steps(rng, need) if item not in FLAT else [1]:
                rows.append(
                    {
                        "supplier": supplier,
                        "item": item,
                        "min_quantity": least,
                        "unit_price": digits(price, 4) if item not in FLAT else base,
                        "discount": "incremental" if supplier in INCREMENTAL else "all_units",
                        "capacity": capacity if item not in FLAT else "",
                        "order_multiple": MULTIPLES.get(item, ""),
                        "lead_time_days": LEAD_DAYS.get(supplier, ""),
                        "price_kind": "regulated" if item == "ENE-01" else "free",
                    }
                )
                price *= 1 - rng.uniform(0.02, 0.06)
    return by_keys(rows, "supplier", "item", "min_quantity")


def _steps(rng: np.random.Generator, need: float) -> list[float]:
    count = int(rng.integers(3, 6))
    parts = np.geomspace(0.06, 0.6, count - 1) * rng.uniform(0.8, 1.2, count - 1)
    return [1, *sorted({digits(max(2.0, need * part), 2) for part in parts.tolist()})]


def make_rebates(purchases: list[Row]) -> list[Row]:
    """Rebates on spend: 1, 2 and 3.5 % from 0.3, 0.6 and 1 times the supplier's even part of the pool's spend."""
    spend: dict[str, float] = {}
    for item, price, sellers, _ in needs():
        value = price * sum(float(row["quantity"]) for row in purchases if row["item"] == item)
        for supplier in sellers:
            spend[supplier] = spend.get(supplier, 0.0) + value / len(sellers)
    return [
        {
            "supplier": supplier,
            "min_spend": digits(part * spend[supplier], 2),
            "rebate_pct": percent,
            "discount": "incremental" if supplier in INCREMENTAL else "all_units",
        }
        for supplier in ("FRN-01", "FRN-03", "FRN-05", "FRN-09", "FRN-10", "FRN-11")
        for part, percent in ((0.3, 1), (0.6, 2), (1.0, 3.5))
    ]


def make_eligibility() -> list[Row]:
    """Each member has one fuel depot, its region's; a few suppliers are closed to a member."""
    members = [row["member"] for row in read("members")]
    wrong = [(member, depot) for member in members for depot, south in DEPOTS.items() if south != (member in SOUTH)]
    return [{"member": m, "supplier": s, "allowed": "false"} for m, s in sorted(wrong + NOT_ACCREDITED)]


def make_shipments(rng: np.random.Generator) -> list[Row]:
    """The shipments of the week: ready Sunday to Thursday, due one to four days later, at the latest on Saturday."""
    rows: list[Row] = []
    for member, count, origin, ends, least, most, density, goods_class in (
        row.values() for row in read("made_from/flows")
    ):
        for _ in range(int(count)):
            kg = round(math.exp(rng.uniform(math.log(float(least)), math.log(float(most)))), -1)
            m3 = round(kg / float(density) * rng.uniform(0.9, 1.1), 2)
            ready = int(rng.integers(0, 5))
            due = min(6, ready + int(rng.integers(2, 5)))
            rows.append(
                {
                    "shipment": f"EXP-{len(rows) + 1:03d}",
                    "member": member,
                    "origin": origin,
                    "destination": str(rng.choice(ends.split("|"))),
                    "weight_kg": int(max(kg, 20)),
                    "volume_m3": m3,
                    "pallets": math.ceil(max(kg / 750, m3 / 1.6)) if kg >= PALLET_FROM_KG else "",
                    "ready_date": str(SUNDAY + timedelta(days=ready)),
                    "due_date": str(SUNDAY + timedelta(days=due)),
                    "goods_class": goods_class,
                }
            )
    return rows


def groupage_cost(kg: float, m3: float, km: float, goods_class: str) -> float:
    """What groupage bills for one shipment."""
    rows = [row for row in read("tariffs") if goods_class in row["goods_classes"].split("|")]
    weight = max(kg, float(rows[0]["kg_per_m3"]) * m3)
    prices = (max(weight, float(row["min_weight_kg"])) * float(row["cost_per_kg_km"]) * km for row in rows)
    return max(float(rows[0]["minimum_cost"]), min(prices))


def truck_cost(kg: float, m3: float, km: float, goods_class: str) -> float:
    """What the cheapest vehicle that takes one shipment asks for going straight, alone."""
    return min(
        (
            float(row["fixed_cost"])
            + float(row["cost_per_km"]) * km * (1 + float(row["empty_return_pct"]) / 100)
            + 2 * float(row["cost_per_stop"])
            for row in read("vehicles")
            if goods_class in row["goods_classes"].split("|")
            and kg <= float(row["capacity_kg"])
            and m3 <= float(row["capacity_m3"])
        ),
    )


def add_freight_today(rng: np.random.Generator, shipments: list[Row], km: dict[tuple[str, str], float]) -> None:
    """Today each shipment goes by itself, by groupage or a truck of its own, at 2 % below to 10 % above the tariff."""
    for row in shipments:
        size = float(row["weight_kg"]), float(row["volume_m3"]), km[str(row["origin"]), str(row["destination"])]
        usual = min(bill(*size, str(row["goods_class"])) for bill in (groupage_cost, truck_cost))
        paid = round(usual * rng.uniform(0.98, 1.10), -1)
        row["current_cost"] = "" if row["member"] in WITHOUT_PRICES_TODAY else int(paid)


def add_prices_today(
    rng: np.random.Generator, purchases: list[Row], offers: list[Row], km: dict[tuple[str, str], float]
) -> None:
    """Today each member buys of its usual supplier, at the price of its own quantity or up to 5 % more, delivered."""
    barred = {(row["member"], row["supplier"]) for row in make_eligibility()}
    home = {row["member"]: row["site"] for row in read("members")}
    site = {row["supplier"]: row["site"] for row in read("suppliers")}
    items = {row["item"]: row for row in read("items")}
    sellers = {item: names for item, _, names, _ in needs()}
    for row in purchases:
        member, item, quantity = str(row["member"]), str(row["item"]), float(row["quantity"])
        supplier = str(rng.choice([name for name in sellers[item] if (member, name) not in barred]))
        breaks = [offer for offer in offers if offer["supplier"] == supplier and offer["item"] == item]
        price = [float(offer["unit_price"]) for offer in breaks if float(offer["min_quantity"]) <= quantity][-1]
        price *= rng.uniform(1.0, 1.05) if item not in FLAT else 1.0
        if supplier in LEAD_DAYS:
            kg, m3 = (float(items[item][column]) * quantity for column in ("weight_kg", "volume_m3"))
            way = km[site[supplier], str(row["site"]) or home[member]]
            price += groupage_cost(kg, m3, way, items[item]["goods_class"]) / quantity
        known = member not in WITHOUT_PRICES_TODAY
        row["current_supplier"] = supplier if known else ""
        row["current_unit_price"] = digits(price, 4) if known else ""


def make_tables() -> dict[str, list[Row]]:
    """Every drawn table by its name."""
    rng = np.random.default_rng(2026)
    roads = make_roads()
    km = distances(roads)
    purchases = make_purchases(rng)
    offers = make_offers(rng, purchases)
    shipments = make_shipments(rng)
    add_freight_today(rng, shipments, km)
    add_prices_today(rng, purchases, offers, km)
    return {
        "eligibility": make_eligibility(),
        "offers": offers,
        "purchases": by_keys(purchases, "member", "item"),
        "rebates": make_rebates(purchases),
        "roads": roads,
        "shipments": shipments,
    }


def write_tables(folder: Path) -> None:
    """Write the drawn tables into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in make_tables().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write_tables(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
