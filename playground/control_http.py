"""The control plane over HTTP: routes, reading, events, and who may call.

Only this machine's own pages and programs may: a request whose Host is not loopback (a rebound name) or whose Origin
is another site is refused, unless the server was told to listen elsewhere.
"""

import asyncio
import json
from typing import Any, Final
from urllib.parse import urlsplit

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from playground import control
from playground.methods_profile import commands_for
from playground.network import Network
from playground.objects import bot_object, chat_object, user_object
from playground.people import set_topic, the_bot
from playground.state import Chat, Message

Json = dict[str, Any]

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
KEEP_ALIVE_S: Final = 15.0
INLINE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PICTURES: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


class LocalHandler(RequestHandler):
    """A handler for this machine's own pages and programs."""

    network: Network
    ready: Json
    is_open: bool

    def initialize(self, network: Network, ready: Json, *, is_open: bool) -> None:
        self.network = network
        self.ready = ready
        self.is_open = is_open

    def prepare(self) -> None:
        host = urlsplit(f"//{self.request.host}").hostname or ""
        if not self.is_open and host not in LOOPBACK_NAMES:
            raise HTTPError(403, reason="only loopback")
        origin = self.request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.request.host:
            raise HTTPError(403, reason="another site")

    def compute_etag(self) -> str | None:
        return None

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ARG002 # tornado's signature
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"error": self._reason}))

    def reply(self, answer: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(answer, ensure_ascii=False))

    def refuse(self, error: Exception) -> None:
        words = f"missing {error}" if isinstance(error, KeyError) else str(error)
        self.set_status(400)
        self.reply({"error": words})

    def the_chat(self, chat_id: str) -> Chat:
        chat = self.network.chat(int(chat_id))
        if chat is None:
            raise HTTPError(404, reason=f"there is no chat {chat_id}")
        return chat


class OrderHandler(LocalHandler):
    """Orders that are about no chat."""

    def post(self, name: str) -> None:
        self._obey("POST", name)

    def delete(self, name: str) -> None:
        self._obey("DELETE", name)

    def _obey(self, verb: str, name: str) -> None:
        order = control.ORDERS.get((verb, name))
        if order is None:
            raise HTTPError(404, reason=f"there is no {verb} {name}")
        try:
            self.reply(order(self.network, control.decoded(self.request.body)))
        except control.REFUSALS as error:
            self.refuse(error)

    def get(self, name: str) -> None:
        reading = {"overview": self._overview, "ready": lambda: self.ready, "requests": self._requests}
        if name not in reading:
            raise HTTPError(404, reason=f"there is no GET {name}")
        self.reply(reading[name]())

    def _requests(self) -> Json:
        method = self.get_query_argument("method", "").lower()
        after = int(self.get_query_argument("after", "0"))
        requests = self.network.requests
        skipped = max(0, len(requests) - (self.network.request_count - after))
        found = [
            entry
            for place, entry in enumerate(requests)
            if place >= skipped and entry["n"] > after and (not method or entry["method"].lower() == method)
        ]
        return {"requests": found}

    def _overview(self) -> Json:
        world = self.network.world
        chats = []
        for chat in world.chats.values():
            last = next(reversed(chat.messages.values()), None)
            chats.append(
                chat_object(world, chat)
                | {
                    "members": {str(account): status for account, status in chat.members.items()},
                    "blocked": chat.blocked,
                    "topics": [
                        {"id": topic.id, "name": topic.name, "is_closed": topic.is_closed}
                        for topic in chat.topics.values()
                        if not topic.is_deleted
                    ],
                    "last": last.body if last else None,
                }
            )
        return {
            "users": [user_object(user) for user in world.users.values()],
            "bots": [bot_object(bot) | {"description": bot.descriptions.get("", "")} for bot in world.bots.values()],
            "chats": chats,
            "admin": world.admin_id,
        }


