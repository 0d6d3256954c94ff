"""What chats want is kept, and digests are promised exactly once."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from news.audience import (
    Address,
    Chat,
    ChatKind,
    ChatStatus,
    DeliveryKind,
    DeliveryState,
    Mute,
    MuteKind,
    NewDelivery,
    OutMessage,
    Slot,
    Timetable,
    TopicMode,
)
from news.chats import MOST_TOPICS, ChatService
from news.errors import BadRequest
from news.ids import ChatId, DeliveryId, StoryId
from tests.fakes.storage import FakeDatabase

HERE = Address(1001)
BERLIN = Timetable(zone="Europe/Berlin", times=(time(8, 0),))
MORNING = datetime(2023, 3, 21, 6, 0, tzinfo=UTC)  # 07:00 in Berlin
EIGHT = datetime(2023, 3, 21, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def chats(database: FakeDatabase) -> ChatService:
    return ChatService(database.open_unit)


async def subscribed(chats: ChatService, now: datetime = MORNING) -> Chat:
    chat = await chats.open(HERE, ChatKind.PRIVATE, now)
    return await chats.subscribe(chat.id, now, BERLIN)


async def write(database: FakeDatabase, chat: Chat, key: str) -> None:
    row = NewDelivery(
        chat_id=chat.id, key=key, part=0, kind=DeliveryKind.DIGEST, message=OutMessage(html="x"), not_before=MORNING
    )
    async with database.open_unit() as unit:
        await unit.deliveries.add([row], MORNING)
        await unit.commit()


async def test_open_stores_once_and_promises_nothing(chats: ChatService) -> None:
    one = await chats.open(HERE, ChatKind.PRIVATE, MORNING, title="Ann", language="de")
    two = await chats.open(HERE, ChatKind.PRIVATE, MORNING + DAY)
    assert one == two
    assert (one.status, one.next_due_at, one.language) == (ChatStatus.NEW, None, "de")
    assert await chats.get(HERE) == one
    assert await chats.get(Address(5)) is None


async def test_a_forum_topic_is_a_chat_of_its_own(chats: ChatService) -> None:
    group = await chats.open(Address(-100), ChatKind.SUPERGROUP, MORNING)
    topic = await chats.open(Address(-100, 7), ChatKind.SUPERGROUP, MORNING)
    assert group.id != topic.id


async def test_subscribing_promises_the_next_slot(chats: ChatService) -> None:
    chat = await subscribed(chats)
    assert (chat.status, chat.next_due_at) == (ChatStatus.ACTIVE, EIGHT)
    assert await chats.subscribe(chat.id, MORNING) == chat


async def test_unsubscribing_keeps_the_wishes(chats: ChatService) -> None:
    chat = await subscribed(chats)
    gone = await chats.unsubscribe(chat.id, MORNING)
    assert (gone.status, gone.next_due_at, gone.timetable) == (ChatStatus.PAUSED, None, BERLIN)
    assert (await chats.subscribe(chat.id, MORNING)).next_due_at == EIGHT


async def test_a_time_set_for_later_today_comes_today(chats: ChatService) -> None:
    chat = await subscribed(chats, EIGHT + timedelta(hours=1))
    assert chat.next_due_at == EIGHT + DAY
    evening = await chats.change(
        chat.id, EIGHT + timedelta(hours=1), lambda chat: replace(chat, timetable=replace(BERLIN, times=(time(18, 0),)))
    )
    assert evening.next_due_at == datetime(2023, 3, 21, 17, 0, tzinfo=UTC)


async def test_a_slot_that_was_written_is_not_promised_again(chats: ChatService, database: FakeDatabase) -> None:
    chat = await subscribed(chats)
    await write(database, chat, Slot(date(2023, 3, 21), time(8, 0)).key)
    async with database.open_unit() as unit:
        await unit.deliveries.sent(DeliveryId(1), 1, EIGHT)
        await unit.commit()
    west = await chats.change(
        chat.id, EIGHT, lambda chat: replace(chat, timetable=replace(BERLIN, zone="America/New_York"))
    )
    assert west.next_due_at == datetime(2023, 3, 22, 12, 0, tzinfo=UTC)
    back = await chats.change(chat.id, MORNING, lambda chat: replace(chat, timetable=BERLIN))  # the clock was set back
    assert back.next_due_at == EIGHT + DAY


async def test_a_change_does_not_step_over_a_slot_that_has_come(chats: ChatService) -> None:
    chat = await subscribed(chats)
    same = await chats.change(chat.id, EIGHT + timedelta(seconds=30), lambda chat: replace(chat, silent=True))
    assert same.next_due_at == EIGHT


async def test_a_change_cannot_move_the_chat(chats: ChatService) -> None:
    chat = await subscribed(chats)
    changed = await chats.change(chat.id, MORNING, lambda chat: replace(chat, id=ChatId(77), address=Address(5)))
    assert (changed.id, changed.address) == (chat.id, HERE)


@pytest.mark.parametrize(
    ("timetable", "code"),
    [
        (Timetable(zone="Mars/Olympus"), "unknown_zone"),
        (Timetable(times=()), "no_times"),
        (Timetable(weekdays=frozenset()), "no_times"),
    ],
)
async def test_a_timetable_that_promises_nothing_is_refused(
    chats: ChatService, timetable: Timetable, code: str
) -> None:
    chat = await subscribed(chats)
    with pytest.raises(BadRequest) as refused:
        await chats.subscribe(chat.id, MORNING, timetable)
    assert refused.value.code == code
    assert await chats.get(HERE) == chat


async def test_a_pause_promises_the_first_slot_after_it(chats: ChatService) -> None:
    chat = await subscribed(chats)
    paused = await chats.pause(chat.id, MORNING, EIGHT + 3 * DAY)
    assert (paused.status, paused.next_due_at) == (ChatStatus.PAUSED, EIGHT + 3 * DAY)
    resumed = await chats.resume(chat.id, MORNING)
    assert (resumed.status, resumed.paused_until, resumed.next_due_at) == (ChatStatus.ACTIVE, None, EIGHT)
    endless = await chats.pause(chat.id, MORNING, None)
    assert endless.next_due_at is None


async def composed_early(database: FakeDatabase, chat: Chat) -> None:
    """The digest for eight o'clock is written, and the next one is planned."""
    await write(database, chat, Slot(date(2023, 3, 21), time(8, 0)).key)
    async with database.open_unit() as unit:
        await unit.chats.schedule({chat.id: EIGHT + DAY})
        await unit.commit()


