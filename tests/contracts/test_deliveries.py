from dataclasses import replace
from datetime import date, timedelta

import pytest

from news.audience import (
    Address,
    Attachment,
    Button,
    Chat,
    ChatKind,
    Delivery,
    DeliveryKind,
    DeliveryState,
    FileKind,
    NewDelivery,
    OutMessage,
)
from news.ids import ArticleId, ChatId, StoryId
from news.ports import OpenUnitOfWork, UnitOfWork
from news.reading import Citation
from tests.make import NOW, chat, new_article, new_source, story_update

LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
KEY = "digest:2023-03-21:08:00"


async def _chats(unit: UnitOfWork, count: int = 1) -> list[Chat]:
    return [await unit.chats.add(chat(address=Address(1001 + n))) for n in range(count)]


def _row(chat_id: ChatId, part: int = 0, **changes: object) -> NewDelivery:
    plain = NewDelivery(
        chat_id=chat_id,
        key=KEY,
        part=part,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html=f"part {part}"),
        not_before=NOW,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # by name


async def _story(unit: UnitOfWork) -> StoryId:
    source = await unit.sources.add(new_source())
    (article_id,) = await unit.articles.add([new_article(source_id=source.id)])
    return await unit.stories.create(article_id, "T", story_update(article_id))


async def _fenced(unit: UnitOfWork) -> Delivery:
    """The only due row, on its way."""
    (claimed,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
    assert await unit.deliveries.fence(claimed, NOW)
    return claimed


async def _state(unit: UnitOfWork) -> str:
    """The state of the only row."""
    counts = await unit.deliveries.counts(NOW)
    (state,) = [state for state in DeliveryState if counts[state]]
    return state


async def test_a_row_is_claimed_as_it_was_written(open_unit: OpenUnitOfWork) -> None:
    message = OutMessage(
        html="<b>Δ 𝄞</b>",
        buttons=((Button("1", data="s:1"), Button("2", url="https://example.com")), (Button("x", data="y"),)),
        silent=True,
        preview=True,
        attachment=Attachment(kind=FileKind.DOCUMENT, name="a.bin", data=bytes(range(256))),
    )
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        story_id = await _story(unit)
        await unit.deliveries.add([_row(one.id, message=message, stories=((story_id, 3),))], NOW)
        await unit.commit()
    async with open_unit() as unit:
        (row,) = await unit.deliveries.claim(NOW + SECOND, lease=LEASE, limit=9)
        await unit.commit()
    assert row == Delivery(
        id=row.id,
        chat_id=one.id,
        address=one.address,
        chat_kind=ChatKind.PRIVATE,
        key=KEY,
        part=0,
        kind=DeliveryKind.DIGEST,
        message=message,
        stories=((story_id, 3),),
        state=DeliveryState.CLAIMED,
        attempts=0,
        not_before=NOW,
        created_at=NOW,
        lease_until=NOW + SECOND + LEASE,
    )


async def test_writing_twice_is_harmless(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        assert await unit.deliveries.add([_row(one.id), _row(one.id, 1)], NOW) == 2
        again = [_row(one.id, message=OutMessage(html="other")), _row(one.id, 2), _row(two.id), _row(two.id)]
        assert await unit.deliveries.add(again, NOW) == 2
        assert await unit.deliveries.add([], NOW) == 0
        claimed = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert [row.message.html for row in claimed] == ["part 0", "part 0"]


async def test_parts_leave_in_order_one_at_a_time(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id, 2), _row(one.id, 0), _row(one.id, 1)], NOW)
        parts = []
        for _ in range(3):
            row = await _fenced(unit)
            parts.append(row.part)
            assert await unit.deliveries.claim(NOW, lease=LEASE, limit=9) == []
            await unit.deliveries.sent(row.id, row.part, NOW)
        assert parts == [0, 1, 2]
        assert await unit.deliveries.claim(NOW, lease=LEASE, limit=9) == []


async def test_a_part_that_waits_holds_back_the_later_ones_of_its_key_only(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id, 0), _row(one.id, 1)], NOW)
        row = await _fenced(unit)
        await unit.deliveries.retry(row.id, NOW + 9 * SECOND, "try_later")
        assert await unit.deliveries.claim(NOW, lease=LEASE, limit=9) == []
        await unit.deliveries.add([_row(one.id, key="push:1:1", kind=DeliveryKind.PUSH)], NOW)
        push = await _fenced(unit)
        assert push.key == "push:1:1"
        await unit.deliveries.sent(push.id, 1, NOW)
        later = NOW + 9 * SECOND
        (again,) = await unit.deliveries.claim(later, lease=LEASE, limit=9)
        assert (again.part, again.attempts, again.error_code) == (0, 1, "try_later")


