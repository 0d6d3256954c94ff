"""Whether the bot lives: what must happen again and again is watched, and silence is not taken for health.

`Watch` knows when each thing (a poll, a tick, a look through the outbox) last succeeded. A process that Telegram no longer
talks to ends with `Deaf` so that its supervisor starts it anew: one 401 ends the library's polling for good while the
process lives on. A loop that hangs cannot say so itself: a thread ends the process then (exit 70, tracebacks on stderr).

`serve` answers on a loopback port: `/livez` (polls arrive), `/readyz` (the database answers and nothing is overdue) and
`/metrics` (Prometheus).
"""

import asyncio
import faulthandler
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from telegram.request import HTTPXRequest, RequestData
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from news.errors import NewsError

log = structlog.get_logger()

POLL = "poll"
POLL_WITHIN = timedelta(minutes=3)
"""Without a successful getUpdates for so long the process is deaf: the library retries every 30 s at the most."""

SENDER = "sender"
SENDER_WITHIN = timedelta(minutes=15)
"""A sender that has not looked through the outbox for so long hangs, or another process holds its lease."""

LOOP_WITHIN_S = 120.0
"""An event loop that has not turned for so long is dead."""

FAULT = 70  # EX_SOFTWARE of sysexits.h
_LOOK_EVERY_S = 5.0

Families = Callable[[], Awaitable[Iterable[Metric]]]


class Deaf(NewsError):
    """What must happen again and again has not happened for too long: the process is to end."""

    code = "deaf"


@dataclass(slots=True)
class _Expected:
    within_s: float
    vital: bool
    since_s: float
    last_s: float | None = None
    failures: int = 0


class Watch:
    """When each watched thing last succeeded. Times are monotonic seconds of `clock`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._expected: dict[str, _Expected] = {}

    def expect(self, name: str, within: timedelta, *, vital: bool = False) -> None:
        """From now on it is to succeed at least that often; the process ends when a vital one does not."""
        self._expected[name] = _Expected(within.total_seconds(), vital, self._clock())

    def expect_no_more(self, name: str) -> None:
        """It is another process's now."""
        self._expected.pop(name, None)

    def succeeded(self, name: str) -> None:
        """It has happened."""
        if name in self._expected:
            self._expected[name].last_s = self._clock()
            self._expected[name].failures = 0

    def failed(self, name: str) -> None:
        """It was tried in vain."""
        if name in self._expected:
            self._expected[name].failures += 1

    def overdue(self, *, vital: bool | None = None) -> list[str]:
        """What has been silent for too long."""
        return [
            name
            for name, each in self._expected.items()
            if vital in (None, each.vital) and self._age_s(each) > each.within_s
        ]

    def ages_s(self) -> dict[str, float]:
        """Seconds since each last succeeded, or since it was first expected."""
        return {name: self._age_s(each) for name, each in self._expected.items()}

    def failures(self) -> dict[str, int]:
        """Failures in a row."""
        return {name: each.failures for name, each in self._expected.items()}

    def _age_s(self, each: _Expected) -> float:
        return self._clock() - (each.since_s if each.last_s is None else each.last_s)

    async def guard(self, stop: asyncio.Event, look_every_s: float = _LOOK_EVERY_S) -> None:
        """Go on until `stop` is set; raises Deaf when something vital is overdue."""
        with _LoopGuard():
            while not stop.is_set():
                silent = self.overdue(vital=True)
                if silent:
                    raise Deaf(f"Nothing was heard for too long of: {', '.join(silent)}. The process ends.")
                try:
                    await asyncio.wait_for(stop.wait(), look_every_s)
                except TimeoutError:
                    continue


class _LoopGuard:
    """Ends the process when the event loop that entered it stops turning."""

    def __init__(self, within_s: float = LOOP_WITHIN_S) -> None:
        self._within_s = within_s
        self._beat_s = time.monotonic()
        self._left = threading.Event()

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._look, name="loop-guard", daemon=True).start()
        self._beat()

    def __exit__(self, *_: object) -> None:
        self._left.set()

    def _beat(self) -> None:
        self._beat_s = time.monotonic()
        if not self._left.is_set():
            self._loop.call_later(self._within_s / 10, self._beat)

    def _look(self) -> None:
        while not self._left.wait(min(_LOOK_EVERY_S, self._within_s / 2)):
            if time.monotonic() - self._beat_s > self._within_s:
                sys.stderr.write("The event loop has stopped turning: the process ends.\n")
                faulthandler.dump_traceback(file=sys.stderr)
                os._exit(FAULT)


class WatchedRequest(HTTPXRequest):
    """The request object for getUpdates: an answer with a good status is a poll that was heard."""

    def __init__(self, watch: Watch, **options: Any) -> None:
        super().__init__(**options)
        self._watch = watch

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """One poll."""
        try:
            status, body = await super().do_request(url, method, request_data, *timeouts, **named)
        except Exception:
            self._watch.failed(POLL)
            raise
        if 200 <= status < 300:
            self._watch.succeeded(POLL)
        else:
            self._watch.failed(POLL)
        return status, body


@asynccontextmanager
async def serve(
    host: str, port: int, watch: Watch, check: Callable[[], Awaitable[None]], families: Families
) -> AsyncIterator[int]:
    """The health port for the time of the block; gives its number (a free one for 0). `check` raises where the
    database does not answer.
    """
    options = {"watch": watch, "check": check, "families": families}
    routes = [(r"/livez", _Live, options), (r"/readyz", _Ready, options), (r"/metrics", _Metrics, options)]
    server = HTTPServer(Application(routes, log_function=lambda _: None))
    sockets = bind_sockets(port, host)
    server.add_sockets(sockets)
    bound: int = sockets[0].getsockname()[1]
    log.info("health_served", host=host, port=bound)
    try:
        yield bound
    finally:
        server.stop()
        await server.close_all_connections()


class _Handler(RequestHandler):
    def initialize(self, watch: Watch, check: Callable[[], Awaitable[None]], families: Families) -> None:
        self.watch = watch
        self.check = check
        self.families = families

    def reply(self, problems: list[str]) -> None:
        self.set_status(503 if problems else 200)
        self.set_header("Content-Type", "application/json")
        ages = {name: round(age_s, 1) for name, age_s in self.watch.ages_s().items()}
        self.finish(json.dumps({"ok": not problems, "problems": problems, "age_s": ages}))


class _Live(_Handler):
    def get(self) -> None:
        self.reply(self.watch.overdue(vital=True))


class _Ready(_Handler):
    async def get(self) -> None:
        problems = self.watch.overdue()
        try:
            await asyncio.wait_for(self.check(), _LOOK_EVERY_S)
        except (NewsError, TimeoutError, OSError) as error:
            problems.append(f"database: {error}")
        self.reply(problems)


class _Metrics(_Handler):
    async def get(self) -> None:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_ReadyMade(await self.families()))
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(registry))


class _ReadyMade(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)
