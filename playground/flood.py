"""Flood control: how many messages a bot may send, and what it is told when it sends more.

Source: the Bot FAQ, "Broadcasting to users": no more than one message per second in a chat (short bursts pass), 20
per minute in a group, about 30 per second in bulk. Burst sizes and waiting times are not published; they are fields
of a preset. A refused chat (or, in bulk, the whole bot) stays refused until its wait is over, and waits grow while
a bot goes on hammering.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

WINDOW_S: Final = 60.0
CALM_S: Final = 60.0  # after so long without a refusal the waits start small again


@dataclass(frozen=True, slots=True)
class Limits:
    """What a preset allows; rates are messages per second, waits whole seconds."""

    chat_burst: int
    chat_rate: float
    edit_burst: int
    group_per_minute: int
    bulk_per_second: int
    first_wait_s: int
    longest_wait_s: int


PRESETS: Final[dict[str, Limits | None]] = {
    "off": None,
    "field": Limits(3, 1.0, 5, 20, 30, 3, 40),
    "strict": Limits(1, 1.0, 3, 20, 25, 3, 40),
}


@dataclass(slots=True)
class Bucket:
    """A token bucket: `size` at once, refilled at `rate` per second."""

    size: float
    rate: float
    level: float
    filled_at: float

    def wait_s(self, now: float) -> float:
        """Seconds until one more fits."""
        self.level = min(self.size, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate


@dataclass(slots=True)
class Penalty:
    """A wait that was told, and how many before it."""

    until: float = 0.0
    refusals: int = 0


@dataclass(slots=True)
class Flood:
    """The counters of one bot under one preset; `clock` gives monotonic seconds."""

    clock: Callable[[], float]
    preset: str = "off"
    limits: Limits | None = None
    _chats: dict[tuple[str, int], Bucket] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _bulk: Bucket | None = None
    _penalties: dict[int, Penalty] = field(default_factory=dict)

    def choose(self, preset: str, **changes: float) -> None:
        """Starts again under a preset, with single fields changed; raises KeyError for an unknown one."""
        limits = PRESETS[preset]
        self.preset = preset
        self.limits = replace(limits, **changes) if limits is not None else None  # type: ignore[arg-type] # fields are checked by the caller
        self._chats.clear()
        self._groups.clear()
        self._penalties.clear()
        self._bulk = None

    def retry_after_s(self, chat_id: int, *, is_group: bool, is_edit: bool, count: int = 1) -> int:
        """0 and the messages are counted, or the whole seconds that the bot has to wait."""
        if self.limits is None:
            return 0
        now = self.clock()
        for scope in (0, chat_id):
            penalty = self._penalties.get(scope)
            if penalty is not None and penalty.until > now:
                return math.ceil(penalty.until - now)
        bulk = self._bulk_bucket(self.limits, now)
        if bulk.wait_s(now) > 0:
            return self._refuse(self.limits, 0, now, 0.0)
        bucket = self._bucket(self.limits, chat_id, now, is_edit=is_edit)
        wait_s = bucket.wait_s(now)
        if is_group and not is_edit:
            wait_s = max(wait_s, self._group_wait_s(self.limits, chat_id, now))
        if wait_s > 0:
            return self._refuse(self.limits, chat_id, now, wait_s)
        bulk.level -= count
        bucket.level -= count
        if is_group and not is_edit:
            self._groups[chat_id].extend([now] * count)
        return 0

    def _bulk_bucket(self, limits: Limits, now: float) -> Bucket:
        if self._bulk is None:
            size = limits.bulk_per_second
            self._bulk = Bucket(size, size, size, now)
        return self._bulk

    def _bucket(self, limits: Limits, chat_id: int, now: float, *, is_edit: bool) -> Bucket:
        key = ("edit" if is_edit else "send", chat_id)
        if key not in self._chats:
            size = limits.edit_burst if is_edit else limits.chat_burst
            self._chats[key] = Bucket(size, limits.chat_rate, size, now)
        return self._chats[key]

    def _group_wait_s(self, limits: Limits, chat_id: int, now: float) -> float:
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - WINDOW_S:
            sent.popleft()
        if len(sent) < limits.group_per_minute:
            return 0.0
        return sent[0] + WINDOW_S - now

    def _refuse(self, limits: Limits, scope: int, now: float, wait_s: float) -> int:
        penalty = self._penalties.setdefault(scope, Penalty())
        if now - penalty.until > CALM_S:
            penalty.refusals = 0
        grown = min(limits.longest_wait_s, limits.first_wait_s << min(penalty.refusals, 16))
        told_s = max(grown, min(limits.longest_wait_s, math.ceil(wait_s)))
        penalty.refusals += 1
        penalty.until = now + told_s
        return told_s
