"""Tells at once what a chat follows in the modes `push` and `big`, and keeps what it told up to date.

A fresh story that speaks of a followed query and that the chat was told nothing of is pushed: one row of the outbox, key
`push:STORY:VERSION`, as many stories a day as the chat allows, none in quiet hours; what is left out is the next digest's.
While the push is young, a new version of its story takes its place: key `edit:STORY:VERSION`, an edit that makes no sound, a
few times a message. When the push is old, or the story has become big since, a new version is pushed again as an update, within
the same daily number. A story that a digest told first is left to the digests.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from news.aliases import AliasTable
from news.asking import KnownVectors, Wording, worded
from news.audience import (
    Chat,
    DeliveryKind,
    NewDelivery,
    OutMessage,
    StoryCard,
    StoryStatus,
    Topic,
    TopicMode,
)
from news.doubts import card_without
from news.entities import PublisherRegister
from news.errors import BadRequest
from news.ids import ChatId, StoryId
from news.muting import left_out
from news.pool import Pool, Telling
from news.ports import Embedder, OpenUnitOfWork, UnitOfWork
from news.reading import Window
from news.retrieval import ReadQuery
from news.timetable import in_quiet, zone_of

FRESH = timedelta(hours=2)
"""A story is pushed within this time of its latest article; later the digest is soon enough."""

BIG_FAMILIES = 5
"""Publisher families from which a story is big."""

EDITABLE = timedelta(hours=12)
"""How long a push is kept up to date: one that was sent in the morning is still looked at in the evening."""

MOST_EDITS = 6
"""Of one push; afterwards the digest has the rest."""

BETWEEN_EDITS = timedelta(minutes=5)
"""A story that grows by the minute is not rewritten under the reader's eyes."""

RenderPush = Callable[[StoryCard, Chat, datetime, bool], OutMessage]
"""Makes the message of a push; True: it takes the place of an earlier one."""


class PushService:
    """Pushes, from followed queries to outbox rows."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        embedder: Embedder,
        publishers: PublisherRegister,
        aliases: AliasTable,
        render: RenderPush,
        read_query: ReadQuery,
    ) -> None:
        self._open_unit = open_unit
        self._embedder = embedder
        self._vectors = KnownVectors(embedder)
        self._publishers = publishers
        self._aliases = aliases
        self._render = render
        self._read_query = read_query

    async def push(self, now: datetime) -> int:
        """Write a row for every story that a chat wants to hear of at once; how many."""
        async with self._open_unit(readonly=True) as unit:
            topics = await unit.chats.topics_in([TopicMode.PUSH, TopicMode.BIG])
            fresh = bool(topics) and bool(await unit.stories.since(now - FRESH, 1))
        if not fresh:
            return 0
        pool = Pool(now, self._publishers, self._aliases)
        found = await self._found(pool, topics)
        by_chat: dict[ChatId, list[Topic]] = defaultdict(list)
        for topic in topics:
            if found.get(topic.query.casefold()):
                by_chat[topic.chat_id].append(topic)
        rows: list[NewDelivery] = []
        async with self._open_unit() as unit:
            for chat_id, followed in by_chat.items():
                rows.extend(await self._rows(unit, pool, chat_id, _wanted(followed, found, pool)))
            new = await unit.deliveries.add(rows, now)
            await unit.commit()
        return new

    async def _found(self, pool: Pool, topics: Sequence[Topic]) -> dict[str, tuple[StoryId, ...]]:
        """The fresh stories of each query."""
        questions: dict[str, Wording] = {}
        for text in dict.fromkeys(topic.query.casefold() for topic in topics):
            try:
                question = self._read_query(text, pool.now, 1)
            except BadRequest:
                continue  # stored by an older version that read it otherwise
            window = Window(pool.now - FRESH, question.window.until)
            fresh = replace(question, window=window)
            questions[text] = worded(fresh, self._embedder.languages, self._aliases)
        vectors = await self._vectors.of(list(questions.values()))
        async with self._open_unit(readonly=True) as unit:
            await pool.load_state(unit)
            return {text: await pool.find(unit, question.asked(vectors)) for text, question in questions.items()}

    async def _rows(
        self, unit: UnitOfWork, pool: Pool, chat_id: ChatId, wanted: Mapping[StoryId, str]
    ) -> list[NewDelivery]:
        """The chat's pushes and edits, the weightiest stories first; as many pushes as its day has left."""
        chat = await unit.chats.get(chat_id)
        if chat is None or not chat.is_called(pool.now):
            return []
        quiet = in_quiet(chat.timetable, pool.now)
        left = 0 if quiet else chat.pushes_per_day - await _pushed_today(unit, chat, pool.now)
        told = await unit.chats.told(chat_id, list(wanted))
        doubted = (await unit.articles.doubted([chat_id])).get(chat_id, frozenset())
        best = sorted(wanted, key=lambda story_id: (-pool.stories[story_id].score.value, story_id))
        rows: list[NewDelivery] = []
        for story_id in best:
            weighed = pool.stories[story_id]
            out = left_out(weighed.told, chat, pool.names)
            if out is None:
                continue
            spoken = chat.language if chat.language in weighed.languages else None
            telling = Telling(story_id, StoryStatus.NEW, out=out, topic=wanted[story_id], lang=spoken)
            edits = None
            if story_id in told:
                version, _ = told[story_id]
                grown = await _grown(unit, pool, chat_id, telling, version)
                if grown is None:
                    continue
                telling, edits = grown
            card = pool.card(telling) if edits is not None or left > 0 else None
            if card is not None:
                rows.append(self._row(chat, card_without(card, doubted), pool.now, edits))
                left -= edits is None
        return rows

    def _row(self, chat: Chat, card: StoryCard, now: datetime, edits: int | None) -> NewDelivery:
        cited = [citation for sentence in card.sentences for citation in sentence.citations]
        verb = "push" if edits is None else "edit"
        return NewDelivery(
            chat_id=chat.id,
            key=f"{verb}:{card.story_id}:{card.version}",
            part=0,
            kind=DeliveryKind.PUSH,
            message=self._render(card, chat, now, edits is not None),
            stories=((card.story_id, card.version),),
            citations=tuple(dict.fromkeys(cited)),
            sentences=card.sentences,
            edits=edits,
            not_before=now,
        )


