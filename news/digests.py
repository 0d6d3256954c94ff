"""Composes what is due: for each chat its digest, rendered and written as outbox rows, with its next slot in one commit.

`compose` takes all due chats in batches. A batch is: read what the digests are made from (once per tick), embed the queries
that its chats follow (no transaction open), then one write transaction that reads the due chats again, composes, writes the
rows and moves `next_due_at`. A crash before the commit leaves the chats due; after it the rows stand: nothing is sent twice
and nothing is lost. A chat whose zone is unknown is left out and promised nothing more, it does not hold up the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from news.aliases import AliasTable
from news.asking import KnownVectors, Wording, worded
from news.audience import (
    Address,
    Chat,
    ChatKind,
    ChatStatus,
    DeliveryKind,
    Digest,
    NewDelivery,
    Part,
    Slot,
    Topic,
    WhenEmpty,
)
from news.composing import Reader, compose
from news.entities import PublisherRegister
from news.errors import BadRequest
from news.ids import ChatId
from news.owing import Owing, looked_back
from news.pool import Pool
from news.ports import Embedder, OpenUnitOfWork, Progress, UnitOfWork
from news.retrieval import ReadQuery
from news.spreading import BEGIN_BEFORE, MOST_EARLY, Spread
from news.timetable import DueSlot, days_back, due_slot, next_slot, zone_of

RenderDigest = Callable[[Digest, Chat], tuple[Part, ...]]
"""Makes the messages of a digest. It may look at how the chat wants its messages, not at which chat it is: equal digests
for chats with equal wishes are rendered once."""


@dataclass(frozen=True, slots=True)
class ComposeReport:
    """What a tick did."""

    chats: int = 0  # that were due
    deliveries: int = 0  # rows written
    empty: int = 0  # chats with nothing new that asked for nothing then
    failed: tuple[ChatId, ...] = ()  # chats whose timetable cannot be read
    next_at: datetime | None = None  # when the next chat is due, if that is within minutes

    def __add__(self, other: "ComposeReport") -> "ComposeReport":
        """Both together."""
        return ComposeReport(
            self.chats + other.chats,
            self.deliveries + other.deliveries,
            self.empty + other.empty,
            self.failed + other.failed,
            self.next_at or other.next_at,
        )


@dataclass(frozen=True, slots=True)
class Edge:
    """What the edge gives: how digests look, and how followed texts are understood."""

    render: RenderDigest
    read_query: ReadQuery


class DigestService:
    """Digests, from due chats to outbox rows."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        embedder: Embedder,
        publishers: PublisherRegister,
        aliases: AliasTable,
        render: RenderDigest,
        read_query: ReadQuery,
    ) -> None:
        self._open_unit = open_unit
        self._embedder = embedder
        self._publishers = publishers
        self._aliases = aliases
        self._edge = Edge(render, read_query)
        self._vectors = KnownVectors(embedder)

    async def compose(
        self, now: datetime, *, limit: int = 500, progress: Progress | None = None, per_s: float | None = None
    ) -> ComposeReport:
        """Compose for every due chat, `limit` chats to a commit.

        `per_s`: messages that may leave a second; slots that more chats share than can be served at once are begun
        before their time then (`news.spreading`). None: nothing is early.
        """
        spread = await self._spread(now, per_s)
        press = _Press(Pool(now, self._publishers, self._aliases), self._edge, spread)
        report = ComposeReport(next_at=spread.next_at)
        while True:
            async with self._open_unit(readonly=True) as unit:
                due = await unit.chats.due(spread.until, limit)
                topics = await unit.chats.topics([chat.id for chat in due]) if due else {}
            if not due:
                return report
            await self._prepare(press, due, [topic for each in topics.values() for topic in each])
            async with self._open_unit() as unit:
                done = await press.write_due(unit, limit)
                await unit.commit()
            report += done
            if progress is not None:
                progress("compose", report.chats, report.chats)

    async def _spread(self, now: datetime, per_s: float | None) -> Spread:
        if per_s is None:
            return Spread(now)
        async with self._open_unit(readonly=True) as unit:
            return Spread(now, await unit.chats.due_counts(now, now + MOST_EARLY + BEGIN_BEFORE), per_s)

    async def compose_now(self, chat_id: ChatId, now: datetime) -> Digest | None:
        """Compose and write one chat's digest for this local minute; None: that slot is written already."""
        async with self._open_unit(readonly=True) as unit:
            chat = await _known(unit, chat_id)
            topics = (await unit.chats.topics([chat_id])).get(chat_id, ())
        press = _Press(Pool(now, self._publishers, self._aliases), self._edge)
        await self._prepare(press, [chat], topics)
        async with self._open_unit() as unit:
            chat = await _known(unit, chat_id)
            due = _this_minute(chat, now)
            if due.slot.key in await unit.deliveries.keys(chat_id, due.slot.key):
                return None
            [reader] = await press.readers(unit, [chat])
            digest, rows = press.rows(reader, due)
            await unit.deliveries.add(rows, now)
            await unit.commit()
        return digest

    async def preview(self, now: datetime, chat_id: ChatId | None = None) -> tuple[Chat, Digest, tuple[Part, ...]]:
        """The digest that the chat would get now, with nothing written; None: one for a default reader."""
        chat = Chat(id=ChatId(0), address=Address(0), kind=ChatKind.PRIVATE, created_at=now)
        topics: tuple[Topic, ...] = ()
        if chat_id is not None:
            async with self._open_unit(readonly=True) as unit:
                chat = await _known(unit, chat_id)
                topics = (await unit.chats.topics([chat_id])).get(chat_id, ())
        press = _Press(Pool(now, self._publishers, self._aliases), self._edge)
        await self._prepare(press, [chat], topics)
        async with self._open_unit(readonly=True) as unit:
            [reader] = await press.readers(unit, [chat])
        digest, parts = press.compose(reader, _this_minute(chat, now))
        return chat, digest, parts

    async def _prepare(self, press: "_Press", chats: Sequence[Chat], topics: Sequence[Topic]) -> None:
        """Load what the chats' digests are made from, and find the stories of what they follow."""
        pool = press.pool
        spans = {chat.id: press.span(chat) for chat in chats}
        wanted = {(spans[topic.chat_id], topic.query.casefold()): topic.query for topic in topics}
        questions: dict[tuple[int, str], Wording] = {}
        for (days, key), text in wanted.items():
            if (days, key) in pool.topics:
                continue
            try:
                query = self._edge.read_query(text, pool.now, days)
            except BadRequest:
                pool.topics[days, key] = ()  # stored by an older version that read it otherwise
            else:
                questions[days, key] = worded(query, self._embedder.languages, self._aliases)
        vectors = await self._vectors.of(list(questions.values()))
        async with self._open_unit(readonly=True) as unit:
            if not pool.orders:
                await pool.load_state(unit)
            await press.owing.load(unit, min(looked_back(chat, spans[chat.id], pool.now) for chat in chats))
            for days in sorted(set(spans.values())):
                await pool.load_span(unit, days)
            for (days, key), question in questions.items():
                pool.topics[days, key] = await pool.find(unit, question.asked(vectors))


