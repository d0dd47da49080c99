"""Valid folders and workbooks, spoilt at random: bytes, cells, lines, files."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import openpyxl

from tests.input_kit import FILES, ROADS, without

if TYPE_CHECKING:
    from pathlib import Path

ODD = [
    "", " ", "0", "-1", "1e300", "1e-300", "NaN", "inf", "1,5", "1 234,50", "1.234", "06", "6", "007", "٣", "½", "²",
    "=1+1", "'=1+1", "+5", "-5", "@x", "'x", "''", '"', '""', '"a', 'a"b', "a|b", "|", "a||b", ";", "\t", "\n", "\r",
    "\0",
    "\u202e", "\u200f", "\ufeff", "é", "e\u0301", "Bougie", "بجاية", "Bordj", "alger ", "2026-02-30", "2026-03-05",
    "01/02/2026", "46000", "true", "TRUE", "1", "oui", "incremental", "regulated", "item:06", "item: 06", "supplier:",
    "POOL", "M1", "m1", "S1", "film", "x" * 3000, "9" * 400, "<b>", "../..", "#N/A", "None", "nan", "0x10", "1_000",
    "1e5",
]  # fmt: skip
SMALL = {
    "members.csv": FILES["members.csv"],
    "sites.csv": FILES["sites.csv"],
    "purchases.csv": "member,item,quantity,due_date,current_unit_price\n"
    "M1,06,100,,45\nM2,film,20,2026-03-05,\nM3,06,5,,\n",
    "offers.csv": "supplier,item,min_quantity,unit_price,valid_until\n"
    "S1,06,0,46,\nS1,06,50,44,\nS2,film,1,330,2026-12-31\n",
    "pool.toml": 'name = "small"\norder_date = 2026-03-01\n',
}
BASES = [*[SMALL] * 9, FILES, without("shipments.csv"), {**FILES, "roads.csv": ROADS}]


def spoilt_folder(seed: int) -> dict[str, bytes]:
    """A valid folder with one to three spoilt places."""
    chance = random.Random(seed)
    files = {name: text.encode() for name, text in chance.choice(BASES).items()}
    for _ in range(chance.choice((1, 1, 2, 3))):
        name = chance.choice(sorted(files))
        spoil = chance.choice((_bytes, _bytes, _cell, _cell, _cell, _line, _line, _figure, _figure, _whole))
        files[name] = spoil(files[name], chance)
    if chance.random() < 0.03:
        files[chance.choice(("Members.csv", "offer.csv", "notes.txt", "x.csv"))] = files.pop(
            chance.choice(sorted(files))
        )
    return files


def _bytes(content: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        place = chance.randrange(len(spoilt) + 1)
        action = chance.randrange(4)
        if action == 0 and place < len(spoilt):
            spoilt[place] = chance.randrange(256)
        elif action == 1:
            spoilt[place:place] = bytes([chance.choice(b'",;\r\n\t|.-+=0123456789eE \xa0\xe9\x00\xff')])
        elif action == 2:
            del spoilt[place : place + chance.choice((1, 1, 2, 10))]
        elif place < len(spoilt):
            spoilt[place] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _figure(content: bytes, chance: random.Random) -> bytes:
    """Another digit in the place of one: mostly still right, so that what was read is compared."""
    places = [place for place, sign in enumerate(content) if chr(sign).isdigit()]
    if not places:
        return content
    spoilt = bytearray(content)
    spoilt[chance.choice(places)] = chance.choice(b"0123456789")
    return bytes(spoilt)


def _cell(content: bytes, chance: random.Random) -> bytes:
    lines = content.decode(errors="replace").split("\n")
    line = chance.randrange(len(lines))
    cells = lines[line].split(",")
    cells[chance.randrange(len(cells))] = chance.choice(ODD)
    lines[line] = ",".join(cells)
    return "\n".join(lines).encode(errors="surrogatepass")


def _line(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    action = chance.randrange(4)
    if action == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif action == 1:
        lines.insert(one, lines[other])
    elif action == 2:
        del lines[one]
    else:
        lines.insert(one, b"")
    return b"\n".join(lines)


def _whole(content: bytes, chance: random.Random) -> bytes:
    changes = (
        lambda: b"\xef\xbb\xbf" + content,
        lambda: content.replace(b"\n", b"\r\n"),
        lambda: content.replace(b"\n", b"\r"),
        lambda: content[: chance.randrange(len(content) + 1)],
        lambda: b"",
        lambda: content.replace(b",", b";"),
        lambda: content.decode(errors="replace").encode("utf-16"),
        lambda: content.decode(errors="replace").encode("cp1252", errors="replace"),
        lambda: b"\n".join(b",".join(b'"' + cell + b'"' for cell in line.split(b",")) for line in content.split(b"\n")),
        lambda: content + content,
    )
    return chance.choice(changes)()


@cache
def _valid_workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, text in SMALL.items():
        if name.endswith(".csv"):
            sheet = book.create_sheet(name.removesuffix(".csv"))
            for line in text.splitlines():
                sheet.append([_sheet_cell(cell) for cell in line.split(",")])
    sheet = book.create_sheet("pool")
    for row in (("key", "value"), ("name", "small"), ("order_date", "2026-03-01")):
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def _sheet_cell(cell: str) -> object:
    if cell in {"", "06"}:
        return cell or None
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell


def spoilt_workbook(seed: int, path: Path) -> None:
    """Write a valid workbook with a spoilt cell, spoilt XML, or spoilt bytes."""
    chance = random.Random(seed)
    kind = chance.choice(("cell", "cell", "cell", "xml", "bytes"))
    content = _valid_workbook()
    if kind == "bytes":
        path.write_bytes(_bytes(content, chance))
    elif kind == "xml":
        _respell(content, path, chance)
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for _ in range(chance.choice((1, 1, 2))):
            sheet = chance.choice(book.worksheets)
            cell = sheet.cell(chance.randrange(1, sheet.max_row + 2), chance.randrange(1, sheet.max_column + 2))
            value: object = chance.choice([*ODD, 6, 6.0, 6.5, 1e300, 2**60, True, False, -5, 0.1 + 0.2])
            if not isinstance(value, str) or not openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(value):
                cell.value = value
        book.save(path)


def _respell(content: bytes, path: Path, chance: random.Random) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        spoilt = chance.choice([name for name in names if "sheet" in name or "shared" in name.lower()])
        for name in names:
            new.writestr(name, _bytes(old.read(name), chance) if name == spoilt else old.read(name))