async def test_a_poison_part_does_not_hold_up_the_rest(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id, 0), _row(one.id, 1)], NOW)
        row = await _fenced(unit)
        await unit.deliveries.fail(row.id, "broken_message", NOW)
        (following,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert following.part == 1
        assert (await unit.deliveries.counts(NOW))["failed"] == 1


async def test_pushes_and_notices_go_first_then_the_oldest(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        chats = await _chats(unit, 5)
        for n, kind in enumerate([DeliveryKind.DIGEST, DeliveryKind.DIGEST, DeliveryKind.PUSH, DeliveryKind.NOTICE]):
            at = NOW - (10 - n) * SECOND
            await unit.deliveries.add([_row(chats[n].id, kind=kind, not_before=at)], at)
        await unit.deliveries.add([_row(chats[4].id, not_before=NOW + SECOND)], NOW)
        first = await unit.deliveries.claim(NOW, lease=LEASE, limit=3)
        assert [row.chat_id for row in first] == [chats[2].id, chats[3].id, chats[0].id]
        rest = await unit.deliveries.claim(NOW, lease=LEASE, limit=3)
        assert [row.chat_id for row in rest] == [chats[1].id]


async def test_of_one_chat_one_row_is_on_its_way(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        await unit.deliveries.add(
            [
                _row(one.id),
                _row(one.id, key="push:1:1", kind=DeliveryKind.PUSH),
                _row(one.id, key="other"),
                _row(two.id),
            ],
            NOW,
        )
        claimed = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert [(row.chat_id, row.key) for row in claimed] == [(one.id, "push:1:1"), (two.id, KEY)]
        assert await unit.deliveries.claim(NOW + SECOND, lease=LEASE, limit=9) == []


async def test_a_lapsed_claim_is_taken_over_and_its_holder_fenced_off(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id)], NOW)
        (slow,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert await unit.deliveries.claim(NOW + LEASE - SECOND, lease=LEASE, limit=9) == []
        (quick,) = await unit.deliveries.claim(NOW + LEASE, lease=LEASE, limit=9)
        assert quick.id == slow.id
        assert not await unit.deliveries.fence(slow, NOW + LEASE)
        assert await unit.deliveries.fence(quick, NOW + LEASE)
        assert not await unit.deliveries.fence(quick, NOW + LEASE)


async def test_a_claim_is_not_fenced_after_its_lease(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id)], NOW)
        (slow,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert not await unit.deliveries.fence(slow, NOW + LEASE)


async def test_what_a_dead_sender_left_is_found_and_never_claimed(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        await unit.deliveries.add([_row(one.id), _row(one.id, 1)], NOW)
        left = await _fenced(unit)
        await unit.deliveries.add([_row(two.id)], NOW)
        much_later = NOW + timedelta(days=1)
        assert [row.chat_id for row in await unit.deliveries.claim(much_later, lease=LEASE, limit=9)] == [two.id]
        (leftover,) = await unit.deliveries.leftovers()
        assert (leftover.id, leftover.state, leftover.attempts) == (left.id, DeliveryState.SENDING, 1)


@pytest.mark.parametrize("again", [False, True])
async def test_an_unknown_outcome_counts_as_told(open_unit: OpenUnitOfWork, again: bool) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        story_id = await _story(unit)
        await unit.deliveries.add([_row(one.id, stories=((story_id, 2),))], NOW)
        row = await _fenced(unit)
        await unit.deliveries.unknown(row.id, NOW + SECOND, again_at=NOW + 5 * SECOND if again else None)
        assert await unit.chats.told(one.id, [story_id]) == {story_id: (2, NOW if again else NOW + SECOND)}
        assert await unit.deliveries.claim(NOW + SECOND, lease=LEASE, limit=9) == []
        assert await _state(unit) == ("pending" if again else "unknown")
        later = await unit.deliveries.claim(NOW + 5 * SECOND, lease=LEASE, limit=9)
        assert [(each.id, each.unknowns, each.error_code) for each in later] == (
            [(row.id, 1, "outcome_unknown")] if again else []
        )


async def test_a_broken_message_is_replaced_by_a_plain_one(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id)], NOW)
        row = await _fenced(unit)
        await unit.deliveries.replace(row.id, OutMessage(html="plain"), NOW, "broken_message")
        (again,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert (again.id, again.message.html, again.error_code) == (row.id, "plain", "broken_message")


async def test_a_sent_row_keeps_its_message_id(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        story_id = await _story(unit)
        await unit.deliveries.add([_row(one.id, stories=((story_id, 1),))], NOW)
        row = await _fenced(unit)
        assert await unit.deliveries.of_story(one.id, story_id) == []
        await unit.deliveries.sent(row.id, 77, NOW + SECOND)
        (sent,) = await unit.deliveries.of_story(one.id, story_id)
        assert (sent.message_id, sent.sent_at, sent.state) == (77, NOW + SECOND, DeliveryState.SENT)
        assert await unit.deliveries.of_story(ChatId(99), story_id) == []


async def test_an_edit_knows_the_message_whose_place_it_takes(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (mine,) = await _chats(unit)
        story_id = await _story(unit)
        push = _row(mine.id, key=f"push:{story_id}:1", kind=DeliveryKind.PUSH, stories=((story_id, 1),))
        await unit.deliveries.add([push], NOW)
        await unit.deliveries.sent((await _fenced(unit)).id, 41, NOW)
        edit = replace(push, key=f"edit:{story_id}:2", stories=((story_id, 2),), edits=41)
        await unit.deliveries.add([edit], NOW)
        fenced = await _fenced(unit)
        assert fenced.edits == 41
        await unit.deliveries.sent(fenced.id, 41, NOW + SECOND)
        told = await unit.deliveries.of_story(mine.id, story_id)
        assert [(row.key, row.edits, row.message_id) for row in told] == [(edit.key, 41, 41), (push.key, None, 41)]
        assert (await unit.chats.told(mine.id, [story_id]))[story_id][0] == 2


async def test_a_gone_chat_drops_what_is_unfinished(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        await unit.deliveries.add([_row(one.id)], NOW)
        await unit.deliveries.sent((await _fenced(unit)).id, 1, NOW)
        await unit.deliveries.add([_row(one.id, 1), _row(one.id, 2), _row(two.id)], NOW)
        assert await unit.deliveries.drop_chat(one.id, "blocked") == 2
        assert await unit.deliveries.drop_chat(one.id, "blocked") == 0
        assert [row.chat_id for row in await unit.deliveries.claim(NOW, lease=LEASE, limit=9)] == [two.id]
        counts = await unit.deliveries.counts(NOW)
        assert (counts["dropped"], counts["sent"], counts["claimed"]) == (2, 1, 1)


async def test_what_is_recalled_is_forgotten_or_where_it_has_begun_not_gone_on_with(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        rows = [_row(one.id, part, key="digest:2023-03-20:08:00") for part in (0, 1)]
        await unit.deliveries.add(rows, NOW)
        await unit.deliveries.sent((await _fenced(unit)).id, 1, NOW)  # the first part of two
        untouched = [_row(one.id, part) for part in (0, 1)]
        push, notice = _row(one.id, key="push:1:1", kind=DeliveryKind.PUSH), _row(one.id, key="notice:x")
        await unit.deliveries.add([*untouched, push, replace(notice, kind=DeliveryKind.NOTICE), _row(two.id)], NOW)
        (claimed, _) = await unit.deliveries.claim(NOW, lease=LEASE, limit=2)
        assert claimed.key == "push:1:1"
        assert await unit.deliveries.recall(one.id, "paused", {KEY}) == 2
        assert await unit.deliveries.keys(one.id, "digest:") == ["digest:2023-03-20:08:00"]
        assert await unit.deliveries.recall(one.id, "paused") == 2
        assert await unit.deliveries.recall(one.id, "paused") == 0
        assert not await unit.deliveries.fence(claimed, NOW)
        await unit.deliveries.retry(claimed.id, NOW, "late")
        left = await unit.deliveries.claim(NOW + LEASE, lease=LEASE, limit=9)
        assert sorted((row.chat_id, row.key) for row in left) == [(one.id, "notice:x"), (two.id, KEY)]
        counts = await unit.deliveries.counts(NOW)
        assert (counts["sent"], counts["dropped"], counts["pending"]) == (1, 1, 0)


async def test_what_may_have_arrived_has_begun_and_what_is_on_its_way_is_let_go(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        await unit.deliveries.add([_row(one.id), _row(one.id, 1)], NOW)
        in_doubt = await _fenced(unit)
        await unit.deliveries.unknown(in_doubt.id, NOW, again_at=NOW)
        assert await unit.deliveries.recall(one.id, "paused") == 2
        assert await unit.deliveries.keys(one.id, "digest:") == [KEY]
        await unit.deliveries.add([_row(two.id)], NOW)
        on_its_way = await _fenced(unit)
        assert await unit.deliveries.recall(two.id, "paused") == 0
        await unit.deliveries.sent(on_its_way.id, 5, NOW)
        counts = await unit.deliveries.counts(NOW)
        assert (counts["dropped"], counts["sent"]) == (2, 1)


async def test_a_moved_chat_gets_what_was_written_before(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await unit.deliveries.add([_row(one.id)], NOW)
        await unit.chats.save(replace(one, address=Address(-100_500), kind=ChatKind.SUPERGROUP))
        (row,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert (row.address, row.chat_kind) == (Address(-100_500), ChatKind.SUPERGROUP)


async def test_messages_of_a_day_are_counted(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        midnight = NOW - timedelta(hours=12)
        rows = [_row(one.id, part, key="push:1:1") for part in (0, 1)]
        await unit.deliveries.add([*rows, _row(one.id, key="edit:1:2"), _row(two.id, key="push:1:1")], NOW)
        await unit.deliveries.add([_row(one.id, key="push:9:1")], midnight - SECOND)
        await unit.deliveries.add([_row(one.id, key="push:2:1")], midnight)
        assert await unit.deliveries.count_since(one.id, "push:", midnight) == 2
        claimed = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        for row in claimed:
            await unit.deliveries.fail(row.id, "broken", NOW)
        assert {(row.key, row.part) for row in claimed} == {("push:1:1", 0)}
        assert await unit.deliveries.count_since(one.id, "push:", midnight) == 2, "its other part may still leave"
        assert await unit.deliveries.drop_chat(one.id, "gone") > 0
        assert await unit.deliveries.count_since(one.id, "push:", midnight) == 0


async def test_keys_by_their_beginning(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two = await _chats(unit, 2)
        keys = [KEY, "digest:2023-03-22:08:00", "digest:2022-01-01:08:00", "push:1:1", "PUSH:x", "digest%"]
        await unit.deliveries.add([_row(one.id, part, key=key) for key in keys for part in (0, 1)], NOW)
        await unit.deliveries.add([_row(two.id, key="push:9:9")], NOW)
        assert await unit.deliveries.keys(one.id, "push:") == ["push:1:1"]
        assert await unit.deliveries.keys(one.id, "digest:2023-03-2") == keys[:2]
        assert await unit.deliveries.keys(one.id, "digest%") == ["digest%"]
        slots = await unit.deliveries.slot_keys([one.id, two.id], date(2023, 3, 21))
        assert slots == {one.id: frozenset(keys[:2])}


async def test_one_holder_a_lease(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        hold = unit.deliveries.hold_lease
        assert await hold("sender", "a", NOW, LEASE)
        assert not await hold("sender", "b", NOW + LEASE - SECOND, LEASE)
        assert await hold("planner", "b", NOW, LEASE)
        assert await hold("sender", "a", NOW + 30 * SECOND, LEASE)
        assert not await hold("sender", "b", NOW + LEASE, LEASE)
        assert await hold("sender", "b", NOW + LEASE + 30 * SECOND, LEASE)
        assert not await hold("sender", "a", NOW + LEASE + 31 * SECOND, LEASE)
        await unit.deliveries.drop_lease("sender", "a")
        assert not await hold("sender", "a", NOW + LEASE + 31 * SECOND, LEASE)
        await unit.deliveries.drop_lease("sender", "b")
        assert await hold("sender", "a", NOW + LEASE + 31 * SECOND, LEASE)


async def test_counts_for_the_metrics(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        empty = await unit.deliveries.counts(NOW)
        assert empty == {**dict.fromkeys(map(str, DeliveryState), 0.0), "oldest_pending_s": 0.0}
        one, two = await _chats(unit, 2)
        await unit.deliveries.add([_row(one.id, not_before=NOW - 40 * SECOND), _row(two.id)], NOW)
        counts = await unit.deliveries.counts(NOW)
        assert (counts["pending"], counts["oldest_pending_s"]) == (2.0, 40.0)


async def test_what_a_pending_row_cites_is_not_forgotten(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        await _story(unit)
        await unit.deliveries.add([_row(one.id, citations=(Citation(ArticleId(1), 1),))], NOW)
        future = NOW + timedelta(days=99)
        assert await unit.articles.forget(future, 9) == 0
        await unit.deliveries.sent((await _fenced(unit)).id, 1, NOW)
        assert await unit.articles.forget(future, 9) == 1


async def test_several_are_fenced_and_sent_at_once(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two, three = await _chats(unit, 3)
        story_id = await _story(unit)
        gone = StoryId(story_id + 900)
        told = ((story_id, 1), (gone, 4))
        await unit.deliveries.add([_row(each.id, stories=told) for each in (one, two, three)], NOW)
        claimed = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        foreign = replace(claimed[2], lease_until=NOW + LEASE + SECOND)
        fenced = await unit.deliveries.fence_many([*claimed[:2], foreign], NOW)
        assert fenced == {claimed[0].id, claimed[1].id}
        await unit.deliveries.sent_many({claimed[0].id: 11, claimed[1].id: 12}, NOW)
        await unit.deliveries.sent_many({claimed[0].id: 99}, NOW + SECOND)
        ledger = await unit.chats.told_many([one.id, two.id], [story_id])
        assert ledger == {one.id: {story_id: (1, NOW)}, two.id: {story_id: (1, NOW)}}
        sent = [*await unit.deliveries.of_story(one.id, story_id), *await unit.deliveries.of_story(two.id, story_id)]
        assert [(each.message_id, each.sent_at) for each in sent] == [(11, NOW), (12, NOW)]
        assert (await unit.deliveries.counts(NOW))["claimed"] == 1


async def test_a_new_sender_releases_what_the_last_one_had_claimed(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two, three = await _chats(unit, 3)
        await unit.deliveries.add([_row(one.id)], NOW)
        left = await _fenced(unit)
        await unit.deliveries.add([_row(two.id), _row(three.id, not_before=NOW + SECOND)], NOW)
        (lost,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert await unit.deliveries.release_claims() == 1
        assert await unit.deliveries.release_claims() == 0
        assert not await unit.deliveries.fence(lost, NOW)
        again = await unit.deliveries.claim(NOW, lease=LEASE, limit=9)
        assert [(row.id, row.attempts) for row in again] == [(lost.id, 0)]
        assert [row.id for row in await unit.deliveries.leftovers()] == [left.id]


async def test_who_holds_a_lease(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        assert await unit.deliveries.lease_holder("sender") is None
        await unit.deliveries.hold_lease("sender", "a", NOW, LEASE)
        assert await unit.deliveries.lease_holder("sender") == "a"
        await unit.deliveries.drop_lease("sender", "a")
        assert await unit.deliveries.lease_holder("sender") is None


async def test_what_cites_an_article_that_was_taken_down_is_not_sent(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (one,) = await _chats(unit)
        story_id = await _story(unit)
        citing = (Citation(ArticleId(1), 1),)
        rows = [
            _row(one.id, 0, citations=citing, stories=((story_id, 1),)),
            _row(one.id, 1, citations=(Citation(ArticleId(2), 1),)),
            _row(one.id, 0, key="push:1:1", citations=citing),
        ]
        await unit.deliveries.add(rows, NOW)
        (claimed,) = await unit.deliveries.claim(NOW, lease=LEASE, limit=1)
        assert await unit.deliveries.withdraw(ArticleId(1), "article_removed") == 2
        assert not await unit.deliveries.fence(claimed, NOW)
        assert await unit.chats.told(one.id, [story_id]) == {}  # so that the next digest tells the story
        (left,) = await unit.deliveries.claim(NOW + 2 * LEASE, lease=LEASE, limit=9)
        assert (left.key, left.part) == (KEY, 1)
        assert await unit.deliveries.fence(left, NOW + 2 * LEASE)
        assert await unit.deliveries.withdraw(ArticleId(2), "article_removed") == 0  # on its way already
