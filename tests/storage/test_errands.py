"""SQLite behind the event loop: what a cancelled task leaves behind, and what a lost connection says."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.engine import Database
from tests.make import new_source


async def test_a_task_that_is_cancelled_while_it_waits_to_write_holds_nothing_afterwards(sqlite: Database) -> None:
    async def write() -> None:
        async with sqlite.open_unit() as unit:
            await unit.sources.add(new_source())
            await unit.commit()

    other = sqlite3.connect(str(sqlite.location.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(write())
    await asyncio.sleep(0.1)  # its BEGIN waits in the thread by now
    writing.cancel()
    other.execute("ROLLBACK")
    await asyncio.gather(writing, return_exceptions=True)
    other.execute("PRAGMA busy_timeout=0")
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()
    await write()


async def test_a_statement_tells_its_rows_columns_and_how_many_it_changed(sqlite: Database) -> None:
    async with sqlite._engine.connect() as connection:
        await connection.execute(text("CREATE TABLE t (a INTEGER PRIMARY KEY, b)"))
        rows = [{"b": each} for each in "xyz"]
        many = await connection.execute(text("INSERT INTO t (b) VALUES (:b)"), rows)
        assert many.rowcount == 3
        one = await connection.execute(text("INSERT INTO t (b) VALUES ('w') RETURNING a, b"))
        assert [tuple(row) for row in one] == [(4, "w")]
        none = await connection.execute(text("SELECT b AS c FROM t WHERE a = 9"))
        assert (list(none.keys()), none.all()) == (["c"], [])
        assert (await connection.execute(text("UPDATE t SET b = 1 WHERE a > 2"))).rowcount == 2
        await connection.rollback()


async def test_a_connection_that_is_closed_under_us_is_not_used_again(sqlite: Database) -> None:
    async with sqlite._engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.close()
        with pytest.raises(OperationalError, match="connection closed"):
            await connection.execute(text("SELECT 1"))
    async with sqlite.open_unit(readonly=True) as unit:
        assert await unit.sources.all() == []


async def test_a_transaction_begins_with_its_first_statement_and_keeps_others_from_writing(sqlite: Database) -> None:
    other = sqlite3.connect(str(sqlite.location.path), isolation_level=None)
    other.execute("PRAGMA busy_timeout=0")
    async with sqlite.open_unit() as unit:
        other.execute("BEGIN IMMEDIATE")  # nothing was asked for yet: nothing is held
        other.execute("ROLLBACK")
        assert await unit.sources.all() == []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        await unit.sources.add(new_source())
        await unit.commit()
        other.execute("BEGIN IMMEDIATE")  # the next transaction of the unit has no statement yet
        other.execute("ROLLBACK")
    other.close()
    async with sqlite.open_unit() as unit:
        assert len(await unit.sources.all()) == 1
        await unit.commit()
