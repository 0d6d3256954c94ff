"""What a model wrote of a story, out of several reports."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "story_writing",
        sa.Column("id", key, nullable=False),
        sa.Column("story_id", key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_writing_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_story_writing"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_story_writing_story_id_version_id", "story_writing", ["story_id", "version", "id"], unique=False
    )
