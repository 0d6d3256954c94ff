"""How commands speak: results on stdout (JSON lines, or text and tables for people), progress and errors on stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bars, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from news.ports import Progress


def emit(value: dict[str, Any]) -> None:
    """One JSON object on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be told as JSON")


def say(text: str) -> None:
    """A line for people on stdout, as it is: no markup is read in it."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def complain(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(" ".join(text.split()) + "\n")
    sys.stderr.flush()


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """A table on a terminal, tab-parted lines elsewhere."""
    if not rows:
        say(empty)
    elif sys.stdout.isatty():
        drawn = Table(*headings, box=None, header_style="bold")
        for row in rows:
            drawn.add_row(*map(cell, row))
        Console().print(drawn)
    else:
        for row in rows:
            sys.stdout.write("\t".join(map(cell, row)) + "\n")


def cell(value: object) -> str:
    """A value on one line, as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return " ".join(str(value.value if isinstance(value, Enum) else value).split())


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Shows how far long work is: a bar for each stage on a terminal, a line at each tenth elsewhere; all on stderr."""
    if quiet:
        yield lambda _stage, _done, _of: None
        return
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=of)
            bars.update(tasks[stage], completed=done, total=of)

        yield show


def _lines() -> Callable[[str, int, int], None]:
    told: dict[str, int] = {}

    def show(stage: str, done: int, of: int) -> None:
        tenth = 10 * done // of if of else 10
        if told.get(stage) != tenth:
            told[stage] = tenth
            complain(f"{stage}: {done} of {of}")

    return show
