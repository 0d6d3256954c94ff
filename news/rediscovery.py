"""What takes a source's place once it has failed for long: its site is asked what feeds it has now.

In go a source and its last error; out come the candidates that the site offers. They are proposed to the admins and never
taken by themselves: a site may offer comments, another section, or, where its domain was sold, something else altogether.
Raises nothing of its own: a site that does not answer offers nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from news.entities import Candidate, Source, SourceKind
from news.errors import FetchError, SourceError
from news.ports import SourceReader
from news.urls import spellings

LOST_AFTER = timedelta(days=7)  # of failing in a row; before, it is likelier that the server has a bad day
_GONE = 410  # HTTP: the publisher says that it will not come back


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that fails for long, and what its site has in its place."""

    source: Source
    candidate: Candidate


def is_lost(source: Source, error: SourceError, now: datetime) -> bool:
    """Whether it is time to look for another address."""
    if isinstance(error, FetchError) and error.status == _GONE:
        return True
    since = source.state.failing_since
    return since is not None and now - since >= LOST_AFTER


def site_of(source: Source) -> str:
    """The front page that is asked: the one the feed named while it could be read, else that of its host."""
    if source.site_url:
        return source.site_url
    parts = urlsplit(source.url)
    return f"{parts.scheme}://{parts.netloc}/"


async def offers(reader: SourceReader, source: Source) -> tuple[Candidate, ...]:
    """What the site has in its place, best first; a feed is replaced by feeds only."""
    try:
        found = await reader.probe(site_of(source))
    except SourceError:
        return ()
    own = set(spellings(source.url))
    return tuple(
        each
        for each in found
        if each.url not in own and (each.kind is SourceKind.FEED or source.kind is not SourceKind.FEED)
    )
