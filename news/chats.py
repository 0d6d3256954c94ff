"""What a chat wants: subscribing, its timetable, what it follows and mutes, and what becomes of it at Telegram.

Every method may be called again with the same result. Each is one transaction; `next_due_at` is worked out anew in the same
commit as the change that moves it, and a slot that was written already is never promised again. Who pauses or unsubscribes
gets nothing more but the parts under way: what is written and waits is taken back. Raises BadRequest with codes
`unknown_chat`, `unknown_zone`, `no_times`, `empty_query`, `long_query`, `too_many_topics`, `too_many_mutes`.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from news.audience import (
    Address,
    Chat,
    ChatKind,
    ChatStatus,
    Mute,
    Slot,
    Timetable,
    Topic,
    TopicMode,
)
from news.errors import BadRequest
from news.ids import ChatId, StoryId, TopicId
from news.ports import OpenUnitOfWork, UnitOfWork
from news.timetable import CATCH_UP, instant, next_slot, zone_of

MOST_TOPICS = 30
"""Followed by one chat: each is a search per digest; more would crowd every other story out of it."""

MOST_MUTES = 200
"""Kept for one chat."""

LONGEST_QUERY = 200
"""Characters of a followed query."""

_MOMENT = timedelta(microseconds=1)
_MOST_SHIFT = timedelta(hours=4)  # by which an update moves a zone's clock; what is further away is another slot
_PAGE = 500  # chats that are planned anew in one transaction, so that nobody waits long for it
_SERVED_BACK = timedelta(days=3)  # written slots are looked for so far back: any zone's date, and the catch-up


class ChatService:
    """Chats, their wishes and their fate."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        self._open_unit = open_unit
        self.promised: Callable[[datetime], None] = lambda _: None  # hears when a changed chat is due

    async def open(
        self, address: Address, kind: ChatKind, now: datetime, *, title: str | None = None, language: str = "en"
    ) -> Chat:
        """The chat at that address, stored if it is new; one that could not be written to is awake again."""
        async with self._open_unit() as unit:
            chat = await unit.chats.find(address)
            if chat is None:
                new = Chat(id=ChatId(0), address=address, kind=kind, title=title, language=language, created_at=now)
                chat = await unit.chats.add(new)
            renamed = replace(chat, kind=kind, title=title if title is not None else chat.title)
            woken = await self._woken(unit, renamed, now)
            if woken != chat:
                await unit.chats.save(woken)
            await unit.commit()
            return woken

    async def get(self, address: Address) -> Chat | None:
        """The chat at that address, if it is known."""
        async with self._open_unit(readonly=True) as unit:
            return await unit.chats.find(address)

    async def at(self, telegram_id: int) -> list[Chat]:
        """The chat of that number at Telegram and its forum topics, as far as they are known."""
        async with self._open_unit(readonly=True) as unit:
            return await unit.chats.at(telegram_id)

    async def groups(self, limit: int) -> list[Chat]:
        """Groups, their forum topics and channels that can be written to, those met last first."""
        async with self._open_unit(readonly=True) as unit:
            return await unit.chats.groups(limit)

    async def all(self) -> list[Chat]:
        """All chats."""
        async with self._open_unit(readonly=True) as unit:
            return await unit.chats.all()

    async def subscribe(self, chat_id: ChatId, now: datetime, timetable: Timetable | None = None) -> Chat:
        """Promise digests, at the given timetable or the one it has."""

        def edit(chat: Chat) -> Chat:
            return replace(
                chat,
                status=ChatStatus.ACTIVE,
                paused_until=None,
                blocked_code=None,
                timetable=timetable or chat.timetable,
            )

        return await self.change(chat_id, now, edit)

    async def unsubscribe(self, chat_id: ChatId, now: datetime) -> Chat:
        """Promise nothing more; what the chat chose stays for the day it comes back."""
        return await self.change(chat_id, now, lambda chat: replace(chat, status=ChatStatus.PAUSED, paused_until=None))

    async def change(self, chat_id: ChatId, now: datetime, edit: Callable[[Chat], Chat]) -> Chat:
        """Save what `edit` makes of the chat, with `next_due_at` worked out anew; its id and address stay."""
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            edited = replace(edit(chat), id=chat.id, address=chat.address, next_due_at=chat.next_due_at)
            _check(edited)
            await _recall(unit, chat, edited, now)
            changed = await self._planned(unit, edited, now)
            if changed != chat:
                await unit.chats.save(changed)
                await unit.commit()
        if changed.next_due_at is not None and changed.next_due_at != chat.next_due_at:
            self.promised(changed.next_due_at)
        return changed

    async def pause(self, chat_id: ChatId, now: datetime, until: datetime | None) -> Chat:
        """No digests and pushes before `until`; None: until the reader resumes. Who had no digest has none afterwards."""

        def edit(chat: Chat) -> Chat:
            new = chat.status is ChatStatus.NEW and until is not None
            return replace(chat, status=chat.status if new else ChatStatus.PAUSED, paused_until=until)

        return await self.change(chat_id, now, edit)

    async def resume(self, chat_id: ChatId, now: datetime) -> Chat:
        """Digests as before the pause."""
        return await self.subscribe(chat_id, now)

    async def block(self, chat_id: ChatId, code: str, now: datetime) -> Chat:
        """Telegram refuses this chat for good: nothing is promised, what waits is dropped, what it chose stays."""
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            status = ChatStatus.BLOCKED if chat.status is ChatStatus.ACTIVE else chat.status
            blocked = await self._planned(unit, replace(chat, status=status, blocked_code=code), now)
            await unit.deliveries.drop_chat(chat_id, code)
            return await _save(unit, blocked)

    async def move(self, chat_id: ChatId, new_telegram_id: int) -> Chat:
        """The group became a supergroup: the same chat at another number, its forum topic kept.

        Where the new number is known already (the bot was greeted there first), that one gives way if it chose nothing.
        """
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            address = replace(chat.address, telegram_id=new_telegram_id)
            kind = ChatKind.SUPERGROUP if chat.kind is ChatKind.GROUP else chat.kind
            moved = replace(chat, address=address, kind=kind)
            standing = await unit.chats.find(address)
            if standing is not None and standing.id != chat_id:
                if await _has_chosen(unit, standing):
                    await _save(unit, await _closed(unit, chat, "chat_moved"))
                    return standing
                await unit.chats.remove(standing.id)
            return await _save(unit, moved)

    async def close_topic(self, chat_id: ChatId) -> Chat:
        """The forum topic is gone: its digests go to the group itself, or stop where the group has its own."""
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            if chat.address.thread_id is None:
                return chat
            address = replace(chat.address, thread_id=None)
            group = await unit.chats.find(address)
            if group is not None and await _has_chosen(unit, group):
                return await _save(unit, await _closed(unit, chat, "topic_closed"))
            if group is not None:
                await unit.chats.remove(group.id)
            return await _save(unit, replace(chat, address=address))

    async def reschedule(self, now: datetime) -> int:
        """Work out `next_due_at` of all active chats anew, after a start or an update of the zones; how many moved.

        A slot that has come and was not told yet stays due. All chats are taken in pages, a transaction each.
        """
        moved, last = 0, ChatId(0)
        while True:
            async with self._open_unit() as unit:
                chats = await unit.chats.page(last, _PAGE)
                if not chats:
                    return moved
                served = await unit.deliveries.slot_keys([chat.id for chat in chats], now.date() - _SERVED_BACK)
                planned = {chat.id: _due_again(chat, now, served.get(chat.id, frozenset())) for chat in chats}
                changed = {chat.id: planned[chat.id] for chat in chats if planned[chat.id] != chat.next_due_at}
                if changed:
                    await unit.chats.schedule(changed)
                    await unit.commit()
            moved, last = moved + len(changed), chats[-1].id

    async def follow(self, chat_id: ChatId, query: str, now: datetime, mode: TopicMode = TopicMode.DIGEST) -> Topic:
        """Keep a query for the chat's digests or pushes; one it follows already gets the new mode."""
        plain = " ".join(query.split())
        if not plain:
            raise BadRequest("A topic needs words to look for.", code="empty_query")
        if len(plain) > LONGEST_QUERY:
            raise BadRequest(f"A topic is at most {LONGEST_QUERY} characters long.", code="long_query")
        async with self._open_unit() as unit:
            await _known(unit, chat_id)
            followed = (await unit.chats.topics([chat_id])).get(chat_id, ())
            known = any(topic.query.casefold() == plain.casefold() for topic in followed)
            if not known and len(followed) >= MOST_TOPICS:
                raise BadRequest(f"A chat follows at most {MOST_TOPICS} topics.", code="too_many_topics")
            topic = await unit.chats.follow(chat_id, plain, mode, now)
            await unit.commit()
            return topic

    async def unfollow(self, chat_id: ChatId, topic_id: TopicId) -> bool:
        """Whether the chat followed it; it does not any more."""
        async with self._open_unit() as unit:
            gone = await unit.chats.unfollow(chat_id, topic_id)
            await unit.commit()
            return gone

    async def topics(self, chat_id: ChatId) -> tuple[Topic, ...]:
        """What the chat follows, oldest first."""
        async with self._open_unit(readonly=True) as unit:
            followed = (await unit.chats.topics([chat_id])).get(chat_id, ())
        return tuple(sorted(followed, key=lambda topic: (topic.created_at, topic.id)))

    async def mute(self, chat_id: ChatId, mute: Mute) -> Chat:
        """Leave this out of the chat's digests."""
        if not mute.value.strip():
            raise BadRequest("There is nothing to mute.", code="empty_query")
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            if any(_same(mute, known) for known in chat.mutes):
                return chat
            if len(chat.mutes) >= MOST_MUTES:
                raise BadRequest(f"A chat mutes at most {MOST_MUTES} things.", code="too_many_mutes")
            return await _save(unit, replace(chat, mutes=(*chat.mutes, mute)))

    async def unmute(self, chat_id: ChatId, mute: Mute) -> Chat:
        """Let it into the chat's digests again."""
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            left = tuple(known for known in chat.mutes if not _same(mute, known))
            return await _save(unit, replace(chat, mutes=left))

    async def rate(self, chat_id: ChatId, story_id: StoryId, value: int, now: datetime) -> None:
        """👍 +1, 👎 -1, 0 takes it back."""
        async with self._open_unit() as unit:
            await _known(unit, chat_id)
            await unit.chats.rate(chat_id, story_id, max(-1, min(1, value)), now)
            await unit.commit()

    async def export(self, chat_id: ChatId) -> dict[str, Any]:
        """All that is kept about the chat, as plain values."""
        async with self._open_unit(readonly=True) as unit:
            chat = await _known(unit, chat_id)
            topics = (await unit.chats.topics([chat_id])).get(chat_id, ())
            ratings = await unit.chats.ratings(chat_id)
            keys = await unit.deliveries.keys(chat_id, "")
            notes = await unit.notes.of_chat(chat_id)
            doubted = (await unit.articles.doubted([chat_id])).get(chat_id, frozenset())
        return {
            "chat": _plain(asdict(chat)),
            "topics": [_plain(asdict(topic)) for topic in topics],
            "ratings": {str(story_id): value for story_id, value in ratings.items()},
            "deliveries": sorted(keys),
            "notes": dict(notes),
            "reported_sentences": sorted(doubted),
        }

    async def delete(self, chat_id: ChatId) -> None:
        """The person's own wish: nothing is kept of the chat."""
        async with self._open_unit() as unit:
            await unit.chats.remove(chat_id)
            await unit.commit()

    async def _woken(self, unit: UnitOfWork, chat: Chat, now: datetime) -> Chat:
        if chat.blocked_code is None:
            return chat
        status = ChatStatus.ACTIVE if chat.status is ChatStatus.BLOCKED else chat.status
        return await self._planned(unit, replace(chat, status=status, blocked_code=None, next_due_at=None), now)

    async def _planned(self, unit: UnitOfWork, chat: Chat, now: datetime) -> Chat:
        """The chat with the first slot that is promised to it and not written yet."""
        served = (await unit.deliveries.slot_keys([chat.id], now.date() - _SERVED_BACK)).get(chat.id, frozenset())
        return replace(chat, next_due_at=_first_due(chat, now, served))


