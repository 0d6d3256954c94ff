"""Every message once, whatever Telegram, the network or a killed process do."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import DeliveryLoop, Pace
from bot.governor import Governor, Rates
from bot.notices import Notices
from bot.outcomes import Outcomes, Policy
from news.audience import (
    Address,
    Chat,
    ChatKind,
    ChatStatus,
    DeliveryKind,
    DeliveryState,
    NewDelivery,
    OutMessage,
    Person,
    Role,
)
from news.chats import ChatService
from news.errors import (
    BadRequest,
    BrokenMessage,
    ChatGone,
    ChatMoved,
    DeliveryError,
    MessageGone,
    OutcomeUnknown,
    TopicClosed,
    TryLater,
)
from news.ids import StoryId
from tests import make
from tests.bot import virtual_time
from tests.fakes.messenger import FakeMessenger
from tests.fakes.storage import FakeDatabase

ADMIN = 500
ROOT = Path(__file__).parents[2]


class Bench:
    """A database with chats, a Telegram in memory, and a sender between them."""

    def __init__(self, policy: Policy | None = None, pace: Pace | None = None) -> None:
        self.database = FakeDatabase()
        self.messenger = FakeMessenger()
        self.chats = ChatService(self.database.open_unit)
        self.policy = policy or Policy()
        self.pace = pace or Pace()
        self.sender = self.another_sender()

    def another_sender(self) -> DeliveryLoop:
        notices = Notices(self.database.open_unit, [ADMIN])
        outcomes = Outcomes(self.database.open_unit, self.chats, notices, self.policy, virtual_time.now)
        governor = Governor(Rates(overall_per_s=1000))
        return DeliveryLoop(
            self.database.open_unit, self.messenger, governor, outcomes, virtual_time.now, pace=self.pace
        )

    async def chat(self, telegram_id: int, kind: ChatKind = ChatKind.PRIVATE, thread: int | None = None) -> Chat:
        chat = await self.chats.open(Address(telegram_id, thread), kind, virtual_time.now(), title="Readers")
        return await self.chats.subscribe(chat.id, virtual_time.now())

    async def write(
        self,
        chat: Chat,
        *parts: str,
        kind: DeliveryKind = DeliveryKind.DIGEST,
        key: str = "digest:2023-03-21:08:00",
        edits: int | None = None,
    ) -> None:
        rows = [
            NewDelivery(
                chat_id=chat.id,
                key=key,
                part=number,
                kind=kind,
                message=OutMessage(html=html),
                stories=((StoryId(number + 1), 1),),
                edits=edits,
                not_before=virtual_time.now(),
            )
            for number, html in enumerate(parts)
        ]
        async with self.database.open_unit() as unit:
            await unit.deliveries.add(rows, virtual_time.now())
            await unit.commit()

    async def run_for(self, seconds: float, sender: DeliveryLoop | None = None) -> None:
        stop = asyncio.Event()
        running = asyncio.create_task((sender or self.sender).run(stop))
        await asyncio.sleep(seconds)
        stop.set()
        await running

    def states(self) -> list[DeliveryState]:
        return [row.state for row in self.database.tables.outbox.deliveries.values()]

    def texts(self, telegram_id: int | None = None) -> list[str]:
        return [
            sent.message.html
            for sent in self.messenger.arrived
            if telegram_id is None or sent.address.telegram_id == telegram_id
        ]

    async def status(self, chat: Chat) -> ChatStatus:
        async with self.database.open_unit(readonly=True) as unit:
            stored = await unit.chats.get(chat.id)
        assert stored is not None
        return stored.status


def test_parts_arrive_once_in_order_and_are_told() -> None:
    async def flow() -> None:
        bench = Bench()
        one, two = await bench.chat(1), await bench.chat(2)
        await bench.write(one, "a", "b", "c")
        await bench.write(two, "a", "b", "c")
        report = await bench.sender.dispatch()
        assert report.counts == {"sent": 6}
        assert bench.texts(1) == bench.texts(2) == ["a", "b", "c"]
        async with bench.database.open_unit(readonly=True) as unit:
            assert set(await unit.chats.told(one.id, [StoryId(1), StoryId(2), StoryId(3)])) == {1, 2, 3}
        assert (await bench.sender.dispatch()).counts == {}

    virtual_time.run(flow())


@pytest.mark.parametrize(
    ("kind", "copies", "state"),
    [(DeliveryKind.DIGEST, 2, DeliveryState.SENT), (DeliveryKind.PUSH, 1, DeliveryState.UNKNOWN)],
)
def test_an_unknown_outcome_follows_the_policy(kind: DeliveryKind, copies: int, state: DeliveryState) -> None:
    async def flow() -> None:
        bench = Bench()
        chat = await bench.chat(1)
        bench.messenger.swallows.add(1)
        bench.messenger.faults[1].append(OutcomeUnknown("no answer"))
        await bench.write(chat, "a", kind=kind)
        await bench.run_for(60)
        assert bench.texts() == ["a"] * copies
        assert bench.states() == [state]
        async with bench.database.open_unit(readonly=True) as unit:
            assert StoryId(1) in await unit.chats.told(chat.id, [StoryId(1)])

    virtual_time.run(flow())


@pytest.mark.parametrize(
    ("fault", "edits", "state"),
    [
        (None, 1, DeliveryState.SENT),
        (OutcomeUnknown("no answer"), 1, DeliveryState.SENT),  # once more: the same words in the same place
        (TryLater("slow", retry_after=timedelta(seconds=2)), 1, DeliveryState.SENT),
        (MessageGone("message to edit not found"), 0, DeliveryState.FAILED),
    ],
)
def test_an_edit_takes_the_place_of_a_sent_message(
    fault: DeliveryError | None, edits: int, state: DeliveryState
) -> None:
    async def flow() -> None:
        bench = Bench()
        chat = await bench.chat(1)
        bench.messenger.faults[1] += [fault] if fault is not None else []
        await bench.write(chat, "grown", kind=DeliveryKind.PUSH, key="edit:1:2", edits=77)
        await bench.run_for(60)
        assert bench.texts() == [], "nothing is sent anew, whatever happens"
        assert [(each.message_id, each.message.html) for each in bench.messenger.edited] == [(77, "grown")] * edits
        assert bench.states() == [state]
        [row] = bench.database.tables.outbox.deliveries.values()
        assert row.message_id == (77 if edits else None)
        assert bench.sender.outcomes.possible_repeats == 0

    virtual_time.run(flow())


def test_a_digest_in_doubt_twice_is_not_sent_a_third_time() -> None:
    async def flow() -> None:
        bench = Bench()
        bench.messenger.faults[1] += [OutcomeUnknown("no answer")] * 5
        await bench.write(await bench.chat(1), "a", "b")
        await bench.run_for(120)
        assert len(bench.messenger.faults[1]) == 1
        assert bench.states() == [DeliveryState.UNKNOWN] * 2
        assert bench.sender.outcomes.possible_repeats == 2

    virtual_time.run(flow())


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.PUSH])
def test_what_a_killed_sender_left_follows_the_policy(kind: DeliveryKind) -> None:
    async def flow() -> list[str]:
        bench = Bench()
        await bench.write(await bench.chat(1), "a", kind=kind)
        await bench.write(await bench.chat(2), "b", kind=kind)
        async with bench.database.open_unit() as unit:
            first, _second = await unit.deliveries.claim(virtual_time.now(), lease=timedelta(seconds=60), limit=2)
            assert await unit.deliveries.fence(first, virtual_time.now())
            await unit.commit()
        await bench.run_for(5, bench.another_sender())
        return sorted(bench.texts())

    assert virtual_time.run(flow()) == (["a", "b"] if kind is DeliveryKind.DIGEST else ["b"])


@pytest.mark.parametrize(
    ("error", "status", "states"),
    [
        (ChatGone("blocked", code="blocked"), ChatStatus.BLOCKED, [DeliveryState.DROPPED] * 2),
        (TryLater("429", retry_after=timedelta(seconds=30)), ChatStatus.ACTIVE, [DeliveryState.SENT] * 2),
        (BrokenMessage("can't parse entities"), ChatStatus.ACTIVE, [DeliveryState.SENT] * 2),
        (DeliveryError("something new"), ChatStatus.ACTIVE, [DeliveryState.SENT] * 2),
    ],
)
def test_a_fault_of_one_chat_touches_no_other(
    error: DeliveryError, status: ChatStatus, states: list[DeliveryState]
) -> None:
    async def flow() -> None:
        bench = Bench()
        bad = await bench.chat(1)
        await bench.write(bad, "<b>a</b>", "b")
        bench.messenger.faults[1].append(error)
        good = [await bench.chat(number) for number in range(2, 30)]
        for chat in good:
            await bench.write(chat, "a", "b")
        await bench.run_for(5)
        assert all(bench.texts(chat.address.telegram_id) == ["a", "b"] for chat in good)
        await bench.run_for(120)
        assert await bench.status(bad) is status
        rows = [row.state for row in bench.database.tables.outbox.deliveries.values() if row.chat_id == bad.id]
        assert rows == states

    virtual_time.run(flow())


def test_a_broken_message_arrives_as_plain_text_and_the_admin_is_told() -> None:
    async def flow() -> None:
        bench = Bench()
        await bench.chat(ADMIN)
        chat = await bench.chat(1)
        bench.messenger.faults[1].append(BrokenMessage("can't parse entities"))
        await bench.write(chat, '<b>Talks &amp; more</b> <a href="https://e.com/?a=1&amp;b=2">TASS</a>', "next")
        await bench.run_for(10)
        assert bench.texts(1) == ["Talks &amp; more TASS (https://e.com/?a=1&amp;b=2)", "next"]
        (notice,) = bench.texts(ADMIN)
        assert "can't parse entities" in notice

    virtual_time.run(flow())


def test_a_message_that_is_refused_as_plain_text_too_fails_and_the_next_part_goes_on() -> None:
    async def flow() -> None:
        bench = Bench()
        bench.messenger.faults[1] += [BrokenMessage("is empty")] * 2
        await bench.write(await bench.chat(1), "<b>a</b>", "b")
        await bench.run_for(10)
        assert bench.texts(1) == ["b"]
        assert bench.states()[:2] == [DeliveryState.FAILED, DeliveryState.SENT]

    virtual_time.run(flow())


def test_a_group_that_moved_is_followed() -> None:
    async def flow() -> None:
        bench = Bench()
        chat = await bench.chat(-1, ChatKind.GROUP)
        bench.messenger.faults[-1].append(ChatMoved("upgraded", telegram_id=-1001))
        await bench.write(chat, "a", "b")
        await bench.run_for(10)
        assert bench.texts(-1001) == ["a", "b"]
        assert bench.texts(-1) == []

    virtual_time.run(flow())


def test_a_closed_forum_topic_falls_back_to_the_group_and_the_admin_is_told() -> None:
    async def flow() -> None:
        bench = Bench()
        await bench.chat(ADMIN)
        chat = await bench.chat(-5, ChatKind.SUPERGROUP, thread=7)
        bench.messenger.faults[-5].append(TopicClosed("TOPIC_CLOSED"))
        await bench.write(chat, "a")
        await bench.run_for(10)
        assert [sent.address for sent in bench.messenger.arrived if sent.address.telegram_id == -5] == [Address(-5)]
        assert len(bench.texts(ADMIN)) == 1

    virtual_time.run(flow())


def test_a_group_whose_own_topic_is_closed_is_paused_and_nothing_turns_in_circles() -> None:
    async def flow() -> None:
        bench = Bench()
        chat = await bench.chat(-5, ChatKind.SUPERGROUP)
        bench.messenger.faults[-5] += [TopicClosed("TOPIC_CLOSED")] * 9
        await bench.write(chat, "a", "b")
        await bench.run_for(60)
        assert await bench.status(chat) is ChatStatus.BLOCKED
        assert len(bench.messenger.faults[-5]) == 8

    virtual_time.run(flow())


def test_the_admin_hears_of_a_channel_that_refuses_and_not_of_a_person_who_blocks() -> None:
    async def flow() -> None:
        bench = Bench()
        async with bench.database.open_unit() as unit:
            await unit.chats.appoint(Person(77, Role.ADMIN, virtual_time.now()))
            await unit.chats.appoint(Person(78, Role.READER, virtual_time.now()))
            await unit.commit()
        for admin in (77, 78, ADMIN):
            await bench.chat(admin)
        channel, person = await bench.chat(-100, ChatKind.CHANNEL), await bench.chat(1)
        bench.messenger.faults[-100].append(ChatGone("not enough rights", code="no_rights"))
        bench.messenger.faults[1].append(ChatGone("blocked by the user", code="blocked"))
        await bench.write(channel, "a")
        await bench.write(person, "a")
        await bench.run_for(10)
        assert [len(bench.texts(admin)) for admin in (77, 78, ADMIN)] == [1, 0, 1]
        assert "not enough rights" in bench.texts(77)[0]

    virtual_time.run(flow())


@pytest.mark.parametrize(("kind", "hours"), [(DeliveryKind.PUSH, 2), (DeliveryKind.DIGEST, 24)])
def test_what_cannot_be_sent_for_long_is_given_up(kind: DeliveryKind, hours: int) -> None:
    async def flow() -> None:
        bench = Bench(pace=Pace(look_every_s=60))
        bench.messenger.faults[1] += [TryLater("502", retry_after=timedelta(seconds=15))] * 1000
        await bench.write(await bench.chat(1), "a", kind=kind)
        await bench.run_for(hours * 3600 - 1200)
        assert bench.states() == [DeliveryState.PENDING]
        await bench.run_for(2400)
        assert bench.states() == [DeliveryState.FAILED]

    virtual_time.run(flow())


def test_without_a_network_nothing_is_tried_in_vain_and_all_arrives_afterwards() -> None:
    async def flow() -> None:
        bench = Bench()
        for number in range(1, 60):
            bench.messenger.faults[number].append(TryLater("down", retry_after=timedelta(seconds=5), whole_bot=True))
            await bench.write(await bench.chat(number), "a")
        await bench.run_for(3)
        tried = sum(not bench.messenger.faults[number] for number in range(1, 60))
        assert tried <= 3  # those under way when the first one failed
        for faults in bench.messenger.faults.values():
            faults.clear()
        await bench.run_for(30)
        assert len(bench.texts()) == 59

    virtual_time.run(flow())


def test_only_one_sender_a_bot() -> None:
    async def flow() -> None:
        bench = Bench()
        await bench.write(await bench.chat(1), "a")
        stop = asyncio.Event()
        running = asyncio.create_task(bench.sender.run(stop))
        await asyncio.sleep(100)  # renewed, else its lease would have lapsed by now
        with pytest.raises(BadRequest) as busy:
            await bench.another_sender().dispatch()
        assert busy.value.code == "sender_busy"
        stop.set()
        await running
        assert (await bench.another_sender().dispatch()).counts == {}

    virtual_time.run(flow())


def test_a_second_sender_takes_over_when_the_first_is_gone() -> None:
    async def flow() -> None:
        bench = Bench()
        async with bench.database.open_unit() as unit:
            await unit.deliveries.hold_lease("sender", "dead", virtual_time.now(), timedelta(seconds=60))
            await unit.commit()
        await bench.write(await bench.chat(1), "a")
        await bench.run_for(50)
        assert bench.texts() == []
        await bench.run_for(20, bench.another_sender())
        assert bench.texts() == ["a"]

    virtual_time.run(flow())


def test_a_sender_that_has_certainly_ended_is_not_waited_for_nor_are_its_claims() -> None:
    program = "from bot import holder; print(holder.name())"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    async def flow() -> None:
        bench = Bench()
        await bench.write(await bench.chat(1), "a")
        now = virtual_time.now()
        async with bench.database.open_unit() as unit:
            await unit.deliveries.hold_lease("sender", ended.stdout.strip(), now, timedelta(seconds=60))
            await unit.deliveries.claim(now, lease=timedelta(seconds=60), limit=9)
            await unit.commit()
        await bench.run_for(1)
        assert bench.texts() == ["a"]

    virtual_time.run(flow())


def test_the_watch_hears_of_each_look_through_the_outbox() -> None:
    async def flow() -> None:
        bench = Bench()
        looks: list[float] = []
        bench.sender.looked = lambda: looks.append(asyncio.get_running_loop().time())
        await bench.run_for(30)
        assert len(looks) >= 14

    virtual_time.run(flow())


class SlowMessenger(FakeMessenger):
    """Answers after a while; a message arrives at once, as it does at Telegram."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def send(self, address: Address, message: OutMessage) -> int:
        number = await super().send(address, message)
        await asyncio.sleep(self.seconds)
        return number


