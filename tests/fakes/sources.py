"""Sources in memory."""

from datetime import UTC, datetime

from news.entities import NewSource, Source, SourceKind, SourceState, SourceStatus
from news.errors import SourceExists, SourceNotFound
from news.ids import SourceId
from tests.fakes.tables import Tables

_AT_ONCE = datetime.min.replace(tzinfo=UTC)


class FakeSources:
    """Implements `news.ports.Sources`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, source: NewSource) -> Source:
        if any(known.url == source.url for known in self._tables.sources.values()):
            raise SourceExists("The address is a source already.", target=source.url)
        added = Source(
            id=SourceId(self._tables.next_id("source")),
            url=source.url,
            name=source.name,
            kind=source.kind,
            text_from=source.text_from,
            category=source.category,
            site_url=source.site_url,
            added_at=source.added_at,
            added_by=source.added_by,
            state=SourceState(interval=source.interval),
        )
        self._tables.sources[added.id] = added
        return added

    async def get(self, source_id: SourceId) -> Source:
        source = self._tables.sources.get(source_id) or self._tables.removed_sources.get(source_id)
        if source is None:
            raise SourceNotFound("No such source.", target=str(source_id))
        return source

    async def find(self, name: str) -> Source | None:
        for source in self._tables.sources.values():
            if name in {str(source.id), source.url} or source.name.casefold() == name.casefold():
                return source
        return None

    async def all(self) -> list[Source]:
        return list(self._tables.sources.values())

    async def due(self, now: datetime, limit: int) -> list[Source]:
        due = [
            source
            for source in self._tables.sources.values()
            if source.status is SourceStatus.ACTIVE
            and source.kind is not SourceKind.HAND
            and (source.state.next_check_at or _AT_ONCE) <= now
        ]
        return sorted(due, key=lambda source: source.state.next_check_at or _AT_ONCE)[:limit]

    async def save(self, source: Source) -> None:
        if source.id not in self._tables.sources:
            raise SourceNotFound("No such source.", target=str(source.id))
        self._tables.sources[source.id] = source

    async def remove(self, source_id: SourceId) -> None:
        source = self._tables.sources.pop(source_id, None)
        if source is None:
            raise SourceNotFound("No such source.", target=str(source_id))
        self._tables.removed_sources[source_id] = source

    async def bring_back(self, source_id: SourceId) -> None:
        source = await self.get(source_id)
        self._tables.removed_sources.pop(source_id, None)
        self._tables.sources[source_id] = source