def _due_again(chat: Chat, now: datetime, served: Collection[str]) -> datetime | None:
    """As `_first_due`, and where the zone's rules changed: the promised slot at its present time, though that is over.

    A zone that an update took away promises nothing until it is known again.
    """
    try:
        return _under_new_rules(chat, now, served) or _first_due(chat, now, served)
    except BadRequest:
        return None


def _under_new_rules(chat: Chat, now: datetime, served: Collection[str]) -> datetime | None:
    """When the promised slot is, if not when it was promised; None: nothing changed, or it is too late for it."""
    promised_at = chat.next_due_at
    if promised_at is None or chat.status is not ChatStatus.ACTIVE or chat.blocked_code is not None:
        return None
    found = next_slot(chat.timetable, promised_at - _MOMENT)
    if found is None or found[1] == promised_at:
        return None
    near: list[datetime] = []
    found = next_slot(chat.timetable, promised_at - _MOST_SHIFT, served)
    while found is not None and found[1] < promised_at + _MOST_SHIFT:
        near.append(found[1])
        found = next_slot(chat.timetable, found[1], served)
    nearest = min(near, key=lambda at: abs(at - promised_at), default=None)
    return nearest if nearest is not None and nearest >= now - CATCH_UP else None


def _first_due(chat: Chat, now: datetime, served: Collection[str]) -> datetime | None:
    """When the first slot comes that is promised to the chat and not written yet."""
    if chat.blocked_code is not None:
        return None
    after = now
    if chat.status is ChatStatus.PAUSED and chat.paused_until is not None:
        after = max(now, chat.paused_until - _MOMENT)
    elif chat.status is not ChatStatus.ACTIVE:
        return None
    elif chat.next_due_at is not None and now - CATCH_UP <= chat.next_due_at <= now:
        after = chat.next_due_at - _MOMENT  # it has come and waits for the next tick: do not step over it
    found = next_slot(chat.timetable, after, served)
    return None if found is None else found[1]


