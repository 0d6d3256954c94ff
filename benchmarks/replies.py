"""Measures how long people wait for a reply while a broadcast goes out: the whole program, in real time.

`byline run` as a process, with its own rates, on `python -m playground` over real HTTP. Every chat has a digest due when it
starts; while those leave, a person somewhere writes every half second, and the time is taken until the bot's answer stands
in that chat. What a person waits beyond the program's own speed is what the governor makes of two streams and one rate.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks import broadcasts
from benchmarks.broadcasts import ROOT, TOKEN, Telegram
from news.audience import DeliveryKind
from storage.engine import Database

MOST_MS = 1000.0
EVERY_S = 0.5
SAID = ("/help", "/settings", "/topics", "/id")
_LOOK_EVERY_S = 0.02
_PATIENCE_S = 60.0


@dataclass
class Waits:
    """How long each person waited, in milliseconds, in the order in which they wrote."""

    ms: list[float] = field(default_factory=list)

    def share(self, part: float) -> float:
        """The wait that this part of all stays within."""
        return sorted(self.ms)[min(len(self.ms) - 1, int(part * len(self.ms)))]


async def replies(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """People write during a broadcast to all chats at the program's own rate."""
    chance = random.Random(arguments.seed)
    async with broadcasts.telegram() as server, broadcasts.fresh() as (database, url):
        chats = await server.people(arguments.chats)
        await broadcasts.write_digests(database, chats, 1, DeliveryKind.DIGEST)
        async with _program(url, server) as process:
            await broadcasts.until_sent(database, 1, 120, process)
            began_s, before = time.perf_counter(), (await broadcasts.states(database))["sent"]
            waits = await _converse(database, server, chats, chance)
            took_s, sent = time.perf_counter() - began_s, (await broadcasts.states(database))["sent"] - before
        found = await broadcasts.got(server, chats, 1)
    p99_ms = waits.share(0.99)
    return [
        {
            "measure": "replies during a broadcast",
            "chats": len(chats),
            "digests_per_s": round(sent / took_s, 1),
            "replies": len(waits.ms),
            "p50_ms": round(waits.share(0.5)),
            "p99_ms": round(p99_ms),
            "longest_ms": round(waits.share(1.0)),
            "lost": len(found.lost),
            "ok": p99_ms < MOST_MS and not found.lost,
        }
    ]


@asynccontextmanager
async def _program(database: str, server: Telegram) -> AsyncIterator[asyncio.subprocess.Process]:
    """`byline run` on that playground; ended by SIGTERM."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")} | {
        "BYLINE_TELEGRAM_TOKEN": TOKEN,
        "BYLINE_TELEGRAM_API_URL": server.origin,
        "BYLINE_DATABASE_URL": database,
        "BYLINE_ACCESS": "public",
        "BYLINE_ADMINS": "1",
        "BYLINE_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.cli", "run", cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _converse(database: Database, server: Telegram, chats: Sequence[int], chance: random.Random) -> Waits:
    """Write somewhere every half second until the last digest has left."""
    waits = Waits()
    asking: set[asyncio.Task[float]] = set()
    for number, chat in enumerate(chance.sample(chats, len(chats))):
        if not await broadcasts.left(database):
            break
        asking.add(asyncio.create_task(_wait_ms(server, chat, SAID[number % len(SAID)])))
        await asyncio.sleep(EVERY_S)
    waits.ms += await asyncio.gather(*asking)
    return waits


async def _wait_ms(server: Telegram, chat: int, words: str) -> float:
    """Say something; milliseconds until the bot has said something that is no digest."""
    said = await server.order(f"chats/{chat}/messages", {"user": chat, "text": words})
    began_s = time.perf_counter()
    digest = f"{chat}:0"
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            answered = await server.order(f"chats/{chat}/messages?scope=bot&after={said['message_id']}", method="GET")
            if any(message.get("text") != digest for message in answered["messages"]):
                return 1000 * (time.perf_counter() - began_s)
            await asyncio.sleep(_LOOK_EVERY_S)
