"""What only one of the two databases has: word indexes, vector indexes, the trigger behind the cache of vectors.

The application makes the tokens (`storage.tokens`); the databases only keep lists of them. FTS5 reads its content from
`article_words` and is kept by triggers; PostgreSQL has a generated tsvector with positions, so that frequencies count.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from storage.tables import metadata

# Dimensions of the sentence models in use; HNSW needs a fixed number, an empty partial index costs nothing.
HNSW_DIMS = (256, 384, 512, 768, 1024)

SQLITE = (
    """CREATE VIRTUAL TABLE article_fts USING fts5(
        tokens, content='article_words', content_rowid='article_id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'")""",
    "CREATE VIRTUAL TABLE article_fts_terms USING fts5vocab('article_fts', 'row')",
    """CREATE TRIGGER article_words_insert AFTER INSERT ON article_words BEGIN
        INSERT INTO article_fts(rowid, tokens) VALUES (new.article_id, new.tokens); END""",
    """CREATE TRIGGER article_words_delete AFTER DELETE ON article_words BEGIN
        INSERT INTO article_fts(article_fts, rowid, tokens) VALUES ('delete', old.article_id, old.tokens); END""",
    """CREATE TRIGGER article_words_update AFTER UPDATE ON article_words BEGIN
        INSERT INTO article_fts(article_fts, rowid, tokens) VALUES ('delete', old.article_id, old.tokens);
        INSERT INTO article_fts(rowid, tokens) VALUES (new.article_id, new.tokens); END""",
    """CREATE TRIGGER article_vector_delete AFTER DELETE ON article_vector BEGIN
        INSERT INTO vector_gone(vector_id) VALUES (old.id); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION tokens_to_tsvector(tokens text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(string_agg('''' || replace(token, '''', '''''') || ''':' || places, ' '), '')::tsvector
        FROM (SELECT token, string_agg(least(place, 16383)::text, ',' ORDER BY place) AS places
              FROM unnest(string_to_array(tokens, ' ')) WITH ORDINALITY AS word(token, place)
              WHERE token <> '' GROUP BY token) AS lexeme $$""",
    "ALTER TABLE article_words ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (tokens_to_tsvector(tokens)) STORED",
    "CREATE INDEX ix_article_words_lexemes ON article_words USING gin (lexemes)",
    *(
        f"""CREATE INDEX ix_article_vector_hnsw_{dims} ON article_vector
        USING hnsw ((vector::halfvec({dims})) halfvec_cosine_ops) WHERE dims = {dims}"""
        for dims in HNSW_DIMS
    ),
)


def _ddl(statement: str, dialect: str) -> ExecutableDDLElement:
    """A statement for one database only; DDL takes % as a format mark."""
    element: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    return element.execute_if(dialect=dialect)


event.listen(metadata, "before_create", _ddl("CREATE EXTENSION IF NOT EXISTS vector", "postgresql"))
for _statement in SQLITE:
    event.listen(metadata, "after_create", _ddl(_statement, "sqlite"))
for _statement in POSTGRESQL:
    event.listen(metadata, "after_create", _ddl(_statement, "postgresql"))
