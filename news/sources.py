"""Admins' work on sources: look what an address offers, add, pause, rename, remove, import.

Raises SourceExists, SourceNotFound, BadRequest (`bad_url`, `bad_name`), and what the reader raises when it probes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from news import rediscovery
from news.entities import Candidate, NewSource, Source, SourceKind, SourceStatus, TextFrom
from news.errors import BadRequest, SourceError, SourceExists, SourceNotFound
from news.ids import SourceId
from news.naming import MOST_NAME_CHARS, free_name
from news.ports import OpenUnitOfWork, SourceReader, UnitOfWork
from news.urls import domain_of, is_web_address, spellings, with_scheme

BAD_URL = "An address begins with http:// or https:// and names a host."


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was added, and the candidate it was made of, with its newest entries as a preview."""

    source: Source
    candidate: Candidate
    others: tuple[Candidate, ...] = ()  # what the address offers besides


@dataclass(frozen=True, slots=True)
class OpmlEntry:
    """A feed of an OPML file."""

    url: str
    title: str = ""
    category: str | None = None
    site_url: str | None = None


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What became of one feed of an import: `outcome` is added, exists or refused, with a code then."""

    url: str
    title: str
    outcome: str
    code: str | None = None
    message: str = ""  # what can be done about a refusal


class SourceService:
    """Keeps the list of sources."""

    def __init__(self, open_unit: OpenUnitOfWork, reader: SourceReader) -> None:
        self._open_unit = open_unit
        self._reader = reader

    async def candidates(self, url: str) -> tuple[Candidate, ...]:
        """The sources that an address offers, best first; a source that is known is no offer."""
        address = _address(url)
        async with self._open_unit(readonly=True) as unit:
            await _refuse_known(unit, address)
        return await self._new(await self._reader.probe(address))

    async def offers(self, name: str) -> tuple[Candidate, ...]:
        """What a source's site has in its place, best first."""
        return await self._new(await rediscovery.offers(self._reader, await self.get(name)), or_all=False)

    async def _new(self, found: tuple[Candidate, ...], *, or_all: bool = True) -> tuple[Candidate, ...]:
        """Those that are no sources yet; all where that leaves none, so that adding one says which it is."""
        async with self._open_unit(readonly=True) as unit:
            new = tuple([each for each in found if await _known(unit, each.url) is None])
        return new or (found if or_all else ())

    async def add(
        self,
        url: str,
        now: datetime,
        *,
        by: int | None = None,
        name: str | None = None,
        category: str | None = None,
        candidate: Candidate | None = None,
    ) -> Added:
        """Add the best source that an address offers, or the candidate that was chosen."""
        address = _address(url)
        others: list[Candidate] = []
        if candidate is None:
            async with self._open_unit(readonly=True) as unit:
                await _refuse_known(unit, address)
            candidate, *others = await self._reader.probe(address)
        async with self._open_unit() as unit:
            await _refuse_known(unit, candidate.url)
            source = await unit.sources.add(
                NewSource(
                    url=candidate.url,
                    name=await free_name(unit, name or candidate.title or domain_of(candidate.url)),
                    kind=candidate.kind,
                    category=category,
                    site_url=candidate.site_url,
                    added_at=now,
                    added_by=by,
                    interval=candidate.interval,
                )
            )
            await unit.commit()
        return Added(source, candidate, tuple(others))

    async def add_each(self, urls: Sequence[str], now: datetime, by: int | None = None) -> list[ImportLine]:
        """Add the best source that each address offers; one that is refused keeps back no other."""
        lines: list[ImportLine] = []
        for url in urls:
            try:
                added = await self.add(url, now, by=by)
            except (BadRequest, SourceError) as error:
                outcome = "exists" if error.code == "source_exists" else "refused"
                lines.append(ImportLine(url, "", outcome, error.code, error.message))
            else:
                lines.append(ImportLine(added.source.url, added.source.name, "added"))
        return lines

    async def all(self) -> list[Source]:
        """Every source, in the order they were added."""
        async with self._open_unit(readonly=True) as unit:
            return await unit.sources.all()

    async def get(self, name: str) -> Source:
        """The source of a number, address or name."""
        async with self._open_unit(readonly=True) as unit:
            return await _find(unit, name)

    async def pause(self, name: str) -> Source:
        """Read it no more until it is resumed."""
        return await self._change(name, lambda source: replace(source, status=SourceStatus.PAUSED))

    async def resume(self, name: str, now: datetime) -> Source:
        """Read it again, at once; what failed before is forgotten."""
        return await self._change(name, lambda source: _due_at(source, now))

    async def check_now(self, name: str, now: datetime) -> Source:
        """Make it due without regard to its pace."""
        return await self._change(name, lambda source: replace(source, state=replace(source.state, next_check_at=now)))

    async def rename(self, name: str, new_name: str) -> Source:
        """Give it another name, which no other source has."""
        wanted = " ".join(new_name.split())
        if not wanted or len(wanted) > MOST_NAME_CHARS:
            raise BadRequest(f"A name has 1 to {MOST_NAME_CHARS} characters.", code="bad_name")
        async with self._open_unit() as unit:
            source = await _find(unit, name)
            other = await unit.sources.find(wanted)
            if other is not None and other.id != source.id:
                raise BadRequest(f"There is another source called {wanted}.", code="bad_name")
            renamed = replace(source, name=wanted)
            await unit.sources.save(renamed)
            await unit.commit()
        return renamed

    async def move(self, name: str, url: str, now: datetime) -> Source:
        """Read it at another address from now on, at once; what was read stays, and what failed before is forgotten."""
        address = _address(url)
        await self.get(name)
        candidate = (await self._reader.probe(address))[0]
        async with self._open_unit() as unit:
            source = await _find(unit, name)
            known = await _known(unit, candidate.url)
            if known is not None and known.id != source.id:
                raise SourceExists(f"This address is the source {known.name} already.", target=candidate.url)
            state = replace(source.state, etag=None, last_modified=None, interval=candidate.interval)
            place = replace(
                source,
                url=candidate.url,
                kind=candidate.kind,
                site_url=candidate.site_url or source.site_url,
                state=state,
            )
            moved = _due_at(place, now)
            await unit.sources.save(moved)
            await unit.commit()
        return moved

    async def set_text_from(self, name: str, text_from: TextFrom) -> Source:
        """Choose where its articles' texts come from."""
        return await self._change(name, lambda source: replace(source, text_from=text_from))

    async def set_category(self, name: str, category: str) -> Source:
        """Choose what it is listed under."""
        wanted = " ".join(category.split())
        if not wanted or len(wanted) > MOST_NAME_CHARS:
            raise BadRequest(f"A category has 1 to {MOST_NAME_CHARS} characters.", code="bad_name")
        return await self._change(name, lambda source: replace(source, category=wanted))

    async def restore(self, source_id: SourceId, now: datetime) -> Source:
        """Take a removal back: the source as it was, read again at once."""
        async with self._open_unit() as unit:
            await unit.sources.bring_back(source_id)
            source = _due_at(await unit.sources.get(source_id), now)
            await unit.sources.save(source)
            await unit.commit()
        return source

    async def remove(self, name: str) -> Source:
        """Forget it; its articles stay."""
        async with self._open_unit() as unit:
            source = await _find(unit, name)
            await unit.sources.remove(source.id)
            await unit.commit()
        return source

    async def import_entries(
        self, entries: Sequence[OpmlEntry], now: datetime, by: int | None = None
    ) -> list[ImportLine]:
        """Add the feeds of a list without asking any; the first read of each will show whether it lives."""
        async with self._open_unit() as unit:
            lines = [await _import(unit, entry, now, by) for entry in entries]
            await unit.commit()
        return lines

    async def _change(self, name: str, edit: Callable[[Source], Source]) -> Source:
        async with self._open_unit() as unit:
            changed = edit(await _find(unit, name))
            await unit.sources.save(changed)
            await unit.commit()
        return changed


