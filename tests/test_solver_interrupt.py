"""Ctrl-C: a real signal to a real process."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

MODEL = """
    import signal, sys, threading, time
    import numpy as np
    from clusterpool.solver import LinearModel, SolveOptions, solve

    def facilities(customers, sites):
        # A root relaxation of seconds, in which HiGHS calls nobody.
        rng = np.random.default_rng(0)
        x, n = np.arange(customers * sites).reshape(customers, sites), customers * sites
        weight = rng.uniform(1, 10, customers)
        rows = [(list(x[i]), [1.0] * sites, 1, 1) for i in range(customers)]
        rows += [([x[i, j], n + j], [1.0, -1.0], -np.inf, 0) for i in range(customers) for j in range(sites)]
        rows += [([*x[:, j], n + j], [*weight, -weight.sum() / 8], -np.inf, 0) for j in range(sites)]
        return LinearModel(
            cost=np.concatenate([(rng.uniform(1, 100, (customers, sites)) * weight[:, None]).ravel(),
                                 rng.uniform(500, 1500, sites)]),
            offset=0.0, lower=np.zeros(n + sites), upper=np.ones(n + sites),
            integer=np.arange(n + sites) >= n,
            row_lower=[r[2] for r in rows], row_upper=[r[3] for r in rows],
            row_start=np.cumsum([0] + [len(r[0]) for r in rows]),
            col_index=np.concatenate([r[0] for r in rows]), value=np.concatenate([r[1] for r in rows]))

    def say(*words):
        print(*words, flush=True)
"""


def heed_interrupts() -> None:
    """For a child: background jobs of a shell are started with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run_and_signal(body: str, after_s: float) -> tuple[list[tuple[str, float]], int]:
    """Run a script, send SIGINT some time after it says 'go', return its lines with the time each took since."""
    script = textwrap.dedent(MODEL) + textwrap.dedent(body)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - the child has no threads yet
    ) as process:
        watchdog = threading.Timer(120, process.kill)
        watchdog.start()
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "go"
        time.sleep(after_s)
        os.kill(process.pid, signal.SIGINT)
        sent = time.monotonic()
        lines = [(line.strip(), time.monotonic() - sent) for line in process.stdout]
        watchdog.cancel()
    return lines, process.returncode


@pytest.mark.parametrize("after_s", [1.0, 2.5])
def test_ctrl_c_returns_the_best_solution_at_once(after_s: float) -> None:
    lines, code = run_and_signal(
        """
        model = facilities(120, 80)
        before = signal.getsignal(signal.SIGINT)
        say("go")
        solution = solve(model, options=SolveOptions(gap=0.0, time_limit_s=None), best_so_far=True)
        say(solution.status, solution.limit_struck, solution.bound <= solution.objective)
        say(model.broken_by(solution.values) == "", signal.getsignal(signal.SIGINT) is before)
        """,
        after_s,
    )
    assert [line for line, _ in lines] == ["interrupted True True", "True True"]
    assert lines[0][1] < 1.0  # 0.1 s on an idle machine; HiGHS alone would take several seconds
    assert code == 0


def test_ctrl_c_before_any_solution() -> None:
    lines, _ = run_and_signal(
        """
        rng = np.random.default_rng(1)
        n, rows = 200, 20
        matrix = rng.integers(0, 100, (rows, n)).astype(float)
        rhs = np.floor(matrix.sum(axis=1) / 2)
        market_split = LinearModel(np.ones(n), 0.0, np.zeros(n), np.ones(n), np.ones(n, dtype=bool), rhs, rhs,
            np.arange(0, n * rows + 1, n), np.tile(np.arange(n), rows), matrix.ravel())
        say("go")
        try:
            solve(market_split, options=SolveOptions(gap=0.0, time_limit_s=None), best_so_far=True)
        except KeyboardInterrupt as stop:
            say(str(stop), 0 < stop.bound < n)
        """,
        1.0,
    )
    assert [line for line, _ in lines] == ["interrupted True"]


def test_nobody_goes_on_with_half_an_answer_unasked() -> None:
    lines, _ = run_and_signal(
        """
        model = facilities(120, 80)
        before = signal.getsignal(signal.SIGINT)
        say("go")
        try:
            say(solve(model, options=SolveOptions(gap=0.0, time_limit_s=None)).status)
        except KeyboardInterrupt as stop:
            say(type(stop).__name__, signal.getsignal(signal.SIGINT) is before)
        """,
        2.5,
    )
    assert [line for line, _ in lines] == ["Interrupted True"]


def test_a_solve_in_another_thread_leaves_signals_alone() -> None:
    lines, code = run_and_signal(
        """
        done = []
        worker = threading.Thread(target=lambda: done.append(
            solve(facilities(120, 80), options=SolveOptions(gap=0.0, time_limit_s=2))))
        worker.start()
        say("go")
        try:
            while worker.is_alive():
                time.sleep(0.01)
        except KeyboardInterrupt:
            say("here")
        worker.join()
        say(done[0].status in ("optimal", "feasible"))
        """,
        0.3,
    )
    assert [line for line, _ in lines] == ["here", "True"]
    assert code == 0


def test_a_fork_after_a_solve_with_threads_does_not_hang() -> None:
    script = textwrap.dedent(MODEL) + textwrap.dedent(
        """
        import multiprocessing

        def work(seed):
            return solve(facilities(14, 12), options=SolveOptions(gap=0.0, seed=seed, threads=2)).objective

        first = work(0)
        with multiprocessing.get_context("fork").Pool(1) as pool:
            assert abs(pool.apply(work, (1,)) - first) < 1e-6
        say("done")
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "done"
