"""Articles that were taken by their lead because no model answered, given to the models once more.

While a server of vectors is down, articles are told by their first sentences and found by their words (`news.enrich`), so
that nothing waits. `RetryService.run` has them wait to be enriched again when the models answer. One that the models refuse
for good is tried at growing distances: never before as long has passed since the last try as lay between its reading and
that try. Raises StorageError; a model that does not answer is no error.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from news.entities import Article
from news.errors import SummaryError
from news.ids import ArticleId
from news.ports import Embedder, OpenUnitOfWork
from news.reading import Enrichment

LOOKED_BACK = timedelta(days=7)  # an article read before is no news
MOST = 500  # articles of one run


class RetryService:
    """Gives articles back to models that answer again."""

    def __init__(self, open_unit: OpenUnitOfWork, embedder: Embedder) -> None:
        self._open_unit = open_unit
        self._embedder = embedder

    async def run(self, now: datetime) -> int:
        """How many articles wait to be enriched again; none where there is no model."""
        if self._embedder.languages is not None and not self._embedder.languages:
            return 0
        async with self._open_unit(readonly=True) as unit:
            left = await unit.articles.taken_by_lead(now - LOOKED_BACK, self._embedder.languages, MOST)
            due = _due(await unit.articles.get(left), await unit.articles.enrichments(left), now)
        if not due or not await self._answers():
            return 0
        async with self._open_unit() as unit:
            await unit.articles.enrich_again(due)
            await unit.commit()
        return len(due)

    async def _answers(self) -> bool:
        """Whether the model of vectors works."""
        try:
            await self._embedder.embed(["news"], query=True)
        except SummaryError:
            return False
        return True


def _due(articles: Sequence[Article], enriched: Mapping[ArticleId, Enrichment], now: datetime) -> list[ArticleId]:
    """Those whose last try is long enough ago."""
    return [
        article.id
        for article in articles
        if article.id in enriched and now - (last := enriched[article.id].enriched_at) >= last - article.read_at
    ]
