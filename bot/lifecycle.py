"""The bot's life: the Telegram application is built, started and stopped; the sender, the ticks and the health port
beside it; SIGTERM and SIGINT end it in order (updates first, then what is under way to chats).

In: the services, and which part of the program this process is: all, the bot, or the sender. Raises BadRequest (`no_token`, `bad_token`). One failed poll with 401 ends the library's polling for
good while the process lives on: the last successful poll is watched, and silence ends the process with an error.
"""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Bot, Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot
from telegram.request import HTTPXRequest

from bot.access import Access
from bot.delivery import DeliveryLoop, Pace
from bot.desk import Desk
from bot.duty import Duty
from bot.governor import Governor, Rates
from bot.handlers.routes import Routes
from bot.health import POLL, POLL_WITHIN, SENDER, SENDER_WITHIN, Watch, WatchedRequest
from bot.limiter import GovernedLimiter, Turn
from bot.line import line
from bot.menu import set_menus
from bot.messenger import TelegramMessenger
from bot.metrics import read_by
from bot.notices import Notices
from bot.outcomes import Outcomes, Policy
from bot.process import SCHEDULER, common_clock, end, follow_zones, health, stop_on_signals
from bot.schedule import COMPOSE, Schedule, ticks
from bot.services import Services
from bot.settings import Settings
from bot.tenure import Tenure
from news.errors import BadRequest
from news.ports import Messenger

log = structlog.get_logger()

Beside = Callable[[Messenger], Awaitable[None]]
"""Work that goes on beside the bot from its start."""

UPDATES = [
    Update.MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.MESSAGE_REACTION,
    Update.MESSAGE_REACTION_COUNT,
]
POOL = 16  # connections; the library's cost of a request grows with their number
RETRY_S = 5.0
GROUP_PER_MINUTE = {Duty.ALL: 18, Duty.BOT: 12, Duty.SENDER: 6}  # of 20; replies and digests apart, each its own share
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Sending:
    """Everything that sends."""

    application: "Application[Any, Any, Any, Any, Any, Any]"
    delivery: DeliveryLoop
    replies: TelegramMessenger
    governor: Governor
    watch: Watch


def build(
    services: Services, now: Callable[[], datetime], lease_clock: Callable[[], datetime], duty: Duty = Duty.ALL
) -> Sending:
    """The Telegram application and the sender over one governor. The sender takes `now` for the present time."""
    settings = services.settings
    governor = Governor(
        Rates(overall_per_s=settings.messages_per_s, group_per_minute=GROUP_PER_MINUTE[duty]),
        None if duty is Duty.ALL else services.rate_store,
    )
    watch = Watch()
    application = (
        ApplicationBuilder()
        .token(_token(settings))
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(_request(settings, POOL))
        .get_updates_request(WatchedRequest(watch, connection_pool_size=1, httpx_kwargs=_trust(settings)))
        .rate_limiter(GovernedLimiter(governor))
        .job_queue(None)
        .build()
    )
    bot: ExtBot[Turn] = application.bot
    outcomes = Outcomes(services.open_unit, services.chats, Notices(services.open_unit, settings.admins), Policy(), now)
    messenger, pace = TelegramMessenger(bot, paced=True), Pace(lease_clock=lease_clock)
    delivery = DeliveryLoop(services.open_unit, messenger, governor, outcomes, now, pace)
    return Sending(application, delivery, TelegramMessenger(bot), governor, watch)


def _token(settings: Settings) -> str:
    if settings.telegram_token is None:
        raise BadRequest("BYLINE_TELEGRAM_TOKEN is not set: there is no bot to speak as.", code="no_token")
    return settings.telegram_token.get_secret_value()


def _request(settings: Settings, connections: int) -> HTTPXRequest:
    return HTTPXRequest(connection_pool_size=connections, httpx_kwargs=_trust(settings))


def _trust(settings: Settings) -> dict[str, Any]:
    """A proxy of the environment is for the world, not for a server on this machine."""
    return {"trust_env": urlsplit(settings.telegram_api_url).hostname not in LOOPBACK}


