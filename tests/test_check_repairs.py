"""Whoever obeys what `check` prints gets on: each repair of each spoilt input is done as worded, and none is left.

What a repair names is done literally (``write 8``, ``did you mean 'film'?``, ``take the row out``); what it leaves to
people (a name, a date, a cost) is filled in by the smallest thing that fits its words.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from clusterpool.demand import read_pool
from clusterpool.errors import DataError
from clusterpool.language import Language
from clusterpool.messages import Finding, MessageId
from tests.input_kit import FILES, Wrong, write_files
from tests.test_validation_cells import CELLS
from tests.test_validation_codes import CODES
from tests.test_validation_market import MARKET, PENDING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS: list[Wrong] = [*CELLS, *CODES, *MARKET, *PENDING]
ROUNDS = 5
Files = dict[str, str]
NAMED = (
    re.compile(r"^did you mean '(?P<text>[^']*)'"),
    re.compile(r"^write '(?P<text>[^']*)'"),
    re.compile(r"^write the date as YYYY-MM-DD, for instance (?P<text>\S+)"),
    re.compile(r"^give a number (above|of at least|of at most) (?P<text>[\d.+-]+)"),
    re.compile(r"^give a due_date of (?P<text>\S+) or later"),
    re.compile(r"^write (?P<text>[\w.|:-]+)( or .*|, or .*)?$"),
)
"""Repairs that name what to write."""


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def text_of(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def put(files: Files, one: Finding, value: str, column: str = "") -> None:
    """Write a cell; a column that is not there is added."""
    rows, name = rows_of(files[one.file]), column or one.column
    if name not in rows[0]:
        rows = [[*rows[0], name], *([*row, ""] for row in rows[1:])]
    rows[one.row - 1][rows[0].index(name)] = value
    files[one.file] = text_of(rows)


def drop_row(files: Files, one: Finding) -> None:
    rows = rows_of(files[one.file])
    files[one.file] = text_of(rows[: one.row - 1] + rows[one.row :])


def drop_column(files: Files, one: Finding) -> None:
    rows = rows_of(files[one.file])
    place = rows[0].index(one.column)
    files[one.file] = text_of([row[:place] + row[place + 1 :] for row in rows])


def rename_column(files: Files, one: Finding, name: str) -> None:
    rows = rows_of(files[one.file])
    if name in rows[0]:
        drop_column(files, one)
        return
    rows[0][rows[0].index(one.column)] = name
    files[one.file] = text_of(rows)


def write(value: str, column: str = "") -> Callable[[Files, Finding], None]:
    return lambda files, one: put(files, one, value, column)


def add(file: str, line: str) -> Callable[[Files, Finding], None]:
    """Add a row to a file that has the columns of the small input."""
    return lambda files, _: files.__setitem__(file, files.get(file, FILES[file].splitlines()[0] + "\n") + line + "\n")


def restore(*names: str) -> Callable[[Files, Finding], None]:
    return lambda files, _: files.update({name: FILES[name] for name in names})


def same_as_the_first(files: Files, one: Finding) -> None:
    """All rows of an offer, a tariff, ... have the value of the first, in the row that the message names."""
    first = re.search(r"row (\d+)", one.problem_in(Language.ENGLISH))
    assert first is not None
    rows = rows_of(files[one.file])
    place = rows[0].index(one.column)
    rows[one.row - 1][place] = rows[int(first[1]) - 1][place]
    files[one.file] = text_of(rows)


def with_coordinates(files: Files, one: Finding) -> None:
    put(files, one, "35", "latitude")
    put(files, one, "3", "longitude")


def longer_trips(files: Files, one: Finding) -> None:
    needed = re.search(r"max_trip_days in pool.toml to (\d+)", one.repair_in(Language.ENGLISH))
    assert needed is not None
    held = [line for line in files.get("pool.toml", "").splitlines() if not line.startswith("max_trip_days")]
    files["pool.toml"] = "\n".join([*held, f"max_trip_days = {needed[1]}", ""])


def take_out_table(files: Files, one: Finding) -> None:
    del files[one.file]


BY_HAND: dict[MessageId, Callable[[Files, Finding], None]] = {
    MessageId.CELL_NOT_A_NUMBER: write("1234.5"),
    MessageId.CELL_NUMBER_TOO_LARGE: write("1000"),
    MessageId.CELL_NO_SUCH_DAY: write("2026-03-05"),
    MessageId.CELL_BLANK: write("x"),
    MessageId.CELL_BAR_IN_CODE: lambda files, one: put(files, one, one.value.replace("|", "")),
    MessageId.CELL_EMPTY_ENTRY: lambda files, one: put(files, one, one.value.replace("||", "|")),
    MessageId.CELL_ACCOUNT_CODE: write("M9"),
    MessageId.CELL_NOT_A_SCOPE: write("item:06"),
    MessageId.SITE_HALF_COORDINATES: write("3.1"),
    MessageId.COLUMN_UNKNOWN: drop_column,
    MessageId.COLUMN_NOT_HONOURED: drop_column,
    MessageId.CODE_REPEATED: drop_row,
    MessageId.CODE_NOT_ONE_VALUE: same_as_the_first,
    MessageId.OFFER_REGULATED_BREAKS: drop_row,
    MessageId.OFFER_CAPACITY_BELOW_MINIMUM: write("5000"),
    MessageId.OFFER_NO_MULTIPLE: write("1"),
    MessageId.SUPPLIER_WITHOUT_SITE: write("true", "delivered"),
    MessageId.SUPPLIER_MINIMUM_ABOVE_CAPACITY: write("0"),
    MessageId.ITEM_WITHOUT_WEIGHT: write("1"),
    MessageId.RULE_SHARE_ABOVE_100: write("100"),
    MessageId.RULE_NOT_FOR_A_SUPPLIER: write(""),
    MessageId.TABLE_NOT_HONOURED: take_out_table,
    MessageId.TABLE_MEMBERS_MISSING: restore("members.csv"),
    MessageId.TABLE_NO_MEMBERS: restore("members.csv"),
    MessageId.TABLE_NO_OFFERS: restore("offers.csv"),
    MessageId.TABLE_NO_CARRIERS: restore("vehicles.csv", "tariffs.csv"),
    MessageId.TABLE_NOTHING_TO_PLAN: restore("purchases.csv", "offers.csv"),
    MessageId.ROAD_LOOP: drop_row,
    MessageId.CLASS_AGAINST_ITSELF: drop_row,
    MessageId.TARIFF_WITHOUT_COST: write("1"),
    MessageId.SHIPMENT_DUE_BEFORE_READY: write(""),
    MessageId.SHIPMENT_NO_VEHICLE: add("vehicles.csv", "special,24000,,6000,85,,frozen|cold|dry,"),
    MessageId.SHIPMENT_TOO_FAR: longer_trips,
    MessageId.SHIPMENT_CLASS_NOT_CARRIED: add("vehicles.csv", "special,24000,,6000,85,,frozen|cold|dry,"),
    MessageId.NEED_DUE_BEFORE_ORDER: write("2026-03-20"),
    MessageId.NEED_NOT_OFFERED: write("400", "max_unit_price"),
    MessageId.SITE_WITHOUT_COORDINATES: with_coordinates,
    MessageId.RULE_MIN_ABOVE_MAX_SUPPLIERS: drop_row,
    MessageId.RULE_MIN_ABOVE_MAX_SHARE: drop_row,
    MessageId.RULE_SHARES_BELOW_ALL: drop_row,
    MessageId.RULE_SHARES_ABOVE_ALL: drop_row,
}  # fmt: skip
"""Repairs that leave something to people, done by the smallest thing that fits."""
LEFT_OUT = {
    MessageId.SITE_OFF_THE_ROADS: "which road there is, and how long, nobody knows from the files",
    MessageId.SITE_NOT_CONNECTED: "which road there is, and how long, nobody knows from the files",
    MessageId.CODE_UNKNOWN: "without a near code a row of a table has to be made up",
    MessageId.SITE_UNKNOWN: "without a near name coordinates have to be made up",
    MessageId.COLUMN_MISSING: "a column of figures has to be made up",
}


def named(one: Finding) -> str | None:
    repair = one.repair_in(Language.ENGLISH)
    found = next((match["text"] for pattern in NAMED if (match := pattern.match(repair))), None)
    if found is not None and repair.startswith("give a number above"):
        return str(float(found) + 1)
    return found


def obey(files: Files, one: Finding) -> bool:
    """Do what a repair says; whether that could be done."""
    text = named(one)
    if one.id is MessageId.COLUMN_UNKNOWN and text is not None:
        rename_column(files, one, text)
    elif text is not None and one.row and one.id is not MessageId.TARIFF_WITHOUT_COST:
        put(files, one, text)
    elif one.id in LEFT_OUT:
        return False
    else:
        BY_HAND[one.id](files, one)
    return True


def errors_of(folder: Path, files: Files) -> list[Finding]:
    try:
        read_pool(write_files(folder, files))
    except DataError as error:
        return list(error.found.errors)
    return []


@pytest.mark.slow
@pytest.mark.parametrize("wrong", KINDS, ids=lambda wrong: wrong.name)
def test_obeying_leaves_nothing_to_repair(wrong: Wrong, tmp_path: Path) -> None:
    files = dict(wrong.files)
    found = errors_of(tmp_path / "0", files)
    for number in range(1, ROUNDS):
        before = {(one.id, one.file, one.column, one.value) for one in found}
        # from below, so that rows keep their numbers; of two rows that repeat each other one goes
        could = [obey(files, one) for one in sorted(found, key=lambda one: -one.row)]
        if not all(could):
            assert {one.id for one in found} & {*LEFT_OUT}
            return
        found = errors_of(tmp_path / str(number), files)
        assert not before & {(one.id, one.file, one.column, one.value) for one in found}, found
        if not found:
            return
    raise AssertionError(found)


def test_what_is_left_out_is_little() -> None:
    assert len(LEFT_OUT) * 8 < len(BY_HAND) + len(NAMED)
