"""Whose turn it is: one request at a time per host with a pause between two, a few at a time for allow-listed hosts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Queue:
    slots: asyncio.Semaphore
    free_at: float = 0.0
    users: int = field(default=0)


class HostPacer:
    """Gives turns. Monotonic time; a host that nobody waits for is forgotten once its pause is over."""

    def __init__(self, *, spacing_s: float, allowed_parallel: int, max_parallel: int) -> None:
        self._spacing_s = spacing_s
        self._allowed_parallel = allowed_parallel
        self._all = asyncio.Semaphore(max_parallel)
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, spaced: bool) -> AsyncIterator[None]:
        """Hold a turn for one request to the host."""
        self._forget_idle()
        queue = self._queues.get(host)
        if queue is None:
            queue = _Queue(asyncio.Semaphore(1 if spaced else self._allowed_parallel))
            self._queues[host] = queue
        queue.users += 1
        try:
            async with queue.slots:
                if spaced:
                    await asyncio.sleep(max(0.0, queue.free_at - time.monotonic()))
                try:
                    async with self._all:
                        yield
                finally:
                    queue.free_at = time.monotonic() + (self._spacing_s if spaced else 0.0)
        finally:
            queue.users -= 1

    def _forget_idle(self) -> None:
        if len(self._queues) < 256:
            return
        now = time.monotonic()
        for host in [name for name, queue in self._queues.items() if queue.users == 0 and queue.free_at < now]:
            del self._queues[host]
