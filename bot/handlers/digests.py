"""/digest, /subscribe, /unsubscribe, /pause: when a chat is told."""

from dataclasses import replace
from datetime import timedelta

from bot import arguments, callbacks
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers import settings, start
from bot.handlers.keyboard import button, next_digest, undo_button
from bot.handlers.places import ask_zone
from news.audience import Chat, ChatStatus, TopicMode
from news.errors import BadRequest

PAUSE_DAYS = 7  # where no number is said
MOST_PAUSE_DAYS = 365


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
    silent = visit.chat.status is not ChatStatus.ACTIVE and visit.chat.paused_until is None
    if silent and not await _is_called_without_digest(desk, visit.chat):
        await desk.tell(visit, "chat.not_subscribed")
        return
    await desk.memory.note_before(visit.chat)
    await desk.services.chats.unsubscribe(visit.chat.id, visit.now)
    week = button(visit, "button.pause_days", Area.SETTINGS, "pause", 7, n=7)
    await desk.tell(visit, "chat.unsubscribed", [[undo_button(visit), week]])


async def _is_called_without_digest(desk: Desk, chat: Chat) -> bool:
    """Whether the chat never wanted digests and yet hears of topics at once."""
    topics = await desk.services.chats.topics(chat.id) if chat.status is ChatStatus.NEW else ()
    return any(topic.mode is not TopicMode.DIGEST for topic in topics)


async def pause(desk: Desk, visit: Visit) -> None:
    """/pause [DAYS]: silence for a while, a week if not said."""
    words = visit.words.split()[:1] or [str(PAUSE_DAYS)]
    days = int(words[0]) if words[0].isdecimal() and len(words[0]) < 5 else 0
    if not 1 <= days <= MOST_PAUSE_DAYS:
        raise BadRequest("Between 1 and 365 days.", code="bad_pause")
    await desk.memory.note_before(visit.chat)
    until = visit.now + timedelta(days=days)
    await desk.services.chats.pause(visit.chat.id, visit.now, until)
    day = visit.texts.long_day(until, visit.chat.timetable.zone)
    await desk.tell(visit, "chat.paused", [[undo_button(visit)]], until=day)


async def resume(desk: Desk, visit: Visit) -> None:
    """/resume: digests go on."""
    await desk.memory.note_before(visit.chat)
    chat = await desk.services.chats.resume(visit.chat.id, visit.now)
    await desk.tell(visit, "chat.resumed", [[undo_button(visit)]], next=next_digest(visit, chat))


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button under a digest."""
    press = callbacks.decode(visit.words)
    if press.verb != callbacks.Digest.SETTINGS:
        raise callbacks.stale()
    await settings.show(desk, replace(visit, message_id=None))
