"""What admins do about sources: /addsource, /sources with a card each, /removesource, OPML in and out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot import arguments, callbacks, markup
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button, rows_of
from news.audience import Attachment, Button, FileKind
from news.entities import Candidate, Source, SourceKind, SourceStatus, TextFrom
from news.ids import SourceId
from news.sources import ImportLine

PAGE = 10
OPML_BYTES = 2_000_000
SHOWN = 15  # lines of an import in the message itself; more go into a file
MARKS = {"added": "+", "exists": "=", "refused": "✗"}


async def add(desk: Desk, visit: Visit) -> None:
    """/addsource URL …: what it offers is added and read, or shown where there is a choice; of several the first choice each."""
    given = visit.words.split()
    if not given:
        await desk.tell(visit, "admin.source_what")
        return
    await desk.line.typing(visit.chat.address)
    if len(given) > 1:
        await _report(desk, visit, await desk.services.sources.add_each(given, visit.now, by=visit.user_id))
        return
    url = arguments.url(given[0])
    candidates = await desk.services.sources.candidates(url)
    if len(candidates) > 1:
        await _choose(desk, visit, candidates, "admin.source_choose", ("add",))
    else:
        await _add(desk, visit, url, candidates[0])


async def _choose(
    desk: Desk, visit: Visit, candidates: Sequence[Candidate], question: str, verb: tuple[object, ...]
) -> None:
    """Ask which; the addresses stand in the message as links, in the buttons' order, and are read from there."""
    lines = [desk.words(visit, question)]
    for number, each in enumerate(candidates, start=1):
        lines.append(markup.join((f"{number}. ", markup.link(each.title or each.url, each.url))))
        lines.extend(desk.words(visit, "admin.source_newest", title=newest.title) for newest in each.newest[:1])
    name, *rest = verb
    buttons = [
        Button(str(number), data=callbacks.encode(Area.SOURCE, str(name), *rest, number))
        for number in range(1, len(candidates) + 1)
    ]
    await desk.say(visit, markup.join(lines, "\n"), rows_of(buttons, 5))


def _chosen(visit: Visit, number: int) -> str:
    """The address that a numbered button stands for."""
    if not 0 < number <= len(visit.message_links):
        raise callbacks.stale()
    return visit.message_links[number - 1]


async def _add(desk: Desk, visit: Visit, url: str, candidate: Candidate | None = None) -> None:
    added = await desk.services.sources.add(url, visit.now, by=visit.user_id, candidate=candidate)
    newest = [desk.words(visit, "admin.source_newest", title=each.title) for each in added.candidate.newest]
    words = desk.words(visit, "admin.source_added", name=added.source.name)
    undo = Button(visit.texts("button.undo"), data=callbacks.encode(Area.SOURCE, "remove", added.source.id))
    await desk.record(visit, "addsource", added.source.url)
    await desk.say(visit, markup.join((words, *newest), "\n"), [[undo]])
    await read_now(desk, visit, added.source)


async def read_now(desk: Desk, visit: Visit, source: Source) -> None:
    """Read a source at once and tell what came."""
    await desk.line.typing(visit.chat.address)
    report = await desk.services.ingest.run(visit.now, source_ids=[source.id])
    if report.failed and not report.read:
        detail = _in_words(visit, report.failed[0].code, report.failed[0].message)
        await desk.tell(visit, "admin.source_failed", name=source.name, detail=detail)
    else:
        key = "admin.source_read" if report.new else "admin.source_nothing_new"
        await desk.tell(visit, key, n=report.new, name=source.name)


async def list_(desk: Desk, visit: Visit) -> None:
    """/sources [WORD]: all, or those whose name or address holds the word, with the numbers that other commands take."""
    await _page(desk, visit, 0)


