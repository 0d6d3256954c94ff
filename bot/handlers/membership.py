"""The bot is added, removed, blocked, unblocked; a group becomes a supergroup; who leads a group."""

from dataclasses import replace

import structlog

from bot import callbacks, texts
from bot.callbacks import Area
from bot.desk import Desk, Visit
from news.audience import Address, Button, ChatKind, Role
from news.errors import NotAllowed

log = structlog.get_logger()

GONE = {"left", "kicked"}


async def changed(desk: Desk, visit: Visit, before: str, after: str) -> None:
    """What happened to the bot in this chat."""
    if after in GONE:
        code = "blocked" if visit.private else "kicked"
        await desk.services.chats.block(visit.chat.id, code, visit.now)
        log.info("chat_gone", chat=visit.chat.id, code=code)
    elif before in GONE and not visit.private:
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
    for chat in await desk.services.chats.all():
        if chat.address.telegram_id == old:
            await desk.services.chats.move(chat.id, new)
            log.info("chat_moved", chat=chat.id)
            return


async def check_group_admin(desk: Desk, visit: Visit) -> None:
    """Only who leads the group, by Telegram's own rights, or an admin of the bot changes what it is told."""
    if visit.role in {Role.ADMIN, Role.OWNER}:
        return
    address: Address = visit.chat.address
    if not await desk.line.leads_group(address.telegram_id, visit.user_id):
        raise NotAllowed("Only admins of this group may do this.", code="group_admins_only")
