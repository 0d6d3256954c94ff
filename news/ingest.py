"""Reading: due sources, files and addresses by hand, rows of a file become stored articles.

`IngestService` waits for the reader outside of any transaction, then plans (`news.planning`) and stores each source in a
short one of its own. A source that fails is backed off and reported and never delays or breaks another. What is not
expected in one source is raised after the others are done. Raises StorageError; refusals are in the report.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from news import pace, rediscovery
from news.entities import (
    Candidate,
    Document,
    NewSource,
    PublisherRegister,
    Refusal,
    Source,
    SourceKind,
    SourceReading,
)
from news.errors import SourceError, SourceNotFound
from news.ids import ArticleId, SourceId
from news.naming import own_title
from news.planning import IngestPlan, IngestRules, Stored, plan_ingest, read_entries
from news.ports import OpenUnitOfWork, Progress, SourceReader, UnitOfWork
from news.rediscovery import Offer
from news.urls import spellings

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Row:
    """A document given in a row of a file; `source` names the source that it belongs to."""

    document: Document
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What a round of reading did. `article_ids` are those of the new and changed articles."""

    sources: int = 0  # that were asked
    read: int = 0  # documents
    new: int = 0
    changed: int = 0
    same: int = 0
    failed: tuple[Refusal, ...] = ()
    article_ids: tuple[ArticleId, ...] = ()
    failing: tuple[Source, ...] = ()  # admins are to be told: failing for a day
    recovered: tuple[Source, ...] = ()  # likewise: they work again
    gone: tuple[Source, ...] = ()  # likewise: the server says that it will not come back
    offered: tuple[Offer, ...] = ()  # likewise: fails for long, and its site has another feed


