"""/privacy, /export, /delete: a person's own data."""

import json
from datetime import timedelta

from bot import callbacks, markup
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button
from news.audience import Attachment, FileKind, Role


async def privacy(desk: Desk, visit: Visit) -> None:
    """/privacy: what is kept of a chat, and for how long."""
    kept = timedelta(seconds=desk.services.settings.keep_question_s)
    if kept:
        questions = desk.words(visit, "chat.privacy_question", span=visit.texts.span(kept))
    else:
        questions = desk.words(visit, "chat.privacy_no_question")
    await desk.tell(visit, "chat.privacy", questions=questions)


async def export(desk: Desk, visit: Visit) -> None:
    """/export: all that is kept of the chat, as a file."""
    kept = await desk.services.chats.export(visit.chat.id)
    if visit.private and visit.role is not None:
        kept["role"] = visit.role.value
    data = json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
    file = Attachment(kind=FileKind.DOCUMENT, name="byline.json", data=data)
    await desk.say(visit, desk.words(visit, "chat.export_done"), attachment=file)


async def delete(desk: Desk, visit: Visit) -> None:
    """/delete: all that is kept of the chat is deleted, once that is confirmed."""
    rows = [
        [
            button(visit, "button.delete_yes", Area.ADMIN, "delete", visit.user_id),
            button(visit, "button.delete_no", Area.ADMIN, "keep"),
        ]
    ]
    words = [desk.words(visit, "chat.delete_sure")]
    if await _is_invited(desk, visit):
        words.append(desk.words(visit, "chat.delete_invited"))
    await desk.say(visit, markup.join(words, " "), rows)


async def pressed(desk: Desk, visit: Visit) -> None:
    """The answer to that; only who asked may say yes."""
    press = callbacks.decode(visit.words)
    if press.verb == "keep":
        await desk.rewrite(visit, desk.words(visit, "chat.kept"))
    elif press.verb == "delete" and press.number() == visit.user_id:
        invited = await _is_invited(desk, visit)
        await desk.services.chats.delete(visit.chat.id)
        if invited:
            await desk.access.dismiss(visit.user_id)
        await desk.rewrite(visit, desk.words(visit, "chat.deleted_invited" if invited else "chat.deleted"))
    else:
        raise callbacks.stale()


async def _is_invited(desk: Desk, visit: Visit) -> bool:
    """Whether the person's number is kept because of an invitation: that is theirs too. A ban and an office are not."""
    if not visit.private or visit.role is not Role.READER:
        return False
    async with desk.services.open_unit(readonly=True) as unit:
        return await unit.chats.person(visit.user_id) is not None
