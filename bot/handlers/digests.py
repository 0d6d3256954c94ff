"""/digest, /subscribe, /unsubscribe, /pause: when a chat is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

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
    """/subscribe [HH:MM …] [PLACE]: the times replace those that were set; without any, as they stand."""
    times, place = _times_and_place(visit.words)
    timetable = visit.chat.timetable
    if times:
        timetable = replace(timetable, times=tuple(sorted(set(times))))
    if place:
        timetable = replace(timetable, zone=_zone(place, times))
    elif not visit.chat.settled and timetable.zone == "UTC" and visit.private and times:
        chat = await desk.services.chats.change(visit.chat.id, visit.now, lambda old: replace(old, timetable=timetable))
        await ask_zone(desk, replace(visit, chat=chat, message_id=None))
        return
    await start.subscribe(desk, visit, timetable)


def _times_and_place(said: str) -> tuple[list[time], str]:
    times: list[time] = []
    words = said.replace(",", " ").split()
    for at, word in enumerate(words):
        try:
            times.append(arguments.time_of_day(word))
        except BadRequest:
            return times, " ".join(words[at:])
    return times, ""


def _zone(place: str, times: Sequence[time]) -> str:
    """The zone of a place; where no time stands before it, what is no place was meant as a time."""
    try:
        return arguments.zone(place)
    except BadRequest as error:
        if times or error.code != "zone_unknown":
            raise
        raise BadRequest(f"{place} is no time and no place.", code="bad_time") from error


async def unsubscribe(desk: Desk, visit: Visit) -> None:
    """Stop the digests; everything is kept, and a pause is offered."""
    silent = visit.chat.status is not ChatStatus.ACTIVE and visit.chat.paused_until is None
    if silent and not await _is_called_without_digest(desk, visit.chat):
        await desk.tell(visit, "chat.not_subscribed")
        return
    await desk.memory.note_before(visit.chat)
    await desk.services.chats.unsubscribe(visit.chat.id, visit.now)
    week = button(visit, "button.pause_for", Area.SETTINGS, "pause", PAUSE_DAYS, n=PAUSE_DAYS)
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
