"""The commands and their options; what they do stands in `clusterpool.cli.jobs`, imported when a command runs."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clusterpool import __version__
from clusterpool.cli.exits import ExitCode, reported
from clusterpool.cli.interrupts import leave_at_once
from clusterpool.cli.languages import speaking

RULES = (
    "proportional, equal-charge, acam, cost-gap, shapley, owen, nucleolus, per-capita-nucleolus, "
    "proportional-nucleolus, least-core, equal-profit, weighted-shapley, by-key"
)
SOLVERS = "highs, cbc, scip"
LANGUAGES = "en, fr, ar"

app = typer.Typer(
    name="clusterpool",
    help="Pool what firms buy and ship, at the least cost, and share the savings with proof.",
    epilog="Exit codes: 0 done, 1 unexpected, 2 usage, 3 data wrong, 4 needs unmet, 5 no plan in time, "
    "6 verify found a difference, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="Folder of CSV tables and pool.toml.", show_default=False)
]
Saved = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `solve` wrote.")]
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout; everything else goes to stderr.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Nothing on stdout; on stderr errors alone. The exit code says the rest.")
]
CachePath = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Folder that keeps what coalitions cost: a killed run goes on."),
]
Direct = Annotated[
    bool, typer.Option("--direct", help="Also settle between members, without an account: settlement_direct.csv.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="LANG", help=f"Language of text and documents: {LANGUAGES}. Default: the pool's."),
]
RuleName = Annotated[
    str | None,
    typer.Option("--rule", metavar="R", help=f"Rule that shares the cost: {RULES}. Default: the pool's."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder for the result. Default: FOLDER's name + '-result', here."),
]


def main() -> None:
    """Run the command line."""
    try:
        app()
    except SystemExit as end:
        if end.code != ExitCode.INTERRUPTED:
            raise
    except KeyboardInterrupt:
        pass
    leave_at_once(ExitCode.INTERRUPTED)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clusterpool {__version__}")
        raise typer.Exit


@app.callback()
def clusterpool(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Pool what firms buy and ship, at the least cost, and share the savings with proof."""


@app.command()
def solve(  # noqa: PLR0913, PLR0917 - one argument an option of the contract
    folder: Folder,
    out: Out = None,
    rule: RuleName = None,
    members: Annotated[
        str | None,
        typer.Option("--members", metavar="A,B", help="Only these members, separated by commas."),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", metavar="S", help="Seconds for the whole job."),
    ] = 600.0,
    gap: Annotated[
        float | None,
        typer.Option("--gap", metavar="G", help="Relative gap at which a plan counts as optimal, such as 0.005."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="Seed of every random choice."),
    ] = None,
    solver: Annotated[
        str | None,
        typer.Option("--solver", metavar="NAME", help=f"Solver: {SOLVERS}."),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option("--threads", metavar="N", help="Threads of one solve."),
    ] = None,
    cache: CachePath = None,
    direct: Direct = False,
    lang: Lang = None,
    json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Check the tables, plan, share the cost and report."""
    with reported(json=json, debug=debug, language=speaking(lang, folder)):
        from clusterpool.cli import jobs

        asked = {"gap": gap, "time_limit_s": time_limit, "seed": seed, "threads": threads, "solver": solver}
        options = jobs.solve_options({name: value for name, value in asked.items() if value is not None})
        spoken = jobs.spoken(lang, json=json, quiet=quiet)
        jobs.solve(folder, out, rule=rule, members=members, options=options, cache=cache, direct=direct, spoken=spoken)


@app.command()
def check(
    folder: Folder,
    lang: Lang = None,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", metavar="OUT.xlsx", help="Write a copy of the tables, each finding in its cell."),
    ] = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Find every problem of the tables at once, with its repair."""
    with reported(json=json, debug=debug, language=speaking(lang, folder)):
        from clusterpool.cli import inputs

        inputs.check(folder, lang=lang, annotate=annotate, json=json)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or an empty folder, or a new FILE.xlsx.")],
    form: Annotated[
        str, typer.Option("--from", "--as", metavar="FORM", help="csv: a file a table. xlsx: a workbook with lists.")
    ] = "",
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help=f"Language of the notes: {LANGUAGES}.")] = "fr",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write templates of the tables with one example row each."""
    with reported(json=json, debug=debug, language=speaking(lang)):
        from clusterpool.cli import descriptions

        descriptions.init(folder, form=form, lang=lang, json=json)


@app.command("import")
def import_(  # noqa: PLR0913, PLR0917 - one argument an option of the contract
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file or workbook of another system.")],
    table: Annotated[str, typer.Option("--as", metavar="TABLE", help="The table that it becomes, such as purchases.")],
    profile: Annotated[
        Path | None,
        typer.Option("--profile", metavar="P.toml", help="How such files are read; saved there if it is new."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="The pool's folder. Default: FILE's name + '-pool', here."),
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook.")] = "",
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FILE'S=COLUMN", help='What a column of the file is, such as "Qté prévue=quantity".'
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="One value for all rows (member=BOI-01), or a key of the profile (currency=EUR, rates.EUR=146.5).",
        ),
    ] = None,
    append: Annotated[bool, typer.Option("--append", help="Add to the table that is there.")] = False,
    interview: Annotated[
        bool | None,
        typer.Option(
            "--interview/--no-interview",
            help="Ask what is open, one by one. Default: on a terminal.",
            show_default=False,
        ),
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="LANG", help=f"Language: {LANGUAGES}.")] = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a table of a file of another system, and save how it was read."""
    with reported(json=json, debug=debug, language=speaking(lang)):
        from clusterpool.cli import imports

        imports.import_file(
            file,
            table,
            profile=profile,
            out=out,
            sheet=sheet,
            maps=maps or [],
            sets=sets or [],
            append=append,
            lang=lang,
            json=json,
            interview=interview,
        )


