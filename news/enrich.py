"""Enriching: stored articles get language, sentences, vectors, facts and a summary, and their place in a story.

`EnrichService.run` takes what waits, oldest first, in batches: the models work outside of any transaction
(`news.preparing`), then each batch is placed and its news noted in one short transaction (`news.placing`). At the end the
stories that were touched are looked at again together (`news.reconsidering`) and, where a model writes, told by it
(`news.writing`).
An article that the models refuse is traced and tried again by later runs; after `attempts` it is taken by its lead, so that
nothing waits for ever and nothing else waits for it. Vectors of another length than those stored under the model's name are
another model's: mixed with them they would break every comparison, so their articles wait until somebody decides. Raises
StorageError, and SummaryError `model_changed` at the end of such a run; the models' other errors are in the report.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from news.entities import Article, Refusal, Trace
from news.errors import SummaryError
from news.ids import ArticleId, StoryId
from news.placing import Placer
from news.ports import Embedder, OpenUnitOfWork, Progress, Summarizer
from news.preparing import REFUSED_IN_A_ROW, Prepared, Preparer, PreparingRules
from news.reconsidering import Changed, Reconsidering
from news.stories import StoryRules, rules_for
from news.writing import StoryWriter

MODEL_CHANGED = "model_changed"
_NUMBER_BYTES = 4  # of a vector


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
    split: int = 0  # that turned out to be two
    written: int = 0  # stories that a model tells in its own words
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
        writer: StoryWriter | None = None,
    ) -> None:
        self._open_unit = open_unit
        self._preparer = Preparer(summarizer, embedder, rules.preparing)
        self._embedder = embedder
        self._rules = rules
        self._writer = writer  # None: no model writes

    async def run(
        self,
        now: datetime,
        *,
        among: Sequence[ArticleId] | None = None,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> EnrichReport:
        """Enrich until nothing waits, out of all or of those given, or so many articles were taken."""
        report = EnrichReport()
        refused: set[ArticleId] = set()
        founded: list[StoryId] = []
        touched: list[StoryId] = []
        changed: Refusal | None = None
        taken = 0
        while limit is None or taken < limit:
            batch, waiting = await self._next(refused, self._rules.batch if limit is None else limit - taken, among)
            if not batch:
                break
            prepared, refusals = await self._prepare(batch, now)
            ready = {each.article.id for each in prepared}
            refused.update(article.id for article in batch if article.id not in ready)
            report, placer = await self._place(prepared, refusals, report, now)
            changed = changed or next((each for each in refusals if each.code == MODEL_CHANGED), None)
            founded += placer.founded
            touched += placer.touched
            taken += len(batch)
            if not prepared and len(batch) >= REFUSED_IN_A_ROW:
                break  # the models are down: a later run asks again
            if progress is not None:
                progress("enrich", taken, taken + max(0, waiting - len(batch)))
        looked = await self._look_again(touched, founded, now)
        written = await self._writer.write(touched) if self._writer is not None else 0
        if changed is not None:
            raise SummaryError(changed.message, code=MODEL_CHANGED)
        return replace(
            report,
            merged=report.merged + looked.merged,
            split=looked.split,
            versions_new=report.versions_new + looked.versions_new,
            written=written,
        )

    async def _look_again(self, touched: Sequence[StoryId], founded: Sequence[StoryId], now: datetime) -> Changed:
        """Merge and split the stories that this run has touched, seen with all that has come."""
        rules = self._rules.stories or rules_for(self._embedder.model)
        return await Reconsidering(self._open_unit, rules, now).run(touched, frozenset(founded))

    async def _next(
        self, refused: set[ArticleId], most: int, among: Sequence[ArticleId] | None
    ) -> tuple[list[Article], int]:
        """The articles to do now, and how many wait in all; what was refused in this run waits for the next."""
        count = min(most, self._rules.batch)
        async with self._open_unit(readonly=True) as unit:
            waiting = await unit.articles.count_unenriched() - len(refused)
            articles = await unit.articles.unenriched(count + len(refused), among=among)
        return [article for article in articles if article.id not in refused][:count], waiting

    async def _prepare(self, articles: Sequence[Article], now: datetime) -> tuple[list[Prepared], list[Refusal]]:
        """What the models can read, what has failed often enough to be taken by its lead, and refusals for the rest."""
        prepared, refusals = await self._preparer.prepare(articles, now)
        prepared, changed = await self._apart(prepared)
        refusals += changed
        if not refusals:
            return prepared, []
        by_url = {article.url: article for article in articles}
        waiting = []
        for refusal in refusals:
            if refusal.code != MODEL_CHANGED and await self._attempts(refusal) + 1 >= self._rules.attempts:
                prepared.append(self._preparer.by_lead(by_url[refusal.target], now))
            else:
                waiting.append(refusal)
        return prepared, waiting

    async def _apart(self, prepared: Sequence[Prepared]) -> tuple[list[Prepared], list[Refusal]]:
        """Without those whose vector is not as long as the stored ones of the same model."""
        model = self._embedder.model
        async with self._open_unit(readonly=True) as unit:
            stored = await unit.articles.vector_bytes(model)
        kept: list[Prepared] = []
        changed: list[Refusal] = []
        for each in prepared:
            vector = each.enrichment.vector
            if vector is None or stored is None or len(vector.data) == stored:
                kept.append(each)
                continue
            numbers = (len(vector.data) // _NUMBER_BYTES, stored // _NUMBER_BYTES)
            message = f"Vectors of {model} have {numbers[0]} numbers, those stored {numbers[1]}: run byline reindex --all-vectors."
            changed.append(Refusal(target=each.article.url, code=MODEL_CHANGED, message=message))
        return kept, changed

    async def _attempts(self, refusal: Refusal) -> int:
        """How often the models have refused an article, by its traces."""
        async with self._open_unit(readonly=True) as unit:
            traces = await unit.articles.traces(refusal.target)
        return sum(trace.outcome == refusal.code for trace in traces)

    async def _place(
        self, prepared: Sequence[Prepared], refusals: Sequence[Refusal], report: EnrichReport, now: datetime
    ) -> tuple[EnrichReport, Placer]:
        """Store a batch: each article in its story, in order, in one transaction; and what was done."""
        rules = self._rules.stories or rules_for(self._embedder.model)
        async with self._open_unit() as unit:
            await unit.stories.alone()
            placer = Placer(unit, rules, self._rules.members_compared, now)
            asked = [each.article.id for each in prepared]
            waiting = {article.id: article for article in await unit.articles.unenriched(len(asked), among=asked)}
            for each in prepared:
                article = waiting.get(each.article.id)
                # removed, read anew, or placed by another process while the models worked: it waits again, or no more
                if article is not None and article.revision == each.article.revision:
                    await placer.place(replace(each, article=article))
            traces = [
                Trace(url=each.target, at=now, source_id=None, outcome=each.code, detail=each.message)
                for each in refusals
                if each.code != MODEL_CHANGED  # it comes with every run until somebody decides
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
        return placed, placer
