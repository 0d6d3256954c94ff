"""`python -m playground`: starts the server and says on stdout, in one JSON line, where it is.

The line: {"origin", "token", "admin", "reader", "feeds", "port_was_busy"}. Without `--bare` a bot, two people with
their private chats and sample news are there and flood control is `field`; with it the network is empty and flood
control off. Ends on SIGTERM, SIGINT, and with `--with-parent` when stdin closes.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import structlog

from playground.serving import Options, serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m playground", description="Telegram on loopback with a chat page")
    parser.add_argument("--port", type=int, default=8081, help="0 or a busy port: a free one is taken (8081)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--bare", action="store_true", help="the server alone: empty, flood control off")
    parser.add_argument("--state", type=Path, help="file that keeps people, chats and messages")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin closes")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # held by a name: the loop itself holds tasks and stream readers weakly, and a collected watch never sees the end
    watch = loop.create_task(_watch_stdin(stop)) if arguments.with_parent else None
    options = Options(arguments.host, arguments.port, arguments.bare, arguments.state)
    async with serve(options) as ready:
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        sys.stderr.write(f"Telegram on loopback: {ready['origin']}/\n")
        await stop.wait()
    if watch is not None:
        watch.cancel()


async def _watch_stdin(stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass
    stop.set()


def main() -> None:
    """Runs the server until it is told to stop; logs go to stderr, stdout has its one line."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(_run(_arguments()))


if __name__ == "__main__":
    main()
