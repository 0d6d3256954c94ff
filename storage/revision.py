"""Which schema a database has, which one this program needs, and whether pgvector is new enough."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from news.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
_NEEDED_VECTOR = (0, 8)  # iterative_scan came with it


def alembic_config() -> Config:
    """Alembic's settings, without a file: the migrations lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


@cache
def head_revision() -> str:
    """The revision of the newest migration."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None, "there are no migrations"
    return head


@cache
def known_revisions() -> frozenset[str]:
    """The revisions that this program has migrations for."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def current_revision(connection: Connection) -> str:
    """The revision of the stored tables; empty where there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def check_vector_extension(connection: Connection) -> None:
    """Raises StorageError on a PostgreSQL without pgvector or with one before 0.8."""
    if connection.dialect.name != "postgresql":
        return
    query = text(
        "SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'vector'"
    )
    version = connection.execute(query).scalar()
    if version is None:
        raise StorageError(
            "PostgreSQL has no pgvector: install the extension, 0.8 or newer.", code="vector_extension_missing"
        )
    if tuple(int(number) for number in version.split(".")[:2]) < _NEEDED_VECTOR:
        raise StorageError(f"pgvector is {version}, 0.8 is needed.", code="vector_extension_old")
