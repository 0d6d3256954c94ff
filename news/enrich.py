"""Enriching: stored articles get language, sentences, vectors, facts and a summary, and their place in a story.

`EnrichService.run` takes what waits, oldest first, in batches: the models work outside of any transaction
(`news.preparing`), then each batch is placed (`news.stories`) and its news noted (`news.novelty`) in one short transaction.
An article that the models refuse is traced and tried again by later runs; after `attempts` it is taken by its lead, so that
nothing waits for ever and nothing else waits for it. Raises StorageError; the models' errors are in the report.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from news.entities import Article, Refusal, Trace
from news.ids import ArticleId, StoryId
from news.novelty import Known, known_of, new_sentences
from news.ports import Embedder, OpenUnitOfWork, Progress, Summarizer, UnitOfWork
from news.preparing import REFUSED_IN_A_ROW, Prepared, Preparer, PreparingRules
from news.reading import Citation, CitedSentence, Enrichment, Method, Neighbour, Sentence, Story, StoryUpdate
from news.stories import Found, Join, StoryRules, Subject, assign, best_title, rules_for


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichRules:
    """The limits of enriching."""

    batch: int = 16  # articles that models read at once
    attempts: int = 3  # runs that ask the models about an article; then its lead has to do
    members_compared: int = 20  # latest members of a story that an article's news is measured against
    preparing: PreparingRules = field(default_factory=PreparingRules)
    stories: StoryRules | None = None  # None: those of the embedding model


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichReport:
    """What a run did."""

    enriched: int = 0
    stories_new: int = 0
    versions_new: int = 0
    merged: int = 0  # stories that turned out to be another one
    by_lead: int = 0  # summaries that no model made
    failed: tuple[Refusal, ...] = ()  # to be tried again


class EnrichService:
    """Turns stored articles into what can be told."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        summarizer: Summarizer,
        embedder: Embedder,
        rules: EnrichRules = EnrichRules(),
    ) -> None:
        self._open_unit = open_unit
        self._preparer = Preparer(summarizer, embedder, rules.preparing)
        self._embedder = embedder
        self._rules = rules

    async def run(self, now: datetime, *, limit: int | None = None, progress: Progress | None = None) -> EnrichReport:
        """Enrich until nothing waits, or so many articles were taken."""
        report = EnrichReport()
        refused: set[ArticleId] = set()
        founded: list[ArticleId] = []
        taken = 0
        while limit is None or taken < limit:
            batch, waiting = await self._next(refused, self._rules.batch if limit is None else limit - taken)
            if not batch:
                break
            prepared, refusals = await self._prepare(batch, now)
            ready = {each.article.id for each in prepared}
            refused.update(article.id for article in batch if article.id not in ready)
            report, alone = await self._place(prepared, refusals, report, now)
            founded += alone
            taken += len(batch)
            if not prepared and len(batch) >= REFUSED_IN_A_ROW:
                break  # the models are down: a later run asks again
            if progress is not None:
                progress("enrich", taken, taken + max(0, waiting - len(batch)))
        return replace(report, merged=report.merged + await self._look_again(founded, now))

    async def _look_again(self, founded: Sequence[ArticleId], now: datetime) -> int:
        """Articles that founded a story before the articles came that tell what they belong to; how many stories merged."""
        rules = self._rules.stories or rules_for(self._embedder.model)
        merged = 0
        for start in range(0, len(founded), self._rules.batch):
            async with self._open_unit() as unit:
                placer = _Placer(unit, rules, self._rules, now)
                for article in await unit.articles.get(founded[start : start + self._rules.batch]):
                    await placer.look_again(article)
                await unit.commit()
            merged += placer.merged
        return merged

    async def _next(self, refused: set[ArticleId], most: int) -> tuple[list[Article], int]:
        """The articles to do now, and how many wait in all; what was refused in this run waits for the next."""
        count = min(most, self._rules.batch)
        async with self._open_unit(readonly=True) as unit:
            waiting = await unit.articles.count_unenriched() - len(refused)
            articles = await unit.articles.unenriched(count + len(refused))
        return [article for article in articles if article.id not in refused][:count], waiting

    async def _prepare(self, articles: Sequence[Article], now: datetime) -> tuple[list[Prepared], list[Refusal]]:
        """What the models can read, what has failed often enough to be taken by its lead, and refusals for the rest."""
        prepared, refusals = await self._preparer.prepare(articles, now)
        if not refusals:
            return prepared, []
        by_url = {article.url: article for article in articles}
        waiting = []
        for refusal in refusals:
            if await self._attempts(refusal) + 1 >= self._rules.attempts:
                prepared.append(self._preparer.by_lead(by_url[refusal.target], now))
            else:
                waiting.append(refusal)
        return prepared, waiting

    async def _attempts(self, refusal: Refusal) -> int:
        """How often the models have refused an article, by its traces."""
        async with self._open_unit(readonly=True) as unit:
            traces = await unit.articles.traces(refusal.target)
        return sum(trace.outcome == refusal.code for trace in traces)

    async def _place(
        self, prepared: Sequence[Prepared], refusals: Sequence[Refusal], report: EnrichReport, now: datetime
    ) -> tuple[EnrichReport, list[ArticleId]]:
        """Store a batch: each article in its story, in order, in one transaction; and which founded a story."""
        rules = self._rules.stories or rules_for(self._embedder.model)
        async with self._open_unit() as unit:
            placer = _Placer(unit, rules, self._rules, now)
            current = {
                article.id: article for article in await unit.articles.get([each.article.id for each in prepared])
            }
            for each in prepared:
                article = current.get(each.article.id)
                # removed or read anew while the models worked: it waits again, or no more
                if article is not None and not article.removed and article.revision == each.article.revision:
                    await placer.place(replace(each, article=article))
            traces = [
                Trace(url=each.target, at=now, source_id=None, outcome=each.code, detail=each.message)
                for each in refusals
            ]
            await unit.articles.trace(traces)
            await unit.commit()
        placed = EnrichReport(
            enriched=report.enriched + placer.placed,
            stories_new=report.stories_new + len(placer.founded),
            versions_new=report.versions_new + placer.versions_new,
            merged=report.merged + placer.merged,
            by_lead=report.by_lead + placer.by_lead,
            failed=(*report.failed, *refusals),
        )
        return placed, placer.founded


