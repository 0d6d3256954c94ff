"""A source corrects a text in place: from its page over real HTTP to the digest, once, over a restart too."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot import render_digest, texts
from ingestion.config import IngestionConfig
from ingestion.reader import WebSourceReader
from ingestion.rereading import StoredPage
from news.audience import Chat, ChatStatus, Digest, Part, Timetable
from news.digests import DigestService
from news.enrich import EnrichService
from news.ids import SourceId
from news.ingest import IngestService
from storage.engine import Database, open_database
from tests import make
from tests.databases import new_sqlite
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.ingestion.web import Reply, Web
from tests.news.test_digests import ALIASES, NOON
from tests.newsroom import read_query

DAY = timedelta(days=1)
QUAKE = "At least {dead} people died in an earthquake near Izmir on Monday, the mayor said."
REST = "Hospitals in the city asked for blood, and the army sent tents, blankets and field kitchens to the villages."


def publish(web: Web, dead: int, updated: str) -> None:
    """The feed with an opening, and the article's page."""
    link = web.url("/izmir")
    web.pages["/feed"] = Reply(
        f"<rss version='2.0' xmlns:dc='http://purl.org/dc/terms/'><channel><title>TASS</title><link>/</link><item>"
        f"<title>Earthquake near Izmir</title><link>{link}</link><description>An earthquake near Izmir.</description>"
        f"<pubDate>{format_datetime(make.NOW - DAY)}</pubDate><dc:modified>{updated}</dc:modified></item></channel></rss>",
        type="application/rss+xml",
    )
    words = "".join(f"<p>{paragraph}</p>" for paragraph in (QUAKE.format(dead=dead), *[REST] * 3))
    web.pages["/izmir"] = Reply(f"<html><body><article><h1>Earthquake near Izmir</h1>{words}</article></body></html>")


class Byline:
    """The program's services over one database, as they are put together, with models that need no weights."""

    def __init__(self, database: Database, reader: WebSourceReader) -> None:
        self._open_unit = database.open_unit
        embedder = FakeEmbedder()
        self._ingest = IngestService(database.open_unit, reader, make.PUBLISHERS)
        self._enrich = EnrichService(database.open_unit, FakeSummarizer(), embedder)
        self._digests = DigestService(database.open_unit, embedder, make.PUBLISHERS, ALIASES, _render, read_query)

    async def day(self, number: int) -> str:
        """Read what is due, and what leaves for the reader at noon."""
        now = make.NOW + number * DAY
        await self._ingest.run(now)
        await self._enrich.run(now)
        await self._digests.compose(now)
        left = []
        async with self._open_unit() as unit:
            for row in await unit.deliveries.claim(now, lease=DAY, limit=9):
                assert await unit.deliveries.fence(row, now)
                await unit.deliveries.sent(row.id, row.id, now)
                left.append(row.message.html)
            await unit.commit()
        return "\n".join(left)


def _render(digest: Digest, chat: Chat) -> tuple[Part, ...]:
    return render_digest.digest(digest, chat, texts.load(chat.language))


@asynccontextmanager
async def started(url: str, port: int) -> AsyncIterator[Byline]:
    """The program, started anew."""
    async with open_database(url) as database:

        async def read_stored(urls: Sequence[str]) -> dict[str, StoredPage]:
            async with database.open_unit(readonly=True) as unit:
                known = await unit.articles.known(SourceId(0), urls, ())
            return {article.url: StoredPage(article.title, article.read_at) for article in known}

        reader = WebSourceReader(IngestionConfig(allow=(f"127.0.0.1:{port}",), parse_processes=0), read_stored)
        yield Byline(database, reader)
        await reader.close()


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    site = Web()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()


async def test_a_page_that_is_corrected_in_place_is_said_once(web: Web, tmp_path: Path) -> None:
    url = new_sqlite(tmp_path)
    async with open_database(url) as database, database.open_unit() as unit:
        await unit.sources.add(make.new_source(url=web.url("/feed")))
        timetable = Timetable(times=NOON.times)
        await unit.chats.add(make.chat(status=ChatStatus.ACTIVE, next_due_at=make.NOW, timetable=timetable))
        await unit.commit()
    publish(web, 12, "2023-03-20T12:00:00Z")
    async with started(url, web.port) as byline:
        first = await byline.day(0)
        assert QUAKE.format(dead=12) in first
        assert "Corrected" not in first
        publish(web, 21, "2023-03-21T18:00:00Z")
        second = await byline.day(1)
        assert f"{QUAKE.format(dead=21)} Told before: <s>{QUAKE.format(dead=12)}</s>" in second
    async with started(url, web.port) as byline:
        assert "Corrected" not in await byline.day(2)