def test_a_stop_lets_requests_end_and_sends_nothing_more() -> None:
    async def flow() -> None:
        bench = Bench()
        bench.messenger = SlowMessenger(4)
        sender = bench.another_sender()
        for number in range(1, 40):
            await bench.write(await bench.chat(number), "a")
        started = asyncio.get_running_loop().time()
        await bench.run_for(1, sender)
        assert asyncio.get_running_loop().time() - started < 10
        assert len(bench.messenger.arrived) == 3
        assert sorted(set(bench.states())) == [DeliveryState.PENDING, DeliveryState.SENT]

    virtual_time.run(flow())


def test_a_request_that_never_ends_does_not_hold_up_a_stop_and_is_in_doubt_afterwards() -> None:
    async def flow() -> None:
        bench = Bench()
        bench.messenger = SlowMessenger(1000)
        started = asyncio.get_running_loop().time()
        await bench.write(await bench.chat(1), "a")
        await bench.run_for(1, bench.another_sender())
        assert asyncio.get_running_loop().time() - started < 12
        assert bench.states() == [DeliveryState.SENDING]
        bench.messenger = FakeMessenger()
        await bench.run_for(10, bench.another_sender())
        assert bench.texts() == ["a"]

    virtual_time.run(flow())


def test_the_outbox_wakes_the_sender_at_once() -> None:
    async def flow() -> None:
        bench = Bench(pace=Pace(look_every_s=3600))
        stop = asyncio.Event()
        running = asyncio.create_task(bench.sender.run(stop))
        await asyncio.sleep(5)
        await bench.write(await bench.chat(1), "a")
        bench.sender.wake.set()
        await asyncio.sleep(1)
        assert bench.texts() == ["a"]
        stop.set()
        await running

    virtual_time.run(flow())


