"""Loading a folder with every check on, against pandas.read_csv alone on the same file."""

from __future__ import annotations

import random
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import clusterpool as cp

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

MEMBERS = 200
SUPPLIERS = 20
LINES_PER_ITEM = 200
NUMBERS = ("few", "all different")
"""Few different prices and quantities, as in most lists; or a new one on every line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this subject."""
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--repeats", type=int, default=3, help="The least time of so many counts.")


def run(arguments: argparse.Namespace) -> None:
    """Print a line a size: seconds of processor time, and how many times those of pandas.read_csv."""
    print(f"{'rows':>9}  {'prices, quantities':18}  {'read_csv s':>10}  {'read_pool s':>11}  times")
    for rows, numbers in product(arguments.rows, NUMBERS):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write(folder, rows, few=numbers == "few")
            alone = least(pd.read_csv, folder / "purchases.csv", arguments.repeats)
            whole = least(cp.read_pool, folder, arguments.repeats)
        print(f"{rows:>9,}  {numbers:18}  {alone:>10.3f}  {whole:>11.3f}  {whole / alone:>5.1f}", flush=True)


def least(read: Callable[[Path], object], path: Path, repeats: int) -> float:
    """The least processor time of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        read(path)
        times.append(time.process_time() - begin)
    return min(times)


def write(folder: Path, rows: int, *, few: bool) -> None:
    """A pool whose purchases have so many lines, drawn at random, all of them right."""
    draw = random.Random(1)  # noqa: S311 - no secret
    items = max(50, rows // LINES_PER_ITEM)
    members = "".join(f"M{number:03d},c{number % 6},Oran\n" for number in range(MEMBERS))
    offers = "".join(f"S{number % SUPPLIERS:02d},I{number:05d},0,{100 + number % 77}\n" for number in range(items))
    (folder / "members.csv").write_text("member,cluster,site\n" + members, encoding="utf-8")
    (folder / "offers.csv").write_text("supplier,item,min_quantity,unit_price\n" + offers, encoding="utf-8")
    header = "member,item,quantity,site,due_date,max_unit_price,current_supplier,current_unit_price\n"
    with (folder / "purchases.csv").open("w", encoding="utf-8") as file:
        file.write(header)
        for _ in range(rows):
            quantity = draw.randrange(1, 5000) if few else round(draw.uniform(1, 5000), 6)
            item = draw.randrange(items)
            price = round((100 + item % 77) * draw.uniform(1.0, 1.2), 2 if few else 8)
            line = f"M{draw.randrange(MEMBERS):03d},I{item:05d},{quantity},Alger"
            line += f",2026-10-{draw.randrange(1, 29):02d},,S{draw.randrange(SUPPLIERS):02d},{price}\n"
            file.write(line)