async def test_what_a_pause_takes_back_comes_when_it_ends_before_its_time(
    chats: ChatService, database: FakeDatabase
) -> None:
    chat = await subscribed(chats)
    await composed_early(database, chat)
    await chats.pause(chat.id, EIGHT - timedelta(minutes=2), None)
    assert not database.tables.outbox.deliveries
    resumed = await chats.resume(chat.id, EIGHT - timedelta(minutes=1))
    assert resumed.next_due_at == EIGHT


async def test_a_pause_of_who_had_no_digest_takes_pushes_back_and_promises_nothing(
    chats: ChatService, database: FakeDatabase
) -> None:
    chat = await chats.open(HERE, ChatKind.PRIVATE, MORNING)
    await write(database, chat, "push:1:1")
    paused = await chats.pause(chat.id, MORNING, EIGHT + DAY)
    assert not database.tables.outbox.deliveries
    assert (paused.status, paused.next_due_at) == (ChatStatus.NEW, None)
    assert [paused.is_called(at) for at in (MORNING, EIGHT + DAY)] == [False, True]
    assert (await chats.pause(chat.id, MORNING, None)).status is ChatStatus.PAUSED


@pytest.mark.parametrize(
    ("times", "due_at"),
    [((time(9),), EIGHT + timedelta(hours=1)), ((time(8), time(20)), EIGHT), ((time(7),), EIGHT + timedelta(hours=23))],
)
async def test_a_digest_made_early_is_made_anew_when_the_timetable_changes(
    chats: ChatService, database: FakeDatabase, times: tuple[time, ...], due_at: datetime
) -> None:
    chat = await subscribed(chats)
    await composed_early(database, chat)
    wish = replace(BERLIN, times=times)
    changed = await chats.change(chat.id, EIGHT - timedelta(minutes=2), lambda chat: replace(chat, timetable=wish))
    assert not database.tables.outbox.deliveries
    assert changed.next_due_at == due_at


async def test_a_digest_whose_time_has_come_is_sent_whatever_the_new_time(
    chats: ChatService, database: FakeDatabase
) -> None:
    chat = await subscribed(chats)
    await composed_early(database, chat)
    nine = replace(BERLIN, times=(time(9),))
    changed = await chats.change(chat.id, EIGHT + timedelta(seconds=1), lambda chat: replace(chat, timetable=nine))
    assert len(database.tables.outbox.deliveries) == 1
    assert changed.next_due_at == EIGHT + timedelta(hours=1)


async def test_who_changes_when_a_chat_is_due_is_heard(chats: ChatService) -> None:
    heard: list[datetime] = []
    chats.promised = heard.append
    chat = await subscribed(chats)
    await chats.change(chat.id, MORNING, lambda old: replace(old, silent=True))
    await chats.unsubscribe(chat.id, MORNING)
    assert heard == [EIGHT]


