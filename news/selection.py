"""Which stories matter, by a formula that explains itself, and which of them a chat is told.

`score` says what a story weighs for everybody: independent publisher families and countries, kinds of publishers, how fast
it grows, how fresh it is, and a boost for sources that are rarely heard. `choose` makes a chat's list out of the scored
stories: the lead, then the chat's topics, then the rest, with caps per source and topic. No model has a say. Pure.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.audience import Length, StoryStatus
from news.entities import Article, ArticleKind, PublisherKind, PublisherRegister
from news.ids import StoryId
from news.reading import Story

STORIES = {Length.SHORT: 5, Length.NORMAL: 8, Length.LONG: 12}
"""How many stories a digest tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionRules:
    """Weights and caps. Weights are per unit of the signal beside them; all are explained by `why`."""

    family: float = 1.0  # per doubling of independent publisher families
    country: float = 0.5  # per doubling of countries
    kind: float = 0.25  # per further kind of publisher (state, public, private, agency)
    velocity: float = 0.4  # per doubling of articles of the last six hours
    rare: float = 0.5  # a source with at most `rare_articles` in all that is weighed
    rare_articles: int = 3
    half_life: timedelta = timedelta(hours=12)  # of freshness, by the latest article
    rated_up: float = 0.5  # the reader liked the story
    copy_share: float = 0.25  # what a family counts that only repeats a text of another
    unlike_news: float = 0.5  # factor for stories of opinion, galleries, videos and live pages alone
    per_source: int = 2  # stories that only one family reports
    per_topic: int = 3


_BURST = timedelta(hours=6)

FACTORS = frozenset({"freshness", "unlike_news"})
"""Signals that the sum of the others is multiplied with."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a story weighs and why: (signal, contribution) in the order of `SelectionRules`, the factors last."""

    value: float
    reasons: tuple[tuple[str, float], ...]

    def rated(self, rating: int, rules: SelectionRules = SelectionRules()) -> "Score":
        """For a reader who liked the story (above 0), has not said or does not want it, which leaves it out."""
        if rating == 0:
            return self
        worth = rules.rated_up if rating > 0 else -self.value
        return Score(self.value + worth, (*self.reasons, ("liked" if rating > 0 else "disliked", worth)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that may be told to one chat."""

    story_id: StoryId
    score: float
    family: str | None  # the one family that reports it; None: several do
    status: StoryStatus
    topics: tuple[str, ...] = ()  # the chat's topics that it answers


@dataclass(frozen=True, slots=True)
class Choice:
    """A story that is told, and the topic under which."""

    story_id: StoryId
    topic: str | None = None


def pace(articles: Collection[Article], publishers: PublisherRegister) -> Counter[str]:
    """How many articles each publisher family has among those weighed."""
    return Counter(publishers.of(article.publisher).family for article in articles)


def score(
    story: Story,
    articles: Sequence[Article],
    publishers: PublisherRegister,
    heard: Mapping[str, int],
    now: datetime,
    rules: SelectionRules = SelectionRules(),
) -> Score:
    """What the story weighs for everybody. `articles` are its members, `heard` what `pace` gave."""
    own = [article for article in articles if article.copy_of is None] or list(articles)
    speaking = {publishers.of(article.publisher).family for article in own}
    repeating = {publishers.of(article.publisher).family for article in articles} - speaking
    known = [publishers.of(article.publisher) for article in articles]
    countries = {publisher.country for publisher in known if publisher.country is not None}
    kinds = {publisher.kind for publisher in known} - {PublisherKind.UNKNOWN}
    burst = sum(now - article.published_at <= _BURST for article in own)
    rare = any(heard.get(family, 0) <= rules.rare_articles for family in speaking)
    parts = (
        ("families", rules.family * math.log2(1 + len(speaking) + rules.copy_share * len(repeating))),
        ("countries", rules.country * math.log2(max(1, len(countries)))),
        ("kinds", rules.kind * max(0, len(kinds) - 1)),
        ("velocity", rules.velocity * math.log2(1 + burst)),
        ("rare_source", rules.rare if rare else 0.0),
    )
    age = max(timedelta(0), now - story.last_seen)
    freshness = 0.5 ** (age / rules.half_life)
    news = any(article.kind is ArticleKind.ARTICLE for article in articles)
    factor = 1.0 if news else rules.unlike_news
    reasons = (*((name, part) for name, part in parts if part), ("freshness", freshness))
    if not news:
        reasons = (*reasons, ("unlike_news", factor))
    return Score(sum(part for _, part in parts) * freshness * factor, reasons)


def choose(
    candidates: Sequence[Candidate],
    topics: Sequence[str],
    limit: int,
    rules: SelectionRules = SelectionRules(),
) -> tuple[Choice, ...]:
    """The stories to tell in this order: the lead, each topic's, the top ones. `candidates` come best first.

    A source alone with its stories has at most `per_source` of them, a topic at most `per_topic`, unless there is nothing
    else to tell.
    """
    if not candidates or limit <= 0:
        return ()
    taken: dict[StoryId, str | None] = {}
    alone: Counter[str] = Counter()
    of_topic: Counter[str] = Counter()

    def take(candidate: Candidate, topic: str | None, *, capped: bool = True) -> bool:
        if candidate.story_id in taken or len(taken) >= limit:
            return False
        over = alone[candidate.family or ""] >= rules.per_source or of_topic[topic or ""] >= rules.per_topic
        if capped and over:
            return False
        taken[candidate.story_id] = topic
        if candidate.family is not None:
            alone[candidate.family] += 1
        if topic is not None:
            of_topic[topic] += 1
        return True

    lead = candidates[0]
    take(lead, lead.topics[0] if lead.topics else None)
    _take_topics(candidates, topics, rules.per_topic, take)
    for capped in (True, False):
        for candidate in candidates:
            take(candidate, candidate.topics[0] if candidate.topics else None, capped=capped)
    return _in_order(taken, lead.story_id, topics)


def _take_topics(
    candidates: Sequence[Candidate],
    topics: Sequence[str],
    per_topic: int,
    take: Callable[[Candidate, str | None], bool],
) -> None:
    """One story of each topic, then a second, then a third: a broad topic does not push out the others."""
    of_topic = {topic: [each for each in candidates if topic in each.topics] for topic in topics}
    for _ in range(per_topic):
        for topic in topics:
            while of_topic[topic] and not take(of_topic[topic].pop(0), topic):
                pass


def _in_order(taken: Mapping[StoryId, str | None], lead: StoryId, topics: Sequence[str]) -> tuple[Choice, ...]:
    """The lead, then sections by topic, then the others; within each the order they were taken in."""
    place = {topic: number for number, topic in enumerate(topics)}
    rest = [Choice(story_id, topic) for story_id, topic in taken.items() if story_id != lead]
    rest.sort(key=lambda choice: place.get(choice.topic, len(topics)) if choice.topic else len(topics))
    return (Choice(lead, taken[lead]), *rest)
