"""/digest, /subscribe, /unsubscribe, /pause: when a chat is told."""

from dataclasses import replace
from datetime import timedelta

from bot import arguments, callbacks
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers import settings, start
from bot.handlers.keyboard import button, next_digest
from bot.handlers.places import ask_zone
from news.audience import ChatStatus
from news.errors import BadRequest


async def digest(desk: Desk, visit: Visit) -> None:
    """Compose one now; it goes through the outbox like any other, so that a crash neither loses nor repeats it."""
    await desk.think(visit)
    composed = await desk.services.digests.compose_now(visit.chat.id, visit.now)
    if composed is None:
        await desk.tell(visit, "chat.digest_none")
    else:
        desk.line.wake_delivery()


async def subscribe(desk: Desk, visit: Visit) -> None:
    """/subscribe [HH:MM …] [ZONE]: the times replace those that were set; without any, as they stand."""
    times = []
    words = visit.words.replace(",", " ").split()
    while words:
        try:
            times.append(arguments.time_of_day(words[0]))
        except BadRequest:
            if not times:
                raise
            break
        del words[0]
    timetable = visit.chat.timetable
    if times:
        timetable = replace(timetable, times=tuple(sorted(set(times))))
    if words:
        timetable = replace(timetable, zone=arguments.zone(" ".join(words)))
    elif not visit.chat.settled and timetable.zone == "UTC" and visit.private and times:
        chat = await desk.services.chats.change(visit.chat.id, visit.now, lambda old: replace(old, timetable=timetable))
        await ask_zone(desk, replace(visit, chat=chat, message_id=None))
        return
    await start.subscribe(desk, visit, timetable)


async def unsubscribe(desk: Desk, visit: Visit) -> None:
    """Stop the digests; everything is kept, and a pause is offered."""
    if visit.chat.status is not ChatStatus.ACTIVE and visit.chat.paused_until is None:
        await desk.tell(visit, "chat.not_subscribed")
        return
    desk.remember(visit.chat)
    await desk.services.chats.unsubscribe(visit.chat.id, visit.now)
    undo = button(visit, "button.undo", Area.SETTINGS, "undo")
    week = button(visit, "button.pause_days", Area.SETTINGS, "pause", 7, n=7)
    await desk.tell(visit, "chat.unsubscribed", [[undo, week]])


async def pause(desk: Desk, visit: Visit) -> None:
    """/pause [DAYS]: silence for a while, a week if not said."""
    words = visit.words.split()
    days = int(words[0]) if words and words[0].isdigit() else 7
    if not 1 <= days <= 365:
        raise BadRequest("Between 1 and 365 days.", code="bad_days")
    desk.remember(visit.chat)
    until = visit.now + timedelta(days=days)
    await desk.services.chats.pause(visit.chat.id, visit.now, until)
    undo = button(visit, "button.undo", Area.SETTINGS, "undo")
    await desk.tell(visit, "chat.paused", [[undo]], until=visit.texts.long_day(until, visit.chat.timetable.zone))


async def resume(desk: Desk, visit: Visit) -> None:
    """/resume: digests go on."""
    chat = await desk.services.chats.resume(visit.chat.id, visit.now)
    await desk.tell(visit, "chat.resumed", next=next_digest(visit, chat))


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button under a digest."""
    press = callbacks.decode(visit.words)
    if press.verb != callbacks.Digest.SETTINGS:
        raise BadRequest("this button is no longer understood", code="button_stale")
    await settings.show(desk, replace(visit, message_id=None))
