import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from news.audience import Address, DeliveryKind, DeliveryState, NewDelivery, OutMessage
from news.ids import ChatId, StoryId
from storage.engine import Database
from tests.make import NOW, chat, new_article, new_source, story_update

LEASE = timedelta(minutes=1)


def _row(
    chat_id: ChatId, key: str = "digest:2023-03-21:08:00", part: int = 0, story: StoryId | None = None
) -> NewDelivery:
    return NewDelivery(
        chat_id=chat_id,
        key=key,
        part=part,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html="x"),
        stories=() if story is None else ((story, 1),),
        not_before=NOW,
    )


SENDER = """
import asyncio, os, sys
from datetime import datetime, timedelta
from storage.engine import open_database

async def main():
    now = datetime.fromisoformat(sys.argv[2])
    async with open_database(sys.argv[1]) as database:
        async with database.open_unit() as unit:
            rows = await unit.deliveries.claim(now, lease=timedelta(minutes=1), limit=2)
            await unit.commit()
        async with database.open_unit() as unit:
            assert await unit.deliveries.fence(rows[0], now)
            await unit.commit()
        async with database.open_unit() as unit:
            await unit.deliveries.sent(rows[0].id, 7, now)
            os._exit(9)  # before the commit: nobody knows whether it went

asyncio.run(main())
"""


@pytest.mark.slow
async def test_a_sender_that_dies_leaves_one_row_in_doubt(database: Database) -> None:
    async with database.open_unit() as unit:
        source = await unit.sources.add(new_source())
        (article_id,) = await unit.articles.add([new_article(source_id=source.id)])
        story = await unit.stories.create(article_id, "T", story_update(article_id))
        chats = [await unit.chats.add(chat(address=Address(n))) for n in (1, 2, 3)]
        await unit.deliveries.add([_row(each.id, story=story) for each in chats], NOW)
        await unit.commit()
    url = database.location.async_url.render_as_string(hide_password=False)
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDER, url, NOW.isoformat(), stderr=subprocess.PIPE
    )
    _, errors = await program.communicate()
    assert program.returncode == 9, errors.decode()
    async with database.open_unit() as unit:
        (left,) = await unit.deliveries.leftovers()
        assert (left.chat_id, left.state) == (chats[0].id, DeliveryState.SENDING)
        assert (await unit.chats.told(left.chat_id, [story]))[story] == (1, NOW)  # still coming, for composing
        at_once = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert [row.chat_id for row in at_once] == [chats[2].id]
        after = await unit.deliveries.claim(NOW + LEASE, lease=LEASE, limit=9)
        assert [row.chat_id for row in after] == [chats[1].id, chats[2].id]


async def test_two_claimers_share_the_work(database: Database) -> None:
    async with database.open_unit() as unit:
        chats = [await unit.chats.add(chat(address=Address(n + 1))) for n in range(40)]
        await unit.deliveries.add([_row(each.id) for each in chats], NOW)
        await unit.commit()

    async def claim() -> list[int]:
        async with database.open_unit() as unit:
            rows = await unit.deliveries.claim(NOW, lease=LEASE, limit=10)
            await asyncio.sleep(0.01)
            await unit.commit()
            return [row.id for row in rows]

    claimed = [number for numbers in await asyncio.gather(*(claim() for _ in range(4))) for number in numbers]
    assert len(claimed) == len(set(claimed)) == 40


async def test_two_who_want_a_lease(database: Database) -> None:
    async def want(holder: str) -> bool:
        async with database.open_unit() as unit:
            got = await unit.deliveries.hold_lease("sender", holder, NOW, LEASE)
            await unit.commit()
            return got

    assert sorted(await asyncio.gather(*(want(str(n)) for n in range(4)))) == [False, False, False, True]


async def test_two_planners_write_a_slot_once(database: Database) -> None:
    async with database.open_unit() as unit:
        one = await unit.chats.add(chat())
        await unit.commit()

    async def plan() -> None:
        async with database.open_unit() as unit:
            await unit.deliveries.add([_row(one.id, part=part) for part in range(3)], NOW)
            await unit.commit()

    await asyncio.gather(*(plan() for _ in range(4)))
    async with database.open_unit(readonly=True) as unit:
        assert (await unit.deliveries.counts(NOW))["pending"] == 3


async def _plan(database: Database, statement: str) -> str:
    explain = "EXPLAIN QUERY PLAN" if database.location.path else "EXPLAIN"
    async with database.open_unit() as unit:
        connection = unit.sources._connection
        if database.location.path is None:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = await connection.execute(text(f"{explain} {statement}"))
        return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            "SELECT id FROM delivery WHERE lane = 1 AND due_at <= '2023-01-01' ORDER BY due_at, id LIMIT 20",
            "ix_delivery_lane_due_at_id",
        ),
        (
            "SELECT id FROM delivery WHERE chat_id = 1 AND state IN ('pending', 'claimed', 'sending')",
            "ix_delivery_unfinished",
        ),
        (
            "SELECT id FROM chat WHERE status = 'active' AND next_due_at <= '2023-01-01'",
            "ix_chat_status_next_due_at_id",
        ),
        ("SELECT id FROM article WHERE band_0 = 1 AND read_at > '2023-01-01'", "ix_article_band_0"),
        (
            "SELECT id FROM article WHERE published_at >= '2023-01-01' ORDER BY published_at, id",
            "ix_article_published_at_id",
        ),
        ("SELECT story_id FROM told WHERE chat_id = 1 AND story_id IN (1, 2)", "ix_told_chat_id_story_id_version"),
    ],
)
async def test_ticks_read_an_index(database: Database, statement: str, index: str) -> None:
    assert index in await _plan(database, statement)


async def test_the_unenriched_are_read_from_their_own_index(database: Database) -> None:
    removed = "removed = 0" if database.location.path else "NOT removed"
    statement = f"SELECT id FROM article WHERE enriched_revision < revision AND {removed} ORDER BY read_at, id LIMIT 5"
    assert "ix_article_unenriched" in await _plan(database, statement)
