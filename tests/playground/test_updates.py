import asyncio
import json
import time

import pytest

from playground.errors import ApiError
from playground.state import Bot
from playground.updates import UpdateQueue


def queue(bot: Bot | None = None) -> UpdateQueue:
    return UpdateQueue(bot or Bot(1, "1:X", "b", "B"))


def add(made: UpdateQueue, *texts: str) -> None:
    for text in texts:
        made.add("message", {"chat": {"id": 5}, "text": text})


async def texts(made: UpdateQueue, offset: int = 0, limit: int = 100, timeout_s: int = 0) -> list[str]:
    return [update["message"]["text"] for update in json.loads(await made.poll(offset, limit, timeout_s))]


async def test_updates_stay_until_a_higher_offset_confirms_them() -> None:
    made = queue()
    add(made, "a", "b")
    first = json.loads(await made.poll(0, 100, 0))
    assert await texts(made) == ["a", "b"]
    assert await texts(made, first[1]["update_id"]) == ["b"]
    assert await texts(made) == ["b"]


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest() -> None:
    made = queue()
    add(made, "a", "b", "c")
    assert await texts(made, -2) == ["b", "c"]
    assert await texts(made) == ["b", "c"]


async def test_limit_takes_the_oldest() -> None:
    made = queue()
    add(made, "a", "b", "c")
    assert await texts(made, limit=2) == ["a", "b"]


async def test_a_long_poll_wakes_on_an_update() -> None:
    made = queue()
    poll = asyncio.create_task(texts(made, timeout_s=20))
    await asyncio.sleep(0.05)
    assert not poll.done()
    add(made, "wake")
    assert await asyncio.wait_for(poll, 1) == ["wake"]


async def test_a_second_poll_ends_the_first_and_the_next_conflict_comes_late() -> None:
    made = queue()
    first = asyncio.create_task(made.poll(0, 100, 20))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(made.poll(0, 100, 20))
    with pytest.raises(ApiError, match="terminated by other getUpdates request"):
        await asyncio.wait_for(first, 1)
    third = asyncio.create_task(made.poll(0, 100, 20))
    await asyncio.sleep(0.2)
    assert not second.done(), "a conflict within 3 s of another one is told after 3 s"
    for task in (second, third):
        task.cancel()


async def test_a_repeated_offset_is_stretched_to_a_poll_of_three_seconds() -> None:
    made = queue()
    assert json.loads(await made.poll(7, 100, 0)) == []
    started = time.monotonic()
    again = asyncio.create_task(made.poll(7, 100, 0))
    await asyncio.sleep(0.2)
    assert not again.done()
    add(made, "x")
    await again
    assert time.monotonic() - started < 1


async def test_kinds_are_chosen_when_an_update_is_made() -> None:
    made = queue()
    made.add("message_reaction", {"chat": {"id": 5}})
    made.remember_allowed(["MESSAGE_REACTION", "no_such_kind"])
    made.add("message", {"chat": {"id": 5}, "text": "x"})
    made.add("message_reaction", {"chat": {"id": 5}})
    made.remember_allowed(None)
    assert made.bot.allowed_updates == ["message_reaction"]
    assert ["message_reaction" in update.body for update in made.pending.values()] == [True]
    made.remember_allowed([])
    assert made.allows("message")
    assert not made.allows("chat_member")


async def test_updates_expire() -> None:
    now = [1000.0]
    made = UpdateQueue(Bot(1, "1:X", "b", "B"), lambda: now[0])
    add(made, "old")
    made.add("callback_query", {"id": "1", "from": {"id": 5}})
    now[0] += 151
    made.expire()
    assert [update.lane for update in made.pending.values()] == [5]
    assert len(made.pending) == 1
    now[0] += 86_400
    made.expire()
    assert not made.pending


async def test_what_is_queued_keeps_the_message_as_it_was() -> None:
    made = queue()
    message = {"chat": {"id": 5}, "text": "before"}
    made.add("message", message)
    message["text"] = "after"
    assert await texts(made) == ["before"]


async def test_a_queue_goes_on_where_it_was_saved() -> None:
    made = queue()
    add(made, "a")
    made.save()
    again = queue(made.bot)
    assert await texts(again) == ["a"]
    add(again, "b")
    ids = [update["update_id"] for update in json.loads(await again.poll(0, 100, 0))]
    assert ids[1] == ids[0] + 1
