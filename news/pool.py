"""What the digests of one tick are made from: stories loaded and scored once, however many chats are told of them.

`Pool` keeps what was loaded; it is filled inside read-only transactions and then asked without any. Per span of days there
is one order of stories; followed queries are searched once each. Cards are made once per story and version told before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from news.aliases import AliasTable
from news.asking import Asked
from news.audience import Footer, StoryCard, StoryStatus
from news.cards import card
from news.entities import Article, PublisherRegister, SourceKind, SourceStatus
from news.following import followed
from news.ids import ArticleId, StoryId
from news.muting import Names
from news.ports import UnitOfWork
from news.reading import Enrichment, Method, Story
from news.selection import Score, SelectionRules, pace, score
from news.told import Told, by_story, only_family

LONGEST_POOL = 2000
"""Stories that are scored for one span."""

KEPT = 300
"""Best stories of a span that digests choose from: 25 times what the longest tells, for chats that were told or mute many."""

KEPT_PER_LANGUAGE = 60
"""Best stories of a span in each language, for chats that read only that one."""

MEMBERS = 16
"""Latest articles of a story that its card is made from, beside the first."""

SPAN_SPARE = timedelta(hours=12)
"""Looked back beyond the days since the last digest: a story that was just too late for it is still news."""


CLOCK_SPARE = timedelta(hours=1)
"""Publishers' clocks run ahead by less."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A story with its texts and its score for everybody."""

    told: Told
    score: Score
    family: str | None
    languages: frozenset[str | None] = frozenset()  # of a story in several: a card can be in each


@dataclass(frozen=True, slots=True)
class Telling:
    """How a story is told: what the chat had of it, the articles left out, the topic it stands under, in which language."""

    story_id: StoryId
    status: StoryStatus
    since_version: int = 0
    out: frozenset[ArticleId] = frozenset()
    topic: str | None = None
    lang: str | None = None  # None: that of the best headline