class IngestService:
    """Reads sources into the store."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        reader: SourceReader,
        publishers: PublisherRegister,
        rules: IngestRules = IngestRules(),  # noqa: B008 - a frozen value
    ) -> None:
        self._open_unit = open_unit
        self._reader = reader
        self._publishers = publishers
        self._rules = rules

    async def run(
        self, now: datetime, *, source_ids: Sequence[SourceId] | None = None, progress: Progress | None = None
    ) -> IngestReport:
        """Read all due sources, or those named, once."""
        reports: list[IngestReport] = []
        seen: set[SourceId] = set()
        while True:
            sources = [each for each in await self._due(now, source_ids) if each.id not in seen]
            if not sources:
                return joined(reports)
            seen.update(each.id for each in sources)
            reports += await self._all([self._job(source, now) for source in sources], "ingest", progress)

    async def ingest(self, targets: Sequence[str], now: datetime, progress: Progress | None = None) -> IngestReport:
        """Read files and addresses that somebody named."""
        source = await self._hand_source(BY_HAND, now)
        return joined(await self._all([self._hand_job(target, source, now) for target in targets], "ingest", progress))

    async def ingest_rows(self, rows: Sequence[Row], now: datetime, progress: Progress | None = None) -> IngestReport:
        """Store documents that were given as rows, under the sources that they name."""
        by_source: dict[str, list[Document]] = {}
        for row in rows:
            by_source.setdefault((row.source or "").strip() or BY_HAND, []).append(row.document)
        reports: list[IngestReport] = []
        done = 0
        for name, documents in by_source.items():
            source = await self._hand_source(name, now)
            for start in range(0, len(documents), self._rules.documents_per_commit):
                batch = documents[start : start + self._rules.documents_per_commit]
                reports.append(await self._store(batch, source, now))
                done += len(batch)
                if progress is not None:
                    progress("ingest", done, len(rows))
        return joined(reports)

    async def _due(self, now: datetime, source_ids: Sequence[SourceId] | None) -> list[Source]:
        async with self._open_unit(readonly=True) as unit:
            if source_ids is None:
                return await unit.sources.due(now, self._rules.sources_per_round)
            return [await unit.sources.get(source_id) for source_id in source_ids]

    async def _all(
        self, jobs: Sequence[Callable[[], Awaitable[IngestReport]]], stage: str, progress: Progress | None
    ) -> list[IngestReport]:
        """Do the jobs, some at once, and give their reports in order; what is not expected comes at the end."""
        turns = asyncio.Semaphore(self._rules.sources_at_once)
        done = 0

        async def one(job: Callable[[], Awaitable[IngestReport]]) -> IngestReport:
            nonlocal done
            async with turns:
                report = await job()
            done += 1
            if progress is not None:
                progress(stage, done, len(jobs))
            return report

        results = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
        faults = [each for each in results if isinstance(each, Exception)]
        if faults:
            raise faults[0] if len(faults) == 1 else ExceptionGroup("several sources met a fault", faults)
        return [each for each in results if isinstance(each, IngestReport)]

    def _job(self, source: Source, now: datetime) -> Callable[[], Awaitable[IngestReport]]:
        async def read() -> IngestReport:
            outcome: SourceReading | SourceError
            offers: tuple[Candidate, ...] = ()
            try:
                outcome = await self._reader.read(source)
            except SourceError as error:
                outcome = error
                if rediscovery.is_lost(source, error, now):
                    offers = await rediscovery.offers(self._reader, source)
            report = await self._save(source, outcome, now)
            return replace(report, offered=await self._offered(source.id, offers)) if offers else report

        return read

    def _hand_job(self, target: str, source: Source, now: datetime) -> Callable[[], Awaitable[IngestReport]]:
        async def read() -> IngestReport:
            try:
                documents = await self._reader.extract(target)
            except SourceError as error:
                return IngestReport(failed=(Refusal(target=target, code=error.code, message=error.message),))
            return await self._store(documents, source, now)

        return read

    async def _save(self, source: Source, outcome: SourceReading | SourceError, now: datetime) -> IngestReport:
        """Store what a poll gave, and the source's new state."""
        async with self._open_unit() as unit:
            try:
                # what an admin changed while the source was read stays
                current = await unit.sources.get(source.id)
                checked = pace.after(current, outcome, now, jitter_of(source.id, now))
                saved = checked.source
                report = IngestReport(sources=1)
                if isinstance(outcome, SourceReading):
                    report = await self._put(unit, outcome.documents, current, now)
                    report = replace(report, sources=1, failed=(*outcome.refused, *report.failed))
                    saved = await _moved(unit, saved, outcome.moved_to)
                    saved = replace(saved, name=await own_title(unit, current, outcome.title))
                else:
                    failure = Refusal(target=source.url, code=outcome.code, message=outcome.message)
                    report = IngestReport(sources=1, failed=(failure,))
                await unit.sources.save(saved)
            except SourceNotFound:
                return IngestReport(sources=1)  # removed while it was read
            await unit.commit()
        if checked.news is None:
            return report
        return _with_news(report, checked.news, saved)

    async def _offered(self, source_id: SourceId, offers: Sequence[Candidate]) -> tuple[Offer, ...]:
        """The best offer that is no source already."""
        async with self._open_unit(readonly=True) as unit:
            try:
                source = await unit.sources.get(source_id)
            except SourceNotFound:
                return ()  # removed meanwhile
            for candidate in offers:
                if await unit.sources.find(candidate.url) is None:
                    return (Offer(source, candidate),)
        return ()

    async def _store(self, documents: Sequence[Document], source: Source, now: datetime) -> IngestReport:
        async with self._open_unit() as unit:
            report = await self._put(unit, documents, source, now)
            await unit.commit()
        return report

    async def _put(
        self, unit: UnitOfWork, documents: Sequence[Document], source: Source, now: datetime
    ) -> IngestReport:
        """Plan and write the documents of one source in the open transaction."""
        if not documents:
            return IngestReport()
        entries = read_entries(documents, source, self._publishers)
        urls = [spelling for entry in entries for spelling in spellings(entry.url)]
        guids = [entry.guid for entry in entries if entry.guid is not None]
        known = await unit.articles.known(source.id, urls, guids)
        left_out = await unit.articles.left_out(source.id, [entry.url for entry in entries])
        prints = list(dict.fromkeys(entry.fingerprint for entry in entries if entry.document.text))
        similar = await unit.articles.similar_texts(prints, now - self._rules.copy_within) if prints else []
        plan = plan_ingest(entries, Stored(known, similar, left_out), source, now, self._rules)
        added = await _add(unit, plan)
        await unit.articles.revise(plan.changed)
        await unit.articles.trace(plan.traces)
        return IngestReport(
            read=len(documents),
            new=len(added),
            changed=len(plan.changed),
            same=plan.same + len(documents) - len(entries),
            failed=plan.refused,
            article_ids=(*added, *(revision.article_id for revision in plan.changed)),
        )

    async def _hand_source(self, name: str, now: datetime) -> Source:
        """The source of that name; made when there is none."""
        async with self._open_unit() as unit:
            found = await unit.sources.find(name)
            # a name of digits must not find the source of that number
            if found is not None and name.casefold() in {found.name.casefold(), found.url.casefold()}:
                return found
            address = f"urn:byline:by-hand:{'-'.join(name.casefold().split())}"
            made = await unit.sources.add(NewSource(url=address, name=name, kind=SourceKind.HAND, added_at=now))
            await unit.commit()
            return made


