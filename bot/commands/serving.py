"""`byline run` and `byline playground`: the bot itself."""

import asyncio
import errno
import os
import sys
from typing import Annotated

import typer

from bot.commands import options
from bot.commands.output import complain
from bot.commands.running import load
from bot.duty import Duty
from bot.settings import PlaygroundMode, Settings
from news.errors import BadRequest

PORT_ERRORS = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES})
NO_TOKEN = (
    "No token: BYLINE_TELEGRAM_TOKEN is not set.",
    "To get one, write /newbot to https://t.me/BotFather and put what it answers into BYLINE_TELEGRAM_TOKEN.",
)


def run(
    role: Annotated[
        Duty, typer.Option("--role", help="On PostgreSQL a process may be one part of the bot, beside others.")
    ] = Duty.ALL,
    database: options.Database = None,
) -> None:
    """Run the bot; without a token, on the playground: a chat page on this machine with sample news."""
    settings = load(database)
    if settings.telegram_token is not None or role is not Duty.ALL:
        if settings.telegram_token is None and role.speaks:
            raise BadRequest(f"--role {role.value} speaks to Telegram: set BYLINE_TELEGRAM_TOKEN.", code="no_token")
        _serve(settings, role)
        return
    for line in NO_TOKEN:
        complain(line)
    if settings.playground is PlaygroundMode.NEVER:
        raise BadRequest("Without a token there is nothing to run (BYLINE_PLAYGROUND=never).", code="no_token")
    _play(settings)


def playground(
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port of the page; 0: any.")] = None,
    bare: Annotated[bool, typer.Option("--bare", help="The server alone: no bot, no news, no rate limits.")] = False,
    database: options.Database = None,
) -> None:
    """Telegram on this machine: a chat page with the bot attached and sample news loaded."""
    settings = load(database, playground_port=port)
    if bare:
        command = [sys.executable, "-m", "playground", "--bare", "--port", str(settings.playground_port)]
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter; signals reach the server itself
    _play(settings)


def _serve(settings: Settings, duty: Duty) -> None:
    from bot.app import serve  # noqa: PLC0415 - `byline --help` imports no database and no model

    try:
        asyncio.run(serve(settings, duty))
    except OSError as error:
        if error.filename is not None or error.errno not in PORT_ERRORS:
            raise
        ports = {"BYLINE_HEALTH_PORT": settings.health_port}
        if settings.webhook_url is not None:
            ports["BYLINE_WEBHOOK_PORT"] = settings.webhook_port
        named = " or ".join(f"{name}={port}" for name, port in ports.items() if port is not None)
        raise BadRequest(f"{named} cannot be listened on: {error.strerror}.", code="port_unusable") from error


def _play(settings: Settings) -> None:
    from bot.app import play  # noqa: PLC0415 - as above

    asyncio.run(play(settings))
