"""Whoever obeys what an import prints gets on: the finding is gone, and obeying on to the end makes a table.

Each message of imports has a case here, or a reason why nobody can obey it in the file or the profile. A printed
profile is merged into the one at hand, an option is given to the command; a repair of a cell is done in the file.
"""

from __future__ import annotations

import csv
import io
import shlex
import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from clusterpool.errors import DataError
from clusterpool.importing import Profile, import_table, with_answers
from clusterpool.language import Language
from clusterpool.messages import Finding, MessageId, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "Adhérent;Réf;Qté"
OFFERS = "Fournisseur;Réf;PU HT"
LOADS = "Expédition;Adhérent;Origine;Destination;Poids"
SCALE = "Fournisseur;Réf;Barème"
CELLS = {"break_cells": "Barème"}
ROUNDS = 6
FILLED = {0: 24, "": "FILLED"}
"""What is put into the blanks of a printed profile."""


@dataclass
class Given:
    """A file with its profile, as somebody has them before and after obeying."""

    content: bytes
    table: str
    decided: dict[str, Any] = field(default_factory=dict)
    profile: str = ""
    suffix: str = ".csv"

    @property
    def text(self) -> str:
        """The file as text."""
        return self.content.decode()

    def cell(self, one: Finding, value: str) -> None:
        """Write another text into the cell of a finding."""
        rows = list(csv.reader(io.StringIO(self.text), delimiter=";"))
        rows[one.row - 1][rows[0].index(one.column)] = value
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
        self.content = out.getvalue().encode()

    def without_line(self, line: int) -> None:
        """Take a line out."""
        lines = self.text.splitlines()
        self.content = "\n".join([*lines[: line - 1], *lines[line:], ""]).encode()


def case(text: str | bytes, table: str = "purchases", **more: Any) -> Given:
    profile, suffix = more.pop("profile", ""), more.pop("suffix", ".csv")
    return Given(text if isinstance(text, bytes) else text.encode(), table, more, profile, suffix)


