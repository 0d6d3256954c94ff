import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler


@dataclass
class Hook:
    """A bot's own server: what it got, and what it answers next."""

    url: str = ""
    got: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    async def wait(self, count: int) -> None:
        for _ in range(400):
            if len(self.got) >= count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{len(self.got)} deliveries, not {count}")


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()

    class Handler(RequestHandler):
        def post(self) -> None:
            made.got.append((self.request.headers, json.loads(self.request.body)))
            status, headers, body = made.answers.pop(0) if made.answers else (200, {}, "")
            self.set_status(status)
            for name, value in headers.items():
                self.set_header(name, value)
            self.finish(body)

    server = HTTPServer(Application([("/hook", Handler)], log_function=lambda _: None))
    (socket,) = bind_sockets(0, "127.0.0.1")
    server.add_sockets([socket])
    made.url = f"http://127.0.0.1:{socket.getsockname()[1]}/hook"
    yield made
    server.stop()
    await server.close_all_connections()


async def test_updates_are_delivered_with_the_secret(loopback: Any, hook: Hook) -> None:
    ann = await loopback.person()
    answer = await loopback.call("setWebhook", url=hook.url, secret_token="s3cret_-")
    assert (answer["result"], answer["description"]) == (True, "Webhook was set")
    await loopback.say(ann, ann, "a")
    await loopback.say(ann, ann, "b")
    await hook.wait(2)
    assert [body["message"]["text"] for _, body in hook.got] == ["a", "b"]
    assert hook.got[0][0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_-"
    info = await loopback.api("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)


async def test_every_failure_is_retried_in_order_and_told(loopback: Any, hook: Hook) -> None:
    ann = await loopback.person()
    hook.answers = [(500, {}, ""), (200, {}, "")]
    await loopback.api("setWebhook", url=hook.url)
    await loopback.say(ann, ann, "a")
    await loopback.say(ann, ann, "b")
    await hook.wait(3)
    assert [body["message"]["text"] for _, body in hook.got] == ["a", "a", "b"]
    info = await loopback.api("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")


async def test_a_4xx_is_retried_after_what_it_asks_for_and_others_do_not_wait(loopback: Any, hook: Hook) -> None:
    ann, bob = await loopback.person("Ann"), await loopback.person("Bob")
    hook.answers = [(403, {"Retry-After": "30"}, "")]
    await loopback.api("setWebhook", url=hook.url)
    await loopback.say(ann, ann, "a")
    await hook.wait(1)
    await loopback.say(bob, bob, "b")
    await hook.wait(2)
    await asyncio.sleep(0.2)
    assert [body["message"]["text"] for _, body in hook.got] == ["a", "b"]
    assert (await loopback.api("getWebhookInfo"))["pending_update_count"] == 1


async def test_a_method_in_the_answer_is_executed(loopback: Any, hook: Hook) -> None:
    ann = await loopback.person()
    hook.answers = [(200, {}, json.dumps({"method": "sendMessage", "chat_id": ann, "text": "by answer"}))]
    await loopback.api("setWebhook", url=hook.url)
    await loopback.say(ann, ann, "a")
    await hook.wait(1)
    found = await loopback.bot_messages(ann, bool)
    assert found[0]["text"] == "by answer"


async def test_a_webhook_ends_polling_and_its_setting_is_checked(loopback: Any, hook: Hook) -> None:
    poll = asyncio.create_task(loopback.call("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    assert await loopback.refused("setWebhook", url=hook.url, secret_token="no spaces!") == (
        400,
        "Bad Request: secret token contains unallowed characters",
    )
    assert (await loopback.call("setWebhook", url=hook.url))["error_code"] == 429
    await asyncio.sleep(1.05)
    await loopback.api("setWebhook", url=hook.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert (await loopback.call("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await loopback.call("deleteWebhook"))["description"] == "Webhook is already deleted"
    await asyncio.sleep(1.05)
    assert await loopback.refused("setWebhook", url="ftp://x") == (400, "Bad Request: invalid webhook URL specified")


async def test_polling_is_a_conflict_while_a_webhook_is_set(loopback: Any, hook: Hook) -> None:
    await loopback.api("setWebhook", url=hook.url)
    code, words = await loopback.refused("getUpdates")
    assert code == 409
    assert words.startswith("Conflict: can't use getUpdates method while webhook is active")
    await loopback.api("deleteWebhook")