async def _known(unit: UnitOfWork, chat_id: ChatId) -> Chat:
    chat = await unit.chats.get(chat_id)
    if chat is None:
        raise BadRequest(f"There is no chat {chat_id}.", code="unknown_chat")
    return chat


async def _recall(unit: UnitOfWork, before: Chat, after: Chat, now: datetime) -> None:
    """Take back what waits for a chat that wants silence now, and digests made early for slots that are planned anew."""
    if _wants_silence(after) and not _wants_silence(before):
        await unit.deliveries.recall(before.id, "paused")
    elif _slots(after) != _slots(before):
        zone = zone_of(before.timetable)
        written = await unit.deliveries.slot_keys([before.id], now.date() - _SERVED_BACK)
        to_come = {key for key in written.get(before.id, ()) if instant(Slot.of(key), zone) > now}
        await unit.deliveries.recall(before.id, "rescheduled", to_come)


def _wants_silence(chat: Chat) -> bool:
    return chat.status is ChatStatus.PAUSED or chat.paused_until is not None


def _slots(chat: Chat) -> tuple[object, ...]:
    """What of the timetable decides when its digests are due."""
    return chat.timetable.zone, chat.timetable.times, chat.timetable.weekdays


async def _has_chosen(unit: UnitOfWork, chat: Chat) -> bool:
    """Whether the chat is more than one that was greeted: it set something up, mutes or follows."""
    is_set_up = chat.settled or chat.status is not ChatStatus.NEW or bool(chat.mutes)
    return is_set_up or bool((await unit.chats.topics([chat.id])).get(chat.id))


async def _closed(unit: UnitOfWork, chat: Chat, code: str) -> Chat:
    """The chat as one that nothing can be sent to."""
    await unit.deliveries.drop_chat(chat.id, code)
    return replace(chat, status=ChatStatus.BLOCKED, blocked_code=code, next_due_at=None)


async def _save(unit: UnitOfWork, chat: Chat) -> Chat:
    await unit.chats.save(chat)
    await unit.commit()
    return chat


def _check(chat: Chat) -> None:
    zone_of(chat.timetable)
    if chat.status is ChatStatus.ACTIVE and not (chat.timetable.times and chat.timetable.weekdays):
        raise BadRequest("A timetable needs a time and a weekday.", code="no_times")


def _same(one: Mute, other: Mute) -> bool:
    return one.kind is other.kind and one.value.casefold() == other.value.casefold()


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, frozenset)):
        return [_plain(each) for each in (sorted(value) if isinstance(value, frozenset) else value)]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
