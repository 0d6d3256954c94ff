"""/settings: one message that edits itself. Every change can be taken back; in a group only its admins change it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import TypeVar

from bot import arguments, callbacks, markup, texts, zones
from bot.callbacks import Area
from bot.desk import Desk, Rows, Visit
from bot.handlers.hearing import why_silent
from bot.handlers.keyboard import button, next_digest, rows_of, times_of, topic_rows, undo_button
from bot.handlers.muting import mute_buttons
from bot.handlers.places import TIMES, types_freely
from bot.texts import Texts
from news.audience import EVERY_DAY, Button, Chat, ChatStatus, Length, Mute, Topic, TopicMode, WhenEmpty

T = TypeVar("T")
RECENT = timedelta(days=7)  # of what is looked at to say that a language has no news …
RECENT_ARTICLES = 2_000  # … and how many
PAUSES = (1, 3, 7, 14, 30)  # days
PUSHES = (0, 1, 3, 5, 10)
QUIET = (None, (time(22), time(7)), (time(23), time(8)), (time(20), time(9)))  # no pushes from … to …
NEWS_LANGUAGES = ("en", "ru", "zh", "es", "de", "fr", "ar", "pt", "it", "uk", "ja", "tr")


async def show(desk: Desk, visit: Visit) -> None:
    """/settings: all that a chat can choose, as one message that edits itself."""
    topics = await desk.services.chats.topics(visit.chat.id)
    await desk.rewrite(visit, _summary(desk, visit), _main(visit, len(topics)))


def _summary(desk: Desk, visit: Visit) -> markup.Html:
    chat = visit.chat
    if chat.status is ChatStatus.ACTIVE or (chat.next_due_at is not None and chat.is_called(visit.now)):
        state = desk.words(visit, "settings.active", next=next_digest(visit, chat))
    elif chat.paused_until is not None and chat.paused_until > visit.now:
        until = visit.texts.long_day(chat.paused_until, chat.timetable.zone)
        state = desk.words(visit, "settings.paused", until=until)
    else:
        state = desk.words(visit, "settings.off")
    return markup.join((desk.words(visit, "settings.title"), state), "\n")


def _main(visit: Visit, topics: int) -> Rows:
    chat, words = visit.chat, visit.texts
    languages = words.listed([words.language(lang) for lang in chat.news_languages]) or words("settings.all")

    def opens(verb: str, **values: object) -> Button:
        return button(visit, f"button.{verb}", Area.SETTINGS, verb, **values)

    active = chat.status is ChatStatus.ACTIVE
    return [
        [opens("times", times=times_of(visit, chat.timetable)), opens("days", days=_days(visit))],
        [opens("zone", zone=chat.timetable.zone)],
        [opens("length", length=words(f"settings.{chat.length.value}"))],
        [opens("language", language=words.language(chat.language))],
        [button(visit, "button.news_languages", Area.SETTINGS, "news_langs", languages=languages)],
        [opens("topics", n=str(topics)), opens("mutes", n=str(len(chat.mutes)))],
        [opens("empty", empty=words(f"settings.{chat.when_empty.value}"))],
        [
            opens("silent", silent=words("settings.off_short" if chat.silent else "settings.on")),
            opens("previews", previews=words("settings.on" if chat.previews else "settings.off_short")),
        ],
        [opens("pushes", n=str(chat.pushes_per_day)), opens("quiet", quiet=_quiet_hours(visit))],
        [opens("pause"), opens("unsubscribe")] if active else [opens("subscribe")],
    ]


def _days(visit: Visit) -> str:
    days = visit.chat.timetable.weekdays
    if days == EVERY_DAY:
        return visit.texts("settings.every_day")
    first, last = min(days), max(days)
    if last - first + 1 == len(days) > 2:
        return f"{visit.texts.weekday(first)}–{visit.texts.weekday(last)}"
    return visit.texts.listed([visit.texts.weekday(day) for day in sorted(days)])


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button of any screen."""
    press = callbacks.decode(visit.words)
    screen = SCREENS.get(press.verb)
    if screen is not None and not press.args:
        await screen(desk, visit)
        return
    change = CHANGES.get(press.verb)
    if change is None:
        raise callbacks.stale()
    await change(desk, visit, press.args[0] if press.args else "")


def _back(visit: Visit, *, undo: bool = False) -> list[Button]:
    row = [button(visit, "button.back", Area.SETTINGS, "open")]
    return [*row, undo_button(visit)] if undo else row


