"""Headers and layouts of many systems, with what a person reads in them: the rows, or the questions that are open."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.errors import DataError
from clusterpool.importing import import_table

if TYPE_CHECKING:
    from collections.abc import Mapping

CORPUS = Path(__file__).parent / "corpus" / "headers.toml"
FILES: list[dict[str, Any]] = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["file"]


def outcome(folder: Path, file: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Rows of the columns that are looked at, or the questions, each once."""
    path = folder / "file.csv"
    path.write_text("sep=;\n" + "\n".join(file["lines"]) + "\n", encoding="utf-8")
    try:
        frame = import_table(path, file["table"], constants=file.get("constants")).frame
    except DataError as error:
        found = error.findings[error.findings["severity"] == "error"]
        names = zip(found["id"].str.removeprefix("import."), found["column"], strict=True)
        return "asks", list(dict.fromkeys(f"{name}:{column}" if column else name for name, column in names))
    looked_at = frame[file.get("columns", "").split() or list(frame)]
    return "rows", [";".join(cell or "-" for cell in row) for row in looked_at.to_numpy().tolist()]


@pytest.mark.parametrize("file", FILES, ids=[f"{file['system']}: {file['lines'][0]}" for file in FILES])
def test_it_is_read_as_a_person_reads_it(tmp_path: Path, file: dict[str, Any]) -> None:
    kind, found = outcome(tmp_path, file)
    wanted = ("asks", sorted(file["asks"])) if "asks" in file else ("rows", sorted(file["rows"]))
    assert (kind, sorted(found)) == wanted


def test_the_corpus_is_as_wide_as_it_says() -> None:
    assert len(FILES) >= 120
    assert len({file["system"] for file in FILES}) >= 10
    assert all(("asks" in file) != ("rows" in file) for file in FILES)
