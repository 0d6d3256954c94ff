"""Chats and the outbox in memory: who is told, what they were told, and what is still to be sent."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from news.audience import (
    Address,
    AdminAction,
    Chat,
    ChatKind,
    ChatStatus,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Invitation,
    NewDelivery,
    OutMessage,
    Person,
    Topic,
    TopicMode,
)
from news.ids import ArticleId, ChatId, DeliveryId, StoryId, TopicId
from news.merging import Merged
from news.reading import Citation, CitedSentence

UNFINISHED = frozenset({DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING})
FINISHED_TOLD = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


@dataclass
class OutboxTables:
    """One state of the telling side's rows."""

    chats: dict[ChatId, Chat] = field(default_factory=dict)
    topics: dict[TopicId, Topic] = field(default_factory=dict)
    ledger: dict[ChatId, dict[StoryId, tuple[int, datetime]]] = field(default_factory=dict)
    ratings: dict[tuple[ChatId, StoryId], int] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    actions: tuple[AdminAction, ...] = ()
    deliveries: dict[DeliveryId, Delivery] = field(default_factory=dict)
    citations: dict[DeliveryId, tuple[Citation, ...]] = field(default_factory=dict)
    sentences: dict[DeliveryId, tuple[CitedSentence, ...]] = field(default_factory=dict)
    corrects: frozenset[DeliveryId] = frozenset()
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def copy(self) -> "OutboxTables":
        """An independent state with the same rows."""
        return OutboxTables(
            chats=dict(self.chats),
            topics=dict(self.topics),
            ledger={chat_id: dict(told) for chat_id, told in self.ledger.items()},
            ratings=dict(self.ratings),
            people=dict(self.people),
            invitations=dict(self.invitations),
            actions=self.actions,
            deliveries=dict(self.deliveries),
            citations=dict(self.citations),
            sentences=dict(self.sentences),
            corrects=self.corrects,
            leases=dict(self.leases),
        )

    def cited(self) -> set[ArticleId]:
        """The articles that unfinished rows cite."""
        return {
            citation.article_id
            for delivery in self.deliveries.values()
            if delivery.state in UNFINISHED
            for citation in self.citations[delivery.id]
        }

    def knows_more(self, one: StoryId, other: StoryId) -> bool:
        """Whether more chats were told of one story than of the other."""
        told = self.ledger.values()
        return sum(one in each for each in told) > sum(other in each for each in told)

    def merge_stories(self, older: StoryId, younger: StoryId, merged: Merged, at: datetime) -> None:
        """Give every chat, and what it is still to be sent, the version that it has had of the merged story."""
        coming: dict[ChatId, dict[StoryId, int]] = defaultdict(dict)
        for delivery in self.deliveries.values():
            if delivery.state in UNFINISHED:
                for story_id, version in delivery.stories:
                    coming[delivery.chat_id][story_id] = max(version, coming[delivery.chat_id].get(story_id, 0))
        for chat_id in {*self.ledger, *coming}:
            told = self.ledger.get(chat_id, {})
            had = {story_id: version for story_id, (version, _) in told.items()}
            with_coming = {
                story_id: max(had.get(story_id, 0), coming[chat_id].get(story_id, 0))
                for story_id in {*had, *coming[chat_id]}
            }
            if {older, younger} & told.keys():
                last = max(told[each][1] for each in (older, younger) if each in told)
                told.pop(younger, None)
                now_had = merged.told(had.get(older), had.get(younger))
                told[older] = (now_had, at if now_had == merged.version else last)
            version = merged.told(with_coming.get(older), with_coming.get(younger))
            for delivery in [each for each in self.deliveries.values() if each.chat_id == chat_id]:
                either = [
                    (older, version) if story in (older, younger) else (story, was) for story, was in delivery.stories
                ]
                self.deliveries[delivery.id] = replace(delivery, stories=tuple(dict.fromkeys(either)))
        for (chat_id, story_id), value in list(self.ratings.items()):
            if story_id == younger:
                del self.ratings[chat_id, story_id]
                self.ratings.setdefault((chat_id, older), value)

    def part_stories(self, left: StoryId, new: StoryId, versions_at: Sequence[datetime]) -> None:
        """What is still to be sent of a story tells of the part that leaves it too, as far as it was there then."""
        for delivery in list(self.deliveries.values()):
            version = sum(at <= delivery.created_at for at in versions_at)
            if version and delivery.state in UNFINISHED and any(story == left for story, _ in delivery.stories):
                self.deliveries[delivery.id] = replace(delivery, stories=(*delivery.stories, (new, version)))

    def tell(self, delivery: Delivery, at: datetime) -> None:
        """Write the ledger entries of a row; a later version is never replaced by an earlier one."""
        told = self.ledger.setdefault(delivery.chat_id, {})
        for story_id, version in delivery.stories:
            if version >= told.get(story_id, (0, at))[0]:
                told[story_id] = (version, at)


