"""A strict reader of the contract's folder, written anew: what it reads is what a pool must hold.

It shares nothing with the package: the columns are copied from the design by hand, CSV is parsed by a small automaton,
places are looked up in the gazetteer's file by a folding of its own. `differences` says where a pool that was accepted
is not what the files say.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

# kinds: t text, p place, l list, s sorted list, n number, w whole number, f flag, d day, c scope; a default follows
SPEC = {
    "members": "member t, cluster l, site p, name t, weight n:1",
    "sites": "site t, latitude n, longitude n, name t, kind t",
    "items": "item t, unit t, name t, weight_kg n, volume_m3 n, pallets n, goods_class t, pack_size n",
    "purchases": "member t, item t, quantity n, site p, due_date d, max_unit_price n, current_supplier t, "
    "current_unit_price n",
    "suppliers": "supplier t, site p, order_cost n, min_order_value n, capacity_value n, delivered f:true, "
    "delivery_cost n, free_delivery_from n, payment_days w, name t",
    "offers": "supplier t, item t, min_quantity n, unit_price n, discount t:all_units, capacity n, order_multiple n, "
    "valid_from d, valid_until d, lead_time_days w, price_kind t:free",
    "rebates": "supplier t, min_spend n, rebate_pct n, discount t:all_units",
    "eligibility": "member t, supplier t, allowed f",
    "rules": "rule t, scope c, value n",
    "shipments": "shipment t, member t, origin p, destination p, weight_kg n, volume_m3 n, pallets n, ready_date d, "
    "due_date d, goods_class t, current_cost n",
    "vehicles": "vehicle t, capacity_kg n, capacity_m3 n, capacity_pallets n, fixed_cost n, cost_per_km n, "
    "cost_per_stop n, max_stops w, speed_kmh n:60, goods_classes s, empty_return_pct n:0, "
    "kg_co2e_per_km n, available w",
    "tariffs": "tariff t, min_weight_kg n, cost_per_kg n, cost_per_kg_km n, fixed_cost n, minimum_cost n, kg_per_m3 n, "
    "min_distance_km n, goods_classes s, kg_co2e_per_tonne_km n:0.122",
    "hubs": "site p, handling_cost_per_kg n, fixed_cost n, capacity_kg n",
    "roads": "origin p, destination p, distance_km n, duration_h n, toll n",
    "compatibility": "goods_class t, other_class t",
}
KEYS = {
    "members": ["member"],
    "sites": ["site"],
    "items": ["item"],
    "suppliers": ["supplier"],
    "offers": ["supplier", "item", "min_quantity"],
    "rebates": ["supplier", "min_spend"],
    "eligibility": ["member", "supplier"],
    "rules": ["rule", "scope"],
    "shipments": ["shipment"],
    "vehicles": ["vehicle"],
    "tariffs": ["tariff", "min_weight_kg"],
    "hubs": ["site"],
    "roads": ["origin", "destination"],
    "compatibility": ["goods_class", "other_class"],
}
DERIVED = {("purchases", "site"), ("purchases", "due_date"), ("shipments", "ready_date"), ("shipments", "due_date")}
GAZETTEER = Path(__file__).resolve().parents[2] / "src" / "clusterpool" / "data" / "places.csv"

Row = dict[str, Any]


class NotStrictError(Exception):
    """The files are not what the contract says."""


def records(text: str) -> list[list[str]]:  # noqa: C901 - one automaton
    """CSV by a small automaton: cells of each record, stripped; empty lines are no records."""
    rows: list[list[str]] = []
    row: list[str] = []
    cell, state, place = "", "start", 0
    while place <= len(text):
        sign = text[place] if place < len(text) else "\n"
        last = place >= len(text)
        place += 1
        if state == "quoted":
            if last:
                raise NotStrictError("an open quote")
            state, cell = ("closing", cell) if sign == '"' else (state, cell + sign)
            continue
        if state == "closing" and sign == '"':
            state, cell = "quoted", cell + sign
        elif sign == '"' and state == "start":
            state = "quoted"
        elif sign in ",\r\n":
            if sign == "," or row or cell or state == "closing":
                row.append(cell.strip())
            cell, state = "", "start"
            if sign != ",":
                if row:
                    rows.append(row)
                row = []
        elif state == "closing":
            raise NotStrictError("text behind a quote")
        else:
            cell, state = cell + sign, "plain"
    return rows


def read_table(table: str, content: bytes) -> list[Row]:
    """The rows of a CSV file, typed; NotStrictError where it is not the contract's."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotStrictError("not UTF-8") from error
    rows = records(text)
    if not rows:
        raise NotStrictError("empty")
    return typed_rows(table, rows[0], rows[1:])


def typed_rows(table: str, header: list[str], rows: list[list[str]]) -> list[Row]:
    spec = dict(_columns(table))
    if len(set(header)) != len(header) or not set(header) <= set(spec):
        raise NotStrictError("header")
    if any(len(row) != len(header) for row in rows):
        raise NotStrictError("ragged")
    return [_typed(spec, dict(zip(header, row, strict=True))) for row in rows]


def _columns(table: str) -> Iterator[tuple[str, str]]:
    for part in SPEC[table].split(", "):
        name, kind = part.split(" ")
        yield name, kind


def _typed(spec: Mapping[str, str], cells: Mapping[str, str]) -> Row:
    row: Row = {}
    for name, kind in spec.items():
        text, default = cells.get(name, ""), kind.partition(":")[2]
        row[name] = _value(kind[0], text or default)
    return row


