"""The six-cluster example, wherever the package runs from."""

from __future__ import annotations

import shutil
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
IN_WHEEL = PACKAGE / "data" / "six-clusters"
IN_SOURCES = PACKAGE.parents[1] / "examples" / "six-clusters"


def example_folder() -> Path:
    """Folder of the six-cluster example: the wheel's copy, or in a checkout the original.

    Examples
    --------
    >>> (example_folder() / "members.csv").exists()
    True
    """
    return IN_WHEEL if IN_WHEEL.is_dir() else IN_SOURCES


def write_example(folder: Path) -> list[Path]:
    """Copy the example's tables, settings and README into `folder`, which is made, or is empty.

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
    names = sorted(path for path in example_folder().iterdir() if path.suffix in {".csv", ".toml", ".md"})
    return [Path(shutil.copyfile(path, folder / path.name)) for path in names]
