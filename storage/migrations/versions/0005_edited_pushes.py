"""A row of the outbox may take the place of a sent message."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("edits", sa.BigInteger(), nullable=True))
