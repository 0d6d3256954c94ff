"""What is not kept: articles that were read too long ago, but for those that a pending message cites, and notes that are over."""

from datetime import datetime, timedelta

from news.audience import ChatStatus
from news.notes import READERS
from news.ports import OpenUnitOfWork

BATCH = 500  # articles in one transaction, so that no writer waits long


class RetentionService:
    """Forgets old articles and notes."""

    def __init__(self, open_unit: OpenUnitOfWork, keep: timedelta) -> None:
        assert keep > timedelta(0), "articles are kept for some time"
        self._open_unit = open_unit
        self._keep = keep

    async def run(self, now: datetime) -> int:
        """Remove what is too old; how many articles went."""
        forgotten = 0
        while True:
            async with self._open_unit() as unit:
                count = await unit.articles.forget(now - self._keep, BATCH)
                await unit.commit()
            forgotten += count
            if count < BATCH:
                return forgotten

    async def tidy(self, now: datetime) -> int:
        """Delete the notes whose time is over, and write down how many have a digest today; how many notes went."""
        async with self._open_unit() as unit:
            forgotten = await unit.notes.forget_over(now)
            counts = await unit.chats.count_by_status()
            await unit.usage.put(now.date(), {READERS: counts.get(ChatStatus.ACTIVE, 0)})
            await unit.commit()
        return forgotten
