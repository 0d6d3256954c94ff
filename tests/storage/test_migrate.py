import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from news.errors import StorageError
from storage.engine import open_database, open_engine
from storage.location import locate
from storage.migrate import migrate
from storage.revision import MIGRATIONS, alembic_config, head_revision
from storage.tables import metadata
from tests.databases import new_postgres, new_sqlite


def test_there_is_one_head() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [head_revision()]


def _sqlite_schema(url: str) -> dict[str, Any]:
    """Every table's columns, keys and indexes, and the other objects as they were written."""
    engine = open_engine(locate(url))
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        tables = [name for name in inspector.get_table_names() if "fts" not in name and name != "alembic_version"]
        schema: dict[str, Any] = {name: _table(inspector, name) for name in sorted(tables)}
        others = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%VIRTUAL%' OR sql LIKE '%INDEX%'"
        )
        schema["others"] = {name: " ".join(sql.split()) for name, sql in others}
        numbered = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
        schema["autoincrement"] = sorted(numbered.scalars())
    engine.dispose()
    return schema


def _table(inspector: sa.Inspector, name: str) -> dict[str, Any]:
    columns = {
        each["name"]: (str(each["type"]), each["nullable"], each["default"]) for each in inspector.get_columns(name)
    }
    keys = inspector.get_pk_constraint(name)["constrained_columns"]
    foreign = sorted(
        (each["name"] or "", each["constrained_columns"], each["referred_table"], sorted(each["options"].items()))
        for each in inspector.get_foreign_keys(name)
    )
    unique = sorted((each["name"] or "", each["column_names"]) for each in inspector.get_unique_constraints(name))
    return {"columns": columns, "key": keys, "foreign": foreign, "unique": unique}


def _postgresql_schema(url: str) -> dict[str, Any]:
    engine = open_engine(locate(url))
    queries = {
        "columns": "SELECT table_name, column_name, udt_name, is_nullable, column_default, generation_expression"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "constraints": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "functions": "SELECT proname, prosrc FROM pg_proc WHERE proname = 'tokens_to_tsvector'",
    }
    with engine.connect() as connection:
        found = {what: sorted(map(str, connection.exec_driver_sql(query))) for what, query in queries.items()}
    engine.dispose()
    return {what: [line for line in lines if "alembic" not in line] for what, lines in found.items()}


def test_migrations_make_the_schema_of_the_models_on_sqlite(tmp_path: Path) -> None:
    engine = open_engine(locate(str(tmp_path / "models.db")))
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()
    made = _sqlite_schema(new_sqlite(tmp_path))
    assert made == _sqlite_schema(str(tmp_path / "models.db"))
    assert len(made) > 15


@pytest.mark.postgres
def test_migrations_make_the_schema_of_the_models_on_postgresql() -> None:
    with new_postgres() as migrated, new_postgres(migrated=False) as modelled:
        engine = open_engine(locate(modelled))
        with engine.begin() as connection:
            metadata.create_all(connection)
        engine.dispose()
        made = _postgresql_schema(migrated)
        assert made == _postgresql_schema(modelled)
        assert len(made["columns"]) > 100


def test_migrations_do_not_change_with_the_program() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    assert files
    for file in files:
        assert not re.search(r"^\s*(from|import) (storage|news|bot)\b", file.read_text(), re.MULTILINE), file.name


@pytest.mark.postgres
def test_an_old_pgvector_is_said_before_anything_is_done() -> None:
    with new_postgres(migrated=False) as url:
        engine = open_engine(locate(url))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION vector")
            connection.exec_driver_sql("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")
        with pytest.raises(StorageError) as raised:
            migrate(url)
        assert raised.value.code == "vector_extension_old"
        with engine.connect() as connection:
            assert sa.inspect(connection).get_table_names() == []
        engine.dispose()


def _race(url: str) -> None:
    """Three programs start at the same moment."""
    program = "import sys; from storage.migrate import migrate; print(*migrate(sys.argv[1]), sep='>')"
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", program, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    results = [starter.communicate(timeout=60) for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0], results
    head = head_revision()
    assert sorted(out.strip() for out, _ in results) == sorted([f">{head}", f"{head}>{head}", f"{head}>{head}"])


@pytest.mark.slow
def test_three_starters_at_once_on_sqlite(tmp_path: Path) -> None:
    _race(str(tmp_path / "deep" / "er" / "new.db"))


@pytest.mark.slow
@pytest.mark.postgres
def test_three_starters_at_once_on_postgresql() -> None:
    with new_postgres(migrated=False) as url:
        _race(url)


def test_tables_of_a_later_program_are_left_alone(tmp_path: Path) -> None:
    url = new_sqlite(tmp_path)
    engine = open_engine(locate(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StorageError) as raised:
        migrate(url)
    assert raised.value.code == "database_too_new"


async def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    async with open_database(str(tmp_path / "empty.db")) as database:
        with pytest.raises(StorageError) as raised:
            await database.check()
        assert raised.value.code == "database_not_migrated"
        with pytest.raises(StorageError) as raised:
            async with database.open_unit(readonly=True) as unit:
                await unit.sources.all()
        assert raised.value.code == "database_not_migrated"
