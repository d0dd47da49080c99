"""Ctrl-C at any moment of a job: 130 and the best plan so far, or 130 and nothing where there was no plan yet."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import highspy
import pytest
from typer.testing import CliRunner

from clusterpool.allocation import Rule, allocate
from clusterpool.check import check_plan
from clusterpool.cli import interrupts, jobs
from clusterpool.cli.app import app
from clusterpool.cli.progress import stage_text
from clusterpool.demand import write_pool
from clusterpool.executors import default_executor, run_all
from clusterpool.freight import tours
from clusterpool.game import cost_game
from clusterpool.optimize import plan_pool, plans, serve_pool
from clusterpool.plan import Stage
from clusterpool.report import files, write_result
from clusterpool.savings import making, reshare, share_savings
from clusterpool.search import tight
from clusterpool.solver import Status
from tests.pool_kit import EXACT, buying_frames, mixed_pool, pool_of
from tests.test_savings import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from clusterpool.demand import Pool
    from clusterpool.report import Result

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C does what it does in a terminal: a shell starts background jobs with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@contextmanager
def pressed_at_solve(*numbers: int) -> Iterator[list[int]]:
    """Press Ctrl-C while the solver begins its n-th run, in whatever thread that is; gives the count of runs."""
    run, count = highspy.Highs.run, [0]

    def stand_in(engine: highspy.Highs) -> Any:
        count[0] += 1
        if count[0] in numbers:
            press()
        return run(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(highspy.Highs, "run", stand_in)
        yield count


@contextmanager
def pressed_at_call(number: int) -> Iterator[list[int]]:
    """Press Ctrl-C when Python enters the n-th function of the package, in the main thread."""
    count = [0]

    def look(frame: Any, event: str, _argument: object) -> None:
        if event == "call" and "clusterpool" in frame.f_code.co_filename:
            count[0] += 1
            if count[0] == number:
                press()

    sys.setprofile(look)
    try:
        yield count
    finally:
        sys.setprofile(None)


class Job:
    """`solve` on a pool, without papers; it notes when the pool had a plan, and what was written."""

    def __init__(self, pool: Pool, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.planned = folder, False
        self.result: Result | None = None
        write_pool(pool, folder / "case")
        patch.setattr(files, "published", lambda *_: {})
        patch.setattr(jobs, "read_pool", lambda _: pool)

        def served(*arguments: Any, **options: Any) -> Any:
            found = serve_pool(*arguments, **options)
            self.planned = True
            return found

        def written(result: Result, *arguments: Any, **options: Any) -> Any:
            paths = write_result(result, *arguments, **options)
            self.result = result
            return paths

        patch.setattr(making, "serve_pool", served)
        patch.setattr(jobs, "write_result", written)

    def solve(self, name: str, *more: str) -> int:
        self.planned, self.result = False, None
        call = ["solve", str(self.folder / "case"), "--out", str(self.folder / name), "--quiet", *more]
        return CliRunner().invoke(app, call).exit_code

    def verified(self, name: str) -> bool:
        return CliRunner().invoke(app, ["verify", str(self.folder / name)]).exit_code == 0

    def judge(self, name: str, code: int) -> None:
        """130, and the plan is there, interrupted and right, wherever there was one."""
        assert code == 130
        assert (self.folder / name / "result.json").exists() == self.planned == (self.result is not None)
        if self.result is not None:
            assert self.result.plan.status is Status.INTERRUPTED
            assert not self.result.reproducible
            assert check_plan(self.result.pool, self.result.plan).ok
            assert math.fsum(self.result.allocation.shares.values()) == pytest.approx(self.result.plan.cost)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    return Job(pool_of(frames()), tmp_path, monkeypatch)


@pytest.mark.parametrize("rule", ["shapley", "least-core"])
def test_ctrl_c_at_every_solve(rule: str, job: Job) -> None:
    with pressed_at_solve() as runs:
        assert job.solve("whole", "--rule", rule) == 0
    assert runs[0] > 10
    for number in range(1, runs[0] + 1):
        with pressed_at_solve(number):
            code = job.solve(f"out{number}", "--rule", rule)
        job.judge(f"out{number}", code)
    assert job.planned
    assert job.verified(f"out{runs[0]}")


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["shapley", "nucleolus"])
def test_ctrl_c_at_every_solve_of_purchases_tied_to_freight(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(mixed_pool().restrict(["A", "B", "E"]), tmp_path, monkeypatch)
    monkeypatch.setattr(
        "clusterpool.allocation.row_generation.dividing.LADDER_SOLVES", 3
    )  # questions to the membership MILP, too
    with pressed_at_solve() as runs:
        assert job.solve("whole", "--rule", rule) == 0
    written = []
    for number in range(1, runs[0] + 1):
        with pressed_at_solve(number):
            code = job.solve(f"out{number}", "--rule", rule)
        job.judge(f"out{number}", code)
        written.append(job.planned)
        assert not job.planned or job.verified(f"out{number}")
    assert not written[0]
    assert written[-1]
    assert written == sorted(written)


def pressed_anywhere(job: Job, moments: int) -> None:
    """Ctrl-C at so many moments evenly spread over all the functions that a job enters."""
    with pressed_at_call(0) as calls:
        assert job.solve("whole") == 0
    for moment in range(moments):
        name = f"out{moment}"
        with pressed_at_call(1 + moment * calls[0] // moments):
            code = job.solve(name)
        assert code == 130
        assert (job.folder / name / "result.json").exists() or not job.planned, f"moment {moment} of {moments}"
        assert job.result is None or check_plan(job.result.pool, job.result.plan).ok


def test_ctrl_c_between_solves(job: Job) -> None:
    pressed_anywhere(job, 20)


@pytest.mark.slow
def test_ctrl_c_anywhere(job: Job) -> None:
    pressed_anywhere(job, 120)


def test_a_second_press_ends_at_once(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "SAME_PRESS_S", 0.0)
    monkeypatch.setattr(making, "_shared_in_time", lambda *_: press())
    job.judge("once", job.solve("once"))
    monkeypatch.setattr(making, "_shared_in_a_hurry", lambda *_: press())
    assert job.solve("twice") == 130
    assert job.planned
    assert not (job.folder / "twice").exists()


def test_signals_in_quick_succession_are_one_press(job: Job) -> None:
    with pressed_at_solve() as runs:
        assert job.solve("whole", "--rule", "shapley") == 0
    last = runs[0]
    with pressed_at_solve(last, last + 1, last + 2):
        code = job.solve("out", "--rule", "shapley")
    assert job.planned
    job.judge("out", code)


@pytest.mark.parametrize("where", ["_write_figures", "_write_papers"])
def test_ctrl_c_while_writing_keeps_the_figures(where: str, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    write = getattr(files, where)
    calls: list[object] = []

    def pressed_once(*arguments: object) -> None:
        calls.append(arguments)
        write(*arguments)
        if len(calls) == 1:
            press()

    monkeypatch.setattr(files, where, pressed_once)
    assert job.solve("out") == 130
    assert job.verified("out")
    assert not (job.folder / "out" / "report.html").exists()


def test_an_interrupt_that_somebody_swallows_is_still_130(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(*arguments: Any, **options: Any) -> Any:
        with suppress(KeyboardInterrupt):
            press()
        return share_savings(*arguments, **options)

    monkeypatch.setattr("clusterpool.cli.jobs.share_savings", deaf)
    assert job.solve("out") == 130


def test_an_interrupt_that_a_library_takes_for_a_failure_is_told_as_one(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        try:
            press()
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None

    monkeypatch.setattr("clusterpool.cli.jobs.share_savings", broken)
    asked = ["solve", str(job.folder / "case"), "--out", str(job.folder / "out"), "--lang", "en"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 130
    assert "clusterpool: interrupted before the result was complete" in done.stderr
    assert "ImportError" not in done.stderr


def test_who_watches_hears_of_the_interrupt() -> None:
    pool, seen = pool_of(frames()), list[Stage]()

    def watch(stage: Stage) -> None:
        seen.append(stage)
        begun = [one for one in seen if (one.name, one.done) == ("coalitions", 1)]
        if stage in begun and len(begun) == 2:  # the members alone come first, then the plan, then further coalitions
            press()

    shared = share_savings(pool, rule=Rule.SHAPLEY, options=EXACT, progress=watch)
    assert shared.plan.status is Status.INTERRUPTED
    flags = [stage.interrupted for stage in seen]
    assert flags == sorted(flags)
    assert flags[-1]
    assert stage_text(seen[-1]).endswith("Ctrl-C again ends at once")


def test_in_a_notebook_the_interrupt_comes_out() -> None:
    pool = pool_of(frames())
    with pressed_at_solve() as runs:
        shared = share_savings(pool, rule=Rule.PROPORTIONAL, options=EXACT)
    assert runs[0] > 3
    ways: list[Callable[[], object]] = [
        lambda: shared.explain(solve=True),
        lambda: reshare(shared.result, Rule.SHAPLEY),
        lambda: allocate(cost_game(pool, options=EXACT), Rule.LEAST_CORE),
    ]
    for way in ways:
        with pressed_at_solve() as runs:
            way()
        for number in {1, (1 + runs[0]) // 2, runs[0]}:
            with pressed_at_solve(number), pytest.raises(KeyboardInterrupt):
                way()


def test_a_game_goes_on_after_an_interrupt() -> None:
    pool = pool_of(frames())
    expected = allocate(cost_game(pool, options=EXACT), Rule.SHAPLEY).shares
    game = cost_game(pool, options=EXACT)
    with pressed_at_solve(4), pytest.raises(KeyboardInterrupt):
        allocate(game, Rule.SHAPLEY)
    assert allocate(game, Rule.SHAPLEY).shares == pytest.approx(expected)


def test_a_plan_is_kept_with_what_is_proven_of_it() -> None:
    pool = mixed_pool().restrict(["A", "B"])
    with pressed_at_solve() as runs:
        whole = plan_pool(pool, options=EXACT)
    proven: list[float] = []
    for number in range(1, runs[0] + 1):
        with pressed_at_solve(number):
            try:
                plan = plan_pool(pool, options=EXACT)
            except KeyboardInterrupt:
                assert not proven, "a plan was lost"
                continue
        assert plan.status is Status.INTERRUPTED
        assert not plan.reproducible
        assert plan.bound <= whole.cost + 1e-6 <= plan.cost + 2e-6
        proven.append(plan.bound)
    assert proven
    assert max(proven) > 0.5 * whole.bound


def test_a_plan_of_a_large_purchasing_model_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tight, "TIGHT", 1)
    monkeypatch.setattr(plans, "plans_alone", lambda *_, **__: {})  # what is solved is the plan alone
    pool = pool_of(buying_frames()).restrict(["B", "C", "D"])
    with pressed_at_solve() as runs:
        whole = plan_pool(pool, options=EXACT)
    kept: list[int] = []
    for number in range(1, runs[0] + 1, max(1, runs[0] // 15)):
        with pressed_at_solve(number):
            try:
                plan = plan_pool(pool, options=EXACT)
            except KeyboardInterrupt:
                assert not kept, "a plan was lost"
                continue
        assert plan.status is Status.INTERRUPTED
        assert plan.bound <= whole.cost + 1e-6 <= plan.cost + 2e-6
        assert check_plan(pool, plan).ok
        kept.append(number)
    assert kept[0] < runs[0] // 2


def test_ctrl_c_during_the_search_for_tours(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: Any, **__: Any) -> Any:
        press()

    monkeypatch.setattr(tours, "is_small", lambda _: False)
    monkeypatch.setattr(tours, "search", pressed)
    job.judge("out", job.solve("out"))


def test_processes_end_with_the_interrupt_and_start_anew(capfd: pytest.CaptureFixture[str]) -> None:
    executor = default_executor(2)
    before = set(run_all(executor, os.getpid, [()] * 4))
    for pid in before:
        os.kill(pid, signal.SIGINT)  # a terminal sends it to them, too: they do not hear it
    list(run_all(executor, time.sleep, [(0.1,)] * 4))
    assert before & set(run_all(executor, os.getpid, [()] * 4))
    alarm = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    begun = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            list(run_all(executor, time.sleep, [(60.0,)] * 8))
    finally:
        signal.signal(signal.SIGALRM, alarm)
    assert time.monotonic() - begun < 30
    assert not before & set(run_all(default_executor(2), os.getpid, [()] * 4))
    assert "Traceback" not in capfd.readouterr().err


def test_processes_end_where_the_answers_are_no_longer_taken() -> None:
    executor = default_executor(2)
    answers = run_all(executor, time.sleep, [(0.0,), *[(60.0,)] * 3])
    assert isinstance(answers, Generator)
    next(answers)
    answers.close()  # as when Ctrl-C comes between two answers
    assert len(list(run_all(default_executor(2), os.getpid, [()] * 4))) == 4


def nobody_is_left(group: int) -> bool:
    """Whether all processes of a group have ended, a moment after its first one."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("seconds", [0.5, 2.5, 6.0])
def test_a_terminal_interrupts_the_whole_group(seconds: float, tmp_path: Path) -> None:
    """A pool of many members, so that other processes work, too."""
    write_pool(mixed_pool(), tmp_path / "case")
    script = "import clusterpool.savings.making as m; m.SMALL_POOL = 2; from clusterpool.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "solve", str(tmp_path / "case"), "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - the child has no threads yet
    ) as process:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=120)
    assert process.returncode in {130, -signal.SIGINT}, told.decode()
    if process.returncode == 130:
        assert b"Traceback" not in told, told.decode()
        assert b"Warning" not in told, told.decode()
        assert (b"the best plan so far" in told) == (tmp_path / "out" / "result.json").exists()
    assert nobody_is_left(process.pid)
    if (tmp_path / "out").exists():
        assert CliRunner().invoke(app, ["verify", str(tmp_path / "out")]).exit_code == 0
