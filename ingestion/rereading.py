"""Which pages of stored articles are read again, so that a text that was corrected in place is noticed.

A feed that gives openings says that an article has changed by another title or by a later time of its last change. Known
entries otherwise cost no request. A feed that stamps all its entries anew at each building says nothing by it: stamps count
where few entries have one. Each change is looked at once, and few at a poll.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from news.entities import Document
from news.urls import canonical

MOST_AT_A_POLL = 10
_STAMPED_SHARE = (
    1 / 3
)  # of a feed's known entries; where more were changed since they were read, the stamps are the feed's
_FEW = 3  # stamped entries that count whatever their share
_REMEMBERED = 2_000  # changes that were looked at


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What is stored of an article: its headline, and when its text was read."""

    title: str
    read_at: datetime


class Rereading:
    """Remembers which changes were looked at."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str, datetime | None], None] = OrderedDict()

    def changed(self, entries: Sequence[Document], stored: Mapping[str, StoredPage]) -> list[Document]:
        """Entries of stored articles, by canonical address, that the feed says were changed since they were read."""
        known = [
            (entry, stored[canonical(entry.url)]) for entry in entries if entry.url and canonical(entry.url) in stored
        ]
        stamped = [entry for entry, page in known if entry.updated_at is not None and entry.updated_at > page.read_at]
        if len(stamped) > max(_FEW, len(known) * _STAMPED_SHARE):
            stamped = []
        renamed = [entry for entry, page in known if entry.title and _folded(entry.title) != _folded(page.title)]
        found: list[Document] = []
        for entry in (*stamped, *renamed):
            if len(found) < MOST_AT_A_POLL and self._is_new(entry):
                found.append(entry)
        return found

    def _is_new(self, entry: Document) -> bool:
        change = (entry.url or "", _folded(entry.title), entry.updated_at)
        if change in self._seen:
            return False
        self._seen[change] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
