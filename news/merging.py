"""Two stories that turn out to be one: what each adds to the other, and what a chat that was told of either has had.

A chat that was told of one story still hears what only the other one told; one that was told of both hears nothing again.
Versions are numbers in a row, so the two additions come one after the other (`Merged`): who was told of the side that adds
first hears the other addition alone. Who was told of the other side stands before both, at a version that nobody else stands at:
its own side's addition, the later one, says that it is known there (`StoryUpdate.known_to`). The side that more chats know adds
first, since its readers need no such mark. What a chat had not heard yet of its own story before they met stays to be
told, unless it was told the other one, which had it. `merge` finds out what the two add; storage does what `Merged` says. Raises StorageError.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from news.entities import Article
from news.ids import ArticleId, StoryId
from news.novelty import known_of, new_sentences, update_of
from news.ports import UnitOfWork
from news.reading import Enrichment, Story, StoryUpdate

MEMBERS_MOST = 60  # articles of a story that are looked at: the first and the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The versions of a story that was two: of `older`, which lives on, and of `younger`, when they met."""

    older: int
    younger: int
    brings: bool  # the younger says what the older did not
    had: bool  # and the other way round
    younger_known: bool = False  # to more chats than the older
    older_tells: frozenset[int] = frozenset()  # versions of the older whose articles say what the younger did not
    younger_tells: frozenset[int] = frozenset()

    @property
    def common(self) -> int:
        """The version up to which nothing is an addition; the younger's updates after its opening take it."""
        return max(self.older, self.younger)

    @property
    def version(self) -> int:
        """Of the story with all that both say."""
        return self.common + self.brings + self.had

    @property
    def brought(self) -> int:
        """The version of what the younger adds."""
        return self.common + 1 + (self.had and not self.younger_known)

    @property
    def known(self) -> int:
        """The version of what the older adds to the younger."""
        return self.common + 1 + (self.brings and self.younger_known)

    def known_to(self, version: int) -> int | None:
        """The version at which those stand who know an addition already though it comes after it; None where nobody does."""
        return self.common if self.brings and self.had and version == self.version else None

    def told(self, older: int | None, younger: int | None) -> int:
        """The version that a chat has had which had these of the two."""
        if older is not None and younger is not None:
            if any(version > older for version in self.older_tells):
                return older
            return self.common - 1 if any(version > younger for version in self.younger_tells) else self.version
        if older is not None:
            if older < self.older:
                return older
            return self.brought - 1 if self.brings else self.version
        if younger is not None and younger < self.younger:
            return self.common - 1
        return self.known - 1 if self.had else self.version


@dataclass(frozen=True, slots=True)
class _Said:
    """What a member of a story says, and when it came out."""

    enrichment: Enrichment
    published_at: datetime


async def merge(
    unit: UnitOfWork, older: StoryId, younger: StoryId, now: datetime, *, founded: Collection[StoryId]
) -> int:
    """Make two stories one; how many additions of one to the other it found. `founded` are too new to have been told."""
    stories = {story.id: story for story in await unit.stories.glimpse([older, younger], MEMBERS_MOST)}
    brought: list[StoryUpdate] = []
    had: list[StoryUpdate] = []
    if len(stories) > 1 and not {older, younger} <= set(founded):
        one, two = [await _read(unit, stories[each]) for each in (older, younger)]
        brought = [] if older in founded else _added(two, one, now)
        had = [] if younger in founded else _added(one, two, now)
    await unit.stories.merge(older, younger, at=now, brought=brought, had=had)
    return bool(brought) + bool(had)


async def _read(unit: UnitOfWork, story: Story) -> Mapping[ArticleId, _Said]:
    """What the first and the latest members of a story say; near-copies say nothing of their own."""
    articles: Sequence[Article] = await unit.articles.get(story.article_ids)
    own = [article for article in articles if article.copy_of is None and not article.removed] or articles
    said = await unit.articles.enrichments([article.id for article in own])
    return {each.id: _Said(said[each.id], each.published_at) for each in own if each.id in said}


def _added(side: Mapping[ArticleId, _Said], other: Mapping[ArticleId, _Said], now: datetime) -> list[StoryUpdate]:
    """What one side tells that neither the other side nor its own articles before have told."""
    known = [each.enrichment for each in other.values()]
    added = []
    for article_id in sorted(side):
        enrichment = side[article_id].enrichment
        news = new_sentences(enrichment, known_of(known), side[article_id].published_at)
        if news:
            added.append(update_of(1, enrichment, news, now))
        known.append(enrichment)
    return added
