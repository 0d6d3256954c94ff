"""Notes what a new revision of an article corrects, before its enrichment takes the place of the earlier one.

Runs within the transaction that stores the enrichment. Raises StorageError.
"""

from datetime import datetime

from news.corrections import corrections
from news.ports import UnitOfWork
from news.reading import Enrichment


async def amend(unit: UnitOfWork, enrichment: Enrichment, now: datetime) -> int:
    """Save which sentences that may have been told of the article no longer stand; how many."""
    earlier = (await unit.articles.enrichments([enrichment.article_id])).get(enrichment.article_id)
    if earlier is None or earlier.revision >= enrichment.revision:
        return 0
    tellable = [*await unit.corrections.tellable(enrichment.article_id), *(each.text for each in earlier.sentences)]
    found = corrections(tellable, earlier.sentences, enrichment, now)
    await unit.corrections.save(enrichment.article_id, found)
    return len(found)
