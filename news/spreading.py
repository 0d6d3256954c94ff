"""When the digests of one slot leave: at its time, and where many chats share it, some a little before.

Messages leave one by one: 10,000 at 25 a second take nearly seven minutes. A slot that n chats share is begun n / rate
before its time, at the most five minutes, and its digests are told off to leave one after the other at that rate. So up to
7,500 chats have theirs by the slot's time at 25 a second; beyond that it is too many for anybody to be in time. A slot that
one chat has leaves at its time. No digest ever leaves earlier than `MOST_EARLY` before its slot.

Pure: aware UTC instants in and out.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

MOST_EARLY = timedelta(minutes=5)
"""A digest never leaves earlier than this before its slot."""

BEGIN_BEFORE = timedelta(minutes=1)
"""Digests are composed this long before the first of them leaves: longer than between two ticks."""


class Spread:
    """One tick's plan. `counts` are the chats of each slot to come, by its instant; chats late already leave at once."""

    def __init__(self, now: datetime, counts: Mapping[datetime, int] | None = None, per_s: float = 1.0) -> None:
        self._gap = timedelta(seconds=1 / per_s)
        self._lead = {
            at: min(MOST_EARLY, count * self._gap) for at, count in (counts or {}).items() if count * self._gap > _SHORT
        }
        self._told: Counter[datetime] = Counter()
        begun = [at for at, lead in self._lead.items() if at - lead - BEGIN_BEFORE <= now]
        self.until = max(begun, default=now)
        """Chats are composed for whose slot is not after this."""
        self.next_at = min((at for at in counts or {} if at > self.until), default=None)
        """The first slot that is left to a later tick, as far as `counts` tells."""

    def next(self, at: datetime) -> datetime:
        """When the next digest of that slot leaves."""
        lead = self._lead.get(at)
        if lead is None:
            return at
        place = self._told[at]
        self._told[at] += 1
        return at - lead + place * self._gap


_SHORT = timedelta(seconds=20)
"""Slots that are served within this time are begun at their time."""
