"""Articles in the database: their rows and texts by revision. What was computed and found is in the modules beside it:
`enrichments`, `search`, `neighbours`, `removal`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update

from news.entities import LEFT_OUT, Article, ArticleKind, ArticleRevision, NewArticle, Trace
from news.ids import ArticleId, ChatId, ModelId, SourceId, StoryId
from news.reading import Enrichment, Hit, Neighbour, Sentence, Vector, Window, WordQuery
from storage import enrichments, neighbours, removal, search, striking
from storage.chunks import chunks
from storage.columns import storable
from storage.tables import article as table, article_text, trace as trace_table
from storage.transaction import AnyRow, Transaction

NEAR_BITS = 3  # of 64: what `similar_texts` takes for near
_BANDS = (table.c.band_0, table.c.band_1, table.c.band_2, table.c.band_3)
_UNENRICHED = (table.c.enriched_revision < table.c.revision) & ~table.c.removed
_NEW_FIELDS = tuple(name for name in NewArticle.__dataclass_fields__ if name != "text")
_FIELDS = (*_NEW_FIELDS, "revision", "story_id", "removed")


class SqlArticles:
    """Implements `news.ports.Articles`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def known(self, source_id: SourceId, urls: Sequence[str], guids: Sequence[str]) -> list[Article]:
        found: dict[ArticleId, Article] = {}
        for some in chunks(list(dict.fromkeys(urls))):
            found.update((each.id, each) for each in await self._read(table.c.url.in_(some)))
        for some in chunks(list(dict.fromkeys(guids))):
            condition = (table.c.source_id == source_id) & table.c.guid.in_(some)
            found.update((each.id, each) for each in await self._read(condition))
        return [found[article_id] for article_id in sorted(found)]

    async def similar_texts(self, fingerprints: Sequence[int], since: datetime) -> list[Article]:
        near: set[ArticleId] = set()
        for some in chunks(list(dict.fromkeys(fingerprints))):
            bands = [_bands(fingerprint) for fingerprint in some]
            shares_a_band = or_(*(column.in_({each[at] for each in bands}) for at, column in enumerate(_BANDS)))
            query = select(table.c.id, table.c.fingerprint).where(
                shares_a_band, table.c.read_at >= since, ~table.c.removed
            )
            for row in await self._connection.execute(query):
                if any((row.fingerprint ^ fingerprint).bit_count() <= NEAR_BITS for fingerprint in some):
                    near.add(row.id)
        return await self.get(sorted(near))

    async def add(self, articles: Sequence[NewArticle]) -> list[ArticleId]:
        """A URL that is stored already, by another process meanwhile, gives the stored article's number."""
        statement = self._transaction.insert(table).on_conflict_do_nothing(index_elements=[table.c.url])
        text_statement = self._transaction.insert(article_text).on_conflict_do_nothing()
        numbers: dict[str, ArticleId] = {}
        for some in chunks(articles):
            await self._connection.execute(statement, [_row_of_new(article) for article in some])
            query = select(table.c.url, table.c.id).where(table.c.url.in_([article.url for article in some]))
            numbers.update((row.url, ArticleId(row.id)) for row in await self._connection.execute(query))
            texts = [_text_row(numbers[storable(article.url)], 1, article) for article in some]
            await self._connection.execute(text_statement, texts)
        return [numbers[storable(article.url)] for article in articles]

    async def revise(self, revisions: Sequence[ArticleRevision]) -> None:
        for revision in revisions:
            changed = await self._connection.execute(
                update(table)
                .where(table.c.id == revision.article_id, ~table.c.removed)
                .values(
                    title=revision.title,
                    read_at=revision.read_at,
                    whole=revision.whole,
                    revision=table.c.revision + 1,
                    **_fingerprint_columns(revision.fingerprint),
                )
                .returning(table.c.revision)
            )
            number = changed.scalar_one_or_none()
            if number is not None:  # one that was taken down stays so
                await self._connection.execute(insert(article_text), [_text_row(revision.article_id, number, revision)])

    async def get(self, article_ids: Sequence[ArticleId]) -> list[Article]:
        found: dict[ArticleId, Article] = {}
        for some in chunks(list(dict.fromkeys(article_ids))):
            found.update((each.id, each) for each in await self._read(table.c.id.in_(some)))
        return [found[article_id] for article_id in article_ids if article_id in found]

    async def by_url(self, url: str) -> Article | None:
        return next(iter(await self._read(table.c.url == url)), None)

    async def count_read(self, since: datetime) -> int:
        query = select(func.count()).where(table.c.read_at >= since, ~table.c.removed)
        return (await self._connection.execute(query)).scalar_one()

    async def since(self, since: datetime | None, limit: int) -> list[Article]:
        condition = ~table.c.removed if since is None else ~table.c.removed & (table.c.published_at >= since)
        query = _QUERY.where(condition).order_by(table.c.published_at.desc(), table.c.id.desc()).limit(limit)
        return [_article(row) for row in await self._connection.execute(query)]

    async def remove(self, article_id: ArticleId) -> None:
        await removal.take_down(self._transaction, article_id)

    async def strike(self, article_id: ArticleId, text: str) -> None:
        await striking.strike(self._transaction, article_id, text)

    async def doubt(self, article_id: ArticleId, text: str, chat_id: ChatId) -> None:
        await striking.doubt(self._transaction, article_id, text, chat_id)

    async def doubted(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, frozenset[str]]:
        return await striking.doubted(self._transaction, chat_ids)

    async def unenriched(self, limit: int, *, among: Sequence[ArticleId] | None = None) -> list[Article]:
        query = _QUERY.where(_UNENRICHED).order_by(table.c.read_at, table.c.id).limit(limit)
        if among is not None:
            query = query.where(table.c.id.in_(among))
        return [_article(row) for row in await self._connection.execute(query)]

    async def unenriched_ids(self, limit: int) -> list[ArticleId]:
        query = select(table.c.id).where(_UNENRICHED).order_by(table.c.read_at, table.c.id).limit(limit)
        return [ArticleId(number) for number in await self._connection.scalars(query)]

    async def count_unenriched(self) -> int:
        query = select(func.count()).select_from(table).where(_UNENRICHED)
        return (await self._connection.execute(query)).scalar_one()

    async def taken_by_lead(self, since: datetime, languages: frozenset[str] | None, limit: int) -> list[ArticleId]:
        return await enrichments.by_lead(self._transaction, since, languages, limit)

    async def enrich_again(self, article_ids: Sequence[ArticleId]) -> None:
        # one with a newer text waits already, and is readable by the text before
        again = table.c.id.in_(article_ids) & (table.c.enriched_revision == table.c.revision)
        await self._connection.execute(update(table).where(again).values(enriched_revision=0))

    async def vector_bytes(self, model: ModelId) -> int | None:
        return await enrichments.vector_bytes(self._transaction, model)

    async def enrich(self, enrichment: Enrichment) -> None:
        await enrichments.save(self._transaction, enrichment)

    async def enrichments(self, article_ids: Sequence[ArticleId]) -> dict[ArticleId, Enrichment]:
        return await enrichments.read(self._transaction, article_ids)

    async def sentences(
        self, citations: Sequence[tuple[ArticleId, int]]
    ) -> dict[tuple[ArticleId, int], tuple[Sentence, ...]]:
        return await enrichments.sentences(self._transaction, citations)

    async def neighbours(
        self, enrichment: Enrichment, *, text: str, around: datetime, within: timedelta, limit: int
    ) -> list[Neighbour]:
        """The span is closed: exactly `within` away still counts."""
        window = Window(around - within, around + within + timedelta(microseconds=1))
        if enrichment.vector is not None:
            return await neighbours.by_vector(self._transaction, enrichment, window, limit)
        return await neighbours.by_words(self._transaction, enrichment, text, window, limit)

    async def search_words(self, query: WordQuery, window: Window, limit: int) -> list[Hit]:
        return await search.by_words(self._transaction, query, window, limit)

    async def search_vector(self, vector: Vector, window: Window, limit: int) -> list[Hit]:
        return await search.by_vector(self._transaction, vector, window, limit)

    async def cosines(
        self, vectors: Sequence[Vector], article_ids: Sequence[ArticleId]
    ) -> dict[ArticleId, list[float]]:
        return await search.cosines(self._transaction, vectors, article_ids)

    async def search_phrase(self, article_ids: Sequence[ArticleId], phrase: str) -> list[ArticleId]:
        wanted = " ".join(phrase.casefold().split())
        return [
            article.id
            for article in await self.get(article_ids)
            if wanted in " ".join(article.title.casefold().split())
            or wanted in " ".join(article.text.casefold().split())
        ]

    async def trace(self, traces: Sequence[Trace]) -> None:
        fields = Trace.__dataclass_fields__
        rows = [{name: getattr(each, name) for name in fields} for each in traces]
        await self._transaction.insert_ignoring(insert(trace_table), rows)

    async def traces(self, url: str) -> list[Trace]:
        query = select(trace_table).where(trace_table.c.url == url).order_by(trace_table.c.at, trace_table.c.id)
        return [
            Trace(
                url=row.url,
                at=row.at,
                source_id=None if row.source_id is None else SourceId(row.source_id),
                outcome=row.outcome,
                detail=row.detail,
            )
            for row in await self._connection.execute(query)
        ]

    async def left_out(self, source_id: SourceId, urls: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for some in chunks(list(dict.fromkeys(urls))):
            query = select(trace_table.c.url).where(
                trace_table.c.url.in_(some), trace_table.c.outcome.in_(LEFT_OUT), trace_table.c.source_id == source_id
            )
            found.update(await self._connection.scalars(query))
        return frozenset(found)

    async def forget(self, read_before: datetime, limit: int) -> int:
        return await removal.forget(self._transaction, read_before, limit)

    async def _read(self, condition: ColumnElement[bool]) -> list[Article]:
        rows = await self._connection.execute(_QUERY.where(condition).order_by(table.c.id))
        return [_article(row) for row in rows]


_QUERY: Select[Any] = select(
    table.c.id, *(table.c[name] for name in _FIELDS), func.coalesce(article_text.c.text, "").label("text")
).select_from(
    table.outerjoin(
        article_text, (article_text.c.article_id == table.c.id) & (article_text.c.revision == table.c.revision)
    )
)


def _article(row: AnyRow) -> Article:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    plain: dict[str, Any] = {name: fields[name] for name in _FIELDS}
    plain["source_id"] = SourceId(plain["source_id"])
    plain["kind"] = ArticleKind(plain["kind"])
    plain["copy_of"] = None if plain["copy_of"] is None else ArticleId(plain["copy_of"])
    plain["story_id"] = None if plain["story_id"] is None else StoryId(plain["story_id"])
    return Article(id=ArticleId(row.id), text=row.text, **plain)


def _row_of_new(article: NewArticle) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in _NEW_FIELDS}
    return {**row, "revision": 1, "enriched_revision": 0, **_fingerprint_columns(article.fingerprint)}


def _text_row(article_id: ArticleId, revision: int, given: NewArticle | ArticleRevision) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "revision": revision,
        "title": given.title,
        "text": given.text,
        "read_at": given.read_at,
        "fingerprint": given.fingerprint,
    }


def _bands(fingerprint: int) -> tuple[int, int, int, int]:
    one, two, three, four = (fingerprint >> (16 * at) & 0xFFFF for at in range(4))
    return one, two, three, four


def _fingerprint_columns(fingerprint: int) -> dict[str, int]:
    bands = {f"band_{at}": band for at, band in enumerate(_bands(fingerprint))}
    return {"fingerprint": fingerprint, **bands}
