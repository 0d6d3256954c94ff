"""Several processes of one token keep to one rate together, and a refusal of one is heeded by all."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.governor import Governor, Lane, Rates
from news.errors import StorageError
from playground.flood import Flood
from tests.bot import virtual_time


class Store:
    """What the database does, within one loop; an answer takes a moment."""

    def __init__(self, latency_s: float = 0.003) -> None:
        self.latency_s = latency_s
        self.asked = 0
        self.down = False
        self._until_s = 0.0
        self._pauses: dict[int, float] = {}

    async def take(self, turns: int, gap_s: float) -> tuple[float, Mapping[int, float]]:
        await asyncio.sleep(self.latency_s)
        if self.down:
            raise StorageError("The database server cannot be reached.", code="database_down")
        self.asked += 1
        now = asyncio.get_running_loop().time()
        first_s = max(self._until_s, now)
        self._until_s = first_s + turns * gap_s
        pauses = {chat: until - now for chat, until in self._pauses.items() if until > now}
        return first_s - now, pauses

    async def pause(self, chat_id: int | None, wait_s: float) -> None:
        await asyncio.sleep(self.latency_s)
        until_s = asyncio.get_running_loop().time() + wait_s
        if chat_id is None:
            self._until_s = max(self._until_s, until_s)
        else:
            self._pauses[chat_id] = max(self._pauses.get(chat_id, 0.0), until_s)


async def sent_at(governor: Governor, chat_id: int, lane: Lane = Lane.DIGEST, latency_s: float = 0.06) -> float:
    async with governor.turn(chat_id, lane):
        at = asyncio.get_running_loop().time()
        await asyncio.sleep(latency_s)
        return at


def test_two_senders_together_are_as_fast_as_one_and_no_faster() -> None:
    async def broadcast() -> tuple[list[float], int, int]:
        store = Store()
        governors = [Governor(shared=store), Governor(shared=store)]
        flood = Flood(asyncio.get_running_loop().time)
        flood.choose("strict")
        refused = 0

        async def one(chat_id: int) -> float:
            nonlocal refused
            async with governors[chat_id % 2].turn(chat_id, Lane.DIGEST):
                at = asyncio.get_running_loop().time()
                await asyncio.sleep(0.03)
                refused += bool(flood.retry_after_s(chat_id, is_group=False, is_edit=False))
                await asyncio.sleep(0.03)
                return at

        times = await asyncio.gather(*(one(chat_id) for chat_id in range(1, 501)))
        return sorted(times), refused, store.asked

    times, refused, asked = virtual_time.run(broadcast())
    assert refused == 0
    assert max(sum(start <= at < start + 1 for at in times) for start in times) <= 27
    assert 500 / (times[-1] - times[0]) >= 0.9 * 25
    assert asked <= 500 / 3, "a statement serves several messages"


def test_replies_stay_quick_beside_another_process_that_sends_all_the_time() -> None:
    async def busy() -> list[float]:
        store = Store()
        bot, sender = Governor(shared=store), Governor(shared=store)
        broadcast = [asyncio.create_task(sent_at(sender, chat_id)) for chat_id in range(1, 2001)]
        waits = []
        for person in range(5000, 5100):
            await asyncio.sleep(0.5)
            asked_at = asyncio.get_running_loop().time()
            waits.append(await sent_at(bot, person, Lane.INTERACTIVE) - asked_at)
        for task in broadcast:
            task.cancel()
        await asyncio.gather(*broadcast, return_exceptions=True)
        return waits

    assert max(virtual_time.run(busy())) < 0.4


def test_a_refusal_of_one_process_holds_up_the_other() -> None:
    async def refused() -> tuple[float, float, float]:
        store = Store()
        one, other = Governor(shared=store), Governor(shared=store)
        one.pause(1, 30)
        await one.close()
        free = await sent_at(other, 2, latency_s=0)
        paused = await sent_at(other, 1, latency_s=0)
        one.pause(1, 30)
        one.pause(2, 20)  # a second chat while the first waits: it concerns the bot
        await one.close()
        started = asyncio.get_running_loop().time()
        whole = await sent_at(other, 3, Lane.INTERACTIVE, latency_s=0) - started
        return free, paused, whole

    free, paused, whole = virtual_time.run(refused())
    assert free < 1
    assert paused == pytest.approx(30, abs=0.1)
    assert whole == pytest.approx(20, abs=0.1)


def test_a_chat_that_another_process_was_refused_can_be_asked_for_beforehand() -> None:
    async def ask() -> tuple[float, float]:
        store = Store()
        one, other = Governor(shared=store), Governor(shared=store)
        one.pause(1, 40)
        await one.close()
        await sent_at(other, 2)
        delay_s = other.delay_s(1)
        one.pause(2, 30)
        await one.close()
        waiting = asyncio.create_task(sent_at(other, 3))
        await asyncio.sleep(0.1)
        whole_s = other.delay_s(4)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return delay_s, whole_s

    delay_s, whole_s = virtual_time.run(ask())
    assert delay_s == pytest.approx(40, abs=0.2)
    assert whole_s == pytest.approx(30, abs=0.2)


@pytest.mark.parametrize("latency_s", [0.003, 60.0])
def test_without_the_database_each_goes_by_its_own_rate_and_comes_back(latency_s: float) -> None:
    async def outage() -> tuple[list[float], int]:
        store = Store()
        governor = Governor(Rates(overall_per_s=10), store)
        store.down, store.latency_s = True, latency_s
        times = await asyncio.gather(*(sent_at(governor, chat, Lane.INTERACTIVE) for chat in range(20)))
        store.down, store.latency_s = False, 0.003
        await asyncio.sleep(6)
        await sent_at(governor, 99)
        return sorted(times), store.asked

    times, asked = virtual_time.run(outage())
    assert times[0] <= 2.1
    assert times[-1] - times[0] == pytest.approx(1.9, abs=0.1)
    assert asked == 1
