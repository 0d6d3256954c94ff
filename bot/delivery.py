"""The sender: takes what is due from the outbox and sends it, each part once, in order, at the pace that is allowed.

    claim a batch → wait for a turn → fence (`sending` is written) → send → write what came of it

Rows say everything, so that a killed sender loses nothing: what it had only claimed becomes due again when the claim's
lease lapses; what stood at `sending` may or may not have arrived, and follows the written policy. One sender a token: a
lease in the database is held and renewed. `dispatch` is one pass by hand, `run` goes on until it is told to stop.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot import holder
from bot.governor import Governor, Lane
from bot.outcomes import Outcomes
from news.audience import Delivery, DeliveryKind
from news.errors import BadRequest, DeliveryError, NewsError, OutcomeUnknown, TryLater
from news.ports import Messenger, OpenUnitOfWork

log = structlog.get_logger()

LANES = {DeliveryKind.DIGEST: Lane.DIGEST, DeliveryKind.PUSH: Lane.PUSH, DeliveryKind.NOTICE: Lane.PUSH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The sender's own times, and the name of its lease."""

    lease_name: str = "sender"

    claim_lease: timedelta = timedelta(seconds=60)  # longer than any wait for a turn and any request
    sender_lease: timedelta = timedelta(seconds=25)  # longer than any request; so long a killed sender is waited for
    renew_every_s: float = 10.0
    look_every_s: float = 2.0  # when nobody wakes it
    longest_wait_s: float = 5.0  # a chat that must wait longer gets its row put back
    stop_within_s: float = 10.0
    in_hand: int = 24  # claimed rows at a time, about a second's worth
    lease_clock: Callable[[], datetime] | None = None  # the true time, where the sender's clock tells another


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What became of the rows of one pass, by outcome: sent, retried, unknown, replaced, failed, dropped, moved."""

    counts: Counter[str] = field(default_factory=Counter)


class DeliveryLoop:
    """The sender of one bot. `wake` may be set by whoever has written rows."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        messenger: Messenger,
        governor: Governor,
        outcomes: Outcomes,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self._open_unit = open_unit
        self._messenger = messenger
        self._governor = governor
        self._clock = clock
        self._holder = holder.name()
        self._pace = pace or Pace()
        self._halt = asyncio.Event()  # claim nothing more: a stop was asked for, or the sender's lease is lost
        self._moved = asyncio.Event()  # a row is done with, or `_halt` is set
        self._unsettled = False  # a row's outcome could not be written: it stands at `sending`
        self._paused_until_s = 0.0
        self.outcomes = outcomes
        self.wake = asyncio.Event()
        self.looked: Callable[[], None] = lambda: None  # called whenever the outbox was looked through, for the watch

    async def dispatch(self) -> DispatchReport:
        """Send what is due now; ends when nothing is. Raises BadRequest (`sender_busy`) while another sender lives."""
        before = self.outcomes.counts.copy()
        async with self._lease():
            await self._settle_leftovers()
            await self._send_due()
        return DispatchReport(self.outcomes.counts - before)

    async def run(self, stop: asyncio.Event) -> None:
        """Send whatever becomes due until `stop` is set; what is under way is finished first."""
        stopper = asyncio.create_task(self._stop_at(stop))
        waits_for = None  # said once, not at every try
        try:
            while not stop.is_set():
                try:
                    async with self._lease():
                        waits_for = None
                        await self._settle_leftovers()
                        await self._serve()
                except NewsError as error:  # the lease is somebody else's, or the database is away
                    if error.code != waits_for:
                        log.warning("sender_waited", code=error.code, message=error.message)
                    waits_for = error.code
                except Exception:  # the sender outlives a fault: rows keep what is to be done
                    log.exception("sender_broke_off")
                await self._nap()
        finally:
            stopper.cancel()

    async def _stop_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stop_claiming()

    def _stop_claiming(self) -> None:
        self._halt.set()
        self._moved.set()
        self.wake.set()

    async def _serve(self) -> None:
        while not self._halt.is_set():
            self.wake.clear()
            await self._send_due()
            await self._nap()

    async def _nap(self) -> None:
        if not self._halt.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), self._pace.look_every_s)

    async def _send_due(self) -> None:
        """Claim and send until nothing is due or a stop is asked for."""
        under_way: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            under_way.discard(task)
            self._moved.set()

        try:
            while not self._halt.is_set():
                if len(under_way) <= self._pace.in_hand // 2:
                    for delivery in await self._claim(self._pace.in_hand - len(under_way)):
                        task = asyncio.create_task(self._deliver(delivery))
                        under_way.add(task)
                        task.add_done_callback(ended)
                if not under_way:
                    break
                self._moved.clear()
                await self._moved.wait()
        finally:
            await self._finish(set(under_way))
        if self._unsettled and not self._halt.is_set():
            await self._settle_leftovers()

    async def _finish(self, under_way: set[asyncio.Task[None]]) -> None:
        """Let requests end; what waits for its turn puts its row back by itself."""
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=self._pace.stop_within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self, limit: int) -> list[Delivery]:
        if self._halt.is_set():
            return []
        claimed: list[Delivery] = []
        if self._paused_s() <= 0:
            async with self._open_unit() as unit:
                claimed = await unit.deliveries.claim(self._clock(), lease=self._pace.claim_lease, limit=limit)
                await unit.commit()
        self.looked()
        return claimed

    async def _deliver(self, delivery: Delivery) -> None:
        """One row, whatever happens to it; nothing is raised, so that one never holds up another."""
        try:
            chat_id = delivery.address.telegram_id
            delay_s = max(self._governor.delay_s(chat_id), self._paused_s())
            if delay_s > self._pace.longest_wait_s:
                await self.outcomes.put_back(delivery, self._clock() + timedelta(seconds=delay_s), "chat_paused")
                return
            message_id = None
            async with self._governor.turn(chat_id, LANES[delivery.kind]):
                if self._halt.is_set():
                    await self.outcomes.put_back(delivery, delivery.not_before, "sender_stopped")
                elif self._paused_s() > 0:
                    await self.outcomes.put_back(
                        delivery, self._clock() + timedelta(seconds=self._paused_s()), "paused"
                    )
                elif await self.outcomes.begin(delivery):
                    message_id = await self._send(delivery)
            if message_id is not None:
                # After the turn, so that the next row's fence is written in the same transaction; never before this.
                await self.outcomes.accepted(delivery, message_id)
        except Exception:
            self._unsettled = True
            log.exception("delivery_broke_off", delivery=delivery.id)

    async def _send(self, delivery: Delivery) -> int | None:
        """The message's number; None: it was not accepted, or nobody knows, and that is written down."""
        try:
            if delivery.edits is None:
                return await self._messenger.send(delivery.address, delivery.message)
            await self._messenger.edit(delivery.address, delivery.edits, delivery.message)
        except TryLater as error:
            if error.whole_bot:
                self._paused_until_s = asyncio.get_running_loop().time() + error.retry_after.total_seconds()
            await self.outcomes.refused(delivery, error)
        except DeliveryError as error:
            await self.outcomes.refused(delivery, error)
        except Exception as error:  # a fault of ours or of the library's: the row must not stay at `sending`
            log.exception("send_broke_off", delivery=delivery.id)
            await self.outcomes.refused(delivery, OutcomeUnknown(str(error)))
        else:
            return delivery.edits
        return None

    def _paused_s(self) -> float:
        """Seconds for which nothing at all can be sent: no network, or no valid token."""
        return max(0.0, self._paused_until_s - asyncio.get_running_loop().time())

    async def _settle_leftovers(self) -> None:
        """Rows that stand at `sending` while nobody sends: apply the policy."""
        async with self._open_unit(readonly=True) as unit:
            left = await unit.deliveries.leftovers()
        for delivery in left:
            await self.outcomes.in_doubt(delivery)
        self._unsettled = False

    @asynccontextmanager
    async def _lease(self) -> AsyncIterator[None]:
        """Be the one sender for the time of the block; one that is lost ends the sending."""
        self._halt.clear()
        if not await self._hold():
            raise BadRequest("Another process sends for this bot: stop it first.", code="sender_busy")
        async with self._open_unit() as unit:
            if await unit.deliveries.release_claims():
                await unit.commit()
        renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
            async with self._open_unit() as unit:
                await unit.deliveries.drop_lease(self._pace.lease_name, self._holder)
                await unit.commit()

    async def _renew(self) -> None:
        held_at_s = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(self._pace.renew_every_s)
            now_s = asyncio.get_running_loop().time()
            try:
                if not await self._hold():
                    break
                held_at_s = now_s
            except NewsError as error:
                log.warning("sender_lease_not_renewed", code=error.code)
                if now_s - held_at_s > self._pace.sender_lease.total_seconds() / 2:
                    break
        log.error("sender_lease_lost")
        self._stop_claiming()

    async def _hold(self) -> bool:
        """Take the lease or keep it. That of a process which has certainly ended need not lapse first."""
        mine = (self._pace.lease_name, self._holder)
        now = (self._pace.lease_clock or self._clock)()
        async with self._open_unit() as unit:
            held = await unit.deliveries.hold_lease(*mine, now, self._pace.sender_lease)
            if not held:
                other = await unit.deliveries.lease_holder(self._pace.lease_name)
                if other is not None and holder.is_dead(other):
                    await unit.deliveries.drop_lease(self._pace.lease_name, other)
                    held = await unit.deliveries.hold_lease(*mine, now, self._pace.sender_lease)
                    log.info("dead_sender_replaced", holder=other)
            await unit.commit()
        return held
