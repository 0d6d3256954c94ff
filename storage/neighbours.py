"""Articles near another one, for the decision which story it belongs to: by vector, or by tf-idf words where there is none."""

import math
from collections import Counter

from sqlalchemy import func, select

from news.ids import ArticleId, StoryId
from news.reading import Enrichment, Neighbour, Window, WordQuery
from storage import records
from storage.chunks import chunks
from storage.search import by_words as search_by_words, nearest
from storage.tables import article, article_words, enrichment as enrichment_table
from storage.tokens import tokens
from storage.transaction import Transaction

_SEARCHED_TOKENS = 24  # the most telling ones of a text, by tf-idf: they find the candidates
_RANKED = 500  # newest matches that are ranked for candidates
_CANDIDATES = 100  # whose cosine is computed
_SPARE = 20  # further vectors that are asked for, as some belong to the article itself or to none with a story


async def by_vector(transaction: Transaction, enrichment: Enrichment, window: Window, limit: int) -> list[Neighbour]:
    """Nearest first by the cosine of vectors."""
    assert enrichment.vector is not None, "the article has no vector"
    near = dict(await nearest(transaction, enrichment.vector, window, limit + _SPARE))
    near.pop(enrichment.article_id, None)
    return (await _neighbours(transaction, near, by_words=False))[:limit]


async def by_words(
    transaction: Transaction, enrichment: Enrichment, text: str, window: Window, limit: int
) -> list[Neighbour]:
    """Nearest first by the cosine of tf-idf words."""
    own = Counter(tokens(text, enrichment.lang))
    weights = await transaction.frequencies.inverse(transaction.connection, list(own))
    telling = sorted(own, key=lambda token: (-own[token] * weights[token], token))[:_SEARCHED_TOKENS]
    if not telling:
        return []
    question = WordQuery(groups=(tuple(telling),), lang=enrichment.lang)
    hits = await search_by_words(transaction, question, window, _CANDIDATES, ranked=_RANKED)
    candidates = [hit.article_id for hit in hits if hit.article_id != enrichment.article_id]
    near: dict[ArticleId, float] = {}
    for some in chunks(candidates):
        query = select(article_words.c.article_id, article_words.c.tokens).where(article_words.c.article_id.in_(some))
        for row in await transaction.connection.execute(query):
            near[ArticleId(row.article_id)] = _cosine(own, Counter(row.tokens.split()), weights)
    return (await _neighbours(transaction, near, by_words=True))[:limit]


def _cosine(own: Counter[str], other: Counter[str], weights: dict[str, float]) -> float:
    """Of the weighed counts, whose growth is damped; a word that only the other has weighs like a rare one."""
    rare = max(weights.values(), default=1.0)

    def weighed(counts: Counter[str]) -> dict[str, float]:
        return {token: (1 + math.log(count)) * weights.get(token, rare) for token, count in counts.items()}

    left, right = weighed(own), weighed(other)
    product = sum(weight * right.get(token, 0.0) for token, weight in left.items())
    length = math.hypot(*left.values()) * math.hypot(*right.values())
    return product / length if length else 0.0


async def _neighbours(transaction: Transaction, near: dict[ArticleId, float], *, by_words: bool) -> list[Neighbour]:
    """Those with a story, most similar first, ties by number."""
    found: list[Neighbour] = []
    for some in chunks(list(near)):
        sizes = (
            select(article.c.story_id, func.count().label("size"))
            .where(article.c.story_id.in_(select(article.c.story_id).where(article.c.id.in_(some))))
            .group_by(article.c.story_id)
            .subquery()
        )
        query = (
            select(article, enrichment_table.c.facts, sizes.c.size)
            .join(sizes, sizes.c.story_id == article.c.story_id)
            .join(
                enrichment_table,
                (enrichment_table.c.article_id == article.c.id)
                & (enrichment_table.c.revision == article.c.enriched_revision),
            )
            .where(article.c.id.in_(some), ~article.c.removed)
        )
        found += [
            Neighbour(
                article_id=ArticleId(row.id),
                story_id=StoryId(row.story_id),
                similarity=near[ArticleId(row.id)],
                by_words=by_words,
                publisher=row.publisher,
                title=row.title,
                lang=row.lang,
                published_at=row.published_at,
                facts=records.facts_from_json(row.facts),
                copy_of=None if row.copy_of is None else ArticleId(row.copy_of),
                story_size=row.size,
            )
            for row in await transaction.connection.execute(query)
        ]
    return sorted(found, key=lambda each: (-each.similarity, each.article_id))
