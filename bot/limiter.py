"""Leads what python-telegram-bot sends through the governor, so that no handler can send past it.

Only requests that put something into a chat are held: messages, copies, edits. Others (answers to buttons, "typing",
reads) pass at once. A caller that has had its turn already says so with `rate_limit_args=Turn.TAKEN`; everything else
goes in the lane of replies. A 429 pauses the governor; a reply is then tried again, up to three times in all, and what
the outbox sent is left to the outbox.
"""

import warnings
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

from telegram._utils.types import JSONDict
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter
from telegram.warnings import PTBDeprecationWarning

from bot.governor import Governor

ATTEMPTS = 3
_HELD = ("send", "forward", "copy", "edit")
_NOT_HELD = frozenset({"sendchataction", "editforumtopic", "editgeneralforumtopic", "editchatinvitelink"})


class Turn(Enum):
    """How a request stands to the governor."""

    TAKEN = "taken"  # the caller holds a turn


class GovernedLimiter(BaseRateLimiter[Turn]):
    """The rate limiter to build the application with."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Wait for what other processes are being told."""
        await self._governor.close()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Turn | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """The request, when it may leave."""
        chat_id = _number(data.get("chat_id"))
        held = endpoint.lower().startswith(_HELD) and endpoint.lower() not in _NOT_HELD
        if chat_id is None or not held:
            return await callback(*args, **kwargs)
        if rate_limit_args is Turn.TAKEN:
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as refusal:
                self._governor.pause(chat_id, wait_s(refusal))
                raise
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._governor.turn(chat_id):
                    return await callback(*args, **kwargs)
            except RetryAfter as refusal:
                self._governor.pause(chat_id, wait_s(refusal))
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("the loop above returns or raises")


def wait_s(refusal: RetryAfter) -> float:
    """Seconds that a 429 asks for, whatever type the library's version gives them (it warns that the type will change)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        asked = refusal.retry_after
    return float(asked) if isinstance(asked, (int, float)) else asked.total_seconds()


def _number(chat_id: object) -> int | None:
    """A chat's number; names of public channels are not used by this program."""
    try:
        return int(str(chat_id))
    except ValueError:
        return None
