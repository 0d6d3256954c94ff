"""Nobody is sent more than Telegram allows, and nobody waits for somebody else's pause."""

import asyncio
import itertools
import statistics
from collections import Counter

import pytest
from hypothesis import example, given, settings, strategies as st

from bot.governor import Governor, Lane, Rates
from playground.flood import Flood
from tests.bot import virtual_time


async def sent_at(governor: Governor, chat_id: int, lane: Lane = Lane.DIGEST, latency_s: float = 0.05) -> float:
    async with governor.turn(chat_id, lane):
        started = asyncio.get_running_loop().time()
        await asyncio.sleep(latency_s)
        return started


def per_second(times: list[float]) -> int:
    """The most messages in any second."""
    return max(sum(start <= at < start + 1 for at in times) for start in times)


def test_a_broadcast_is_smooth_and_nearly_as_fast_as_allowed() -> None:
    async def broadcast() -> list[float]:
        governor = Governor()
        return await asyncio.gather(*(sent_at(governor, chat_id) for chat_id in range(1, 501)))

    times = virtual_time.run(broadcast())
    assert per_second(times) <= 26
    assert 500 / (max(times) - min(times)) >= 0.9 * 25


def test_a_private_chat_gets_one_message_a_second_counted_from_the_last_answer() -> None:
    async def talk() -> list[float]:
        governor = Governor()
        return await asyncio.gather(*(sent_at(governor, 7, Lane.INTERACTIVE, latency_s=0.2) for _ in range(4)))

    times = virtual_time.run(talk())
    assert [round(b - a, 3) for a, b in itertools.pairwise(times)] == [1.2] * 3


def test_a_group_gets_at_most_eighteen_in_any_minute() -> None:
    async def talk() -> list[float]:
        governor = Governor()
        return await asyncio.gather(*(sent_at(governor, -100, latency_s=0.01) for _ in range(40)))

    times = virtual_time.run(talk())
    assert max(sum(start <= at < start + 60 for at in times) for start in times) == 18


def test_replies_go_first_then_pushes_then_digests() -> None:
    async def mix() -> list[Lane]:
        governor = Governor(Rates(in_flight=1))
        order: list[Lane] = []

        async def one(chat_id: int, lane: Lane) -> None:
            async with governor.turn(chat_id, lane):
                order.append(lane)
                await asyncio.sleep(0.01)

        async with governor.turn(99), asyncio.TaskGroup() as group:
            for chat_id, lane in enumerate([Lane.DIGEST, Lane.DIGEST, Lane.PUSH, Lane.INTERACTIVE, Lane.PUSH], start=1):
                group.create_task(one(chat_id, lane))
        return order

    order = virtual_time.run(mix())
    assert order.index(Lane.INTERACTIVE) <= 1  # one may leave at once, before the others have come
    assert order[-2:] == [Lane.DIGEST, Lane.DIGEST] or order[0] is Lane.DIGEST
    assert sorted(order[1:]) == order[1:]


def test_replies_stay_under_a_second_while_ten_thousand_chats_are_served() -> None:
    async def busy() -> list[float]:
        governor = Governor()
        loop = asyncio.get_running_loop()
        broadcast = [asyncio.create_task(sent_at(governor, chat_id)) for chat_id in range(1, 10_001)]
        waits = []
        for person in range(20_000, 20_300):
            await asyncio.sleep(0.7)
            asked_at = loop.time()
            waits.append(await sent_at(governor, person, Lane.INTERACTIVE) - asked_at)
        for task in broadcast:
            task.cancel()
        await asyncio.gather(*broadcast, return_exceptions=True)
        return waits

    assert statistics.quantiles(virtual_time.run(busy()), n=100)[98] < 1.0


def test_no_more_than_three_of_the_outbox_are_under_way_and_replies_are_not_counted() -> None:
    async def slow() -> tuple[int, int]:
        governor = Governor(Rates(overall_per_s=1000))
        now: Counter[bool] = Counter()
        most: Counter[bool] = Counter()

        async def one(chat_id: int, lane: Lane) -> None:
            async with governor.turn(chat_id, lane):
                now[lane is Lane.INTERACTIVE] += 1
                most[lane is Lane.INTERACTIVE] = max(most[lane is Lane.INTERACTIVE], now[lane is Lane.INTERACTIVE])
                await asyncio.sleep(5)
                now[lane is Lane.INTERACTIVE] -= 1

        await asyncio.gather(
            *(one(chat_id, Lane.PUSH if chat_id % 2 else Lane.DIGEST) for chat_id in range(1, 30)),
            *(one(chat_id, Lane.INTERACTIVE) for chat_id in range(100, 110)),
        )
        return most[False], most[True]

    assert virtual_time.run(slow()) == (3, 10)


