"""What the pool's oracle remembers, on disk too, where it works, and members with the same needs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.allocation import Rule, allocate
from clusterpool.cache import Cache
from clusterpool.executors import run_all
from clusterpool.game import cost_game
from clusterpool.game import oracle as oracle_room
from clusterpool.game import parcels as parcels_room
from clusterpool.game.twins import twins
from clusterpool.savings import share_savings
from tests.cache_kit import figures_in
from tests.pool_kit import EXACT, buying_frames, coalitions, freight_frames, pool_of, table

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.demand import Pool
    from clusterpool.plan import Stage
    from clusterpool.search import Task


def twin_pool() -> Pool:
    """A and B need the same in different clusters, C is in two clusters, and X needs nothing."""
    frames = {
        "members": table(
            "member cluster site",
            *(("A", "east", "Alger"), ("B", "west", "Alger"), ("C", "east|west", "Oran"), ("X", "west", "Alger")),
        ),
        "purchases": table(
            "member item quantity",
            *((m, i, q) for m in "AB" for i, q in (("film", 60), ("box", 30))),
            ("C", "film", 90),
        ),
        "suppliers": table("supplier order_cost", ("S1", 100)),
        "offers": table(
            "supplier item min_quantity unit_price",
            *(("S1", "film", lo, p) for lo, p in ((0, 10.0), (100, 9.0), (200, 8.0))),
            *(("S1", "box", lo, p) for lo, p in ((0, 20.0), (50, 17.0))),
        ),
    }
    return pool_of(frames)


def test_members_with_the_same_rows_are_twins() -> None:
    assert twins(twin_pool()) == (("A", "B"),)
    assert twins(pool_of(buying_frames())) == ()


@pytest.mark.parametrize("rule", sorted(set(Rule) - {Rule.BY_KEY}))  # which asks for keys of the members
def test_twins_pay_the_same_and_members_without_needs_nothing(rule: Rule) -> None:
    found = share_savings(twin_pool(), rule=rule, options=EXACT, unions=None)
    shares = found.allocation.shares
    assert shares["X"] == 0.0
    if rule is not Rule.OWEN:  # they are in different unions
        assert shares["A"] == pytest.approx(shares["B"], abs=1e-6)
    assert sum(shares.values()) == pytest.approx(found.cost, abs=1e-6)
    clusters = found.clusters.set_index("cluster")["pool"]
    assert clusters["east"] == pytest.approx(shares["A"] + shares["C"], abs=1e-6)  # C counts in its first cluster only
    assert clusters["west"] == pytest.approx(shares["B"], abs=1e-6)


def test_twins_are_solved_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    solve, solved = parcels_room.solve_coalitions, []

    def watched(task: object, some: list[frozenset[str]], *rest: object, **more: object) -> object:
        solved.extend(some)
        return solve(task, some, *rest, **more)

    monkeypatch.setattr(parcels_room, "solve_coalitions", watched)
    game = cost_game(twin_pool(), options=EXACT)
    assert game.cost(("B",)) == game.cost(("A",))
    assert game.cost(("B", "C")) == game.cost(("A", "C"))
    assert solved == [frozenset("A"), frozenset("AC")]


def test_the_cache_answers_for_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, every = pool_of(freight_frames()), coalitions("ABCDEF")
    first = cost_game(pool, options=EXACT, cache=tmp_path)
    values = first.values(every)
    monkeypatch.setattr(parcels_room, "solve_coalitions", None)
    assert cost_game(pool, options=EXACT, cache=tmp_path).values(every) == values


def test_a_price_that_changes_leaves_other_pieces_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = buying_frames()
    cost_game(pool_of(frames), options=EXACT, cache=tmp_path).solve(coalitions("ABCDEF"))
    solve, members = parcels_room.solve_coalitions, set[str]()

    def watched(task: Task, some: list[frozenset[str]], *rest: object, **more: object) -> object:
        members.update(task.blocks[0].membership)
        return solve(task, some, *rest, **more)

    monkeypatch.setattr(parcels_room, "solve_coalitions", watched)
    frames["offers"].loc[frames["offers"]["item"] == "fuel", "unit_price"] = 1.5
    cost_game(pool_of(frames), options=EXACT, cache=tmp_path).solve(coalitions("ABCDEF"))
    assert members == {"A", "E"}  # who needs fuel


KILLED = """
import sys
sys.path.insert(0, {root!r})
from clusterpool.game import cost_game
from tests.pool_kit import EXACT, coalitions, freight_frames, pool_of
game = cost_game(pool_of(freight_frames()), options=EXACT, cache={cache!r})
for coalition in coalitions("ABCDEF"):
    game.cost(coalition)
"""


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_to_the_same_figures(tmp_path: Path) -> None:

    root = str(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120
    code = KILLED.format(root=root, cache=str(tmp_path))
    run = subprocess.Popen([sys.executable, "-c", code])
    cache = Cache.at(tmp_path)
    while run.poll() is None and figures_in(cache.path) < 5:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    before = figures_in(cache.path)
    every = coalitions("ABCDEF")
    game = cost_game(pool_of(freight_frames()), options=EXACT, cache=tmp_path)
    again = game.values(every)
    assert 5 <= before < figures_in(cache.path)
    assert again == cost_game(pool_of(freight_frames()), options=EXACT).values(every)


# Many workers


def die_once(path: str) -> int:
    """Kill the own process the first time, unless this is the one that tests."""
    marker = path + ".died"
    if not os.path.exists(marker):  # noqa: PTH110
        open(marker, "w", encoding="utf-8").close()  # noqa: PTH123
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def test_what_dead_workers_leave_is_worked_out_here(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        assert list(run_all(executor, die_once, [(str(tmp_path / "x"),), (str(tmp_path / "x"),)])) == [7, 7]


def test_a_dask_cluster_that_loses_a_worker_in_the_middle_gives_the_same_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker dies with coalitions that it has solved and with some that it owes: both are solved elsewhere."""
    distributed = pytest.importorskip("distributed")
    for room in (oracle_room, parcels_room):  # nothing is solved here, and what travels travels in many chunks
        monkeypatch.setattr(room, "LEAST_CHUNK_S", 0.0)

    def dawdle() -> None:
        """Let every coalition take a while in a worker, so that the middle of the work lasts."""
        solve = parcels_room.solve_coalitions

        def slowly(*task: Any, **options: Any) -> Any:
            time.sleep(0.03)
            return solve(*task, **options)

        parcels_room.solve_coalitions = slowly

    every = coalitions("ABCDEF")
    here = cost_game(pool_of(freight_frames()), options=EXACT)
    expected = allocate(here, Rule.SHAPLEY).shares
    alone = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(**alone) as cluster, distributed.Client(cluster) as client:
        client.run(dawdle)
        pids = client.run(os.getpid)
        victim = min(pids)
        left: list[int] = []

        def kill_one(stage: Stage) -> None:
            if stage.name != "coalitions" or left:
                return
            if client.has_what()[victim] and client.processing()[victim]:
                os.kill(pids[victim], signal.SIGKILL)
                left.append(stage.total - stage.done)

        game = cost_game(pool_of(freight_frames()), options=EXACT, progress=kill_one)
        found = allocate(game, Rule.SHAPLEY, executor=client.get_executor())
    assert len(pids) == 2
    assert left
    assert left[0] > 0
    assert found.shares == expected
    assert [game.value(one) for one in every] == [here.value(one) for one in every]
