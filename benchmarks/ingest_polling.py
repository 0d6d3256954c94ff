"""What polling costs, and that hostile answers are refused: no connection to a private address, no bomb in memory.

2,000 feeds on a loopback server (a process of its own) that honours conditional GET, polled as the planner would in an hour:
a first read of each, then two polls of which one feed in ten has a new entry. CPU of this process and its parsers, and the
peak memory of both. SSRF: 14 forms against a reader without an allow list; bombs: gzip, deflate, brotli, XML, deep nesting.
Neighbours: feeds that are read while four hostile ones hold parsers for as long as they may.

python -m benchmarks.ingest_polling [--update] [--feeds N]
"""

import asyncio
import contextlib
import multiprocessing
import resource
import sys
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from multiprocessing.connection import Connection

from benchmarks.ingest_data import judged
from ingestion.config import IngestionConfig
from ingestion.fetch import Fetcher
from ingestion.reader import WebSourceReader
from news.entities import Source, SourceReading, SourceState, TextFrom
from news.errors import NewsError
from news.ids import SourceId

FEEDS = int(sys.argv[sys.argv.index("--feeds") + 1]) if "--feeds" in sys.argv else 2000
ENTRIES = 20
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = (
    "The two sides are to sign major agreements on trade and energy this week, officials in both capitals said on Monday. "
    * 3
)
AIMS = {
    "ssrf_refused": 14,
    "ssrf_requests_seen": 0,
    "bombs_survived": 8,
    "peak_after_bombs_mb": 100,
    "worst_neighbour_s": 10,  # two rounds of 2 s, and as much again on a crowded machine; 20 s is what one hostile page may take
    "polls_an_hour_per_core": 10_000,
    "peak_mb": 300,
}
"""What issue and design ask for; times are printed and not pinned, because machines differ."""

FORMS = [
    "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://127.1:{port}/",
    "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://0.0.0.0:{port}/",
    "http://localhost:{port}/", "http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/", "http://user@127.0.0.1:{port}/",
    "file:///etc/passwd",
]  # fmt: skip


def feed(number: int, version: int) -> bytes:
    items = "".join(
        f"<item><title>Story {version - n} of feed {number}</title><link>http://example.org/{number}/{version - n}</link>"
        f"<guid>{number}-{version - n}</guid><pubDate>{format_datetime(NOW - timedelta(hours=n))}</pubDate><description>{TEXT}</description></item>"
        for n in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title><link>http://example.org/</link>{items}</channel></rss>".encode()


def bombs() -> dict[str, tuple[bytes, str]]:
    def packed(bits: int) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, bits)
        return b"".join([*(packer.compress(bytes(2**20)) for _ in range(1024)), packer.flush()])

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "/gzip": (packed(31), "gzip"),
        "/deflate": (packed(15), "deflate"),
        "/brotli": (b"\x00" * 1000, "br"),
        "/zstd": (b"\x28\xb5\x2f\xfd" * 100, "zstd"),
        "/laughs": (
            f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss version="2.0"><channel><title>&l9;</title></channel></rss>'.encode(),
            "",
        ),
        "/quadratic": (
            f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]><rss version="2.0"><channel><title>{"&a;" * 50_000}</title></channel></rss>'.encode(),
            "",
        ),
        "/nested": (b"<rss version='2.0'><channel>" + b"<a>" * 200_000, ""),
        "/endless": (
            b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 160_000 + b"</channel></rss>",
            "",
        ),
    }


def serve(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    hostile = bombs()
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                asked += 1
                path = head.split(" ", 2)[1]
                if path == "/asked":
                    writer.write(_response(str(asked - 1).encode(), ""))
                elif path in hostile:
                    body, encoding = hostile[path]
                    writer.write(_response(body, f"Content-Encoding: {encoding}\r\n" if encoding else ""))
                else:
                    number, version = (int(part) for part in path.strip("/").split("/"))
                    tag = f'"{number}-{version}"'
                    same = f"if-none-match: {tag}" in head.lower()
                    writer.write(
                        _response(b"" if same else feed(number, version), f"ETag: {tag}\r\n", 304 if same else 200)
                    )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _response(body: bytes, headers: str, status: int = 200) -> bytes:
    length = "" if status == 304 else f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status} X\r\nContent-Type: application/rss+xml\r\n{length}{headers}\r\n".encode() + body


