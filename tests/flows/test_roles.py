"""The program in parts over one PostgreSQL: what a killed worker had begun is done by another, and the digest comes once."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.job_schema import SCHEMA
from tests.databases import new_postgres
from tests.flows.programs import ARTICLES, PATIENCE_S, TOKEN, Feed, Program, Telegram, buttons, words

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_TORCH = "import sys\nsys.modules['torch'] = None\n"  # loaded by each of five processes it takes the most time

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def program(tmp_path: Path, telegram: Telegram, feed: Feed) -> Iterator[Program]:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_TORCH)
    with new_postgres() as url:
        made = Program(
            tmp_path,
            BYLINE_DATABASE_URL=url,
            BYLINE_TELEGRAM_TOKEN=TOKEN,
            BYLINE_TELEGRAM_API_URL=telegram.origin,
            BYLINE_ACCESS="public",
            BYLINE_FETCH_ALLOW=feed.place,
            PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}",
            BYLINE_INGEST_EVERY_S="5",
            BYLINE_ENRICH_EVERY_S="1",
        )
        yield made
        feed.answers.set()
        made.close()


@pytest.mark.timeout(180)
def test_a_killed_worker_costs_nothing(program: Program, telegram: Telegram, feed: Feed) -> None:
    database = psycopg.connect(program.database.replace("+psycopg", ""), autocommit=True)
    program.part("bot")
    parts = [program.part("sender")]
    program.do("sources", "add", feed.url)
    feed.answers.clear()
    asked = feed.asked
    worker = program.part("worker")
    parts.append(program.part("scheduler"))
    _until(lambda: feed.asked > asked)
    worker.kill()  # it has asked for the feed, and waits for the answer
    worker.wait()
    feed.answers.set()
    database.execute(f"UPDATE {SCHEMA}.procrastinate_workers SET last_heartbeat = now() - interval '1 min'")
    parts.append(program.part("worker"))

    reader = telegram.person("Rosa")
    assert "Byline" in words(telegram.ask(reader, "/start"))
    slot = (datetime.now(UTC) - timedelta(minutes=2)).replace(second=0, microsecond=0)
    telegram.ask(reader, f"/subscribe {slot:%H:%M} UTC")
    _until(lambda: _number(database, "SELECT count(*) FROM article WHERE story_id IS NOT NULL") == len(ARTICLES))
    seen = len(telegram.sent(reader))
    database.execute("UPDATE chat SET next_due_at = %s", (slot,))  # as if nobody had composed two minutes ago

    digest = telegram.wait(reader, _is_digest, seen)
    assert "Floods in Pakistan displace thousands" in words(digest)
    for part in parts:
        part.terminate()
    assert [part.wait(timeout=20) for part in parts] == [0] * 3
    assert [_is_digest(message) for message in telegram.sent(reader)[seen:]].count(True) == 1
    assert _number(database, "SELECT count(*) FROM article") == len(ARTICLES)
    assert _number(database, "SELECT count(*) FROM delivery WHERE state <> 'sent'") == 0
    database.close()


def _is_digest(message: dict[str, Any]) -> bool:
    return any(data.startswith("s:card:") for data in buttons(message))


def _number(database: psycopg.Connection[Any], query: str) -> int:
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)
