"""The two searches over articles: by words and by vector.

Words: the newest `RANKED` matches in the window are ranked by bm25, so that a common word over a million articles costs
what it costs over two thousand. On PostgreSQL, which has no bm25, the weight of a word is its idf times ts_rank of that word
alone, whose growth with the word's frequency flattens as bm25's does, over the text's relative length.
Vectors: exact over the cached matrix on SQLite; on PostgreSQL exact in a narrow window, HNSW with iterative scan in a wide one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    String,
    any_,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from news.ids import ArticleId, StoryId
from news.reading import Hit, Vector, Window, WordQuery
from storage.chunks import chunks
from storage.indexes import HNSW_DIMS
from storage.tables import article, article_vector, article_words
from storage.tokens import alternatives
from storage.transaction import AnyRow, Transaction

RANKED = 2_000  # newest matches that are ranked
_EF_SEARCH = 100
_EXACT = 20_000  # vectors in a window up to which each is compared: of 384 dimensions about 70 ms
_LENGTH_SHARE = 0.75  # bm25's b


def match_expression(query: WordQuery, *, postgresql: bool = False) -> str:
    """A query as FTS5 or tsquery text, made of quoted tokens only; empty where nothing is asked."""
    marks = ("&", "|", "!") if postgresql else ("AND", "OR", "NOT")
    conjunction, disjunction, negation = marks
    groups = [
        _any(disjunction, (_term(term, query.lang, marks, postgresql) for term in group)) for group in query.groups
    ]
    groups = [group for group in groups if group]
    needed = [_any(disjunction, groups)] if query.any_group and groups else groups
    needed += [term for each in query.must if (term := _term(each, query.lang, marks, postgresql))]
    if not needed:
        return ""
    unwanted = _any(disjunction, (_term(each, query.lang, marks, postgresql) for each in query.must_not))
    positive = f" {conjunction} ".join(f"({each})" for each in needed)
    if not unwanted:
        return positive
    joined = f"{conjunction} {negation}" if postgresql else negation
    return f"({positive}) {joined} ({unwanted})"


def _term(term: str, lang: str | None, marks: Sequence[str], postgresql: bool) -> str:
    conjunction, disjunction, _ = marks
    quote = "'" if postgresql else '"'
    words = [f" {disjunction} ".join(f"{quote}{token}{quote}" for token in forms) for forms in alternatives(term, lang)]
    return f" {conjunction} ".join(f"({word})" for word in words)


def _any(disjunction: str, expressions: Iterable[str]) -> str:
    return f" {disjunction} ".join(f"({each})" for each in expressions if each)


def question_tokens(query: WordQuery) -> list[str]:
    """The tokens that make an article better, each once."""
    terms = [term for group in query.groups for term in group] + list(query.must)
    return list(dict.fromkeys(token for term in terms for forms in alternatives(term, query.lang) for token in forms))


async def by_words(
    transaction: Transaction, query: WordQuery, window: Window, limit: int, *, ranked: int = RANKED
) -> list[Hit]:
    """Best first; ties newest first."""
    expression = match_expression(query, postgresql=not transaction.sqlite)
    if not expression:
        return []
    if transaction.sqlite:
        matches = _sqlite_matches(expression, window, ranked)
    else:
        matches = await _postgresql_matches(transaction, query, expression, window, ranked)
    newest = matches.subquery("newest")
    best = select(newest).order_by(newest.c.score.desc(), newest.c.published_at.desc(), newest.c.id.desc()).limit(limit)
    return [_hit(row, row.score) for row in await transaction.connection.execute(best)]


_FOUND = (article.c.id, article.c.story_id, article.c.published_at, article.c.publisher)


_FTS = table("article_fts", column("rowid", Integer))


def _in(window: Window) -> Any:
    return (article.c.published_at >= window.since) & (article.c.published_at < window.until) & ~article.c.removed


def _sqlite_matches(expression: str, window: Window, ranked: int) -> Select[Any]:
    # The + 0 keeps SQLite from looking each article of the window up in the word index.
    joined = _FTS.join(article, article.c.id == _FTS.c.rowid + 0)
    return (
        select(*_FOUND, literal_column("-bm25(article_fts)").label("score"))
        .select_from(joined)
        .where(text("article_fts MATCH :expression").bindparams(expression=expression), _in(window))
        .order_by(_FTS.c.rowid.desc())
        .limit(ranked)
    )


async def _postgresql_matches(
    transaction: Transaction, query: WordQuery, expression: str, window: Window, ranked: int
) -> Select[Any]:
    lexemes: Any = literal_column("article_words.lexemes")
    weights = await transaction.frequencies.inverse(transaction.connection, question_tokens(query))
    asked: Any = cast(literal(expression, String), TSQUERY())
    newest = (
        select(*_FOUND, article_words.c.length, lexemes.label("lexemes"))
        .join(article_words, article_words.c.article_id == article.c.id)
        .where(_in(window))
        .order_by(article.c.id.desc())
        .limit(ranked)
    )
    if len(query.groups) + len(query.must) > 1 and not query.any_group:
        # Articles with all the words are few, and fewer than PostgreSQL thinks: left to itself it may read the whole store
        # from its newest end for them. Those with one common word are many, and there the newest end is the place to look.
        holding: Any = select(func.array_agg(article_words.c.article_id)).where(lexemes.op("@@")(asked))
        none = cast([], ARRAY(BigInteger))
        newest = newest.where(article.c.id == any_(func.coalesce(holding.scalar_subquery(), none)))
    else:
        newest = newest.where(lexemes.op("@@")(asked))
    matches = newest.subquery("matches")
    relative = matches.c.length / func.avg(matches.c.length).over()
    score: Any = literal(0.0)
    for token, weight in weights.items():
        score = score + weight * func.ts_rank(matches.c.lexemes, cast(literal(f"'{token}'", String), TSQUERY()))
    by_length = 1 - _LENGTH_SHARE + _LENGTH_SHARE * relative
    columns = (matches.c.id, matches.c.story_id, matches.c.published_at, matches.c.publisher)
    return select(*columns, (score / (0.5 + 0.5 * by_length)).label("score"))


async def by_vector(transaction: Transaction, vector: Vector, window: Window, limit: int) -> list[Hit]:
    """Nearest first, with the cosine; ties by number."""
    near = dict(await nearest(transaction, vector, window, limit))
    hits: dict[ArticleId, Hit] = {}
    for some in chunks(list(near)):
        for row in await transaction.connection.execute(select(*_FOUND).where(article.c.id.in_(some))):
            hits[ArticleId(row.id)] = _hit(row, near[ArticleId(row.id)])
    return [hits[article_id] for article_id in near if article_id in hits]


async def cosines(
    transaction: Transaction, vectors: Sequence[Vector], article_ids: Sequence[ArticleId]
) -> dict[ArticleId, list[float]]:
    """The nearness of these articles to each of the vectors, which are of one model."""
    if not vectors or not article_ids:
        return {}
    if transaction.sqlite:
        return await transaction.vectors.cosines(transaction.connection, vectors, article_ids)
    asked = np.array([np.frombuffer(vector.data, dtype="<f4") for vector in vectors])
    found: dict[ArticleId, list[float]] = {}
    columns = article_vector.c
    for some in chunks(article_ids):
        query = select(columns.article_id, columns.vector)
        query = query.where(columns.article_id.in_(some), columns.model == vectors[0].model)
        for row in await transaction.connection.execute(query):
            own = np.frombuffer(row.vector, dtype="<f4")
            found[ArticleId(row.article_id)] = [float(each) for each in asked @ (own / (np.linalg.norm(own) or 1.0))]
    return found


async def nearest(
    transaction: Transaction, vector: Vector, window: Window, limit: int
) -> list[tuple[ArticleId, float]]:
    """The nearest articles published in a window, with their cosines."""
    if transaction.sqlite:
        return await transaction.vectors.nearest(transaction.connection, vector, window, limit)
    connection = transaction.connection
    some = select(literal(1)).where(*_of(vector, window)).limit(_EXACT + 1).subquery()
    if (await connection.execute(select(func.count()).select_from(some))).scalar_one() <= _EXACT:
        rows = await connection.execute(exact_query(vector, window, limit))
    else:
        await connection.exec_driver_sql("SET LOCAL hnsw.iterative_scan = 'relaxed_order'")
        await connection.exec_driver_sql(f"SET LOCAL hnsw.ef_search = {_EF_SEARCH}")
        rows = await connection.execute(hnsw_query(vector, window, limit))
    found = [(ArticleId(row.article_id), 1.0 - row.distance) for row in rows]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def hnsw_query(vector: Vector, window: Window, limit: int) -> Select[Any]:
    """Written so that PostgreSQL takes the partial HNSW index of these dimensions: a test looks at the plan."""
    distance = _distance(vector, "article_vector")
    query = select(article_vector.c.article_id, distance.label("distance")).where(*_of(vector, window))
    return query.order_by(distance).limit(limit)


def exact_query(vector: Vector, window: Window, limit: int) -> Select[Any]:
    """Every vector of a window compared: in a narrow one that is quicker than to seek its few in the index of all."""
    columns = (article_vector.c.article_id, article_vector.c.vector)
    in_window = select(*columns).where(*_of(vector, window)).cte("in_window").prefix_with("MATERIALIZED")
    distance = _distance(vector, "in_window")
    return select(in_window.c.article_id, distance.label("distance")).order_by(distance).limit(limit)


def _of(vector: Vector, window: Window) -> tuple[Any, ...]:
    """The vectors of the same model that were published in the window."""
    columns = article_vector.c
    dims: Any = literal_column(f"article_vector.dims = {len(vector.data) // 4}")
    return (
        dims,
        columns.model == vector.model,
        columns.published_at >= window.since,
        columns.published_at < window.until,
    )


def _distance(vector: Vector, of: str) -> Any:
    dims = len(vector.data) // 4
    asked = "[" + ",".join(f"{number:.6g}" for number in np.frombuffer(vector.data, dtype="<f4")) + "]"
    halfvec = f"halfvec({dims})" if dims in HNSW_DIMS else "halfvec"
    return literal_column(f"({of}.vector::{halfvec} <=> '{asked}'::{halfvec})")


def _hit(row: AnyRow, score: float) -> Hit:
    return Hit(
        article_id=ArticleId(row.id),
        story_id=None if row.story_id is None else StoryId(row.story_id),
        published_at=row.published_at,
        publisher=row.publisher,
        score=score,
    )
