"""Reads the due sources and tells the admins what they should know of them: failing for a day, recovered, ended, moved.

Each matter is told once (`bot.notices`), and an outage of everything in one notice. What a person asks to
be read at once is answered to that person and goes another way.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.notices import Notices
from bot.services import Services
from news.entities import Source
from news.ingest import IngestReport
from news.ports import Progress

APART = 3  # sources that get a notice each; of more, one tells
NAMED = 10  # sources in one notice


async def read_due(services: Services, now: datetime, progress: Progress | None = None) -> tuple[IngestReport, int]:
    """Read all due sources; what came of it, and how many notices were written."""
    report = await services.ingest.run(now, progress=progress)
    return report, await tell(Notices(services.open_unit, services.settings.admins), report, now)


async def tell(notices: Notices, report: IngestReport, now: datetime) -> int:
    """Write what a round of reading says to the admins; how many notices are new."""
    new = 0
    for code, sources in (("failing", report.failing), ("recovered", report.recovered), ("gone", report.gone)):
        new += await _tell(notices, code, sources, now)
    for offer in report.offered:
        new += await notices.tell(
            "source_offer",
            f"{offer.source.id}:{offer.candidate.url}",
            now,
            name=offer.source.name,
            url=offer.candidate.url,
            title=offer.candidate.title,
        )
    return new


async def _tell(notices: Notices, code: str, sources: Sequence[Source], now: datetime) -> int:
    """A notice for each source; one for all of them where they are many, as when the network was away."""
    at = f"{now:%Y-%m-%dT%H:%M}"
    if len(sources) > APART:
        return await notices.tell(f"sources_{code}", f"{sources[0].id}:{at}", now, sources=_named(sources))
    new = 0
    for source in sources:
        reason = source.state.error_message or source.state.error_code or ""
        new += await notices.tell(f"source_{code}", f"{source.id}:{at}", now, name=source.name, reason=reason)
    return new


def _named(sources: Sequence[Source]) -> str:
    """Their names; the rest as a number."""
    names = [source.name for source in sources[:NAMED]]
    more = len(sources) - len(names)
    return "; ".join([*names, f"+{more}"] if more else names)
