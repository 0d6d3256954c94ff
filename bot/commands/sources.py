"""`byline sources …`: an admin's work on sources without Telegram."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bot import arguments
from bot.commands import options
from bot.commands.output import cell, complain, emit, progress, say, table
from bot.commands.running import with_services
from bot.services import Services
from news.entities import Source, TextFrom
from news.errors import BadRequest
from news.sources import ImportLine

sources_app = typer.Typer(no_args_is_help=True, help="The feeds and pages that are read.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="A source's name, number or address.")]


def _told(source: Source) -> dict[str, object]:
    state = source.state
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "status": source.status,
        "text_from": source.text_from,
        "category": source.category,
        "site_url": source.site_url,
        "added_at": source.added_at,
        "interval_s": int(state.interval.total_seconds()),
        "next_check_at": state.next_check_at,
        "last_read_at": state.last_read_at,
        "last_success_at": state.last_success_at,
        "newest_at": state.newest_at,
        "failures": state.failures,
        "error_code": state.error_code,
        "error_message": state.error_message,
    }


def _show(source: Source, *, json: bool) -> None:
    if json:
        emit(_told(source))
        return
    for name, value in _told(source).items():
        if value not in (None, "", 0):
            say(f"{name}: {cell(value)}")


@sources_app.command("add")
def add(
    url: Annotated[str | None, typer.Argument(metavar="URL", help="A feed, or a page that names one.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="What to call it; default: its own title.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="What to file it under.")] = None,
    pack: Annotated[str | None, typer.Option("--pack", metavar="NAME", help="A ready list of sources.")] = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Add a source: the address is read and its best feed taken; or a whole pack of sources."""
    if (url is None) == (pack is None):
        raise typer.BadParameter("give a URL, or --pack NAME")

    async def work(services: Services) -> bool:
        now = options.now(None)
        if pack is not None:
            lines = await services.sources.import_entries(services.read_pack(pack), now)
            return _show_import(lines, json=json)
        address = arguments.url(str(url))
        with progress() as show:
            show("looking for a feed", 0, 1)
            added = await services.sources.add(address, now, name=name, category=category)
        _show(added.source, json=json)
        for document in () if json else added.candidate.newest:
            say(f"  newest: {document.title}")
        for other in added.others:
            complain(f"It also offers {other.url}: {other.title}")
        return True

    with_services(work, database=database)


@sources_app.command("list")
def list_sources(json: options.Json = False, database: options.Database = None) -> None:
    """All sources with their health."""

    async def work(services: Services) -> None:
        found = await services.sources.all()
        for source in found if json else ():
            emit(_told(source))
        if not json:
            lines = [
                (source.id, source.name, source.status, source.state.newest_at, source.state.error_code, source.url)
                for source in found
            ]
            empty = "No sources yet; add one with `byline sources add URL`."
            table(("id", "name", "status", "newest", "error", "url"), lines, empty=empty)

    with_services(work, database=database)


def _on_one(
    change: Callable[[Services], Awaitable[Source]], *, json: bool, database: str | None, say_done: str = ""
) -> None:
    async def work(services: Services) -> None:
        source = await change(services)
        if json or not say_done:
            _show(source, json=json)
        else:
            say(f"{say_done}: {source.name} <{source.url}>")

    with_services(work, database=database)


@sources_app.command("show")
def show_source(name: Name, json: options.Json = False, database: options.Database = None) -> None:
    """One source."""
    _on_one(lambda services: services.sources.get(name), json=json, database=database)


@sources_app.command("pause")
def pause(name: Name, json: options.Json = False, database: options.Database = None) -> None:
    """Stop reading a source for now."""
    _on_one(lambda services: services.sources.pause(name), json=json, database=database, say_done="Paused")


@sources_app.command("resume")
def resume(name: Name, json: options.Json = False, database: options.Database = None) -> None:
    """Read a source again."""
    _on_one(
        lambda services: services.sources.resume(name, options.now(None)),
        json=json,
        database=database,
        say_done="Resumed",
    )


@sources_app.command("set")
def set_(
    name: Name,
    text: Annotated[
        TextFrom | None, typer.Option("--text", help="Texts from the feed, from the pages, or pages for openings.")
    ] = None,
    new_name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="What to file it under.")] = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Change a source: where its texts come from, its name, its category."""
    if text is None and new_name is None and category is None:
        raise typer.BadParameter("give --text, --name or --category")

    async def change(services: Services) -> Source:
        source = await services.sources.get(name)
        number = str(source.id)
        if new_name is not None:
            source = await services.sources.rename(number, new_name)
        if category is not None:
            source = await services.sources.set_category(number, category)
        return source if text is None else await services.sources.set_text_from(number, text)

    _on_one(change, json=json, database=database)


@sources_app.command("move")
def move(
    name: Name,
    url: Annotated[
        str | None, typer.Argument(metavar="URL", help="Its new address; default: what its site offers.")
    ] = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Read a source at another address; without one, its site is asked what it has in its place."""

    async def change(services: Services) -> Source:
        wanted = url
        if wanted is None:
            offers = await services.sources.offers(name)
            for other in offers[1:]:
                complain(f"The site also offers {other.url}: {other.title}")
            if not offers:
                raise BadRequest("Its site offers no other source; give the new address.", code="no_source_found")
            wanted = offers[0].url
        return await services.sources.move(name, arguments.url(wanted), options.now(None))

    _on_one(change, json=json, database=database)


@sources_app.command("remove")
def remove(name: Name, json: options.Json = False, database: options.Database = None) -> None:
    """Remove a source; its articles stay."""
    _on_one(lambda services: services.sources.remove(name), json=json, database=database, say_done="Removed")


@sources_app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="A list of feeds, as feed readers export it.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Add every feed of an OPML file; each is read for the first time by the next round."""

    async def work(services: Services) -> bool:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise BadRequest(f"{file} cannot be read: {error.strerror}", code="file_unreadable") from error
        lines = await services.sources.import_entries(services.read_opml(data), options.now(None))
        return _show_import(lines, json=json)

    with_services(work, database=database)


def _show_import(lines: list[ImportLine], *, json: bool) -> bool:
    refused = [line for line in lines if line.outcome == "refused"]
    for line in lines if json else ():
        if line.outcome != "refused":
            emit({"url": line.url, "title": line.title, "outcome": line.outcome, "code": line.code})
    if not json:
        counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in ("added", "exists", "refused")}
        say(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
        for line in lines:
            if line.outcome != "refused":
                say(f"{line.outcome}: {line.title} <{line.url}>")
    for line in refused:
        complain(f"{line.url}: {line.message or line.title} ({line.code})")
    return not refused


@sources_app.command("export")
def export_opml(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE.opml]", help="Default: standard output.")] = None,
    database: options.Database = None,
) -> None:
    """Write all sources as OPML."""

    async def work(services: Services) -> None:
        data = services.write_opml(await services.sources.all())
        if file is None:
            sys.stdout.write(data.decode())
            return
        try:
            file.write_bytes(data)
        except OSError as error:
            raise BadRequest(f"{file} cannot be written: {error.strerror}", code="file_unwritable") from error

    with_services(work, database=database)
