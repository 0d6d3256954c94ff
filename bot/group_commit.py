"""Writes what the sender's requests need before and after them, several in one transaction (group commit).

At most three requests of the outbox run side by side, and each needs two writes: `sending` before it and `sent` after it.
While one transaction is being written the next writes gather; then they are written together. Nobody waits for company: a
write that is alone is written at once. A caller goes on only when its own write stands, so nothing is weaker than with a
transaction each. If a transaction fails, each of its writes is tried alone, so that one bad row harms no other; but no
fence then stands without every `sent` that was asked for before it, or one message more would be in doubt.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from news.audience import Delivery
from news.ports import OpenUnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, eq=False)
class _Write:
    """One row's; without a message's number it is a fence. The answer: whether the row is ours."""

    delivery: Delivery
    message_id: int | None
    done: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class GroupCommit:
    """The sender's writes. Raises to each caller what its own write raised."""

    def __init__(self, open_unit: OpenUnitOfWork, clock: Callable[[], datetime]) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._waiting: list[_Write] = []
        self._writer: asyncio.Task[None] | None = None

    async def fence(self, delivery: Delivery) -> bool:
        """claimed → sending; False: the claim is somebody else's, do not send."""
        return await self._write(_Write(delivery, None))

    async def sent(self, delivery: Delivery, message_id: int) -> None:
        """sending → sent, with its ledger entries."""
        await self._write(_Write(delivery, message_id))

    async def _write(self, write: _Write) -> bool:
        self._waiting.append(write)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._work())
        return await write.done

    async def _work(self) -> None:
        while self._waiting:
            # A fence whose caller has gone is not to be written; what was sent was sent, whoever waits for it.
            batch = [each for each in self._waiting if each.message_id is not None or not each.done.done()]
            self._waiting = []
            if batch:
                await self._commit(batch)

    async def _commit(self, batch: Sequence[_Write]) -> bool:
        """Whether all of it stands."""
        try:
            fenced = await self._transact(batch)
        except Exception as error:  # noqa: BLE001 - the callers get it
            if len(batch) > 1:
                log.warning("group_commit_split", writes=len(batch), error=str(error))
                await self._split(batch, error)
            else:
                _fail(batch[0], error)
            return False
        for each in batch:
            if not each.done.done():
                each.done.set_result(each.message_id is not None or each.delivery.id in fenced)
        return True

    async def _split(self, batch: Sequence[_Write], error: Exception) -> None:
        """Each alone: what was sent, then the fences, if all of that stands."""
        stand = [await self._commit([each]) for each in batch if each.message_id is not None]
        for each in batch:
            if each.message_id is None and all(stand):
                await self._commit([each])
            elif each.message_id is None:
                _fail(each, error)

    async def _transact(self, batch: Sequence[_Write]) -> frozenset[int]:
        now = self._clock()
        fences = [each.delivery for each in batch if each.message_id is None]
        sent = {each.delivery.id: each.message_id for each in batch if each.message_id is not None}
        fenced: frozenset[int] = frozenset()
        async with self._open_unit() as unit:
            if sent:
                await unit.deliveries.sent_many(sent, now)
            if fences:
                fenced = await unit.deliveries.fence_many(fences, now)
            await unit.commit()
        return fenced


def _fail(write: _Write, error: Exception) -> None:
    if not write.done.done():
        write.done.set_exception(error)
    else:  # its caller has gone: the row stands at `sending`, and what follows from that is written down
        log.error("sent_not_written", delivery=write.delivery.id, exc_info=error)
