"""The notebooks run from top to bottom, draw what they promise, and are kept without outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode, read

FOLDER = Path(__file__).parents[1] / "examples" / "notebooks"
PICTURES = {"1-quick-start": 4, "2-purchasing-study": 2, "3-sharing-rules": 4}
"""How many plots each notebook shows."""
TIME_LIMIT_S = 120
"""For one cell, on a busy machine; a notebook takes a few seconds."""


def notebook(name: str) -> NotebookNode:
    return read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]


def test_every_notebook_is_run() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == PICTURES.keys()


@pytest.mark.parametrize("name", PICTURES)
def test_notebook_is_kept_without_outputs(name: str) -> None:
    cells = [cell for cell in notebook(name).cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


@pytest.mark.parametrize("name", PICTURES)
def test_notebook_runs(name: str) -> None:
    book = notebook(name)
    NotebookClient(book, timeout=TIME_LIMIT_S, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == PICTURES[name]
    assert not [output for output in outputs if output.get("name") == "stderr"]
