"""A push over real HTTP: it comes though the sender is killed first, is edited as its story grows, and comes anew when it is old."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks import broadcasts
from benchmarks.broadcasts import TOKEN, Telegram
from bot import arguments, lifecycle, render_push, texts
from bot.app import open_services
from bot.services import Services
from bot.settings import Settings
from news.audience import Address, Chat, ChatKind, DeliveryState, OutMessage, StoryCard, TopicMode
from news.enrich import EnrichService
from news.entities import Document
from news.ingest import Row
from news.pushes import BETWEEN_EDITS, EDITABLE, PushService
from news.questions import TopicQuery
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.flows.programs import words

MINUTE = timedelta(minutes=1)
LATER = EDITABLE + timedelta(hours=1)
SINKS = "Ferry sinks off Lampedusa with 80 people on board"
FIRST = f"{SINKS}, the coast guard said. The ferry sank at dawn on its way from Tunisia to Lampedusa. Rescue boats search for survivors."
REPORTS = (  # publisher, title, text: one story that grows
    ("ansa.it", SINKS, FIRST),
    (
        "bbc.co.uk",
        "Ferry sinks off Lampedusa: 61 people rescued",
        "The ferry had 80 people on board. Rescue boats saved 61 people from the water, the coast guard said. It sank off Lampedusa.",
    ),
    (
        "reuters.com",
        "Ferry sinks off Lampedusa: captain arrested",
        "Police arrested the captain of the ferry that sank off Lampedusa. The prosecutor in Agrigento accuses the captain of manslaughter.",
    ),
)


class Stage:
    """The program's services with a reader who follows ferries at once, and Telegram as a process."""

    def __init__(self, server: Telegram, services: Services, database: str, reader: int) -> None:
        self.server = server
        self.services = services
        self.database = database
        self.reader = reader

    async def report(self, number: int, at: datetime) -> None:
        """An outlet reports, and it is read."""
        publisher, title, text = REPORTS[number]
        document = Document(
            target=title, url=f"https://{publisher}/{number}", title=title, text=text, published_at=at, lang="en"
        )
        assert (await self.services.ingest.ingest_rows([Row(document=document, source=publisher)], at)).new == 1
        await self.services.enrich.run(at)

    async def messages(self) -> list[dict[str, Any]]:
        answer = await self.server.order(f"chats/{self.reader}/messages?scope=bot", method="GET")
        found: list[dict[str, Any]] = answer["messages"]
        return found

    async def was_put_off(self) -> bool:
        """Whether the push was tried and waits again: a kill later than that leaves nothing in doubt."""
        asked = (await self.server.order("requests", method="GET"))["requests"]
        async with self.services.open_unit(readonly=True) as unit:
            waiting = (await unit.deliveries.counts(datetime.now(UTC)))[DeliveryState.PENDING]
        return waiting == 1 and any(each["method"].lower() == "sendmessage" for each in asked)

    async def tick(self, at: datetime) -> int:
        """What a minute of the running program does: how many pushes and edits were written; all leave."""
        written = await self.services.pushes.push(at)
        await lifecycle.dispatch(self.services, at)
        return written


def _light(services: Services) -> Services:
    """The same with models that need no weights: what is seen here is the way of a push."""
    embedder = FakeEmbedder()

    def read_query(text: str, now: datetime, days: int) -> TopicQuery:
        return arguments.topic_query(text, now, days=days)

    def render(card: StoryCard, chat: Chat, now: datetime, updated: bool) -> OutMessage:
        return render_push.push(card, chat, texts.load(chat.language), now, updated=updated)

    edge = (services.publishers, services.aliases, render, read_query)
    return replace(
        services,
        enrich=EnrichService(services.open_unit, FakeSummarizer(), embedder),
        pushes=PushService(services.open_unit, embedder, *edge),
    )


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    database = str(tmp_path / "byline.sqlite")
    async with broadcasts.telegram() as server:
        chosen: dict[str, Any] = {"telegram_token": TOKEN, "telegram_api_url": server.origin, "database_url": database}
        async with open_services(Settings(**chosen)) as opened:
            services = _light(opened)
            [reader] = await server.people(1)
            chat = await services.chats.open(Address(reader), ChatKind.PRIVATE, datetime.now(UTC))
            await services.chats.follow(chat.id, "ferry", datetime.now(UTC), TopicMode.PUSH)
            yield Stage(server, services, database, reader)


@pytest.mark.slow
async def test_a_push_survives_a_kill_is_edited_and_comes_anew(stage: Stage) -> None:
    began = datetime.now(UTC)
    await stage.report(0, began - MINUTE)
    assert await stage.services.pushes.push(began) == 1, "who asked for pushes gets them without a digest"
    wait = {"error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 5}}
    await stage.server.order("faults", {"method": "sendMessage", "kind": "answer", **wait})
    async with broadcasts.sender(stage.database, stage.server) as sender:
        await broadcasts.wait_until(stage.was_put_off, 30, sender)
        sender.kill()
    assert await stage.messages() == []

    await stage.tick(began + MINUTE)
    [pushed] = await stage.messages()
    assert SINKS in words(pushed)
    assert "https://ansa.it/0" in [entity.get("url") for entity in pushed["entities"]]

    await stage.report(1, began + 2 * MINUTE)
    assert await stage.tick(began + 3 * MINUTE) == 0, "a moment after the push"
    grown = began + 2 * MINUTE + BETWEEN_EDITS
    assert await stage.tick(grown) == 1
    [edited] = await stage.messages()
    assert edited["message_id"] == pushed["message_id"]
    assert "61 people" in words(edited)
    assert "updated" in words(edited)
    assert "https://bbc.co.uk/1" in [entity.get("url") for entity in edited["entities"]]
    assert await stage.tick(grown + MINUTE) == 0, "nothing new since"

    await stage.report(2, began + LATER)
    assert await stage.tick(began + LATER + MINUTE) == 1
    first, second = await stage.messages()
    assert words(first) == words(edited), "an old push stays as it is"
    assert "captain arrested" in words(second)
    assert "manslaughter" in words(second)
    assert "update" in words(second)
