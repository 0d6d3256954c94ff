"""Chats, topics, ratings and people's roles in the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update

from news.audience import (
    Address,
    AdminAction,
    Chat,
    ChatKind,
    ChatStatus,
    Invitation,
    Length,
    Mute,
    MuteKind,
    Person,
    Role,
    Timetable,
    Topic,
    TopicMode,
    WhenEmpty,
)
from news.ids import ChatId, StoryId, TopicId
from storage.chunks import chunks
from storage.ledger import read_ledger
from storage.records import versions_from_json
from storage.stories import living_stories
from storage.tables import (
    admin_action,
    chat as table,
    delivery,
    invitation as invitation_table,
    person as person_table,
    rating,
    story,
    topic as topic_table,
)
from storage.transaction import AnyRow, Transaction

_PLAIN_FIELDS = (
    "kind",
    "title",
    "status",
    "length",
    "language",
    "when_empty",
    "silent",
    "previews",
    "pushes_per_day",
    "paused_until",
    "next_due_at",
    "blocked_code",
    "settled",
    "created_at",
)


class SqlChats:
    """Implements `news.ports.Chats`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def get(self, chat_id: ChatId) -> Chat | None:
        return await self._one(table.c.id == chat_id)

    async def find(self, address: Address) -> Chat | None:
        return await self._one(_at(address))

    async def at(self, telegram_id: int) -> list[Chat]:
        query = select(table).where(table.c.telegram_id == telegram_id).order_by(table.c.id)
        return [_chat(row) for row in await self._connection.execute(query)]

    async def all(self) -> list[Chat]:
        return [_chat(row) for row in await self._connection.execute(select(table).order_by(table.c.id))]

    async def groups(self, limit: int) -> list[Chat]:
        public = table.c.kind != ChatKind.PRIVATE
        query = select(table).where(public, table.c.blocked_code.is_(None)).order_by(table.c.id.desc()).limit(limit)
        return [_chat(row) for row in await self._connection.execute(query)]

    async def count_by_status(self) -> dict[ChatStatus, int]:
        query = select(table.c.status, func.count()).group_by(table.c.status)
        return {ChatStatus(row[0]): row[1] for row in await self._connection.execute(query)}

    async def page(self, after: ChatId, limit: int) -> list[Chat]:
        query = select(table).where(table.c.id > after).order_by(table.c.id).limit(limit)
        return [_chat(row) for row in await self._connection.execute(query)]

    async def add(self, chat: Chat) -> Chat:
        statement = self._transaction.insert(table).values(**_row(chat)).on_conflict_do_nothing()
        await self._connection.execute(statement)
        stored = await self.find(chat.address)
        assert stored is not None, "the chat was just written"
        return stored

    async def save(self, chat: Chat) -> None:
        changed = await self._connection.execute(update(table).where(table.c.id == chat.id).values(**_row(chat)))
        assert changed.rowcount == 1, "an unknown chat was saved"

    async def remove(self, chat_id: ChatId) -> None:
        await self._connection.execute(delete(table).where(table.c.id == chat_id))

    async def due(self, now: datetime, limit: int) -> list[Chat]:
        """In a writing unit the chats are taken: a second planner gets others."""
        query = (
            select(table)
            .where(table.c.next_due_at <= now, _awake(now))
            .order_by(table.c.next_due_at, table.c.id)
            .limit(limit)
        )
        if not self._transaction.readonly and not self._transaction.sqlite:
            query = query.with_for_update(skip_locked=True)
        return [_chat(row) for row in await self._connection.execute(query)]

    async def due_counts(self, after: datetime, until: datetime) -> dict[datetime, int]:
        due_at = table.c.next_due_at
        query = select(due_at, func.count()).where(due_at > after, due_at <= until, _awake(due_at)).group_by(due_at)
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def schedule(self, due: Mapping[ChatId, datetime | None]) -> None:
        statement = update(table).where(table.c.id == bindparam("chat_id")).values(next_due_at=bindparam("due_at"))
        rows = [{"chat_id": chat_id, "due_at": next_due_at} for chat_id, next_due_at in sorted(due.items())]
        if rows:
            await self._connection.execute(statement, rows)

    async def topics(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, tuple[Topic, ...]]:
        found: dict[ChatId, list[Topic]] = defaultdict(list)
        for some in chunks(list(dict.fromkeys(chat_ids))):
            query = select(topic_table).where(topic_table.c.chat_id.in_(some)).order_by(topic_table.c.id)
            for row in await self._connection.execute(query):
                found[ChatId(row.chat_id)].append(_topic(row))
        return {chat_id: tuple(topics) for chat_id, topics in found.items()}

    async def follow(self, chat_id: ChatId, query: str, mode: TopicMode, now: datetime) -> Topic:
        row = {"chat_id": chat_id, "query": query, "query_folded": query.casefold(), "mode": mode, "created_at": now}
        statement = self._transaction.insert(topic_table).values(**row)
        stands = statement.on_conflict_do_update(index_elements=["chat_id", "query_folded"], set_={"mode": mode})
        return _topic((await self._connection.execute(stands.returning(topic_table))).one())

    async def unfollow(self, chat_id: ChatId, topic_id: TopicId) -> bool:
        gone = await self._connection.execute(
            delete(topic_table).where(topic_table.c.id == topic_id, topic_table.c.chat_id == chat_id)
        )
        return gone.rowcount > 0

    async def topics_in(self, modes: Sequence[TopicMode]) -> list[Topic]:
        query = select(topic_table).where(topic_table.c.mode.in_(list(modes))).order_by(topic_table.c.id)
        return [_topic(row) for row in await self._connection.execute(query)]

    async def told(self, chat_id: ChatId, story_ids: Sequence[StoryId]) -> dict[StoryId, tuple[int, datetime]]:
        return (await self.told_many([chat_id], story_ids)).get(chat_id, {})

    async def told_many(
        self, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
    ) -> dict[ChatId, dict[StoryId, tuple[int, datetime]]]:
        return await read_ledger(self._transaction, chat_ids, story_ids)

    async def rate(self, chat_id: ChatId, story_id: StoryId, value: int, now: datetime) -> None:
        """A story that is forgotten meanwhile is not rated."""
        living = (await living_stories(self._transaction, [story_id]))[story_id]
        mine = (rating.c.chat_id == chat_id) & (rating.c.story_id == living)
        if value == 0:
            await self._connection.execute(delete(rating).where(mine))
            return
        known = await self._connection.scalar(select(story.c.id).where(story.c.id == living))
        if known is not None:
            row = {"chat_id": chat_id, "story_id": living, "value": value, "at": now}
            statement = self._transaction.insert(rating).values(**row)
            values = {"value": value, "at": now}
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["chat_id", "story_id"], set_=values)
            )

    async def ratings(self, chat_id: ChatId) -> dict[StoryId, int]:
        return (await self.ratings_many([chat_id])).get(chat_id, {})

    async def ratings_many(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, dict[StoryId, int]]:
        found: dict[ChatId, dict[StoryId, int]] = defaultdict(dict)
        for some in chunks(list(dict.fromkeys(chat_ids))):
            query = select(rating).where(rating.c.chat_id.in_(some)).order_by(rating.c.chat_id, rating.c.story_id)
            for row in await self._connection.execute(query):
                found[ChatId(row.chat_id)][StoryId(row.story_id)] = row.value
        return dict(found)

    async def told_in(self, telegram_id: int, message_id: int) -> tuple[ChatId, tuple[StoryId, ...]] | None:
        query = (
            select(delivery.c.chat_id, delivery.c.stories)
            .join(table, table.c.id == delivery.c.chat_id)
            .where(table.c.telegram_id == telegram_id, delivery.c.message_id == message_id)
            .order_by(delivery.c.id)
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return ChatId(row.chat_id), tuple(dict.fromkeys(each for each, _ in versions_from_json(row.stories)))

    async def person(self, user_id: int) -> Person | None:
        query = select(person_table).where(person_table.c.user_id == user_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _person(row)

    async def people(self) -> list[Person]:
        query = select(person_table).order_by(person_table.c.since, person_table.c.user_id)
        return [_person(row) for row in await self._connection.execute(query)]

    async def appoint(self, person: Person) -> None:
        row = {"user_id": person.user_id, "role": person.role, "since": person.since}
        statement = self._transaction.insert(person_table).values(**row)
        values = {"role": person.role, "since": person.since}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))

    async def dismiss(self, user_id: int) -> None:
        await self._connection.execute(delete(person_table).where(person_table.c.user_id == user_id))

    async def invite(self, invitation: Invitation) -> None:
        await self._connection.execute(invitation_table.insert().values(**asdict(invitation)))

    async def redeem(self, code: str, now: datetime) -> bool:
        """One statement, so that two people never take the same use."""
        left = invitation_table.c.uses
        open_ = (invitation_table.c.code == code) & (invitation_table.c.until > now) & (left > 0)
        taken = await self._connection.execute(update(invitation_table).where(open_).values(uses=left - 1))
        return taken.rowcount == 1

    async def record(self, action: AdminAction) -> None:
        await self._connection.execute(admin_action.insert().values(**asdict(action)))

    async def actions(self, limit: int) -> list[AdminAction]:
        query = select(admin_action).order_by(admin_action.c.id.desc()).limit(limit)
        return [
            AdminAction(at=row.at, user_id=row.user_id, action=row.action, subject=row.subject)
            for row in await self._connection.execute(query)
        ]

    async def _one(self, condition: ColumnElement[bool]) -> Chat | None:
        row = (await self._connection.execute(self._transaction.locked(select(table).where(condition)))).one_or_none()
        return None if row is None else _chat(row)


