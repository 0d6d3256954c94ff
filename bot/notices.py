"""Tells people what only they can mend, in their own language, once a matter.

A notice is an outbox row like a digest, so that it survives a restart and obeys the same rates; its key names the
matter, and a matter that was told is not told again. What is about the bot goes to its admins: those of the settings and
those appointed in chat. What is about a group or channel goes to who manages it, and to the admins where nobody does.
Only who has opened a private chat with the bot can be told.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot import markup, texts
from news.audience import Address, Chat, DeliveryKind, NewDelivery, OutMessage, Role
from news.ports import OpenUnitOfWork, UnitOfWork

_TOLD = frozenset({Role.OWNER, Role.ADMIN})
_MANAGER = "manager"  # the note of a chat that names the person
_MANAGED_FOR = timedelta(days=3650)


class Notices:
    """Words to admins."""

    def __init__(self, open_unit: OpenUnitOfWork, admins: Collection[int] = ()) -> None:
        self._open_unit = open_unit
        self._admins = frozenset(admins)

    async def tell(self, code: str, matter: object, now: datetime, **values: str) -> int:
        """Write the notice `notice.CODE` to each admin's chat; how many are new. Values are escaped here."""
        async with self._open_unit() as unit:
            told = await self._chats(unit, await self._leaders(unit))
            return await _write(unit, told, code, f"notice:{code}:{matter}", now, values)

    async def tell_of(self, chat: Chat, code: str, now: datetime, also: Collection[int] = (), **values: str) -> int:
        """Write that nothing can be sent to a group or channel any more, once a day, whatever told us first."""
        async with self._open_unit() as unit:
            manager = await unit.notes.read(chat.id, _MANAGER, now)
            told = await self._chats(unit, {*also, *([int(manager)] if manager is not None else [])})
            if not told:
                told = await self._chats(unit, await self._leaders(unit))
            title = chat.title or str(chat.address.telegram_id)
            key = f"notice:chat_gone:{chat.address.telegram_id}:{now:%Y-%m-%d}"
            return await _write(unit, told, code, key, now, {"title": title, **values})

    async def manages(self, user_id: int, chat: Chat, now: datetime) -> None:
        """Note who added the bot to a group or channel, or set it up from afar."""
        async with self._open_unit() as unit:
            await unit.notes.keep(chat.id, _MANAGER, str(user_id), now + _MANAGED_FOR)
            await unit.commit()

    async def managed_by(self, user_id: int, now: datetime, limit: int) -> list[Chat]:
        """The groups and channels that were noted as this person's and can be written to, those met last first."""
        async with self._open_unit(readonly=True) as unit:
            noted = await unit.notes.chats_with(_MANAGER, str(user_id), now, limit)
            found = [await unit.chats.get(chat_id) for chat_id in noted]
        return [chat for chat in found if chat is not None and chat.blocked_code is None]

    async def _leaders(self, unit: UnitOfWork) -> frozenset[int]:
        return self._admins.union(person.user_id for person in await unit.chats.people() if person.role in _TOLD)

    async def _chats(self, unit: UnitOfWork, people: Iterable[int]) -> list[Chat]:
        """The private chats of those who can be written to."""
        found = [await unit.chats.find(Address(user_id)) for user_id in sorted(people)]
        return [chat for chat in found if chat is not None and chat.blocked_code is None]


async def _write(
    unit: UnitOfWork, chats: Iterable[Chat], code: str, key: str, now: datetime, values: dict[str, str]
) -> int:
    escaped = {name: markup.line(value) for name, value in values.items()}
    rows = [
        NewDelivery(
            chat_id=chat.id,
            key=key,
            part=0,
            kind=DeliveryKind.NOTICE,
            message=OutMessage(html=texts.load(chat.language)(f"notice.{code}", **escaped)),
            not_before=now,
        )
        for chat in chats
    ]
    new = await unit.deliveries.add(rows, now)
    await unit.commit()
    return new
