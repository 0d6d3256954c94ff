"""What admins do about sources: /addsource, /sources with a card each, /removesource, OPML in and out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot import arguments, callbacks, markup
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button, rows_of
from news.audience import Attachment, Button, FileKind
from news.entities import Source, SourceKind, SourceStatus, TextFrom
from news.errors import BadRequest

PAGE = 10
OPML_BYTES = 2_000_000


async def add(desk: Desk, visit: Visit) -> None:
    """/addsource URL: its best feed is shown with its newest entries, added and read."""
    if not visit.words.strip():
        await desk.tell(visit, "admin.source_what")
        return
    url = arguments.url(visit.words.split()[0])
    await desk.line.typing(visit.chat.address)
    added = await desk.services.sources.add(url, visit.now, by=visit.user_id)
    newest = [desk.words(visit, "admin.source_newest", title=each.title) for each in added.candidate.newest]
    words = desk.words(visit, "admin.source_added", name=added.source.name)
    undo = Button(visit.texts("button.undo"), data=callbacks.encode(Area.SOURCE, "remove", added.source.id))
    await desk.say(visit, markup.join((words, *newest), "\n"), [[undo]])
    await read_now(desk, visit, added.source)


async def read_now(desk: Desk, visit: Visit, source: Source) -> None:
    """Read a source at once and tell what came."""
    await desk.line.typing(visit.chat.address)
    report = await desk.services.ingest.run(visit.now, source_ids=[source.id])
    if report.failed and not report.read:
        await desk.tell(visit, "admin.source_failed", name=source.name, detail=report.failed[0].message)
    else:
        await desk.tell(visit, "admin.source_read", n=report.new, name=source.name)


async def list_(desk: Desk, visit: Visit) -> None:
    """/sources [WORD]: all, or those whose name or address holds the word."""
    await _page(desk, visit, 0)


async def _page(desk: Desk, visit: Visit, page: int) -> None:
    wanted = visit.words.strip().casefold() if visit.message_id is None else ""
    found = [
        source
        for source in await desk.services.sources.all()
        if source.kind is not SourceKind.HAND and (wanted in source.name.casefold() or wanted in source.url.casefold())
    ]
    if not found:
        await desk.tell(visit, "admin.sources_none")
        return
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [markup.escape(f"{number}. ") + _health(desk, visit, each) for number, each in enumerate(shown, start=1)]
    cards = [
        Button(str(number), data=callbacks.encode(Area.SOURCE, "card", source.id))
        for number, source in enumerate(shown, start=1)
    ]
    turn = []
    if page > 0:
        turn.append(button(visit, "button.previous", Area.SOURCE, "page", page - 1))
    if len(found) > (page + 1) * PAGE:
        turn.append(button(visit, "button.next", Area.SOURCE, "page", page + 1))
    title = desk.words(visit, "admin.sources_title", n=len(found))
    html = markup.join((title, *map(markup.trusted, lines)), "\n")
    await desk.rewrite(visit, html, [*rows_of(cards, 5), turn])


def _health(desk: Desk, visit: Visit, source: Source) -> markup.Html:
    state = source.state
    if source.status is not SourceStatus.ACTIVE:
        return desk.words(visit, "admin.source_paused", name=source.name)
    if state.error_code is not None:
        return desk.words(
            visit, "admin.source_failing", name=source.name, error=state.error_message or state.error_code
        )
    if state.newest_at is None:
        return desk.words(visit, "admin.source_new", name=source.name)
    newest = visit.texts.moment(state.newest_at, visit.chat.timetable.zone)
    return desk.words(visit, "admin.source_ok", name=source.name, newest=newest)


async def remove(desk: Desk, visit: Visit) -> None:
    """/removesource NAME."""
    if not visit.words.strip():
        await desk.tell(visit, "admin.remove_what")
        return
    source = await desk.services.sources.remove(visit.words.strip())
    await _tell_removed(desk, visit, source)


async def _tell_removed(desk: Desk, visit: Visit, source: Source) -> None:
    await desk.tell(visit, "admin.source_removed", name=source.name)


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button of the list or of a card."""
    press = callbacks.decode(visit.words)
    if press.verb == "page":
        await _page(desk, visit, max(0, press.number()))
        return
    source = await desk.services.sources.get(str(press.number()))
    if press.verb == "remove":
        await _tell_removed(desk, visit, await desk.services.sources.remove(str(source.id)))
        return
    change = CHANGES.get(press.verb)
    if change is not None:
        source = await change(desk, visit, source)
    elif press.verb != "card":
        raise BadRequest("this button is no longer understood", code="button_stale")
    fresh = press.verb == "card"
    await _card(desk, replace(visit, message_id=None) if fresh else visit, source)
    if press.verb == "check":
        await read_now(desk, visit, source)


