"""The first minute: /start, accepting a digest, topics to pick from, /help, /id."""

from dataclasses import replace

from bot import arguments, callbacks, markup, zones
from bot.callbacks import Area
from bot.desk import Desk, Rows, Visit
from bot.handlers import topics
from bot.handlers.hearing import why_silent
from bot.handlers.keyboard import button, next_digest, rows_of, times_of, undo_button
from bot.handlers.places import ask_time, ask_zone, in_zone, set_zone
from news.audience import Button, Chat, ChatStatus, Role, Timetable

TOPICS = 10  # entries of [topics] in each language


async def start(desk: Desk, visit: Visit) -> None:
    """/start [CODE]: greets; a code makes its sender what the code says."""
    code = visit.words.strip()
    if code and visit.private:
        before = visit.role
        role = await desk.access.claim(visit.user_id, code, visit.now)
        visit = replace(visit, role=role)
        if role is not before:
            await desk.tell(visit, "chat.owner_now" if role is Role.OWNER else "chat.reader_now")
            if role is Role.OWNER:
                await desk.line.set_menu(visit.user_id, True)
    desk.access.check_reader(visit.role)
    if not visit.private:
        await desk.tell(visit, "chat.welcome_group")
        return
    chat = await _with_likely_zone(desk, visit)
    visit = replace(visit, chat=chat)
    if chat.settled and chat.status is ChatStatus.ACTIVE:
        await desk.tell(
            visit, "chat.welcome_back", _example(visit), times=times_of(visit, chat.timetable), zone=chat.timetable.zone
        )
    else:
        at = visit.texts.clock(chat.timetable.times[0])
        await desk.tell(visit, "chat.welcome", _first_buttons(visit, at), time=at, zone=chat.timetable.zone)
    await _say_when_empty(desk, visit)


async def _with_likely_zone(desk: Desk, visit: Visit) -> Chat:
    """A chat that has not chosen gets the zone that its language makes likely."""
    chat = visit.chat
    if chat.settled or chat.status is not ChatStatus.NEW or chat.timetable.zone != Timetable().zone:
        return chat
    zone = desk.services.settings.default_zone
    if zone == Timetable().zone:
        zone = zones.usual(visit.texts.lang) or zone
    if zone == chat.timetable.zone:
        return chat
    return await desk.services.chats.change(chat.id, visit.now, lambda old: in_zone(old, zone))


def _first_buttons(visit: Visit, at: str) -> Rows:
    return [
        [button(visit, "button.accept", Area.START, "ok", time=at)],
        [
            button(visit, "button.other_time", Area.START, "time"),
            button(visit, "button.other_zone", Area.START, "zone"),
        ],
        *_example(visit),
        [button(visit, "button.pick", Area.START, "pick")],
    ]


def _example(visit: Visit) -> list[list[Button]]:
    return [[button(visit, "button.try_topic", Area.START, "try", 3, query=visit.texts("topics.t3"))]]


async def _say_when_empty(desk: Desk, visit: Visit) -> None:
    if await desk.services.sources.all():
        return
    admin = visit.role in {Role.ADMIN, Role.OWNER}
    await desk.tell(visit, "chat.no_sources_admin" if admin else "chat.no_sources_reader")


async def subscribe(desk: Desk, visit: Visit, timetable: Timetable) -> None:
    """Send digests from now on, and say when the next one comes."""
    await desk.memory.note_before(visit.chat)
    chats = desk.services.chats
    await chats.change(visit.chat.id, visit.now, lambda old: replace(old, timetable=timetable, settled=True))
    chat = await chats.subscribe(visit.chat.id, visit.now)
    visit = replace(visit, chat=chat)
    words = desk.words(
        visit,
        "chat.subscribed",
        times=times_of(visit, chat.timetable),
        zone=chat.timetable.zone,
        next=next_digest(visit, chat),
    )
    pick = [button(visit, "button.pick", Area.START, "pick")] if visit.private else []
    await desk.say(visit, words, [pick, *(_example(visit) if visit.private else []), [undo_button(visit)]])


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button of the first minute."""
    press = callbacks.decode(visit.words)
    timetable = visit.chat.timetable
    match press.verb, press.args:
        case "ok", ():
            await subscribe(desk, visit, timetable)
        case "zone", ():
            await ask_zone(desk, visit)
        case "time", ():
            await ask_time(desk, visit)
        case "zset", (zone,):
            await set_zone(desk, visit, arguments.zone(zone))
        case "tset", (at,):
            chosen = arguments.time_of_day(f"{at[:2]}:{at[2:]}")
            await subscribe(desk, visit, replace(timetable, times=(chosen,)))
        case "pick", ():
            await pick_topics(desk, visit)
        case "follow", (_,):
            await _toggle(desk, visit, visit.texts(f"topics.t{_topic_number(press.number())}"))
        case "try", (_,):
            await topics.ask(desk, replace(visit, words=visit.texts(f"topics.t{_topic_number(press.number())}")))
        case _:
            raise callbacks.stale()


def _topic_number(number: int) -> int:
    if not 1 <= number <= TOPICS:
        raise callbacks.stale()
    return number


async def pick_topics(desk: Desk, visit: Visit) -> None:
    """The ready list; a tick stands before those that are followed."""
    topics_followed = await desk.services.chats.topics(visit.chat.id)
    followed = {topic.query.casefold() for topic in topics_followed}
    choices = []
    for number in range(1, TOPICS + 1):
        name = visit.texts(f"topics.t{number}")
        tick = "✓ " if name.casefold() in followed else ""
        choices.append(Button(f"{tick}{name}", data=callbacks.encode(Area.START, "follow", number)))
    silent, mend = why_silent(desk, visit, topics_followed)
    words = [desk.words(visit, "chat.pick_topics"), *([silent] if silent else [])]
    await desk.rewrite(visit, markup.join(words, "\n\n"), [*rows_of(choices, 2), mend])


async def _toggle(desk: Desk, visit: Visit, query: str) -> None:
    chats = desk.services.chats
    for topic in await chats.topics(visit.chat.id):
        if topic.query.casefold() == query.casefold():
            await chats.unfollow(visit.chat.id, topic.id)
            break
    else:
        await chats.follow(visit.chat.id, query, visit.now)
    await pick_topics(desk, visit)


async def help_(desk: Desk, visit: Visit) -> None:
    """What the bot can do; admins see their part too."""
    leads = visit.role in {Role.ADMIN, Role.OWNER} and visit.private
    keys = ("chat.help", "chat.help_admin") if leads else ("chat.help",)
    await desk.say(visit, markup.join((desk.words(visit, key) for key in keys), "\n\n"))


async def show_id(desk: Desk, visit: Visit) -> None:
    """The numbers of this chat and person, for settings and admins."""
    await desk.tell(visit, "chat.id", chat=str(visit.chat.address.telegram_id), user=str(visit.user_id))
