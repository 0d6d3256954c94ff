"""How long it takes to plan digests that are due at once: compose, render and write their rows, on SQLite.

    python -m benchmarks.planning_speed [--chats 100000] [--stories 300]

Chats differ in zone and length, each tenth follows one of 15 topics; equal digests are rendered once, as in the program.
Fails above 60 s for 100,000 chats, or that share of it for fewer; their number is a multiple of 500.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, time as clock, timedelta
from pathlib import Path

from benchmarks.crowd import multiply
from bot.arguments import topic_query
from bot.reference import aliases
from bot.render_digest import digest as render_digest
from bot.texts import load
from news.audience import Address, Chat, ChatKind, ChatStatus, Digest, Length, Part, Timetable, TopicMode
from news.digests import DigestService
from news.entities import ArticleKind, NewArticle, NewSource, PublisherRegister, SourceKind
from news.ids import ChatId, ModelId, StoryId
from news.questions import TopicQuery
from news.reading import (
    Citation,
    CitedSentence,
    Enrichment,
    Facts,
    KeySentence,
    Method,
    Sentence,
    StoryUpdate,
    Summary,
    SummarySentence,
    Vector,
)
from storage.engine import Database, open_database
from storage.migrate import migrate

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
SECONDS = 60.0
WORDS = [
    "ministers",
    "court",
    "storm",
    "market",
    "election",
    "river",
    "border",
    "talks",
    "engine",
    "harvest",
    "vaccine",
    "bridge",
    "strike",
    "summit",
    "budget",
]


class NoEmbedder:
    """A model that knows no language: topics are found by words."""

    model = ModelId("none@1")
    languages: frozenset[str] | None = frozenset()

    async def embed(self, texts: list[str], *, query: bool = False) -> list[Vector]:
        raise AssertionError((texts, query))


async def fill(database: Database, stories: int) -> list[StoryId]:
    async with database.open_unit() as unit:
        source = await unit.sources.add(NewSource(url="file:///x", name="x", kind=SourceKind.HAND, added_at=NOW))
        ids = []
        for number in range(stories):
            text = f"The {WORDS[number % 15]} of town {number} met the {WORDS[number % 7]} on Monday. It was number {number}."
            title = f"{WORDS[number % 15].title()} of town {number} meet the {WORDS[number % 7]}"
            at = NOW - timedelta(minutes=number)
            new = NewArticle(
                source_id=source.id, url=f"https://outlet{number % 40}.com/{number}", guid=None, title=title, text=text, author=None,
                published_at=at, dated=True, read_at=at, lang="en", site=None, publisher=f"outlet{number % 40}.com",
                kind=ArticleKind.ARTICLE, image_url=None, whole=True, fingerprint=number,
            )  # fmt: skip
            [article_id] = await unit.articles.add([new])
            first, second = text.split(". ")
            sentences = (Sentence(0, f"{first}."), Sentence(1, second))
            summary = Summary(
                sentences=tuple(SummarySentence(text=each.text, origin=each.index, verified=True) for each in sentences),
                method=Method.EXTRACTIVE, model=None, seconds=0.0,
            )  # fmt: skip
            await unit.articles.enrich(
                Enrichment(
                    article_id=article_id, revision=1, lang="en", sentences=sentences,
                    key_sentences=tuple(KeySentence(each.index, each.text, None) for each in sentences), vector=None,
                    facts=Facts(), summary=summary, enriched_at=at,
                )
            )  # fmt: skip
            cited = CitedSentence(text=sentences[0].text, citations=(Citation(article_id, 1),))
            update = StoryUpdate(version=1, at=at, article_id=article_id, sentences=(cited,))
            ids.append(await unit.stories.create(article_id, title, update))
        await unit.commit()
    return ids


ZONES = ("UTC", "Europe/London", "Africa/Abidjan", "Atlantic/Reykjavik")
KINDS = 500  # of readers: zones with lengths, and each tenth with one of the topics


async def people(database: Database) -> None:
    """One reader of each kind."""
    async with database.open_unit() as unit:
        for number in range(KINDS):
            chat = await unit.chats.add(
                Chat(
                    id=ChatId(0), address=Address(number + 1), kind=ChatKind.PRIVATE, status=ChatStatus.ACTIVE,
                    timetable=Timetable(zone=ZONES[number % 4], times=(clock(8, 0),)), length=list(Length)[number % 3],
                    next_due_at=NOW, created_at=NOW,
                )
            )  # fmt: skip
            if number % 10 == 0:
                await unit.chats.follow(chat.id, WORDS[number // 10 % 15], TopicMode.DIGEST, NOW)
        await unit.commit()


def read_query(text: str, now: datetime, days: int) -> TopicQuery:
    return topic_query(text, now, days=days)


async def measure(url: str, chats: int, stories: int) -> tuple[int, float, float]:
    texts = load("en")

    def render(digest: Digest, chat: Chat) -> tuple[Part, ...]:
        return render_digest(digest, chat, texts)

    async with open_database(url) as database:
        await fill(database, stories)
        await people(database)
    multiply(url, chats)
    async with open_database(url) as database:
        service = DigestService(database.open_unit, NoEmbedder(), PublisherRegister(), aliases(), render, read_query)  # type: ignore[arg-type]
        began, cpu = time.monotonic(), time.process_time()
        report = await service.compose(NOW, limit=1000)
        assert report.chats == chats, report
        return report.deliveries, time.monotonic() - began, time.process_time() - cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=100_000)
    parser.add_argument("--stories", type=int, default=300)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "planning.sqlite")
        migrate(url)
        rows, wall_s, cpu_s = asyncio.run(measure(url, chosen.chats, chosen.stories))
    allowed_s = SECONDS * max(0.1, chosen.chats / 100_000)
    print(f"{chosen.chats} chats, {rows} rows: {wall_s:.1f} s wall, {cpu_s:.1f} s CPU; allowed {allowed_s:.1f} s CPU")
    return 0 if cpu_s <= allowed_s else 1


if __name__ == "__main__":
    sys.exit(main())
