"""The sender over real HTTP: killed in the middle, refused, blocked, moved, and never a digest lost."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import broadcasts
from benchmarks.broadcasts import Telegram
from news.audience import Address, ChatKind, ChatStatus, DeliveryKind, DeliveryState, NewDelivery, OutMessage
from news.chats import ChatService
from storage.engine import Database, open_database
from tests.databases import new_sqlite

FAST = ("--rate", "200", "--gap", "0")


class Stage:
    """A playground and a database."""

    def __init__(self, server: Telegram, database: Database, url: str) -> None:
        self.server = server
        self.database = database
        self.url = url

    async def broadcast(self, chats: list[int], parts: int = 1, *options: str) -> dict[str, float]:
        await broadcasts.write_digests(self.database, chats, parts, DeliveryKind.DIGEST)
        return await self.send(*options)

    async def send(self, *options: str) -> dict[str, float]:
        async with broadcasts.sender(self.url, self.server, *(options or FAST)):
            await broadcasts.until_done(self.database, 60)
        return await broadcasts.states(self.database)

    async def fault(self, **fields: Any) -> None:
        await self.server.order("faults", {"method": "sendMessage", **fields})

    async def status(self, chat: int) -> ChatStatus:
        found = await ChatService(self.database.open_unit).get(Address(chat))
        assert found is not None
        return found.status


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    url = new_sqlite(tmp_path)
    async with broadcasts.telegram() as server, open_database(url) as database:
        yield Stage(server, database, url)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.PUSH])
async def test_kill_9_loses_no_digest_and_repeats_no_push(stage: Stage, kind: DeliveryKind) -> None:
    chats = await stage.server.people(60)
    await stage.server.order("latency", {"ms": 30})
    await broadcasts.write_digests(stage.database, chats, 2, kind)
    killed = await broadcasts.killed_broadcast(
        stage.database, stage.url, stage.server, 2, random.Random(7), "--rate", "60", "--gap", "0"
    )
    found = await broadcasts.got(stage.server, chats, 2)
    assert killed == 2
    assert found.unordered == []
    if kind is DeliveryKind.DIGEST:
        assert found.lost == []
        assert found.repeats <= 3 * killed
    else:
        assert found.repeats == 0
        assert len(found.lost) <= 3 * killed


@pytest.mark.slow
async def test_faults_of_the_network_and_of_telegram_lose_nothing(stage: Stage) -> None:
    chats = await stage.server.people(40)
    await stage.fault(kind="no_answer", chat_id=chats[0])  # accepted, then silence: sent once more
    await stage.fault(kind="truncated", chat_id=chats[1])  # accepted, the answer is cut off
    await stage.fault(kind="refuse", chat_id=chats[2])
    await stage.fault(
        kind="answer",
        chat_id=chats[3],
        error_code=429,
        description="Too Many Requests: retry after 1",
        parameters={"retry_after": 1},
    )
    states = await stage.broadcast(chats, 1, *FAST)
    found = await broadcasts.got(stage.server, chats, 1)
    assert states["sent"] == 40
    assert found.lost == []
    assert set(found.twice) <= {f"{chats[0]}:0", f"{chats[1]}:0"}
    assert await stage.server.texts(chats[3]) == [f"{chats[3]}:0"]


@pytest.mark.slow
async def test_chats_that_are_gone_moved_or_broken_harm_no_other(stage: Stage) -> None:
    chats = await stage.server.people(12)
    blocked, broken, fine = chats[0], chats[1], chats[2:]
    await stage.server.order(f"chats/{blocked}/block", {"user": blocked})
    await stage.fault(
        kind="answer",
        chat_id=broken,
        error_code=400,
        description="Bad Request: can't parse entities: Unexpected end tag at byte offset 3",
    )
    group = (await stage.server.order("chats", {"type": "group", "title": "G", "users": [chats[3]]}))["id"]
    now_at = (await stage.server.order(f"chats/{group}/migrate"))["id"]
    service = ChatService(stage.database.open_unit)
    moved = await service.open(Address(group), ChatKind.GROUP, datetime.now(UTC))
    for chat in chats:
        opened = await service.open(Address(chat), ChatKind.PRIVATE, moved.created_at)
        await service.subscribe(opened.id, moved.created_at)
    row = NewDelivery(
        chat_id=moved.id,
        key=broadcasts.KEY,
        part=0,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html="<b>to the group</b>"),
        not_before=moved.created_at,
    )
    async with stage.database.open_unit() as unit:
        await unit.deliveries.add([row], moved.created_at)
        await unit.commit()
    states = await stage.broadcast(chats, 2)
    assert states[DeliveryState.DROPPED] == 2
    assert await stage.status(blocked) is ChatStatus.BLOCKED
    assert await stage.server.texts(broken) == [f"{broken}:0", f"{broken}:1"]
    assert await stage.server.texts(now_at) == ["to the group"]
    found = await broadcasts.got(stage.server, fine, 2)
    assert (found.lost, found.repeats) == ([], 0)


@pytest.mark.slow
async def test_a_strict_server_refuses_nothing_and_a_stop_is_clean(stage: Stage) -> None:
    chats = await stage.server.people(40)
    await stage.server.order("flood", {"preset": "strict"})
    await broadcasts.write_digests(stage.database, chats, 1, DeliveryKind.DIGEST)
    async with broadcasts.sender(stage.url, stage.server) as process:
        await broadcasts.until_sent(stage.database, 10, 30)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    states = await broadcasts.states(stage.database)
    assert states[DeliveryState.SENDING] == states[DeliveryState.CLAIMED] == 0
    assert states[DeliveryState.PENDING] > 0
    await stage.send("--rate", "25")
    found = await broadcasts.got(stage.server, chats, 1)
    assert (found.lost, found.repeats) == ([], 0)
    asked = (await stage.server.order("requests", method="GET"))["requests"]
    statuses = [entry["status"] for entry in asked if entry["method"].lower() == "sendmessage"]
    assert statuses == [200] * 40
