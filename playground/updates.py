"""The queue of updates of one bot, as getUpdates and webhooks see it.

An update stays until a higher offset confirms it, its delivery succeeds, or it expires (24 h; callbacks 150 s).
Which kinds a bot asked for is remembered and applied when the update is made. A second long poll ends the first
with 409; conflicts within 3 s of each other are answered late; a repeated offset within 3 s waits 3 s.
Source: Client.cpp `do_get_updates`, `process_get_updates_query`, `fail_query_conflict`, `add_update_impl`.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from playground.errors import refusal
from playground.state import Bot

KINDS: Final = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
)
NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LIFETIME_S: Final = 86_400.0
LIFETIMES_S: Final = {"callback_query": 150.0, "inline_query": 30.0}
LONGEST_POLL_S: Final = 50
CONFLICT_PAUSE_S: Final = 3.0
BY_WEBHOOK: Final = "Can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
BY_POLL: Final = "Terminated by other getUpdates request; make sure that only one bot instance is running"
BY_SET_WEBHOOK: Final = "Terminated by setWebhook request"


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its id, its encoded body without braces, when it expires (Unix seconds), and its lane.

    Webhooks keep the order within a lane, which is the chat or person that the update is about.
    """

    id: int
    body: str
    until: float
    lane: int

    def encoded(self) -> str:
        return f'{{"update_id":{self.id},{self.body}}}'


@dataclass(slots=True)
class UpdateQueue:
    """The updates of `bot`; `on_change` tells that something was added."""

    bot: Bot
    clock: Callable[[], float] = time.time
    pending: dict[int, Update] = field(default_factory=dict)
    on_change: Callable[[], None] | None = None
    last_batch: str = "[]"
    _waiting: asyncio.Future[str | None] | None = None
    _conflict_free_at: float = 0.0
    _last_offset: int = 0
    _last_poll_at: float = 0.0

    def __post_init__(self) -> None:
        self.pending = {item[0]: Update(*item) for item in self.bot.pending}

    def allows(self, kind: str) -> bool:
        asked = self.bot.allowed_updates
        return kind in asked if asked else kind not in NOT_BY_DEFAULT

    def remember_allowed(self, kinds: Any) -> None:
        """Keeps the kinds of `allowed_updates`; an empty list is the default again, no list changes nothing."""
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            return
        known = [kind.lower() for kind in kinds if kind.lower() in KINDS]
        self.bot.allowed_updates = known

    def add(self, kind: str, payload: dict[str, Any]) -> None:
        """Queues an update of an allowed kind, as it is now."""
        if not self.allows(kind):
            return
        body = f'"{kind}":{json.dumps(payload, ensure_ascii=False, separators=(",", ":"))}'
        until = self.clock() + LIFETIMES_S.get(kind, LIFETIME_S)
        self.pending[self.bot.next_update_id] = Update(self.bot.next_update_id, body, until, _lane(payload))
        self.bot.next_update_id += 1
        self._wake(None)
        if self.on_change is not None:
            self.on_change()

    def save(self) -> None:
        """Puts what is pending where the world keeps it."""
        self.bot.pending = [(update.id, update.body, update.until, update.lane) for update in self.pending.values()]

    def expire(self) -> None:
        now = self.clock()
        for update_id in [update.id for update in self.pending.values() if update.until <= now]:
            del self.pending[update_id]

    def drop(self, update_id: int) -> None:
        """Takes one update out: delivered, or given up."""
        self.pending.pop(update_id, None)

    def clear(self) -> None:
        self.pending.clear()

    async def poll(self, offset: int, limit: int, timeout_s: int) -> str:
        """The JSON array of the pending updates from `offset`, waiting for the first one; raises 409."""
        if self.bot.webhook.url:
            await self._pause_conflict()
            raise refusal(BY_WEBHOOK, 409)
        now = time.monotonic()
        if offset == self._last_offset and timeout_s < CONFLICT_PAUSE_S and now < self._last_poll_at + CONFLICT_PAUSE_S:
            timeout_s = int(CONFLICT_PAUSE_S)
        self._last_offset, self._last_poll_at = offset, now
        self._confirm(offset)
        if self.pending or timeout_s == 0:
            return self._batch(limit)
        self.end_poll(BY_POLL)
        return await self._wait(limit, timeout_s)

    async def _wait(self, limit: int, timeout_s: int) -> str:
        waiting: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(timeout_s):
                conflict = await waiting
        except TimeoutError:
            return self._batch(limit)
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if conflict is None:
            await asyncio.sleep(0.001)  # LONG_POLL_WAIT_AFTER: updates made together come together
            return self._batch(limit)
        await self._pause_conflict()
        raise refusal(conflict, 409)

    def end_poll(self, reason: str) -> None:
        """Ends a waiting poll with 409."""
        self._wake(reason)

    def _wake(self, conflict: str | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(conflict)
        self._waiting = None

    def _confirm(self, offset: int) -> None:
        self.expire()
        if offset < 0:
            for update_id in list(self.pending)[:offset]:
                del self.pending[update_id]
            return
        if offset > self.bot.next_update_id:
            return  # from another queue: the real server answers from its head then
        for update_id in [known for known in self.pending if known < offset]:
            del self.pending[update_id]

    def _batch(self, limit: int) -> str:
        self.expire()
        chosen = [update.encoded() for _, update in zip(range(limit), self.pending.values(), strict=False)]
        batch = f"[{','.join(chosen)}]"
        if chosen:
            self.last_batch = batch
        return batch

    async def _pause_conflict(self) -> None:
        now = time.monotonic()
        if now >= self._conflict_free_at:
            self._conflict_free_at = now + CONFLICT_PAUSE_S
        else:
            await asyncio.sleep(CONFLICT_PAUSE_S)


def _lane(payload: dict[str, Any]) -> int:
    chat = payload.get("chat") or payload.get("message", {}).get("chat") or payload.get("from") or {"id": 0}
    return int(chat["id"])
