"""`byline run` and `byline playground`: the bot itself."""

import asyncio
import subprocess
import sys
from typing import Annotated

import typer

from bot.commands import options
from bot.commands.output import complain
from bot.commands.running import load
from bot.settings import PlaygroundMode, Settings
from news.errors import BadRequest

NO_TOKEN = (
    "No token: BYLINE_TELEGRAM_TOKEN is not set.",
    "To get one, write /newbot to https://t.me/BotFather and put what it answers into BYLINE_TELEGRAM_TOKEN.",
)


def run(database: options.Database = None) -> None:
    """Run the bot; without a token, on the playground: a chat page on this machine with sample news."""
    settings = load(database)
    if settings.telegram_token is not None:
        _serve(settings)
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
        with subprocess.Popen(command) as child:  # noqa: S603 - our own interpreter and package
            try:
                code = child.wait()
            except KeyboardInterrupt:
                child.terminate()
                code = 0
        raise typer.Exit(code)
    _play(settings)


def _serve(settings: Settings) -> None:
    from bot.app import serve  # noqa: PLC0415 - `byline --help` imports no database and no model

    asyncio.run(serve(settings))


def _play(settings: Settings) -> None:
    from bot.app import play  # noqa: PLC0415 - as above

    asyncio.run(play(settings))
