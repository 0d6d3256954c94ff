"""What was computed from an article, by revision: saved once, read for stories, cards and answers.

Saving makes the article findable: its tokens and its vector take the place of those of the revision before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, select, tuple_, update

from news.ids import ArticleId, ModelId
from news.reading import Enrichment, Method, Sentence, Vector
from storage import records
from storage.chunks import chunks
from storage.striking import without_struck
from storage.tables import article, article_text, article_vector, article_words, enrichment as table, key_sentences
from storage.tokens import tokens
from storage.transaction import AnyRow, Transaction

_NUMBER_BYTES = 4  # of a vector as it is given; stored it has half of them
_TITLE_WEIGHT = 3  # how often a title's words are counted; there is one column of tokens


async def save(transaction: Transaction, enrichment: Enrichment) -> None:
    """Store an enrichment, unless its revision is no longer the latest or the article was taken down."""
    connection = transaction.connection
    known = (
        await connection.execute(
            transaction.locked(
                select(article.c.revision, article.c.title, article.c.lang, article.c.published_at, article_text.c.text)
                .join(article_text, article_text.c.article_id == article.c.id)
                .where(article.c.id == enrichment.article_id, article_text.c.revision == article.c.revision)
                .where(~article.c.removed)
            )
        )
    ).one_or_none()
    if known is None or known.revision != enrichment.revision:
        return
    enrichment = await without_struck(transaction, enrichment)
    await _replace(transaction, table, {**_key(enrichment), **_columns(enrichment)})
    row = records.key_sentences_to_row(enrichment.key_sentences)
    await _replace(transaction, key_sentences, {**_key(enrichment), **row})
    lang = enrichment.lang or known.lang
    await _save_tokens(transaction, enrichment.article_id, known.title, known.text, lang)
    await _save_vector(transaction, enrichment, known)
    await connection.execute(
        update(article).where(article.c.id == enrichment.article_id).values(lang=lang, enriched_revision=known.revision)
    )


def _key(enrichment: Enrichment) -> dict[str, Any]:
    return {"article_id": enrichment.article_id, "revision": enrichment.revision}


def _columns(enrichment: Enrichment) -> dict[str, Any]:
    return {
        "lang": enrichment.lang,
        "sentences": records.sentences_to_json(enrichment.sentences),
        "facts": records.facts_to_json(enrichment.facts),
        "summary": records.summary_to_json(enrichment.summary),
        "enriched_at": enrichment.enriched_at,
    }


async def _replace(transaction: Transaction, into: Any, row: dict[str, Any]) -> None:
    """Insert a row, or put it in the place of that with the same key."""
    keys = [column.name for column in into.primary_key]
    statement = transaction.insert(into).values(**row)
    values = {name: statement.excluded[name] for name in row if name not in keys}
    await transaction.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


async def _save_tokens(
    transaction: Transaction, article_id: ArticleId, title: str, text: str, lang: str | None
) -> None:
    words = words_of(title, text, lang)
    await _replace(
        transaction, article_words, {"article_id": article_id, "length": len(words), "tokens": " ".join(words)}
    )


def words_of(title: str, text: str, lang: str | None) -> list[str]:
    """The tokens that an article is found by."""
    return tokens(title, lang) * _TITLE_WEIGHT + tokens(text, lang)


async def _save_vector(transaction: Transaction, enrichment: Enrichment, known: AnyRow) -> None:
    if transaction.sqlite:
        await transaction.vectors.before_change(transaction.connection)
    # A new number for a new vector, so that caches take it in.
    await transaction.connection.execute(
        delete(article_vector).where(article_vector.c.article_id == enrichment.article_id)
    )
    vector = enrichment.vector
    if vector is not None:
        row = {
            "article_id": enrichment.article_id,
            "model": vector.model,
            "dims": len(vector.data) // _NUMBER_BYTES,
            "published_at": known.published_at,
            "vector": vector.data,
        }
        await transaction.connection.execute(transaction.insert(article_vector).values(**row))


async def read(transaction: Transaction, article_ids: Sequence[ArticleId]) -> dict[ArticleId, Enrichment]:
    """The latest enrichment of each article that has one."""
    found: dict[ArticleId, Enrichment] = {}
    for some in chunks(list(dict.fromkeys(article_ids))):
        for row in await transaction.connection.execute(_LATEST.where(article.c.id.in_(some))):
            found[ArticleId(row.article_id)] = _enrichment(row)
    return {article_id: found[article_id] for article_id in article_ids if article_id in found}


async def vector_bytes(transaction: Transaction, model: ModelId) -> int | None:
    """How long the stored vectors of a model are before they are halved; None where there is none yet."""
    query = select(article_vector.c.dims).where(article_vector.c.model == model).limit(1)
    dims = (await transaction.connection.execute(query)).scalar()
    return None if dims is None else int(dims) * _NUMBER_BYTES


async def sentences(
    transaction: Transaction, citations: Sequence[tuple[ArticleId, int]]
) -> dict[tuple[ArticleId, int], tuple[Sentence, ...]]:
    """The sentences of the given revisions."""
    found: dict[tuple[ArticleId, int], tuple[Sentence, ...]] = {}
    for some in chunks(list(dict.fromkeys(citations))):
        query = select(table.c.article_id, table.c.revision, table.c.sentences).where(
            tuple_(table.c.article_id, table.c.revision).in_(some)
        )
        for row in await transaction.connection.execute(query):
            found[ArticleId(row.article_id), row.revision] = records.sentences_from_json(row.sentences)
    return {citation: found[citation] for citation in citations if citation in found}


async def by_lead(
    transaction: Transaction, since: datetime, languages: frozenset[str] | None, limit: int
) -> list[ArticleId]:
    """Articles read since then that no model has read, longest ago first."""
    query = (
        select(article.c.id)
        .join(table, (table.c.article_id == article.c.id) & (table.c.revision == article.c.enriched_revision))
        .outerjoin(article_vector, article_vector.c.article_id == article.c.id)
        .where(article.c.read_at >= since, ~article.c.removed, article.c.enriched_revision == article.c.revision)
        .where(article_vector.c.article_id.is_(None), table.c.summary["method"].as_string() == Method.LEAD.value)
        .order_by(table.c.enriched_at, article.c.id)
        .limit(limit)
    )
    if languages is not None:
        query = query.where(table.c.lang.is_(None) | table.c.lang.in_(languages))
    return [ArticleId(number) for number in await transaction.connection.scalars(query)]


# An article whose vector is to be made anew (0, as one never enriched) can be told as before meanwhile.
_READABLE = case((article.c.enriched_revision == 0, article.c.revision), else_=article.c.enriched_revision)
_LATEST: Select[Any] = (
    select(
        table,
        key_sentences.c.sentences.label("key_sentences"),
        key_sentences.c.model.label("key_model"),
        key_sentences.c.vectors.label("key_vectors"),
        article_vector.c.model.label("vector_model"),
        article_vector.c.vector,
    )
    .select_from(article)
    .join(table, (table.c.article_id == article.c.id) & (table.c.revision == _READABLE))
    .join(
        key_sentences,
        (key_sentences.c.article_id == table.c.article_id) & (key_sentences.c.revision == table.c.revision),
    )
    .outerjoin(article_vector, article_vector.c.article_id == article.c.id)
)


def _enrichment(row: AnyRow) -> Enrichment:
    return Enrichment(
        article_id=ArticleId(row.article_id),
        revision=row.revision,
        lang=row.lang,
        sentences=records.sentences_from_json(row.sentences),
        key_sentences=records.key_sentences_from_row(row.key_sentences, row.key_model, row.key_vectors),
        vector=None if row.vector is None else Vector(ModelId(row.vector_model), row.vector),
        facts=records.facts_from_json(row.facts),
        summary=records.summary_from_json(row.summary),
        enriched_at=row.enriched_at,
    )