async def _page(desk: Desk, visit: Visit, page: int) -> None:
    wanted = visit.words.strip().casefold() if visit.message_id is None else ""
    found = [
        source
        for source in await desk.services.sources.all()
        if source.kind is not SourceKind.HAND and (wanted in source.name.casefold() or wanted in source.url.casefold())
    ]
    if not found:
        await desk.tell(visit, "errors.source_not_found" if wanted else "admin.sources_none")
        return
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [markup.escape(f"{each.id}. ") + _health(desk, visit, each) for each in shown]
    cards = [Button(str(source.id), data=callbacks.encode(Area.SOURCE, "card", source.id)) for source in shown]
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
    is_paused = source.status is SourceStatus.PAUSED
    if is_paused or (source.status is SourceStatus.GONE and state.error_code is None):
        return desk.words(visit, "admin.source_paused", name=source.name)
    if state.error_code is not None:
        return desk.words(
            visit,
            "admin.source_failing",
            name=source.name,
            error=_in_words(visit, source.state.error_code, source.state.error_message),
        )
    if state.newest_at is None:
        return desk.words(visit, "admin.source_new", name=source.name)
    newest = visit.texts.moment(state.newest_at, visit.chat.timetable.zone)
    return desk.words(visit, "admin.source_ok", name=source.name, newest=newest)


def _in_words(visit: Visit, code: str | None, message: str | None) -> str:
    """Why something cannot be read, in the person's words where there are any for the code."""
    key = f"errors.{code}"
    return visit.texts(key) if key in visit.texts else message or code or ""


async def remove(desk: Desk, visit: Visit) -> None:
    """/removesource NAME or NUMBER: it is read no more, its articles stay."""
    if not visit.words.strip():
        await desk.tell(visit, "admin.remove_what")
        return
    await _remove(desk, visit, visit.words.strip())


async def _remove(desk: Desk, visit: Visit, name: str) -> None:
    source = await desk.services.sources.remove(name)
    await desk.record(visit, "removesource", source.url)
    undo = button(visit, "button.undo", Area.SOURCE, "back", source.id)
    await desk.tell(visit, "admin.source_removed", [[undo]], name=source.name)


async def _bring_back(desk: Desk, visit: Visit, number: int) -> None:
    source = await desk.services.sources.restore(SourceId(number), visit.now)
    await desk.record(visit, "addsource", source.url)
    await desk.tell(visit, "admin.source_back", name=source.name)


async def rename(desk: Desk, visit: Visit) -> None:
    """/rename NUMBER NAME: another name for a source."""
    number, _, name = visit.words.strip().partition(" ")
    if not number.isdecimal() or not name.strip():
        await desk.tell(visit, "admin.rename_what")
        return
    source = await desk.services.sources.rename(number, name)
    await desk.record(visit, "rename", source.name)
    await desk.tell(visit, "admin.renamed", name=source.name)


