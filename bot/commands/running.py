"""How a command gets its services: settings are read, logs set up, the database opened, and all is closed again."""

import asyncio
from collections.abc import Awaitable, Callable

import typer

from bot import settings as setting
from bot.services import Services
from bot.settings import Settings


def load(database: str | None) -> Settings:
    """The settings with the database that was named on the command line."""
    return setting.load(database_url=database)


def with_services(work: Callable[[Services], Awaitable[bool | None]], *, database: str | None = None) -> None:
    """Run the work; where it returns False something was refused that has been said on stderr: exit 1."""
    settings = load(database)
    if asyncio.run(_run(settings, work)) is False:
        raise typer.Exit(1)


async def _run(settings: Settings, work: Callable[[Services], Awaitable[bool | None]]) -> bool | None:
    from bot.app import open_services  # noqa: PLC0415 - `byline --help` imports no database and no model

    async with open_services(settings) as services:
        return await work(services)
