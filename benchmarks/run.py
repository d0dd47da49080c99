"""How fast: `python benchmarks/run.py SUBJECT`, each against another way to do the same in the same run.

A subject is a module of this folder with `add_arguments(parser)` and `run(arguments)`; its first line says what it
measures.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

SUBJECTS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in {"__init__", "run"})


def main() -> None:
    """Run the subject that the command line names."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    subjects = parser.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
    for name in SUBJECTS:
        module = import_module(f"benchmarks.{name.replace('-', '_')}")
        module.add_arguments(subjects.add_parser(name.replace("_", "-"), help=(module.__doc__ or "").splitlines()[0]))
    arguments = parser.parse_args()
    import_module(f"benchmarks.{arguments.subject.replace('-', '_')}").run(arguments)


if __name__ == "__main__":
    main()
