"""Notes what a new revision of an article corrects, before its enrichment takes the place of the earlier one.

Runs within the transaction that stores the enrichment. Raises StorageError.
"""

from datetime import datetime

from news.corrections import corrections
from news.entities import Article, ArticleKind
from news.ports import UnitOfWork
from news.reading import Enrichment


async def amend(unit: UnitOfWork, article: Article, enrichment: Enrichment, now: datetime) -> None:
    """Save which sentences that may have been told of the article no longer stand. A live page corrects nothing: it goes on."""
    earlier = (await unit.articles.enrichments([article.id])).get(article.id)
    if earlier is None or earlier.revision >= enrichment.revision or article.kind is ArticleKind.LIVE:
        return
    tellable = [*await unit.corrections.tellable(article.id), *(each.text for each in earlier.sentences)]
    await unit.corrections.save(article.id, corrections(tellable, earlier.sentences, enrichment, now))
