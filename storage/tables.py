"""The tables, for SQLite and PostgreSQL alike; what only one of them has is in `storage.indexes`.

The migrations hold the same schema a second time, on purpose: a migration must not change when this file does. A test
compares the two.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.columns import AwareUtc, CleanText, Embedding, Seconds, Unsigned64

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite numbers rows by itself only where the type is INTEGER; PostgreSQL's INTEGER ends at 2 thousand million.
_Id = BigInteger().with_variant(Integer, "sqlite")

source = Table(
    "source",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("url", CleanText, nullable=False, unique=True),
    Column("name", CleanText, nullable=False),
    Column("name_folded", CleanText, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("text_from", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("category", CleanText),
    Column("site_url", CleanText),
    Column("added_at", AwareUtc, nullable=False),
    Column("added_by", BigInteger),
    Column("removed", Boolean, nullable=False, default=False),
    Column("etag", CleanText),
    Column("last_modified", CleanText),
    Column("interval", Seconds, nullable=False),
    Column("next_check_at", AwareUtc),
    Column("last_read_at", AwareUtc),
    Column("last_success_at", AwareUtc),
    Column("newest_at", AwareUtc),
    Column("baseline_at", AwareUtc),
    Column("error_code", Text),
    Column("error_message", CleanText),
    Column("failing_since", AwareUtc),
    Column("failures", Integer, nullable=False),
    Column("told_failing_at", AwareUtc),
    Index(None, "status", "next_check_at"),
    sqlite_autoincrement=True,
)

story = Table(
    "story",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("first_seen", AwareUtc, nullable=False),
    Column("last_seen", AwareUtc, nullable=False),
    Index(None, "last_seen", "id"),
    sqlite_autoincrement=True,
)

story_alias = Table(
    "story_alias",
    metadata,
    Column("alias_id", _Id, primary_key=True, autoincrement=False),
    Column("story_id", _Id, ForeignKey(story.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # of the story when the two became one
    Column("merged_at", AwareUtc, nullable=False),
)

article = Table(
    "article",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source_id", _Id, ForeignKey(source.c.id), nullable=False),
    Column("url", CleanText, nullable=False, unique=True),
    Column("guid", CleanText),
    Column("title", CleanText, nullable=False),
    Column("author", CleanText),
    Column("published_at", AwareUtc, nullable=False),
    Column("dated", Boolean, nullable=False),
    Column("read_at", AwareUtc, nullable=False, index=True),
    Column("lang", Text),
    Column("site", CleanText),
    Column("publisher", CleanText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("image_url", CleanText),
    Column("whole", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("enriched_revision", Integer, nullable=False),  # 0: none yet
    Column("fingerprint", Unsigned64, nullable=False),
    # The fingerprint in four parts: of two that differ in 3 bits one part at least is equal.
    Column("band_0", Integer, nullable=False, index=True),
    Column("band_1", Integer, nullable=False, index=True),
    Column("band_2", Integer, nullable=False, index=True),
    Column("band_3", Integer, nullable=False, index=True),
    Column("copy_of", _Id, ForeignKey("article.id", ondelete="SET NULL"), index=True),
    Column("story_id", _Id, ForeignKey(story.c.id)),
    Column("removed", Boolean, nullable=False, default=False),
    Index(None, "source_id", "guid"),
    Index(None, "published_at", "id"),
    Index(None, "story_id", "published_at", "id"),
    Index(
        "ix_article_unenriched",
        "read_at",
        "id",
        sqlite_where=text("enriched_revision < revision AND removed = 0"),
        postgresql_where=text("enriched_revision < revision AND NOT removed"),
    ),
    sqlite_autoincrement=True,
)

article_text = Table(
    "article_text",
    metadata,
    Column("article_id", _Id, ForeignKey(article.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("title", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("read_at", AwareUtc, nullable=False),
    Column("fingerprint", Unsigned64, nullable=False),
)

enrichment = Table(
    "enrichment",
    metadata,
    Column("article_id", _Id, ForeignKey(article.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("lang", Text),
    Column("sentences", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("enriched_at", AwareUtc, nullable=False),
)

key_sentences = Table(  # one row for all of a revision's: they are always read together
    "key_sentences",
    metadata,
    Column("article_id", _Id, ForeignKey(article.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("sentences", JSON, nullable=False),  # [[index, text, has a vector], …]
    Column("model", Text),
    Column("vectors", LargeBinary, nullable=False),  # float16, those that have one, end to end
)

article_vector = Table(
    "article_vector",
    metadata,
    # Grows with each insert and is never used again, so that a cache knows what is new to it.
    Column("id", _Id, primary_key=True),
    Column(
        "article_id",
        _Id,
        ForeignKey(article.c.id, ondelete="CASCADE"),
        nullable=False,
        unique=True,
        autoincrement=False,
    ),
    Column("model", Text, nullable=False),
    Column("dims", SmallInteger, nullable=False),
    Column("published_at", AwareUtc, nullable=False),
    Column("vector", Embedding, nullable=False),
    Index(None, "model", "published_at"),
    sqlite_autoincrement=True,
)

vector_gone = Table(  # filled by a trigger, for the cache of vectors
    "vector_gone",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("vector_id", _Id, nullable=False),
    sqlite_autoincrement=True,
)

article_words = Table(
    "article_words",
    metadata,
    Column("article_id", _Id, ForeignKey(article.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),  # number of tokens
    Column("tokens", Text, nullable=False),  # as storage.tokens made them, parted by blanks
)

trace = Table(
    "trace",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("url", CleanText, nullable=False),
    Column("at", AwareUtc, nullable=False, index=True),
    Column("source_id", _Id, ForeignKey(source.c.id)),
    Column("outcome", Text, nullable=False),
    Column("detail", CleanText, nullable=False),
    Index(None, "url", "at", "id"),
)

story_update = Table(
    "story_update",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("story_id", _Id, ForeignKey(story.c.id, ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", AwareUtc, nullable=False),
    Column("article_id", _Id, nullable=False),
    Column("sentences", JSON, nullable=False),
    Index(None, "story_id", "at", "version", "id"),
    sqlite_autoincrement=True,
)

story_writing = Table(  # what a model made of a story, by version; earlier ones may have been told
    "story_writing",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("story_id", _Id, ForeignKey(story.c.id, ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),  # 0: of a story that became part of this one
    Column("lang", Text),
    Column("model", Text, nullable=False),
    Column("sentences", JSON, nullable=False),
    Index(None, "story_id", "version", "id"),
    sqlite_autoincrement=True,
)

chat = Table(
    "chat",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),  # 0: none, so that the pair can be unique
    Column("kind", Text, nullable=False),
    Column("title", CleanText),
    Column("status", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("times", JSON, nullable=False),
    Column("weekdays", JSON, nullable=False),
    Column("quiet", JSON, nullable=False),  # empty: none
    Column("length", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("news_languages", JSON, nullable=False),
    Column("when_empty", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("previews", Boolean, nullable=False),
    Column("pushes_per_day", Integer, nullable=False),
    Column("mutes", JSON, nullable=False),
    Column("paused_until", AwareUtc),
    Column("next_due_at", AwareUtc),
    Column("blocked_code", Text),
    Column("settled", Boolean, nullable=False),
    Column("created_at", AwareUtc, nullable=False),
    UniqueConstraint("telegram_id", "thread_id"),
    Index(None, "status", "next_due_at", "id"),
    sqlite_autoincrement=True,
)

topic = Table(
    "topic",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", _Id, ForeignKey(chat.c.id, ondelete="CASCADE"), nullable=False),
    Column("query", CleanText, nullable=False),
    Column("query_folded", CleanText, nullable=False),
    Column("mode", Text, nullable=False),
    Column("created_at", AwareUtc, nullable=False),
    UniqueConstraint("chat_id", "query_folded"),
    Index(None, "mode", "id"),
    sqlite_autoincrement=True,
)

rating = Table(
    "rating",
    metadata,
    Column("chat_id", _Id, ForeignKey(chat.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("story_id", _Id, ForeignKey(story.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("value", SmallInteger, nullable=False),
    Column("at", AwareUtc, nullable=False),
    Index(None, "story_id"),
)

person = Table(
    "person",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("since", AwareUtc, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", _Id, ForeignKey(chat.c.id, ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("lane", SmallInteger, nullable=False),  # 0: pushes and notices, 1: digests
    Column("message", JSON, nullable=False),
    Column("stories", JSON, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("sentences", JSON(none_as_null=True)),  # told, with what each cites; NULL: written before they were kept
    Column("corrects", Boolean, nullable=False, server_default=false()),  # some of them correct what was told before
    Column("state", Text, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("unknowns", Integer, nullable=False),
    Column("not_before", AwareUtc, nullable=False),
    Column("due_at", AwareUtc),  # when it may be claimed: not_before, or the end of a claim's lease; NULL: never
    Column("created_at", AwareUtc, nullable=False, index=True),
    Column("lease_until", AwareUtc),
    Column("message_id", BigInteger),
    Column("edits", BigInteger),  # the sent message whose place it takes
    Column("sent_at", AwareUtc),
    Column("error_code", Text),
    UniqueConstraint("chat_id", "key", "part"),
    Index(None, "lane", "due_at", "id"),
    Index("ix_delivery_corrects", "chat_id", sqlite_where=text("corrects = 1"), postgresql_where=text("corrects")),
    Index(
        "ix_delivery_unfinished",
        "chat_id",
        "id",
        sqlite_where=text("state IN ('pending', 'claimed', 'sending')"),
        postgresql_where=text("state IN ('pending', 'claimed', 'sending')"),
    ),
    sqlite_autoincrement=True,
)

told = Table(  # the ledger: one row each time a chat was told a story
    "told",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", _Id, ForeignKey(chat.c.id, ondelete="CASCADE"), nullable=False),
    Column("story_id", _Id, ForeignKey(story.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("told_at", AwareUtc, nullable=False),
    Column("delivery_id", _Id, ForeignKey(delivery.c.id, ondelete="SET NULL"), index=True),
    Index(None, "chat_id", "story_id", "version"),
    sqlite_autoincrement=True,
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", AwareUtc, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    Column("code", Text, primary_key=True),
    Column("until", AwareUtc, nullable=False),
    Column("uses", Integer, nullable=False),  # that are left
    Column("made_by", BigInteger, nullable=False),
)

admin_action = Table(
    "admin_action",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", AwareUtc, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", CleanText, nullable=False),
    sqlite_autoincrement=True,
)

correction = Table(  # what the latest revision of an article no longer says
    "correction",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("article_id", _Id, ForeignKey(article.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),  # that says `now`
    Column("told", CleanText, nullable=False),
    Column("now", CleanText, nullable=False),
    Column("equals", JSON, nullable=False),  # sentences told of the article that say the same as `now`
    Column("at", AwareUtc, nullable=False, index=True),
    sqlite_autoincrement=True,
)