class Rows(Protocol):
    """The part of `tests.fakes.tables.Tables` that is needed here."""

    outbox: OutboxTables

    def next_id(self, table: str) -> int: ...
    def living(self, story_id: StoryId) -> StoryId: ...


class FakeChats:
    """Implements `news.ports.Chats`."""

    def __init__(self, tables: Rows) -> None:
        self._tables = tables
        self._outbox = tables.outbox

    async def get(self, chat_id: ChatId) -> Chat | None:
        return self._outbox.chats.get(chat_id)

    async def find(self, address: Address) -> Chat | None:
        return next((chat for chat in self._outbox.chats.values() if chat.address == address), None)

    async def at(self, telegram_id: int) -> list[Chat]:
        return [chat for chat in self._outbox.chats.values() if chat.address.telegram_id == telegram_id]

    async def all(self) -> list[Chat]:
        return list(self._outbox.chats.values())

    async def groups(self, limit: int) -> list[Chat]:
        found = [chat for chat in self._outbox.chats.values() if chat.kind is not ChatKind.PRIVATE]
        return sorted((chat for chat in found if chat.blocked_code is None), key=lambda chat: -chat.id)[:limit]

    async def count_by_status(self) -> dict[ChatStatus, int]:
        return dict(Counter(chat.status for chat in self._outbox.chats.values()))

    async def page(self, after: ChatId, limit: int) -> list[Chat]:
        return [self._outbox.chats[chat_id] for chat_id in sorted(self._outbox.chats) if chat_id > after][:limit]

    async def add(self, chat: Chat) -> Chat:
        known = await self.find(chat.address)
        if known is not None:
            return known
        added = replace(chat, id=ChatId(self._tables.next_id("chat")))
        self._outbox.chats[added.id] = added
        return added

    async def save(self, chat: Chat) -> None:
        assert chat.id in self._outbox.chats, "an unknown chat was saved"
        self._outbox.chats[chat.id] = chat

    async def remove(self, chat_id: ChatId) -> None:
        self._outbox.chats.pop(chat_id, None)
        self._outbox.ledger.pop(chat_id, None)
        for topic in [topic for topic in self._outbox.topics.values() if topic.chat_id == chat_id]:
            del self._outbox.topics[topic.id]
        for rated in [rated for rated in self._outbox.ratings if rated[0] == chat_id]:
            del self._outbox.ratings[rated]
        for delivery in [each for each in self._outbox.deliveries.values() if each.chat_id == chat_id]:
            del self._outbox.deliveries[delivery.id]
            del self._outbox.citations[delivery.id]
            del self._outbox.sentences[delivery.id]

    async def due(self, now: datetime, limit: int) -> list[Chat]:
        due = [
            (chat.next_due_at, chat.id, chat)
            for chat in self._outbox.chats.values()
            if chat.next_due_at is not None and chat.next_due_at <= now and _awake(chat, now)
        ]
        return [chat for _, _, chat in sorted(due, key=lambda row: row[:2])[:limit]]

    async def due_counts(self, after: datetime, until: datetime) -> dict[datetime, int]:
        chats = self._outbox.chats.values()
        times = [(chat, chat.next_due_at) for chat in chats if chat.next_due_at is not None]
        return Counter(at for chat, at in times if after < at <= until and _awake(chat, at))

    async def schedule(self, due: Mapping[ChatId, datetime | None]) -> None:
        for chat_id, next_due_at in due.items():
            self._outbox.chats[chat_id] = replace(self._outbox.chats[chat_id], next_due_at=next_due_at)

    async def topics(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, tuple[Topic, ...]]:
        found: dict[ChatId, tuple[Topic, ...]] = {}
        for topic in self._outbox.topics.values():
            if topic.chat_id in chat_ids:
                found[topic.chat_id] = (*found.get(topic.chat_id, ()), topic)
        return found

    async def follow(self, chat_id: ChatId, query: str, mode: TopicMode, now: datetime) -> Topic:
        for topic in self._outbox.topics.values():
            if topic.chat_id == chat_id and topic.query.casefold() == query.casefold():
                self._outbox.topics[topic.id] = replace(topic, mode=mode)
                return self._outbox.topics[topic.id]
        topic_id = TopicId(self._tables.next_id("topic"))
        self._outbox.topics[topic_id] = Topic(id=topic_id, chat_id=chat_id, query=query, mode=mode, created_at=now)
        return self._outbox.topics[topic_id]

    async def unfollow(self, chat_id: ChatId, topic_id: TopicId) -> bool:
        topic = self._outbox.topics.get(topic_id)
        if topic is None or topic.chat_id != chat_id:
            return False
        del self._outbox.topics[topic_id]
        return True

    async def topics_in(self, modes: Sequence[TopicMode]) -> list[Topic]:
        return [topic for topic in self._outbox.topics.values() if topic.mode in modes]

    async def told(self, chat_id: ChatId, story_ids: Sequence[StoryId]) -> dict[StoryId, tuple[int, datetime]]:
        return (await self.told_many([chat_id], story_ids)).get(chat_id, {})

    async def told_many(
        self, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
    ) -> dict[ChatId, dict[StoryId, tuple[int, datetime]]]:
        asked_as = {self._tables.living(story_id): story_id for story_id in story_ids}
        found: dict[ChatId, dict[StoryId, tuple[int, datetime]]] = defaultdict(dict)
        wanted = set(chat_ids)

        def count(chat_id: ChatId, story_id: StoryId, version: int, at: datetime) -> None:
            asked = asked_as.get(self._tables.living(story_id))
            if asked is not None and version >= found[chat_id].get(asked, (0, at))[0]:
                found[chat_id][asked] = (version, at)

        for chat_id in wanted & self._outbox.ledger.keys():
            for story_id, (version, at) in self._outbox.ledger[chat_id].items():
                count(chat_id, story_id, version, at)
        for delivery in self._outbox.deliveries.values():
            if delivery.chat_id in wanted and delivery.state in UNFINISHED:
                for story_id, version in delivery.stories:
                    count(delivery.chat_id, story_id, version, delivery.created_at)
        return {chat_id: told for chat_id, told in found.items() if told}

    async def rate(self, chat_id: ChatId, story_id: StoryId, value: int, now: datetime) -> None:
        rated = (chat_id, self._tables.living(story_id))
        if value == 0:
            self._outbox.ratings.pop(rated, None)
        else:
            self._outbox.ratings[rated] = value

    async def ratings(self, chat_id: ChatId) -> dict[StoryId, int]:
        return (await self.ratings_many([chat_id])).get(chat_id, {})

    async def ratings_many(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, dict[StoryId, int]]:
        found: dict[ChatId, dict[StoryId, int]] = {}
        for (chat_id, story_id), value in self._outbox.ratings.items():
            if chat_id in chat_ids:
                found.setdefault(chat_id, {})[story_id] = value
        return found

    async def told_in(self, telegram_id: int, message_id: int) -> tuple[ChatId, tuple[StoryId, ...]] | None:
        for each in self._outbox.deliveries.values():
            if (each.address.telegram_id, each.message_id) == (telegram_id, message_id):
                return each.chat_id, tuple(dict.fromkeys(story_id for story_id, _ in each.stories))
        return None

    async def person(self, user_id: int) -> Person | None:
        return self._outbox.people.get(user_id)

    async def people(self) -> list[Person]:
        return list(self._outbox.people.values())

    async def appoint(self, person: Person) -> None:
        self._outbox.people[person.user_id] = person

    async def dismiss(self, user_id: int) -> None:
        self._outbox.people.pop(user_id, None)

    async def invite(self, invitation: Invitation) -> None:
        self._outbox.invitations[invitation.code] = invitation

    async def redeem(self, code: str, now: datetime) -> bool:
        known = self._outbox.invitations.get(code)
        if known is None or known.until <= now or known.uses <= 0:
            return False
        self._outbox.invitations[code] = replace(known, uses=known.uses - 1)
        return True

    async def record(self, action: AdminAction) -> None:
        self._outbox.actions = (*self._outbox.actions, action)

    async def actions(self, limit: int) -> list[AdminAction]:
        return list(reversed(self._outbox.actions))[:limit]


