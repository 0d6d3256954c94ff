"""The time that several processes over one database go by: the database server's, so that machines whose clocks differ agree
on who holds an office and on what is due.

A difference of less than a second is left alone. Raises nothing once it runs: while the database does not answer, the last
difference found stays.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from news.errors import NewsError

log = structlog.get_logger()

COMPARE_EVERY_S = 60.0
LEFT_ALONE = timedelta(seconds=1)
TOLD = timedelta(seconds=60)  # from here on somebody should set the machine's clock


def own_clock() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


class SharedClock:
    """This machine's clock, put right by the database's. Call it for the time."""

    def __init__(self, ask: Callable[[], Awaitable[datetime]], own: Callable[[], datetime] = own_clock) -> None:
        self._ask = ask
        self._own = own
        self._behind = timedelta()
        self._told = timedelta()

    def __call__(self) -> datetime:
        return self._own() + self._behind

    async def compare(self) -> timedelta:
        """How far this machine is behind the database (ahead: negative). Raises StorageError."""
        asked_at = self._own()
        theirs = await self._ask()
        behind = theirs - asked_at - (self._own() - asked_at) / 2
        self._behind = behind if abs(behind) > LEFT_ALONE else timedelta()
        if abs(behind) > TOLD and abs(behind - self._told) > TOLD:
            log.warning("clock_differs", behind_database_s=round(behind.total_seconds()))
            self._told = behind
        return behind

    async def run(self, stop: asyncio.Event) -> None:
        """Compare again and again until `stop` is set."""
        while not stop.is_set():
            try:
                await self.compare()
            except NewsError as error:
                log.debug("clock_not_compared", code=error.code)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), COMPARE_EVERY_S)
