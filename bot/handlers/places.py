"""Where a chat is and when it wants to be told: a zone by city, location or button; a time by button."""

from dataclasses import replace
from datetime import time

from bot import arguments, callbacks, zones
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import rows_of, undo_button
from bot.handlers.membership import check_group_admin
from news.audience import Button, Chat, ChatKind, ChatStatus
from news.errors import BadRequest
from news.ids import ChatId

CITY_WORDS = 3  # of a name; "Rio de Janeiro" has three
TIMES = (time(6), time(7), time(8), time(9), time(12), time(17), time(19), time(21))


def in_zone(chat: Chat, zone: str) -> Chat:
    """The chat with another zone."""
    return replace(chat, timetable=replace(chat.timetable, zone=zone))


def types_freely(visit: Visit) -> bool:
    """Whether plain words reach the bot: in a group only commands and mentions do."""
    return visit.said_in.kind is ChatKind.PRIVATE


async def ask_zone(desk: Desk, visit: Visit) -> None:
    """Zones to choose from; a city that is typed next is taken for one."""
    await desk.memory.expect_city(visit.said_in, visit.chat)
    choices = [
        Button(zone.rsplit("/", 1)[-1].replace("_", " "), data=callbacks.encode(Area.START, "zset", zone))
        for zone in zones.likely(visit.texts.lang)
    ]
    words = desk.words(visit, "chat.choose_zone" if types_freely(visit) else "chat.choose_zone_group")
    await desk.rewrite(visit, words, rows_of(choices, 2))


async def ask_time(desk: Desk, visit: Visit) -> None:
    """Times to choose from."""
    choices = [Button(visit.texts.clock(at), data=callbacks.encode(Area.START, "tset", f"{at:%H%M}")) for at in TIMES]
    words = desk.words(visit, "chat.choose_time", zone=visit.chat.timetable.zone)
    await desk.rewrite(visit, words, rows_of(choices, 4))


async def set_zone(desk: Desk, visit: Visit, zone: str) -> None:
    """Keep the zone; who has no digest yet is asked for the time."""
    await desk.memory.note_before(visit.chat)
    chat = await desk.services.chats.change(visit.chat.id, visit.now, lambda old: in_zone(old, zone))
    visit = replace(visit, chat=chat)
    if chat.status is ChatStatus.ACTIVE:
        clock = visit.texts.clock(visit.now, zone)
        await desk.tell(visit, "chat.zone_set", [[undo_button(visit)]], zone=zone, clock=clock)
    else:
        await ask_time(desk, visit)


async def city(desk: Desk, visit: Visit, of: ChatId) -> bool:
    """What was typed after a city was asked for, of this chat or of one that is changed from here; False: a question.

    A name that is not known may be tried again; a whole sentence was not meant as one.
    """
    async with desk.services.open_unit(readonly=True) as unit:
        chat = await unit.chats.get(of)
    if chat is None:
        return False
    meant = visit if chat.id == visit.chat.id else replace(visit, chat=chat, here=visit.chat)
    if not meant.private:
        await check_group_admin(desk, meant)
    try:
        zone = arguments.zone(visit.words)
    except BadRequest:
        if len(visit.words.split()) > CITY_WORDS:
            return False
        await desk.memory.expect_city(visit.chat, chat)
        raise
    await set_zone(desk, meant, zone)
    return True


async def location(desk: Desk, visit: Visit, latitude: float, longitude: float) -> None:
    """A shared place gives the zone; the place itself is not kept."""
    await set_zone(desk, visit, zones.at(latitude, longitude))


async def timezone(desk: Desk, visit: Visit) -> None:
    """/timezone [CITY]: the zone that times are meant in; without a city, zones to choose from."""
    if visit.words:
        await set_zone(desk, visit, arguments.zone(visit.words))
    else:
        await ask_zone(desk, visit)
