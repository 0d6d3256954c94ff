"""Looking again at the stories that a run has touched: merges and splits that placing article by article could not see.

`Reconsidering.run` takes the touched stories with those that they are near, a bounded number of articles at a time, scores
their pairs as at ingest (`news.stories.pair_scores` over the neighbours that storage finds), asks `news.regrouping` and does
what it says, in one short transaction for each such set (`news.merging`). Raises StorageError.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from news.entities import Article
from news.headlines import best_title, title_or_address
from news.ids import ArticleId, StoryId
from news.merging import MEMBERS_MOST, merge
from news.novelty import opening_of
from news.placing import subject_of
from news.ports import OpenUnitOfWork, UnitOfWork
from news.reading import Enrichment, Story
from news.regrouping import Member, Regrouping, Split, regroup
from news.stories import StoryRules, pair_scores

ARTICLES_MOST = 200  # that are looked at together
NEAR = -1.5  # log-odds from which a neighbour's story is looked at too


@dataclass(slots=True)
class Changed:
    """How many stories became one with another, parted, or learned something by it."""

    merged: int = 0
    split: int = 0
    versions_new: int = 0


class Reconsidering:
    """Regroups stories."""

    def __init__(self, open_unit: OpenUnitOfWork, rules: StoryRules, now: datetime) -> None:
        self._open_unit = open_unit
        self._rules = rules
        self._now = now

    async def run(self, touched: Sequence[StoryId], founded: Collection[StoryId]) -> Changed:
        """Look at some stories again. `founded` are those that are so new that nobody was told them."""
        changed = Changed()
        done: set[StoryId] = set()
        for story_id in dict.fromkeys(touched):
            if story_id in done:
                continue
            async with self._open_unit(readonly=True) as unit:
                looked_at = await LookedAt.around(story_id, unit, self._rules)
            done |= looked_at.stories.keys()
            regrouping = regroup(looked_at.members(), looked_at.pairs)
            if regrouping == Regrouping():
                continue
            async with self._open_unit() as unit:
                await unit.stories.alone()
                if await looked_at.still_holds(unit):  # else a later run will see it as it is then
                    await _Change(unit, looked_at, changed, self._now).make(regrouping, founded)
                    await unit.commit()
        return changed


class LookedAt:
    """A story, those that it is near, theirs in turn, and how likely each pair of their articles is one event."""

    def __init__(self, unit: UnitOfWork, rules: StoryRules) -> None:
        self._unit = unit  # for reading only
        self._rules = rules
        self.stories: dict[StoryId, Story] = {}
        self.articles: dict[ArticleId, Article] = {}
        self.enrichments: dict[ArticleId, Enrichment] = {}
        self.pairs: dict[tuple[ArticleId, ArticleId], float] = {}

    @classmethod
    async def around(cls, story_id: StoryId, unit: UnitOfWork, rules: StoryRules) -> "LookedAt":
        """What is to be looked at together with a story."""
        looked_at = cls(unit, rules)
        await looked_at._gather(story_id)
        return looked_at

    async def still_holds(self, unit: UnitOfWork) -> bool:
        """Whether every article is still there and where it was."""
        now = {
            article.id: article.story_id
            for article in await unit.articles.get(list(self.articles))
            if not article.removed
        }
        return now == {article.id: article.story_id for article in self.articles.values()}

    async def _gather(self, first: StoryId) -> None:
        """Read them, nearest first, until there are as many articles as can be looked at together."""
        waiting = [first]
        asked = {first}
        while waiting and len(self.articles) < ARTICLES_MOST:
            for story in await self._unit.stories.glimpse([waiting.pop(0)], MEMBERS_MOST):
                self.stories[story.id] = story
                near = await self._score(story)
                waiting += [each for each in near if each not in asked]
                asked |= set(near)

    async def _score(self, story: Story) -> list[StoryId]:
        """Score a story's articles against their neighbours; which stories are near."""
        enrichments = await self._unit.articles.enrichments(story.article_ids)
        near: dict[StoryId, float] = {}
        for article in await self._unit.articles.get(story.article_ids):
            enrichment = enrichments.get(article.id)
            if enrichment is None or article.removed:
                continue
            self.articles[article.id] = article
            self.enrichments[article.id] = enrichment
            if article.copy_of is not None:
                continue  # it goes with its original, whatever is near
            neighbours = await self._unit.articles.neighbours(
                enrichment,
                text="\n".join([article.title, *(sentence.text for sentence in enrichment.sentences)]),
                around=article.published_at,
                within=self._rules.within,
                limit=self._rules.neighbours,
            )
            scores = pair_scores(subject_of(article, enrichment), neighbours, self._rules)
            for neighbour, score in zip(neighbours, scores, strict=True):
                self.pairs[article.id, neighbour.article_id] = score
                if score >= NEAR and neighbour.story_id != story.id:
                    near[neighbour.story_id] = max(score, near.get(neighbour.story_id, score))
        return sorted(near, key=lambda story_id: (-near[story_id], story_id))

    def members(self) -> list[Member]:
        """The articles as the regrouping looks at them."""
        opened = {story.updates[0].article_id for story in self.stories.values() if story.updates}
        return [
            Member(
                article_id=article.id,
                story_id=story.id,
                publisher=article.publisher,
                opened=article.id in opened,
                copy_of=article.copy_of,
            )
            for story in self.stories.values()
            for article_id in story.article_ids
            if (article := self.articles.get(article_id)) is not None
        ]


class _Change:
    """Makes the changes within one transaction, and counts them."""

    def __init__(self, unit: UnitOfWork, looked_at: LookedAt, changed: Changed, now: datetime) -> None:
        self._unit = unit
        self._looked_at = looked_at
        self._changed = changed
        self._now = now

    async def make(self, regrouping: Regrouping, founded: Collection[StoryId]) -> None:
        """Split, then merge."""
        for split in regrouping.splits:
            await self._split(split)
        for together in regrouping.together:
            articles = await self._unit.articles.get(together)
            first, *others = sorted({each.story_id for each in articles if each.story_id is not None})
            for other in others:
                await self._merge(first, other, founded)

    async def _split(self, split: Split) -> None:
        opening = opening_of(self._looked_at.enrichments[min(split.article_ids)])
        await self._unit.stories.split(
            split.story_id, split.article_ids, title=self._title(split.article_ids), opening=opening
        )
        for left in await self._unit.stories.get([split.story_id]):
            kept = [article_id for article_id in left.article_ids if article_id in self._looked_at.articles]
            if left.title in map(self._title_of, split.article_ids) and kept:
                await self._unit.stories.join(left.id, kept[0], title=self._title(kept), update=None)
        self._changed.split += 1

    async def _merge(self, older: StoryId, younger: StoryId, founded: Collection[StoryId]) -> None:
        kept, gone = await self._unit.stories.glimpse([older, younger], 1)
        self._changed.versions_new += await merge(self._unit, older, younger, self._now, founded=founded)
        self._changed.merged += 1
        title = best_title(kept.title, gone.title)
        await self._unit.stories.join(older, gone.article_ids[0], title=title, update=None)

    def _title(self, article_ids: Sequence[ArticleId]) -> str:
        """The clearest headline, the earliest of those alike."""
        return reduce(best_title, map(self._title_of, sorted(article_ids)))

    def _title_of(self, article_id: ArticleId) -> str:
        return title_or_address(self._looked_at.articles[article_id], self._looked_at.enrichments[article_id])
