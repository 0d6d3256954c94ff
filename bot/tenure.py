"""Which of several processes over one database does the ticks: a lease in the database, held and renewed.

The holder that dies is followed by another within `ttl` and one try; one that stops gives the lease back at once. A holder
that cannot renew (the database is away, the machine slept) stops as soon as it notices. Raises nothing: where the database
does not answer, nobody holds office.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from news.errors import NewsError
from news.ports import OpenUnitOfWork

log = structlog.get_logger()

TTL = timedelta(seconds=20)
TRY_EVERY_S = 5.0


class Tenure:
    """One process's claim to an office."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        name: str,
        clock: Callable[[], datetime],
        *,
        ttl: timedelta = TTL,
        try_every_s: float = TRY_EVERY_S,
    ) -> None:
        self._open_unit = open_unit
        self._name = name
        self._clock = clock
        self._ttl = ttl
        self._try_every_s = try_every_s
        self._holder = secrets.token_hex(8)
        self._until_s = 0.0  # of the loop's clock; before the lease itself lapses

    async def run(self, stop: asyncio.Event, work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Do the work whenever the office is held, telling it by its event when to end; until `stop` is set."""
        ended = asyncio.Event()
        doing: asyncio.Future[None] | None = None
        try:
            while not stop.is_set():
                await self._renew()
                if self._held() and doing is None:
                    ended.clear()
                    doing = asyncio.ensure_future(work(ended))
                    log.info("tenure_began", office=self._name)
                elif not self._held() and doing is not None:
                    log.warning("tenure_lost", office=self._name)
                    await _end(doing, ended)
                    doing = None
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._try_every_s)
        finally:
            await _end(doing, ended)
            await self._give_back()

    def _held(self) -> bool:
        return asyncio.get_running_loop().time() < self._until_s

    async def _renew(self) -> None:
        try:
            async with self._open_unit() as unit:  # may wait for a writer: what counts is when the lease begins
                asked_s = asyncio.get_running_loop().time()
                taken = await unit.deliveries.hold_lease(self._name, self._holder, self._clock(), self._ttl)
                await unit.commit()
        except NewsError as error:
            log.warning("tenure_not_renewed", office=self._name, code=error.code)
            return
        except Exception:  # the ticks outlive a fault: the next try may do better
            log.exception("tenure_broke_off", office=self._name)
            return
        self._until_s = asked_s + self._ttl.total_seconds() - self._try_every_s if taken else 0.0

    async def _give_back(self) -> None:
        try:
            async with self._open_unit() as unit:
                await unit.deliveries.drop_lease(self._name, self._holder)
                await unit.commit()
        except NewsError as error:
            log.warning("tenure_not_given_back", office=self._name, code=error.code)


async def _end(doing: asyncio.Future[None] | None, ended: asyncio.Event) -> None:
    ended.set()
    if doing is not None:
        await doing
