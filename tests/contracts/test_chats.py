from dataclasses import replace
from datetime import datetime, time, timedelta

from news.audience import (
    Address,
    AdminAction,
    Chat,
    ChatKind,
    ChatStatus,
    DeliveryKind,
    Invitation,
    Length,
    Mute,
    MuteKind,
    NewDelivery,
    OutMessage,
    Person,
    Role,
    Timetable,
    TopicMode,
    WhenEmpty,
)
from news.ids import ChatId, StoryId, TopicId
from news.ports import OpenUnitOfWork, UnitOfWork
from tests.make import NOW, chat, new_article, new_source, story_update

HOUR = timedelta(hours=1)


async def _chats(unit: UnitOfWork, count: int) -> list[Chat]:
    return [await unit.chats.add(chat(address=Address(1001 + n))) for n in range(count)]


async def _stories(unit: UnitOfWork, count: int) -> list[StoryId]:
    source = await unit.sources.add(new_source())
    articles = [new_article(source_id=source.id, url=f"u{n}", guid=None) for n in range(count)]
    return [await unit.stories.create(each, "T", story_update(each)) for each in await unit.articles.add(articles)]


async def test_a_chat_is_kept_with_everything_it_chose(open_unit: OpenUnitOfWork) -> None:
    given = chat(
        address=Address(-1_001_234_567_890_123, 42),
        kind=ChatKind.SUPERGROUP,
        title="Новости 📰",
        status=ChatStatus.PAUSED,
        timetable=Timetable(
            zone="Asia/Kolkata",
            times=(time(7, 5), time(19, 30)),
            weekdays=frozenset({0, 4}),
            quiet=(time(22), time(6, 30)),
        ),
        length=Length.LONG,
        language="de",
        news_languages=("de", "en"),
        when_empty=WhenEmpty.NOTHING,
        silent=True,
        previews=True,
        pushes_per_day=0,
        mutes=(Mute(MuteKind.WORD, "football"), Mute(MuteKind.STORY, "7")),
        paused_until=NOW + HOUR,
        next_due_at=NOW,
        blocked_code="kicked",
        settled=True,
    )
    async with open_unit() as unit:
        added = await unit.chats.add(given)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert added == replace(given, id=added.id)
        assert await unit.chats.get(added.id) == added
        assert await unit.chats.find(given.address) == added
        assert await unit.chats.find(Address(given.address.telegram_id)) is None
        assert await unit.chats.get(ChatId(99)) is None


