"""What a new revision of an article corrects, and the very sentences that each message told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("now", sa.Text(), nullable=False),
        sa.Column("equals", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_correction_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_correction_article_id", "correction", ["article_id"])
    op.create_index("ix_correction_at", "correction", ["at"])
    op.add_column("delivery", sa.Column("sentences", sa.JSON(), nullable=True))
    op.add_column("delivery", sa.Column("corrects", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_delivery_corrects",
        "delivery",
        ["chat_id"],
        sqlite_where=sa.text("corrects = 1"),
        postgresql_where=sa.text("corrects"),
    )