def book(*sheets: list[list[object]]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


NEED: list[list[object]] = [["Adhérent", "Réf", "Qté"], ["A", "X", 1]]
CASES: dict[MessageId, Given] = {
    MessageId.IMPORT_EMPTY: case(""),
    MessageId.IMPORT_UNKNOWN_ENCODING: case(f"{HEAD}\nA;é;1\n", file={"encoding": "utf-9"}),
    MessageId.IMPORT_NOT_DECODED: case(f"{HEAD}\nA;é;1\n".encode("cp1252"), file={"encoding": "utf-8"}),
    MessageId.IMPORT_ENCODING_UNCLEAR: case("العضو;المادة;الكمية\nA;فيلم;1\n".encode("cp1256")),
    MessageId.IMPORT_NULL_BYTES: case("Membre;Ref;Qte\nA;X;1\n".encode("utf-16-le")),
    MessageId.IMPORT_NO_DELIMITER: case(f"{HEAD}\nA;X;1\nB;Y;2\n".replace(";", "^")),
    MessageId.IMPORT_DELIMITER_UNCLEAR: case("Adhérent;Réf,x;Qté\nA;X,1;2\n"),
    MessageId.IMPORT_NOT_CSV: case(f'{HEAD}\nA;"X;1\n', file={"delimiter": ";"}),
    MessageId.IMPORT_WHICH_SHEET: case(book(NEED, NEED), suffix=".xlsx"),
    MessageId.IMPORT_LOST_CELL: case(book([*NEED, ["A", "#REF!", 2]]), suffix=".xlsx"),
    MessageId.IMPORT_NO_HEADER: case("bonjour;x;y\nmerci;u;v\n"),
    MessageId.IMPORT_RAGGED: case(f"{HEAD}\nA;X;1;9\n"),
    MessageId.IMPORT_COLUMN_GONE: case(f"{HEAD}\nA;X;1\n", columns={"item": "Réf."}),
    MessageId.IMPORT_HELPER_GONE: case(
        f"{HEAD};Unité\nA;X;1;kg\n", columns={"quantity": {"column": "Qté", "unit_column": "Unite"}}
    ),
    MessageId.IMPORT_NOT_A_COLUMN: case(f"{HEAD}\nA;X;1\n", columns={"itm": "Réf"}),
    MessageId.IMPORT_NO_SUCH_COLUMN: case(f"{HEAD}\nA;X;1\n", columns={"zzz": "Réf"}),
    MessageId.IMPORT_TWO_COLUMNS: case(f"{HEAD};Code article\nA;X;1;Y\n"),
    MessageId.IMPORT_TWO_HELPERS: case(f"{HEAD};Unité;U.M.\nA;X;1;kg;kg\n"),
    MessageId.IMPORT_ONE_FOR_TWO: case("اسم المورد;Ville\nS;Alger\n", "suppliers"),
    MessageId.IMPORT_COLUMN_NOT_FOUND: case("Adhérent;Réf;Zut\nA;X;3\n"),
    MessageId.IMPORT_WEIGHT_UNIT: case(f"{LOADS}\nE1;A;Alger;Oran;800\n", "shipments"),
    MessageId.IMPORT_NOT_A_WEIGHT: case(f"{LOADS} (kg)\nE1;A;Alger;Oran;8 l\n", "shipments"),
    MessageId.IMPORT_VAT_RATE: case(f"{HEAD};PU TTC\nA;X;1;119\n"),
    MessageId.IMPORT_NOT_A_RATE: case(f"{HEAD};PU TTC;TVA\nA;X;1;119;\n"),
    MessageId.IMPORT_NOT_A_NUMBER: case(f"{HEAD}\nA;X;1O\n"),
    MessageId.IMPORT_AGAINST_SIGN: case(f"{HEAD}\nA;X;1.5\n", file={"decimal": ","}),
    MessageId.IMPORT_DECIMAL_UNCLEAR: case(f"{HEAD}\nA;X;1.234\n"),
    MessageId.IMPORT_NOT_A_DAY: case(f"{HEAD};Date livraison\nA;X;1;31/02/2026\n"),
    MessageId.IMPORT_DATE_UNCLEAR: case(f"{HEAD};Date livraison\nA;X;1;03/04/2026\n"),
    MessageId.IMPORT_UNIT_UNKNOWN: case(f"{HEAD};Unité\nA;X;1;carton\nA;X;5;pièce\n"),
    MessageId.IMPORT_CURRENCY: case(f"{OFFERS}\nS;X;6,5 €\n", "offers"),
    MessageId.IMPORT_MONEY_IN_QUANTITY: case(f"{HEAD}\nA;X;15 DA\n"),
    MessageId.IMPORT_FLOAT_CODE: case(book([*NEED, ["A", 1.5, 2]]), suffix=".xlsx"),
    MessageId.IMPORT_BLANK: case(f"{HEAD}\nA;;2\nA;X;1\n"),
    MessageId.IMPORT_BLANK_NUMBER: case(f"{HEAD}\nA;X;1\nA;Y;\n"),
    MessageId.IMPORT_NO_PRICE: case(f"{OFFERS};à partir de 10\nS;A;5;4\nS;B;;\n", "offers"),
    MessageId.IMPORT_BREAK_WITHOUT_QUANTITY: case("Fournisseur;Réf;Qté min 1;Prix 1\nS;X;1;5,5\nS;Y;;7\n", "offers"),
    MessageId.IMPORT_BREAK_UNCLEAR: case(f'{SCALE}\nS;X;"500 : 1.234 ; 1000 : 1.100"\n', "offers", **CELLS),
    MessageId.IMPORT_NOT_BREAKS: case(f"{SCALE}\nS;X;500 : 5,20\nS;Y;voir liste\n", "offers", **CELLS),
    MessageId.IMPORT_PROFILE_VERSION: case(f"{HEAD}\nA;X;1\n", profile="version = 2\n"),
    MessageId.IMPORT_PROFILE_KEY: case(f"{HEAD}\nA;X;1\n", profile="version = 1\n[purchases.units]\ncarton = 0\n"),
    MessageId.IMPORT_PROFILE_NOT_TOML: case(f"{HEAD}\nA;X;1\n", profile="version = 1\nhello\n"),
    MessageId.IMPORT_UNDECIDED: case(f"{OFFERS};Remise\nS;X;10;5\n", "offers"),
    MessageId.IMPORT_NOT_A_DISCOUNT: case(f"{OFFERS};Remise (%)\nS;X;10;5\nS;Y;10;500\n", "offers"),
    MessageId.IMPORT_CURRENCIES_DIFFER: case("Fournisseur;Réf;PU HT;Devise\nS;X;5 €;DZD\n", "offers"),
    MessageId.IMPORT_DISCOUNT_UNCLEAR: case(f"{OFFERS};Remise (%)\nS;X;10;0,5\n", "offers"),
    MessageId.IMPORT_HEADERLESS: case("A;X;1\nB;Y;2\nC;Z;3\n"),
    MessageId.IMPORT_PARENT_BLANK: case("Adhérent;Réf;Qté\nA;X;1\n;Y;2\nB;X;3\n"),
    MessageId.IMPORT_WEEK: case(f"{HEAD};Date livraison\nA;X;1;S42 2026\n"),
    MessageId.IMPORT_MATRIX: case("Réf;Désignation;Coop A;Coop B\nX;Film;3;\nY;Carton;2;5\n"),
    MessageId.IMPORT_DUPLICATES: case(f"{HEAD}\nA;X;1\nA;X;1\n"),
    MessageId.IMPORT_REPEATED_OFFER: case("Fournisseur;Réf;Qté min;PU HT\nS;A;1;5\nS;A;1;4\n", "offers"),
    MessageId.IMPORT_TWO_PACKAGINGS: case(
        "Fournisseur;Réf;Qté min;PU HT;Multiple\nS;A;1;5;1\nS;A;100;4;50\n", "offers"
    ),
}  # fmt: skip
NOBODY_CAN: dict[MessageId, str] = {
    MessageId.IMPORT_NO_FILE: "the command names a file that is not there",
    MessageId.IMPORT_NOT_A_WORKBOOK: "a program of spreadsheets has to save it anew",
    MessageId.IMPORT_SCIENTIFIC_CODE: "the digits are in the system that it was exported from, not in the file",
    MessageId.IMPORT_LOST_LETTERS: "the letters are in the system that it was exported from, not in the file",
    MessageId.IMPORT_GARBLED: "it has to be exported anew",
    MessageId.IMPORT_TOTAL_DIFFERS: "a warning: somebody has to look",
}


def _near(given: Given, one: Finding) -> None:
    given.decided["columns"]["quantity"]["unit_column"] = dict(one.fields)["near"]


def _without_key(given: Given, one: Finding) -> None:
    del given.decided["columns"][one.column]


def _in_the_workbook(value: object) -> Callable[[Given, Finding], None]:
    def obey(given: Given, _: Finding) -> None:
        given.content = book([*NEED, ["A", value, 2]])

    return obey


def _write(value: str) -> Callable[[Given, Finding], None]:
    return lambda given, one: given.cell(one, value)


IN_THE_FILE: dict[MessageId, Callable[[Given, Finding], None]] = {
    MessageId.IMPORT_EMPTY: lambda given, _: setattr(given, "content", f"{HEAD}\nA;X;1\n".encode()),
    MessageId.IMPORT_NULL_BYTES: lambda given, _: setattr(given, "content", given.content.replace(b"\0", b"")),
    MessageId.IMPORT_NOT_CSV: lambda given, _: setattr(given, "content", given.content.replace(b'"X', b'"X"')),
    MessageId.IMPORT_LOST_CELL: _in_the_workbook("Y"),
    MessageId.IMPORT_FLOAT_CODE: _in_the_workbook("1.5"),
    MessageId.IMPORT_RAGGED: lambda given, _: setattr(given, "content", given.content.replace(b"1;9", b"1,9")),
    MessageId.IMPORT_HELPER_GONE: _near,
    MessageId.IMPORT_NO_SUCH_COLUMN: _without_key,
    MessageId.IMPORT_NOT_A_WEIGHT: _write("8 kg"),
    MessageId.IMPORT_NOT_A_RATE: _write("19"),
    MessageId.IMPORT_NOT_A_NUMBER: _write("1 234,50"),
    MessageId.IMPORT_AGAINST_SIGN: _write("1,5"),
    MessageId.IMPORT_NOT_A_DAY: _write("31/12/2026"),
    MessageId.IMPORT_MONEY_IN_QUANTITY: _write("15"),
    MessageId.IMPORT_BLANK: _write("Y"),
    MessageId.IMPORT_NO_PRICE: lambda given, one: given.without_line(one.row),
    MessageId.IMPORT_BREAK_WITHOUT_QUANTITY: lambda given, one: given.cell(one._replace(column="Qté min 1"), "1"),
    MessageId.IMPORT_NOT_BREAKS: _write("500 : 5,20 ; 1 000 : 4,90"),
    MessageId.IMPORT_PROFILE_VERSION: lambda given, _: setattr(given, "profile", "version = 1\n"),
    MessageId.IMPORT_PROFILE_KEY: lambda given, _: setattr(given, "profile", given.profile.replace("= 0", "= 24")),
    MessageId.IMPORT_PROFILE_NOT_TOML: lambda given, _: setattr(given, "profile", given.profile.replace("hello\n", "")),
    MessageId.IMPORT_NOT_A_DISCOUNT: _write("50"),
    MessageId.IMPORT_CURRENCIES_DIFFER: _write("5"),
    MessageId.IMPORT_TWO_PACKAGINGS: lambda given, _: given.without_line(3),
}  # fmt: skip


def printed(one: Finding) -> tuple[str, tuple[str, ...]] | None:
    """The profile and the options that a repair prints; None where it prints none."""
    answer = dict(one.fields).get("answer")
    if answer is None:
        return None
    fields = dict(answer.fields)  # type: ignore[union-attr]
    assert str(fields["toml"]) in one.repair_in(Language.ENGLISH)
    return str(fields["toml"]), tuple(fields["options"])


def filled(value: Any) -> Any:
    """A value with its blanks filled in."""
    if isinstance(value, dict):
        return {key: filled(held) for key, held in value.items()}
    return value if isinstance(value, bool | list) else FILLED.get(value, value)


def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = list(dict.fromkeys([*into[key], *value]))
        else:
            into[key] = value


def by_profile(given: Given, one: Finding) -> None:
    """Put what is printed into the profile; the wrong key that it speaks of goes."""
    told = printed(one)
    assert told is not None
    document = tomllib.loads(told[0])
    assert document.pop("version") == 1
    assert list(document) == [given.table]
    if one.id is MessageId.IMPORT_NOT_A_COLUMN:
        del given.decided["columns"][one.column]
    merge(given.decided, filled(document[given.table]))


def by_option(given: Given, one: Finding) -> None:
    """Give the first option that is printed."""
    told = printed(one)
    assert told is not None
    if one.id is MessageId.IMPORT_NOT_A_COLUMN:
        del given.decided["columns"][one.column]
    words = shlex.split(told[1][0].replace("...", "24"))
    options = list(zip(words[::2], words[1::2], strict=True))
    maps, sets = ([value for name, value in options if name == kind] for kind in ("--map", "--set"))
    made = with_answers(
        Profile.of({"version": 1, given.table: given.decided}, given.table), given.table, maps=maps, sets=sets
    )
    given.decided = made.model_dump(exclude_defaults=True)


def found_in(given: Given, folder: Path) -> list[Finding]:
    """The errors of an import; none where it makes a table."""
    path = folder / f"file{given.suffix}"
    path.write_bytes(given.content)
    try:
        if given.profile:
            (folder / "p.toml").write_text(given.profile, encoding="utf-8")
            import_table(path, given.table, profile=folder / "p.toml")
        else:
            import_table(path, given.table, profile=Profile.of({"version": 1, given.table: given.decided}, given.table))
    except DataError as error:
        return list(error.found.errors)
    return []


def obey(given: Given, found: list[Finding], by_answer: Callable[[Given, Finding], None]) -> None:
    for one in reversed(found):  # from below, so that lines keep their numbers
        if printed(one) is not None:
            by_answer(given, one)
        else:
            IN_THE_FILE[one.id](given, one)


def fresh(message: MessageId) -> Given:
    """A case of its own: obeying changes it."""
    return deepcopy(CASES[message])


def test_every_message_has_a_case_or_a_reason() -> None:
    of_imports = {message for message in MessageId if message.value.startswith("import.")}
    assert of_imports == {*CASES, *NOBODY_CAN}
    assert {message for message in NOBODY_CAN if message in CASES} == set()


@pytest.mark.parametrize("by_answer", [by_profile, by_option])
@pytest.mark.parametrize("message", list(CASES), ids=lambda message: message.value)
def test_obeying_makes_a_table(tmp_path: Path, message: MessageId, by_answer: Callable[[Given, Finding], None]) -> None:
    given = fresh(message)
    found = found_in(given, tmp_path)
    assert message in [one.id for one in found], [one.id.value for one in found]
    for _ in range(ROUNDS):
        before = {(one.id, one.column, one.value) for one in found}
        obey(given, found, by_answer)
        found = found_in(given, tmp_path)
        assert not before & {(one.id, one.column, one.value) for one in found}, found
        if not found:
            return
    raise AssertionError([one.problem_in(Language.ENGLISH) for one in found])


@pytest.mark.parametrize("message", list(CASES), ids=lambda message: message.value)
def test_a_printed_profile_is_whole_and_of_the_file(tmp_path: Path, message: MessageId) -> None:
    given = fresh(message)
    for one in found_in(given, tmp_path):
        assert one.severity is Severity.ERROR
        told = printed(one)
        if told is None:
            continue
        lines = told[0].splitlines()
        assert lines[0] == "version = 1"
        assert all(line == "" or line.lstrip("# ").startswith("[") or " = " in line for line in lines[1:]), lines
        for line in lines[2:]:  # what is a comment is a choice, and TOML as well
            tomllib.loads(line.removeprefix("# "))
        made = Profile.of({"version": 1, given.table: filled(tomllib.loads(told[0])[given.table])}, given.table)
        if given.suffix == ".csv" and one.id not in {MessageId.IMPORT_HEADERLESS, MessageId.IMPORT_MATRIX}:
            assert all(name in given.content.decode("utf-8", errors="replace") for name in made.columns_named), made


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize("message", list(CASES), ids=lambda message: message.value)
def test_every_language_says_it_whole(tmp_path: Path, message: MessageId, language: Language) -> None:
    for one in found_in(fresh(message), tmp_path):
        said = f"{one.problem_in(language)} {one.repair_in(language)}"
        assert "{" not in said.replace("= {", "").replace("{ column", "")
        told = printed(one)
        assert told is None or told[0] in one.repair_in(language)
