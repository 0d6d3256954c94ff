"""The tables of what is kept for a while, as a sum, or not told any more; the others are in `storage.tables`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text

from storage.columns import AwareUtc, CleanText
from storage.tables import article, chat, metadata

_ID = chat.c.id.type

note = Table(  # of a chat, for a while: `news.notes`
    "note",
    metadata,
    Column("chat_id", _ID, ForeignKey(chat.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("text", CleanText, nullable=False),
    Column("until", AwareUtc, nullable=False, index=True),
)

usage = Table(
    "usage",
    metadata,
    Column("on_date", Text, primary_key=True),  # 2026-11-23
    Column("name", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

doubt = Table(  # a sentence that is not told: to the chat that doubts it, or (no chat) to anybody
    "doubt",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("article_id", _ID, ForeignKey(article.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("chat_id", _ID, ForeignKey(chat.c.id, ondelete="CASCADE"), index=True),
    Column("text", CleanText, nullable=False),
    sqlite_autoincrement=True,
)
