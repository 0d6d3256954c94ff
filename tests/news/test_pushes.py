"""Who asked to hear of something at once does, once, and not at night."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from news.aliases import AliasTable
from news.audience import (
    Chat,
    ChatStatus,
    DeliveryKind,
    Mute,
    MuteKind,
    NewDelivery,
    OutMessage,
    StoryCard,
    Timetable,
    TopicMode,
)
from news.ids import StoryId
from news.pushes import BIG_FAMILIES, EDITABLE, MOST_EDITS, PushService
from tests import make
from tests.fakes.models import FakeEmbedder
from tests.newsroom import Newsroom, read_query

NOON = Timetable(times=(time(12, 0),))


def render(card: StoryCard, chat: Chat, _now: datetime, _updated: bool) -> OutMessage:
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


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({"status": ChatStatus.NEW}, 1),  # it asked for pushes and for no digest
        ({"status": ChatStatus.NEW, "blocked_code": "blocked"}, 0),
        ({"status": ChatStatus.NEW, "paused_until": make.NOW + timedelta(days=1)}, 0),
        ({"status": ChatStatus.NEW, "paused_until": make.NOW}, 1),
        ({"status": ChatStatus.PAUSED}, 0),
        ({"status": ChatStatus.PAUSED, "paused_until": make.NOW + timedelta(days=1)}, 0),
        ({"status": ChatStatus.PAUSED, "paused_until": make.NOW}, 1),
        ({"status": ChatStatus.BLOCKED, "blocked_code": "blocked"}, 0),
    ],
)
async def test_who_asked_to_hear_at_once_does_until_they_want_silence(
    newsroom: Newsroom, pushes: PushService, changes: dict[str, Any], written: int
) -> None:
    await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await follower(newsroom, TopicMode.PUSH)
    async with newsroom.open_unit() as unit:
        await unit.chats.save(replace(chat, **changes))
        await unit.commit()
    assert await pushes.push(make.NOW) == written


async def test_a_reported_sentence_is_not_pushed(newsroom: Newsroom) -> None:
    told: list[StoryCard] = []

    def keep(card: StoryCard, chat: Chat, now: datetime, updated: bool) -> OutMessage:
        told.append(card)
        return render(card, chat, now, updated)

    await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chats = [await follower(newsroom, TopicMode.PUSH, number) for number in (1001, 1002)]
    async with newsroom.open_unit() as unit:
        [article] = await unit.articles.since(None, 9)
        await unit.articles.doubt(article.id, "A ship sank on Monday.", chats[0].id)
        await unit.commit()
    service = PushService(newsroom.open_unit, FakeEmbedder(), make.PUBLISHERS, AliasTable(), keep, read_query)
    assert await service.push(make.NOW) == 2
    assert [[each.text for each in card.sentences] for card in told] == [[], ["A ship sank on Monday."]]


async def pushed(newsroom: Newsroom, pushes: PushService, **changes: Any) -> tuple[Chat, StoryId]:
    """A chat that was pushed a story, whose message stands in the chat."""
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await follower(newsroom, TopicMode.PUSH, **changes)
    assert await pushes.push(make.NOW) == 1
    await newsroom.send_all(make.NOW)
    return chat, story_id


async def grow(newsroom: Newsroom, story_id: StoryId, after: timedelta, publisher: str = "tass.com") -> None:
    at = make.NOW + after
    await newsroom.join(
        story_id, "Ship lifted", "The ship was lifted.", new=True, publisher=publisher, published_at=at, read_at=at
    )


def rows(newsroom: Newsroom) -> list[tuple[str, int | None]]:
    return [(row.key, row.edits) for row in newsroom.database.tables.outbox.deliveries.values()]


@pytest.mark.parametrize("quiet", [None, (time(12), time(13))])
async def test_a_story_that_grows_is_edited_in_place_without_a_sound(
    newsroom: Newsroom, pushes: PushService, quiet: tuple[time, time] | None
) -> None:
    chat, story_id = await pushed(newsroom, pushes, pushes_per_day=1)
    if quiet is not None:
        async with newsroom.open_unit() as unit:
            await unit.chats.save(replace(chat, timetable=replace(NOON, quiet=quiet)))
            await unit.commit()
    await grow(newsroom, story_id, timedelta(minutes=30))
    assert await pushes.push(make.NOW + timedelta(minutes=31)) == 1
    assert rows(newsroom) == [(f"push:{story_id}:1", None), (f"edit:{story_id}:2", 1)]
    assert await pushes.push(make.NOW + timedelta(minutes=32)) == 0
    await newsroom.send_all(make.NOW + timedelta(minutes=33))
    assert await pushes.push(make.NOW + timedelta(minutes=40)) == 0
    async with newsroom.open_unit(readonly=True) as unit:
        assert (await unit.chats.told(chat.id, [story_id]))[story_id][0] == 2, "the digest need not tell it again"


async def test_edits_keep_their_distance_and_end(newsroom: Newsroom, pushes: PushService) -> None:
    _, story_id = await pushed(newsroom, pushes)
    await grow(newsroom, story_id, timedelta(minutes=1))
    assert await pushes.push(make.NOW + timedelta(minutes=2)) == 0, "a moment after the push"
    for number in range(MOST_EDITS + 2):
        at = timedelta(minutes=10 * (number + 1))
        await grow(newsroom, story_id, at, publisher="bbc.co.uk")
        written = await pushes.push(make.NOW + at)
        assert written == (number < MOST_EDITS)
        await newsroom.send_all(make.NOW + at)


@pytest.mark.parametrize(("per_day", "again"), [(2, 1), (1, 0)])
async def test_a_story_that_became_big_is_pushed_again_as_an_update(
    newsroom: Newsroom, pushes: PushService, per_day: int, again: int
) -> None:
    _, story_id = await pushed(newsroom, pushes, pushes_per_day=per_day)
    for number in range(BIG_FAMILIES):
        await grow(newsroom, story_id, timedelta(minutes=20), publisher=f"paper{number}.com")
    assert await pushes.push(make.NOW + timedelta(minutes=30)) == again
    assert rows(newsroom)[1:] == [(f"push:{story_id}:{BIG_FAMILIES + 1}", None)] * again


async def test_an_old_push_is_not_edited_but_followed_by_another(newsroom: Newsroom, pushes: PushService) -> None:
    _, story_id = await pushed(newsroom, pushes)
    later = EDITABLE + timedelta(minutes=1)
    await grow(newsroom, story_id, later)
    assert await pushes.push(make.NOW + later) == 1
    assert rows(newsroom)[1:] == [(f"push:{story_id}:2", None)]


async def test_only_todays_pushes_count_to_todays_number(newsroom: Newsroom, pushes: PushService) -> None:
    _, story_id = await pushed(newsroom, pushes, pushes_per_day=1)
    evening, midnight = timedelta(hours=11, minutes=59), timedelta(hours=12)
    await grow(newsroom, story_id, evening)
    assert await pushes.push(make.NOW + evening) == 1
    await newsroom.send_all(make.NOW + midnight)  # the edit of yesterday's push is sent today
    later = make.NOW + midnight + timedelta(minutes=1)
    await newsroom.story("Ship found at sea", "A ship was found.", published_at=later, read_at=later)
    assert await pushes.push(later) == 1
    assert rows(newsroom)[-1] == (f"push:{story_id + 1}:1", None)
    await newsroom.story("Ship burns in port", "A ship burnt.", published_at=later, read_at=later)
    assert await pushes.push(later) == 0, "the day's number is used up"


async def test_what_a_digest_told_is_left_to_the_digest(newsroom: Newsroom, pushes: PushService) -> None:
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await follower(newsroom, TopicMode.PUSH)
    told = NewDelivery(
        chat_id=chat.id,
        key="digest:2023-03-21:12:00",
        part=0,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html="A ship sank."),
        stories=((story_id, 1),),
        not_before=make.NOW,
    )
    async with newsroom.open_unit() as unit:
        await unit.deliveries.add([told], make.NOW)
        await unit.commit()
    await newsroom.send_all(make.NOW)
    await grow(newsroom, story_id, timedelta(minutes=30))
    assert await pushes.push(make.NOW + timedelta(minutes=31)) == 0
