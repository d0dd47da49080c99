"""Where pieces of work run: in this process, or on any `concurrent.futures.Executor`.

The default executor starts its processes afresh and reuses them (loky): it neither forks a process in which a solver
has run threads, nor asks a script for a main guard.
"""

from __future__ import annotations

import os
import signal
import warnings
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

Answer = TypeVar("Answer")


def default_executor(workers: int | None = None) -> Executor | None:
    """Processes for `workers` pieces of work at a time (default: one a processor); None where that is one.

    Parameters
    ----------
    workers : int, optional
        Number of processes.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = workers or processors
    if count < 2:  # noqa: PLR2004
        return None
    from loky import get_reusable_executor  # noqa: PLC0415 - its import is slow and often not needed

    # A worker that has grown is replaced between two pieces of work: no answer changes, and no user can do anything.
    warnings.filterwarnings("ignore", message="A worker was restarted", category=UserWarning, module="loky")
    resource_tracker.ensure_running()  # later its start would let Ctrl-C through to the processes
    return cast("Executor", get_reusable_executor(max_workers=count, timeout=300))


def run_all(
    executor: Executor | None, function: Callable[..., Answer], jobs: Sequence[tuple[object, ...]]
) -> Iterator[Answer]:
    """The answers of ``function(*job)`` for each job, in the order of the jobs.

    Parameters
    ----------
    executor : concurrent.futures.Executor or None
        None: one after the other in this process.
    function : callable
        Importable by name, so that it can travel. What workers that died leave undone runs in this process.
    """
    if executor is None:
        yield from (function(*job) for job in jobs)
        return
    futures: list[Future[Answer]] = []
    try:
        with _deaf_to_interrupts():
            futures += [executor.submit(function, *job) for job in jobs]
        for future, job in zip(futures, jobs, strict=True):
            try:
                answer = future.result()
            except BrokenExecutor:  # workers died: what they owe is worked out here
                answer = function(*job)
            yield answer
    except Exception:
        for future in futures:
            future.cancel()
        raise
    except BaseException:  # Ctrl-C here, or in whoever takes the answers
        _give_up(executor, futures)
        raise


@contextmanager
def beside(
    executor: Executor | None, function: Callable[..., Answer], *args: object, **options: object
) -> Iterator[Callable[[], Answer]]:
    """Start a piece of work that goes on while this process does another; gives what waits for its answer.

    Parameters
    ----------
    executor : concurrent.futures.Executor or None
        None: the work is done when its answer is asked for. What a worker that died leaves undone runs here, too.
    """
    if executor is None:
        yield lambda: function(*args, **options)
        return
    futures: list[Future[Answer]] = []

    def answer() -> Answer:
        try:
            return futures[0].result()
        except BrokenExecutor:
            return function(*args, **options)

    try:
        with _deaf_to_interrupts():
            futures.append(executor.submit(function, *args, **options))
        yield answer
    except Exception:
        futures[0].cancel()
        raise
    except BaseException:
        _give_up(executor, futures)
        raise


def _give_up(executor: Executor, futures: Sequence[Future[Answer]]) -> None:
    """Let nothing begin any more; processes of loky also end what they are doing, and the next use starts new ones."""
    if type(executor).__module__.partition(".")[0] == "loky":
        cast("Any", executor).shutdown(wait=False, kill_workers=True)
        return  # it refuses the jobs itself, and complains of those that are cancelled
    for future in futures:
        future.cancel()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes that start in the block never hear of Ctrl-C, which a terminal sends to all: this one decides.

    What arrives here meanwhile is delivered at the end.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