@app.command()
def share(  # noqa: PLR0913, PLR0917 - one argument an option of the contract
    saved: Saved,
    rule: Annotated[str, typer.Option("--rule", metavar="R", help=f"Rule that shares the cost: {RULES}.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the new result. Default: DIR-R, beside DIR."),
    ] = None,
    cache: CachePath = None,
    direct: Direct = False,
    lang: Lang = None,
    json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Share a saved result under another rule; the plan stays."""
    with reported(json=json, debug=debug, language=speaking(lang, saved)):
        from clusterpool.cli import jobs

        spoken = jobs.spoken(lang, json=json, quiet=quiet)
        jobs.share(saved, out, rule=rule, cache=cache, direct=direct, spoken=spoken)


@app.command()
def verify(saved: Saved, lang: Lang = None, json: Json = False, debug: Debug = False) -> None:
    """Recompute a saved result and its files independently."""
    with reported(json=json, debug=debug, language=speaking(lang, saved)):
        from clusterpool.cli import jobs

        jobs.verify(saved, json=json)


@app.command()
def compare(
    first: Saved,
    second: Annotated[Path, typer.Argument(metavar="DIR", help="Another folder that `solve` wrote.")],
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Set two saved results side by side: a member leaves, a price changes."""
    with reported(json=json, debug=debug, language=speaking(lang, first, second)):
        from clusterpool.cli import jobs

        jobs.compare(first, second, lang=lang, json=json)


@app.command()
def schema(
    json: Annotated[bool, typer.Option("--json", help="JSON Schema.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Data dictionary (the default).")] = False,
    debug: Debug = False,
) -> None:
    """Print the data dictionary, or the JSON Schema."""
    if json and markdown:
        raise typer.BadParameter("ask for --json or --markdown, not both")
    with reported(json=json, debug=debug):
        from clusterpool.cli import descriptions

        descriptions.schema(json=json)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or an empty folder.")] = Path(
        "clusterpool-demo"
    ),
    small: Annotated[bool, typer.Option("--small", help="Three firms, planned in seconds.")] = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the six-cluster example, or a small one."""
    with reported(json=json, debug=debug):
        from clusterpool.cli import descriptions

        descriptions.demo(folder, small=small, json=json)