def _address(text: str) -> str:
    address = with_scheme(text)
    if not is_web_address(address):
        raise BadRequest(BAD_URL, code="bad_url")
    return address


def _due_at(source: Source, now: datetime) -> Source:
    state = replace(
        source.state,
        next_check_at=now,
        failures=0,
        failing_since=None,
        told_failing_at=None,
        error_code=None,
        error_message=None,
    )
    return replace(source, status=SourceStatus.ACTIVE, state=state)


async def _find(unit: UnitOfWork, name: str) -> Source:
    trimmed = name.strip()
    for spelling in dict.fromkeys([trimmed, *spellings(with_scheme(trimmed))]):
        found = await unit.sources.find(spelling) if spelling else None
        if found is not None:
            return found
    raise SourceNotFound(f"No source is called {trimmed}.", target=trimmed)


async def _known(unit: UnitOfWork, url: str) -> Source | None:
    """The source that lives at an address, however it is spelled."""
    for spelling in dict.fromkeys([url, *spellings(url)]):
        found = await unit.sources.find(spelling)
        if found is not None and found.url == spelling:
            return found
    return None


async def _refuse_known(unit: UnitOfWork, url: str) -> None:
    known = await _known(unit, url)
    if known is not None:
        raise SourceExists(f"This address is the source {known.name} already.", target=url)


async def _import(unit: UnitOfWork, entry: OpmlEntry, now: datetime, by: int | None) -> ImportLine:
    address = with_scheme(entry.url)
    title = " ".join(entry.title.split())
    if not is_web_address(address):
        return ImportLine(entry.url, title, "refused", "bad_url", BAD_URL)
    if await _known(unit, address) is not None:
        return ImportLine(entry.url, title, "exists", "source_exists")
    name = await free_name(unit, title or domain_of(address))
    added = await unit.sources.add(
        NewSource(
            url=address,
            name=name,
            kind=SourceKind.FEED,
            category=entry.category,
            site_url=entry.site_url,
            added_at=now,
            added_by=by,
        )
    )
    return ImportLine(entry.url, added.name, "added")
