"""What storage costs at scale, on SQLite in a temporary folder or on any empty database.

Prints one line a measure: milliseconds as the median of several runs, and, where there is one, the same by the plain way to
do it, named, and their ratio.

    python -m benchmarks.storage_scale [--articles 100000] [--chats 100000] [--database URL]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert, text

from news.audience import DeliveryKind, NewDelivery, OutMessage
from news.entities import ArticleKind, NewArticle, NewSource
from news.ids import ArticleId, ChatId, ModelId, StoryId
from news.reading import Enrichment, Facts, Method, Summary, Vector, Window, WordQuery
from storage.engine import Database, open_database
from storage.migrate import migrate
from storage.tables import article, article_vector, article_words, chat
from storage.tokens import tokens

NOW = datetime(2023, 3, 21, 12, tzinfo=UTC)
MODEL = ModelId("random@1")
DIMS = 384
WORDS = [f"w{n}" for n in range(20_000)]
random = np.random.default_rng(7)


async def median_ms(work: Callable[[], Awaitable[object]], runs: int = 7) -> float:
    """Of several runs, after one that warms up."""
    await work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        await work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def tell(what: str, ms: float, plain: str = "", plain_ms: float = 0.0) -> None:
    beside = f"   {plain}: {plain_ms:.1f} ms, ratio {plain_ms / ms:.1f}" if plain else ""
    print(f"{what:<58} {ms:8.2f} ms{beside}", flush=True)


def vectors(count: int) -> npt.NDArray[np.float32]:
    """Unit vectors around 500 centres, as stories are."""
    centres = random.standard_normal((500, DIMS), dtype=np.float32)
    rows = centres[random.integers(0, 500, count)] + 0.5 * random.standard_normal((count, DIMS), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


async def add_articles(database: Database, count: int) -> None:
    """Rows as the repositories write them; what was computed goes in directly, in bulk."""
    async with database.open_unit() as unit:
        source = await unit.sources.add(NewSource(url="https://example.com/feed", name="Example", added_at=NOW))
        await unit.commit()
    zipf = 1 / np.arange(1, len(WORDS) + 1)
    began = time.perf_counter()
    added = 0.0
    for start in range(0, count, 10_000):
        size = min(10_000, count - start)
        new = [
            NewArticle(
                source_id=source.id,
                url=f"https://example.com/{start + n}",
                guid=str(start + n),
                title=f"Article {start + n}",
                text="A text.",
                author=None,
                published_at=NOW - timedelta(seconds=30 * (count - start - n)),
                dated=True,
                read_at=NOW,
                lang="en",
                site=None,
                publisher=f"p{n % 40}.example",
                kind=ArticleKind.ARTICLE,
                image_url=None,
                whole=True,
                fingerprint=int(random.integers(0, 2**63)),
            )
            for n in range(size)
        ]
        words = random.choice(WORDS, (size, 120), p=zipf / zipf.sum())
        async with database.open_unit() as unit:
            before = time.perf_counter()
            ids = await unit.articles.add(new)
            added += time.perf_counter() - before
            connection = unit.sources._connection  # noqa: SLF001 - bulk load
            texts = [" ".join(tokens(" ".join(row), "en")) for row in words]
            rows = [{"article_id": each, "length": 120, "tokens": line} for each, line in zip(ids, texts, strict=True)]
            await connection.execute(insert(article_words), rows)
            data = [each.tobytes() for each in vectors(size).astype("<f4")]
            rows = [
                {"article_id": each, "model": MODEL, "dims": DIMS, "published_at": given.published_at, "vector": vector}
                for each, given, vector in zip(ids, new, data, strict=True)
            ]
            await connection.execute(insert(article_vector), rows)
            await connection.execute(article.update().values(enriched_revision=1).where(article.c.id.in_(ids[:1])))
            await connection.execute(text("UPDATE article SET enriched_revision = 1 WHERE enriched_revision = 0"))
            await unit.commit()
    print(
        f"{count} articles stored in {time.perf_counter() - began:.0f} s; `add` alone {added / count * 1e6:.0f} us each"
    )


async def measure_articles(database: Database, count: int) -> None:
    whole = Window(NOW - timedelta(days=9_999), NOW)
    week = Window(NOW - timedelta(seconds=30 * count // 5), NOW)
    query = Vector(MODEL, vectors(1)[0].astype("<f4").tobytes())

    async def nearest(window: Window) -> None:
        async with database.open_unit(readonly=True) as unit:
            assert len(await unit.articles.search_vector(query, window, 10)) == 10

    async def by_blobs() -> None:
        async with database.open_unit(readonly=True) as unit:
            rows = await unit.sources._connection.execute(text("SELECT vector FROM article_vector"))  # noqa: SLF001
            half = np.frombuffer(b"".join(row.vector for row in rows), dtype="<f2").reshape(-1, DIMS)
            np.argpartition(-(half.astype("<f4") @ np.frombuffer(query.data, dtype="<f4")), 10)

    began = time.perf_counter()
    await nearest(whole)
    tell("vector search, the first (SQLite: fills the cache)", (time.perf_counter() - began) * 1000)
    ms = await median_ms(lambda: nearest(whole))
    if database.location.path is not None:
        tell("vector search, all articles", ms, "blobs read at each query", await median_ms(by_blobs, 3))
    else:
        tell("vector search, all articles", ms)
    tell("vector search, newest fifth", await median_ms(lambda: nearest(week)))
    for what, query_words in {
        "words: one common word": WordQuery(groups=(("w0",),)),
        "words: two of middling frequency, both": WordQuery(groups=(("w20",), ("w30",))),
        "words: any of three": WordQuery(groups=(("w5",), ("w50",), ("w500",)), any_group=True),
        "words: a rare one": WordQuery(groups=(("w9000",),)),
    }.items():

        async def search(asked: WordQuery = query_words) -> None:
            async with database.open_unit(readonly=True) as unit:
                await unit.articles.search_words(asked, whole, 50)

        tell(what, await median_ms(search))

    async def known() -> None:
        async with database.open_unit(readonly=True) as unit:
            found = await unit.articles.known(1, [f"https://example.com/{n}" for n in range(300)], [])  # type: ignore[arg-type]
            assert len(found) == 300

    async def similar() -> None:
        async with database.open_unit(readonly=True) as unit:
            await unit.articles.similar_texts([int(each) for each in random.integers(0, 2**63, 50)], NOW)

    tell("known: 300 addresses", await median_ms(known))
    tell("similar_texts: 50 fingerprints", await median_ms(similar))


async def measure_neighbours(database: Database) -> None:
    query = Vector(MODEL, vectors(1)[0].astype("<f4").tobytes())
    zipf = 1 / np.arange(1, len(WORDS) + 1)
    question = " ".join(random.choice(WORDS, 200, p=zipf / zipf.sum()))
    bare = Enrichment(
        article_id=ArticleId(0),
        revision=1,
        lang="en",
        sentences=(),
        key_sentences=(),
        vector=None,
        facts=Facts(),
        summary=Summary(sentences=(), method=Method.LEAD, model=None, seconds=0.0),
        enriched_at=NOW,
    )

    async def neighbours(enrichment: Enrichment) -> None:
        async with database.open_unit(readonly=True) as unit:
            await unit.articles.neighbours(enrichment, text=question, around=NOW, within=timedelta(days=3), limit=20)

    tell("neighbours within 3 days, by vector", await median_ms(lambda: neighbours(replace(bare, vector=query))))
    tell("neighbours within 3 days, by words", await median_ms(lambda: neighbours(bare)))


async def add_chats(database: Database, count: int) -> None:
    row = {
        "thread_id": 0, "kind": "private", "status": "active", "zone": "UTC", "times": ["08:00:00"], "weekdays": [0],
        "quiet": [], "length": "normal", "language": "en", "news_languages": [], "when_empty": "line", "silent": False,
        "previews": False, "pushes_per_day": 3, "mutes": [], "settled": True, "created_at": NOW,
        "next_due_at": NOW + timedelta(hours=1),
    }  # fmt: skip
    async with database.open_unit() as unit:
        connection = unit.sources._connection  # noqa: SLF001 - bulk load
        for start in range(0, count, 10_000):
            ids = range(start + 1, min(start + 10_000, count) + 1)
            await connection.execute(insert(chat), [{**row, "telegram_id": each} for each in ids])
        await unit.commit()


async def write_digests(database: Database, count: int) -> None:
    """As the planner does: 200 chats a commit."""

    def written(chat_id: int, minutes: int) -> NewDelivery:
        return NewDelivery(
            chat_id=ChatId(chat_id),
            key="digest:2023-03-21:08:00",
            part=minutes % 2,
            kind=DeliveryKind.DIGEST,
            message=OutMessage(html="x" * 1500),
            stories=((StoryId(1), 1),),
            not_before=NOW + timedelta(minutes=minutes),
        )

    began = time.perf_counter()
    for start in range(0, count, 200):
        async with database.open_unit() as unit:
            ids = range(start + 1, min(start + 200, count) + 1)
            await unit.deliveries.add([written(each, part) for each in ids for part in (60, 61)], NOW)
            await unit.chats.schedule({ChatId(each): NOW + timedelta(days=1) for each in ids})
            await unit.commit()
    per_chat_us = (time.perf_counter() - began) / count * 1e6
    print(f"two parts written and the next due time set: {per_chat_us:.0f} us a chat")


async def measure_outbox(database: Database, count: int) -> None:
    async def idle() -> None:
        async with database.open_unit() as unit:
            assert await unit.chats.due(NOW, 200) == []
            assert await unit.deliveries.claim(NOW, lease=timedelta(minutes=1), limit=20) == []

    async def idle_plainly() -> None:
        async with database.open_unit(readonly=True) as unit:
            statement = "SELECT id FROM delivery WHERE state || '' IN ('pending', 'claimed') AND not_before <= :now ORDER BY id LIMIT 20"
            await unit.sources._connection.execute(text(statement), {"now": str(NOW)})  # noqa: SLF001

    tell(
        f"idle tick, {count} chats, {2 * count} rows waiting",
        await median_ms(idle),
        "without due_at",
        await median_ms(idle_plainly, 3),
    )
    later = NOW + timedelta(hours=2)

    async def claim() -> None:
        async with database.open_unit() as unit:
            rows = await unit.deliveries.claim(later, lease=timedelta(minutes=1), limit=20)
            assert len(rows) == 20
            await unit.commit()

    tell("claim of 20, all rows due", await median_ms(claim))

    async def one_message() -> None:
        async with database.open_unit() as unit:
            (row,) = await unit.deliveries.claim(later, lease=timedelta(minutes=1), limit=1)
            await unit.commit()
        async with database.open_unit() as unit:
            assert await unit.deliveries.fence(row, later)
            await unit.commit()
        async with database.open_unit() as unit:
            await unit.deliveries.sent(row.id, 1, later)
            await unit.commit()

    tell("claim, fence, sent: one message, three commits", await median_ms(one_message, 20))

    async def told() -> None:
        async with database.open_unit(readonly=True) as unit:
            await unit.chats.told_many([ChatId(n + 1) for n in range(200)], [StoryId(n + 1) for n in range(300)])

    tell("told_many: 200 chats, 300 stories", await median_ms(told))


async def main(arguments: argparse.Namespace, url: str) -> None:
    migrate(url)
    async with open_database(url) as database:
        await add_articles(database, arguments.articles)
        if database.location.path is None:
            async with database.open_unit() as unit:
                await unit.sources._connection.execute(text("ANALYZE"))  # noqa: SLF001
                await unit.commit()
        await measure_articles(database, arguments.articles)
        await measure_neighbours(database)
        await add_chats(database, arguments.chats)
        await write_digests(database, arguments.chats)
        await measure_outbox(database, arguments.chats)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--database", help="an empty PostgreSQL database; by default a temporary SQLite file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(given, given.database or str(Path(folder) / "bench.db")))
