"""Faults of ours go to Sentry, where a DSN is set and only then; no text of an article or a person, and no secret, goes too.

What is sent of a fault: its type, where in the code it happened, the name of the log event. Left out are the words of
exceptions, fields of log events, local variables, breadcrumbs, the command line, and whatever looks like a token.
Raises BadRequest (`sentry_missing`) where the package is not installed.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from bot.log import blot_out
from news.errors import BadRequest

FLUSH_S = 3.0  # how long an ending process waits for its report
_KEPT = ("event_id", "timestamp", "level", "platform", "release", "exception", "logger", "logentry", "sdk", "contexts")


def start(dsn: str, secrets: Sequence[str], transport: Any = None) -> None:
    """Report faults from now on."""
    try:
        import sentry_sdk  # noqa: PLC0415 - an extra of the package
        from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415
    except ImportError as error:
        raise BadRequest(
            "BYLINE_SENTRY_DSN is set and sentry-sdk is not installed: pip install 'byline[sentry]'.",
            code="sentry_missing",
        ) from error
    sentry_sdk.init(
        dsn=dsn,
        release=f"byline@{version('byline')}",
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        default_integrations=False,  # one tells the command line, one the addresses of requests
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        before_send=scrub(secrets),
        transport=transport,
    )


def scrub(secrets: Sequence[str]) -> Callable[[Any, dict[str, Any]], Any]:
    """What is left of an event before it is sent."""
    blot = blot_out(secrets)

    def before_send(event: Any, hint: dict[str, Any]) -> Any:
        kept = {name: value for name, value in event.items() if name in _KEPT}
        for each in kept.get("exception", {}).get("values", ()):
            each["value"] = ""
        if "logentry" in kept:
            kept["logentry"] = {"message": _name(hint.get("log_record"))}
        return blot(None, "", kept)

    return before_send


def _name(record: logging.LogRecord | None) -> str:
    """Of a log event; libraries write sentences, of which only the pattern is taken."""
    message = record.msg if record is not None else ""
    return str(message.get("event", "") if isinstance(message, dict) else message)


def report(error: BaseException) -> None:
    """A fault that ends the process, where reports were started."""
    sdk = sys.modules.get("sentry_sdk")
    if sdk is not None:
        sdk.capture_exception(error)
        sdk.flush(FLUSH_S)
