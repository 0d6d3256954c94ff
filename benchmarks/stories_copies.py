"""What it costs to place ten thousand copies of one wire story: the last thousand beside the first.

    python -m benchmarks.stories_copies [--copies 10000] [--rewritten]

Articles are stored in bulk on SQLite and placed by `news.placing.Placer` in batches of 16, as enriching does: near-copies of the
first one, or with `--rewritten` articles of their own outlets that tell its event, for which neighbours are sought too.
Exits with 1 where an article of the last thousand costs more than 1.5 times one of the first.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.storage_scale import MODEL, NOW, vectors
from news.entities import Article, ArticleKind, NewArticle, NewSource
from news.facts import extract
from news.ids import ArticleId
from news.placing import Placer
from news.preparing import Prepared
from news.reading import Enrichment, Method, Sentence, Summary, Vector
from news.stories import RULES
from storage.engine import Database, open_database
from storage.migrate import migrate

GROWTH_MOST = 1.5
BATCH = 16
MEMBERS_COMPARED = 20
TITLE = "Rescuers search Izmir for survivors"
SENTENCES = (
    "Rescuers from Ankara and Istanbul searched Izmir on 3 March for 41 people, President Recep Erdogan said.",
    "Twenty buildings fell in the earthquake, and schools in the city stay closed this week.",
)


async def store(database: Database, count: int, *, rewritten: bool) -> list[Article]:
    """The articles, none of them placed yet."""
    async with database.open_unit() as unit:
        source = await unit.sources.add(NewSource(url="https://example.com/feed", name="Example", added_at=NOW))
        ids: list[ArticleId] = []
        for number in range(count):
            new = NewArticle(
                source_id=source.id,
                url=f"https://outlet{number}.example/wire",
                guid=None,
                title=TITLE,
                text=" ".join(SENTENCES),
                author=None,
                published_at=NOW + timedelta(seconds=number),
                dated=True,
                read_at=NOW,
                lang="en",
                site=None,
                publisher=f"outlet{number}.example",
                kind=ArticleKind.ARTICLE,
                image_url=None,
                whole=True,
                fingerprint=number,
                copy_of=ids[0] if number and not rewritten else None,
            )
            ids += await unit.articles.add([new])
        await unit.commit()
    async with database.open_unit(readonly=True) as unit:
        return list(await unit.articles.get(ids))


def prepared(article: Article, vector: Vector) -> Prepared:
    text = "\n".join([TITLE, *SENTENCES])
    enrichment = Enrichment(
        article_id=article.id,
        revision=1,
        lang="en",
        sentences=tuple(Sentence(index, each) for index, each in enumerate(SENTENCES)),
        key_sentences=(),
        vector=vector,
        facts=extract(text, "en"),
        summary=Summary(sentences=(), method=Method.EXTRACTIVE, model=None, seconds=0.0),
        enriched_at=NOW,
    )
    return Prepared(article, enrichment, text)


async def measure(count: int, *, rewritten: bool) -> float:
    """Print milliseconds an article by the thousand; how many times the first thousand's the last one's are."""
    each_vector = Vector(MODEL, vectors(1)[0].astype("<f4").tobytes())
    rules = replace(RULES[0], within=timedelta(days=400))
    per_thousand: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "copies.db")
        migrate(path)
        async with open_database(path) as database:
            waiting = [prepared(article, each_vector) for article in await store(database, count, rewritten=rewritten)]
            stories = 0
            for start in range(0, count, 1_000):
                began = time.perf_counter()
                for first in range(start, min(start + 1_000, count), BATCH):
                    async with database.open_unit() as unit:
                        placer = Placer(unit, rules, MEMBERS_COMPARED, NOW)
                        for one in waiting[first : min(first + BATCH, start + 1_000)]:
                            await placer.place(one)
                        await unit.commit()
                        stories += len(placer.founded)
                per_thousand.append((time.perf_counter() - began) * 1000 / min(1_000, count - start))
                print(f"{start + 1_000:>7} articles: {per_thousand[-1]:6.2f} ms each", flush=True)
    assert stories == 1, f"{stories} stories of one event"
    return per_thousand[-1] / per_thousand[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=10_000, help="how many articles")
    parser.add_argument("--rewritten", action="store_true", help="articles of their own in place of near-copies")
    options = parser.parse_args()
    grown = asyncio.run(measure(options.copies, rewritten=options.rewritten))
    print(f"the last thousand costs {grown:.2f} times the first", file=sys.stderr)
    return 0 if grown <= GROWTH_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
