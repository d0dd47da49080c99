"""The same input, seed and options give the same bytes, whatever the order of rows and of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clusterpool.allocation import Rule
from clusterpool.demand import write_pool
from clusterpool.report import read_result
from clusterpool.savings import share_savings
from clusterpool.solver import SolveOptions
from tests.pool_kit import freight_frames, mixed_frames, mixed_settings, pool_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.pool_kit import Frames

OPTIONS = SolveOptions(gap=0.002, time_limit_s=None, seed=5)
IN_ANOTHER_PROCESS = """
import sys
from clusterpool.allocation import Rule
from clusterpool.demand import read_pool
from clusterpool.savings import share_savings
from tests.test_determinism import OPTIONS

share_savings(read_pool(sys.argv[1]), rule=Rule.ACAM, options=OPTIONS).to_csv(sys.argv[2])
"""


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def shuffled(frames: Frames) -> Frames:
    """The rows of every table, and its columns, in another order."""
    return {
        name: frame.sample(frac=1.0, random_state=7).sample(frac=1.0, axis=1, random_state=3)
        for name, frame in reversed(frames.items())
    }


def few_members(frames: Frames) -> Frames:
    """Four members that ship enough for tours to be searched; nobody else's rows."""
    return {
        name: frame[frame["member"].isin(["A", "C", "D", "F"])] if "member" in frame else frame
        for name, frame in frames.items()
    }


@pytest.fixture(scope="module", params=[freight_frames, mixed_frames], ids=["shipments", "goods ex works too"])
def frames(request: pytest.FixtureRequest) -> Frames:
    made: Callable[[], Frames] = request.param
    return few_members(made())


def written(frames: Frames, folder: Path, options: SolveOptions = OPTIONS) -> dict[str, bytes]:
    pool = pool_of(frames, **mixed_settings())
    share_savings(pool, rule=Rule.ACAM, options=options).to_csv(folder)
    return bytes_of(folder)


def in_another_process(frames: Frames, folder: Path, hash_seed: str) -> dict[str, bytes]:
    """What a fresh interpreter writes that reads the pool from files."""
    write_pool(pool_of(frames, **mixed_settings()), folder / "pool")
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    root = Path(__file__).resolve().parents[1]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [environment.get("PYTHONPATH"), str(root)]))
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(folder / "pool"), str(folder / "out")]
    subprocess.run(command, check=True, env=environment, cwd=root)
    return bytes_of(folder / "out")


def test_the_same_bytes_again(frames: Frames, tmp_path: Path) -> None:
    first = written(frames, tmp_path / "first")
    assert {"savings.csv", "result.json", "trips.csv", "coalitions.csv", "settlement.csv"} <= set(first)
    known = read_result(tmp_path / "first").known_trips
    assert known is not None
    assert not known.complete, "the pool is too small for tours to be searched"
    assert read_result(tmp_path / "first").reproducible
    assert written(shuffled(frames), tmp_path / "again") == first
    assert in_another_process(shuffled(frames), tmp_path / "elsewhere", "4711") == first


def test_another_seed_is_told(tmp_path: Path) -> None:
    frames = few_members(freight_frames())
    first = written(frames, tmp_path / "first")
    other = written(frames, tmp_path / "other", SolveOptions(gap=0.002, time_limit_s=None, seed=6))
    assert first["result.json"] != other["result.json"]
    assert all(first[name] == other[name] for name in first if name.startswith("input"))
