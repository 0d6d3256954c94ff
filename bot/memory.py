"""What the desk remembers between two messages of a chat, in the database: a restart forgets nothing that a person waits for.

Each is a note that ends by itself (`news.notes`): the last question, for as long as the setting says; the chat as it was
before its last change; a broadcast that waits for its author's yes; a chat for which a city was asked.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.markup import Html, trusted
from news.audience import Chat, Topic
from news.ids import ChatId
from news.ports import OpenUnitOfWork

CITY_EXPECTED = timedelta(minutes=10)  # a city that is typed later is a question
UNDO_KEPT = timedelta(days=1)
DRAFT_KEPT = timedelta(days=1)

QUESTION, UNDO, DRAFT, CITY = "question", "undo", "broadcast", "city"

_BEFORE: TypeAdapter[Chat | Topic] = TypeAdapter(Chat | Topic)


@dataclass(frozen=True, slots=True)
class Draft:
    """A broadcast that waits for its author's yes."""

    code: str  # in its buttons, and in the outbox's keys
    author: int
    html: Html


class Memory:
    """Notes about chats; `keep_question` of nothing keeps no question at all."""

    def __init__(self, open_unit: OpenUnitOfWork, clock: Callable[[], datetime], keep_question: timedelta) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._keep_question = keep_question

    async def note_question(self, chat: Chat, question: str) -> None:
        """The topic of a follow-up question."""
        if self._keep_question:
            await self._keep(chat.id, QUESTION, question, self._keep_question)

    async def question(self, chat: Chat) -> str | None:
        """What was asked last, if that was lately."""
        return await self._read(chat.id, QUESTION)

    async def expect_city(self, asked_in: Chat, of: Chat) -> None:
        """The next text in the one chat is taken for a city of the other, which may be the same."""
        await self._keep(asked_in.id, CITY, str(of.id), CITY_EXPECTED)

    async def take_city(self, asked_in: Chat) -> ChatId | None:
        """The chat for which a city was asked just now; it is forgotten."""
        found = await self._take(asked_in.id, CITY)
        return None if found is None else ChatId(int(found))

    async def note_before(self, chat: Chat, before: Chat | Topic | None = None) -> None:
        """The chat as it is before a change, or a topic of it, for "undo"."""
        await self._keep(chat.id, UNDO, _BEFORE.dump_json(before or chat).decode(), UNDO_KEPT)

    async def can_undo(self, chat: Chat) -> bool:
        """Whether there is a change to take back."""
        return await self._read(chat.id, UNDO) is not None

    async def take_before(self, chat: Chat) -> Chat | Topic | None:
        """What stood before the last change; it is forgotten."""
        found = await self._take(chat.id, UNDO)
        return None if found is None else _BEFORE.validate_json(found)

    async def note_draft(self, chat: Chat, draft: Draft) -> None:
        """A broadcast as it was shown in this chat; the one before it is forgotten."""
        await self._keep(chat.id, DRAFT, json.dumps([draft.code, draft.author, draft.html]), DRAFT_KEPT)

    async def draft(self, chat: Chat) -> Draft | None:
        """The broadcast that waits in this chat."""
        return _draft(await self._read(chat.id, DRAFT))

    async def take_draft(self, chat: Chat) -> Draft | None:
        """The same, forgotten: of two who take it one gets it."""
        return _draft(await self._take(chat.id, DRAFT))

    async def _keep(self, chat_id: ChatId, kind: str, text: str, span: timedelta) -> None:
        async with self._open_unit() as unit:
            await unit.notes.keep(chat_id, kind, text, self._clock() + span)
            await unit.commit()

    async def _read(self, chat_id: ChatId, kind: str) -> str | None:
        async with self._open_unit(readonly=True) as unit:
            return await unit.notes.read(chat_id, kind, self._clock())

    async def _take(self, chat_id: ChatId, kind: str) -> str | None:
        """Mostly there is nothing, and to see that is cheaper than to write."""
        if await self._read(chat_id, kind) is None:
            return None
        async with self._open_unit() as unit:
            found = await unit.notes.take(chat_id, kind, self._clock())
            await unit.commit()
            return found


def _draft(note: str | None) -> Draft | None:
    if note is None:
        return None
    code, author, html = json.loads(note)
    return Draft(code, author, trusted(html))
