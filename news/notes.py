"""What is kept only for a while, or only as a sum: short notes about a chat, and how much the bot is used each day.

Two small repositories behind a unit of work; the contract tests in `tests/contracts` hold the fakes and the real thing to
these promises. A note ends by itself: after its time nothing reads it, and `forget_over` deletes it. Sums name nobody.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from news.ids import ChatId

READERS, QUESTIONS, ANSWER_MS = "readers", "questions", "answer_ms"
"""What is summed by day: chats with a digest, questions that were answered, and how long that took in all."""


class Notes(Protocol):
    """One short text a chat and kind, until a time."""

    async def keep(self, chat_id: ChatId, kind: str, text: str, until: datetime) -> None:
        """Write the note in the place of the one of its kind; a chat that is not stored keeps none."""
        ...

    async def read(self, chat_id: ChatId, kind: str, now: datetime) -> str | None: ...
    async def take(self, chat_id: ChatId, kind: str, now: datetime) -> str | None:
        """Read the note and delete it: of two who take it one gets it."""
        ...

    async def chats_with(self, kind: str, text: str, now: datetime, limit: int) -> list[ChatId]:
        """The chats whose note of that kind says just this, those met last first."""
        ...

    async def of_chat(self, chat_id: ChatId) -> Mapping[str, str]:
        """All that is noted of a chat, by kind."""
        ...

    async def forget_over(self, now: datetime) -> int:
        """Delete the notes whose time is over; how many."""
        ...


class Usage(Protocol):
    """Sums by day (UTC) and name."""

    async def add(self, on: date, amounts: Mapping[str, int]) -> None:
        """Add to the day's sums."""
        ...

    async def put(self, on: date, amounts: Mapping[str, int]) -> None:
        """Set the day's values, in the place of earlier ones."""
        ...

    async def since(self, first: date, names: Sequence[str]) -> dict[str, dict[date, int]]:
        """The values of each name from that day on; days without one are left out."""
        ...

    async def digests_since(self, first: date) -> dict[date, int]:
        """How many digests were sent for each local date from that one on, out of the outbox."""
        ...
