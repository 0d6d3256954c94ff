"""At which moments messages of the bot's token may leave, smoothly and without bursts.

`OwnRate`: this process alone sends for the token. `SharedRate`: several do, over one database that tells each its moments;
a few are asked for at a time, never more than messages wait, so that one short statement serves several of them and replies
of one process stand behind at most `_AHEAD_S` of another's digests. The answer brings the pauses that other processes were
asked for by Telegram. Nothing waits in a transaction. While the database does not answer, a process goes by its own rate:
the sender sends nothing then, as it cannot write its fences. Times are the event loop's own monotonic seconds.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

import structlog

from news.errors import NewsError

log = structlog.get_logger()

_AHEAD_S = 0.16  # of the rate is asked for at a time: 4 messages of 25 a second
_ASK_WITHIN_S = 2.0
_ALONE_S = 5.0  # by its own rate, after the database did not answer


class RateStore(Protocol):
    """The rate of one token, kept where all its processes see it. Raises StorageError."""

    async def take(self, turns: int, gap_s: float) -> tuple[float, Mapping[int, float]]:
        """The next so many moments, `gap_s` apart: seconds until the first; and how long each paused chat is to wait."""
        ...

    async def pause(self, chat_id: int | None, wait_s: float) -> None:
        """Have all processes pause for that chat, or for all."""
        ...


class OwnRate:
    """Moments for a process that sends alone."""

    def __init__(self, per_s: float) -> None:
        self._gap_s = 1 / per_s
        self._next_s = 0.0

    def next_at(self, _: float) -> float:
        """The next moment."""
        return self._next_s

    def take(self, now: float, _: Callable[[float], int]) -> bool:
        """Take the next moment, which has come."""
        self._next_s = max(self._next_s + self._gap_s, now)  # a timer that woke late is made up for, by one at most
        return True

    def pause(self, _: int | None, __: float) -> None:
        """There is nobody to tell."""

    async def close(self) -> None:
        """Nothing to end."""


class SharedRate:
    """Moments for one of several processes. `heard` gets the pauses of chats, `given` hears that moments have come."""

    def __init__(
        self, per_s: float, store: RateStore, heard: Callable[[Mapping[int, float]], None], given: Callable[[], None]
    ) -> None:
        self._gap_s = 1 / per_s
        self._most = max(1, int(_AHEAD_S * per_s))
        self._store = store
        self._heard = heard
        self._given = given
        self._moments: deque[float] = deque()
        self._asking = False
        self._alone = OwnRate(per_s)
        self._alone_until = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    def next_at(self, now: float) -> float:
        """The next moment in hand; now, where there is none and one may be asked for."""
        if now < self._alone_until:
            return self._alone.next_at(now)
        while self._moments and self._moments[0] < now - self._gap_s:
            self._moments.popleft()  # outworn: used now it would make a burst
        return self._moments[0] if self._moments else now

    def take(self, now: float, ready: Callable[[float], int]) -> bool:
        """Take the next moment, which has come; False: as many as are `ready` are asked for, and `given` will be called."""
        if now < self._alone_until:
            return self._alone.take(now, ready)
        if self._moments:
            self._moments.popleft()
            return True
        if not self._asking:
            self._asking = True
            self._start(self._ask(min(max(ready(now), 1), self._most)))
        return False

    def pause(self, chat_id: int | None, wait_s: float) -> None:
        """Tell the others."""
        self._start(self._tell(chat_id, wait_s))

    async def close(self) -> None:
        """Wait for what is being asked and told."""
        await asyncio.gather(*self._tasks)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the loop itself keeps none alive
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, turns: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_ASK_WITHIN_S):
                wait_s, pauses = await self._store.take(turns, self._gap_s)
        except Exception as error:  # noqa: BLE001 - whatever it was, replies go on
            log.warning("rate_not_shared", error=str(error) or type(error).__name__, for_s=_ALONE_S)
            self._alone_until = loop.time() + _ALONE_S
        else:
            first = loop.time() + max(0.0, wait_s)
            self._moments.extend(first + number * self._gap_s for number in range(turns))
            self._heard(pauses)
        self._asking = False
        self._given()

    async def _tell(self, chat_id: int | None, wait_s: float) -> None:
        try:
            async with asyncio.timeout(_ASK_WITHIN_S):
                await self._store.pause(chat_id, wait_s)
        except (NewsError, TimeoutError) as error:
            log.warning("pause_not_shared", error=str(error) or type(error).__name__)
