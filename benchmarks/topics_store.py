"""Fills a database with the articles of a collection, for the measurements of topic questions."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.arguments import topic_query
from news.entities import ArticleKind, NewArticle, NewSource, SourceKind
from news.fingerprint import fingerprint
from news.ids import ArticleId, SourceId
from news.ports import Embedder
from news.questions import TopicQuery
from news.reading import Enrichment, Facts, Method, Summary
from storage.engine import Database

BATCH = 128
OPENING_WORDS = 120


@dataclass(frozen=True)
class Text:
    """An article of a collection."""

    key: str
    url: str
    title: str
    text: str
    at: datetime


async def store(database: Database, texts: Sequence[Text]) -> dict[ArticleId, str]:
    """Store the articles, or find them stored by an earlier run; their keys by number."""
    async with database.open_unit() as unit:
        known = await unit.articles.since(None, len(texts) + 1)
        if known:
            return {each.id: each.guid or "" for each in known}
        source = await unit.sources.add(
            NewSource(url="file:///benchmark", name="benchmark", kind=SourceKind.HAND, added_at=texts[0].at)
        )
        stored: dict[ArticleId, str] = {}
        for start in range(0, len(texts), 1000):
            some = texts[start : start + 1000]
            ids = await unit.articles.add([new_article(source.id, each) for each in some])
            stored.update(zip(ids, (each.key for each in some), strict=True))
        await unit.commit()
    return stored


def new_article(source_id: SourceId, text: Text) -> NewArticle:
    """The article as it is stored."""
    return NewArticle(
        source_id=source_id,
        url=text.url,
        guid=text.key,
        title=text.title,
        text=text.text,
        author=None,
        published_at=text.at,
        dated=True,
        read_at=text.at,
        lang="en",
        site=None,
        publisher="example.org",
        kind=ArticleKind.ARTICLE,
        image_url=None,
        whole=True,
        fingerprint=fingerprint(text.text),
    )


async def embed_openings(database: Database, embedder: Embedder, stored: Iterable[ArticleId]) -> None:
    """Give each article the vector of its title and opening, unless an earlier run did."""
    async with database.open_unit(readonly=True) as unit:
        if not await unit.articles.count_unenriched():
            return
    ids = list(stored)
    for start in range(0, len(ids), BATCH):
        async with database.open_unit(readonly=True) as unit:
            articles = await unit.articles.get(ids[start : start + BATCH])
        openings = [" ".join(f"{each.title}. {each.text}".split()[:OPENING_WORDS]) for each in articles]
        vectors = await embedder.embed(openings)
        async with database.open_unit() as unit:
            for article, vector in zip(articles, vectors, strict=True):
                await unit.articles.enrich(
                    Enrichment(
                        article_id=article.id,
                        revision=1,
                        lang="en",
                        sentences=(),
                        key_sentences=(),
                        vector=vector,
                        facts=Facts(),
                        summary=Summary(sentences=(), method=Method.LEAD, model=None, seconds=0.0),
                        enriched_at=article.read_at,
                    )
                )
            await unit.commit()
        print(f"\r{min(start + BATCH, len(ids))} of {len(ids)} embedded", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def asked(question: str, now: datetime) -> TopicQuery:
    """The question over all that is stored."""
    return topic_query(question, now, days=3650)
