"""Takes a doubted sentence out of what is told of an article: its summaries, its key sentences, its stories' news."""

from dataclasses import replace

from sqlalchemy import select, update

from news.ids import ArticleId
from storage import records
from storage.tables import enrichment, key_sentences, story_update
from storage.transaction import Transaction


async def strike(transaction: Transaction, article_id: ArticleId, text: str) -> None:
    """Implements `Articles.strike` over all revisions."""
    await _from_summaries(transaction, article_id, text)
    await _from_key_sentences(transaction, article_id, text)
    connection = transaction.connection
    query = select(story_update.c.id, story_update.c.sentences).where(story_update.c.article_id == article_id)
    for row in (await connection.execute(query)).all():
        kept = [each for each in records.cited_from_json(row.sentences) if each.text != text]
        values = {"sentences": records.cited_to_json(kept)}
        await connection.execute(update(story_update).where(story_update.c.id == row.id).values(**values))


async def _from_summaries(transaction: Transaction, article_id: ArticleId, text: str) -> None:
    query = select(enrichment.c.revision, enrichment.c.summary).where(enrichment.c.article_id == article_id)
    for row in (await transaction.connection.execute(query)).all():
        summary = records.summary_from_json(row.summary)
        kept = replace(summary, sentences=tuple(each for each in summary.sentences if each.text != text))
        mine = (enrichment.c.article_id == article_id) & (enrichment.c.revision == row.revision)
        values = {"summary": records.summary_to_json(kept)}
        await transaction.connection.execute(update(enrichment).where(mine).values(**values))


async def _from_key_sentences(transaction: Transaction, article_id: ArticleId, text: str) -> None:
    query = select(key_sentences).where(key_sentences.c.article_id == article_id)
    for row in (await transaction.connection.execute(query)).all():
        known = records.key_sentences_from_row(row.sentences, row.model, row.vectors)
        values = records.key_sentences_to_row([each for each in known if each.text != text])
        mine = (key_sentences.c.article_id == article_id) & (key_sentences.c.revision == row.revision)
        await transaction.connection.execute(update(key_sentences).where(mine).values(**values))
