"""Corrections in memory, and what chats were told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from news.corrections import Correction, ToldCorrection
from news.ids import ArticleId, ChatId, StoryId
from news.reading import CitedSentence
from tests.fakes.outbox import FINISHED_TOLD, UNFINISHED
from tests.fakes.tables import Tables


class FakeCorrections:
    """Implements `news.corrections.Corrections`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def tellable(self, article_id: ArticleId) -> tuple[str, ...]:
        summaries = [
            each.text
            for (known, _), enrichment in sorted(self._tables.enrichments.items())
            if known == article_id
            for each in enrichment.summary.sentences
        ]
        updates = [each for story in self._tables.stories.values() for each in story.updates]
        news = [each.text for update in updates if update.article_id == article_id for each in update.sentences]
        written = [
            each.text
            for writings in self._tables.writings.values()
            for writing in writings
            for each in writing.sentences
            if any(one.article_id == article_id for one in each.citations)
        ]
        corrected = [text for each in await self.of(article_id) for text in (each.told, each.now)]
        return tuple(dict.fromkeys([*summaries, *news, *written, *corrected]))

    async def save(self, article_id: ArticleId, corrections: Sequence[Correction]) -> None:
        self._tables.corrections[article_id] = tuple(corrections)
        by_told = {each.told: each for each in corrections}

        def amended(sentence: CitedSentence) -> CitedSentence:
            known = by_told.get(sentence.text)
            return sentence if known is None else CitedSentence(text=known.now, citations=(known.citation,))

        for story in list(self._tables.stories.values()):
            updates = tuple(
                replace(each, sentences=tuple(dict.fromkeys(map(amended, each.sentences))))
                if each.article_id == article_id
                else each
                for each in story.updates
            )
            self._tables.stories[story.id] = replace(story, updates=updates)

    async def of(self, article_id: ArticleId) -> list[Correction]:
        return list(self._tables.corrections.get(article_id, ()))

    async def since(self, since: datetime) -> list[ToldCorrection]:
        told = {story_id for stories in self._tables.outbox.ledger.values() for story_id in stories}
        found = []
        for article_id, corrections in self._tables.corrections.items():
            article = self._tables.articles[article_id]
            found += [
                ToldCorrection(correction=each, story_id=article.story_id, url=article.url, publisher=article.publisher)
                for each in corrections
                if each.at >= since and article.story_id in told
            ]
        return sorted(found, key=lambda each: each.correction.at)

    async def told(
        self, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
    ) -> Mapping[ChatId, tuple[CitedSentence, ...]]:
        living = {self._tables.living(story_id) for story_id in story_ids}
        outbox = self._tables.outbox
        found: dict[ChatId, tuple[CitedSentence, ...]] = {}
        for row in outbox.deliveries.values():
            if row.chat_id not in chat_ids or row.state not in UNFINISHED | FINISHED_TOLD:
                continue
            tells = any(self._tables.living(story_id) in living for story_id, _ in row.stories)
            if tells or row.state in UNFINISHED or row.id in outbox.corrects:
                found[row.chat_id] = (*found.get(row.chat_id, ()), *outbox.sentences[row.id])
        return {chat_id: said for chat_id, said in found.items() if said}
