"""/privacy, /export, /delete: a person's own data."""

import json

from bot import callbacks
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button
from news.audience import Attachment, FileKind
from news.errors import BadRequest


async def privacy(desk: Desk, visit: Visit) -> None:
    """What is kept."""
    await desk.tell(visit, "chat.privacy")


async def export(desk: Desk, visit: Visit) -> None:
    """All of it as a file."""
    kept = await desk.services.chats.export(visit.chat.id)
    data = json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
    file = Attachment(kind=FileKind.DOCUMENT, name="byline.json", data=data)
    await desk.say(visit, desk.words(visit, "chat.export_done"), attachment=file)


async def delete(desk: Desk, visit: Visit) -> None:
    """Ask once more."""
    rows = [
        [
            button(visit, "button.delete_yes", Area.ADMIN, "delete", visit.user_id),
            button(visit, "button.delete_no", Area.ADMIN, "keep"),
        ]
    ]
    await desk.tell(visit, "chat.delete_sure", rows)


async def pressed(desk: Desk, visit: Visit) -> None:
    """The answer to that; only who asked may say yes."""
    press = callbacks.decode(visit.words)
    if press.verb == "keep":
        await desk.rewrite(visit, desk.words(visit, "chat.kept"))
    elif press.verb == "delete" and press.number() == visit.user_id:
        await desk.services.chats.delete(visit.chat.id)
        await desk.rewrite(visit, desk.words(visit, "chat.deleted"))
    else:
        raise BadRequest("this button is no longer understood", code="button_stale")
