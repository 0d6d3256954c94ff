"""What it costs to find an article's story among many: storage's neighbours and the decision, on SQLite.

    python -m benchmarks.stories_speed              1,000 and 10,000 live articles
    python -m benchmarks.stories_speed --large      100,000 too (some minutes, most of them to store the articles)

Every stored article is within the window, in stories of five. Prints milliseconds an article, median and 95th percentile, by
vectors and by words, and articles a second. Exits with 1 where the largest store costs more than so many times the smallest
(a ratio, as milliseconds are the machine's): most of it is that in a large store what is near was never read before.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from benchmarks.storage_scale import MODEL, NOW, WORDS, add_articles, vectors
from news.facts import extract
from news.ids import ArticleId
from news.reading import Enrichment, Method, Summary, Vector
from news.stories import RULES, Subject, assign
from storage import records
from storage.engine import Database, open_database
from storage.migrate import migrate
from storage.tables import article, enrichment, story

GROWTH_MOST = {"vectors": 6.0, "words": 2.5}  # from the smallest store to the largest
PROBES = 60
STORY_SIZE = 5
FACTS = extract(
    "Rescuers from Ankara and Istanbul searched Izmir on 3 March for 41 people, President Recep Erdogan said.", "en"
)
SUMMARY = Summary(sentences=(), method=Method.LEAD, model=None, seconds=0.0)
ALL_LIVE = replace(RULES[0], within=timedelta(days=400))


async def group_in_stories(database: Database, count: int) -> None:
    """Give the stored articles enrichments and stories, in bulk."""
    stories = count // STORY_SIZE
    async with database.open_unit() as unit:
        connection = unit.sources._connection  # noqa: SLF001 - bulk load
        rows = [{"version": 1, "title": "T", "first_seen": NOW, "last_seen": NOW} for _ in range(stories)]
        await connection.execute(insert(story), rows)
        ids = (await connection.scalars(select(article.c.id).order_by(article.c.id))).all()
        await connection.execute(update(article).values(story_id=1 + article.c.id % stories))
        computed = {
            "revision": 1,
            "lang": "en",
            "sentences": [],
            "facts": records.facts_to_json(FACTS),
            "summary": records.summary_to_json(SUMMARY),
            "enriched_at": NOW,
        }
        for start in range(0, count, 10_000):
            some = [{"article_id": each, **computed} for each in ids[start : start + 10_000]]
            await connection.execute(insert(enrichment), some)
        await unit.commit()


async def place(database: Database, probe: Enrichment, words: str) -> float:
    """Milliseconds to find an article's story."""
    subject = Subject(
        article_id=probe.article_id,
        title="Rescuers search Izmir for survivors",
        publisher="new.example",
        published_at=NOW,
        lang="en",
        facts=FACTS,
        text_chars=800,
    )
    async with database.open_unit(readonly=True) as unit:
        began = time.perf_counter()
        found = await unit.articles.neighbours(
            probe, text=words, around=NOW, within=ALL_LIVE.within, limit=ALL_LIVE.neighbours
        )
        assign(subject, found, ALL_LIVE)
        took = time.perf_counter() - began
    assert found, "nothing is near"
    return took * 1000


async def measure(count: int) -> dict[str, float]:
    """Print a size's figures; the medians in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "speed.db")
        migrate(path)
        async with open_database(path) as database:
            await add_articles(database, count)
            await group_in_stories(database, count)
            medians = {}
            for kind in ("vectors", "words"):
                times = []
                for number, row in enumerate(vectors(PROBES + 1).astype("<f4")):
                    probe = Enrichment(
                        article_id=ArticleId(count + 1 + number),
                        revision=1,
                        lang="en",
                        sentences=(),
                        key_sentences=(),
                        vector=Vector(MODEL, row.tobytes()) if kind == "vectors" else None,
                        facts=FACTS,
                        summary=SUMMARY,
                        enriched_at=NOW,
                    )
                    times.append(await place(database, probe, " ".join(WORDS[number : number + 120])))
                times = times[1:]  # the first one warms up
                medians[kind] = statistics.median(times)
                slow = statistics.quantiles(times, n=20)[-1]
                rate = 1000 / statistics.mean(times)
                print(
                    f"{count:>7} live, by {kind:<8} {medians[kind]:6.1f} ms, p95 {slow:6.1f} ms, {rate:6.0f} a second"
                )
    return medians


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="100,000 articles too")
    sizes = [1_000, 10_000, *([100_000] if parser.parse_args().large else [])]
    medians = [asyncio.run(measure(size)) for size in sizes]
    grown = [kind for kind, most in GROWTH_MOST.items() if medians[-1][kind] > most * medians[0][kind]]
    print(f"grows too much by {', '.join(grown)}" if grown else "every ratio holds", file=sys.stderr)
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
