"""A broadcast on loopback for measuring and for tests: a playground, a database with digests for many chats, a sender
process that can be killed, and the count of what people got.
"""

import asyncio
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import make_url

from news.audience import Address, Chat, ChatKind, ChatStatus, DeliveryKind, DeliveryState, NewDelivery, OutMessage
from news.ids import ChatId, StoryId
from storage.engine import Database, open_database
from storage.migrate import migrate

ROOT = Path(__file__).parents[1]
TOKEN = "100001:PLAYGROUND"
KEY = "digest:2023-03-21:08:00"
UNFINISHED = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING)


@dataclass
class Telegram:
    """A playground's control plane."""

    origin: str
    client: httpx.AsyncClient

    async def order(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> dict[str, Any]:
        answer = await self.client.request(method, f"/_control/{path}", json=body if body is not None else {})
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    async def people(self, count: int) -> list[int]:
        """Private chats with the bot."""
        chats: list[int] = (await self.order("people", {"count": count}))["chats"]
        return chats

    async def texts(self, chat_id: int) -> list[str]:
        """What the bot's messages in a chat say, in order."""
        answer = await self.order(f"chats/{chat_id}/messages?scope=bot", method="GET")
        return [message.get("text", "") for message in answer["messages"]]


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """A bare playground in a process of its own."""
    pipe = asyncio.subprocess.PIPE
    command = ("-m", "playground", "--bare", "--with-parent", "--port", "0")
    child = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    assert child.stdout is not None
    assert child.stdin is not None
    ready = json.loads(await asyncio.wait_for(child.stdout.readline(), 60))
    async with httpx.AsyncClient(base_url=ready["origin"], trust_env=False, timeout=60) as client:
        server = Telegram(ready["origin"], client)
        await server.order("bots", {"token": TOKEN, "username": "byline_bot", "first_name": "Byline"})
        try:
            yield server
        finally:
            child.stdin.close()
            child.kill()  # it holds nothing that is needed
            await child.wait()


@asynccontextmanager
async def fresh(server: str | None = None) -> Any:
    """A migrated SQLite file of its own, or an empty database on the PostgreSQL server of that URL."""
    if server is not None:
        async with _fresh_postgresql(server) as opened:
            yield opened
        return
    folder = Path(tempfile.mkdtemp(prefix="byline-bench-"))
    url = str(folder / "bench.db")
    migrate(url)
    try:
        async with open_database(url) as database:
            yield database, url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _fresh_postgresql(server: str) -> Any:
    url = make_url(server).set(drivername="postgresql+psycopg", database="byline_bench")
    text = url.render_as_string(hide_password=False)
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS byline_bench WITH (FORCE)")
        connection.execute("CREATE DATABASE byline_bench")
    migrate(text)
    async with open_database(text) as database:
        yield database, text


async def write_digests(database: Database, chats: Sequence[int], parts: int, kind: DeliveryKind) -> list[ChatId]:
    """A digest of so many parts for each chat, due now; part P of chat C says "C:P"."""
    now = datetime.now(UTC)
    async with database.open_unit() as unit:
        new = [
            Chat(id=ChatId(0), address=Address(chat), kind=ChatKind.PRIVATE, created_at=now, status=ChatStatus.ACTIVE)
            for chat in chats
        ]
        ids = [(await unit.chats.add(chat)).id for chat in new]
        await unit.commit()
    rows = [
        NewDelivery(
            chat_id=chat_id,
            key=KEY,
            part=part,
            kind=kind,
            message=OutMessage(html=f"<b>{telegram_id}:{part}</b>"),
            stories=((StoryId(part + 1), 1),),
            not_before=now,
        )
        for chat_id, telegram_id in zip(ids, chats, strict=True)
        for part in range(parts)
    ]
    async with database.open_unit() as unit:
        await unit.deliveries.add(rows, now)
        await unit.commit()
    return ids


@asynccontextmanager
async def sender(database: str, server: Telegram, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The sender's process; killed at the end of the block if it still lives."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "benchmarks/delivery_sender.py", database, server.origin, TOKEN, *options,
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def states(database: Database) -> dict[str, float]:
    async with database.open_unit(readonly=True) as unit:
        return dict(await unit.deliveries.counts(datetime.now(UTC)))


async def left(database: Database) -> int:
    """Rows that are not finished."""
    counts = await states(database)
    return round(sum(counts[state] for state in UNFINISHED))


class NotDone(Exception):
    """A broadcast that does not come to its end: what is left of it, and whether its sender lives."""


async def wait_until(
    holds: Callable[[], Awaitable[bool]], limit_s: float, process: asyncio.subprocess.Process | None = None
) -> None:
    """Ask again and again for as long as the process lives; raises TimeoutError, or NotDone when it has ended."""
    async with asyncio.timeout(limit_s):
        while not await holds():
            if process is not None and process.returncode is not None:
                raise NotDone(f"The sender ended by itself: exit {process.returncode}.")
            await asyncio.sleep(0.02)


async def until_done(database: Database, limit_s: float, process: asyncio.subprocess.Process | None = None) -> None:
    """Wait until no row is unfinished. Raises NotDone with the rows that are left."""

    async def done() -> bool:
        return not await left(database)

    try:
        await wait_until(done, limit_s, process)
    except TimeoutError as error:
        raise NotDone(f"Not done within {limit_s:.0f} s: {await _leftovers(database)}") from error


async def _leftovers(database: Database) -> str:
    """The states, and the rows on their way: what a sender would have to say."""
    async with database.open_unit(readonly=True) as unit:
        on_their_way = [
            f"{row.id} attempts {row.attempts} unknowns {row.unknowns} {row.error_code}"
            for row in await unit.deliveries.leftovers()
        ]
        counts = {
            state: number for state, number in (await unit.deliveries.counts(datetime.now(UTC))).items() if number
        }
    return f"{counts}, on their way: {on_their_way}"


async def until_sent(
    database: Database, least: float, limit_s: float, process: asyncio.subprocess.Process | None = None
) -> None:
    """Wait until so many rows are sent, or none is left to be sent."""

    async def enough() -> bool:
        return (await states(database))["sent"] >= least or not await left(database)

    await wait_until(enough, limit_s, process)


@dataclass
class Got:
    """What people got, against what was written for them."""

    lost: list[str] = field(default_factory=list)
    twice: Counter[str] = field(default_factory=Counter)
    unordered: list[int] = field(default_factory=list)

    @property
    def repeats(self) -> int:
        return sum(self.twice.values())


async def got(server: Telegram, chats: Sequence[int], parts: int) -> Got:
    """Read every chat."""
    found = Got()
    for chat in chats:
        texts = await server.texts(chat)
        counted = Counter(texts)
        wanted = [f"{chat}:{part}" for part in range(parts)]
        found.lost += [text for text in wanted if not counted[text]]
        found.twice.update({text: count - 1 for text, count in counted.items() if count > 1})
        if list(dict.fromkeys(texts)) != [text for text in wanted if counted[text]]:
            found.unordered.append(chat)
    return found


async def killed_broadcast(
    database: Database, url: str, server: Telegram, kills: int, chance: random.Random, *options: str
) -> int:
    """Let senders work and kill each at a random moment, then let one finish; how many were killed while at work."""
    killed = 0
    while killed < kills and await left(database):
        before = await states(database)
        async with sender(url, server, *options) as process:
            await until_sent(database, before["sent"] + 1, 60, process)
            await asyncio.sleep(chance.uniform(0.0, 0.5))
            if not await left(database):
                break
            process.kill()
            killed += 1
    async with sender(url, server, *options) as process:
        await until_done(database, 120, process)
    return killed
