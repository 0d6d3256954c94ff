"""From a method's name to its answer.

`perform` never raises for what a bot did wrong: a refusal comes back as a Reply with the server's words. A method
that the manual knows and this server does not emulate says so with 501, which no real server answers.
"""

import inspect
import json
import time
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from playground import (
    methods_chats,
    methods_editing,
    methods_profile,
    methods_queries,
    methods_sending,
    methods_updates,
)
from playground.access import Call, Method, Raw
from playground.errors import ApiError
from playground.methods_updates import Said

METHODS: Final[dict[str, Method]] = {
    **methods_chats.METHODS,
    **methods_editing.METHODS,
    **methods_profile.METHODS,
    **methods_queries.METHODS,
    **methods_sending.METHODS,
    **methods_updates.METHODS,
}
_MANUAL: Final = {
    line.lower(): line
    for line in resources.files("playground").joinpath("bot_api_methods.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: the HTTP status, the JSON body, and the seconds of a Retry-After header."""

    status: int
    body: str
    retry_after_s: int = 0
    description: str = ""


def error_reply(error: ApiError) -> Reply:
    """The body of a refusal."""
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    wait_s = error.parameters.get("retry_after", 0)
    return Reply(error.code, json.dumps(body), wait_s if isinstance(wait_s, int) else 0, error.description)


def spelled(method: str) -> str:
    """A method's name as the manual spells it."""
    return _MANUAL.get(method, method)


async def perform(call: Call, method: str) -> Reply:
    """Runs a method by its lower-cased name."""
    started = time.perf_counter()
    reply = await _reply(call, method)
    parameters = call.parameters
    call.network.log_request(
        {
            "at": call.network.clock(),
            "bot_id": call.bot.id,
            "method": spelled(method),
            "params": parameters.values,
            "files": {name: len(upload.content) for name, upload in parameters.files.items()},
            "status": reply.status,
            "ok": reply.status == 200,
            "description": reply.description,
            "seconds": round(time.perf_counter() - started, 6),
        }
    )
    return reply


async def _reply(call: Call, method: str) -> Reply:
    run = METHODS.get(method)
    if run is None and method in _MANUAL:
        return error_reply(ApiError(501, f"Not Implemented: the playground does not emulate {spelled(method)}"))
    if run is None:
        return error_reply(ApiError(404, "Not Found: method not found"))
    try:
        result = run(call)
        if inspect.isawaitable(result):
            result = await result
    except ApiError as error:
        return error_reply(error)
    if isinstance(result, Raw):
        return Reply(200, f'{{"ok":true,"result":{result.text}}}')
    if isinstance(result, Said):
        return Reply(200, json.dumps({"ok": True, "result": True, "description": result.description}))
    return Reply(200, f'{{"ok":true,"result":{json.dumps(result, ensure_ascii=False)}}}')
