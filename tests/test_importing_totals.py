"""A file's total is compared with its lines as the table reads them: it confirms them, or it warns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.importing import Profile, import_table

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.importing import Imported


def imported(tmp_path: Path, quantities: list[str], price: str, total: str, **file: Any) -> Imported:
    rows = [f"A{place};{text};{price};2026-03-0{place + 1}" for place, text in enumerate(quantities)]
    path = tmp_path / "f.csv"
    path.write_text("\n".join(["Réf;Qté;PU HT;Date livraison", *rows, f"Total;{total};;", ""]), encoding="utf-8")
    own = {"version": 1, "purchases": {"constants": {"member": "M"}, "file": file}}
    return import_table(path, "purchases", profile=Profile.of(own, "purchases"))


def said(done: Imported) -> str:
    """What the import says of the total: ``agrees``, ``differs`` or nothing."""
    agrees = (
        done.assumptions["evidence"].str.contains("sum").any() or done.assumptions["value"].str.contains("sum").any()
    )
    differs = "import.total-differs" in {one.id.value for one in done.found}
    assert not (agrees and differs)
    return "agrees" if agrees else "differs" if differs else ""


@pytest.mark.parametrize(
    ("quantities", "price", "total", "decimal", "expected"),
    [
        (["1,234", "1,000"], "1,5", "2,234", ",", "agrees"),  # the profile's sign reads both
        (["1,234", "1,000"], "1,5", "2,234.00", ",", "differs"),  # the total shows that these were thousands
        (["1,234", "1,000"], "1,50", "2,234.00", "", "differs"),  # the file's other numbers read the lines
        (["1,234", "1,000"], "1,50", "2,234", "", "agrees"),
        (["600", "634"], "1,50", "1.234", "", "agrees"),  # only the total needs a sign
        (["600", "634"], "1.50", "1.234", "", "differs"),
        (["600", "634"], "2", "1.234", "", ""),  # nothing shows what the total is
        (["600", "634"], "2", "1234", "", "agrees"),
        (["600", "634"], "2", "1235", "", "differs"),
        (["5 kg", "7 kg"], "2", "12", "", "agrees"),  # units beside the numbers
        (["5 kg", "7 kg"], "2", "12 kg", "", "agrees"),
        (["5 kg", "7 kg"], "2", "13", "", "differs"),
        (["5 kg", "7 kg"], "2", "12 T", "", ""),
    ],
)
def test_a_total_is_compared_with_the_lines_as_they_are_read(
    tmp_path: Path, quantities: list[str], price: str, total: str, decimal: str, expected: str
) -> None:
    file = {"decimal": decimal} if decimal else {}
    assert said(imported(tmp_path, quantities, price, total, **file)) == expected


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("5", "12;;;"),
        ("5 kg", "12 kg;;;"),
        ("5 pièces", "12 pièces;;;"),
        ("5", "12;kg;;"),
        ("5", "12;kg;24;"),
    ],
)
def test_a_total_with_a_unit_is_no_line(tmp_path: Path, line: str, total: str) -> None:
    unit = "" if line != "5" else "kg"
    path, head = tmp_path / "f.csv", "Réf;Qté;Unité;PU HT;Date livraison"
    lines = [head, f"A;{line};{unit};2;2026-03-01", f"B;7;{unit};2;2026-03-02", f"Total;{total}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = import_table(path, "purchases", constants={"member": "M"})
    assert done.frame["item"].tolist() == ["A", "B"]


def test_an_article_that_is_called_total_stays(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    lines = ["Réf;Qté;Unité;PU HT;Date livraison", "A;5;L;2;2026-03-01", "Total;7;L;2;2026-03-02", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = import_table(path, "purchases", constants={"member": "M"})
    assert done.frame["item"].tolist() == ["A", "Total"]