async def categorize(desk: Desk, visit: Visit) -> None:
    """/category NUMBER NAME: where a source belongs in the list that is exported."""
    number, _, name = visit.words.strip().partition(" ")
    if not number.isdecimal() or not name.strip():
        await desk.tell(visit, "admin.category_what")
        return
    source = await desk.services.sources.set_category(number, name)
    await desk.record(visit, "category", f"{source.name}: {source.category}")
    await desk.tell(visit, "admin.category_set", name=source.name, category=source.category or "")


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button of the list or of a card."""
    press = callbacks.decode(visit.words)
    if press.verb == "page":
        await _page(desk, visit, max(0, press.number()))
        return
    if press.verb == "back":
        await _bring_back(desk, visit, press.number())
        return
    if press.verb == "add":
        url = _chosen(visit, press.number())
        await desk.line.typing(visit.chat.address)
        await _add(desk, replace(visit, message_id=None), url)
        return
    source = await desk.services.sources.get(str(press.number()))
    if press.verb in {"find", "move"}:
        await (_find if press.verb == "find" else _move)(desk, replace(visit, message_id=None), source)
        return
    if press.verb == "remove":
        await _remove(desk, visit, str(source.id))
        return
    change = CHANGES.get(press.verb)
    if change is not None:
        source = await change(desk, visit, source)
        resumed = press.verb == "pause" and source.status is SourceStatus.ACTIVE
        await desk.record(visit, "resume" if resumed else press.verb, source.name)
    elif press.verb != "card":
        raise callbacks.stale()
    fresh = press.verb == "card"
    await _card(desk, replace(visit, message_id=None) if fresh else visit, source)
    if press.verb == "check":
        await read_now(desk, visit, source)


async def _find(desk: Desk, visit: Visit, source: Source) -> None:
    """What the site has in the place of a source that fails."""
    await desk.line.typing(visit.chat.address)
    offers = await desk.services.sources.offers(str(source.id))
    if offers:
        await _choose(desk, visit, offers, "admin.source_move_which", ("move", source.id))
    else:
        await desk.tell(visit, "admin.source_no_offer")


async def _move(desk: Desk, visit: Visit, source: Source) -> None:
    url = _chosen(visit, callbacks.decode(visit.words).number(1))
    await desk.line.typing(visit.chat.address)
    moved = await desk.services.sources.move(str(source.id), url, visit.now)
    await desk.record(visit, "move", moved.url)
    await desk.tell(visit, "admin.source_moved", name=moved.name, url=moved.url)
    await read_now(desk, visit, moved)


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
    lines = [desk.words(visit, "admin.source_card", name=f"{source.id}. {source.name}", url=source.url)]
    if state.last_read_at is not None:
        lines.append(desk.words(visit, "admin.source_card_read", at=visit.texts.moment(state.last_read_at, zone)))
    if state.newest_at is not None:
        lines.append(desk.words(visit, "admin.source_card_newest", at=visit.texts.moment(state.newest_at, zone)))
    if state.failing_since is not None and state.error_code is not None:
        since = visit.texts.moment(state.failing_since, zone)
        lines.append(
            desk.words(
                visit,
                "admin.source_card_failing",
                at=since,
                error=_in_words(visit, source.state.error_code, source.state.error_message),
            )
        )
    pause = "button.pause_source" if source.status is SourceStatus.ACTIVE else "button.resume_source"
    rows = [
        [
            button(visit, "button.check", Area.SOURCE, "check", source.id),
            button(visit, pause, Area.SOURCE, "pause", source.id),
        ],
        [
            button(
                visit, "button.mode", Area.SOURCE, "mode", source.id, mode=visit.texts(f"admin.text_{source.text_from}")
            ),
            button(visit, "button.remove_source", Area.SOURCE, "remove", source.id),
        ],
    ]
    if state.error_code is not None:
        rows.append([button(visit, "button.find_feed", Area.SOURCE, "find", source.id)])
    await desk.rewrite(visit, markup.join(lines, "\n"), rows)


async def import_file(desk: Desk, visit: Visit, data: bytes) -> None:
    """An OPML document: every feed in it is added, and read by the next round."""
    desk.access.check_admin(visit.role)
    entries = desk.services.read_opml(data)
    await _report(desk, visit, await desk.services.sources.import_entries(entries, visit.now, by=visit.user_id))


async def _report(desk: Desk, visit: Visit, lines: Sequence[ImportLine]) -> None:
    """What became of each of many sources; as a file where they are too many for a message."""
    added = [line.url for line in lines if line.outcome == "added"]
    if added:
        await desk.record(visit, "addsource", " ".join(added))
    counts = {name: str(sum(line.outcome == name for line in lines)) for name in MARKS}
    words = desk.words(visit, "admin.imported", **counts)
    report = [_told(visit, line) for line in lines]
    if len(report) <= SHOWN:
        await desk.say(visit, markup.join((words, *map(markup.line, report)), "\n"))
    else:
        file = Attachment(kind=FileKind.DOCUMENT, name="import.txt", data="\n".join(report).encode())
        await desk.say(visit, words, attachment=file)


def _told(visit: Visit, line: ImportLine) -> str:
    """One feed of an import: what became of it, and why not."""
    name = f"{line.title} <{line.url}>" if line.title else line.url
    why = f": {_in_words(visit, line.code, line.message)}" if line.outcome == "refused" else ""
    return f"{MARKS[line.outcome]} {name}{why}"


async def export(desk: Desk, visit: Visit) -> None:
    """All sources as an OPML file."""
    data = desk.services.write_opml(await desk.services.sources.all())
    file = Attachment(kind=FileKind.DOCUMENT, name="sources.opml", data=data)
    await desk.say(visit, desk.words(visit, "admin.sources_file"), attachment=file)