async def _screen(desk: Desk, visit: Visit, key: str, choices: list[Button], width: int) -> None:
    undo = await desk.memory.can_undo(visit.chat)
    rows = [*rows_of(choices, width), _back(visit, undo=undo)]
    await desk.rewrite(visit, desk.words(visit, key), rows)


def _ticked(label: str, chosen: object) -> str:
    return f"✓ {label}" if chosen else label


def _choice(label: str, verb: str, argument: object) -> Button:
    return Button(label, data=callbacks.encode(Area.SETTINGS, verb, argument))


async def _times(desk: Desk, visit: Visit) -> None:
    chosen = visit.chat.timetable.times
    offered = sorted({*TIMES, *chosen})
    choices = [_choice(_ticked(visit.texts.clock(at), at in chosen), "set_time", f"{at:%H%M}") for at in offered]
    await _screen(desk, visit, "settings.times", choices, 4)


async def _weekdays(desk: Desk, visit: Visit) -> None:
    chosen = visit.chat.timetable.weekdays
    choices = [_choice(_ticked(visit.texts.weekday(day), day in chosen), "set_day", day) for day in range(7)]
    await _screen(desk, visit, "settings.days", choices, 4)


async def _zone(desk: Desk, visit: Visit) -> None:
    await desk.memory.expect_city(visit.said_in, visit.chat)
    offered = dict.fromkeys((visit.chat.timetable.zone, *zones.likely(visit.texts.lang)))
    chosen = visit.chat.timetable.zone
    choices = [_choice(_ticked(zone, zone == chosen), "set_zone", zone) for zone in offered]
    await _screen(desk, visit, "settings.zone" if types_freely(visit) else "chat.choose_zone_group", choices, 2)


async def _length(desk: Desk, visit: Visit) -> None:
    words = visit.texts
    choices = [
        _choice(_ticked(words(f"settings.{each.value}"), each is visit.chat.length), "set_length", each.value)
        for each in Length
    ]
    await _screen(desk, visit, "settings.length", choices, 1)


async def language(desk: Desk, visit: Visit) -> None:
    """/language [NAME]: the language that the bot speaks."""
    wanted = visit.words.strip().casefold()
    for lang in texts.available():
        if wanted in {lang, *(texts.load(each).language(lang).casefold() for each in texts.available())}:
            await _set_language(desk, visit, lang)
            return
    await _languages(desk, visit)


async def _languages(desk: Desk, visit: Visit) -> None:
    names = {lang: texts.load(lang).language(lang) for lang in texts.available()}
    choices = [
        _choice(_ticked(name[:1].upper() + name[1:], lang == visit.chat.language), "set_lang", lang)
        for lang, name in names.items()
    ]
    await _screen(desk, visit, "settings.language", choices, 2)


async def _news_languages(desk: Desk, visit: Visit) -> None:
    chosen = visit.chat.news_languages
    offered = dict.fromkeys((*NEWS_LANGUAGES, *chosen))
    choices = [_choice(_ticked(visit.texts.language(lang), lang in chosen), "set_news", lang) for lang in offered]
    words = [desk.words(visit, "settings.news_languages")]
    if chosen:
        since = visit.now - RECENT
        async with desk.services.open_unit(readonly=True) as unit:
            had = {article.lang for article in await unit.articles.since(since, RECENT_ARTICLES)}
        missing = [visit.texts.language(lang) for lang in chosen if lang not in had]
        if missing:
            words.append(desk.words(visit, "settings.no_news_in", languages=visit.texts.listed(missing)))
    undo = await desk.memory.can_undo(visit.chat)
    await desk.rewrite(visit, markup.join(words, "\n\n"), [*rows_of(choices, 2), _back(visit, undo=undo)])


async def _topics(desk: Desk, visit: Visit) -> None:
    followed = await desk.services.chats.topics(visit.chat.id)
    undo = await desk.memory.can_undo(visit.chat)
    silent, mend = why_silent(desk, visit, followed)
    words = [desk.words(visit, "chat.topics_how" if followed else "chat.topics_none"), *([silent] if silent else [])]
    pick = [button(visit, "button.pick", Area.START, "pick")]
    rows = [*topic_rows(visit, followed), mend, pick, _back(visit, undo=undo)]
    await desk.rewrite(visit, markup.join(words, "\n\n"), rows)


