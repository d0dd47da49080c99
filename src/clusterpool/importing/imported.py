"""One foreign file becomes one table of the contract: the door of this room."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import ValidationError

from clusterpool.errors import DataError
from clusterpool.importing.layout import lay_out
from clusterpool.importing.matrix import given_back, repeated_down, unfolded
from clusterpool.importing.notes import Notes
from clusterpool.importing.profile import Profile
from clusterpool.importing.proposal import MONEY_WORDS, decided, propose, unmapped
from clusterpool.importing.records import records_of
from clusterpool.importing.repeats import ask_for_duplicates, unrepeated, without_duplicates
from clusterpool.importing.rows import rows_of
from clusterpool.importing.skipped import without_blanks, without_headings, without_totals, without_unpriced
from clusterpool.importing.totals import compare_totals
from clusterpool.language import Domain, Language
from clusterpool.messages import Finding, Findings, MessageId, Words
from clusterpool.reading import ASSUMPTIONS_FILE, SETTINGS_FILE, Source, assumption_frame, read_settings
from clusterpool.schema import TABLES, Settings, columns

if TYPE_CHECKING:
    from collections.abc import Mapping


_LOST = (
    MessageId.IMPORT_COLUMN_GONE,
    MessageId.IMPORT_HELPER_GONE,
    MessageId.IMPORT_NOT_A_COLUMN,
    MessageId.IMPORT_NO_SUCH_COLUMN,
)
"""What is wrong with the profile itself."""
_ABOUT_ROWS = {MessageId.IMPORT_BLANK_NUMBER, MessageId.IMPORT_UNDECIDED}
"""Questions beside which the cells can be read, so that what is wrong in them is told at once."""


@dataclass(frozen=True, eq=False)
class Imported:
    """A table that was made from a foreign file.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows under the contract's column names, as text in the contract's own form.
    profile : Profile
        How the file was read; saved, it reads next month's file the same way.
    assumptions : pandas.DataFrame
        What was assumed about the file: `file`, `subject`, `value`, `evidence`.
    found : Findings
        Warnings.
    problems : pandas.DataFrame
        The same in the language asked for, with the columns of `DataError.problems`.
    unmapped : tuple[str, ...]
        Columns of the file that nothing was made of.
    currency : str
        Of its amounts: the pool's.
    """

    table: str
    frame: pd.DataFrame
    profile: Profile
    assumptions: pd.DataFrame
    found: Findings
    problems: pd.DataFrame
    unmapped: tuple[str, ...]
    currency: str

    def write(self, folder: str | Path, *, append: bool = False) -> Path:
        """Write the table into a pool's folder, with its assumptions; `append` adds to the rows that are there.

        Where the folder has no ``pool.toml`` and the table's currency is not the one that goes without saying, it gets
        one that names it.

        Raises
        ------
        FileExistsError
            The folder has this table, and it is not to be added to.
        ValueError
            The pool of the folder counts in another currency than this table.
        """
        folder = Path(folder)
        money = any(word in str(name) for name in self.frame for word in MONEY_WORDS)
        own = currency_of(folder)
        if money and own and own != self.currency:
            told = f"import it with pool='{folder}'"
            raise ValueError(
                f"the table's amounts are in {self.currency}, the pool in {folder} counts in {own}: {told}"
            )
        path = folder / f"{self.table}.csv"
        if path.exists() and not append:
            raise FileExistsError(f"{path} is there already: add to it (--append), or take it away")
        folder.mkdir(parents=True, exist_ok=True)
        _add(path, self.frame, [column.name for column in columns(self.table)])
        _add(folder / ASSUMPTIONS_FILE, self.assumptions, list(self.assumptions.columns))
        if money and self.currency != Settings().currency and not (folder / SETTINGS_FILE).exists():
            (folder / SETTINGS_FILE).write_text(f'currency = "{self.currency}"\n', encoding="utf-8")
        return path

    def summary(self) -> str:
        """One line for people."""
        return f"{self.table}: {len(self.frame)} rows, columns {', '.join(self.frame.columns)}"


def _add(path: Path, frame: pd.DataFrame, order: list[str]) -> None:
    """Add rows to a CSV file, equal rows of assumptions only once."""
    if path.exists():
        held = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = pd.concat([held, frame]).fillna("")
        frame = frame[[name for name in order if name in frame] + [name for name in frame if name not in order]]
        frame = frame.drop_duplicates() if path.name == ASSUMPTIONS_FILE else frame
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False))
    path.write_bytes(text.getvalue().encode())


def import_table(
    path: str | Path,
    table: str,
    *,
    profile: Profile | str | Path | None = None,
    sheet: str = "",
    constants: Mapping[str, str] | None = None,
    pool: str | Path | None = None,
    language: Language | str = Language.ENGLISH,
) -> Imported:
    r"""Read a foreign file (CSV in any dialect, or a workbook's sheet) as a table of the contract.

    Parameters
    ----------
    table : str
        A table of the contract, such as ``"purchases"``.
    profile : Profile or path, optional
        What is decided about such files. What it leaves open, unless it is fixed, is proposed from known names (French,
        Arabic, Odoo, ERPNext, Sage 100, SAP).
    sheet : str
        The sheet of a workbook; it need not be named where there is only one with cells.
    constants : Mapping[str, str], optional
        Columns of the contract that have one value for all rows, such as ``{"member": "BOI-01"}``.
    pool : path, optional
        The folder of the pool that the table is for: its ``pool.toml`` says in which currency it counts. Without one,
        that is the profile's currency, else Algerian dinars.
    language : Language or str
        Of the assumptions, such as ``"fr"``.

    Raises
    ------
    DataError
        The file cannot be read, or leaves something open; `problems` lists every fault, and each repair names the line
        to put into the profile.
    KeyError
        The contract has no such table.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "tarif.csv"
    >>> _ = file.write_bytes("Réf;P.U. HT;à partir de 500\nFILM;330,50 DA;310\n".encode("cp1252"))
    >>> import_table(file, "offers", constants={"supplier": "S1"}).frame.to_numpy().tolist()
    [['S1', 'FILM', '0', '330.5'], ['S1', 'FILM', '500', '310']]
    """
    if table not in TABLES:
        raise KeyError(f"no table '{table}'; the tables are {', '.join(TABLES)}")
    given = _profile(profile, table, constants or {}, sheet)
    currency = currency_of(pool) or given.file.currency or Settings().currency
    return _imported(Path(path), given, Notes(table, Path(path).name, Language(language), currency, given))


def currency_of(pool: str | Path | None) -> str:
    """The currency that the ``pool.toml`` of a folder names; ``""`` where there is none.

    Raises
    ------
    DataError
        The file cannot be read.
    """
    if pool is None or not (path := Path(pool) / SETTINGS_FILE).is_file():
        return ""
    source = Source(settings_file=SETTINGS_FILE)
    if problems := tuple(read_settings(path, source)):
        raise DataError(Findings(problems))
    given = source.settings.get("currency", "")
    try:
        return Settings(currency=given).currency if given else ""
    except ValidationError:
        meaning = Words("settings.currency", domain=Domain.TEMPLATES)
        place = ("settings", SETTINGS_FILE, source.settings_lines.get("currency", 0), "currency", str(given))
        wrong = Finding.at(MessageId.SETTINGS_FORM, *place, key="currency", meaning=meaning)
        raise DataError(Findings((wrong,))) from None


def _imported(path: Path, given: Profile, notes: Notes) -> Imported:
    """Read, find the table, map its columns, make its rows; each step ends where it noted an error."""
    records = records_of(path, given, notes)
    notes.stop_if_wrong()
    layout = lay_out(records, given, notes) if records else None
    notes.stop_if_wrong()
    if layout is None:  # pragma: no cover - an error was noted
        raise AssertionError(path)
    table, known = unfolded(layout, given, notes)
    whole = propose(repeated_down(table, known, notes), known, notes)
    notes.profile = whole
    if notes.has(*_LOST):
        notes.stop_if_wrong()
    table = repeated_down(table, known, notes.quiet())
    needed = _required(whole, notes.table)
    lines, totals = without_totals(table, needed, notes)
    body = without_headings(lines, whole, needed, notes)
    for step in (without_unpriced, without_blanks, without_duplicates):
        body = step(body, whole, notes)
    whole = decided(body, whole, notes)
    notes.profile = whole.model_copy(update={"fixed": False, "columns": given_back(whole, given)})
    if notes.errors - _ABOUT_ROWS:
        notes.stop_if_wrong()
    frame = unrepeated(rows_of(body, whole, notes), body, whole, notes)
    ask_for_duplicates(body, whole, notes)
    compare_totals(body, totals, whole, notes)
    notes.stop_if_wrong()
    assumptions = assumption_frame(dict.fromkeys(notes.assumptions))
    found = Findings(tuple(dict.fromkeys(notes.found)))
    return Imported(
        table=notes.table,
        frame=frame,
        profile=whole.model_copy(update={"columns": given_back(whole, given)}),
        assumptions=assumptions,
        found=found,
        problems=found.problems(notes.language),
        unmapped=unmapped(body, whole),
        currency=notes.currency,
    )


def _profile(profile: Profile | str | Path | None, table: str, constants: Mapping[str, str], sheet: str) -> Profile:
    given = profile if isinstance(profile, Profile) else Profile.load(profile, table) if profile else Profile()
    file = given.file.model_copy(update={"sheet": sheet or given.file.sheet})
    return given.model_copy(update={"constants": {**given.constants, **constants}, "file": file})


def _required(profile: Profile, table: str) -> list[str]:
    """The columns of the file without which no row of the table is whole."""
    needed = {column.name for column in columns(table) if column.required}
    return [rule.column for name, rule in profile.columns.items() if name in needed]
