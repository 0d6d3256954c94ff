"""`byline tick`, `migrate`, `doctor`, `config`, `copy`, `backup`, `restore`: keeping it running."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import settings as setting
from bot.commands import options
from bot.commands.output import complain, emit, progress, say, table
from bot.commands.running import load_quiet, with_services
from bot.services import Services
from bot.source_notices import read_due
from news.errors import NewsError


class TickName(StrEnum):
    """What can be ticked by hand."""

    INGEST = "ingest"
    ENRICH = "enrich"
    COMPOSE = "compose"
    DISPATCH = "dispatch"
    RETENTION = "retention"
    ALL = "all"


def tick(
    name: Annotated[TickName, typer.Argument(help="Which tick.")],
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Do by hand what the running bot does by itself."""
    names = [each for each in TickName if each is not TickName.ALL] if name is TickName.ALL else [name]

    async def work(services: Services) -> bool:
        good = True
        for each in names:
            try:
                done = await TICKS[each](services, options.now(at))
            except NewsError as error:  # of `all`, the others go on
                complain(f"{each.value}: {error.message} ({error.code})")
                good = False
                continue
            if json:
                emit({"tick": each, **done})
            else:
                say(f"{each.value}: " + ", ".join(f"{value} {key}" for key, value in done.items()))
        return good

    with_services(work, database=database)


async def _ingest(services: Services, now: datetime) -> Mapping[str, object]:
    with progress() as show:
        report, _ = await read_due(services, now, progress=show)
    for refusal in report.failed:
        complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
    return {
        "read": report.read,
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "failed": len(report.failed),
    }


async def _enrich(services: Services, now: datetime) -> Mapping[str, object]:
    with progress() as show:
        report = await services.enrich.run(now, progress=show)
    for refusal in report.failed:
        complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
    return {
        "enriched": report.enriched,
        "stories_new": report.stories_new,
        "versions_new": report.versions_new,
        "failed": len(report.failed),
    }


async def _compose(services: Services, now: datetime) -> Mapping[str, object]:
    with progress() as show:
        report = await services.digests.compose(now, progress=show)
    return {"chats": report.chats, "deliveries": report.deliveries, "pushes": await services.pushes.push(now)}


async def _dispatch(services: Services, now: datetime) -> Mapping[str, object]:
    from bot import lifecycle  # noqa: PLC0415 - `byline --help` imports no telegram

    return await lifecycle.dispatch(services, now)


async def _retention(services: Services, now: datetime) -> Mapping[str, object]:
    return {
        "forgotten": await services.retention.run(now),
        "notes": await services.retention.tidy(now),
        "to_enrich_again": await services.retries.run(now),
    }


TICKS: Mapping[TickName, Callable[[Services, datetime], Awaitable[Mapping[str, object]]]] = {
    TickName.INGEST: _ingest,
    TickName.ENRICH: _enrich,
    TickName.COMPOSE: _compose,
    TickName.DISPATCH: _dispatch,
    TickName.RETENTION: _retention,
}


def config(json: options.Json = False, database: options.Database = None) -> None:
    """Every setting with its value, where it differs from the default, and what it does."""
    settings = load_quiet(database)
    lines = []
    for name, field in setting.Settings.model_fields.items():
        value, usual = setting.shown(settings, name), setting.default(field)
        if json:
            emit({"name": setting.variable(name), "value": value, "default": usual, "description": field.description})
        lines.append((setting.variable(name), value, "" if value == usual else "changed", field.description))
    if not json:
        table(("variable", "value", "", "what it is"), lines, empty="")


def migrate(json: options.Json = False, database: options.Database = None) -> None:
    """Bring the tables of the database to what this version needs."""
    settings = load_quiet(database)

    from bot import app  # noqa: PLC0415 - as everywhere: a command imports what it needs

    before, after = app.migrate(settings)
    if json:
        emit({"database": app.shown_database(settings), "before": before, "after": after})
    else:
        say(f"{app.shown_database(settings)}: {before or 'empty'} → {after}")


def doctor(json: options.Json = False, database: options.Database = None) -> None:
    """Check settings, database, disk, sources, models, clock and Telegram, each with a line; exit 1 if one is wrong."""
    settings = load_quiet(database)

    from bot import app  # noqa: PLC0415

    good = True
    for check in asyncio.run(app.check_up(settings)):
        good = good and check.good
        if json:
            emit({"check": check.name, "good": check.good, "detail": check.detail})
        else:
            say(f"{'ok  ' if check.good else 'BAD '} {check.name}: {check.detail}")
    if not good:
        raise typer.Exit(1)


Place = Annotated[str, typer.Argument(help="A path, or a database URL.")]


def copy(source: Place, target: Place, json: options.Json = False) -> None:
    """Copy everything from one database to another, empty one (SQLite or PostgreSQL)."""
    from bot import app  # noqa: PLC0415

    with progress() as show:
        counts = app.copy(source, target, show)
    _count(counts, json=json)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the backup goes; it must not exist.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Write a consistent copy of the database while the bot runs."""
    settings = load_quiet(database)

    from bot import app  # noqa: PLC0415

    app.backup(settings, file)
    if json:
        emit({"file": str(file), "size_bytes": file.stat().st_size})
    else:
        say(f"{file}: {file.stat().st_size:,} bytes")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Bring a backup back; the bot must not run."""
    settings = load_quiet(database)

    from bot import app  # noqa: PLC0415

    app.restore(settings, file)
    if json:
        emit({"file": str(file), "database": app.shown_database(settings)})
    else:
        say(f"{app.shown_database(settings)} is now as {file} was")


def _count(counts: Mapping[str, int], *, json: bool) -> None:
    if json:
        emit(dict(counts))
    else:
        table(("what", "rows"), sorted(counts.items()), empty="nothing")
