"""/broadcast: words of an admin to every chat, shown first, sent by the outbox once they are confirmed.

They go out as the admin formatted them in Telegram (bold, links, …); nothing in them is read as markup. Between preview and
confirmation they wait as a note of the chat, for their author alone. The outbox's key `broadcast:CODE` keeps a second press
from sending twice.
"""

import secrets

from bot import callbacks, cutting
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button
from bot.memory import Draft
from news.audience import Chat, ChatKind, ChatStatus, DeliveryKind, NewDelivery, OutMessage, Role

BATCH = 500  # outbox rows in one commit


async def broadcast(desk: Desk, visit: Visit) -> None:
    """/broadcast TEXT: what everybody would get, and the buttons that send it or not."""
    parts = cutting.split(visit.formatted)
    if not parts:
        await desk.tell(visit, "admin.broadcast_what")
        return
    draft = Draft(secrets.token_hex(4), visit.user_id, visit.formatted)
    await desk.memory.note_draft(visit.chat, draft)
    chats = await _audience(desk)
    rows = [
        [button(visit, "button.broadcast_yes", Area.ADMIN, "broadcast", draft.code, n=len(chats))],
        [button(visit, "button.broadcast_no", Area.ADMIN, "discard", draft.code)],
    ]
    for part in parts:
        await desk.say(visit, part)
    await desk.tell(visit, "admin.broadcast_preview", rows)


async def pressed(desk: Desk, visit: Visit) -> None:
    """Send it, or do not; only its author may."""
    press = callbacks.decode(visit.words)
    shown = await desk.memory.draft(visit.chat)
    if shown is None or (shown.author, (shown.code,)) != (visit.user_id, press.args):
        raise callbacks.stale()
    draft = await desk.memory.take_draft(visit.chat)
    if draft != shown:
        raise callbacks.stale()
    if press.verb == "discard":
        await desk.rewrite(visit, desk.words(visit, "admin.broadcast_not_sent"))
        return
    chats = await _audience(desk)
    for at in range(0, len(chats), BATCH):
        async with desk.services.open_unit() as unit:
            rows = [row for chat in chats[at : at + BATCH] for row in _deliveries(chat, shown, visit)]
            await unit.deliveries.add(rows, visit.now)
            await unit.commit()
    await desk.record(visit, "broadcast", cutting.plain(shown.html))
    desk.line.wake_delivery()
    await desk.rewrite(visit, desk.words(visit, "admin.broadcast_sent", n=len(chats)))


async def _audience(desk: Desk) -> list[Chat]:
    """Everybody in private, and what has a digest; nobody who blocked the bot or was banned."""
    async with desk.services.open_unit(readonly=True) as unit:
        banned = {person.user_id for person in await unit.chats.people() if person.role is Role.BANNED}
    return [
        chat
        for chat in await desk.services.chats.all()
        if chat.blocked_code is None
        and chat.address.telegram_id not in banned
        and (chat.kind is ChatKind.PRIVATE or chat.status is ChatStatus.ACTIVE)
    ]


def _deliveries(chat: Chat, draft: Draft, visit: Visit) -> list[NewDelivery]:
    return [
        NewDelivery(
            chat_id=chat.id,
            key=f"broadcast:{draft.code}",
            part=number,
            kind=DeliveryKind.NOTICE,
            message=OutMessage(html=part, silent=chat.silent),
            not_before=visit.now,
        )
        for number, part in enumerate(cutting.split(draft.html))
    ]