class FaultyMessenger(FakeMessenger):
    """A library with a fault of its own: what it raises is no DeliveryError."""

    async def send(self, address: Address, message: OutMessage) -> int:
        if address.telegram_id == 1:
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return await super().send(address, message)


def test_a_fault_of_the_library_blocks_neither_the_chat_nor_the_queue() -> None:
    async def flow() -> None:
        bench = Bench()
        bench.messenger = FaultyMessenger()
        await bench.write(await bench.chat(1), "a", "b")
        await bench.write(await bench.chat(2), "a", "b")
        await bench.run_for(60, bench.another_sender())
        assert bench.texts(2) == ["a", "b"]
        assert bench.states()[:2] == [DeliveryState.UNKNOWN] * 2

    virtual_time.run(flow())


def test_a_policy_can_forbid_a_second_digest() -> None:
    async def flow() -> None:
        bench = Bench(policy=Policy(resend_unknown=frozenset()))
        bench.messenger.swallows.add(1)
        bench.messenger.faults[1].append(OutcomeUnknown("no answer"))
        await bench.write(await bench.chat(1), "a")
        await bench.run_for(60)
        assert bench.texts() == ["a"]

    virtual_time.run(flow())


@pytest.mark.parametrize("wish", ["pause", "unsubscribe", "delete"])
def test_who_wants_silence_gets_what_is_under_way_and_nothing_more(wish: str) -> None:
    async def flow() -> tuple[list[str], int]:
        bench = Bench()
        bench.messenger = SlowMessenger(0.5)
        sender = bench.another_sender()
        chat = await bench.chat(1)
        await bench.write(chat, "a", "b", "c")
        await bench.write(chat, "later", key="digest:2023-03-21:20:00")
        sending = asyncio.create_task(bench.run_for(20, sender))
        await asyncio.sleep(0.2)
        match wish:
            case "pause":
                await bench.chats.pause(chat.id, virtual_time.now(), None)
            case "unsubscribe":
                await bench.chats.unsubscribe(chat.id, virtual_time.now())
            case _:
                await bench.chats.delete(chat.id)
        await sending
        async with bench.database.open_unit(readonly=True) as unit:
            told = await unit.chats.told(chat.id, [StoryId(1), StoryId(2), StoryId(3)])
        return bench.texts(), len(told)

    assert virtual_time.run(flow()) == (["a"], 0 if wish == "delete" else 1)


def test_a_chat_that_is_deleted_while_its_message_is_refused_is_no_fault() -> None:
    async def flow() -> None:
        bench = Bench()
        bench.messenger = SlowMessenger(0.5)
        bench.messenger.faults[1].append(ChatGone("blocked", code="blocked"))
        sender = bench.another_sender()
        gone, other = await bench.chat(1), await bench.chat(2)
        await bench.write(gone, "a", "b")
        await bench.write(other, "a")
        sending = asyncio.create_task(bench.run_for(20, sender))
        await bench.chats.delete(gone.id)
        await sending
        assert bench.texts() == ["a"]
        assert not sender.outcomes.counts["unknown"]

    virtual_time.run(flow())


def test_now_is_the_tests_own() -> None:
    async def now() -> float:
        await asyncio.sleep(90)
        return (virtual_time.now() - make.NOW).total_seconds()

    assert virtual_time.run(now()) == 90
