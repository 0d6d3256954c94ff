"""Options that many commands share, and how their values are read. A value that cannot be read is a usage error (exit 2)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.arguments import DAYS

FIRST_YEAR, LAST_YEAR = 1900, 9000  # the longest window and any zone stay within what a date can be


def instant(text: str) -> datetime:
    """An ISO date or time as aware UTC; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no ISO time such as 2023-03-21T08:00:00Z") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise typer.BadParameter(f"{text!r} is not of the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def now(at: datetime | None) -> datetime:
    """The given time, or the clock's."""
    return at or datetime.now(UTC)


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line on stdout and nothing else.")]
Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL or FILE", help="The database; default: BYLINE_DATABASE_URL, or a file."),
]
At = Annotated[
    datetime | None, typer.Option("--at", metavar="ISO", parser=instant, help="Take this for the present time (UTC).")
]
Days = Annotated[int, typer.Option("--days", min=1, max=36500, help="How many days to look back.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")]
Rows = Annotated[Path | None, typer.Option("--jsonl", metavar="FILE", help="Rows to read, one JSON object a line.")]

DEFAULT_DAYS = DAYS
