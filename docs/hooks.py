"""What the site is given besides its pages: the glossary, the commands, and plots of the example of three firms.

A page asks for a plot with the comment ``<!-- plot: bars -->``; the picture's alt text is the plot's own.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mkdocs.structure.files import File
from typer.main import get_command

import clusterpool as cp
from clusterpool.cli.app import app
from clusterpool.report.plots import alt_text, save_plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "three-firms"
WANTED = re.compile(r"<!-- plot: (\w+) -->")
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
INDEXED = re.compile(r"\b(lo|hi|[A-Za-z]|[\u03a3\u03c1\u03c0])_(?:\(([^)]*)\)|(\w+))")
COMMANDS_HEAD = """# Command line

`clusterpool COMMAND --help` says the same. Exit codes: 0 done, 1 unexpected, 2 usage, 3 data wrong, 4 needs unmet
(everything is still written), 5 no plan in time, 6 `verify` found a difference, 130 interrupted (the best plan so far
is written).

"""
GLOSSARY_HEAD = """# Glossary

The words of this project in three languages. Reports use them as they stand here.

| English | français | العربية | meaning |
|---|---|---|---|
"""


@cache
def plots() -> dict[str, Axes]:
    """The plots that pages may ask for, by name."""
    savings = cp.share_savings(cp.read_pool(EXAMPLE), rule=cp.Rule.SHAPLEY)
    drawn = savings.plot
    return {
        "bars": drawn.bars(language="en"),
        "waterfall": drawn.waterfall(language="en"),
        "breaks": drawn.breaks("carton", language="en"),
        "map": drawn.map(language="en"),
        "rules": drawn.rules(language="en"),
        "leaving": drawn.leaving(language="en"),
        "core": drawn.core(language="en"),
    }


def glossary() -> str:
    """The glossary as a page, by the English word."""
    with (ROOT / "docs" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["english"].casefold())
    lines = (
        f'| {row["english"]} | {row["french"]} | <bdi dir="rtl">{row["arabic"]}</bdi> | {row["meaning"]} |'
        for row in rows
    )
    return GLOSSARY_HEAD + "\n".join(lines) + "\n"


def command_line() -> str:
    """Every command with its arguments and options, as the command line itself describes them."""
    sections = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        rows = [
            f"| `{' '.join([', '.join(one.opts), one.metavar or '']).strip()}` | {getattr(one, 'help', '') or ''} |"
            for one in command.params
        ]
        sections.append(
            "\n".join(
                [f"## {name}", "", " ".join(command.help.split()), "", "| option | meaning |", "|---|---|", *rows]
            )
        )
    return COMMANDS_HEAD + "\n\n".join(sections) + "\n"


def with_subscripts(markdown: str) -> str:
    """Letters with an index as people print them; what is code stays as it is.

    Examples
    --------
    >>> with_subscripts("x_i of `unit_price`, \u03a3_(i in S)")
    '<i>x</i><sub>i</sub> of `unit_price`, <i>\u03a3</i><sub>i in S</sub>'
    """
    parts = CODE.split(markdown)  # text and code in turn
    parts[::2] = [
        INDEXED.sub(lambda found: f"<i>{found[1]}</i><sub>{found[2] or found[3]}</sub>", p) for p in parts[::2]
    ]
    return "".join(parts)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the glossary and the pictures."""
    files.append(File.generated(config, "glossary.md", content=glossary()))
    files.append(File.generated(config, "reference/command-line.md", content=command_line()))
    with TemporaryDirectory() as folder:
        for name, ax in plots().items():
            picture = Path(folder, f"{name}.png")
            save_plot(ax, picture)
            files.append(File.generated(config, f"pictures/{name}.png", content=picture.read_bytes()))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Put the plots where the page asks for them."""
    if page.file.src_uri.startswith("mathematics/"):
        markdown = with_subscripts(markdown)
    up = "../" * page.file.src_uri.count("/")
    return WANTED.sub(lambda found: f"![{alt_text(plots()[found[1]])}]({up}pictures/{found[1]}.png)", markdown)
