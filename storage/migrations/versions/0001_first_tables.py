"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HNSW_DIMS = (256, 384, 512, 768, 1024)


class HalfVec(sa.types.UserDefinedType[bytes]):
    """pgvector's type of half precision, without a fixed number of dimensions."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "HALFVEC"


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


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    _create_tables_1()
    _create_tables_2()
    _create_tables_3()
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def _create_tables_1() -> None:
    op.create_table(
        "chat",
        sa.Column("id", ID, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("quiet", sa.JSON(), nullable=False),
        sa.Column("length", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("news_languages", sa.JSON(), nullable=False),
        sa.Column("when_empty", sa.Text(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("previews", sa.Boolean(), nullable=False),
        sa.Column("pushes_per_day", sa.Integer(), nullable=False),
        sa.Column("mutes", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_code", sa.Text(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
        sa.UniqueConstraint("telegram_id", "thread_id", name="uq_chat_telegram_id_thread_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_status_next_due_at_id", "chat", ["status", "next_due_at", "id"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "person",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_person"),
    )
    op.create_table(
        "source",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_from", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("site_url", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("told_failing_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("url", name="uq_source_url"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_name_folded", "source", ["name_folded"], unique=False)
    op.create_index("ix_source_status_next_check_at", "source", ["status", "next_check_at"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_story_last_seen_id", "story", ["last_seen", "id"], unique=False)
    op.create_table(
        "vector_gone",
        sa.Column("id", ID, nullable=False),
        sa.Column("vector_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vector_gone"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("enriched_revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("band_0", sa.Integer(), nullable=False),
        sa.Column("band_1", sa.Integer(), nullable=False),
        sa.Column("band_2", sa.Integer(), nullable=False),
        sa.Column("band_3", sa.Integer(), nullable=False),
        sa.Column("copy_of", ID, nullable=True),
        sa.Column("story_id", ID, nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["copy_of"], ["article.id"], name="fk_article_copy_of", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_article_source_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_article_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("url", name="uq_article_url"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_band_0", "article", ["band_0"], unique=False)
    op.create_index("ix_article_band_1", "article", ["band_1"], unique=False)
    op.create_index("ix_article_band_2", "article", ["band_2"], unique=False)
    op.create_index("ix_article_band_3", "article", ["band_3"], unique=False)
    op.create_index("ix_article_copy_of", "article", ["copy_of"], unique=False)
    op.create_index("ix_article_published_at_id", "article", ["published_at", "id"], unique=False)
    op.create_index("ix_article_read_at", "article", ["read_at"], unique=False)
    op.create_index("ix_article_source_id_guid", "article", ["source_id", "guid"], unique=False)
    op.create_index("ix_article_story_id_published_at_id", "article", ["story_id", "published_at", "id"], unique=False)
    op.create_index(
        "ix_article_unenriched",
        "article",
        ["read_at", "id"],
        unique=False,
        sqlite_where=sa.text("enriched_revision < revision AND removed = 0"),
        postgresql_where=sa.text("enriched_revision < revision AND NOT removed"),
    )


def _create_tables_2() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("stories", sa.JSON(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_delivery_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("chat_id", "key", "part", name="uq_delivery_chat_id_key_part"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"], unique=False)
    op.create_index("ix_delivery_lane_due_at_id", "delivery", ["lane", "due_at", "id"], unique=False)
    op.create_index("ix_delivery_state", "delivery", ["state"], unique=False)
    op.create_index(
        "ix_delivery_unfinished",
        "delivery",
        ["chat_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'claimed', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'claimed', 'sending')"),
    )
    op.create_table(
        "rating",
        sa.Column("chat_id", ID, autoincrement=False, nullable=False),
        sa.Column("story_id", ID, autoincrement=False, nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_rating_chat_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_rating_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "story_id", name="pk_rating"),
    )
    op.create_index("ix_rating_story_id", "rating", ["story_id"], unique=False)
    op.create_table(
        "story_alias",
        sa.Column("alias_id", ID, autoincrement=False, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_alias_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alias_id", name="pk_story_alias"),
    )
    op.create_index("ix_story_alias_story_id", "story_alias", ["story_id"], unique=False)
    op.create_table(
        "story_update",
        sa.Column("id", ID, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_update_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_story_update"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_story_update_story_id_at_version_id", "story_update", ["story_id", "at", "version", "id"], unique=False
    )
    op.create_table(
        "topic",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("query_folded", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_topic_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.UniqueConstraint("chat_id", "query_folded", name="uq_topic_chat_id_query_folded"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_topic_mode_id", "topic", ["mode", "id"], unique=False)
    op.create_table(
        "trace",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_trace_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_trace"),
    )
    op.create_index("ix_trace_at", "trace", ["at"], unique=False)
    op.create_index("ix_trace_url_at_id", "trace", ["url", "at", "id"], unique=False)
    op.create_table(
        "article_text",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_text_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "revision", name="pk_article_text"),
    )


def _create_tables_3() -> None:
    op.create_table(
        "article_vector",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dims", sa.SmallInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vector", sa.LargeBinary().with_variant(HalfVec(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_vector_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_vector"),
        sa.UniqueConstraint("article_id", name="uq_article_vector_article_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_vector_model_published_at", "article_vector", ["model", "published_at"], unique=False)
    op.create_table(
        "article_words",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_words_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_words"),
    )
    op.create_table(
        "enrichment",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("enriched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_enrichment_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "revision", name="pk_enrichment"),
    )
    op.create_table(
        "key_sentences",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_key_sentences_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "revision", name="pk_key_sentences"),
    )
    op.create_table(
        "told",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_told_chat_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_told_delivery_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_told_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_told"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_told_chat_id_story_id_version", "told", ["chat_id", "story_id", "version"], unique=False)
    op.create_index("ix_told_delivery_id", "told", ["delivery_id"], unique=False)
    op.create_index("ix_told_story_id", "told", ["story_id"], unique=False)
