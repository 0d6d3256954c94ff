"""What is kept for a while, and sums by day: the same on the fake and on both databases."""

from datetime import date, timedelta

from news.audience import Address, DeliveryKind, NewDelivery, OutMessage
from news.ids import ChatId
from news.ports import OpenUnitOfWork
from tests.make import NOW, chat

HOUR = timedelta(hours=1)


async def _chat(open_unit: OpenUnitOfWork, number: int = 1001) -> ChatId:
    async with open_unit() as unit:
        added = await unit.chats.add(chat(address=Address(number)))
        await unit.commit()
    return added.id


async def test_a_note_is_read_until_its_time_and_taken_once(open_unit: OpenUnitOfWork) -> None:
    mine, other = await _chat(open_unit), await _chat(open_unit, 1002)
    async with open_unit() as unit:
        await unit.notes.keep(mine, "city", "7", NOW + HOUR)
        await unit.notes.keep(mine, "question", "floods", NOW + HOUR)
        await unit.notes.keep(mine, "question", "floods in Pakistan", NOW + HOUR)
        await unit.notes.keep(ChatId(999), "question", "nobody's", NOW + HOUR)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.notes.read(mine, "question", NOW) == "floods in Pakistan"
        assert await unit.notes.read(mine, "question", NOW + HOUR) is None
        assert await unit.notes.read(other, "question", NOW) is None
        assert await unit.notes.of_chat(mine) == {"city": "7", "question": "floods in Pakistan"}
        assert await unit.notes.of_chat(ChatId(999)) == {}
    async with open_unit() as unit:
        assert await unit.notes.take(mine, "city", NOW) == "7"
        assert await unit.notes.take(mine, "city", NOW) is None
        assert await unit.notes.take(mine, "question", NOW + HOUR) is None
        await unit.commit()


async def test_notes_go_with_their_time_and_with_their_chat(open_unit: OpenUnitOfWork) -> None:
    mine, other = await _chat(open_unit), await _chat(open_unit, 1002)
    async with open_unit() as unit:
        await unit.notes.keep(mine, "question", "floods", NOW)
        await unit.notes.keep(mine, "undo", "{}", NOW + HOUR)
        await unit.notes.keep(other, "undo", "{}", NOW + HOUR)
        assert await unit.notes.forget_over(NOW) == 1
        await unit.chats.remove(other)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.notes.of_chat(mine) == {"undo": "{}"}
        assert await unit.notes.of_chat(other) == {}


async def test_sums_grow_and_values_are_replaced(open_unit: OpenUnitOfWork) -> None:
    monday, tuesday = date(2023, 3, 2), date(2023, 3, 3)
    async with open_unit() as unit:
        await unit.usage.add(monday, {"questions": 2, "answer_ms": 300})
        await unit.usage.add(monday, {"questions": 1})
        await unit.usage.put(tuesday, {"readers": 5})
        await unit.usage.put(tuesday, {"readers": 4})
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.usage.since(monday, ["questions", "readers"]) == {
            "questions": {monday: 3},
            "readers": {tuesday: 4},
        }
        assert await unit.usage.since(tuesday, ["questions"]) == {}


async def test_chats_are_found_by_what_is_noted_of_them(open_unit: OpenUnitOfWork) -> None:
    chats = [await _chat(open_unit, number) for number in (1001, 1002, 1003, 1004)]
    async with open_unit() as unit:
        for chat_id, kind, text, until in (
            (chats[0], "manager", "7", NOW + HOUR),
            (chats[1], "manager", "77", NOW + HOUR),
            (chats[1], "other", "7", NOW + HOUR),
            (chats[2], "manager", "7", NOW + HOUR),
            (chats[3], "manager", "7", NOW),
        ):
            await unit.notes.keep(chat_id, kind, text, until)
        assert await unit.notes.chats_with("manager", "7", NOW, 9) == [chats[2], chats[0]]
        assert await unit.notes.chats_with("manager", "7", NOW, 1) == [chats[2]]
        assert await unit.notes.chats_with("manager", "8", NOW, 9) == []


async def test_digests_are_counted_by_their_local_date_once(open_unit: OpenUnitOfWork) -> None:
    mine, other = await _chat(open_unit), await _chat(open_unit, 1002)
    rows = [
        NewDelivery(chat_id=who, key=key, part=part, kind=kind, message=OutMessage(html="x"), not_before=NOW)
        for who, key, part, kind in (
            (mine, "digest:2023-03-02:08:00", 0, DeliveryKind.DIGEST),
            (mine, "digest:2023-03-02:08:00", 1, DeliveryKind.DIGEST),
            (mine, "digest:2023-03-03:08:00", 0, DeliveryKind.DIGEST),
            (other, "digest:2023-03-02:19:00", 0, DeliveryKind.DIGEST),
            (other, "push:1:1", 0, DeliveryKind.PUSH),
        )
    ]
    async with open_unit() as unit:
        await unit.deliveries.add(rows, NOW)
        while claimed := await unit.deliveries.claim(NOW, lease=HOUR, limit=10):
            for each in claimed:
                assert await unit.deliveries.fence(each, NOW)
                if each.key != "digest:2023-03-03:08:00":
                    await unit.deliveries.sent(each.id, each.id, NOW)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.usage.digests_since(date(2020, 1, 1)) == {date(2023, 3, 2): 2}
        assert await unit.usage.digests_since(date(2023, 3, 3)) == {}