async def test_a_known_address_returns_the_stored_chat(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        first = await unit.chats.add(chat(title="First"))
        assert await unit.chats.add(chat(title="Second")) == first
        thread = await unit.chats.add(chat(address=Address(first.address.telegram_id, 1)))
        assert [each.id for each in await unit.chats.all()] == [first.id, thread.id]


async def test_groups_that_can_be_written_to_are_given_latest_first(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = [
            await unit.chats.add(chat(address=Address(-number), kind=kind, blocked_code=code))
            for number, (kind, code) in enumerate(
                (
                    (ChatKind.GROUP, None),
                    (ChatKind.PRIVATE, None),
                    (ChatKind.SUPERGROUP, "kicked"),
                    (ChatKind.CHANNEL, None),
                    (ChatKind.SUPERGROUP, None),
                ),
                start=1,
            )
        ]
        assert await unit.chats.groups(9) == [added[4], added[3], added[0]]
        assert await unit.chats.groups(2) == [added[4], added[3]]


async def test_all_chats_are_walked_through_page_by_page(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        first, second, third = await _chats(unit, 3)
        assert await unit.chats.page(ChatId(0), 2) == [first, second]
        assert await unit.chats.page(second.id, 2) == [third]
        assert await unit.chats.page(third.id, 2) == []


async def test_the_forum_topics_of_a_group_are_found_by_its_number(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        group = await unit.chats.add(chat(address=Address(-5)))
        topic = await unit.chats.add(chat(address=Address(-5, 7)))
        await unit.chats.add(chat(address=Address(5)))
        assert await unit.chats.at(-5) == [group, topic]
        assert await unit.chats.at(7) == []


async def test_a_chat_is_saved_whole(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = await unit.chats.add(chat())
        changed = replace(added, address=Address(-100), kind=ChatKind.SUPERGROUP, timetable=Timetable(times=()))
        await unit.chats.save(changed)
        assert await unit.chats.find(Address(-100)) == changed
        assert await unit.chats.find(added.address) is None


async def test_due_chats_are_awake_and_longest_waiting_first(open_unit: OpenUnitOfWork) -> None:
    states: list[tuple[ChatStatus, datetime | None, datetime | None]] = [
        (ChatStatus.ACTIVE, NOW, None),
        (ChatStatus.ACTIVE, NOW - HOUR, None),
        (ChatStatus.ACTIVE, NOW + HOUR, None),
        (ChatStatus.ACTIVE, None, None),
        (ChatStatus.PAUSED, NOW - 2 * HOUR, None),
        (ChatStatus.PAUSED, NOW - 2 * HOUR, NOW),
        (ChatStatus.PAUSED, NOW - 2 * HOUR, NOW + HOUR),
        (ChatStatus.BLOCKED, NOW - HOUR, None),
        (ChatStatus.NEW, NOW - HOUR, None),
    ]
    async with open_unit() as unit:
        chats = await _chats(unit, len(states))
        for each, (status, due_at, until) in zip(chats, states, strict=True):
            await unit.chats.save(replace(each, status=status, next_due_at=due_at, paused_until=until))
        due = await unit.chats.due(NOW, 9)
        assert [each.id for each in due] == [chats[5].id, chats[1].id, chats[0].id]
        assert await unit.chats.due(NOW, 1) == due[:1]
        await unit.chats.schedule({chats[5].id: NOW + HOUR, chats[1].id: None})
        await unit.chats.schedule({})
        assert [each.id for each in await unit.chats.due(NOW, 9)] == [chats[0].id]
        rescheduled = await unit.chats.get(chats[5].id)
        assert rescheduled == replace(due[0], next_due_at=NOW + HOUR)


async def test_topics_are_followed_once(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        first = await unit.chats.follow(one.id, "Russia–China", TopicMode.DIGEST, NOW)
        again = await unit.chats.follow(one.id, "RUSSIA–china", TopicMode.PUSH, NOW + HOUR)
        assert again == replace(first, mode=TopicMode.PUSH)
        other = await unit.chats.follow(two.id, "Russia–China", TopicMode.BIG, NOW)
        second = await unit.chats.follow(one.id, "Grain", TopicMode.DIGEST, NOW)
        assert await unit.chats.topics([two.id, one.id, ChatId(99)]) == {one.id: (again, second), two.id: (other,)}
        assert await unit.chats.topics_in([TopicMode.PUSH, TopicMode.BIG]) == [again, other]
        assert await unit.chats.topics_in([TopicMode.DIGEST]) == [second]
        assert await unit.chats.topics_in([]) == []
        assert not await unit.chats.unfollow(two.id, first.id)
        assert await unit.chats.unfollow(one.id, first.id)
        assert not await unit.chats.unfollow(one.id, TopicId(99))
        assert await unit.chats.topics([one.id]) == {one.id: (second,)}


async def test_ratings(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        first, second = await _stories(unit, 2)
        await unit.chats.rate(one.id, first, 1, NOW)
        await unit.chats.rate(one.id, first, -1, NOW)
        await unit.chats.rate(one.id, second, 1, NOW)
        await unit.chats.rate(one.id, second, 0, NOW)
        await unit.chats.rate(two.id, second, 0, NOW)
        assert await unit.chats.ratings(one.id) == {first: -1}
        assert await unit.chats.ratings_many([one.id, two.id]) == {one.id: {first: -1}}
        assert await unit.chats.ratings(two.id) == {}


async def test_the_ledger_counts_what_is_not_sent_yet(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        first, second, third = await _stories(unit, 3)
        row = NewDelivery(
            chat_id=one.id,
            key="digest:2023-03-21:08:00",
            part=0,
            kind=DeliveryKind.DIGEST,
            message=OutMessage(html="x"),
            stories=((first, 1), (second, 2)),
            not_before=NOW,
        )
        await unit.deliveries.add([row], NOW)
        coming = {first: (1, NOW), second: (2, NOW)}
        assert await unit.chats.told(one.id, [first, second, third]) == coming
        (claimed,) = await unit.deliveries.claim(NOW, lease=HOUR, limit=5)
        assert await unit.chats.told(one.id, [first]) == {first: (1, NOW)}
        assert await unit.deliveries.fence(claimed, NOW)
        assert await unit.chats.told(one.id, [second]) == {second: (2, NOW)}
        sent_at = NOW + timedelta(minutes=1)
        await unit.deliveries.sent(claimed.id, 5, sent_at)
        sent = {first: (1, sent_at), second: (2, sent_at)}
        assert await unit.chats.told_many([two.id, one.id], [third, first, second]) == {one.id: sent}
        assert await unit.chats.told(two.id, [first]) == {}
        assert await unit.chats.told_many([], [first]) == {}


async def test_a_later_version_is_what_counts(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit, 1)
        (story,) = await _stories(unit, 1)
        for version, key in ((2, "push:1:2"), (1, "push:1:1")):
            row = NewDelivery(
                chat_id=one.id,
                key=key,
                part=0,
                kind=DeliveryKind.PUSH,
                message=OutMessage(html="x"),
                stories=((story, version),),
                not_before=NOW,
            )
            await unit.deliveries.add([row], NOW)
            (claimed,) = await unit.deliveries.claim(NOW, lease=HOUR, limit=5)
            assert await unit.deliveries.fence(claimed, NOW)
            await unit.deliveries.sent(claimed.id, version, NOW + version * HOUR)
        assert await unit.chats.told(one.id, [story]) == {story: (2, NOW + 2 * HOUR)}
        assert [row.key for row in await unit.deliveries.of_story(one.id, story)] == ["push:1:2", "push:1:1"]


async def test_the_persons_wish_deletes_everything_of_the_chat(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        (story,) = await _stories(unit, 1)
        for each in (one, two):
            await unit.chats.follow(each.id, "Grain", TopicMode.DIGEST, NOW)
            await unit.chats.rate(each.id, story, 1, NOW)
            row = NewDelivery(
                chat_id=each.id,
                key="notice:1",
                part=0,
                kind=DeliveryKind.NOTICE,
                message=OutMessage(html="x"),
                stories=((story, 1),),
                not_before=NOW,
            )
            await unit.deliveries.add([row], NOW)
        await unit.chats.remove(one.id)
        await unit.chats.remove(one.id)
        assert await unit.chats.all() == [two]
        assert list(await unit.chats.topics([one.id, two.id])) == [two.id]
        assert await unit.chats.ratings(one.id) == {}
        assert await unit.chats.told(one.id, [story]) == {}
        assert [row.chat_id for row in await unit.deliveries.claim(NOW, lease=HOUR, limit=9)] == [two.id]
        again = await unit.chats.add(chat(address=one.address))
        assert again.id not in {one.id, two.id}


async def test_people_and_their_roles(open_unit: OpenUnitOfWork) -> None:
    owner = Person(user_id=7_000_000_000, role=Role.OWNER, since=NOW)
    reader = Person(user_id=8, role=Role.READER, since=NOW + HOUR)
    async with open_unit() as unit:
        await unit.chats.appoint(owner)
        await unit.chats.appoint(reader)
        assert await unit.chats.people() == [owner, reader]
        admin = replace(reader, role=Role.ADMIN)
        await unit.chats.appoint(admin)
        assert await unit.chats.person(8) == admin
        await unit.chats.dismiss(8)
        await unit.chats.dismiss(8)
        assert await unit.chats.person(8) is None
        assert await unit.chats.people() == [owner]


async def test_topics_of_all_chats_by_mode(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, other = await _chats(unit, 2)
        await unit.chats.follow(one.id, "quiet", TopicMode.DIGEST, NOW)
        push = await unit.chats.follow(one.id, "push", TopicMode.PUSH, NOW)
        big = await unit.chats.follow(other.id, "big", TopicMode.BIG, NOW)
        assert await unit.chats.topics_in([TopicMode.PUSH, TopicMode.BIG]) == [push, big]
        assert await unit.chats.topics_in([TopicMode.BIG]) == [big]
        assert await unit.chats.topics_in([]) == []


async def test_an_invitation_lets_in_so_many_until_then(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        await unit.chats.invite(Invitation(code="two", until=NOW + HOUR, uses=2, made_by=1))
        await unit.commit()
    async with open_unit() as unit:
        assert not await unit.chats.redeem("two", NOW + HOUR)
        assert not await unit.chats.redeem("other", NOW)
        assert [await unit.chats.redeem("two", NOW) for _ in range(3)] == [True, True, False]
        await unit.commit()
    async with open_unit() as unit:
        assert not await unit.chats.redeem("two", NOW)


async def test_what_admins_did_is_kept_latest_first(open_unit: OpenUnitOfWork) -> None:
    done = [AdminAction(at=NOW, user_id=1, action="ban", subject=str(number)) for number in range(3)]
    async with open_unit() as unit:
        for each in done:
            await unit.chats.record(each)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.chats.actions(2) == [done[2], done[1]]


async def test_how_many_chats_come_due_at_each_instant(open_unit: OpenUnitOfWork) -> None:
    late, soon, later = NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    active = {"status": ChatStatus.ACTIVE}
    async with open_unit() as unit:
        for number, changes in enumerate(
            (
                {**active, "next_due_at": late},
                {**active, "next_due_at": soon},
                {"status": ChatStatus.PAUSED, "next_due_at": soon, "paused_until": soon},
                {"status": ChatStatus.PAUSED, "next_due_at": soon},
                {**active, "next_due_at": later},
                {**active, "next_due_at": later + timedelta(microseconds=1)},
            )
        ):
            await unit.chats.add(chat(address=Address(7000 + number), **changes))
        assert await unit.chats.due_counts(NOW, later) == {soon: 2, later: 1}
        assert await unit.chats.due_counts(later + timedelta(hours=1), later + timedelta(hours=2)) == {}
