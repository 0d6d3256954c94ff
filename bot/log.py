"""Logging: events with fields on stderr, for people on a terminal and as JSON lines elsewhere; no secret in any of it.

Our own modules log by structlog; what libraries log by the standard library takes the same way. The bot's token stands in
every Telegram address: it is blotted out of every value, message and traceback, and httpx, which logs addresses, is held
at WARNING.
"""

import logging
import re
import sys
from collections.abc import Sequence

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_TOKEN = re.compile(r"(?<![0-9])[0-9]{3,}:[A-Za-z0-9_-]{30,}")
_BLOT = "‹secret›"
# APScheduler warns at each tick that waits for the one before it: that is what ticks are to do here.
# telegram.request logs whole answers that it cannot read, with what people were sent.
_QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "apscheduler": logging.ERROR,
    "procrastinate": logging.ERROR,  # what becomes of jobs, workers say themselves
    "psycopg": logging.ERROR,  # that the server is away, whoever needs it says
    "tornado": logging.ERROR,
    "telegram.request": logging.CRITICAL,
}


def configure(level: str = "INFO", *, as_json: bool | None = None, secrets: Sequence[str] = ()) -> None:
    """Set up logging for the process; `as_json` None: JSON where stderr is no terminal."""
    terminal = sys.stderr.isatty()
    plain = not terminal if as_json is None else as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if plain:
        last += [
            structlog.processors.format_exc_info,
            blot_out(secrets),
            structlog.processors.JSONRenderer(default=str),
        ]
    else:
        last += [
            structlog.processors.format_exc_info,
            blot_out(secrets),
            structlog.dev.ConsoleRenderer(colors=terminal),
        ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def blot_out(secrets: Sequence[str]) -> Processor:
    """A processor that takes the secrets, and whatever looks like a bot's token, out of every value."""
    known = [secret for secret in secrets if secret]

    def clean(value: object) -> object:
        if isinstance(value, (int, float, bool)) or value is None:
            return value
        if isinstance(value, dict):
            return {key: clean(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(each) for each in value]
        text = str(value)
        for secret in known:
            text = text.replace(secret, _BLOT)
        return _TOKEN.sub(_BLOT, text)

    def process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: clean(value) for key, value in event.items()}

    return process
