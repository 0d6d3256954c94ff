"""/manage: a channel, a group or a forum topic is changed from a private chat, with the settings and commands of its own.

A chat is named by @name, number (`-100…`, `-100…/THREAD`) or a link to one of its messages (`t.me/c/…/THREAD`). It is
looked up at Telegram when it is named: the bot must be there with the right to post, and whoever asks must lead it.
Buttons that are shown afar carry the chat's id (`bot.desk`); each press is checked again. Raises BadRequest
(`chat_unknown`, `no_right_to_post`, `not_remote`, `button_stale`) and NotAllowed (`group_admins_only`).
"""

import re
from dataclasses import replace

from bot import callbacks
from bot.callbacks import Area, Pressed
from bot.desk import Desk, Visit
from bot.handlers.membership import check_group_admin, notices
from news.audience import Address, Button, Chat, ChatKind, Role
from news.errors import BadRequest, NotAllowed
from news.ids import ChatId

MOST_LISTED = 30  # chats in the list
MOST_ASKED = 60
"""Groups and channels that are looked at besides those noted as the person's own: each is a question to Telegram where the bot's
roles do not answer it. What is not among them opens by its name."""
REMOTE = frozenset({Area.SETTINGS, Area.START})
_LINK = re.compile(r"(?:https?://)?t\.me/c/(\d{1,14})(?:/(\d{1,10}))?(?:/\d{1,10})?/?")
_NUMBER = re.compile(r"(-\d{1,15})(?:/(\d{1,10}))?")


async def list_(desk: Desk, visit: Visit) -> None:
    """/manage [CHAT [COMMAND]]: channels and groups that one leads, changed from the private chat."""
    if not visit.private:
        await desk.tell(visit, "chat.manage_here")  # what one leads is nobody else's business
        return
    led = await _led(desk, visit)
    if not led:
        await desk.tell(visit, "chat.manage_none")
        return
    rows = [
        [Button(_name(chat), data=callbacks.encode(Area.MANAGE, "open", chat.id, Area.SETTINGS.value))] for chat in led
    ]
    await desk.tell(visit, "chat.manage_list", rows)


async def _led(desk: Desk, visit: Visit) -> list[Chat]:
    """What the person leads: what they added or set up first, then among what was met last."""
    own = await notices(desk).managed_by(visit.user_id, visit.now, MOST_LISTED)
    met = await desk.services.chats.groups(MOST_ASKED)
    led: list[Chat] = []
    for chat in {chat.id: chat for chat in (*own, *met)}.values():
        if len(led) < MOST_LISTED and await _leads(desk, visit, chat):
            led.append(chat)
    return led


async def _leads(desk: Desk, visit: Visit, chat: Chat) -> bool:
    try:
        await check_group_admin(desk, replace(visit, chat=chat))
    except NotAllowed:
        return False
    return True


def _name(chat: Chat) -> str:
    thread = f" / {chat.address.thread_id}" if chat.address.thread_id is not None else ""
    return f"{(chat.title or str(chat.address.telegram_id))[:50]}{thread}"


async def named(desk: Desk, visit: Visit, name: str) -> Visit:
    """The visit as one to the chat of that name, answered where it was asked; the chat is opened."""
    wanted, thread = _read(name)
    place = await desk.line.find(wanted)
    if place is None or place.kind is ChatKind.PRIVATE:
        raise BadRequest("No such chat, or the bot is not in it.", code="chat_unknown")
    if not place.may_post:
        raise BadRequest("The bot may not post there.", code="no_right_to_post")
    address = Address(place.telegram_id, thread)
    if visit.role not in {Role.ADMIN, Role.OWNER} and not await desk.line.leads_group(place.telegram_id, visit.user_id):
        raise NotAllowed("Only admins of this group may do this.", code="group_admins_only")
    chat = await desk.services.chats.open(
        address, place.kind, visit.now, title=place.title, language=visit.chat.language
    )
    await notices(desk).manages(visit.user_id, chat, visit.now)
    return _afar(visit, chat)


def _read(name: str) -> tuple[str, int | None]:
    """A name or number that Telegram knows, and the thread."""
    link, number = _LINK.fullmatch(name), _NUMBER.fullmatch(name)
    if link is not None:
        return f"-100{link[1]}", int(link[2]) if link[2] else None
    if number is not None:
        return number[1], int(number[2]) if number[2] else None
    plain = name.removeprefix("https://").removeprefix("t.me/").removeprefix("@")
    if not re.fullmatch(r"[A-Za-z]\w{3,31}", plain):
        raise BadRequest("No such chat.", code="chat_unknown")
    return f"@{plain}", None


async def pressed(desk: Desk, visit: Visit, press: Pressed) -> tuple[Visit, Area]:
    """The visit as one to the chat that a button from afar is for, and the area whose handler does it."""
    area = Area(press.args[1]) if len(press.args) > 1 and press.args[1] in REMOTE else None
    async with desk.services.open_unit(readonly=True) as unit:
        chat = await unit.chats.get(ChatId(press.number()))
    if area is None or chat is None or chat.kind is ChatKind.PRIVATE or not visit.private:
        raise callbacks.stale()
    words = callbacks.encode(area, press.verb, *press.args[2:])
    return replace(_afar(visit, chat), words=words), area


def _afar(visit: Visit, chat: Chat) -> Visit:
    return replace(visit, chat=chat, here=visit.chat)