def _at(address: Address) -> ColumnElement[bool]:
    return (table.c.telegram_id == address.telegram_id) & (table.c.thread_id == (address.thread_id or 0))


def _row(chat: Chat) -> dict[str, Any]:
    timetable = chat.timetable
    return {
        **{name: getattr(chat, name) for name in _PLAIN_FIELDS},
        "telegram_id": chat.address.telegram_id,
        "thread_id": chat.address.thread_id or 0,
        "zone": timetable.zone,
        "times": [each.isoformat() for each in timetable.times],
        "weekdays": sorted(timetable.weekdays),
        "quiet": [each.isoformat() for each in timetable.quiet or ()],
        "news_languages": list(chat.news_languages),
        "mutes": [[mute.kind, mute.value] for mute in chat.mutes],
    }


def _awake(at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Active, or with a pause that is over then."""
    pause_over = and_(table.c.status == ChatStatus.PAUSED, table.c.paused_until <= at)
    return or_(table.c.status == ChatStatus.ACTIVE, pause_over)


def _chat(row: AnyRow) -> Chat:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    plain: dict[str, Any] = {name: fields[name] for name in _PLAIN_FIELDS}
    plain["kind"] = ChatKind(plain["kind"])
    plain["status"] = ChatStatus(plain["status"])
    plain["length"] = Length(plain["length"])
    plain["when_empty"] = WhenEmpty(plain["when_empty"])
    quiet = tuple(time.fromisoformat(each) for each in row.quiet)
    return Chat(
        id=ChatId(row.id),
        address=address_of(row),
        timetable=Timetable(
            zone=row.zone,
            times=tuple(time.fromisoformat(each) for each in row.times),
            weekdays=frozenset(row.weekdays),
            quiet=(quiet[0], quiet[1]) if quiet else None,
        ),
        news_languages=tuple(row.news_languages),
        mutes=tuple(Mute(MuteKind(kind), value) for kind, value in row.mutes),
        **plain,
    )


def address_of(row: AnyRow) -> Address:
    """The address in a row that has the chat's columns."""
    return Address(row.telegram_id, row.thread_id or None)


def _topic(row: AnyRow) -> Topic:
    return Topic(
        id=TopicId(row.id),
        chat_id=ChatId(row.chat_id),
        query=row.query,
        mode=TopicMode(row.mode),
        created_at=row.created_at,
    )


def _person(row: AnyRow) -> Person:
    return Person(user_id=row.user_id, role=Role(row.role), since=row.since)
