"""Tells at once what a chat follows in the modes `push` and `big`: one message a story, capped per day, never in quiet hours.

`push` looks at the stories of the last hours that speak of a followed query and that the chat was told nothing of: one row
of the outbox each, key `push:STORY:VERSION`. What comes in quiet hours or beyond the day's cap is left to the next digest,
and so is every later version: nobody is called twice for one story.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from news.aliases import AliasTable
from news.audience import (
    Chat,
    ChatStatus,
    DeliveryKind,
    NewDelivery,
    OutMessage,
    StoryCard,
    StoryStatus,
    Topic,
    TopicMode,
)
from news.entities import PublisherRegister
from news.errors import BadRequest
from news.ids import ChatId, StoryId
from news.muting import left_out
from news.pool import Pool, Telling
from news.ports import Embedder, OpenUnitOfWork, UnitOfWork
from news.reading import Window
from news.retrieval import ReadQuery, question_vectors, speaks
from news.timetable import in_quiet, zone_of

FRESH = timedelta(hours=2)
"""A story is pushed within this time of its latest article; later the digest is soon enough."""

BIG_FAMILIES = 5
"""Publisher families from which a story is big."""

RenderPush = Callable[[StoryCard, Chat], OutMessage]
"""Makes the message of a push."""


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
        questions = {}
        for text in dict.fromkeys(topic.query.casefold() for topic in topics):
            try:
                question = self._read_query(text, pool.now, 1)
            except BadRequest:
                continue  # stored by an older version that read it otherwise
            window = Window(pool.now - FRESH, question.window.until)
            questions[text] = replace(question, window=window)
        asked = [each.text for each in questions.values() if speaks(self._embedder.languages, each)]
        vectors = await question_vectors(self._embedder, asked)
        async with self._open_unit(readonly=True) as unit:
            await pool.load_state(unit)
            return {
                text: await pool.find(unit, question, vectors.get(question.text))
                for text, question in questions.items()
            }

    async def _rows(
        self, unit: UnitOfWork, pool: Pool, chat_id: ChatId, wanted: Mapping[StoryId, str]
    ) -> list[NewDelivery]:
        """The chat's pushes, the weightiest stories first, as many as its day has left."""
        chat = await unit.chats.get(chat_id)
        if chat is None or chat.status is not ChatStatus.ACTIVE or in_quiet(chat.timetable, pool.now):
            return []
        left = chat.pushes_per_day - await _pushed_today(unit, chat, pool.now)
        told = await unit.chats.told(chat_id, list(wanted))
        best = sorted(wanted, key=lambda story_id: (-pool.stories[story_id].score.value, story_id))
        rows: list[NewDelivery] = []
        for story_id in best:
            out = left_out(pool.stories[story_id].told, chat, pool.names)
            if len(rows) >= left or story_id in told or out is None:
                continue
            card = pool.card(Telling(story_id, StoryStatus.NEW, out=out, topic=wanted[story_id]))
            if card is not None:
                rows.append(self._row(chat, card, pool.now))
        return rows

    def _row(self, chat: Chat, card: StoryCard, now: datetime) -> NewDelivery:
        cited = [citation for sentence in card.sentences for citation in sentence.citations]
        return NewDelivery(
            chat_id=chat.id,
            key=f"push:{card.story_id}:{card.version}",
            part=0,
            kind=DeliveryKind.PUSH,
            message=self._render(card, chat),
            stories=((card.story_id, card.version),),
            citations=tuple(dict.fromkeys(cited)),
            sentences=card.sentences,
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


def _is_big(story_id: StoryId, pool: Pool) -> bool:
    articles = pool.stories[story_id].told.articles
    return len({pool.publishers.of(article.publisher).family for article in articles}) >= BIG_FAMILIES


async def _pushed_today(unit: UnitOfWork, chat: Chat, now: datetime) -> int:
    """How many stories the chat was called for since its local midnight."""
    zone = zone_of(chat.timetable)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone).astimezone(UTC)
    pushed = [StoryId(int(key.split(":")[1])) for key in await unit.deliveries.keys(chat.id, "push:")]
    return sum(at >= midnight for _, at in (await unit.chats.told(chat.id, pushed)).values())
