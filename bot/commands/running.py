"""How a command gets its services: settings are read, logs set up, the database opened, and all is closed again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import typer

from bot import log, sentry, settings as setting
from bot.services import Services
from bot.settings import LogFormat, Settings


def load(database: str | None, **options: object) -> Settings:
    """The settings with the database that was named on the command line, and logs as they say."""
    settings = setting.load(database_url=database, **options)
    given = [getattr(settings, name) for name in setting.secrets()]
    secrets = [secret.get_secret_value() for secret in given if secret is not None]
    log.configure(
        settings.log_level,
        as_json=None if settings.log_format is LogFormat.AUTO else settings.log_format is LogFormat.JSON,
        secrets=secrets,
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its steps are no events of ours
    if settings.sentry_dsn is not None:
        sentry.start(settings.sentry_dsn.get_secret_value(), secrets)
    return settings


def load_quiet(database: str | None) -> Settings:
    """For a command that ends by itself: its own words are enough, unless a log level was asked for."""
    settings = load(database)
    if "log_level" not in settings.model_fields_set:
        log.configure("WARNING")
    return settings


def with_services(work: Callable[[Services], Awaitable[bool | None]], *, database: str | None = None) -> None:
    """Run the work; where it returns False something was refused that has been said on stderr: exit 1."""
    settings = load_quiet(database)
    if asyncio.run(_run(settings, work)) is False:
        raise typer.Exit(1)


async def _run(settings: Settings, work: Callable[[Services], Awaitable[bool | None]]) -> bool | None:
    from bot.app import open_services  # noqa: PLC0415 - `byline --help` imports no database and no model

    async with open_services(settings) as services:
        return await work(services)
