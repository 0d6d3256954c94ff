"""Decides when a message may leave: the one gate for everything that Byline sends, replies and digests alike.

Limits (Bot FAQ, "Broadcasting to users"): about 30 messages a second in all, one a second to a chat, 20 a minute to a
group or channel. The defaults stay below them, smooth and without bursts, which drew no refusal from a strict server.
Three lanes: a reply goes before a push, a push before a digest; inside a lane it is first come, first served, but a
chat that must wait never holds up another. Pushes and digests leave at most `in_flight` at a time, which bounds how
many can be in doubt after a crash; replies have no such bound.

A 429 tells seconds but not whom they concern. One chat's refusal pauses that chat; a refusal of a second chat while the
first still waits pauses all. Where several processes send for one token, the overall rate and the pauses are shared by a
`RateStore`, the distances within one chat are each process's own. Times are the event loop's own monotonic seconds. Nothing
here is kept across a restart.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum

import structlog

from bot.token_rate import OwnRate, RateStore, SharedRate

log = structlog.get_logger()

_MINUTE_S = 60.0
_MARGIN_S = 1e-7  # sums of seconds are not exact, and a distance that is short by a rounding is refused
_KNOWN_CHATS = 4096  # paces are forgotten above this number, those first that have nothing left to wait for


class Lane(IntEnum):
    """Who goes first."""

    INTERACTIVE = 0  # answers to people
    PUSH = 1  # breaking news, notices to admins
    DIGEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How fast messages may leave."""

    overall_per_s: float = 25.0
    chat_gap_s: float = 1.0  # counted from the end of the chat's last request: arrivals then keep the distance too
    group_per_minute: int = 18  # of 20: group chats and channels, whose numbers are negative
    in_flight: int = 3  # pushes and digests under way


@dataclass(slots=True)
class _Pace:
    """What one chat has had lately."""

    free_at: float = 0.0
    paused_until: float = 0.0
    minute: deque[float] = field(default_factory=deque)

    def ready_at(self, per_minute: int | None, now: float) -> float:
        """When the chat may have its next message."""
        while self.minute and self.minute[0] <= now - _MINUTE_S:
            self.minute.popleft()
        window_s = 0.0
        if per_minute is not None and len(self.minute) >= per_minute:
            window_s = self.minute[-per_minute] + _MINUTE_S + _MARGIN_S
        return max(self.free_at, self.paused_until, window_s)


@dataclass(slots=True, eq=False)
class _Waiter:
    chat_id: int
    lane: Lane
    granted: asyncio.Future[None]