def _wanted(followed: Sequence[Topic], found: Mapping[str, tuple[StoryId, ...]], pool: Pool) -> dict[StoryId, str]:
    """The stories that the chat's topics ask for, with the topic."""
    wanted: dict[StoryId, str] = {}
    for topic in followed:
        for story_id in found[topic.query.casefold()]:
            if topic.mode is TopicMode.PUSH or _is_big(story_id, pool):
                wanted.setdefault(story_id, topic.query)
    return wanted


async def _grown(
    unit: UnitOfWork, pool: Pool, chat_id: ChatId, telling: Telling, version: int
) -> tuple[Telling, int | None] | None:
    """How a story that the chat was pushed is told again: in the place of which message, or anew; None: not now."""
    if pool.stories[telling.story_id].told.story.version <= version:
        return None
    rows = [row for row in await unit.deliveries.of_story(chat_id, telling.story_id) if row.message_id is not None]
    pushed = next((row for row in rows if row.key.startswith("push:")), None)
    if pushed is None or pushed.sent_at is None:
        return None
    became_big = _is_big(telling.story_id, pool) and not _is_big(telling.story_id, pool, pushed.sent_at)
    if became_big or pool.now - pushed.sent_at > EDITABLE:
        return replace(telling, status=StoryStatus.UPDATE, since_version=version), None
    edits = [row.sent_at or row.created_at for row in rows if row.edits == pushed.message_id]
    too_soon = pool.now - max(edits, default=pushed.sent_at) < BETWEEN_EDITS
    return None if too_soon or len(edits) >= MOST_EDITS else (telling, pushed.message_id)


def _is_big(story_id: StoryId, pool: Pool, at: datetime | None = None) -> bool:
    """Whether many publishers report the story, or did by then."""
    articles = [each for each in pool.stories[story_id].told.articles if at is None or each.read_at <= at]
    return len({pool.publishers.of(article.publisher).family for article in articles}) >= BIG_FAMILIES


async def _pushed_today(unit: UnitOfWork, chat: Chat, now: datetime) -> int:
    """How often the chat was called since its local midnight; an edit calls nobody."""
    zone = zone_of(chat.timetable)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone).astimezone(UTC)
    return await unit.deliveries.count_since(chat.id, "push:", midnight)