async def test_a_blocked_chat_wakes_with_all_it_chose(chats: ChatService, database: FakeDatabase) -> None:
    chat = await subscribed(chats)
    await chats.follow(chat.id, "Russia China", MORNING)
    await write(database, chat, "digest:2023-03-20:08:00")
    blocked = await chats.block(chat.id, "blocked", MORNING)
    assert (blocked.status, blocked.blocked_code, blocked.next_due_at) == (ChatStatus.BLOCKED, "blocked", None)
    [row] = database.tables.outbox.deliveries.values()
    assert row.state is DeliveryState.DROPPED
    woken = await chats.open(HERE, ChatKind.PRIVATE, MORNING)
    assert (woken.status, woken.blocked_code, woken.next_due_at) == (ChatStatus.ACTIVE, None, EIGHT)
    assert len(await chats.topics(chat.id)) == 1


async def test_who_had_unsubscribed_stays_so_after_a_block(chats: ChatService) -> None:
    chat = await subscribed(chats)
    await chats.unsubscribe(chat.id, MORNING)
    await chats.block(chat.id, "blocked", MORNING)
    woken = await chats.open(HERE, ChatKind.PRIVATE, MORNING)
    assert (woken.status, woken.blocked_code, woken.next_due_at) == (ChatStatus.PAUSED, None, None)


async def test_a_group_that_became_a_supergroup(chats: ChatService) -> None:
    group = await chats.open(Address(-5), ChatKind.GROUP, MORNING)
    await chats.subscribe(group.id, MORNING, BERLIN)
    newcomer = await chats.open(Address(-1005), ChatKind.SUPERGROUP, MORNING)  # greeted at the new number first
    moved = await chats.move(group.id, -1005)
    assert (moved.id, moved.address, moved.kind, moved.status) == (
        group.id,
        Address(-1005),
        ChatKind.SUPERGROUP,
        ChatStatus.ACTIVE,
    )
    assert [chat.id for chat in await chats.all()] == [group.id]
    assert newcomer.id != group.id
    assert await chats.move(group.id, -1005) == moved


async def test_a_supergroup_that_chose_already_stays(chats: ChatService) -> None:
    group = await chats.open(Address(-5), ChatKind.GROUP, MORNING)
    await chats.subscribe(group.id, MORNING, BERLIN)
    other = await chats.open(Address(-1005), ChatKind.SUPERGROUP, MORNING)
    await chats.subscribe(other.id, MORNING, BERLIN)
    assert (await chats.move(group.id, -1005)).id == other.id
    left = await chats.get(Address(-5))
    assert left is not None
    assert (left.status, left.next_due_at) == (ChatStatus.BLOCKED, None)


async def test_a_closed_forum_topic_falls_back_to_the_group(chats: ChatService) -> None:
    topic = await chats.open(Address(-100, 7), ChatKind.SUPERGROUP, MORNING)
    await chats.subscribe(topic.id, MORNING, BERLIN)
    left = await chats.close_topic(topic.id)
    assert (left.address, left.status, left.next_due_at) == (Address(-100), ChatStatus.ACTIVE, EIGHT)
    assert await chats.close_topic(topic.id) == left


async def test_a_group_that_was_only_greeted_takes_the_digests_of_its_closed_topic(chats: ChatService) -> None:
    greeted = await chats.open(Address(-100), ChatKind.SUPERGROUP, MORNING)
    topic = await chats.open(Address(-100, 7), ChatKind.SUPERGROUP, MORNING)
    await chats.subscribe(topic.id, MORNING, BERLIN)
    left = await chats.close_topic(topic.id)
    assert (left.id, left.address, left.status) == (topic.id, Address(-100), ChatStatus.ACTIVE)
    assert greeted.id not in {chat.id for chat in await chats.all()}


async def test_a_group_that_follows_something_keeps_it_when_its_topic_closes(chats: ChatService) -> None:
    group = await chats.open(Address(-100), ChatKind.SUPERGROUP, MORNING)
    await chats.follow(group.id, "trade", MORNING)
    topic = await chats.open(Address(-100, 7), ChatKind.SUPERGROUP, MORNING)
    await chats.subscribe(topic.id, MORNING, BERLIN)
    assert (await chats.close_topic(topic.id)).status is ChatStatus.BLOCKED
    assert [followed.query for followed in await chats.topics(group.id)] == ["trade"]


async def test_a_closed_forum_topic_stops_where_the_group_has_its_own(chats: ChatService) -> None:
    group = await chats.open(Address(-100), ChatKind.SUPERGROUP, MORNING)
    await chats.subscribe(group.id, MORNING, BERLIN)
    topic = await chats.open(Address(-100, 7), ChatKind.SUPERGROUP, MORNING)
    await chats.subscribe(topic.id, MORNING, BERLIN)
    left = await chats.close_topic(topic.id)
    assert (left.status, left.blocked_code, left.next_due_at) == (ChatStatus.BLOCKED, "topic_closed", None)


