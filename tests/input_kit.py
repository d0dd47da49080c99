"""A small valid input as files, and ways to spoil it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from clusterpool.demand import Pool, read_pool
from clusterpool.errors import DataError

FILES: dict[str, str] = {
    "members.csv": ("member,cluster,site,weight\nM1,boissons,Béjaïa,\nM2,boissons|dattes,Bougie,2\nM3,dattes,Depot,\n"),
    "sites.csv": "site,latitude,longitude\nDepot,34.8,5.7\nQuai,36.7,3.1\n",
    "items.csv": ("item,unit,weight_kg,goods_class\n06,carton,0.5,dry\nfilm,kg,1,dry\ngazole,litre,0.84,\n"),
    "purchases.csv": (
        "member,item,quantity,site,due_date,max_unit_price,current_supplier,current_unit_price\n"
        "M1,06,100,,,,,45\n"
        "M1,film,20,Quai,2026-03-05,,S2,\n"
        "M2,06,250.5,,,60,S1,44\n"
        "M3,gazole,1000,,,,,\n"
    ),
    "suppliers.csv": (
        "supplier,site,order_cost,min_order_value,capacity_value,delivered\n"
        "S1,Alger,1500,,900000,true\n"
        "S2,Oran,,2000,,false\n"
        "S3,,,,,\n"
    ),
    "offers.csv": (
        "supplier,item,min_quantity,unit_price,discount,capacity,order_multiple,lead_time_days,price_kind\n"
        "S1,06,10,46,all_units,5000,10,,\n"
        "S1,06,200,43.5,all_units,5000,10,,\n"
        "S2,06,0,47,incremental,,,1,\n"
        "S2,06,300,42,incremental,,,1,\n"
        "S2,film,5,330,,,,,\n"
        "S3,gazole,0,31,,,,,regulated\n"
    ),
    "rebates.csv": "supplier,min_spend,rebate_pct,discount\nS1,5000,2,\nS1,20000,4,\n",
    "eligibility.csv": "member,supplier,allowed\nM1,S1,true\nM2,S2,false\n",
    "rules.csv": "rule,scope,value\nmax_suppliers,,3\nmax_share_pct,supplier:S1,80\nmin_suppliers,item:06,1\n",
    "shipments.csv": (
        "shipment,member,origin,destination,weight_kg,volume_m3,ready_date,due_date,goods_class\n"
        "L1,M1,Béjaïa,Depot,800,2.5,2026-03-02,2026-03-06,dry\n"
        "L2,M3,Depot,Béjaïa,1200,,,2026-03-06,dry\n"
        "L3,M3,Depot,Alger,300,,2026-03-03,,cold\n"
    ),
    "vehicles.csv": (
        "vehicle,capacity_kg,capacity_m3,fixed_cost,cost_per_km,max_stops,goods_classes,available\n"
        "van,1500,12,4000,32,8,dry|cold,2\n"
        "truck,24000,,6000,85,,dry,\n"
    ),
    "tariffs.csv": (
        "tariff,min_weight_kg,cost_per_kg_km,minimum_cost,goods_classes\n"
        "groupage,0,0.055,1500,dry\n"
        "groupage,1000,0.03,1500,dry\n"
    ),
    "compatibility.csv": "goods_class,other_class\ndry,cold\n",
    "pool.toml": 'name = "small"\ncurrency = "DZD"\nmax_trip_days = 3\n',
}

ROADS = (
    "origin,destination,distance_km,duration_h,toll\n"
    "Béjaïa,Depot,230,4,\n"
    "Béjaïa,Alger,250,,100\n"
    "Alger,Oran,432,,\n"
    "Quai,Alger,10,0.5,\n"
)


def write_files(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return folder


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The small input with one text in one file replaced; the text must be there exactly once."""
    assert FILES[file].count(old) == 1, f"{old!r} must stand once in {file}"
    return {**FILES, file: FILES[file].replace(old, new)}


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in FILES.items() if name not in names}


def read(folder: Path, files: dict[str, str]) -> Pool:
    return read_pool(write_files(folder, files))


def problems_of(folder: Path, files: dict[str, str]) -> pd.DataFrame:
    """What is wrong with an input; no rows where nothing is."""
    try:
        read(folder, files)
    except DataError as error:
        return error.problems
    return pd.DataFrame()


def told(problems: pd.DataFrame) -> str:
    return problems.to_string() if len(problems) else "no problem was found"


def pools_folder() -> Path:
    """Where the larger synthetic pools are; it need not exist."""
    root = Path(__file__).resolve().parents[1]
    return Path(os.environ.get("CLUSTERPOOL_DATA", root.parent / "shared" / "data")) / "pools"


class Wrong(NamedTuple):
    """A spoilt input, what must be said about it, and how many other problems must follow from it."""

    name: str
    files: dict[str, str]
    file: str
    row: int
    column: str
    value: str
    problem: str
    repair: str
    others: int = 0


def added(file: str, line: str) -> dict[str, str]:
    """The small input with lines more at the end of a file."""
    return {**FILES, file: FILES.get(file, "") + line + "\n"}


def with_column(file: str, column: str, value: str) -> dict[str, str]:
    """The small input with a column more, filled in the first row only."""
    header, first, *rest = FILES[file].splitlines()
    return {**FILES, file: "\n".join([f"{header},{column}", f"{first},{value}", *(f"{row}," for row in rest)])}


def assert_told(wrong: Wrong, folder: Path) -> None:
    problems = problems_of(folder, wrong.files)
    assert len(problems), "the input was taken"
    places = zip(problems["file"], problems["row"], problems["column"], problems["value"], strict=True)
    here = problems[[place == (wrong.file, wrong.row, wrong.column, wrong.value) for place in places]]
    words = zip(here["problem"], here["repair"], strict=True)
    assert [wrong.problem in problem and wrong.repair in repair for problem, repair in words] == [True], told(problems)
    assert len(problems) == 1 + wrong.others, told(problems)
    if wrong.file in FILES:
        table = "settings" if wrong.file == "pool.toml" else wrong.file.removesuffix(".csv")
        assert here["table"].tolist() == [table]
