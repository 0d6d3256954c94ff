"""How long an answer takes, question by question, over 1,000, 10,000 and (with --large) 100,000 articles.

    python -m benchmarks.topics_speed [--large] [--keep FOLDER] [--fill]

The whole walk of `TopicService.answer`, without generation: the question's own vector, words and vectors in SQLite, reading, choosing the
sentences. The articles are made of sentences of the playground's samples (Wikinews authors, CC BY 2.5), each with its true vector, six
to an article, over thirty days and forty outlets of several kinds and countries, so that "who says what" is made too; the questions are
those of `data/wikinews_questions.jsonl`. The aim is a p95 under 300 ms at 100,000 articles on two cores; the floor is held at 1,000 and
10,000 too. `--keep` leaves the filled databases in a folder, `--fill` fills them and measures nothing: filling is long, and a
measurement wants a quiet machine.
"""

import argparse
import asyncio
import gzip
import json
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.arguments import topic_query
from bot.reference import aliases
from news.entities import ArticleKind, NewArticle, NewSource, Publisher, PublisherKind, PublisherRegister, SourceKind
from news.ids import ArticleId
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
    Vector,
)
from news.topics import TopicService
from storage.engine import Database, open_database
from storage.migrate import migrate
from summarizer.config import SummarizerConfig
from summarizer.workers import Models, open_models