async def test_rescheduling_brings_back_a_slot_that_a_wrong_clock_put_far_away(
    chats: ChatService, database: FakeDatabase
) -> None:
    chat = await subscribed(chats, MORNING + 2000 * DAY)
    assert await chats.reschedule(MORNING) == 1
    assert database.tables.outbox.chats[chat.id].next_due_at == EIGHT
    assert await chats.reschedule(EIGHT + timedelta(hours=1)) == 0, "a slot that has come stays due"


async def test_following(chats: ChatService) -> None:
    chat = await subscribed(chats)
    one = await chats.follow(chat.id, "  Russia   China ", MORNING)
    again = await chats.follow(chat.id, "russia china", MORNING, TopicMode.PUSH)
    assert (one.query, again.id, again.mode) == ("Russia China", one.id, TopicMode.PUSH)
    assert await chats.unfollow(chat.id, one.id)
    assert not await chats.unfollow(chat.id, one.id)
    assert await chats.topics(chat.id) == ()


@pytest.mark.parametrize(("query", "code"), [("   ", "empty_query"), ("x" * 201, "long_query")])
async def test_a_query_that_cannot_be_followed(chats: ChatService, query: str, code: str) -> None:
    chat = await subscribed(chats)
    with pytest.raises(BadRequest) as refused:
        await chats.follow(chat.id, query, MORNING)
    assert refused.value.code == code


async def test_topics_are_bounded(chats: ChatService) -> None:
    chat = await subscribed(chats)
    for number in range(MOST_TOPICS):
        await chats.follow(chat.id, f"topic {number}", MORNING)
    with pytest.raises(BadRequest) as refused:
        await chats.follow(chat.id, "one more", MORNING)
    assert refused.value.code == "too_many_topics"
    await chats.follow(chat.id, "TOPIC 3", MORNING, TopicMode.PUSH)  # known already


async def test_nobody_can_unfollow_for_another_chat(chats: ChatService) -> None:
    chat = await subscribed(chats)
    other = await chats.open(Address(2), ChatKind.PRIVATE, MORNING)
    topic = await chats.follow(chat.id, "Russia", MORNING)
    assert not await chats.unfollow(other.id, topic.id)


async def test_mutes(chats: ChatService) -> None:
    chat = await subscribed(chats)
    await chats.mute(chat.id, Mute(MuteKind.WORD, "golf"))
    muted = await chats.mute(chat.id, Mute(MuteKind.WORD, "Golf"))
    assert muted.mutes == (Mute(MuteKind.WORD, "golf"),)
    assert (await chats.unmute(chat.id, Mute(MuteKind.WORD, "GOLF"))).mutes == ()
    with pytest.raises(BadRequest):
        await chats.mute(chat.id, Mute(MuteKind.WORD, " "))


async def test_export_holds_everything_as_json_and_delete_leaves_nothing(
    chats: ChatService, database: FakeDatabase
) -> None:
    chat = await subscribed(chats)
    await chats.follow(chat.id, "Russia China", MORNING)
    await chats.rate(chat.id, StoryId(3), 5, MORNING)
    await chats.mute(chat.id, Mute(MuteKind.WORD, "golf"))
    await write(database, chat, "digest:2023-03-20:08:00")
    exported = json.loads(json.dumps(await chats.export(chat.id)))
    assert exported["chat"]["timetable"]["zone"] == "Europe/Berlin"
    assert exported["chat"]["mutes"] == [{"kind": "word", "value": "golf"}]
    assert exported["topics"][0]["query"] == "Russia China"
    assert exported["ratings"] == {"3": 1}
    assert exported["deliveries"] == ["digest:2023-03-20:08:00"]
    await chats.delete(chat.id)
    await chats.delete(chat.id)
    left = database.tables.outbox
    assert [left.chats, left.topics, left.ratings, left.ledger, left.deliveries] == [{}, {}, {}, {}, {}]


async def test_an_unknown_chat_is_a_bad_request(chats: ChatService) -> None:
    for asked in (
        chats.subscribe(ChatId(9), MORNING),
        chats.block(ChatId(9), "blocked", MORNING),
        chats.rate(ChatId(9), StoryId(1), 1, MORNING),
        chats.export(ChatId(9)),
        chats.follow(ChatId(9), "Russia", MORNING),
    ):
        with pytest.raises(BadRequest) as refused:
            await asked
        assert refused.value.code == "unknown_chat"