def _awake(chat: Chat, now: datetime) -> bool:
    pause_over = chat.status is ChatStatus.PAUSED and chat.paused_until is not None and chat.paused_until <= now
    return chat.status is ChatStatus.ACTIVE or pause_over


class FakeDeliveries:
    """Implements `news.ports.Deliveries`."""

    def __init__(self, tables: Rows) -> None:
        self._tables = tables
        self._outbox = tables.outbox

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> int:
        standing = {(row.chat_id, row.key, row.part) for row in self._outbox.deliveries.values()}
        new = 0
        for delivery in deliveries:
            if (delivery.chat_id, delivery.key, delivery.part) in standing:
                continue
            standing.add((delivery.chat_id, delivery.key, delivery.part))
            chat = self._outbox.chats[delivery.chat_id]
            row = Delivery(
                id=DeliveryId(self._tables.next_id("delivery")),
                chat_id=chat.id,
                address=chat.address,
                chat_kind=chat.kind,
                key=delivery.key,
                part=delivery.part,
                kind=delivery.kind,
                message=delivery.message,
                stories=delivery.stories,
                state=DeliveryState.PENDING,
                attempts=0,
                edits=delivery.edits,
                not_before=delivery.not_before,
                created_at=now,
            )
            self._outbox.deliveries[row.id] = row
            self._outbox.citations[row.id] = delivery.citations
            self._outbox.sentences[row.id] = delivery.sentences
            self._outbox.corrects |= {row.id} if delivery.corrects else frozenset()
            new += 1
        return new

    async def claim(self, now: datetime, *, lease: timedelta, limit: int) -> list[Delivery]:
        first: dict[tuple[ChatId, str], Delivery] = {}
        busy: set[ChatId] = set()
        for row in sorted(self._outbox.deliveries.values(), key=lambda row: row.part):
            if row.state in UNFINISHED:
                first.setdefault((row.chat_id, row.key), row)
            if row.state is DeliveryState.SENDING or (row.state is DeliveryState.CLAIMED and _held(row, now)):
                busy.add(row.chat_id)
        due = [row for row in first.values() if row.chat_id not in busy and row.not_before <= now]
        claimed: dict[ChatId, Delivery] = {}
        for row in sorted(
            due, key=lambda row: (row.kind is DeliveryKind.DIGEST, row.lease_until or row.not_before, row.id)
        ):
            if row.chat_id not in claimed and len(claimed) < limit:
                claimed[row.chat_id] = self._change(row.id, state=DeliveryState.CLAIMED, lease_until=now + lease)
        return list(claimed.values())

    async def fence(self, delivery: Delivery, now: datetime) -> bool:
        row = self._outbox.deliveries.get(delivery.id)
        if row is None or row.state is not DeliveryState.CLAIMED or row.lease_until != delivery.lease_until:
            return False
        if not _held(row, now):
            return False
        self._change(row.id, state=DeliveryState.SENDING, attempts=row.attempts + 1)
        return True

    async def sent(self, delivery_id: DeliveryId, message_id: int, now: datetime) -> None:
        known = self._outbox.deliveries.get(delivery_id)
        if known is None or known.state is DeliveryState.SENT:
            return
        row = self._change(delivery_id, state=DeliveryState.SENT, message_id=message_id, sent_at=now, error_code=None)
        self._outbox.tell(row, now)

    async def fence_many(self, deliveries: Sequence[Delivery], now: datetime) -> frozenset[DeliveryId]:
        return frozenset([each.id for each in deliveries if await self.fence(each, now)])

    async def sent_many(self, messages: Mapping[DeliveryId, int], now: datetime) -> None:
        for delivery_id, message_id in messages.items():
            await self.sent(delivery_id, message_id, now)

    async def retry(self, delivery_id: DeliveryId, not_before: datetime, code: str) -> None:
        if not self._is_held(delivery_id):
            return
        self._change(delivery_id, state=DeliveryState.PENDING, not_before=not_before, error_code=code, lease_until=None)

    async def replace(self, delivery_id: DeliveryId, message: OutMessage, now: datetime, code: str) -> None:
        if not self._is_held(delivery_id):
            return
        self._change(
            delivery_id,
            state=DeliveryState.PENDING,
            message=message,
            not_before=now,
            error_code=code,
            lease_until=None,
        )

    async def unknown(self, delivery_id: DeliveryId, now: datetime, *, again_at: datetime | None) -> None:
        unknowns = self._outbox.deliveries[delivery_id].unknowns + 1
        state = DeliveryState.UNKNOWN if again_at is None else DeliveryState.PENDING
        row = self._change(delivery_id, state=state, unknowns=unknowns, error_code="outcome_unknown", lease_until=None)
        if again_at is not None:
            row = self._change(delivery_id, not_before=again_at)
        self._outbox.tell(row, now)

    async def fail(self, delivery_id: DeliveryId, code: str, now: datetime) -> None:
        self._change(delivery_id, state=DeliveryState.FAILED, error_code=code, lease_until=None)

    async def withdraw(self, article_id: ArticleId, code: str) -> int:
        waiting = {DeliveryState.PENDING, DeliveryState.CLAIMED}
        rows = [
            row
            for row in self._outbox.deliveries.values()
            if row.state in waiting
            and article_id in {citation.article_id for citation in self._outbox.citations[row.id]}
        ]
        for row in rows:
            self._change(row.id, state=DeliveryState.FAILED, error_code=code, lease_until=None)
        return len(rows)

    async def drop_chat(self, chat_id: ChatId, code: str) -> int:
        rows = [row for row in self._outbox.deliveries.values() if row.chat_id == chat_id and row.state in UNFINISHED]
        for row in rows:
            self._change(row.id, state=DeliveryState.DROPPED, error_code=code, lease_until=None)
        return len(rows)

    async def recall(self, chat_id: ChatId, code: str, keys: Collection[str] | None = None) -> int:
        waiting = {DeliveryState.PENDING, DeliveryState.CLAIMED}
        mine = [row for row in self._outbox.deliveries.values() if row.chat_id == chat_id]
        begun = {row.key for row in mine if row.state not in waiting or row.unknowns}
        recalled = [
            row
            for row in mine
            if row.state in waiting and row.kind is not DeliveryKind.NOTICE and (keys is None or row.key in keys)
        ]
        for row in recalled:
            if row.key in begun:
                self._change(row.id, state=DeliveryState.DROPPED, error_code=code, lease_until=None)
            else:
                del self._outbox.deliveries[row.id]
                del self._outbox.citations[row.id]
        return len(recalled)

    async def release_claims(self) -> int:
        rows = [row for row in self._outbox.deliveries.values() if row.state is DeliveryState.CLAIMED]
        for row in rows:
            self._change(row.id, state=DeliveryState.PENDING, lease_until=None)
        return len(rows)

    async def leftovers(self) -> list[Delivery]:
        return [self._seen(row) for row in self._outbox.deliveries.values() if row.state is DeliveryState.SENDING]

    async def of_story(self, chat_id: ChatId, story_id: StoryId) -> list[Delivery]:
        wanted = self._tables.living(story_id)
        rows = [
            (row.sent_at, row.id, self._seen(row))
            for row in self._outbox.deliveries.values()
            if row.chat_id == chat_id
            and row.sent_at is not None
            and any(self._tables.living(told) == wanted for told, _ in row.stories)
        ]
        return [row for _, _, row in sorted(rows, key=lambda each: each[:2], reverse=True)]

    async def keys(self, chat_id: ChatId, prefix: str) -> list[str]:
        rows = [row for row in self._outbox.deliveries.values() if row.chat_id == chat_id]
        return list(dict.fromkeys(row.key for row in rows if row.key.startswith(prefix)))

    async def count_since(self, chat_id: ChatId, prefix: str, since: datetime) -> int:
        rows = [row for row in self._outbox.deliveries.values() if row.chat_id == chat_id and row.created_at >= since]
        counted = [row for row in rows if row.state not in {DeliveryState.FAILED, DeliveryState.DROPPED}]
        return len({row.key for row in counted if row.key.startswith(prefix)})

    async def slot_keys(self, chat_ids: Sequence[ChatId], since: date) -> dict[ChatId, frozenset[str]]:
        first = f"digest:{since.isoformat()}"
        found: dict[ChatId, frozenset[str]] = {}
        for row in self._outbox.deliveries.values():
            if row.chat_id in chat_ids and row.key.startswith("digest:") and row.key >= first:
                found[row.chat_id] = found.get(row.chat_id, frozenset()) | {row.key}
        return found

    async def hold_lease(self, name: str, holder: str, now: datetime, ttl: timedelta) -> bool:
        held_by, until = self._outbox.leases.get(name, (holder, now))
        if held_by != holder and until > now:
            return False
        self._outbox.leases[name] = (holder, now + ttl)
        return True

    async def lease_holder(self, name: str) -> str | None:
        return self._outbox.leases[name][0] if name in self._outbox.leases else None

    async def drop_lease(self, name: str, holder: str) -> None:
        if self._outbox.leases.get(name, ("",))[0] == holder:
            del self._outbox.leases[name]

    async def counts(self, now: datetime) -> Mapping[str, float]:
        states = Counter(str(row.state) for row in self._outbox.deliveries.values())
        waiting = [row.not_before for row in self._outbox.deliveries.values() if row.state in UNFINISHED]
        oldest_s = max(0.0, (now - min(waiting, default=now)).total_seconds())
        return {**{str(state): float(states[state]) for state in DeliveryState}, "oldest_pending_s": oldest_s}

    def _is_held(self, delivery_id: DeliveryId) -> bool:
        """Whether a sender has it: it was not deleted, dropped or ended meanwhile."""
        known = self._outbox.deliveries.get(delivery_id)
        return known is not None and known.state in {DeliveryState.CLAIMED, DeliveryState.SENDING}

    def _change(self, delivery_id: DeliveryId, **changes: object) -> Delivery:
        row = self._seen(replace(self._outbox.deliveries[delivery_id], **changes))  # type: ignore[arg-type]  # by name
        self._outbox.deliveries[delivery_id] = row
        return row

    def _seen(self, row: Delivery) -> Delivery:
        """The row with its chat's present address: a group may have moved since it was written."""
        chat = self._outbox.chats[row.chat_id]
        return replace(row, address=chat.address, chat_kind=chat.kind)


def _held(row: Delivery, now: datetime) -> bool:
    return row.lease_until is not None and row.lease_until > now