class ChatHandler(LocalHandler):
    """Orders and readings of one chat."""

    def post(self, chat_id: str, name: str) -> None:
        self._obey("POST", chat_id, name)

    def delete(self, chat_id: str, name: str) -> None:
        self._obey("DELETE", chat_id, name)

    def _obey(self, verb: str, chat_id: str, name: str) -> None:
        chat = self.the_chat(chat_id)
        try:
            body = control.decoded(self.request.body)
            order = control.CHAT_ORDERS.get((verb, name))
            first, _, number = name.partition("/")
            if order is not None:
                answer = order(self.network, chat, body)
            elif first == "topics" and verb == "POST":
                answer = {"id": set_topic(self.network, chat, int(number), body).id}
            elif first == "messages" and verb == "POST":
                answer = control.rewrite(self.network, chat, int(number), body)
            elif first == "messages":
                answer = control.erase(self.network, chat, int(number))
            else:
                raise HTTPError(404, reason=f"there is no {verb} {name}")
        except control.REFUSALS as error:
            self.refuse(error)
        else:
            self.reply(answer)

    def get(self, chat_id: str, name: str) -> None:
        chat = self.the_chat(chat_id)
        if name == "messages":
            self.reply({"messages": self._messages(chat)})
        elif name == "commands":
            bots = list(self.network.world.bots_in(chat))
            bot = bots[0] if bots else the_bot(self.network)
            user = int(self.get_query_argument("user", "0"))
            self.reply({"commands": commands_for(self.network, bot, chat, user)})
        else:
            raise HTTPError(404, reason=f"there is no {name}")

    def _messages(self, chat: Chat) -> list[Json]:
        scope = self.get_query_argument("scope", "all")
        after = int(self.get_query_argument("after", "0"))
        limit = int(self.get_query_argument("limit", "0"))
        shows_reactions = self.get_query_argument("reactions", "") == "1"
        bots = self.network.world.bots
        found = [
            message
            for number, message in chat.messages.items()
            if number > after and (scope != "bot" or message.author in bots)
        ]
        chosen = found[-limit:] if limit else found
        return [_with_reactions(message) if shows_reactions else message.body for message in chosen]


def _with_reactions(message: Message) -> Json:
    return message.body | {"_reactions": {str(who): emoji for who, emoji in message.reactions.items() if emoji}}


class UserHandler(LocalHandler):
    """One person."""

    def post(self, user_id: str) -> None:
        try:
            self.reply(control.set_user(self.network, control.decoded(self.request.body), int(user_id)))
        except control.REFUSALS as error:
            self.refuse(error)


class QueryHandler(LocalHandler):
    """What became of a press or an inline query."""

    def get(self, kind: str, query_id: str) -> None:
        known = self.network.presses if kind == "callbacks" else self.network.inline_queries
        found = known.get(query_id)
        if found is None:
            raise HTTPError(404, reason=f"there is no query {query_id}")
        self.reply({"answer": found.answer})


class StoredFileHandler(LocalHandler):
    """The bytes of a file; pictures are shown, everything else is downloaded."""

    def get(self, file_id: str) -> None:
        stored = self.network.files.get(file_id)
        if stored is None:
            raise HTTPError(404, reason="there is no such file")
        content = self.network.files.content(stored)
        kind = next((kind for magic, kind in PICTURES if content.startswith(magic)), "application/octet-stream")
        self.set_header("Content-Type", kind)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        if kind not in INLINE_TYPES or stored.kind == "document":
            self.set_header("Content-Disposition", "attachment")
        self.finish(content)


class EventsHandler(LocalHandler):
    """Server-sent events for the page."""

    _listener: asyncio.Queue[str] | None = None

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        listener: asyncio.Queue[str] = asyncio.Queue()
        self._listener = listener
        self.network.listeners.add(listener)
        try:
            self.write(": hello\n\n")
            await self.flush()
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE_S):
                        event = await listener.get()
                except TimeoutError:
                    self.write(": still here\n\n")
                else:
                    if not event:
                        return
                    self.write(f"data: {event}\n\n")
                await self.flush()
        except StreamClosedError:
            return
        finally:
            self.network.listeners.discard(listener)

    def on_connection_close(self) -> None:
        if self._listener is not None:
            self.network.listeners.discard(self._listener)
            self._listener.put_nowait("")


def control_routes(network: Network, ready: Json, *, is_open: bool) -> list[Any]:
    """The routes of the control plane; `ready` is what `/_control/ready` answers."""
    options = {"network": network, "ready": ready, "is_open": is_open}
    return [
        (r"/_control/events", EventsHandler, options),
        (r"/_control/files/([A-Za-z0-9_-]+)", StoredFileHandler, options),
        (r"/_control/(callbacks|inline)/(\d+)", QueryHandler, options),
        (r"/_control/users/(\d+)", UserHandler, options),
        (r"/_control/chats/(-?\d+)/([a-z]+(?:/\d+)?)", ChatHandler, options),
        (r"/_control/([a-z]+)", OrderHandler, options),
    ]
