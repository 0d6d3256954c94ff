"""Who asked to hear of something at once does, once, and not at night."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from news.aliases import AliasTable
from news.audience import Chat, DeliveryKind, Mute, MuteKind, OutMessage, StoryCard, Timetable, TopicMode
from news.pushes import PushService
from tests import make
from tests.fakes.models import FakeEmbedder
from tests.newsroom import Newsroom, read_query

NOON = Timetable(times=(time(12, 0),))


def render(card: StoryCard, chat: Chat) -> OutMessage:
    return OutMessage(html=card.title, silent=chat.silent)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def pushes(newsroom: Newsroom) -> PushService:
    return PushService(newsroom.open_unit, FakeEmbedder(), make.PUBLISHERS, AliasTable(), render, read_query)


async def follower(newsroom: Newsroom, mode: TopicMode, number: int = 1001, **changes: Any) -> Chat:
    chat = await newsroom.chat(timetable=changes.pop("timetable", NOON), number=number, **changes)
    async with newsroom.open_unit() as unit:
        await unit.chats.follow(chat.id, "ship", mode, make.NOW)
        await unit.commit()
    return chat


async def test_a_push_is_written_once(newsroom: Newsroom, pushes: PushService) -> None:
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    await newsroom.story("Parliament passes the budget", "The budget passed.")
    await follower(newsroom, TopicMode.PUSH)
    assert await pushes.push(make.NOW) == 1
    [row] = newsroom.database.tables.outbox.deliveries.values()
    assert (row.key, row.kind, row.stories) == (f"push:{story_id}:1", DeliveryKind.PUSH, ((story_id, 1),))
    assert await pushes.push(make.NOW) == 0
    await newsroom.send_all(make.NOW)
    await newsroom.join(story_id, "Ship lifted from sea", "The ship was lifted.", new=True, publisher="tass.com")
    assert await pushes.push(make.NOW) == 0, "later versions are the digest's"


async def test_topics_for_the_digest_are_not_pushed(newsroom: Newsroom, pushes: PushService) -> None:
    await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    await follower(newsroom, TopicMode.DIGEST)
    assert await pushes.push(make.NOW) == 0


async def test_old_news_is_left_to_the_digest(newsroom: Newsroom, pushes: PushService) -> None:
    await newsroom.story("Ship sinks off the coast", "A ship sank.", published_at=make.NOW - timedelta(hours=3))
    await follower(newsroom, TopicMode.PUSH)
    assert await pushes.push(make.NOW) == 0


async def test_only_what_is_big(newsroom: Newsroom, pushes: PushService) -> None:
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    await follower(newsroom, TopicMode.BIG)
    assert await pushes.push(make.NOW) == 0
    for number in range(4):
        await newsroom.join(story_id, f"Ship lost {number}", "A ship sank.", new=False, publisher=f"paper{number}.com")
    assert await pushes.push(make.NOW) == 1


async def test_the_day_has_a_cap(newsroom: Newsroom, pushes: PushService) -> None:
    for number in range(5):
        await newsroom.story(f"Ship number {number} sinks", f"Ship {number} sank.", publisher=f"paper{number}.com")
    await follower(newsroom, TopicMode.PUSH, pushes_per_day=2)
    assert await pushes.push(make.NOW) == 2
    await newsroom.send_all(make.NOW)
    assert await pushes.push(make.NOW + timedelta(minutes=5)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"pushes_per_day": 0},
        {"timetable": replace(NOON, quiet=(time(11), time(13)))},
        {"mutes": (Mute(MuteKind.WORD, "coast"),)},
    ],
)
async def test_who_wants_no_pushes_now_gets_none(
    newsroom: Newsroom, pushes: PushService, changes: dict[str, Any]
) -> None:
    await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    await follower(newsroom, TopicMode.PUSH, **changes)
    assert await pushes.push(make.NOW) == 0


async def test_an_unsubscribed_chat_gets_none(newsroom: Newsroom, pushes: PushService) -> None:
    await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await follower(newsroom, TopicMode.PUSH)
    async with newsroom.open_unit() as unit:
        await unit.chats.save(replace(chat, status=make.chat().status))
        await unit.commit()
    assert await pushes.push(make.NOW) == 0