async def _pause(desk: Desk, visit: Visit, source: Source) -> Source:
    if source.status is SourceStatus.ACTIVE:
        return await desk.services.sources.pause(str(source.id))
    return await desk.services.sources.resume(str(source.id), visit.now)


async def _mode(desk: Desk, _visit: Visit, source: Source) -> Source:
    modes = tuple(TextFrom)
    after = modes[(modes.index(source.text_from) + 1) % len(modes)]
    return await desk.services.sources.set_text_from(str(source.id), after)


async def _check(desk: Desk, visit: Visit, source: Source) -> Source:
    return await desk.services.sources.check_now(str(source.id), visit.now)


CHANGES: dict[str, Callable[[Desk, Visit, Source], Awaitable[Source]]] = {
    "pause": _pause,
    "mode": _mode,
    "check": _check,
}


async def _card(desk: Desk, visit: Visit, source: Source) -> None:
    zone, state = visit.chat.timetable.zone, source.state
    lines = [desk.words(visit, "admin.source_card", name=source.name, url=source.url)]
    if state.last_read_at is not None:
        lines.append(desk.words(visit, "admin.source_card_read", at=visit.texts.moment(state.last_read_at, zone)))
    if state.newest_at is not None:
        lines.append(desk.words(visit, "admin.source_card_newest", at=visit.texts.moment(state.newest_at, zone)))
    if state.failing_since is not None and state.error_code is not None:
        since = visit.texts.moment(state.failing_since, zone)
        error = state.error_message or state.error_code
        lines.append(desk.words(visit, "admin.source_card_failing", at=since, error=error))
    pause = "button.pause_source" if source.status is SourceStatus.ACTIVE else "button.resume_source"
    rows = [
        [
            button(visit, "button.check", Area.SOURCE, "check", source.id),
            button(visit, pause, Area.SOURCE, "pause", source.id),
        ],
        [
            button(visit, "button.mode", Area.SOURCE, "mode", source.id, mode=source.text_from.value),
            button(visit, "button.remove_source", Area.SOURCE, "remove", source.id),
        ],
    ]
    await desk.rewrite(visit, markup.join(lines, "\n"), rows)


async def import_file(desk: Desk, visit: Visit, data: bytes) -> None:
    """An OPML document: every feed in it is added, and read by the next round."""
    desk.access.check_admin(visit.role)
    lines = await desk.services.sources.import_entries(desk.services.read_opml(data), visit.now, by=visit.user_id)
    counts = {name: str(sum(line.outcome == name for line in lines)) for name in ("added", "exists", "refused")}
    await desk.tell(visit, "admin.imported", added=counts["added"], exists=counts["exists"], refused=counts["refused"])


async def export(desk: Desk, visit: Visit) -> None:
    """All sources as an OPML file."""
    data = desk.services.write_opml(await desk.services.sources.all())
    file = Attachment(kind=FileKind.DOCUMENT, name="sources.opml", data=data)
    await desk.say(visit, desk.words(visit, "admin.sources_file"), attachment=file)
