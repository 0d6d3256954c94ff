"""Runs parsers in processes of their own with a time limit, so that a hostile feed costs a process and not the program.

One worker process per slot; it is started at first use, kept warm, and killed when a task overruns. With no processes the
work runs in a thread (tests, small jobs): then an overrun is reported but cannot be stopped.
What a parser raises passes, where it can be pickled; parsers therefore return `Unreadable` for what they refuse.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import ParamSpec, TypeVar

import structlog

P = ParamSpec("P")
T = TypeVar("T")

_START_TIMEOUT_S = 60.0  # a cold start imports the parsers: 2 s on an idle core, far more on a crowded machine
_PARSERS = ("ingestion.feeds", "ingestion.pages")

log = structlog.get_logger()


class Overrun(Exception):
    """The task did not end in time, or its process died."""


def _leave_interrupts() -> None:
    """Ctrl-C in a terminal goes to every process: the program ends its workers, they do not cry out by themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _warm_up() -> int:
    for name in _PARSERS:
        import_module(name)
    return os.getpid()


def _context() -> multiprocessing.context.BaseContext:
    # never fork: the program has threads. A fork server imports the parsers once and starts workers in milliseconds
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PARSERS))
    return context


class _Worker:
    """One process. Not for two tasks at a time."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._process_id = 0

    async def run(self, work: Callable[[], T], timeout_s: float) -> T:
        loop = asyncio.get_running_loop()
        if self._pool is None:
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=_context(), initializer=_leave_interrupts)
            self._process_id = await asyncio.wait_for(loop.run_in_executor(self._pool, _warm_up), _START_TIMEOUT_S)
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._pool, work), timeout_s)
        except (TimeoutError, BrokenProcessPool) as error:
            log.warning("parser_killed", seconds=timeout_s, broken=isinstance(error, BrokenProcessPool))
            self.kill()
            raise Overrun from error
        except asyncio.CancelledError:
            self.kill()
            raise

    def kill(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if self._process_id:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process_id, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        self._process_id = 0
        pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


class ParserPool:
    """A few worker processes. `close` when done."""

    def __init__(self, processes: int, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._in_thread = processes == 0
        self._workers = [_Worker() for _ in range(processes)]
        self._free = asyncio.Semaphore(max(1, processes))

    async def run(self, work: Callable[[], T]) -> T:
        """What the task returns. Raises Overrun; waiting for a free process does not count."""
        async with self._free:
            if self._in_thread:
                try:
                    return await asyncio.wait_for(asyncio.to_thread(work), self._timeout_s)
                except TimeoutError as error:
                    raise Overrun from error
            worker = self._workers.pop()
            try:
                return await worker.run(work, self._timeout_s)
            finally:
                self._workers.append(worker)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()
