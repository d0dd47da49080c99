"""The examples, wherever the package runs from."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


class Example(StrEnum):
    """Six clusters of 25 firms, planned in a minute or two, or three firms, planned in seconds."""

    SIX_CLUSTERS = "six-clusters"
    THREE_FIRMS = "three-firms"


def example_folder(example: Example = Example.SIX_CLUSTERS) -> Path:
    """Folder of an example: the wheel's copy, or in a checkout the original.

    Examples
    --------
    >>> (example_folder() / "members.csv").exists()
    True
    """
    in_wheel = PACKAGE / "data" / example
    return in_wheel if in_wheel.is_dir() else PACKAGE.parents[1] / "examples" / example


def write_example(folder: Path, example: Example = Example.SIX_CLUSTERS) -> list[Path]:
    """Copy an example's tables, settings and README into `folder`, which is made, or is empty.

    Returns
    -------
    list of pathlib.Path
        The files written, sorted.

    Raises
    ------
    FileExistsError
        `folder` holds something already; nothing is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder for the example")
    names = sorted(path for path in example_folder(example).iterdir() if path.suffix in {".csv", ".toml", ".md"})
    return [Path(shutil.copyfile(path, folder / path.name)) for path in names]
