"""Corrections from the feed to the digest, on the core alone."""

from datetime import timedelta

import pytest

from news.audience import Timetable, WhenEmpty
from news.digests import DigestService
from news.enrich import EnrichService
from news.entities import ArticleKind
from news.ids import ArticleId, StoryId
from news.ingest import IngestService, Row
from news.provenance import ProvenanceService
from tests import make
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.fakes.reader import FakeReader
from tests.news.test_digests import ALIASES, NOON
from tests.newsroom import Newsroom, read_query, render

DAY = timedelta(days=1)
URL = "https://tass.com/izmir"
QUAKE = "At least 12 people died in an earthquake near Izmir, the mayor said. Hospitals asked for blood."


class Desk:
    """A source that can be corrected, and a reader of digests at noon each day."""

    def __init__(self) -> None:
        self.newsroom = Newsroom()
        embedder = FakeEmbedder()
        self._ingest = IngestService(self.newsroom.open_unit, FakeReader(), make.PUBLISHERS)
        self._enrich = EnrichService(self.newsroom.open_unit, FakeSummarizer(), embedder)
        self._digests = DigestService(self.newsroom.open_unit, embedder, make.PUBLISHERS, ALIASES, render, read_query)
        self.now = make.NOW - DAY

    async def read(self, text: str, kind: ArticleKind = ArticleKind.ARTICLE) -> None:
        """The article as it is now."""
        document = make.document(
            url=URL, guid=URL, title="Earthquake near Izmir", text=text, published_at=self.now, kind=kind
        )
        await self._ingest.ingest_rows([Row(document)], self.now)
        await self._enrich.run(self.now)

    async def digest(self, *, sent: bool = True) -> list[str]:
        """The next noon's corrections as they are told."""
        self.now += DAY
        before = set(self.newsroom.database.tables.outbox.deliveries)
        await self._digests.compose(self.now)
        if sent:
            await self.newsroom.send_all(self.now)
        rows = self.newsroom.database.tables.outbox.deliveries
        lines = [line for row_id in rows.keys() - before for line in rows[row_id].message.html.splitlines()]
        return [line.removeprefix("corrected ") for line in lines if line.startswith("corrected")]


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.newsroom.chat(timetable=NOON, when_empty=WhenEmpty.NOTHING)
    await desk.read(QUAKE)
    assert await desk.digest() == []
    return desk


def first(text: str) -> str:
    return text.split(". ", maxsplit=1)[0] + "."