@dataclass
class Pool:
    """What one tick knows. `orders` are story numbers by span in days, best first; `topics` by (span, query)."""

    now: datetime
    publishers: PublisherRegister
    aliases: AliasTable
    rules: SelectionRules = field(default_factory=SelectionRules)
    stories: dict[StoryId, Weighed] = field(default_factory=dict)
    orders: dict[int, tuple[StoryId, ...]] = field(default_factory=dict)
    topics: dict[tuple[int, str], tuple[StoryId, ...]] = field(default_factory=dict)
    names: Names = field(init=False)
    _state: Footer = field(init=False)
    _cards: dict[Telling, StoryCard | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with no source known."""
        self.names = Names({}, self.publishers, self.aliases)
        self._state = Footer(sources_ok=0, sources_all=0, newest_at=None)

    def since(self, span_days: int) -> datetime:
        """From when on stories of a span are looked at."""
        return self.now - timedelta(days=span_days) - SPAN_SPARE

    async def load_state(self, unit: UnitOfWork) -> None:
        """What the footer says of sources, and their names."""
        sources = await unit.sources.all()
        self.names = Names({source.id: source.name for source in sources}, self.publishers, self.aliases)
        read = [each for each in sources if each.status is SourceStatus.ACTIVE and each.kind is not SourceKind.HAND]
        self._state = Footer(
            sources_ok=sum(source.state.error_code is None for source in read),
            sources_all=len(read),
            newest_at=None,
            waiting=await unit.articles.count_unenriched(),
        )

    async def load_span(self, unit: UnitOfWork, span_days: int) -> None:
        """Score the stories of a span and read those that digests may choose."""
        if span_days in self.orders:
            return
        stories = await unit.stories.since(self.since(span_days), LONGEST_POOL)
        members = await self._members(unit, stories)
        heard = pace([article for articles in members.values() for article in articles], self.publishers)
        rules = replace(self.rules, half_life=self.rules.half_life * max(1.0, span_days * 0.75))
        scored = [
            (story, members[story.id], score(story, members[story.id], self.publishers, heard, self.now, rules))
            for story in stories
            if members[story.id]
        ]
        scored.sort(key=lambda each: (-each[2].value, each[0].id))
        kept = _kept(scored)
        await self._read(unit, kept)
        self.orders[span_days] = tuple(story.id for story, _, _ in kept)

    async def find(self, unit: UnitOfWork, asked: Asked) -> tuple[StoryId, ...]:
        """The stories with an article that is about a followed query, most relevant first; they are read too."""
        about = await followed(unit, asked, self.aliases)
        wanted = dict.fromkeys(each.hit.story_id for each in about if each.hit.story_id is not None)
        stories = await unit.stories.get(list(wanted))
        unread = [story for story in stories if story.id not in self.stories]
        members = await self._members(unit, unread)
        heard = pace([article for articles in members.values() for article in articles], self.publishers)
        await self._read(
            unit,
            [
                (
                    story,
                    members[story.id],
                    score(story, members[story.id], self.publishers, heard, self.now, self.rules),
                )
                for story in unread
                if members[story.id]
            ],
        )
        return tuple(story.id for story in stories if story.id in self.stories)

    def card(self, telling: Telling) -> StoryCard | None:
        """The story's card, made once for all chats that are told it alike."""
        if telling not in self._cards:
            weighed = self.stories[telling.story_id]
            told = weighed.told.without(telling.out) if telling.out else weighed.told
            since, value = telling.since_version, weighed.score.value
            made = card(told, telling.status, since_version=since, score=value, lang=telling.lang)
            self._cards[telling] = made and replace(made, reasons=weighed.score.reasons, topic=telling.topic)
        return self._cards[telling]

    def footer(self, cards: Iterable[StoryCard]) -> Footer:
        """What a digest of these cards says about itself."""
        told = [self.stories[each.story_id].told for each in cards]
        return replace(
            self._state,
            openings_only=sum(not any(article.whole for article in each.articles) for each in told),
            by_lead=sum(_by_lead(each) for each in told),
        )

    async def _members(self, unit: UnitOfWork, stories: Sequence[Story]) -> dict[StoryId, tuple[Article, ...]]:
        """The articles of each story that are published by now: a preview for a past day knows nothing later."""
        found = by_story(stories, await unit.articles.get([each for story in stories for each in story.article_ids]))
        latest = self.now + CLOCK_SPARE
        return {
            story_id: tuple(article for article in articles if article.published_at <= latest)
            for story_id, articles in found.items()
        }

    async def _read(self, unit: UnitOfWork, scored: Sequence[tuple[Story, tuple[Article, ...], Score]]) -> None:
        """Keep the stories with the computed texts of the members that cards are made from."""
        new = [(story, articles, weight) for story, articles, weight in scored if story.id not in self.stories]
        wanted = [article.id for _, articles, _ in new for article in (articles[0], *articles[1:][-MEMBERS:])]
        read = await unit.articles.enrichments(wanted)
        for story, articles, weight in new:
            told = Told(story, articles, _of(articles, read), self.publishers)
            seen = [article.published_at for article in articles if article.published_at <= self.now]
            newest = max((*seen, self._state.newest_at or _LONG_AGO), default=_LONG_AGO)
            self._state = replace(self._state, newest_at=newest if newest > _LONG_AGO else None)
            languages = frozenset(map(told.lang, articles))
            self.stories[story.id] = Weighed(
                told, weight, only_family(told), languages if len(languages) > 1 else frozenset()
            )


def _kept(
    scored: Sequence[tuple[Story, tuple[Article, ...], Score]],
) -> list[tuple[Story, tuple[Article, ...], Score]]:
    """The best of all, and the best of each language, in their order."""
    seen: dict[str | None, int] = {}
    kept = []
    for place, each in enumerate(scored):
        lang = each[1][0].lang
        seen[lang] = seen.get(lang, 0) + 1
        if place < KEPT or seen[lang] <= KEPT_PER_LANGUAGE:
            kept.append(each)
    return kept


def _of(articles: Sequence[Article], read: Mapping[ArticleId, Enrichment]) -> dict[ArticleId, Enrichment]:
    return {article.id: read[article.id] for article in articles if article.id in read}


def _by_lead(told: Told) -> bool:
    read = list(told.enrichments.values())
    return bool(read) and all(enrichment.summary.method is Method.LEAD for enrichment in read)
