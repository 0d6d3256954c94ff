"""Runs parsers in processes of their own with a time limit, so that a hostile feed costs a process and not the program.

One worker process per slot; it is started at first use, kept warm, and killed when a task overruns. A task that takes long
gives up its slot and goes on beside, at a lower priority, so that the next feed does not wait for it; its process is not
kept. With no processes the work runs in a thread (tests, small jobs): then an overrun is reported but cannot be stopped.
A process ends with the program, however that ends.
What a parser raises passes, where it can be pickled; parsers therefore return `Unreadable` for what they refuse.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import connection
from typing import ParamSpec, TypeVar

import structlog

P = ParamSpec("P")
T = TypeVar("T")

_START_TIMEOUT_S = 60.0  # a cold start imports the parsers: 2 s on an idle core, far more on a crowded machine
_SLOW_S = 2.0  # a page takes 50 ms, a feed of 5 MB under a second
_SLOW_PLACES = 4  # tasks that may go on beside the slots, about 60 MB each while they last
_LOW_PRIORITY = 10  # of a niceness up to 19
_PARSERS = ("ingestion.feeds", "ingestion.pages")

log = structlog.get_logger()


class Overrun(Exception):
    """The task did not end in time, or its process died."""


def _begin() -> None:
    # Ctrl-C in a terminal goes to every process: the program ends its workers, they do not cry out by themselves
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_program, daemon=True).start()


def _end_with_the_program() -> None:
    """A program that is killed can end nothing: its workers see it go."""
    program = multiprocessing.parent_process()
    if program is not None:
        connection.wait([program.sentinel])
        os._exit(0)


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

    async def start(self) -> None:
        """Raises Overrun where the machine is too busy to start a process."""
        if self._pool is not None:
            return
        self._pool = ProcessPoolExecutor(max_workers=1, mp_context=_context(), initializer=_begin)
        self._process_id = await self._do(_warm_up, _START_TIMEOUT_S)

    async def run(self, work: Callable[[], T], timeout_s: float) -> T:
        return await self._do(work, timeout_s)

    async def _do(self, work: Callable[[], T], timeout_s: float) -> T:
        assert self._pool is not None, "the worker was not started"
        try:
            return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(self._pool, work), timeout_s)
        except (TimeoutError, BrokenProcessPool) as error:
            log.warning("parser_killed", seconds=timeout_s, broken=isinstance(error, BrokenProcessPool))
            self.kill()
            raise Overrun from error
        except asyncio.CancelledError:
            self.kill()
            raise

    def step_back(self) -> None:
        """Let other processes go first."""
        if self._process_id and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process_id, _LOW_PRIORITY)

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

    def __init__(self, processes: int, timeout_s: float, slow_s: float = _SLOW_S) -> None:
        self._timeout_s = timeout_s
        self._slow_s = slow_s
        self._in_thread = processes == 0
        self._idle = [_Worker() for _ in range(processes)]
        self._free = asyncio.Semaphore(max(1, processes))
        self._slow_places = _SLOW_PLACES

    async def run(self, work: Callable[[], T]) -> T:
        """What the task returns. Raises Overrun; waiting for a free process does not count."""
        if self._in_thread:
            async with self._free:
                try:
                    return await asyncio.wait_for(asyncio.to_thread(work), self._timeout_s)
                except TimeoutError as error:
                    raise Overrun from error
        await self._free.acquire()
        worker = self._idle.pop() if self._idle else _Worker()
        beside = False
        running: asyncio.Task[T] | None = None
        try:
            await worker.start()
            running = asyncio.create_task(worker.run(work, self._timeout_s))
            await asyncio.wait({running}, timeout=self._slow_s)
            if not running.done() and self._slow_places:
                beside = True
                self._step_aside(worker)
            return await running
        finally:
            if running is not None and not running.done():
                running.cancel()
            self._give_back(worker, beside=beside)

    def _step_aside(self, worker: _Worker) -> None:
        """The slot is another task's now."""
        log.info("parser_slow", seconds=self._slow_s)
        self._slow_places -= 1
        worker.step_back()
        self._free.release()

    def _give_back(self, worker: _Worker, *, beside: bool) -> None:
        if beside:
            self._slow_places += 1
            worker.kill()
        else:
            self._idle.append(worker)
            self._free.release()

    def close(self) -> None:
        """End the processes."""
        for worker in self._idle:
            worker.close()
