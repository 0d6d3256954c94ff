"""Two real processes over one PostgreSQL: one does the ticks, and when it is killed the other does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import new_postgres

PROGRAM = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from bot.tenure import Tenure
from storage.engine import open_database

async def main(url, journal, name):
    async def work(ended):
        while not ended.is_set():
            with open(journal, "a") as lines:
                lines.write(name + "\\n")
            await asyncio.sleep(0.1)

    async with open_database(url) as database:
        tenure = Tenure(
            database.open_unit, "scheduler", lambda: datetime.now(UTC), ttl=timedelta(seconds=4), try_every_s=0.5
        )
        await tenure.run(asyncio.Event(), work)

asyncio.run(main(*sys.argv[1:]))
"""
PATIENCE_S = 60.0


@pytest.mark.slow
@pytest.mark.postgres
def test_a_killed_holder_is_followed_by_the_other(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.touch()

    def start(url: str, name: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        return subprocess.Popen([sys.executable, "-c", PROGRAM, url, str(journal), name], env=environment)

    with new_postgres() as url:
        first = start(url, "first")
        _wait(lambda: "first" in journal.read_text())
        second = start(url, "second")
        time.sleep(3)  # the second has tried by now, or is about to
        assert "second" not in journal.read_text()
        first.kill()
        first.wait()
        try:
            _wait(lambda: "second" in journal.read_text())
        finally:
            second.kill()
            second.wait()
    lines = journal.read_text().split()
    assert lines == sorted(lines), "never both"


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)
