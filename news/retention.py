"""Retention: articles that were read longer ago than they are kept go, but for those that a pending message cites."""

from datetime import datetime, timedelta

from news.ports import OpenUnitOfWork

BATCH = 500  # articles in one transaction, so that no writer waits long


class RetentionService:
    """Forgets old articles."""

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
