"""Ways to break a right plan: wrong rows in it, or a market in which it would not be allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.check import PlanCheck, check_plan
from tests.oracles.right_plans import RightPlan, buying, carrying, ex_works, plan_of, two_suppliers

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Fault:
    """A fault of a right plan, and what the checker should say of it: a table and a part of the problem's wording."""

    name: str
    right: RightPlan
    table: str
    wording: str
    header: tuple[tuple[str, Any], ...] = ()

    def check(self) -> PlanCheck:
        return check_plan(self.right.pool, plan_of(self.right.tables, **dict(self.header)))


def _cell(frame: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    frame = frame.assign(**{column: frame[column].astype(object) if isinstance(value, str) else frame[column]})
    frame.loc[row, column] = value
    return frame


def _rows(change: Callable[[pd.DataFrame], pd.DataFrame], right: RightPlan, table: str) -> RightPlan:
    return right.with_tables(**{table: change(right.tables[table]).reset_index(drop=True)})


def _plan(
    name: str, right: RightPlan, table: str, row: int, column: str, value: object, wording: str, found_in: str = ""
) -> Fault:
    """A wrong cell in the plan."""
    wrong = _cell(right.tables[table], row, column, value)
    return Fault(name, right.with_tables(**{table: wrong}), found_in or table, wording)


def _dropped(name: str, right: RightPlan, table: str, row: int, wording: str, found_in: str = "") -> Fault:
    return Fault(name, _rows(lambda frame: frame.drop(index=row), right, table), found_in or table, wording)


def _twice(name: str, right: RightPlan, table: str, row: int, wording: str) -> Fault:
    return Fault(name, _rows(lambda frame: pd.concat([frame, frame.loc[[row]]]), right, table), table, wording)


def _market(name: str, right: RightPlan, cells: list[tuple[str, int, str, object]], table: str, wording: str) -> Fault:
    """A cell of the input that forbids the plan."""
    for frame, row, column, value in cells:
        right = right.with_frames(**{frame: _cell(right.market.frames[frame], row, column, value)})
    return Fault(name, right, table, wording)


def _setting(name: str, right: RightPlan, table: str, wording: str, **settings: object) -> Fault:
    return Fault(name, right.with_settings(**settings), table, wording)


def _added(name: str, right: RightPlan, added: str, row: dict[str, object], table: str, wording: str) -> Fault:
    """A row of the input that forbids the plan."""
    return Fault(name, right.with_frames(**{added: pd.DataFrame([row])}), table, wording)


def faults() -> list[Fault]:
    """Every fault."""
    return [*_of_orders(), *_of_the_market(), *_of_trips(), *_of_loads(), *_of_roads_and_fleet(), *_of_sums()]


def _of_orders() -> list[Fault]:
    right = buying()
    return [
        _plan("wrong price", right, "orders", 1, "unit_price", 8.5, "not the unit price"),
        _plan("price of the break before", right, "orders", 3, "unit_price", 10.0, "not the unit price"),
        _plan("wrong cost", right, "orders", 1, "cost", 350.0, "not quantity x unit price less the rebate"),
        _plan("no rebate", right, "orders", 1, "rebate_pct", 0.0, "not the rebate"),
        _plan("all-units rebate", right, "orders", 3, "rebate_pct", 4.0, "not the rebate"),
        _plan("rebate on regulated", right, "orders", 2, "rebate_pct", 5.2 / 6.3, "a regulated price earns no rebate"),
        _plan("too little", right, "orders", 3, "quantity", 20.0, "do not add up to the needs"),
        _plan("too much", right, "orders", 3, "quantity", 35.0, "more than the needs"),
        _plan("no multiple", right, "orders", 0, "quantity", 6.0, "no multiple of 10"),
        _plan("nothing", right, "orders", 0, "quantity", 0.0, "an order for nothing"),
        _plan("negative", right, "orders", 0, "quantity", -5.0, "no such number"),
        _plan("not a number", right, "orders", 0, "cost", float("nan"), "no such number"),
        _plan("surplus of a member", right, "orders", 0, "member", "A", "a surplus belongs to no member"),
        _plan("unknown kind", right, "orders", 0, "kind", "gift", "no such kind"),
        _plan("another member's need", right, "orders", 2, "member", "B", "nobody needs this item there"),
        _plan("another site", right, "orders", 1, "site", "Oran", "nobody needs this item there"),
        _plan("no such offer", right, "orders", 2, "supplier", "S2", "offers no such item"),
        _plan("code twice", right, "orders", 1, "order", "O1", "the code is not unique"),
        _plan("outside too dear", right, "orders", 4, "unit_price", 3.2, "not the need's max_unit_price"),
        _plan("outside wrong cost", right, "orders", 4, "cost", 31.0, "not quantity x max_unit_price"),
        _plan("outside with a supplier", right, "orders", 4, "supplier", "S1", "has no supplier"),
        _plan("outside without a price", right, "orders", 2, "kind", "outside", "the need has no max_unit_price"),
        _dropped("order dropped", right, "orders", 3, "do not add up to the needs"),
        _twice("order twice", right, "orders", 2, "more than the needs"),
        _dropped("order cost dropped", right, "charges", 0, "the order cost is not charged"),
        _twice("order cost twice", right, "charges", 0, "charged a second time"),
        _plan("order cost wrong", right, "charges", 0, "cost", 150.0, "not the supplier's order_cost"),
        _plan("order cost of another", right, "charges", 0, "supplier", "S2", "nothing is bought there"),
        _plan("charge of another kind", right, "charges", 0, "kind", "delivery_cost", "no such charge is due"),
        _plan("unmet too cheap", right, "unmet", 0, "cost", 200.0, "not quantity x shortage_factor"),
        _plan("unmet by less", right, "unmet", 0, "quantity", 3.0, "not quantity x shortage_factor"),
        _plan("unmet of nobody", right, "unmet", 0, "member", "B", "the member has no such need"),
        _dropped("unmet dropped", right, "unmet", 0, "do not add up to the needs", "orders"),
    ]


def _of_the_market() -> list[Fault]:
    right = buying()
    bare = {"scope": "", "rule": "max_suppliers", "value": 1.0}
    least = [("offers", 0, "min_quantity", 80.0), ("offers", 1, "min_quantity", 85.0)]
    most = [("offers", 0, "capacity", 65.0), ("offers", 1, "capacity", 65.0)]
    frames = right.market.frames
    incremental = frames["offers"].assign(discount=["incremental", "incremental", "all_units", "all_units"])
    all_units = frames["rebates"].assign(discount="all_units")
    full = frames["suppliers"].assign(capacity_value=3700.0)
    return [
        _market("break not reached", right, [("offers", 1, "min_quantity", 75.0)], "orders", "not the unit price"),
        _market("below the minimum", right, least, "orders", "below the least quantity"),
        _market("over capacity", right, most, "orders", "above the capacity"),
        _market(
            "below min_order_value", right, [("suppliers", 0, "min_order_value", 4000.0)], "orders", "min_order_value"
        ),
        Fault("over capacity_value", right.with_frames(suppliers=full), "orders", "above capacity_value"),
        Fault("incremental breaks", right.with_frames(offers=incremental), "orders", "unit price"),
        Fault("all-units rebates", right.with_frames(rebates=all_units), "orders", "the rebate"),
        _added(
            "not eligible",
            right,
            "eligibility",
            {"member": "B", "supplier": "S1", "allowed": False},
            "orders",
            "not allowed to this member",
        ),
        _setting("another shortage factor", right, "unmet", "shortage_factor", shortage_factor=2.5),
        _added(
            "too few suppliers",
            right,
            "rules",
            bare | {"rule": "min_suppliers", "value": 2.0},
            "orders",
            "min_suppliers",
        ),
        _added(
            "too few suppliers of an item",
            right,
            "rules",
            bare | {"rule": "min_suppliers", "scope": "item:film", "value": 2.0},
            "orders",
            "min_suppliers item:film",
        ),
        _added("too many suppliers", two_suppliers(), "rules", bare, "orders", "max_suppliers of the pool"),
        _added(
            "too large a part of an item",
            right,
            "rules",
            bare | {"rule": "max_share_pct", "scope": "item:film", "value": 60.0},
            "orders",
            "max_share_pct item:film",
        ),
        _added(
            "too large a part of the spend",
            right,
            "rules",
            bare | {"rule": "max_share_pct", "scope": "supplier:S1", "value": 60.0},
            "orders",
            "max_share_pct supplier:S1",
        ),
    ]


def _of_trips() -> list[Fault]:
    right = carrying()
    late = pd.Timestamp("2026-03-03")
    return [
        _plan("wrong km", right, "trips", 0, "distance_km", 350.0, "not the km"),
        _plan("km with the way back", right, "trips", 0, "distance_km", 510.0, "not the km"),
        _plan("wrong trip cost", right, "trips", 0, "cost", 20900.0, "not what the vehicle costs"),
        _plan("late delivery", right, "trips", 0, "day", late, "within the dates", "loads"),
        _plan("early pick-up", right, "trips", 0, "day", pd.Timestamp("2026-03-01"), "within the dates", "loads"),
        _plan("unknown vehicle", right, "trips", 0, "vehicle", "cart", "there is no such vehicle"),
        _plan("no stops", right, "trips", 0, "stops", "", "the trip stops nowhere"),
        _plan("missing leg", right, "trips", 0, "stops", "P|R", "no two stops of trip", "loads"),
        _plan(
            "stops the other way", right, "trips", 0, "stops", "R|Q|P", "does not pass origin and destination", "loads"
        ),
        _plan("one site twice", right, "trips", 0, "stops", "P|P|Q|R", "one site twice in a row"),
        _plan("no way there", right, "trips", 0, "stops", "P|Q|R|Nowhere", "no road"),
        _plan("wrong load_kg", right, "trips", 0, "load_kg", 9000.0, "not the kg of its loads"),
        _plan("wrong fill", right, "trips", 0, "fill_pct", 60.0, "not the fullest leg"),
        _plan("wrong emissions", right, "trips", 0, "kg_co2e", 272.0, "not kg_co2e_per_km x the km driven"),
        _twice("trip twice", right, "trips", 0, "the code is not unique"),
        _dropped("trip dropped", right, "trips", 0, "there is no such trip", "loads"),
        _plan("useless stop", right, "trips", 0, "stops", "P|Q|P|R", "nothing is loaded or unloaded"),
    ]


def _of_loads() -> list[Fault]:
    right, goods = carrying(), ex_works()
    return [
        _dropped("shipment forgotten", right, "loads", 2, "'X3' is not carried exactly once"),
        _twice("shipment twice", right, "loads", 2, "'X3' is not carried exactly once"),
        _dropped("part forgotten", right, "loads", 3, "what 'X4' has to carry"),
        _plan("parts by other codes", right, "loads", 3, "shipment", "X4#1", "neither a shipment"),
        _plan("wrong member", right, "loads", 0, "member", "B", "not the member of the cargo"),
        _plan("wrong origin", right, "loads", 0, "from_site", "Q", "not the from_site"),
        _plan("wrong destination", right, "loads", 1, "to_site", "R", "not the to_site"),
        _plan("on at another stop", right, "loads", 0, "from_stop", 2, "at these stops within the dates"),
        _plan("off too early", right, "loads", 0, "to_stop", 2, "at these stops within the dates"),
        _plan("off before it is on", right, "loads", 0, "to_stop", 0, "no such number"),
        _plan("off beyond the last stop", right, "loads", 0, "to_stop", 4, "no two stops of trip"),
        _plan("no stop on a trip", right, "loads", 0, "from_stop", None, "no two stops of trip"),
        _plan("half a stop", right, "loads", 0, "from_stop", 1.5, "no such number"),
        _plan("stops by groupage", right, "loads", 2, "from_stop", 1, "groupage has no stops"),
        _plan("wrong weight", right, "loads", 0, "weight_kg", 5000.0, "has to carry"),
        _plan("wrong volume", right, "loads", 0, "volume_m3", 19.0, "has to carry"),
        _plan("trip and tariff", right, "loads", 0, "tariff", "G", "not one"),
        _plan("unknown tariff", right, "loads", 2, "tariff", "H", "there is no such tariff"),
        _plan("wrong groupage bill", right, "loads", 2, "cost", 5100.0, "cheapest groupage bill"),
        _plan("cost on a trip", right, "loads", 0, "cost", 10.0, "costs nothing by itself"),
        _plan("wrong groupage emissions", right, "loads", 3, "kg_co2e", 150.0, "tonne-km"),
        _plan("emissions of a load", right, "loads", 0, "kg_co2e", 300.0, "by tonne-km"),
        _plan("unmet shipment too cheap", right, "unmet", 0, "cost", 10000.0, "dearest fitting direct trip"),
        _plan("another part unmet", right, "unmet", 0, "quantity", 0.5, "what 'X4' has to carry", "loads"),
        _plan("unmet of another kind", right, "unmet", 0, "kind", "purchase", "not the kind of this need"),
        _plan("unmet shipment of nobody", right, "unmet", 0, "shipment", "X9", "there is no such shipment"),
        _plan("unmet of another member", right, "unmet", 0, "member", "A", "not the shipment's member"),
        _dropped("unmet part forgotten", right, "unmet", 0, "what 'X4' has to carry", "loads"),
        _dropped("order not carried", goods, "loads", 2, "'O2' is ex works and is not carried"),
        _dropped("order carried in part", goods, "loads", 1, "what 'O1' has to carry"),
        _plan("order's bill by itself", goods, "loads", 1, "cost", 2500.0, "cheapest groupage bill"),
        _plan("order's volume elsewhere", goods, "loads", 0, "volume_m3", 5.0, "the same part in kg"),
        _plan(
            "order before it is ready",
            goods,
            "trips",
            0,
            "day",
            pd.Timestamp("2026-03-02"),
            "within the dates",
            "loads",
        ),
        _plan(
            "order after it is due", goods, "trips", 0, "day", pd.Timestamp("2026-03-05"), "within the dates", "loads"
        ),
        _market("delivered order carried", goods, [("suppliers", 0, "delivered", True)], "loads", "neither a shipment"),
    ]


def _of_roads_and_fleet() -> list[Fault]:
    right, goods = carrying(), ex_works()
    classes = {"goods_class": "food", "other_class": "chemical"}
    mixed = right.with_frames(
        shipments=_cell(right.market.frames["shipments"], 1, "goods_class", "chemical"),
        vehicles=_cell(right.market.frames["vehicles"], 0, "goods_classes", ""),
    )
    twice = goods.with_frames(vehicles=goods.market.frames["vehicles"].assign(available=1)).with_tables(
        trips=pd.concat([goods.tables["trips"], goods.tables["trips"].assign(trip="T2")], ignore_index=True)
    )
    return [
        _market("another distance", right, [("roads", 1, "distance_km", 250.0)], "trips", "not the km"),
        _market("another toll", right, [("roads", 0, "toll", 60.0)], "trips", "not what the vehicle costs"),
        _market("over the kg", right, [("vehicles", 0, "capacity_kg", 9500.0)], "trips", "capacity in kg on leg 1"),
        _market("over the m3", right, [("vehicles", 0, "capacity_m3", 25.0)], "trips", "capacity in m3 on leg 1"),
        _market("over max_stops", right, [("vehicles", 0, "max_stops", 2)], "trips", "more than max_stops"),
        _market("wrong class", right, [("shipments", 0, "goods_class", "frozen")], "loads", "takes no such goods"),
        _added("classes apart", mixed, "compatibility", classes, "loads", "may not share a vehicle"),
        _setting("a minute too late", right, "loads", "within the dates", driving_hours_per_day=7.99),
        _setting("longer stops", right, "trips", "takes more than max_trip_days", hours_per_stop=1.5),
        _market("slower", right, [("vehicles", 0, "speed_kmh", 50.0)], "trips", "takes more than max_trip_days"),
        _market("not available", right, [("vehicles", 0, "available", 0)], "trips", "than available"),
        Fault("more vehicles than there are", twice, "trips", "than available"),
        _market(
            "another tariff",
            right,
            [("tariffs", 0, "minimum_cost", 9000.0), ("tariffs", 1, "minimum_cost", 9000.0)],
            "loads",
            "cheapest groupage bill",
        ),
        _market("need due before the trip", goods, [("purchases", 0, "due_date", "2026-03-02")], "loads", "the dates"),
    ]


def _of_sums() -> list[Fault]:
    right = buying()
    parts = right.plan.parts
    return [
        Fault("bound above the cost", right, "plan", "the bound lies above the cost", (("bound", 4600.0),)),
        Fault("bound unknown", right, "plan", "optimal without a bound", (("bound", -float("inf")),)),
        Fault("part off", right, "parts", "not the sum of its rows", (("parts", parts.assign(cost=[4500.0, 0.0])),)),
        Fault("part's bound", right, "parts", "above the cost", (("parts", parts.assign(bound=[4600.0, 0.0])),)),
        Fault("unknown part", right, "parts", "no such part", (("parts", parts.assign(part=["goods", "freight"])),)),
    ]
