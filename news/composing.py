"""One chat's digest out of the tick's pool: what is new to it, what goes on, what it follows. Pure.

A story is told again only as an update, when its version has grown since the chat had it; one that goes on without new
facts is at most a line. Nothing is loaded here: a hundred thousand chats are composed from one pool.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from news.audience import Chat, CorrectedSentence, Digest, StoryCard, StoryStatus, Topic
from news.corrections import ToldCorrection
from news.doubts import card_without
from news.gist import has_news
from news.ids import ArticleId, StoryId
from news.muting import left_out
from news.pool import Pool, Telling
from news.reading import CitedSentence
from news.selection import STORIES, Candidate, choose
from news.timetable import DueSlot

_SPARE = 4
"""Candidates looked at for each story told, so that caps have something to choose from."""

MOST_CORRECTIONS = 5
"""Corrections that one digest tells; what is left comes with the next."""

MOST_STILL = 3
"""Stories named as going on without news."""

_NOTHING_OUT: frozenset[ArticleId] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat with all that is known of it."""

    chat: Chat
    topics: Sequence[Topic] = ()
    told: Mapping[StoryId, tuple[int, datetime]] = field(default_factory=dict)
    ratings: Mapping[StoryId, int] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()  # sentences that were reported there
    owed: Sequence[ToldCorrection] = ()


@dataclass
class _Sorting:
    """The stories of the pool as one chat sees them."""

    candidates: list[Candidate] = field(default_factory=list)
    out: dict[StoryId, frozenset[ArticleId]] = field(default_factory=dict)
    still: list[StoryId] = field(default_factory=list)
    seen: set[StoryId] = field(default_factory=set)


def compose(reader: Reader, due: DueSlot, span_days: int, pool: Pool, now: datetime) -> Digest:
    """The digest of that slot; its `stories` may be empty."""
    limit = STORIES[reader.chat.length]
    of_topic = {topic.query: pool.topics.get((span_days, topic.query.casefold()), ()) for topic in reader.topics}
    sorting = _sort(reader, of_topic, pool.orders.get(span_days, ()), pool, limit)
    sorting.candidates.sort(key=lambda candidate: (-candidate.score, candidate.story_id))
    chosen = choose(sorting.candidates, list(of_topic), limit, pool.rules)
    status = {candidate.story_id: candidate.status for candidate in sorting.candidates}
    cards = [_card(reader, choice.story_id, status[choice.story_id], choice.topic, pool, sorting) for choice in chosen]
    still = [_card(reader, story_id, StoryStatus.STILL, None, pool, sorting) for story_id in sorting.still[:MOST_STILL]]
    stories = tuple(each for each in cards if each is not None)
    told_topics = {topic for each in stories for topic in _topics_of(each.story_id, of_topic)}
    return Digest(
        slot=due.slot,
        zone=reader.chat.timetable.zone,
        composed_at=now,
        late_since=due.at if due.late else None,
        missed=due.missed,
        stories=stories,
        still=tuple(each for each in still if each is not None),
        quiet_topics=tuple(
            (query, _last_told(found, reader)) for query, found in of_topic.items() if query not in told_topics
        ),
        corrections=tuple(_corrected(each, pool) for each in reader.owed[:MOST_CORRECTIONS]),
        footer=pool.footer(stories),
    )


def _corrected(owed: ToldCorrection, pool: Pool) -> CorrectedSentence:
    correction = owed.correction
    return CorrectedSentence(
        told=correction.told,
        now=CitedSentence(text=correction.now, citations=(correction.citation,)),
        url=owed.url,
        publisher=pool.publishers.of(owed.publisher).name,
    )


def _sort(
    reader: Reader,
    of_topic: Mapping[str, Sequence[StoryId]],
    order: Sequence[StoryId],
    pool: Pool,
    limit: int,
) -> _Sorting:
    """Look at the topics' stories and the best of the others until there are enough to choose from."""
    sorting = _Sorting()
    for found in of_topic.values():
        for story_id in found[: limit * _SPARE]:
            _look(story_id, reader, of_topic, pool, sorting)
    enough = len(sorting.candidates) + limit * _SPARE
    for story_id in order:
        if len(sorting.candidates) >= enough:
            break
        _look(story_id, reader, of_topic, pool, sorting)
    return sorting


def _look(
    story_id: StoryId, reader: Reader, of_topic: Mapping[str, Sequence[StoryId]], pool: Pool, sorting: _Sorting
) -> None:
    """Put one story where it belongs for this chat: a candidate, one that goes on, or nowhere."""
    if story_id in sorting.seen:
        return
    sorting.seen.add(story_id)
    weighed = pool.stories[story_id]
    rating = reader.ratings.get(story_id, 0)
    told = reader.told.get(story_id)
    if rating < 0:
        return  # the reader has had enough of it
    chat = reader.chat
    out = left_out(weighed.told, chat, pool.names) if chat.mutes or chat.news_languages else _NOTHING_OUT
    if out is None:
        return
    sorting.out[story_id] = out
    story = weighed.told.story
    if told is not None and not (told[0] < story.version and has_news(weighed.told, told[0], out)):
        if story.last_seen > told[1]:
            sorting.still.append(story_id)
        return
    status = StoryStatus.NEW if told is None else StoryStatus.UPDATE
    score = weighed.score.rated(rating, pool.rules).value
    topics = _topics_of(story_id, of_topic) if of_topic else ()
    sorting.candidates.append(Candidate(story_id, score, weighed.family, status, topics))


def _card(
    reader: Reader, story_id: StoryId, status: StoryStatus, topic: str | None, pool: Pool, sorting: _Sorting
) -> StoryCard | None:
    version, told_at = reader.told.get(story_id, (0, None))
    spoken = reader.chat.language if reader.chat.language in pool.stories[story_id].languages else None
    shared = pool.card(Telling(story_id, status, version, sorting.out[story_id], topic, spoken))
    if shared is None:
        return None
    kept = card_without(shared, reader.doubted) if reader.doubted else shared
    return kept if told_at is None else replace(kept, told_at=told_at)


def _topics_of(story_id: StoryId, of_topic: Mapping[str, Sequence[StoryId]]) -> tuple[str, ...]:
    return tuple(query for query, found in of_topic.items() if story_id in found)


def _last_told(found: Sequence[StoryId], reader: Reader) -> datetime | None:
    """When the chat last had a story of the topic, as far as the span goes."""
    return max((reader.told[story_id][1] for story_id in found if story_id in reader.told), default=None)
