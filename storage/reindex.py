"""Makes the word index anew from the stored texts, after the tokens changed or where the index is in doubt; and has the
vectors of a model that is in use no more made anew, by marking their articles as not enriched.

Runs beside a live program: a batch a transaction. Raises StorageError, with the codes of `storage.failures`.
"""

from sqlalchemy import Connection, delete, func, select, text, true, update

from news.ids import ModelId
from news.ports import Progress
from storage.engine import open_engine
from storage.enrichments import words_of
from storage.location import locate
from storage.tables import article, article_text, article_vector, article_words

_BATCH = 500  # articles


def reindex(url: str, progress: Progress | None = None) -> int:
    """Compute the tokens of every enriched article again; returns how many. Blocking."""
    engine = open_engine(locate(url))
    done, last_id = 0, 0
    try:
        with engine.execution_options(readonly=True).connect() as connection:
            total = connection.execute(select(func.count()).select_from(article_words)).scalar_one()
        while True:
            with engine.begin() as connection:
                batch = _next(connection, last_id)
                if not batch:
                    break
                for article_id, title, body, lang in batch:
                    words = words_of(title, body, lang)
                    values = {"length": len(words), "tokens": " ".join(words)}
                    connection.execute(
                        update(article_words).where(article_words.c.article_id == article_id).values(**values)
                    )
            done, last_id = done + len(batch), batch[-1][0]
            if progress is not None:
                progress("words", done, total)
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.execute(text("INSERT INTO article_fts(article_fts) VALUES ('rebuild')"))
    finally:
        engine.dispose()
    return done


def outdate_vectors(url: str, model: ModelId | None) -> int:
    """Drop the vectors of every other model, with None of all; their articles wait to be enriched again. Returns how many.

    Blocking.
    """
    others = true() if model is None else article_vector.c.model != model
    engine = open_engine(locate(url))
    done = 0
    try:
        while True:
            with engine.begin() as connection:
                query = select(article_vector.c.article_id).where(others).limit(_BATCH)
                ids = connection.scalars(query).all()
                if not ids:
                    return done
                connection.execute(delete(article_vector).where(article_vector.c.article_id.in_(ids)))
                # as `Articles.enrich_again`
                again = article.c.id.in_(ids) & (article.c.enriched_revision == article.c.revision)
                connection.execute(update(article).where(again).values(enriched_revision=0))
            done += len(ids)
    finally:
        engine.dispose()


def _next(connection: Connection, after: int) -> list[tuple[int, str, str, str | None]]:
    query = (
        select(article.c.id, article.c.title, article_text.c.text, article.c.lang)
        .join(article_words, article_words.c.article_id == article.c.id)
        .join(
            article_text,
            (article_text.c.article_id == article.c.id) & (article_text.c.revision == article.c.enriched_revision),
        )
        .where(article.c.id > after)
        .order_by(article.c.id)
        .limit(_BATCH)
    )
    return [(row.id, row.title, row.text, row.lang) for row in connection.execute(query)]
