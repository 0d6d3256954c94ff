"""Putting prepared articles into stories within one transaction: the decision is `news.stories`', the news `news.novelty`'s.

`Placer.place` stores an article's enrichment and its place, and counts. The functions beside it make of an enrichment what
a story holds of it. Raises StorageError.
"""

from collections.abc import Sequence
from datetime import datetime

from news.amending import amend
from news.entities import Article
from news.headlines import best_title, real_title, title_or_address
from news.ids import StoryId
from news.merging import merge
from news.novelty import known_of, new_sentences, opening_of, update_of
from news.ports import UnitOfWork
from news.preparing import Prepared
from news.reading import Enrichment, Method, Neighbour, Sentence, Story
from news.stories import Found, Join, StoryRules, Subject, assign


class Placer:
    """Puts prepared articles into stories within one transaction, and counts what it did."""

    def __init__(self, unit: UnitOfWork, rules: StoryRules, members_compared: int, now: datetime) -> None:
        self._unit = unit
        self._rules = rules
        self._members_compared = members_compared
        self._now = now
        self.placed = 0
        self.founded: list[StoryId] = []
        self.touched: list[StoryId] = []
        self.versions_new = 0
        self.merged = 0
        self.by_lead = 0

    async def place(self, prepared: Prepared) -> None:
        """Store one article's enrichment and its place."""
        article, enrichment = prepared.article, prepared.enrichment
        if article.story_id is not None and await self._read_before(enrichment):
            await self._enrich_again(article.story_id, enrichment)
            return
        placement = await self._placement(prepared)
        story = await self._story(placement.story_id) if isinstance(placement, Join) else None
        news = await self._news(story, article, enrichment) if story is not None else ()
        await amend(self._unit, article, enrichment, self._now)
        await self._unit.articles.enrich(enrichment)
        if story is None or not isinstance(placement, Join):
            await self._found(article, enrichment)
        else:
            await self._join(story, news, article, enrichment)
            await self._merge(story.id, placement.merges)
        self.placed += 1
        self.by_lead += enrichment.summary.method is Method.LEAD

    async def _enrich_again(self, story_id: StoryId, enrichment: Enrichment) -> None:
        """Of a text whose story is told: it says nothing new. What no model had read was placed by its words alone, and
        its story is to be looked at again.
        """
        before = (await self._unit.articles.enrichments([enrichment.article_id])).get(enrichment.article_id)
        if before is not None and before.summary.method is Method.LEAD and enrichment.vector is not None:
            self.touched.append(story_id)
        await self._unit.articles.enrich(enrichment)
        self.placed += 1

    async def _read_before(self, enrichment: Enrichment) -> bool:
        """Whether this very text was enriched once already."""
        citation = (enrichment.article_id, enrichment.revision)
        return bool(await self._unit.articles.sentences([citation]))

    async def _placement(self, prepared: Prepared) -> Join | Found:
        article = prepared.article
        if article.story_id is not None:  # a new text of an article that has its story
            return Join(story_id=article.story_id, reasons=(("revision", 1.0),))
        original = await self._unit.articles.get([article.copy_of]) if article.copy_of is not None else []
        subject = subject_of(article, prepared.enrichment, original[0].story_id if original else None)
        neighbours = await self._neighbours(prepared) if subject.original_story is None else []
        return assign(subject, neighbours, self._rules)

    async def _neighbours(self, prepared: Prepared) -> list[Neighbour]:
        return await self._unit.articles.neighbours(
            prepared.enrichment,
            text=prepared.text,
            around=prepared.article.published_at,
            within=self._rules.within,
            limit=self._rules.neighbours,
        )

    async def _story(self, story_id: StoryId) -> Story | None:
        stories = await self._unit.stories.glimpse([story_id], self._members_compared + 1)
        return stories[0] if stories else None

    async def _news(self, story: Story, article: Article, enrichment: Enrichment) -> Sequence[Sentence]:
        """What the article says beyond the story's first and latest members and its own earlier text; a near-copy says nothing."""
        if article.copy_of is not None:
            return ()
        members = dict.fromkeys([*story.article_ids, article.id])
        said = await self._unit.articles.enrichments(list(members))
        return new_sentences(enrichment, known_of(said.values()), article.published_at)

    async def _found(self, article: Article, enrichment: Enrichment) -> None:
        story_id = await self._unit.stories.create(
            article.id, title_or_address(article, enrichment), opening_of(enrichment)
        )
        self.founded.append(story_id)
        self.touched.append(story_id)

    async def _join(self, story: Story, news: Sequence[Sentence], article: Article, enrichment: Enrichment) -> None:
        update = update_of(story.version + 1, enrichment, news, self._now) if news else None
        # a corrected headline takes the place of the one it corrects
        own = real_title(article)
        corrected = own if len(story.article_ids) == 1 and article.id in story.article_ids else ""
        await self._unit.stories.join(
            story.id,
            article.id,
            title=corrected or (best_title(story.title, own) if own else story.title),
            update=update,
        )
        self.versions_new += update is not None
        self.touched.append(story.id)

    async def _merge(self, story_id: StoryId, others: Sequence[StoryId]) -> None:
        for other in others:
            older, younger = min(story_id, other), max(story_id, other)
            if older != younger:
                self.versions_new += await merge(self._unit, older, younger, self._now, founded=self.founded)
                story_id = older
                self.merged += 1


def subject_of(article: Article, enrichment: Enrichment, original_story: StoryId | None = None) -> Subject:
    """What the story decision looks at of an article."""
    return Subject(
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published_at=article.published_at,
        lang=enrichment.lang,
        facts=enrichment.facts,
        text_chars=len(article.text),
        copy_of=article.copy_of,
        original_story=original_story,
    )
