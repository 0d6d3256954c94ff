"""The Bot API over HTTP: decoding of requests, faults, latency, answers, file downloads.

`/bot<token>/<method>` by GET or POST with query, form, JSON or multipart; `/file/bot<token>/<path>`.
Source: HttpConnection.cpp, ClientManager.cpp (tokens), Query.cpp (errors).
"""

import asyncio
import json
import socket
import struct
from typing import Any
from urllib.parse import unquote

from tornado.web import Application, RequestHandler

from playground.access import Call
from playground.dispatch import Reply, error_reply, perform, spelled
from playground.errors import ApiError, too_many_requests
from playground.faults import Fault
from playground.files import StoredFile
from playground.network import Network
from playground.parameters import Parameters, Upload, parameters_from_json
from playground.state import Bot

MAX_REQUEST_BYTES = 64 * 1024 * 1024
MAX_UNSENT = 310  # Client.h MAX_CONCURRENTLY_SENT_CHAT_MESSAGES: messages to one chat that are not yet sent
CROWDED_PAUSE_S = 3.0  # Client.cpp fail_query_flood_limit_exceeded: the refusal comes after 3 s
CROWDED_WAIT_S = 60  # and asks for a minute
SILENCE_S = 120.0  # how long `no_answer` holds a connection that the client does not close
PROXY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def bot_of_token(network: Network, quoted: str) -> Bot:
    """The bot of a token from a path; raises 401 as ClientManager does."""
    token = unquote(quoted)
    if token.startswith("0") or len(token) > 80 or ":" not in token or not token.partition(":")[0].isdigit():
        raise ApiError(401, "Unauthorized: invalid token specified")
    bot = network.world.bot_by_token(token)
    if bot is None:
        raise ApiError(401, "Unauthorized")
    return bot