SAMPLES = Path(__file__).parents[1] / "playground" / "samples" / "wikinews.jsonl.gz"
QUESTIONS = Path(__file__).parent / "data" / "wikinews_questions.jsonl"
SIZES, LARGE = (1_000, 10_000), 100_000
AIM_MS = 300.0
SENTENCES = 6
BATCH = 1_000
NOW = datetime(2023, 3, 21, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Corpus:
    """True sentences by the article they come from, and the vector of each."""

    articles: Sequence[tuple[str, Sequence[str]]]
    vectors: dict[str, Vector]


async def corpus(models: Models) -> Corpus:
    rows = [json.loads(line) for line in gzip.decompress(SAMPLES.read_bytes()).decode().splitlines()]
    readings = await models.summarizer.read([row["text"] for row in rows])
    articles = [
        (row["title"], [each.text for each in reading.sentences])
        for row, reading in zip(rows, readings, strict=True)
        if len(reading.sentences) >= SENTENCES
    ]
    texts = list(dict.fromkeys(text for title, sentences in articles for text in (title, *sentences)))
    return Corpus(articles, dict(zip(texts, await models.embedder.embed(texts), strict=True)))


def publishers() -> PublisherRegister:
    """Every outlet with a kind and a country."""
    kinds = (PublisherKind.STATE, PublisherKind.PUBLIC, PublisherKind.PRIVATE)
    countries = ("RU", "CN", "US", "GB", "DE", "FR", "QA", "IN")
    names = [f"outlet{at}.example" for at in range(40)]
    return PublisherRegister(
        {
            name: Publisher(domain=name, name=name, family=name, country=countries[at % 8], kind=kinds[at % 3])
            for at, name in enumerate(names)
        }
    )


async def fill(database: Database, known: Corpus, count: int) -> None:
    """Articles of the samples' sentences: five of six from one sample, so that titles and texts agree."""
    chance = random.Random(7)
    async with database.open_unit() as unit:
        if await unit.articles.since(None, 1):
            return  # an earlier run filled it
        source = await unit.sources.add(
            NewSource(url="file:///benchmark", name="benchmark", kind=SourceKind.HAND, added_at=NOW)
        )
        await unit.commit()
    for start in range(0, count, BATCH):
        made = [some_article(known, chance) for _ in range(min(BATCH, count - start))]
        new = [
            NewArticle(
                source_id=source.id,
                url=f"https://outlet{(start + at) % 40}.example/{start + at}",
                guid=str(start + at),
                title=title,
                text=" ".join(sentences),
                author=None,
                published_at=NOW - timedelta(days=29) * ((start + at) / count),
                dated=True,
                read_at=NOW,
                lang="en",
                site=None,
                publisher=f"outlet{(start + at) % 40}.example",
                kind=ArticleKind.ARTICLE,
                image_url=None,
                whole=True,
                fingerprint=chance.getrandbits(63),
            )
            for at, (title, sentences) in enumerate(made)
        ]
        async with database.open_unit() as unit:
            ids = await unit.articles.add(new)
            for article_id, (title, sentences), given in zip(ids, made, new, strict=True):
                await unit.articles.enrich(enriched(article_id, title, sentences, known))
                if article_id % 5 == 0:
                    said = CitedSentence(text=sentences[0], citations=(Citation(article_id, 1),))
                    update = StoryUpdate(version=1, at=given.published_at, article_id=article_id, sentences=(said,))
                    await unit.stories.create(article_id, title, update)
            await unit.commit()


def some_article(known: Corpus, chance: random.Random) -> tuple[str, list[str]]:
    title, own = chance.choice(known.articles)
    _, others = chance.choice(known.articles)
    return title, [*chance.sample(list(own), SENTENCES - 1), chance.choice(others)]


def enriched(article_id: ArticleId, title: str, sentences: Sequence[str], known: Corpus) -> Enrichment:
    return Enrichment(
        article_id=article_id,
        revision=1,
        lang="en",
        sentences=tuple(Sentence(index=at, text=text) for at, text in enumerate(sentences)),
        key_sentences=tuple(
            KeySentence(index=at, text=text, vector=known.vectors[text]) for at, text in enumerate(sentences)
        ),
        vector=known.vectors[title],
        facts=Facts(),
        summary=Summary(sentences=(), method=Method.LEAD, model=None, seconds=0.0),
        enriched_at=NOW,
    )


async def measure(models: Models, known: Corpus, folder: Path, count: int, *, ask: bool = True) -> float:
    """Print the figures of one size; its p95 in ms. Without `ask` the database is only filled."""
    url = str(folder / f"{count}.sqlite")
    migrate(url)
    asked = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    async with open_database(url) as database:
        began = time.perf_counter()
        await fill(database, known, count)
        filled_s = time.perf_counter() - began
        if not ask:
            return 0.0
        topics = TopicService(database.open_unit, models.summarizer, models.embedder, publishers(), aliases())
        took_ms: list[float] = []
        found = 0
        for question in (asked[0], *asked):  # the first warms up
            query = topic_query(question, NOW)
            began = time.perf_counter()
            answer = await topics.answer(query, NOW)
            took_ms.append((time.perf_counter() - began) * 1000)
            found += answer.found
    times = took_ms[1:]
    p95 = statistics.quantiles(times, n=20)[-1]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:>7} articles: median {statistics.median(times):6.1f} ms, p95 {p95:6.1f} ms, slowest {max(times):6.1f} ms, first "
        f"{took_ms[0]:6.1f} ms; {found} of {len(asked)} answered; filled in {filled_s:.0f} s; peak {peak_mib:.0f} MiB",
        flush=True,
    )
    return p95


async def run(sizes: Sequence[int], keep: Path | None, *, ask: bool) -> int:
    """Measure each size; 1 where one is above the aim."""
    with open_models(SummarizerConfig(offline=True)) as models, tempfile.TemporaryDirectory() as folder:
        known = await corpus(models)
        slow = [count for count in sizes if await measure(models, known, keep or Path(folder), count, ask=ask) > AIM_MS]
    for count in slow:
        print(f"p95 at {count} articles is above {AIM_MS:.0f} ms")
    return 1 if slow else 0


def main() -> int:
    """Fill and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--large", action="store_true", help="100,000 articles too (some minutes and a gigabyte of disk)"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the filled databases stay")
    parser.add_argument("--fill", action="store_true", help="fill the databases and measure nothing")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sizes = (*SIZES, LARGE) if chosen.large else SIZES
    return asyncio.run(run(sizes, chosen.keep, ask=not chosen.fill))


if __name__ == "__main__":
    sys.exit(main())