async def _mutes(desk: Desk, visit: Visit) -> None:
    await _screen(desk, visit, "settings.mutes", await mute_buttons(desk, visit), 1)


async def _pause(desk: Desk, visit: Visit) -> None:
    choices = [_choice(visit.texts("button.pause_days", n=days), "set_pause", days) for days in PAUSES]
    await _screen(desk, visit, "settings.pause", choices, 3)


async def _pushes(desk: Desk, visit: Visit) -> None:
    await _edit(desk, visit, lambda chat: replace(chat, pushes_per_day=_after(PUSHES, chat.pushes_per_day)))


async def _quiet(desk: Desk, visit: Visit) -> None:
    quiet = _after(QUIET, visit.chat.timetable.quiet)
    await _edit(desk, visit, lambda chat: replace(chat, timetable=replace(chat.timetable, quiet=quiet)))


def _quiet_hours(visit: Visit) -> str:
    quiet = visit.chat.timetable.quiet
    if quiet is None:
        return visit.texts("settings.off_short")
    return "–".join(visit.texts.clock(each) for each in quiet)


async def _empty(desk: Desk, visit: Visit) -> None:
    await _edit(desk, visit, lambda chat: replace(chat, when_empty=_after(tuple(WhenEmpty), chat.when_empty)))


async def _silent(desk: Desk, visit: Visit) -> None:
    await _edit(desk, visit, lambda chat: replace(chat, silent=not chat.silent))


async def _previews(desk: Desk, visit: Visit) -> None:
    await _edit(desk, visit, lambda chat: replace(chat, previews=not chat.previews))


def _after(choices: tuple[T, ...], present: T) -> T:
    return choices[(choices.index(present) + 1) % len(choices)] if present in choices else choices[0]


async def _unsubscribe(desk: Desk, visit: Visit) -> None:
    await desk.memory.note_before(visit.chat)
    chat = await desk.services.chats.unsubscribe(visit.chat.id, visit.now)
    await _show_changed(desk, replace(visit, chat=chat))


async def _subscribe(desk: Desk, visit: Visit) -> None:
    await desk.memory.note_before(visit.chat)
    chat = await desk.services.chats.subscribe(visit.chat.id, visit.now)
    await _show_changed(desk, replace(visit, chat=chat))


async def _undo(desk: Desk, visit: Visit) -> None:
    """Back to how the chat was before the last change; what Telegram said of it meanwhile stays."""
    before = await desk.memory.take_before(visit.chat)
    if before is None:
        await desk.tell(visit, "settings.nothing_to_undo")
        return
    if isinstance(before, Topic):
        await desk.services.chats.follow(visit.chat.id, before.query, visit.now, before.mode)
        await _topics(desk, visit)
        return

    def edit(chat: Chat) -> Chat:
        return replace(before, address=chat.address, kind=chat.kind, blocked_code=chat.blocked_code)

    chat = await desk.services.chats.change(visit.chat.id, visit.now, edit)
    await _show_changed(desk, replace(visit, chat=chat, texts=_words(visit, chat)))


async def _edit(desk: Desk, visit: Visit, edit: Callable[[Chat], Chat]) -> Visit:
    """Save a change and show the first screen with it."""
    changed = await _save(desk, visit, edit)
    await _show_changed(desk, changed)
    return changed


async def _save(desk: Desk, visit: Visit, edit: Callable[[Chat], Chat]) -> Visit:
    await desk.memory.note_before(visit.chat)
    chat = await desk.services.chats.change(visit.chat.id, visit.now, edit)
    return replace(visit, chat=chat, texts=_words(visit, chat))


def _words(visit: Visit, chat: Chat) -> Texts:
    """The chat's language; who changes another chat goes on in their own."""
    return texts.load(chat.language) if visit.here is None else visit.texts


async def _show_changed(desk: Desk, visit: Visit) -> None:
    topics = await desk.services.chats.topics(visit.chat.id)
    rows = list(_main(visit, len(topics)))
    if await desk.memory.can_undo(visit.chat):
        rows.append([undo_button(visit)])
    await desk.rewrite(visit, _summary(desk, visit), rows)