def _value(kind: str, text: str) -> Any:  # noqa: C901, PLR0911 - one kind after the other
    if text == "":
        return None
    if kind in "nw":
        if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
            raise NotStrictError(f"number {text[:40]!r}")
        return float(text) + 0.0
    if kind == "f":
        if text.lower() not in {"true", "false", "1", "0"}:
            raise NotStrictError("flag")
        return text.lower() in {"true", "1"}
    if kind == "d":
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise NotStrictError("day")
        try:
            return dt.date(int(text[:4]), int(text[5:7]), int(text[8:]))
        except ValueError as error:
            raise NotStrictError("day") from error
    if re.match("'+[=+@＝＋＠-]", text):
        text = text[1:]
    parts = [part.strip() for part in text.split("|")]
    if kind == "l":
        return "|".join(dict.fromkeys(parts))
    if kind == "s":
        return "|".join(sorted(set(parts)))
    if kind == "c":
        head, _, tail = text.partition(":")
        return f"{head.strip()}:{tail.strip()}"
    return text


@cache
def _places() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    header, *rows = records(GAZETTEER.read_text(encoding="utf-8"))
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        for spelling in [row["name"], row["name_ar"], *row["aliases"].split("|")]:
            found.setdefault(_folded(spelling), set()).add(row["name"])
    return found


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ى", "ي").replace("ة", "ه"))
    return "".join(letter for letter in plain if letter.isalnum()).casefold()


def _same(kind: str, expected: Any, found: Any, sites: set[str]) -> bool:
    blank = found is None or found == "" or (isinstance(found, float) and math.isnan(found)) or str(found) == "NaT"
    if expected is None:
        return blank or (kind == "f" and found is False)
    if blank:
        return False
    if kind == "d":
        return str(found)[:10] == expected.isoformat()
    if kind == "p" and expected not in sites:
        return found in _places().get(_folded(expected), set()) or _spelt(expected, found)
    return bool(found == expected)


def _spelt(expected: str, found: str) -> bool:
    """A usual way to write a wilaya: with its number or a word before the name."""
    return any(len(alias) > 2 and alias in _folded(expected) for alias, names in _places().items() if found in names)


def differences(files: Mapping[str, list[Row]], tables: Mapping[str, pd.DataFrame], ordered: dt.date) -> list[str]:
    """Where the tables of a pool are not what was read strictly."""
    sites = {row["site"] for row in files.get("sites", [])}
    told = []
    for table in SPEC:
        found = tables[table].to_dict("records")
        rows = files.get(table, [])
        if table == "offers":
            rows = [row for row in rows if _valid(row, ordered)]
        told += [f"{table}: {fault}" for fault in _table_faults(table, rows, found, sites, given=table in files)]
    return told


def _valid(row: Row, ordered: dt.date) -> bool:
    return (row["valid_from"] or ordered) <= ordered <= (row["valid_until"] or ordered)


def _table_faults(  # noqa: C901 - one comparison after the other
    table: str, rows: list[Row], found: list[Any], sites: set[str], *, given: bool
) -> Iterator[str]:
    kinds = {name: kind[0] for name, kind in _columns(table)}
    loose = {name for name in kinds if (table, name) in DERIVED} | (
        {"latitude", "longitude"} if table == "sites" else set()
    )
    if table == "purchases":
        kinds.pop("quantity")
        yield from _sums(rows, found)
    elif not given and table in {"items", "suppliers"}:
        return
    elif table == "sites":
        if extra := {row["site"] for row in found} - sites - {name for names in _places().values() for name in names}:
            yield f"sites from nowhere: {extra}"
    elif len(found) != len(rows):
        yield f"{len(found)} rows, the file has {len(rows)}"
    for row in rows:
        if not any(_row_is(row, other, kinds, loose, sites) for other in found):
            yield f"no row like {row}"
    if table == "sites":
        return
    for other in found:
        if not any(_row_is(row, other, kinds, loose, sites) for row in rows):
            yield f"a row from nowhere: {other}"


def _row_is(row: Row, other: Any, kinds: Mapping[str, str], loose: set[str], sites: set[str]) -> bool:
    return all(
        (row[name] is None and name in loose) or _same(kind, row[name], other[name], sites)
        for name, kind in kinds.items()
    )


def _sums(rows: list[Row], found: list[Any]) -> Iterator[str]:
    sums: dict[tuple[str, str], list[list[float]]] = {}
    for side, lines in enumerate((rows, found)):
        for row in lines:
            sums.setdefault((row["member"], row["item"]), [[], []])[side].append(row["quantity"])
    for key, (given, kept) in sums.items():
        if not math.isclose(math.fsum(given), math.fsum(kept), rel_tol=1e-12):
            yield f"{key}: {given} became {kept}"


def read_strictly(files: Mapping[str, bytes]) -> dict[str, list[Row]]:
    """The tables of a folder of the contract, typed; its settings must be TOML."""
    if "pool.toml" in files:
        try:
            tomllib.loads(files["pool.toml"].decode("utf-8-sig"))
        except ValueError as error:
            raise NotStrictError("settings") from error
    return {
        name.removesuffix(".csv"): read_table(name.removesuffix(".csv"), content)
        for name, content in files.items()
        if name.removesuffix(".csv") in SPEC and name.endswith(".csv")
    }