class _Press:
    """Composes and renders from one pool; equal digests for chats of equal wishes are rendered once."""

    def __init__(self, pool: Pool, edge: Edge, spread: Spread | None = None) -> None:
        self.pool = pool
        self.owing = Owing()
        self._spread = spread or Spread(pool.now)
        self._edge = edge
        self._rendered: dict[tuple[object, ...], tuple[Part, ...]] = {}

    def span(self, chat: Chat) -> int:
        """How many days the chat's digest looks back; 1 where its zone is unknown."""
        try:
            on = self.pool.now.astimezone(zone_of(chat.timetable)).date()
        except BadRequest:
            return 1
        return days_back(chat.timetable, on)

    async def write_due(self, unit: UnitOfWork, limit: int) -> ComposeReport:
        """Write the digests of due chats that the pool is prepared for, and move their next slot."""
        now, ahead = self.pool.now, self._spread.until - self.pool.now
        chats = await unit.chats.due(now + ahead, limit)
        first_day = now.date() - timedelta(days=2)  # two days: zones are up to 14 hours ahead, slots catch up for 6
        served = await unit.deliveries.slot_keys([chat.id for chat in chats], first_day)
        written: list[NewDelivery] = []
        moved: dict[ChatId, datetime | None] = {}
        failed: list[ChatId] = []
        empty = 0
        for reader in await self.readers(unit, chats):
            chat = reader.chat
            if not self._is_prepared(reader):
                continue  # it began to follow something a moment ago: the next batch has it
            keys = served.get(chat.id, frozenset())
            try:
                due = due_slot(chat.timetable, chat.next_due_at or now, now, keys, ahead=ahead)
                told = now if due is None else max(now, due.at)
                following = next_slot(chat.timetable, told, keys)
            except BadRequest:
                failed.append(chat.id)
                moved[chat.id] = None
                continue
            moved[chat.id] = None if following is None else following[1]
            if due is not None:
                _, rows = self.rows(reader, due)
                written.extend(rows)
                empty += not rows
            if chat.status is ChatStatus.PAUSED:
                await unit.chats.save(replace(chat, status=ChatStatus.ACTIVE, paused_until=None))
        new = await unit.deliveries.add(written, now)
        await unit.chats.schedule(moved)
        return ComposeReport(len(moved), new, empty, tuple(failed))

    async def readers(self, unit: UnitOfWork, chats: Sequence[Chat]) -> list[Reader]:
        """The chats with what they follow, were told, rated and are owed."""
        ids = [chat.id for chat in chats]
        topics = await unit.chats.topics(ids)
        told = await unit.chats.told_many(ids, list(dict.fromkeys([*self.pool.stories, *self.owing.stories])))
        ratings = await unit.chats.ratings_many(ids)
        doubted = await unit.articles.doubted(ids)
        since = {chat.id: looked_back(chat, self.span(chat), self.pool.now) for chat in chats}
        owed = await self.owing.of(unit, since, told)
        return [
            Reader(
                chat,
                topics.get(chat.id, ()),
                told.get(chat.id, {}),
                ratings.get(chat.id, {}),
                doubted.get(chat.id, frozenset()),
                owed=owed.get(chat.id, ()),
            )
            for chat in chats
        ]

    def rows(self, reader: Reader, due: DueSlot) -> tuple[Digest, list[NewDelivery]]:
        """The digest as outbox rows; none where the chat wants nothing when nothing is new."""
        digest, parts = self.compose(reader, due)
        nothing_new = not digest.stories and not digest.corrections
        if nothing_new and reader.chat.when_empty is WhenEmpty.NOTHING:
            return digest, []
        leaves_at = self._spread.next(due.at)
        return digest, [
            NewDelivery(
                chat_id=reader.chat.id,
                key=due.slot.key,
                part=number,
                kind=DeliveryKind.DIGEST,
                message=part.message,
                stories=part.stories,
                citations=part.citations,
                sentences=part.sentences,
                corrects=part.corrects,
                not_before=leaves_at,
            )
            for number, part in enumerate(parts)
        ]

    def compose(self, reader: Reader, due: DueSlot) -> tuple[Digest, tuple[Part, ...]]:
        """The digest and its messages."""
        digest = compose(reader, due, self.span(reader.chat), self.pool, self.pool.now)
        chat = reader.chat
        cards = (*digest.stories, *digest.still)
        if reader.doubted or any(card.told_at is not None for card in cards):
            return digest, self._edge.render(digest, chat)
        wishes = (chat.kind, chat.timetable.zone, chat.length, chat.language, chat.silent, chat.previews)
        # the pool keeps its cards and hands out the same one for the same telling
        key = (*wishes, due, digest.quiet_topics, digest.corrections, *map(id, cards))
        if key not in self._rendered:
            self._rendered[key] = self._edge.render(digest, chat)
        return digest, self._rendered[key]

    def _is_prepared(self, reader: Reader) -> bool:
        days = self.span(reader.chat)
        found = all((days, topic.query.casefold()) in self.pool.topics for topic in reader.topics)
        return found and days in self.pool.orders


def _this_minute(chat: Chat, now: datetime) -> DueSlot:
    """The slot of the chat's local minute."""
    local = now.astimezone(zone_of(chat.timetable))
    at = now.astimezone(UTC).replace(second=0, microsecond=0)
    return DueSlot(Slot(local.date(), local.time().replace(second=0, microsecond=0)), at, late=False, missed=0)


async def _known(unit: UnitOfWork, chat_id: ChatId) -> Chat:
    chat = await unit.chats.get(chat_id)
    if chat is None:
        raise BadRequest(f"There is no chat {chat_id}.", code="unknown_chat")
    return chat
