import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from news.errors import StorageError
from storage.backup import backup, restore
from storage.engine import Database, open_database
from storage.revision import head_revision
from tests.make import NOW, new_source


async def _names(url: str) -> list[str]:
    async with open_database(url) as database, database.open_unit(readonly=True) as unit:
        return [source.name for source in await unit.sources.all()]


async def test_a_live_database_is_backed_up_and_restored(sqlite: Database, tmp_path: Path) -> None:
    url = str(sqlite.location.path)
    async with sqlite.open_unit() as unit:
        await unit.sources.add(new_source(name="kept"))
        await unit.commit()
        await unit.sources.add(new_source(url="https://later.example", name="not committed"))
        size_bytes = await asyncio.to_thread(backup, url, tmp_path / "b.db")
        await unit.commit()
    assert size_bytes == (tmp_path / "b.db").stat().st_size
    assert not (tmp_path / "b.db.part").exists()
    assert await _names(url) == ["kept", "not committed"]
    elsewhere = str(tmp_path / "new" / "place.db")
    assert restore(elsewhere, tmp_path / "b.db", NOW) == (head_revision(), head_revision())
    assert await _names(elsewhere) == ["kept"]
    await sqlite.close()
    restore(url, tmp_path / "b.db", NOW)
    assert await _names(url) == ["kept"]


def test_what_is_no_backup_is_not_restored(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no backup " * 999)
    (tmp_path / "empty").write_bytes(b"")
    for name in ("text", "empty", "missing"):
        with pytest.raises(StorageError) as raised:
            restore(str(sqlite.location.path), tmp_path / name, NOW)
        assert raised.value.code == "backup_unreadable"


def test_backups_that_cannot_be_made(sqlite: Database, tmp_path: Path) -> None:
    cases = [
        (str(tmp_path / "none.db"), tmp_path / "b", "database_missing"),
        ("postgresql://u@h/d", tmp_path / "b", "backup_unsupported"),
        (str(sqlite.location.path), tmp_path / "no" / "folder" / "b", "database_unwritable"),
    ]
    for url, file, code in cases:
        with pytest.raises(StorageError) as raised:
            backup(url, file)
        assert raised.value.code == code
        assert not file.exists()


def test_a_backup_takes_no_other_files_place(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StorageError) as raised:
        backup(str(sqlite.location.path), tmp_path / "thesis.txt")
    assert raised.value.code == "backup_exists"
    assert (tmp_path / "thesis.txt").read_text() == "mine"


async def test_nothing_is_restored_under_a_running_bot(sqlite: Database, tmp_path: Path) -> None:
    url = str(sqlite.location.path)
    await asyncio.to_thread(backup, url, tmp_path / "b.db")
    async with sqlite.open_unit() as unit:
        await unit.deliveries.hold_lease("sender", "me", NOW, timedelta(seconds=30))
        await unit.commit()
    with pytest.raises(StorageError) as raised:
        restore(url, tmp_path / "b.db", NOW + timedelta(seconds=29))
    assert raised.value.code == "database_in_use"
    await sqlite.close()
    assert restore(url, tmp_path / "b.db", NOW + timedelta(seconds=30)) == (head_revision(), head_revision())


async def test_a_damaged_database_is_replaced(sqlite: Database, tmp_path: Path) -> None:
    path = sqlite.location.path
    assert path is not None
    await asyncio.to_thread(backup, str(path), tmp_path / "b.db")
    await sqlite.close()
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    assert restore(str(path), tmp_path / "b.db", NOW) == (head_revision(), head_revision())
    assert await _names(str(path)) == []
    assert path.with_name(f"{path.name}.damaged").read_bytes().startswith(b"SQLite format 3")
