import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from news.entities import NewSource
from news.errors import StorageError
from news.ports import UnitOfWork
from storage.engine import Database, open_database
from storage.location import locate
from storage.revision import head_revision
from tests.databases import new_postgres, postgres_server, postgres_url
from tests.make import new_source


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://x/y",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        ":memory:",
        "sqlite:///x.db?mode=ro",
        "postgresql+psycopg://u:secret@host",
        "postgresql://[bad",
        "/",
    ],
)
def test_a_wrong_url_is_said_at_once_without_its_password(url: str) -> None:
    with pytest.raises(StorageError) as raised:
        locate(url)
    assert raised.value.code == "database_url_wrong"
    assert "secret" not in raised.value.message
    assert "sqlite+aiosqlite:///FILE" in raised.value.message


@pytest.mark.parametrize("url", ["x/y.db", "sqlite:///x/y.db", "sqlite+aiosqlite:///x/y.db"])
def test_a_file_may_be_written_in_three_ways(url: str) -> None:
    assert locate(url).path == Path("x/y.db")
    assert locate(url).async_url.render_as_string() == "sqlite+aiosqlite:///x/y.db"


def test_the_password_is_not_shown() -> None:
    location = locate("postgres://u:secret@host:1/name")
    assert location.shown == "postgresql+psycopg://u:***@host:1/name"
    assert location.async_url.password == "secret"


async def test_the_report_of_a_healthy_database(database: Database) -> None:
    report = await database.check()
    assert report.revision == report.head == head_revision()
    assert report.engine == ("sqlite" if database.location.path else "postgresql")
    assert report.size_bytes > 10_000
    assert int(report.server_version.split(".")[0]) >= 3


async def _code(url: str) -> str:
    async with open_database(url) as database:
        with pytest.raises(StorageError) as raised:
            await database.check()
        assert raised.value.__cause__ is not None
        return raised.value.code


async def test_failures_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is no database, however long it is." * 99)
    assert await _code(str(tmp_path / "text.db")) == "database_corrupt"
    assert await _code(str(tmp_path / "no" / "folder" / "x.db")) == "database_unwritable"
    # The driver does not wait for the thread of a connection that failed; the loop must not close before it ends.
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 10)


@pytest.mark.postgres
async def test_failures_of_a_server() -> None:
    assert await _code("postgresql+psycopg://u:p@127.0.0.1:9/x") == "database_down"
    assert await _code(postgres_url("no_such_database")) == "database_missing"
    assert await _code(postgres_url("postgres").replace("postgres:@", "nobody:@")) in {
        "database_missing",
        "database_denied",
    }


@pytest.mark.postgres
async def test_a_server_that_cuts_the_connection(postgresql: Database) -> None:
    async with postgresql.open_unit() as unit:
        await unit.sources.add(new_source())
        postgres_server().psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'")
        with pytest.raises(StorageError) as raised:
            await unit.sources.all()
        assert raised.value.code == "database_down"
    async with postgresql.open_unit() as unit:  # the next one connects anew
        assert await unit.sources.all() == []


async def _add_all(unit: UnitOfWork, sources: list[NewSource]) -> None:
    for source in sources:
        await unit.sources.add(source)


async def test_a_full_disk_is_said_and_does_no_damage(sqlite: Database) -> None:
    async with sqlite.open_unit() as unit:
        await unit.sources.add(new_source())
        await unit.commit()
        pages = (await unit.sources._connection.execute(text("PRAGMA page_count"))).scalar_one()
        await unit.sources._connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        long = [new_source(url=f"https://{number}.example/{'x' * 500}") for number in range(2_000)]
        with pytest.raises(StorageError) as raised:
            await _add_all(unit, long)
        assert raised.value.code == "database_full"
    async with sqlite.open_unit(readonly=True) as unit:
        assert len(await unit.sources.all()) == 1


async def test_faults_of_ours_pass_as_they_are(database: Database) -> None:
    async with database.open_unit() as unit:
        with pytest.raises(IntegrityError):
            await unit.sources._connection.execute(text("INSERT INTO story_alias VALUES (1, 99, 1, '2023-01-01')"))


async def test_a_read_only_unit_cannot_write(postgresql: Database) -> None:
    async with postgresql.open_unit(readonly=True) as unit:
        with pytest.raises(StorageError) as raised:
            await unit.sources.add(new_source())
    assert raised.value.code == "database_unwritable"


COUNTING = """
import asyncio, sys
from dataclasses import replace
from news.ids import SourceId
from storage.engine import open_database

async def main():
    async with open_database(sys.argv[1]) as database:
        for _ in range(15):
            async with database.open_unit() as unit:
                source = await unit.sources.get(SourceId(1))
                state = replace(source.state, failures=source.state.failures + 1)
                await unit.sources.save(replace(source, state=state))
                await unit.commit()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_four_processes_lose_nothing(database: Database) -> None:
    async with database.open_unit() as unit:
        await unit.sources.add(new_source())
        await unit.commit()
    url = database.location.async_url.render_as_string(hide_password=False)
    programs = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", COUNTING, url, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    errors = [(await program.communicate())[1].decode() for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0, 0], errors
    async with database.open_unit(readonly=True) as unit:
        (source,) = await unit.sources.all()
    assert source.state.failures == 60


@pytest.mark.postgres
async def test_a_server_without_our_tables_is_not_ready() -> None:
    with new_postgres(migrated=False) as url:
        async with open_database(url) as database:
            with pytest.raises(StorageError) as raised:
                await database.check()
    assert raised.value.code == "database_not_migrated"
