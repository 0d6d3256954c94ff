"""Taking articles away: one by an admin's wish (its URL stays known), old ones by retention (nothing stays).

Either way its words leave the stories: sentences that only it says go, and a story without articles goes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, literal, select, update

from news.entities import LEFT_OUT
from news.ids import ArticleId, StoryId
from storage.chunks import chunks
from storage.note_tables import doubt
from storage.records import without_citation
from storage.tables import (
    article,
    article_text,
    article_vector,
    article_words,
    correction,
    delivery,
    enrichment,
    key_sentences,
    story,
    story_update,
    story_writing,
    trace,
    vector_gone,
)
from storage.transaction import Transaction

_COMPUTED: tuple[Table, ...] = (
    article_vector,
    article_words,
    key_sentences,
    enrichment,
    article_text,
    correction,
    doubt,
)
_UNFINISHED = ("pending", "claimed", "sending")
_ROWS_A_RUN = 10_000  # of traces, and of finished deliveries
_LEFT_OUT_KEPT = timedelta(days=365)  # what was met and not taken, longer than the rest: feeds list entries for years
_GONE_KEPT = 100_000  # removed vectors that running caches are still told of; older ones make them read anew


async def take_down(transaction: Transaction, article_id: ArticleId) -> None:
    """Remove an article's text and all that was made of it; the URL stays known."""
    await _delete_computed(transaction, [article_id])
    stories = await _stories_of(transaction, [article_id])
    await transaction.connection.execute(
        update(article).where(article.c.id == article_id).values(title="", removed=True, story_id=None)
    )
    await _scrub(transaction, [article_id], stories)


async def forget(transaction: Transaction, read_before: datetime, limit: int) -> int:
    """Delete whole articles read before then that no unfinished delivery cites, and what is as old: traces, finished rows."""
    connection = transaction.connection
    cited: set[int] = set()
    for citations in await connection.scalars(select(delivery.c.citations).where(delivery.c.state.in_(_UNFINISHED))):
        cited.update(article_id for article_id, _ in citations)
    query = (
        select(article.c.id).where(article.c.read_at < read_before).order_by(article.c.read_at, article.c.id)
    ).limit(limit + len(cited))
    old = [ArticleId(found) for found in await connection.scalars(query) if found not in cited][:limit]
    for some in chunks(old):
        stories = await _stories_of(transaction, some)
        await _delete_computed(transaction, some)
        await _remember_undated(transaction, some)
        await connection.execute(delete(article).where(article.c.id.in_(some)))
        await _scrub(transaction, some, stories)
    spent = ~trace.c.outcome.in_(LEFT_OUT) | (trace.c.at < read_before - _LEFT_OUT_KEPT)
    await _delete_some(transaction, trace, (trace.c.at < read_before) & spent)
    finished = ~delivery.c.state.in_(_UNFINISHED)
    await _delete_some(transaction, delivery, (delivery.c.created_at < read_before) & finished)
    newest_gone = (await connection.execute(select(func.max(vector_gone.c.id)))).scalar() or 0
    await connection.execute(delete(vector_gone).where(vector_gone.c.id <= newest_gone - _GONE_KEPT))
    return len(old)


async def _remember_undated(transaction: Transaction, article_ids: Sequence[ArticleId]) -> None:
    """Only a trace tells a feed's old entry without a date from a new one; a date speaks for itself."""
    undated = select(
        article.c.url, article.c.read_at, article.c.source_id, literal("too_old"), literal("read long ago")
    ).where(article.c.id.in_(article_ids), ~article.c.dated)
    columns = ["url", "at", "source_id", "outcome", "detail"]
    await transaction.connection.execute(insert(trace).from_select(columns, undated))


async def _delete_some(transaction: Transaction, table: Table, condition: ColumnElement[bool]) -> None:
    """Bounded, so that a writer never waits long for retention; the next run goes on."""
    some = select(table.c.id).where(condition).limit(_ROWS_A_RUN)
    await transaction.connection.execute(delete(table).where(table.c.id.in_(some)))


async def _delete_computed(transaction: Transaction, article_ids: Sequence[ArticleId]) -> None:
    if transaction.sqlite:
        await transaction.vectors.before_change(transaction.connection)
    for table in _COMPUTED:
        await transaction.connection.execute(delete(table).where(table.c.article_id.in_(article_ids)))


async def _stories_of(transaction: Transaction, article_ids: Sequence[ArticleId]) -> list[StoryId]:
    query = select(article.c.story_id).where(article.c.id.in_(article_ids), article.c.story_id.is_not(None)).distinct()
    return [StoryId(found) for found in await transaction.connection.scalars(query) if found is not None]


async def _scrub(transaction: Transaction, article_ids: Sequence[ArticleId], stories: Sequence[StoryId]) -> None:
    """Take the articles' words out of their stories' updates and of what models wrote of them, and see what is left of the stories."""
    connection = transaction.connection
    for table in (story_update, story_writing):
        query = select(table.c.id, table.c.sentences).where(table.c.story_id.in_(stories))
        for row in (await connection.execute(query)).all():
            left: Any = row.sentences
            for article_id in article_ids:
                left = without_citation(left, article_id)
            if left != row.sentences:
                await connection.execute(update(table).where(table.c.id == row.id).values(sentences=left))
    for story_id in stories:
        await _shrink(transaction, story_id)


async def _shrink(transaction: Transaction, story_id: StoryId) -> None:
    connection = transaction.connection
    mine = article.c.story_id == story_id
    span = (
        await connection.execute(
            select(
                func.min(article.c.published_at).label("first"), func.max(article.c.published_at).label("last")
            ).where(mine)
        )
    ).one()
    if span.first is None:
        await connection.execute(delete(story).where(story.c.id == story_id))
        return
    title = (await connection.execute(select(story.c.title).where(story.c.id == story_id))).scalar_one()
    titles = (
        await connection.scalars(select(article.c.title).where(mine).order_by(article.c.published_at, article.c.id))
    ).all()
    await connection.execute(
        update(story)
        .where(story.c.id == story_id)
        # The headline was perhaps the removed article's own.
        .values(first_seen=span.first, last_seen=span.last, title=title if title in titles else titles[0])
    )
