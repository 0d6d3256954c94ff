"""What no longer stands, and what each chat was told, in the database.

Sentences that were told stand with their deliveries; those of rows that older versions wrote are not known.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, insert, select, update

from news.audience import DeliveryState
from news.corrections import Correction, ToldCorrection
from news.ids import ArticleId, ChatId, StoryId
from news.reading import Citation, CitedSentence
from storage import records
from storage.chunks import chunks
from storage.ledger import unfinished
from storage.stories import living_stories
from storage.striking import writings
from storage.tables import article, correction as table, delivery, enrichment, story_update, told
from storage.transaction import AnyRow, Transaction

_NEVER_SENT = (DeliveryState.FAILED, DeliveryState.DROPPED)


class SqlCorrections:
    """Implements `news.corrections.Corrections`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def tellable(self, article_id: ArticleId) -> tuple[str, ...]:
        found: list[str] = []
        summaries = select(enrichment.c.summary).where(enrichment.c.article_id == article_id)
        for summary in await self._connection.scalars(summaries.order_by(enrichment.c.revision)):
            found.extend(each.text for each in records.summary_from_json(summary).sentences)
        for _, sentences in await self._updates(article_id):
            found.extend(each.text for each in sentences)
        for _, sentences in await writings(self._transaction, article_id):
            cited = (each for each in sentences if any(one.article_id == article_id for one in each.citations))
            found.extend(each.text for each in cited)
        for each in await self.of(article_id):
            found.extend((each.told, each.now))
        return tuple(dict.fromkeys(found))

    async def save(self, article_id: ArticleId, corrections: Sequence[Correction]) -> None:
        await self._connection.execute(delete(table).where(table.c.article_id == article_id))
        rows = [
            {
                "article_id": article_id,
                "revision": each.citation.revision,
                "told": each.told,
                "now": each.now,
                "equals": list(each.equals),
                "at": each.at,
            }
            for each in corrections
        ]
        await self._transaction.insert_ignoring(insert(table), rows)
        by_told = {each.told: each for each in corrections}
        for row_id, sentences in await self._updates(article_id):
            amended = list(dict.fromkeys(_amended(each, by_told) for each in sentences))
            if amended != sentences:
                values = {"sentences": records.cited_to_json(amended)}
                await self._connection.execute(update(story_update).where(story_update.c.id == row_id).values(**values))

    async def of(self, article_id: ArticleId) -> list[Correction]:
        query = select(table).where(table.c.article_id == article_id).order_by(table.c.id)
        return [_correction(row) for row in await self._connection.execute(query)]

    async def since(self, since: datetime) -> list[ToldCorrection]:
        query = (
            select(table, article.c.story_id, article.c.url, article.c.publisher)
            .join(article, article.c.id == table.c.article_id)
            .where(table.c.at >= since, exists().where(told.c.story_id == article.c.story_id))
            .order_by(table.c.at, table.c.id)
        )
        return [
            ToldCorrection(
                correction=_correction(row), story_id=StoryId(row.story_id), url=row.url, publisher=row.publisher
            )
            for row in await self._connection.execute(query)
        ]

    async def told(
        self, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
    ) -> Mapping[ChatId, tuple[CitedSentence, ...]]:
        living = list(dict.fromkeys((await living_stories(self._transaction, story_ids)).values()))
        found: dict[int, AnyRow] = {}  # by delivery
        for chats in chunks(list(dict.fromkeys(chat_ids))):
            mine = _SAID.where(delivery.c.chat_id.in_(chats), delivery.c.sentences.is_not(None))
            queries = [mine.where(unfinished()), mine.where(delivery.c.corrects, delivery.c.state.not_in(_NEVER_SENT))]
            for stories in chunks(living):
                of_stories = told.c.chat_id.in_(chats) & told.c.story_id.in_(stories)
                joined = _SAID.join(told, told.c.delivery_id == delivery.c.id)
                queries.append(joined.where(of_stories, delivery.c.sentences.is_not(None)))
            for query in queries:
                found.update((row.id, row) for row in await self._connection.execute(query))
        said: dict[ChatId, list[CitedSentence]] = defaultdict(list)
        for row_id in sorted(found):
            said[ChatId(found[row_id].chat_id)].extend(records.cited_from_json(found[row_id].sentences))
        return {chat_id: tuple(sentences) for chat_id, sentences in said.items()}

    async def _updates(self, article_id: ArticleId) -> list[tuple[int, list[CitedSentence]]]:
        """The news that its stories have from an article, by row."""
        its_story = select(article.c.story_id).where(article.c.id == article_id).scalar_subquery()
        query = select(story_update.c.id, story_update.c.sentences).where(
            story_update.c.story_id == its_story, story_update.c.article_id == article_id
        )
        rows = (await self._connection.execute(query.order_by(story_update.c.id))).all()
        return [(row.id, list(records.cited_from_json(row.sentences))) for row in rows]


_SAID: Select[Any] = select(delivery.c.id, delivery.c.chat_id, delivery.c.sentences)


def _amended(sentence: CitedSentence, by_told: Mapping[str, Correction]) -> CitedSentence:
    correction = by_told.get(sentence.text)
    if correction is None:
        return sentence
    return CitedSentence(text=correction.now, citations=(correction.citation,))


def _correction(row: AnyRow) -> Correction:
    return Correction(
        told=row.told,
        now=row.now,
        equals=tuple(row.equals),
        citation=Citation(ArticleId(row.article_id), row.revision),
        at=row.at,
    )