async def polls(port: int) -> dict[str, float]:
    config = IngestionConfig(allow=(f"127.0.0.1:{port}",), parse_processes=1, allowed_host_parallel=16)
    reader = WebSourceReader(config)
    states = [SourceState() for _ in range(FEEDS)]
    versions = [1000] * FEEDS
    measured: dict[str, float] = {}

    async def poll(number: int) -> SourceReading:
        url = f"http://127.0.0.1:{port}/{number}/{versions[number]}"
        source = Source(
            id=SourceId(number), url=url, name=str(number), text_from=TextFrom.FEED, added_at=NOW, state=states[number]
        )
        reading = await reader.read(source)
        states[number] = replace(states[number], etag=reading.etag, baseline_at=NOW)
        return reading

    began, cpu = time.monotonic(), _cpu_s()
    for round_name in ("first_read", "hour"):
        if round_name == "hour":
            began, cpu = time.monotonic(), _cpu_s()
        for turn in range(1 if round_name == "first_read" else 2):
            for number in range(turn, FEEDS, 10):
                versions[number] += round_name == "hour"
            readings = await asyncio.gather(*(poll(number) for number in range(FEEDS)))
            if round_name == "hour":
                assert sum(not reading.unchanged for reading in readings) == FEEDS // 10
            else:
                assert all(len(reading.documents) == ENTRIES for reading in readings)
        measured[f"{round_name}_wall_s"] = round(time.monotonic() - began, 1)
        main_cpu = _cpu_s() - cpu
        measured[f"{round_name}_main_cpu_s"] = round(main_cpu, 1)
    parser = await reader._parsers.run(partial(resource.getrusage, resource.RUSAGE_SELF))  # noqa: SLF001 (its process is not our child)
    await reader.close()
    measured["parser_cpu_s"] = round(parser.ru_utime + parser.ru_stime, 1)
    measured["peak_parser_mb"] = round(parser.ru_maxrss / 1024)
    measured["peak_main_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return measured


async def attacks(port: int) -> dict[str, float]:
    strict = Fetcher(IngestionConfig(total_timeout_s=10.0))
    refused = 0
    for form in FORMS:
        try:
            await strict.fetch(form.format(port=port))
        except NewsError as error:
            refused += error.code in {"address_refused", "name_not_found", "bad_address"}
    await strict.close()
    reader = WebSourceReader(IngestionConfig(allow=(f"127.0.0.1:{port}",), parse_processes=1))
    asked = int((await reader._fetcher.fetch(f"http://127.0.0.1:{port}/asked")).body)  # noqa: SLF001 (the server's own count)
    survived = 0
    for path in bombs():
        began = time.monotonic()
        code = "read"
        try:
            await reader.extract(f"http://127.0.0.1:{port}{path}")
        except NewsError as error:
            code = error.code
        survived += time.monotonic() - began < 30
        print(f"{path:12} {code:24} {time.monotonic() - began:5.1f} s", file=sys.stderr)
    await reader.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "ssrf_refused": refused,
        "ssrf_requests_seen": asked,
        "bombs_survived": survived,
        "peak_after_bombs_mb": round(peak_mb),
    }


async def neighbours(port: int) -> dict[str, float]:
    reader = WebSourceReader(IngestionConfig(allow=(f"127.0.0.1:{port}",)))
    await reader.extract(f"http://127.0.0.1:{port}/0/1")

    async def attack() -> None:
        with contextlib.suppress(NewsError):
            await reader.extract(f"http://127.0.0.1:{port}/nested")

    async def read(number: int) -> float:
        began = time.monotonic()
        await reader.extract(f"http://127.0.0.1:{port}/{number}/1")
        return time.monotonic() - began

    hostile = [asyncio.create_task(attack()) for _ in range(4)]
    await asyncio.sleep(0.5)
    worst_s = max(await asyncio.gather(*(read(number) for number in range(20))))
    print(
        f"20 feeds beside 4 hostile ones: {worst_s:.1f} s, {sum(not each.done() for each in hostile)} go on",
        file=sys.stderr,
    )
    await asyncio.gather(*hostile)
    await reader.close()
    return {"worst_neighbour_s": round(worst_s, 1)}


def _cpu_s() -> float:
    return time.process_time()


def run_apart(work: partial[object], pipe: Connection) -> None:
    # each part in a process of its own, so that its peak memory is its own
    pipe.send(asyncio.run(work()))  # type: ignore[arg-type]


def main() -> bool:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    measured: dict[str, float] = {}
    for work in (partial(attacks, port), partial(neighbours, port), partial(polls, port)):
        process = context.Process(target=run_apart, args=(work, theirs))
        process.start()
        measured.update(ours.recv())
        process.join()
    server.terminate()
    # as if every poll of the hour, first reads with their parsing included, came in one hour on one core
    cpu_s = measured["first_read_main_cpu_s"] + measured["hour_main_cpu_s"] + measured["parser_cpu_s"]
    measured["polls_an_hour_per_core"] = round(3600 * 3 * FEEDS / cpu_s, -3)
    measured["peak_mb"] = measured["peak_main_mb"] + measured["peak_parser_mb"]
    return judged(
        "polling",
        measured,
        at_most={"ssrf_requests_seen", "peak_after_bombs_mb", "peak_mb", "worst_neighbour_s"},
        aims=AIMS,
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