class BotHandler(RequestHandler):
    """One method call."""

    network: Network
    _task: asyncio.Task[Reply] | None = None

    def initialize(self, network: Network) -> None:
        self.network = network

    async def get(self, token: str, method: str) -> None:
        await self._serve(token, method)

    async def post(self, token: str, method: str) -> None:
        await self._serve(token, method)

    async def _serve(self, token: str, method: str) -> None:
        name = unquote(method).lower()
        try:
            bot = bot_of_token(self.network, token)
            parameters = self._parameters()
        except ApiError as error:
            self._answer(error_reply(error))
            return
        if self.network.latency_ms and not await self._stand_in_line(name, parameters.text("chat_id")):
            self._answer(error_reply(too_many_requests(CROWDED_WAIT_S)))
            return
        call = Call(self.network, bot, parameters)
        fault = self.network.faults.take(name, parameters.text("chat_id"))
        if fault is None:
            self._answer(await self._perform(call, name))
        else:
            await self._meet(fault, call, name)

    async def _stand_in_line(self, name: str, chat_id: str) -> bool:
        """Waits for the latency; false where too many messages to the chat are waiting already."""
        waiting = self.network.unsent
        if name.startswith("send") and waiting[chat_id] >= MAX_UNSENT:
            await asyncio.sleep(CROWDED_PAUSE_S)
            return False
        waiting[chat_id] += 1
        try:
            await asyncio.sleep(self.network.latency_ms / 1000)
        finally:
            waiting[chat_id] -= 1
        return True

    async def _perform(self, call: Call, name: str) -> Reply:
        """Runs the method in a task of its own, so that a closed connection can end a long poll."""
        if name != "getupdates":
            return await perform(call, name)
        self._task = asyncio.create_task(perform(call, name))
        return await self._task

    async def _meet(self, fault: Fault, call: Call, name: str) -> None:
        if fault.kind == "refuse":
            self._reset()
            return
        if fault.kind == "html":
            self.set_status(fault.error_code if fault.error_code != 500 else 502)
            self.set_header("Content-Type", "text/html")
            await self.finish(PROXY_PAGE)
            return
        if fault.kind == "repeat" and name == "getupdates":
            self._answer(Reply(200, f'{{"ok":true,"result":{self.network.queue(call.bot).last_batch}}}'))
            return
        if fault.kind == "answer":
            reply = error_reply(ApiError(fault.error_code, fault.description, fault.parameters))
            entry = {"at": self.network.clock(), "bot_id": call.bot.id, "method": spelled(name), "fault": fault.kind}
            entry |= {"params": call.parameters.values, "status": reply.status, "ok": False}
            self.network.log_request(entry | {"description": fault.description})
            self._answer(reply)
            return
        reply = await self._perform(call, name)
        if fault.kind == "truncated":
            self._answer(Reply(reply.status, reply.body[: len(reply.body) // 2]))
            return
        await self._stay_silent()

    async def _stay_silent(self) -> None:
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_connection_close = lambda: None if closed.done() else closed.set_result(None)  # type: ignore[method-assign] # a handler lives for one request
        try:
            async with asyncio.timeout(SILENCE_S):
                await closed
        except TimeoutError:
            self._reset()

    def _reset(self) -> None:
        """Ends the connection with a TCP reset, as a server that went away."""
        stream = self.detach()
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()

    def on_connection_close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _answer(self, reply: Reply) -> None:
        self.set_status(reply.status)
        self.set_header("Content-Type", "application/json")
        if reply.retry_after_s:
            self.set_header("Retry-After", str(reply.retry_after_s))
        self.finish(reply.body)

    def _parameters(self) -> Parameters:
        request = self.request
        values = {name: found[-1].decode(errors="replace") for name, found in request.query_arguments.items()}
        files: dict[str, Upload] = {}
        kind = request.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            values |= _from_json(request.body)
        else:
            values |= {name: found[-1].decode(errors="replace") for name, found in request.body_arguments.items()}
            for name, found in request.files.items():
                upload = found[-1]
                files[name] = Upload(upload.filename, upload.body, upload.content_type)
        return Parameters(values, files)

    def compute_etag(self) -> str | None:
        return None

    def log_exception(self, *details: Any) -> None:
        if not (details and details[0] is asyncio.CancelledError):
            super().log_exception(*details)


def _from_json(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        decoded = json.loads(body)
    except ValueError as error:
        raise ApiError(400, "Bad Request: can't parse the request body as JSON") from error
    return parameters_from_json(decoded)


class FileHandler(RequestHandler):
    """A download by the path that getFile answered."""

    network: Network

    def initialize(self, network: Network) -> None:
        self.network = network

    def get(self, token: str, path: str) -> None:
        try:
            stored = self._stored(token, path)
        except ApiError as error:
            reply = error_reply(error)
            self.set_status(reply.status)
            self.set_header("Content-Type", "application/json")
            self.finish(reply.body)
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(self.network.files.content(stored))

    def _stored(self, token: str, path: str) -> StoredFile:
        bot_of_token(self.network, token)
        stored = self.network.files.by_path(unquote(path))
        if stored is None:
            raise ApiError(404, "Not Found")
        return stored


class UnknownHandler(RequestHandler):
    """Everything else, answered as the real server does."""

    def prepare(self) -> None:
        self.set_status(404)
        self.set_header("Content-Type", "application/json")
        self.finish('{"ok":false,"error_code":404,"description":"Not Found"}')


async def execute(network: Network, bot: Bot, method: str, arguments: dict[str, Any]) -> None:
    """Runs a method that came in the answer of a webhook."""
    await perform(Call(network, bot, Parameters(parameters_from_json(arguments), {})), method)


def bot_routes(network: Network) -> list[Any]:
    """The routes of the Bot API."""
    return [
        (r"/bot([^/]+)/([^/]*)", BotHandler, {"network": network}),
        (r"/file/bot([^/]+)/(.+)", FileHandler, {"network": network}),
    ]


def application(routes: list[Any]) -> Application:
    """The web application of the given routes."""
    return Application(routes, default_handler_class=UnknownHandler, log_function=lambda _: None)