def test_one_refused_chat_waits_alone_a_second_one_stops_all() -> None:
    async def refused() -> tuple[list[float], bool, bool]:
        governor = Governor()
        first = governor.pause(1, 30)
        one = await asyncio.gather(sent_at(governor, 1), sent_at(governor, 2))
        governor.pause(1, 30)
        second = governor.pause(2, 20)
        started = asyncio.get_running_loop().time()
        other = await sent_at(governor, 3, Lane.INTERACTIVE)
        return [*one, other - started], first, second

    times, first, second = virtual_time.run(refused())
    assert (first, second) == (False, True)
    assert times[0] == pytest.approx(30)
    assert times[1] < 1
    assert times[2] == pytest.approx(20)


TRAFFIC = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3, -100, -200]),  # few chats, so that each has much to wait for
        st.sampled_from(Lane),
        st.floats(0, 5),  # when it is asked for
        st.floats(0, 0.4),  # until the server has it
        st.floats(0, 0.4),  # until its answer is here
    ),
    min_size=1,
    max_size=60,
)


@settings(deadline=None, max_examples=60)
@given(TRAFFIC)
@example(
    [(1, Lane.INTERACTIVE, 0.0, 0.0, back_s) for back_s in (0.0, 0.0, 0.12269357152576935, 0.0, 0.0)]
)  # a rounding
def test_whatever_the_traffic_and_the_network_a_strict_server_refuses_nothing(
    traffic: list[tuple[int, Lane, float, float, float]],
) -> None:
    async def flow() -> list[int]:
        governor = Governor()
        flood = Flood(asyncio.get_running_loop().time)
        flood.choose("strict")

        async def one(chat_id: int, lane: Lane, asked_s: float, there_s: float, back_s: float) -> int:
            await asyncio.sleep(asked_s)
            async with governor.turn(chat_id, lane):
                await asyncio.sleep(there_s)
                refused_s = flood.retry_after_s(chat_id, is_group=chat_id < 0, is_edit=False)
                await asyncio.sleep(back_s)
            return refused_s

        return await asyncio.gather(*(one(*each) for each in traffic))

    assert set(virtual_time.run(flow())) == {0}


def test_a_cancelled_wait_leaves_no_trace() -> None:
    async def cancelled() -> float:
        governor = Governor(Rates(in_flight=1))
        async with governor.turn(1, Lane.DIGEST):
            waiting = asyncio.create_task(sent_at(governor, 2))
            await asyncio.sleep(0.5)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        started = asyncio.get_running_loop().time()
        return await sent_at(governor, 2) - started

    assert virtual_time.run(cancelled()) < 0.1


def test_one_who_gives_up_as_a_turn_becomes_free_takes_none() -> None:
    async def given_up() -> float:
        governor = Governor(Rates(in_flight=1, overall_per_s=1000))
        waiting: list[asyncio.Task[float]] = []
        async with governor.turn(1, Lane.DIGEST):
            waiting.append(asyncio.create_task(sent_at(governor, 2, Lane.DIGEST)))
            await asyncio.sleep(0.5)
            waiting[0].cancel()  # and in the same moment the turn ends
        await asyncio.gather(*waiting, return_exceptions=True)
        started = asyncio.get_running_loop().time()
        return await sent_at(governor, 2, Lane.DIGEST) - started

    assert virtual_time.run(given_up()) < 0.1


def test_a_turn_granted_to_one_who_has_gone_is_given_on() -> None:
    async def gone() -> float:
        governor = Governor(Rates(in_flight=1))

        async def hold() -> None:
            async with governor.turn(1, Lane.DIGEST):
                await asyncio.sleep(1)

        holder = asyncio.create_task(hold())
        await asyncio.sleep(0)
        holder.cancel()  # its turn has been granted, and it has not run since
        await asyncio.gather(holder, return_exceptions=True)
        return await sent_at(governor, 2)

    assert virtual_time.run(gone()) < 0.1


def test_chats_that_wait_for_nothing_are_forgotten() -> None:
    async def many() -> int:
        governor = Governor(Rates(overall_per_s=1e6, in_flight=10_000))
        for start in range(0, 6000, 200):
            await asyncio.gather(*(sent_at(governor, chat_id) for chat_id in range(start + 1, start + 201)))
            await asyncio.sleep(2)
        return len(governor._paces)

    assert virtual_time.run(many()) <= 4096 + 200


def test_the_wait_of_a_chat_can_be_asked_beforehand() -> None:
    async def ask() -> list[float]:
        governor = Governor()
        answers = [governor.delay_s(1)]
        async with governor.turn(1):
            answers.append(governor.delay_s(1))
        answers.append(governor.delay_s(1))
        governor.pause(1, 40)
        answers.append(governor.delay_s(1))
        return answers

    assert virtual_time.run(ask()) == pytest.approx([0, 1, 1, 40])
