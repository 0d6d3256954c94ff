"""Articles near another one, for the decision which story it belongs to: by vector, or by tf-idf words where there is none.

What it costs hardly grows with the store: signs of vectors narrow down which vectors are compared (`storage.vectors`), only
the newest articles of each telling word are candidates, and what texts are compared by is kept (`storage.comparing`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import TextClause, bindparam, func, literal, select, text as sql

from news.ids import ArticleId, StoryId
from news.reading import Enrichment, Neighbour, Window, WordQuery
from storage import records
from storage.chunks import chunks
from storage.columns import AwareUtc
from storage.comparing import Said, Words, cosines
from storage.search import by_words as search_by_words, nearest
from storage.tables import article, article_text, article_words, enrichment as enrichment_table
from storage.tokens import tokens
from storage.transaction import AnyRow, Transaction

_TELLING = 20  # words of a text that find its candidates: the most telling ones, by tf-idf
_NEWEST = 160  # articles of each such word, more than twice the candidates
_RANKED = 500  # newest matches that PostgreSQL ranks for candidates
_CANDIDATES = 60  # whose cosine is computed
_SPARE = 10  # further ones that are asked for, as some are the article itself or have no story yet
_SIZE_MOST = 500  # members that are counted: in a larger story those that are near are no share worth the name


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
    counts = Counter(tokens(text, enrichment.lang))
    rarity = await transaction.frequencies.inverse(transaction.connection, list(counts))
    weights = {token: count * rarity[token] for token, count in counts.items()}
    telling = sorted(weights, key=lambda token: (-weights[token], token))[:_TELLING]
    if not telling:
        return []
    telling_weights = {token: weights[token] for token in telling}
    candidates = await _sharing(transaction, telling_weights, enrichment.lang, window)
    candidates.pop(enrichment.article_id, None)
    texts = await _texts(transaction, candidates)
    near = cosines(
        Words.of(list(counts.elements())), {hash(token): rarity[token] for token in counts}, list(texts.values())
    )
    nearest_first = sorted(zip(texts, near, strict=True), key=lambda each: (-each[1], each[0]))
    return (await _neighbours(transaction, dict(nearest_first[: limit + _SPARE]), by_words=True))[:limit]


async def _sharing(
    transaction: Transaction, weights: Mapping[str, float], lang: str | None, window: Window
) -> dict[ArticleId, int]:
    """The articles of the window with the most telling words in common, and how many tokens they have."""
    connection = transaction.connection
    if transaction.sqlite:
        given: dict[str, object] = {"since": window.since, "until": window.until}
        for place, (token, weight) in enumerate(weights.items()):
            given[f"token_{place}"] = f'"{token}"'
            given[f"weight_{place}"] = weight
        rows = (await connection.execute(_any_word(len(weights), _READ_SINCE), given)).all()
        inside = [row for row in rows if row.inside]
        if len(inside) < _CANDIDATES and len(rows) > 2 * _CANDIDATES:  # the latest read are of another time
            inside = list((await connection.execute(_any_word(len(weights), _PUBLISHED_WITHIN), given)).all())
        return {ArticleId(row.article_id): row.length for row in inside[: _CANDIDATES + 1]}
    question = WordQuery(groups=(tuple(weights),), lang=lang)
    hits = await search_by_words(transaction, question, window, _CANDIDATES, ranked=_RANKED)
    query = select(article_words.c.article_id, article_words.c.length)
    asked = query.where(article_words.c.article_id.in_([hit.article_id for hit in hits]))
    return {ArticleId(row.article_id): row.length for row in await connection.execute(asked)}


@lru_cache(maxsize=2 * _TELLING)
def _any_word(count: int, one_word: str) -> TextClause:
    """The statement that finds the articles with the most weight of so many words, out of the newest that have each."""
    words = " UNION ALL ".join(one_word.format(place) for place in range(count))
    return sql(_ANY_WORD.format(words)).bindparams(
        bindparam("since", type_=AwareUtc()),
        bindparam("until", type_=AwareUtc()),
        newest=_NEWEST,
        most=2 * _CANDIDATES + 1,
    )


# What was published since then was read since then: the index of words alone finds it, and its time is looked up at the end.
_READ_SINCE = """SELECT id, :weight_{0} AS weight FROM (
    SELECT rowid AS id FROM article_fts WHERE article_fts MATCH :token_{0}
    AND rowid >= (SELECT id FROM article WHERE read_at >= :since ORDER BY read_at, id LIMIT 1)
    ORDER BY rowid DESC LIMIT :newest)"""
_PUBLISHED_WITHIN = """SELECT id, :weight_{0} AS weight FROM (
    SELECT article.id AS id FROM article_fts JOIN article ON article.id = article_fts.rowid + 0
    WHERE article_fts MATCH :token_{0} AND article.published_at >= :since AND article.published_at < :until
    AND NOT article.removed ORDER BY article_fts.rowid DESC LIMIT :newest)"""
_ANY_WORD = """SELECT article_words.article_id, article_words.length,
    article.published_at >= :since AND article.published_at < :until AND NOT article.removed AS inside FROM (
    SELECT id, sum(weight) AS weight FROM ({0}) GROUP BY id ORDER BY weight DESC, id DESC LIMIT :most) AS best
    JOIN article ON article.id = best.id JOIN article_words ON article_words.article_id = best.id
    ORDER BY best.weight DESC, best.id DESC"""


async def _texts(transaction: Transaction, lengths: Mapping[ArticleId, int]) -> dict[ArticleId, Words]:
    """The words of some articles, each with the number of its tokens."""
    kept = transaction.compared.words
    found = {known: words for known in lengths if (words := kept.get(known, lengths[known])) is not None}
    for some in chunks([known for known in lengths if known not in found]):
        query = select(article_words.c.article_id, article_words.c.tokens).where(article_words.c.article_id.in_(some))
        for row in await transaction.connection.execute(query):
            article_id = ArticleId(row.article_id)
            found[article_id] = Words.of(row.tokens.split())
            kept.keep(article_id, lengths[article_id], found[article_id])
    return found


async def _neighbours(transaction: Transaction, near: Mapping[ArticleId, float], *, by_words: bool) -> list[Neighbour]:
    """Those with a story, most similar first, ties by number."""
    rows: list[AnyRow] = []
    for some in chunks(list(near)):
        rows += await transaction.connection.execute(_PLACED.where(article.c.id.in_(some)))
    said = await _said(transaction, rows)
    found = [
        Neighbour(
            article_id=ArticleId(row.id),
            story_id=StoryId(row.story_id),
            similarity=near[ArticleId(row.id)],
            by_words=by_words,
            publisher=row.publisher,
            title=row.title,
            lang=row.lang,
            published_at=row.published_at,
            facts=said[row.id].facts,
            text_chars=said[row.id].text_chars,
            copy_of=None if row.copy_of is None else ArticleId(row.copy_of),
            story_size=row.story_size,
        )
        for row in rows
        if row.id in said
    ]
    return sorted(found, key=lambda each: (-each.similarity, each.article_id))


_member = article.alias("member")
_members = select(literal(1)).where(_member.c.story_id == article.c.story_id).limit(_SIZE_MOST).correlate(article)
_PLACED = select(
    article.c.id,
    article.c.story_id,
    article.c.publisher,
    article.c.title,
    article.c.lang,
    article.c.published_at,
    article.c.copy_of,
    article.c.enriched_revision,
    select(func.count()).select_from(_members.subquery()).scalar_subquery().label("story_size"),
).where(article.c.story_id.is_not(None), ~article.c.removed)


async def _said(transaction: Transaction, rows: Sequence[AnyRow]) -> dict[int, Said]:
    """What articles say by their latest enrichment; those without one are left out."""
    kept = transaction.compared.said
    found = {row.id: said for row in rows if (said := kept.get(row.id, row.enriched_revision)) is not None}
    for some in chunks([row.id for row in rows if row.id not in found]):
        for row in await transaction.connection.execute(_SAID.where(article.c.id.in_(some))):
            found[row.id] = Said(records.facts_from_json(row.facts), row.text_chars)
            kept.keep(row.id, row.revision, found[row.id])
    return found


_SAID = (
    select(article.c.id, enrichment_table.c.revision, enrichment_table.c.facts)
    .add_columns(func.length(article_text.c.text).label("text_chars"))
    .select_from(article)
    .join(
        enrichment_table,
        (enrichment_table.c.article_id == article.c.id) & (enrichment_table.c.revision == article.c.enriched_revision),
    )
    .join(
        article_text,
        (article_text.c.article_id == article.c.id) & (article_text.c.revision == article.c.enriched_revision),
    )
)
