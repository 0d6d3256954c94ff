"""The playground's articles over ten days, each told again by others on the following days, read by a chat once a day."""

import random
from datetime import datetime, time, timedelta
from pathlib import Path

from news.aliases import AliasTable
from news.audience import ChatStatus, Length, Timetable
from news.digests import DigestService
from news.enrich import EnrichService
from news.entities import Document
from news.ids import ArticleId, StoryId
from news.ingest import IngestService, Row
from news.ports import OpenUnitOfWork
from playground.samples import Library, Sample
from storage.engine import open_database
from tests import make
from tests.databases import new_sqlite
from tests.fakes.models import FakeEmbedder, FakeSummarizer, sentences_of
from tests.fakes.reader import FakeReader
from tests.newsroom import read_query, render

DAY = timedelta(days=1)
MORNING = make.NOW.replace(hour=6, minute=0, second=0, microsecond=0)
SEED = 7
EVERY = 4  # of the articles one is replayed, and of that its opening: the test is to be quick
PARAGRAPHS = 5


def first_told(sample: Sample) -> Document:
    return make.document(
        target=sample.slug,
        url=f"https://wikinews.example/{sample.slug}",
        guid=sample.slug,
        title=sample.title,
        text="\n".join(sample.paragraphs[:PARAGRAPHS]),
        published_at=sample.published_at,
    )


def told_again(document: Document, place: int, published_at: datetime) -> Document:
    """What another outlet makes of an article without asking anybody: some of its sentences in another order."""
    sentences = [sentence.text for sentence in sentences_of(document.text)]
    chosen = sentences if place % 2 else sentences[: max(3, len(sentences) // 2)]
    random.Random(SEED + place).shuffle(chosen)
    url = f"https://again{place}.example/{document.guid}"
    return make.document(
        target=url, url=url, guid=url, title=document.title, text=" ".join(chosen), published_at=published_at
    )


class Reader:
    """A chat that reads two digests a day, and what they told it."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        self._open_unit = open_unit
        self._digests = DigestService(open_unit, FakeEmbedder(), make.PUBLISHERS, AliasTable(()), render, read_query)
        self._keys: set[str] = set()
        self.told: list[StoryId] = []
        self.articles_told: set[ArticleId] = set()
        self.told_for_nothing: list[StoryId] = []

    async def join(self, first_slot: datetime) -> None:
        reader = make.chat(
            status=ChatStatus.ACTIVE,
            timetable=Timetable(times=(time(12, 0), time(20, 0))),
            length=Length.LONG,
            next_due_at=first_slot,
        )
        async with self._open_unit() as unit:
            await unit.chats.add(reader)
            await unit.commit()

    async def read(self, now: datetime, first_hand: set[ArticleId]) -> None:
        """Take the digest that is due, and note each story that holds no article first told since."""
        await self._digests.compose(now)
        async with self._open_unit() as unit:
            rows = await unit.deliveries.claim(now, lease=timedelta(minutes=1), limit=100)
            for row in rows:
                assert await unit.deliveries.fence(row, now)
                await unit.deliveries.sent(row.id, int(row.id), now)
            stories = await unit.stories.get([story_id for row in rows for story_id, _ in row.stories])
            await unit.commit()
        for story in stories:
            if not (first_hand & set(story.article_ids)) - self.articles_told:
                self.told_for_nothing.append(story.id)
            self.told.append(story.id)
        self.articles_told.update(article_id for story in stories for article_id in story.article_ids)


async def test_no_story_is_told_twice_with_nothing_new(tmp_path: Path) -> None:
    async with open_database(new_sqlite(tmp_path)) as database:
        ingest = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
        enrich = EnrichService(database.open_unit, FakeSummarizer(), FakeEmbedder())
        reader = Reader(database.open_unit)
        await reader.join(MORNING.replace(hour=12))
        samples = Library((MORNING + 9 * DAY).date()).all[::EVERY]
        first_hand: set[ArticleId] = set()
        yesterday: list[Document] = []
        for number in range(11):
            dawn = MORNING.replace(hour=0) + number * DAY
            today = [first_told(each) for each in samples if dawn <= each.published_at < dawn + DAY]
            report = await ingest.ingest_rows([Row(each) for each in today], dawn + timedelta(hours=11))
            first_hand |= set(report.article_ids)
            await enrich.run(dawn + timedelta(hours=11, minutes=30))
            await reader.read(dawn + timedelta(hours=12), first_hand)
            again = [
                told_again(document, place, dawn + timedelta(hours=13, minutes=place))
                for place, document in enumerate([*today, *yesterday])
            ]
            await ingest.ingest_rows([Row(each) for each in again], dawn + timedelta(hours=19))
            await enrich.run(dawn + timedelta(hours=19, minutes=30))
            await reader.read(dawn + timedelta(hours=20), first_hand)
            yesterday = today
    assert len(set(reader.told)) > 25
    assert reader.told_for_nothing == []
