"""Notes that end by themselves, sums of use by day, sentences that are doubted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("chat_id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_note_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "kind", name="pk_note"),
    )
    op.create_index("ix_note_until", "note", ["until"])
    op.create_table(
        "usage",
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("on_date", "name", name="pk_usage"),
    )
    op.create_table(
        "doubt",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_doubt_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_doubt_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_doubt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_doubt_article_id", "doubt", ["article_id"])
    op.create_index("ix_doubt_chat_id", "doubt", ["chat_id"])