async def _set_time(desk: Desk, visit: Visit, argument: str) -> None:
    at = arguments.time_of_day(f"{argument[:2]}:{argument[2:]}")

    def edit(chat: Chat) -> Chat:
        times: set[time] = set(chat.timetable.times) ^ {at}
        return replace(chat, timetable=replace(chat.timetable, times=tuple(sorted(times or {at}))))

    await _times(desk, await _save(desk, visit, edit))


async def _set_day(desk: Desk, visit: Visit, argument: str) -> None:
    day = int(argument) if argument.isdigit() and int(argument) < 7 else None
    if day is None:
        raise callbacks.stale()

    def edit(chat: Chat) -> Chat:
        days = chat.timetable.weekdays ^ {day}
        return replace(chat, timetable=replace(chat.timetable, weekdays=frozenset(days or {day})))

    await _weekdays(desk, await _save(desk, visit, edit))


async def _set_zone(desk: Desk, visit: Visit, argument: str) -> None:
    zone = arguments.zone(argument)
    await _edit(desk, visit, lambda chat: replace(chat, timetable=replace(chat.timetable, zone=zone)))


async def _set_length(desk: Desk, visit: Visit, argument: str) -> None:
    if argument not in set(Length):
        raise callbacks.stale()
    await _edit(desk, visit, lambda chat: replace(chat, length=Length(argument)))


async def _set_language(desk: Desk, visit: Visit, argument: str) -> None:
    await _edit(desk, visit, lambda chat: replace(chat, language=texts.nearest(argument)))


async def _set_news(desk: Desk, visit: Visit, argument: str) -> None:
    def edit(chat: Chat) -> Chat:
        chosen = [lang for lang in chat.news_languages if lang != argument]
        return replace(chat, news_languages=tuple(chosen if argument in chat.news_languages else [*chosen, argument]))

    await _news_languages(desk, await _save(desk, visit, edit))


async def _unfollow(desk: Desk, visit: Visit, argument: str) -> None:
    for topic in await desk.services.chats.topics(visit.chat.id):
        if str(topic.id) == argument and await desk.services.chats.unfollow(visit.chat.id, topic.id):
            await desk.memory.note_before(visit.chat, topic)
    await _topics(desk, visit)


async def _mode(desk: Desk, visit: Visit, argument: str) -> None:
    """The next way for the news of a topic to come."""
    for topic in await desk.services.chats.topics(visit.chat.id):
        if str(topic.id) == argument:
            mode = _after(tuple(TopicMode), topic.mode)
            await desk.memory.note_before(visit.chat, topic)
            await desk.services.chats.follow(visit.chat.id, topic.query, visit.now, mode)
    await _topics(desk, visit)


async def _unmute(desk: Desk, visit: Visit, argument: str) -> None:
    mutes: tuple[Mute, ...] = visit.chat.mutes
    if argument.isdigit() and int(argument) < len(mutes):
        visit = await _save(
            desk, visit, lambda chat: replace(chat, mutes=tuple(m for m in chat.mutes if m != mutes[int(argument)]))
        )
    await _mutes(desk, visit)


async def _set_pause(desk: Desk, visit: Visit, argument: str) -> None:
    if not argument.isdigit() or not 1 <= int(argument) <= 365:
        raise callbacks.stale()
    await desk.memory.note_before(visit.chat)
    until = visit.now + timedelta(days=int(argument))
    chat = await desk.services.chats.pause(visit.chat.id, visit.now, until)
    await _show_changed(desk, replace(visit, chat=chat))


SCREENS: dict[str, Callable[[Desk, Visit], Awaitable[None]]] = {
    "open": show,
    "times": _times,
    "days": _weekdays,
    "zone": _zone,
    "length": _length,
    "language": _languages,
    "news_langs": _news_languages,
    "topics": _topics,
    "mutes": _mutes,
    "pause": _pause,
    "pushes": _pushes,
    "quiet": _quiet,
    "empty": _empty,
    "silent": _silent,
    "previews": _previews,
    "unsubscribe": _unsubscribe,
    "subscribe": _subscribe,
    "undo": _undo,
}
CHANGES: dict[str, Callable[[Desk, Visit, str], Awaitable[None]]] = {
    "set_time": _set_time,
    "set_day": _set_day,
    "set_zone": _set_zone,
    "set_length": _set_length,
    "set_lang": _set_language,
    "set_news": _set_news,
    "unfollow": _unfollow,
    "mode": _mode,
    "unmute": _unmute,
    "set_pause": _set_pause,
    "pause": _set_pause,
}