def joined(reports: Sequence[IngestReport]) -> IngestReport:
    """Several reports as one."""
    return IngestReport(
        sources=sum(each.sources for each in reports),
        read=sum(each.read for each in reports),
        new=sum(each.new for each in reports),
        changed=sum(each.changed for each in reports),
        same=sum(each.same for each in reports),
        failed=tuple(refusal for each in reports for refusal in each.failed),
        article_ids=tuple(article_id for each in reports for article_id in each.article_ids),
        failing=tuple(source for each in reports for source in each.failing),
        recovered=tuple(source for each in reports for source in each.recovered),
        gone=tuple(source for each in reports for source in each.gone),
        offered=tuple(offer for each in reports for offer in each.offered),
    )


def jitter_of(source_id: SourceId, now: datetime) -> float:
    """A number from -1 to 1 that differs by source and time, and is the same when a test asks again."""
    return zlib.crc32(f"{source_id}:{now.isoformat()}".encode()) / 0xFFFFFFFF * 2 - 1


def _with_news(report: IngestReport, news: str, source: Source) -> IngestReport:
    told = (source,)
    if news == "failing":
        return replace(report, failing=told)
    if news == "recovered":
        return replace(report, recovered=told)
    return replace(report, gone=told)


async def _add(unit: UnitOfWork, plan: IngestPlan) -> list[ArticleId]:
    """Add the originals, then their copies, which need the numbers; the numbers in the plan's order."""
    ids: dict[int, ArticleId] = {}
    originals = [place for place, planned in enumerate(plan.new) if planned.repeats is None]
    copies = [(place, planned.repeats) for place, planned in enumerate(plan.new) if planned.repeats is not None]
    added = await unit.articles.add([plan.new[place].article for place in originals])
    ids.update(zip(originals, added, strict=True))
    articles = [
        replace(plan.new[place].article, copy_of=plan.new[original].article.copy_of or ids[original])
        for place, original in copies
    ]
    ids.update(zip((place for place, _ in copies), await unit.articles.add(articles), strict=True))
    return [ids[place] for place in sorted(ids)]


async def _moved(unit: UnitOfWork, source: Source, moved_to: str | None) -> Source:
    """The source at its new address, unless another source lives there."""
    if moved_to is None or moved_to == source.url or await unit.sources.find(moved_to) is not None:
        return source
    return replace(source, url=moved_to)
