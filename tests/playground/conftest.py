"""A server on loopback for each test, and a client that plays both the bot and the people."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from playground.serving import Options, serve

TOKEN = "100001:PLAYGROUND"


@dataclass(slots=True)
class Loopback:
    """A bot and its people on one server."""

    origin: str
    http: AsyncHTTPClient

    async def fetch(self, path: str, body: Any = None, method: str = "", **headers: str) -> HTTPResponse:
        raw = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        kind = {} if isinstance(body, (str, bytes)) or body is None else {"Content-Type": "application/json"}
        return await self.http.fetch(
            self.origin + path,
            method=method or ("GET" if raw is None else "POST"),
            body=raw,
            headers={**kind, **headers},
            allow_nonstandard_methods=True,
            request_timeout=30,
            raise_error=False,
        )

    async def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """The whole answer of a method."""
        answer: dict[str, Any] = json.loads((await self.fetch(f"/bot{TOKEN}/{method}", params)).body)
        return answer

    async def api(self, method: str, /, **params: Any) -> Any:
        """The result of a method that must succeed."""
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, /, **params: Any) -> tuple[int, str]:
        """The code and words of a method that must be refused."""
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return answer["error_code"], answer["description"]

    async def ctl(self, path: str, body: Any = None, method: str = "") -> Any:
        response = await self.fetch(f"/_control/{path}", body, method)
        assert response.code == 200, response.body
        return json.loads(response.body)

    async def person(self, name: str = "Ann") -> int:
        """A person with a private chat with the bot; the chat has the same id."""
        user: int = (await self.ctl("users", {"first_name": name, "username": name.lower()}))["id"]
        await self.ctl("chats", {"type": "private", "users": [user], "bot": True})
        return user

    async def group(self, user: int, kind: str = "supergroup", **more: Any) -> int:
        made: int = (await self.ctl("chats", {"type": kind, "title": "G", "users": [user], "bot": True, **more}))["id"]
        return made

    async def promote(self, chat: int, user: int) -> None:
        await self.ctl(f"chats/{chat}/members", {"user": "bot", "status": "administrator", "by": user})

    async def say(self, chat: int, user: int, text: str, **more: Any) -> dict[str, Any]:
        said: dict[str, Any] = await self.ctl(f"chats/{chat}/messages", {"user": user, "text": text, **more})
        return said

    async def bot_messages(self, chat: int, wanted: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The bot's messages in a chat, once they are as wanted."""
        for _ in range(600):
            found: list[dict[str, Any]] = (await self.ctl(f"chats/{chat}/messages?scope=bot"))["messages"]
            if wanted(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError("the bot's messages did not come as wanted")

    async def updates(self) -> list[dict[str, Any]]:
        """What came since the last call; does not wait where nothing came."""
        if not (await self.api("getWebhookInfo"))["pending_update_count"]:
            return []
        found: list[dict[str, Any]] = await self.api("getUpdates")
        await self.api("deleteWebhook", drop_pending_updates=True)
        return found


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    async with serve(Options(bare=True)) as ready:
        http = AsyncHTTPClient(force_instance=True)
        client = Loopback(ready["origin"], http)
        await client.ctl("bots", {"token": TOKEN, "username": "probe_bot", "first_name": "Probe"})
        yield client
        http.close()