async def run(services: Services, beside: Beside | None = None, duty: Duty = Duty.ALL) -> None:
    """Run until SIGTERM or SIGINT. What goes on `beside` is cut off in the end; its rows say where it was."""
    now = await common_clock(services)
    sending = build(services, now, now, duty)
    stop = stop_on_signals()
    async with _connected(sending.application, stop):
        if stop.is_set():
            return
        if duty is not Duty.SENDER:
            await _receive(services, sending)
        tasks = [asyncio.create_task(now.run(stop))]
        if duty is Duty.BOT:
            tasks.append(asyncio.create_task(follow_zones(stop)))
        else:
            tasks += _send(sending, stop)
        if duty is Duty.ALL:
            schedule = Schedule(ticks(services, sending.delivery.wake.set), sending.watch, now)
            services.chats.promised = partial(schedule.hasten, COMPOSE)
            tasks.append(asyncio.create_task(Tenure(services.open_unit, SCHEDULER, now).run(stop, schedule.serve)))
        cut_off = [] if beside is None else [asyncio.ensure_future(beside(sending.replies))]
        outcomes = None if duty is Duty.BOT else sending.delivery.outcomes
        families = read_by(services.open_unit, outcomes, sending.governor, sending.watch, now)
        try:
            async with health(services, sending.watch, families):
                if duty is Duty.SENDER:
                    log.info("sender_started", username=sending.application.bot.username)
                    await sending.watch.guard(stop)
                else:
                    await _serve(sending, services.settings, stop)
        finally:
            stop.set()
            for task in cut_off:
                task.cancel()
            await end([*tasks, *cut_off])
    log.info("bot_stopped")


def _send(sending: Sending, stop: asyncio.Event) -> list[asyncio.Task[None]]:
    """The sender, watched."""
    sending.watch.expect(SENDER, SENDER_WITHIN, vital=True)
    sending.delivery.looked = partial(sending.watch.succeeded, SENDER)
    return [asyncio.create_task(sending.delivery.run(stop))]


async def _receive(services: Services, sending: Sending) -> None:
    """Have what people say handled, and show them the commands."""
    access = Access(services.settings, services.open_unit)
    desk = Desk(services, access, line(sending.application.bot, sending.replies, sending.delivery.wake.set))
    Routes(desk).register(sending.application)
    await _say_code(access, sending.application.bot)
    await set_menus(sending.application.bot, await access.owners())


@asynccontextmanager
async def _connected(
    application: "Application[Any, Any, Any, Any, Any, Any]", stop: asyncio.Event
) -> AsyncIterator[None]:
    """The application with its bot known; a server that does not answer yet is asked again."""
    while not stop.is_set():
        try:
            await application.initialize()
            break
        except InvalidToken as error:
            raise BadRequest("Telegram refuses the token in BYLINE_TELEGRAM_TOKEN.", code="bad_token") from error
        except NetworkError as error:
            log.warning("telegram_not_reached", error=str(error), again_in_s=RETRY_S)
            await _sleep(RETRY_S, stop)
    try:
        yield
    finally:
        await application.shutdown()


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def _serve(sending: Sending, settings: Settings, stop: asyncio.Event) -> None:
    application = sending.application
    updater = application.updater
    assert updater is not None
    await application.start()
    try:
        if settings.webhook_url is None:
            sending.watch.expect(POLL, POLL_WITHIN, vital=True)
            await updater.start_polling(allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=_poll_failed)
        else:
            await _start_webhook(updater, settings)
        log.info("bot_started", username=application.bot.username)
        await sending.watch.guard(stop)
    finally:
        if updater.running:
            await updater.stop()
        if application.running:
            await application.stop()


async def _start_webhook(updater: Any, settings: Settings) -> None:
    secret = settings.webhook_secret
    await updater.start_webhook(
        listen="0.0.0.0",  # noqa: S104 - behind the reverse proxy that webhook_url names
        port=settings.webhook_port,
        url_path=urlsplit(settings.webhook_url or "").path.lstrip("/"),
        webhook_url=settings.webhook_url,
        secret_token=secret.get_secret_value() if secret is not None else secrets.token_urlsafe(32),
        allowed_updates=UPDATES,
        bootstrap_retries=-1,
    )


def _poll_failed(error: TelegramError) -> None:
    log.warning("poll_failed", error=str(error))


async def _say_code(access: Access, bot: Bot) -> None:
    code = await access.code()
    if code is not None:
        sys.stderr.write(f"No admin yet. Send this to @{bot.username} to become its owner:\n  /start {code}\n")
        sys.stderr.flush()


async def dispatch(services: Services, at: datetime) -> Mapping[str, int]:
    """Send once, by hand, what is due at that time, which counts for the present; what became of it by outcome."""
    clock = await common_clock(services)
    ahead = at - clock()
    sending = build(services, lambda: clock() + ahead, clock, Duty.SENDER)
    async with sending.application.bot:
        report = await sending.delivery.dispatch()
    return {name: report.counts[name] for name in ("sent", "retried", "unknown", "failed", "dropped")}


async def check_telegram(settings: Settings) -> tuple[bool, str]:
    """Whether Telegram knows the token, and as whom."""
    if settings.telegram_token is None:
        return True, "no token: `byline run` starts the playground"
    try:
        async with Bot(
            _token(settings),
            base_url=f"{settings.telegram_api_url}/bot",
            request=_request(settings, 1),
            get_updates_request=_request(settings, 1),
        ) as bot:
            return True, f"@{bot.username} at {settings.telegram_api_url}"
    except TelegramError as error:
        return False, f"{settings.telegram_api_url}: {error}"