class _Placer:
    """Puts prepared articles into stories within one transaction, and counts what it did."""

    def __init__(self, unit: UnitOfWork, rules: StoryRules, limits: EnrichRules, now: datetime) -> None:
        self._unit = unit
        self._rules = rules
        self._limits = limits
        self._now = now
        self.placed = 0
        self.founded: list[ArticleId] = []
        self.versions_new = 0
        self.merged = 0
        self.by_lead = 0

    async def place(self, prepared: Prepared) -> None:
        """Store one article's enrichment and its place."""
        article, enrichment = prepared.article, prepared.enrichment
        placement = await self._placement(prepared)
        story = await self._story(placement.story_id) if isinstance(placement, Join) else None
        known = await self._known(story, article) if story is not None else None
        await self._unit.articles.enrich(enrichment)
        if story is None or known is None or not isinstance(placement, Join):
            await self._found(article, enrichment)
        else:
            await self._join(story, known, article, enrichment)
            await self._merge(story.id, placement.merges)
        self.placed += 1
        self.by_lead += enrichment.summary.method is Method.LEAD

    async def look_again(self, article: Article) -> None:
        """Merge an article's small story with the one that it belongs to, seen with all that has come since."""
        enrichment = (await self._unit.articles.enrichments([article.id])).get(article.id)
        story = await self._story(article.story_id) if article.story_id is not None else None
        if enrichment is None or story is None or len(story.article_ids) > self._rules.small:
            return
        text = "\n".join([article.title, *(sentence.text for sentence in enrichment.sentences)])
        neighbours = await self._neighbours(Prepared(article, enrichment, text))
        others = [each for each in neighbours if each.story_id != story.id]
        decision = assign(_subject(article, enrichment, None), others, self._rules)
        if isinstance(decision, Join):
            await self._merge(story.id, [decision.story_id])

    async def _placement(self, prepared: Prepared) -> Join | Found:
        article = prepared.article
        if article.story_id is not None:  # a new text of an article that has its story
            return Join(story_id=article.story_id, reasons=(("revision", 1.0),))
        original = await self._unit.articles.get([article.copy_of]) if article.copy_of is not None else []
        subject = _subject(article, prepared.enrichment, original[0].story_id if original else None)
        return assign(subject, await self._neighbours(prepared), self._rules)

    async def _neighbours(self, prepared: Prepared) -> list[Neighbour]:
        return await self._unit.articles.neighbours(
            prepared.enrichment,
            text=prepared.text,
            around=prepared.article.published_at,
            within=self._rules.within,
            limit=self._rules.neighbours,
        )

    async def _story(self, story_id: StoryId) -> Story | None:
        stories = await self._unit.stories.get([story_id])
        return stories[0] if stories else None

    async def _known(self, story: Story, article: Article) -> Known:
        """What the story's latest members said; of the article itself, its earlier text."""
        members = dict.fromkeys([*story.article_ids[-self._limits.members_compared :], article.id])
        return known_of((await self._unit.articles.enrichments(list(members))).values())

    async def _found(self, article: Article, enrichment: Enrichment) -> None:
        told = tuple(
            CitedSentence(text=each.text, citations=(_citation(enrichment),), dropped=each.dropped)
            for each in enrichment.summary.sentences
        )
        opening = StoryUpdate(version=1, at=self._now, article_id=article.id, sentences=told)
        await self._unit.stories.create(article.id, article.title or _headline(enrichment), opening)
        self.founded.append(article.id)

    async def _join(self, story: Story, known: Known, article: Article, enrichment: Enrichment) -> None:
        news = () if article.copy_of is not None else new_sentences(enrichment, known)
        update = self._update(story, news, enrichment) if news else None
        # a corrected headline takes the place of the one it corrects
        title = article.title if len(story.article_ids) == 1 and article.id in story.article_ids else ""
        await self._unit.stories.join(
            story.id, article.id, title=title or best_title(story.title, article.title), update=update
        )
        self.versions_new += update is not None

    def _update(self, story: Story, news: Sequence[Sentence], enrichment: Enrichment) -> StoryUpdate:
        told = tuple(CitedSentence(text=each.text, citations=(_citation(enrichment),)) for each in news)
        return StoryUpdate(version=story.version + 1, at=self._now, article_id=enrichment.article_id, sentences=told)

    async def _merge(self, story_id: StoryId, others: Sequence[StoryId]) -> None:
        for other in others:
            older, younger = min(story_id, other), max(story_id, other)
            if older != younger:
                await self._unit.stories.merge(older, younger, at=self._now)
                story_id = older
                self.merged += 1


def _subject(article: Article, enrichment: Enrichment, original_story: StoryId | None) -> Subject:
    return Subject(
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published_at=article.published_at,
        lang=enrichment.lang,
        facts=enrichment.facts,
        copy_of=article.copy_of,
        original_story=original_story,
    )


def _citation(enrichment: Enrichment) -> Citation:
    return Citation(enrichment.article_id, enrichment.revision)


def _headline(enrichment: Enrichment) -> str:
    """The first sentence, where an article has no headline."""
    return enrichment.sentences[0].text if enrichment.sentences else ""
