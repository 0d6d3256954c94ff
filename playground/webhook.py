"""Delivery of updates to a bot's webhook.

Updates of one chat go in order, those of different chats side by side, up to `max_connections`. Every answer that is
no 2xx is retried, 4xx too: after 1 s at first, then doubling to about a minute, or after the answer's Retry-After,
until the update expires. A method in a 2xx answer is executed, its result discarded.
Source: WebhookActor.cpp `on_update_error`, `send_update`, `handle`.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

from playground.network import Network
from playground.state import Bot
from playground.updates import Update

FIRST_DELAY_S: Final = 1.0
LONGEST_DELAY_S: Final = 60.0
LONGEST_RETRY_AFTER_S: Final = 3600.0
REQUEST_TIMEOUT_S: Final = 60.0
NOT_EXECUTED: Final = frozenset({"deletewebhook", "setwebhook", "close", "logout"})

_log = structlog.get_logger()

Execute = Callable[[Bot, str, dict[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class Attempt:
    """What is known of an update that failed."""

    delay_s: float = FIRST_DELAY_S
    ready_at: float = 0.0


@dataclass(slots=True)
class Courier:
    """Delivers one bot's updates while it has a webhook."""

    network: Network
    bot: Bot
    client: AsyncHTTPClient
    execute: Execute
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _attempts: dict[int, Attempt] = field(default_factory=dict)
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Goes on until cancelled."""
        try:
            while True:
                self.wake.clear()
                wait_s = self._start_ready() if self.bot.webhook.url else None
                try:
                    async with asyncio.timeout(wait_s):
                        await self.wake.wait()
                except TimeoutError:
                    continue
        finally:
            for task in self._busy.values():
                task.cancel()

    def _start_ready(self) -> float | None:
        """Starts what may start; the seconds until the next retry, None where there is none."""
        queue = self.network.queue(self.bot)
        queue.expire()
        now = time.monotonic()
        seen: set[int] = set()
        soonest: float | None = None
        for update in list(queue.pending.values()):
            if len(self._busy) >= self.bot.webhook.max_connections:
                break
            if update.lane in seen or update.lane in self._busy:
                continue
            seen.add(update.lane)
            ready_at = self._attempts.get(update.id, Attempt()).ready_at
            if ready_at > now:
                soonest = ready_at - now if soonest is None else min(soonest, ready_at - now)
                continue
            self._busy[update.lane] = asyncio.create_task(self._deliver(update))
        return soonest

    async def _deliver(self, update: Update) -> None:
        url = self.bot.webhook.url
        try:
            response = await self._send(update)
        except OSError as error:
            self._failed(update, f"Connection failed: {error}", 0.0)
        else:
            if 200 <= response.code <= 299:
                self._attempts.pop(update.id, None)
                if self.bot.webhook.url == url:
                    self.network.queue(self.bot).drop(update.id)
                await self._run_answer(response)
            elif response.code == 599:
                self._failed(update, f"Connection failed: {response.error}", 0.0)
            else:
                words = f"Wrong response from the webhook: {response.code} {response.reason}"
                self._failed(update, words, _retry_after_s(response))
        finally:
            self._busy.pop(update.lane, None)
            self.wake.set()

    async def _send(self, update: Update) -> HTTPResponse:
        webhook = self.bot.webhook
        headers = {"Content-Type": "application/json"}
        if webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret_token
        request = HTTPRequest(
            webhook.url,
            method="POST",
            headers=headers,
            body=update.encoded(),
            request_timeout=REQUEST_TIMEOUT_S,
            follow_redirects=False,
            validate_cert=False,
        )
        return await self.client.fetch(request, raise_error=False)

    def _failed(self, update: Update, words: str, retry_after_s: float) -> None:
        attempt = self._attempts.setdefault(update.id, Attempt())
        wait_s = min(retry_after_s, LONGEST_RETRY_AFTER_S) or attempt.delay_s
        attempt.ready_at = time.monotonic() + wait_s
        attempt.delay_s = min(LONGEST_DELAY_S, attempt.delay_s * 2)
        self.bot.webhook.last_error_at = self.network.now()
        self.bot.webhook.last_error = words
        _log.info("webhook_failed", update_id=update.id, error=words, wait_s=wait_s)

    async def _run_answer(self, response: HTTPResponse) -> None:
        try:
            answer = json.loads(response.body or b"null")
        except ValueError:
            return
        method = str(answer.get("method", "")).lower() if isinstance(answer, dict) else ""
        if method and method not in NOT_EXECUTED and not method.startswith("get"):
            await self.execute(self.bot, method, {n: v for n, v in answer.items() if n != "method"})


def _retry_after_s(response: HTTPResponse) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0


class Couriers:
    """The couriers of all bots; `wake` is called whenever a bot's queue or webhook changes."""

    def __init__(self, network: Network, execute: Execute) -> None:
        self._network = network
        self._execute = execute
        self._client = AsyncHTTPClient(force_instance=True, defaults={"connect_timeout": 5.0})
        self._running: dict[int, tuple[Courier, asyncio.Task[None]]] = {}
        network.on_update = self.wake

    def wake(self, bot: Bot) -> None:
        if bot.id in self._running:
            self._running[bot.id][0].wake.set()
        elif bot.webhook.url:
            courier = Courier(self._network, bot, self._client, self._execute)
            self._running[bot.id] = courier, asyncio.get_running_loop().create_task(courier.run())

    async def close(self) -> None:
        for _, task in self._running.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in self._running.values()), return_exceptions=True)
        self._client.close()
