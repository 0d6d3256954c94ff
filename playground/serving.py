"""Puts the server together: network, routes, couriers, saving; and takes it down again.

`serve` is an async context manager that gives what `/_control/ready` answers. The state file is written a moment
after each change and at the end.
"""

import asyncio
import errno
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from playground.control import add_bot
from playground.control_http import LOOPBACK_NAMES, control_routes
from playground.network import Network, open_network, save_network
from playground.page_http import page_routes
from playground.people import create_chat, new_user, the_bot
from playground.samples import FEEDS, Library
from playground.samples_http import feed_url, samples_routes
from playground.server import MAX_REQUEST_BYTES, application, bot_routes, execute
from playground.state import Bot
from playground.webhook import Couriers

Json = dict[str, Any]

TOKEN: Final = "100001:PLAYGROUND"  # noqa: S105 # a public token of a bot that exists on loopback only
USERNAME: Final = "byline_playground_bot"
SAVE_PAUSE_S: Final = 1.0
CLOSE_S: Final = 3.0  # a request that never ends, or whose client was killed, does not hold up the end
SAVE_SHARE: Final = 20  # saving takes at most about a twentieth of the time

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Options:
    """How to start: address, port (0 for any), an empty network or a furnished one, the state file."""

    host: str = "127.0.0.1"
    port: int = 0
    bare: bool = False
    state: Path | None = None


@asynccontextmanager
async def serve(options: Options) -> AsyncIterator[Json]:
    """Runs a server within the context."""
    network = open_network(options.state)
    ready: Json = {}
    if not options.bare:
        ready |= furnish(network)
    routes = [
        *bot_routes(network),
        *control_routes(network, ready, is_open=options.host not in LOOPBACK_NAMES),
        *page_routes(),
    ]
    if not options.bare:
        start_on = datetime.fromtimestamp(network.clock(), UTC).date()
        routes += samples_routes(Library(start_on), network.clock)
    server = HTTPServer(application(routes), max_buffer_size=MAX_REQUEST_BYTES)
    sockets, port_was_busy = _bind(options.host, options.port)
    server.add_sockets(sockets)
    origin = f"http://{_reachable(options.host)}:{sockets[0].getsockname()[1]}"
    ready |= {"origin": origin, "port_was_busy": port_was_busy}
    if not options.bare:
        ready["feeds"] = [feed_url(origin, feed) for feed in FEEDS]

    async def run(bot: Bot, method: str, arguments: Json) -> None:
        await execute(network, bot, method, arguments)

    couriers = Couriers(network, run)
    for bot in network.world.bots.values():
        network.queue(bot)
        couriers.wake(bot)
    saving = asyncio.create_task(_keep_saving(network, options.state)) if options.state else None
    try:
        yield ready
    finally:
        server.stop()
        try:
            async with asyncio.timeout(CLOSE_S):
                await couriers.close()
                await server.close_all_connections()
        except TimeoutError:
            _log.warning("connections_not_closed", waited_s=CLOSE_S)
        if saving is not None and options.state is not None:
            saving.cancel()
            save_network(network, options.state, closing=True)


def furnish(network: Network) -> Json:
    """The default bot and two people with their private chats; what is there already is kept."""
    network.choose_flood("field", {})
    world = network.world
    if world.bot_by_token(TOKEN) is None:
        add_bot(network, {"token": TOKEN, "username": USERNAME, "first_name": "Byline"})
    if not world.users:
        for name in ("Reader", "Admin"):
            user = new_user(network, name, name.lower(), "en")
            create_chat(network, "private", "", [user.id], the_bot(network))
        world.admin_id = max(world.users)
    return {"token": TOKEN, "admin": world.admin_id, "reader": min(world.users)}


def _reachable(host: str) -> str:
    """The host of an address that a program on this machine can call."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 # compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _bind(host: str, port: int) -> tuple[list[Any], bool]:
    try:
        return bind_sockets(port, host), False
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return bind_sockets(0, host), True


async def _keep_saving(network: Network, state: Path) -> None:
    saved = -1
    pause_s = SAVE_PAUSE_S
    while True:
        await asyncio.sleep(pause_s)
        mark = network.changes + network.request_count
        if mark == saved:
            continue
        started = time.monotonic()
        try:
            save_network(network, state, closing=False)
        except OSError as error:
            _log.warning("state_not_saved", path=str(state), error=str(error))
        saved = mark
        pause_s = max(SAVE_PAUSE_S, SAVE_SHARE * (time.monotonic() - started))
