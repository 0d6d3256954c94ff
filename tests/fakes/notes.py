"""Notes and sums of use in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from news.audience import DeliveryKind, DeliveryState
from news.ids import ChatId
from tests.fakes.tables import Tables


class FakeNotes:
    """Implements `news.ports.Notes`."""

    def __init__(self, tables: Tables) -> None:
        self._notes = tables.notes
        self._chats = tables.outbox.chats

    async def keep(self, chat_id: ChatId, kind: str, text: str, until: datetime) -> None:
        if chat_id in self._chats:
            self._notes[chat_id, kind] = (text, until)

    async def read(self, chat_id: ChatId, kind: str, now: datetime) -> str | None:
        text, until = self._notes.get((chat_id, kind), ("", now))
        return text if chat_id in self._chats and until > now else None

    async def take(self, chat_id: ChatId, kind: str, now: datetime) -> str | None:
        found = await self.read(chat_id, kind, now)
        self._notes.pop((chat_id, kind), None)
        return found

    async def chats_with(self, kind: str, text: str, now: datetime, limit: int) -> list[ChatId]:
        kept = [chat for (chat, of), (said, until) in self._notes.items() if (of, said) == (kind, text) and until > now]
        return sorted((chat for chat in kept if chat in self._chats), reverse=True)[:limit]

    async def of_chat(self, chat_id: ChatId) -> Mapping[str, str]:
        kept = {kind: text for (chat, kind), (text, _) in sorted(self._notes.items()) if chat == chat_id}
        return kept if chat_id in self._chats else {}

    async def forget_over(self, now: datetime) -> int:
        over = [key for key, (_, until) in self._notes.items() if until <= now]
        for key in over:
            del self._notes[key]
        return len(over)


class FakeUsage:
    """Implements `news.ports.Usage`."""

    def __init__(self, tables: Tables) -> None:
        self._usage = tables.usage
        self._outbox = tables.outbox

    async def add(self, on: date, amounts: Mapping[str, int]) -> None:
        for name, amount in amounts.items():
            self._usage[on, name] = self._usage.get((on, name), 0) + amount

    async def put(self, on: date, amounts: Mapping[str, int]) -> None:
        for name, amount in amounts.items():
            self._usage[on, name] = amount

    async def since(self, first: date, names: Sequence[str]) -> dict[str, dict[date, int]]:
        found: dict[str, dict[date, int]] = {}
        for (on, name), amount in sorted(self._usage.items()):
            if on >= first and name in names:
                found.setdefault(name, {})[on] = amount
        return found

    async def digests_since(self, first: date) -> dict[date, int]:
        sent = [
            date.fromisoformat(each.key.split(":")[1])
            for each in self._outbox.deliveries.values()
            if (each.kind, each.part, each.state) == (DeliveryKind.DIGEST, 0, DeliveryState.SENT)
        ]
        return dict(Counter(on for on in sent if on >= first))
