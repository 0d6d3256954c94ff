"""Tells the admins what only they can mend, in their own language, once a matter.

A notice is an outbox row like a digest, so that it survives a restart and obeys the same rates; its key names the
matter, and a matter that was told is not told again. Admins are those of the settings and those appointed in chat, as
far as they have opened their private chat with the bot.
"""

from collections.abc import Collection
from datetime import datetime

from bot import markup, texts
from news.audience import Address, DeliveryKind, NewDelivery, OutMessage, Role
from news.ports import OpenUnitOfWork

_TOLD = frozenset({Role.OWNER, Role.ADMIN})


class Notices:
    """Words to the admins."""

    def __init__(self, open_unit: OpenUnitOfWork, admins: Collection[int] = ()) -> None:
        self._open_unit = open_unit
        self._admins = frozenset(admins)

    async def tell(self, code: str, matter: object, now: datetime, **values: str) -> int:
        """Write the notice `notice.CODE` to each admin's chat; how many are new. Values are escaped here."""
        async with self._open_unit() as unit:
            people = {person.user_id for person in await unit.chats.people() if person.role in _TOLD}
            rows = []
            for user_id in sorted(people | self._admins):
                chat = await unit.chats.find(Address(user_id))
                if chat is not None and chat.blocked_code is None:
                    words = texts.load(chat.language)
                    html = words(f"notice.{code}", **{name: markup.line(value) for name, value in values.items()})
                    rows.append(
                        NewDelivery(
                            chat_id=chat.id,
                            key=f"notice:{code}:{matter}",
                            part=0,
                            kind=DeliveryKind.NOTICE,
                            message=OutMessage(html=html),
                            not_before=now,
                        )
                    )
            new = await unit.deliveries.add(rows, now)
            await unit.commit()
            return new