async def test_what_was_told_and_is_corrected_is_said_once(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21"))
    assert await desk.digest() == [f"{first(QUAKE)} {first(QUAKE.replace('12', '21'))}"]
    assert await desk.digest() == []
    assert await desk.digest() == []


async def test_a_digest_of_a_correction_alone_is_sent(desk: Desk) -> None:
    chats = desk.newsroom.database.tables.outbox.chats
    [chat] = chats.values()
    assert chat.when_empty is WhenEmpty.NOTHING
    written = len(desk.newsroom.database.tables.outbox.deliveries)
    assert await desk.digest() == []
    assert len(desk.newsroom.database.tables.outbox.deliveries) == written
    await desk.read(QUAKE.replace("12 people died in an earthquake", "12 people died in a fire"))  # no fact of the kind
    assert await desk.digest() == []


async def test_a_number_that_is_corrected_twice_leads_to_the_last_one(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21"))
    await desk.read(QUAKE.replace("12", "25"))
    assert await desk.digest() == [f"{first(QUAKE)} {first(QUAKE.replace('12', '25'))}"]
    await desk.read(QUAKE.replace("12", "31"))
    assert await desk.digest() == [f"{first(QUAKE.replace('12', '25'))} {first(QUAKE.replace('12', '31'))}"]
    assert await desk.digest() == []


async def test_other_words_for_what_was_corrected_already_are_no_news(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21"))
    assert len(await desk.digest()) == 1
    await desk.read("The mayor said at least 21 people died in an earthquake near Izmir. Hospitals asked for blood.")
    assert await desk.digest() == []


async def test_a_correction_that_is_taken_back_is_told_too(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21"))
    assert len(await desk.digest()) == 1
    await desk.read(QUAKE)
    assert await desk.digest() == [f"{first(QUAKE.replace('12', '21'))} {first(QUAKE)}"]
    assert await desk.digest() == []


async def test_who_was_not_told_is_not_corrected(desk: Desk) -> None:
    other = await desk.newsroom.chat(number=1002, timetable=NOON)
    await desk.read(QUAKE.replace("12", "21"))
    assert len(await desk.digest()) == 1
    rows = desk.newsroom.database.tables.outbox.deliveries.values()
    assert ["corrected" in row.message.html for row in rows if row.chat_id == other.id] == [False]


async def test_a_text_that_is_shortened_or_rewritten_takes_nothing_back(desk: Desk) -> None:
    await desk.read("Hospitals near Izmir asked for blood. The ministry will speak in the evening about schools.")
    assert await desk.digest() == []


NOTICE = "This article has been withdrawn because its source was not reliable."


async def test_a_report_that_its_publisher_takes_back_is_told_once_in_the_publishers_words(desk: Desk) -> None:
    await desk.read(NOTICE)
    assert await desk.digest() == [f"{first(QUAKE)} {NOTICE}"]
    assert await desk.digest() == []
    async with desk.newsroom.open_unit(readonly=True) as unit:
        [article] = await unit.articles.since(None, 9)
        [story] = await unit.stories.get([article.story_id or StoryId(0)])
    said = [sentence.text for update in story.updates for sentence in update.sentences]
    assert set(said) == {NOTICE}, "what was taken back is not told afresh"


async def test_a_live_page_goes_on_and_corrects_nothing() -> None:
    desk = Desk()
    await desk.newsroom.chat(timetable=NOON)
    await desk.read(QUAKE, ArticleKind.LIVE)
    await desk.digest()
    await desk.read(QUAKE.replace("12", "21"), ArticleKind.LIVE)
    assert await desk.digest() == []


async def test_a_correction_in_a_message_that_failed_comes_again(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21"))
    assert len(await desk.digest(sent=False)) == 1
    async with desk.newsroom.open_unit() as unit:
        for row in await unit.deliveries.claim(desk.now, lease=DAY, limit=9):
            await unit.deliveries.fail(row.id, "too_long", desk.now)
        await unit.commit()
    assert len(await desk.digest()) == 1


async def test_a_story_tells_new_readers_what_stands_now(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21"))
    async with desk.newsroom.open_unit(readonly=True) as unit:
        [story] = await unit.stories.get([(await unit.articles.get([ArticleId(1)]))[0].story_id or 0])  # type: ignore[list-item]
    said = [sentence.text for update in story.updates for sentence in update.sentences]
    assert not any("12 people" in text for text in said)


async def test_a_weekly_reader_hears_of_it_after_a_week() -> None:
    desk = Desk()
    tuesdays = Timetable(times=NOON.times, weekdays=frozenset({1}))
    await desk.newsroom.chat(timetable=tuesdays)
    await desk.read(QUAKE)
    await desk.digest()
    await desk.read(QUAKE.replace("12", "21"))
    told = [await desk.digest() for _ in range(8)]
    assert sum(map(len, told)) == 1


async def test_why_names_what_the_chat_was_told_and_is_corrected(desk: Desk) -> None:
    await desk.read(QUAKE.replace("12", "21").replace("asked for blood", "asked for 300 tents"))
    service = ProvenanceService(desk.newsroom.open_unit)
    [chat] = desk.newsroom.database.tables.outbox.chats.values()
    of_chat = (await service.why(URL, desk.now, chat_id=chat.id)).corrections
    assert [(each.told, each.now) for each in of_chat] == [(first(QUAKE), first(QUAKE.replace("12", "21")))]
    assert set(of_chat) <= set((await service.why(URL, desk.now)).corrections)
    other = await desk.newsroom.chat(number=1003)
    assert (await service.why(URL, desk.now, chat_id=other.id)).corrections == ()
