"""The bot is added, removed, silenced, blocked, unblocked; a group becomes a supergroup; who leads a group.

Where the bot can post no more, the chat's digests pause, what it chose stays, and who manages it hears of it at once.
"""

from dataclasses import replace
from enum import Enum

import structlog

from bot import callbacks, texts
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.notices import Notices
from news.audience import Address, Button, ChatKind, ChatStatus, Role
from news.errors import NotAllowed

log = structlog.get_logger()


class Standing(Enum):
    """How the bot stands in a chat."""

    GONE = "gone"
    SILENCED = "silenced"  # it is there and may not post
    POSTS = "posts"


async def changed(desk: Desk, visit: Visit, before: Standing, after: Standing) -> None:
    """What happened to the bot in this chat."""
    if after is Standing.GONE:
        await _lost(desk, visit, "blocked" if visit.private else "kicked", "chat_left")
    elif before is Standing.GONE and not visit.private:
        await _wake(desk, visit)
        await _joined(desk, visit)
    elif after is Standing.POSTS:
        await _wake(desk, visit)
    elif before is Standing.POSTS:
        await _lost(desk, visit, "no_rights", "chat_silenced")


async def _lost(desk: Desk, visit: Visit, code: str, notice: str) -> None:
    for chat in await desk.services.chats.at(visit.chat.address.telegram_id):
        await desk.services.chats.block(chat.id, code, visit.now)
        log.info("chat_gone", chat=chat.id, code=code)
        if not visit.private and chat.status is not ChatStatus.NEW:
            await notices(desk).tell_of(chat, notice, visit.now, {visit.user_id})
            desk.line.wake_delivery()


async def _wake(desk: Desk, visit: Visit) -> None:
    """The forum topics too: nobody may ever write there."""
    for chat in await desk.services.chats.at(visit.chat.address.telegram_id):
        await desk.services.chats.open(chat.address, chat.kind, visit.now)


def notices(desk: Desk) -> Notices:
    """Words to who manages a chat, or the bot."""
    return Notices(desk.services.open_unit, desk.services.settings.admins)


async def _joined(desk: Desk, visit: Visit) -> None:
    await notices(desk).manages(visit.user_id, visit.chat, visit.now)
    if desk.access.private and visit.role not in {Role.READER, Role.ADMIN, Role.OWNER}:
        if visit.chat.kind is not ChatKind.CHANNEL:
            await desk.tell(visit, "chat.left_private")
        await desk.line.leave(visit.chat.address.telegram_id)
    elif visit.chat.kind is not ChatKind.CHANNEL:
        await desk.tell(visit, "chat.welcome_group")
    else:
        await _offer_settings(desk, visit)


async def _offer_settings(desk: Desk, visit: Visit) -> None:
    """A channel says nothing: who added the bot finds its settings in their private chat."""
    private = await desk.services.chats.get(Address(visit.user_id))
    if private is None or private.blocked_code is not None:
        return
    words = texts.load(private.language)
    own = replace(visit, chat=private, texts=words)
    data = callbacks.encode(Area.MANAGE, "open", visit.chat.id, Area.SETTINGS.value)
    rows = [[Button(words("button.open_settings"), data=data)]]
    await desk.tell(own, "chat.manage_added", rows, title=visit.chat.title or str(visit.chat.address.telegram_id))


async def moved(desk: Desk, old: int, new: int) -> None:
    """A group has a new number: everything that was for the old one is for the new one."""
    if old == new:
        return
    for chat in await desk.services.chats.at(old):
        await desk.services.chats.move(chat.id, new)
        log.info("chat_moved", chat=chat.id)


async def check_group_admin(desk: Desk, visit: Visit) -> None:
    """Only who leads the group, by Telegram's own rights, or an admin of the bot changes what it is told."""
    if visit.role in {Role.ADMIN, Role.OWNER}:
        return
    address: Address = visit.chat.address
    if not await desk.line.leads_group(address.telegram_id, visit.user_id):
        raise NotAllowed("Only admins of this group may do this.", code="group_admins_only")