class Governor:
    """The gate. Use: `async with governor.turn(chat, lane): send`."""

    def __init__(self, rates: Rates | None = None, shared: RateStore | None = None) -> None:
        self.rates = rates or Rates()
        per_s = self.rates.overall_per_s
        self._rate = OwnRate(per_s) if shared is None else SharedRate(per_s, shared, self._heard, self._serve)
        self.refusals = 0  # 429s, for the metrics
        self._waiting: dict[Lane, list[_Waiter]] = {lane: [] for lane in Lane}
        self._paces: dict[int, _Pace] = {}
        self._paused_until = 0.0
        self._under_way = 0
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, chat_id: int, lane: Lane = Lane.INTERACTIVE) -> AsyncIterator[None]:
        """Waits until a message may leave for that chat; the block is the request itself."""
        loop = asyncio.get_running_loop()
        waiter = _Waiter(chat_id, lane, loop.create_future())
        self._waiting[lane].append(waiter)
        self._serve()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            if waiter in self._waiting[lane]:
                self._waiting[lane].remove(waiter)
            else:
                self._finish(waiter)
            raise
        try:
            yield
        finally:
            self._finish(waiter)

    def delay_s(self, chat_id: int) -> float:
        """Seconds until that chat may have a message, if no other were waiting."""
        now = asyncio.get_running_loop().time()
        ready_at = self._ready_at(chat_id, now)
        if ready_at == math.inf:  # a request to it is under way
            ready_at = now + self.rates.chat_gap_s
        return max(0.0, ready_at - now, self._paused_until - now, self._rate.next_at(now) - now)

    def pause(self, chat_id: int, wait_s: float) -> bool:
        """Honour a 429; True when it stops all chats."""
        now = asyncio.get_running_loop().time()
        self.refusals += 1
        others = any(pace.paused_until > now for known, pace in self._paces.items() if known != chat_id)
        pace = self._pace(chat_id)
        pace.paused_until = max(pace.paused_until, now + wait_s)
        if others:
            self._paused_until = max(self._paused_until, now + wait_s)
        self._rate.pause(None if others else chat_id, wait_s)
        log.warning("refused_for_flood", wait_s=wait_s, whole_bot=others)
        return others

    async def close(self) -> None:
        """Wait for what other processes are being told."""
        await self._rate.close()

    def _heard(self, pauses: Mapping[int, float]) -> None:
        """What other processes were told to wait for chats."""
        now = asyncio.get_running_loop().time()
        for chat_id, wait_s in pauses.items():
            pace = self._pace(chat_id)
            pace.paused_until = max(pace.paused_until, now + wait_s)

    def _pace(self, chat_id: int) -> _Pace:
        if chat_id not in self._paces:
            if len(self._paces) >= _KNOWN_CHATS:
                self._forget()
            self._paces[chat_id] = _Pace()
        return self._paces[chat_id]

    def _forget(self) -> None:
        """Drop the paces of chats that may have a message now and had few in the last minute."""
        now = asyncio.get_running_loop().time()
        self._paces = {
            chat_id: pace
            for chat_id, pace in self._paces.items()
            if pace.ready_at(self._per_minute(chat_id), now) > now or pace.minute
        }

    def _per_minute(self, chat_id: int) -> int | None:
        return self.rates.group_per_minute if chat_id < 0 else None

    def _finish(self, waiter: _Waiter) -> None:
        pace = self._pace(waiter.chat_id)
        now = asyncio.get_running_loop().time()
        pace.free_at = now + self.rates.chat_gap_s + _MARGIN_S
        if waiter.chat_id < 0:
            pace.minute.append(now)
        if waiter.lane is not Lane.INTERACTIVE:
            self._under_way -= 1
        self._serve()

    def _serve(self) -> None:
        """Grant what may leave now; set the timer for the next moment at which something may."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wake_at = self._next_at(loop.time())
        while wake_at <= loop.time():
            now = loop.time()
            waiter, wake_at = self._choose(now)
            if waiter is None:
                break
            if not self._rate.take(now, self._ready):
                return  # the rate's answer comes back here
            self._grant(waiter)
            wake_at = self._next_at(now)
        if wake_at < math.inf and any(self._waiting.values()):
            self._timer = loop.call_at(wake_at, self._serve)

    def _next_at(self, now: float) -> float:
        return max(self._rate.next_at(now), self._paused_until)

    def _ready(self, now: float) -> int:
        """How many chats wait for nothing but their turn."""
        waiting = {waiter.chat_id for lane in self._waiting.values() for waiter in lane}
        return sum(self._ready_at(chat_id, now) <= now for chat_id in waiting)

    def _ready_at(self, chat_id: int, now: float) -> float:
        """When that chat may have its next message."""
        pace = self._paces.get(chat_id)
        return pace.ready_at(self._per_minute(chat_id), now) if pace is not None else 0.0

    def _choose(self, now: float) -> tuple[_Waiter | None, float]:
        """The first whose chat is ready, by lanes; or nobody, and when somebody will be."""
        soonest = math.inf
        for lane in Lane:
            if lane is not Lane.INTERACTIVE and self._under_way >= self.rates.in_flight:
                break  # the end of a request comes back here
            for waiter in self._waiting[lane]:
                if waiter.granted.cancelled():
                    continue  # it is about to leave the line by itself
                ready_at = self._ready_at(waiter.chat_id, now)
                if ready_at <= now:
                    return waiter, now
                soonest = min(soonest, ready_at)
        return None, soonest

    def _grant(self, waiter: _Waiter) -> None:
        self._waiting[waiter.lane].remove(waiter)
        self._pace(waiter.chat_id).free_at = math.inf  # until the request ends: one at a time to a chat
        if waiter.lane is not Lane.INTERACTIVE:
            self._under_way += 1
        waiter.granted.set_result(None)
