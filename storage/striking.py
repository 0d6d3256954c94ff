"""Takes a doubted sentence out of what is told of an article: its sentences, summaries and key sentences, its stories' news, what a model wrote of them.

What was struck is kept in the table `doubt` (without a chat), and out of every later enrichment of the article.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select, update

from news.doubts import enrichment_without, forms, sentences_without, summary_without
from news.ids import ArticleId, ChatId
from news.reading import CitedSentence, Enrichment, Sentence, Summary
from storage import records
from storage.chunks import chunks
from storage.note_tables import doubt as table
from storage.tables import article, enrichment, key_sentences, story_update, story_writing
from storage.transaction import Transaction


async def strike(transaction: Transaction, article_id: ArticleId, text: str) -> None:
    """Implements `Articles.strike` over all revisions."""
    made = await _made(transaction, article_id)
    texts = frozenset({text}.union(*(forms(sentences, summary, text) for _, sentences, summary in made)))
    for each in sorted(texts - await struck(transaction, article_id)):
        await transaction.connection.execute(table.insert().values(article_id=article_id, text=each))
    for revision, sentences, summary in made:
        mine = (enrichment.c.article_id == article_id) & (enrichment.c.revision == revision)
        values = {
            "sentences": records.sentences_to_json(sentences_without(sentences, texts)),
            "summary": records.summary_to_json(summary_without(sentences, summary, texts)),
        }
        await transaction.connection.execute(update(enrichment).where(mine).values(**values))
    await _from_key_sentences(transaction, article_id, texts)
    await _from_updates(transaction, article_id, texts)
    await _from_writings(transaction, article_id, texts)


async def _made(transaction: Transaction, article_id: ArticleId) -> list[tuple[int, tuple[Sentence, ...], Summary]]:
    """Revision, sentences and summary of all that was computed of an article."""
    columns = (enrichment.c.revision, enrichment.c.sentences, enrichment.c.summary)
    rows = await transaction.connection.execute(select(*columns).where(enrichment.c.article_id == article_id))
    return [
        (row.revision, records.sentences_from_json(row.sentences), records.summary_from_json(row.summary))
        for row in rows
    ]


async def _from_updates(transaction: Transaction, article_id: ArticleId, texts: frozenset[str]) -> None:
    query = select(story_update.c.id, story_update.c.sentences).where(story_update.c.article_id == article_id)
    for row in (await transaction.connection.execute(query)).all():
        kept = [each for each in records.cited_from_json(row.sentences) if each.text not in texts]
        values = {"sentences": records.cited_to_json(kept)}
        await transaction.connection.execute(update(story_update).where(story_update.c.id == row.id).values(**values))


async def _from_writings(transaction: Transaction, article_id: ArticleId, texts: frozenset[str]) -> None:
    """A sentence that cites several articles is struck with all of them: a reader took it for untrue."""
    for row_id, sentences in await writings(transaction, article_id):
        kept = [each for each in sentences if each.text not in texts]
        values = {"sentences": records.cited_to_json(kept)}
        await transaction.connection.execute(update(story_writing).where(story_writing.c.id == row_id).values(**values))


async def writings(transaction: Transaction, article_id: ArticleId) -> list[tuple[int, list[CitedSentence]]]:
    """What models wrote of an article's story, by row."""
    its_story = select(article.c.story_id).where(article.c.id == article_id).scalar_subquery()
    query = select(story_writing.c.id, story_writing.c.sentences).where(story_writing.c.story_id == its_story)
    rows = (await transaction.connection.execute(query.order_by(story_writing.c.id))).all()
    return [(row.id, list(records.cited_from_json(row.sentences))) for row in rows]


async def _from_key_sentences(transaction: Transaction, article_id: ArticleId, texts: frozenset[str]) -> None:
    query = select(key_sentences).where(key_sentences.c.article_id == article_id)
    for row in (await transaction.connection.execute(query)).all():
        known = records.key_sentences_from_row(row.sentences, row.model, row.vectors)
        values = records.key_sentences_to_row([each for each in known if each.text not in texts])
        mine = (key_sentences.c.article_id == article_id) & (key_sentences.c.revision == row.revision)
        await transaction.connection.execute(update(key_sentences).where(mine).values(**values))


async def struck(transaction: Transaction, article_id: ArticleId) -> frozenset[str]:
    """The sentences of an article that nobody is told."""
    query = select(table.c.text).where(table.c.article_id == article_id, table.c.chat_id.is_(None))
    return frozenset(await transaction.connection.scalars(query))


async def without_struck(transaction: Transaction, made: Enrichment) -> Enrichment:
    """What was computed of an article anew, without the sentences that were struck before."""
    gone = await struck(transaction, made.article_id)
    return enrichment_without(made, gone) if gone else made


async def doubt(transaction: Transaction, article_id: ArticleId, text: str, chat_id: ChatId) -> None:
    """Implements `Articles.doubt`."""
    if text not in (await doubted(transaction, [chat_id])).get(chat_id, ()):
        row = {"article_id": article_id, "chat_id": chat_id, "text": text}
        await transaction.connection.execute(table.insert().values(**row))


async def doubted(transaction: Transaction, chat_ids: Sequence[ChatId]) -> dict[ChatId, frozenset[str]]:
    """Implements `Articles.doubted`."""
    found: dict[ChatId, set[str]] = defaultdict(set)
    for some in chunks(list(dict.fromkeys(chat_ids))):
        query = select(table.c.chat_id, table.c.text).where(table.c.chat_id.in_(some))
        for row in await transaction.connection.execute(query):
            found[ChatId(row.chat_id)].add(row.text)
    return {chat_id: frozenset(texts) for chat_id, texts in found.items()}
