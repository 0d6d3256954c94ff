"""Makes the word index anew from the stored texts, after the tokens changed or where the index is in doubt.

Runs beside a live program: a batch a transaction. Raises StorageError, with the codes of `storage.failures`.
"""

from sqlalchemy import Connection, func, select, text, update

from news.ports import Progress
from storage.engine import open_engine
from storage.enrichments import words_of
from storage.location import locate
from storage.tables import article, article_text, article_words

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
