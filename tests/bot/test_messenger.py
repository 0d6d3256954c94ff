"""Every way a request can end has one meaning, and what is in doubt is told from what certainly did not arrive."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.governor import Governor
from bot.limiter import GovernedLimiter, Turn
from bot.messenger import TelegramMessenger
from news.audience import Address, Attachment, Button, FileKind, OutMessage
from news.errors import (
    BrokenMessage,
    ChatGone,
    ChatMoved,
    DeliveryError,
    MessageGone,
    OutcomeUnknown,
    TopicClosed,
    TryLater,
)

# The library warns that its type of waits will change; both types are read.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

Answer = Callable[[httpx.Request], httpx.Response]
TOKEN = "123:abc"
MESSAGE = {"message_id": 41, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "x"}


def ok(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "result": MESSAGE})


def refuses(status: int, description: str, **parameters: int) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return lambda _: httpx.Response(status, json=body | ({"parameters": parameters} if parameters else {}))


def breaks(error: Exception) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


@asynccontextmanager
async def messenger(answer: Answer, governor: Governor | None = None) -> AsyncIterator[TelegramMessenger]:
    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
    limiter = GovernedLimiter(governor or Governor())
    bot: ExtBot[Turn] = ExtBot(TOKEN, request=request, get_updates_request=request, rate_limiter=limiter)
    await request.initialize()
    yield TelegramMessenger(bot, paced=True)
    await request.shutdown()


async def error_of(answer: Answer) -> DeliveryError:
    async with messenger(answer) as telegram:
        with pytest.raises(DeliveryError) as raised:
            await telegram.send(Address(1), OutMessage(html="x"))
    return raised.value


@pytest.mark.parametrize(
    ("status", "description", "code"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: user is deactivated", "deactivated"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "kicked"),
        (403, "Forbidden: bot was kicked from the channel chat", "kicked"),
        (403, "Forbidden: bot is not a member of the channel chat", "not_member"),
        (403, "Forbidden: the group chat was deleted", "deleted"),
        (403, "Forbidden: bot can't initiate conversation with a user", "blocked"),
        (403, "Forbidden: something that was never heard before", "no_rights"),
        (400, "Bad Request: chat not found", "not_found"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "no_rights"),
        (400, "Bad Request: need administrator rights in the channel chat", "no_rights"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "no_rights"),
    ],
)
async def test_a_chat_that_is_gone(status: int, description: str, code: str) -> None:
    error = await error_of(refuses(status, description))
    assert isinstance(error, ChatGone)
    assert error.code == code


@pytest.mark.parametrize("description", ["TOPIC_CLOSED", "message thread not found", "TOPIC_DELETED"])
async def test_a_topic_that_is_closed(description: str) -> None:
    assert isinstance(await error_of(refuses(400, f"Bad Request: {description}")), TopicClosed)


@pytest.mark.parametrize(
    "description",
    [
        "can't parse entities: Unexpected end tag at byte offset 3",
        "message is too long",
        "message text is empty",
        "BUTTON_DATA_INVALID",
        "inline keyboard button URL 'x' is invalid",
    ],
)
async def test_a_message_that_is_broken(description: str) -> None:
    assert isinstance(await error_of(refuses(400, f"Bad Request: {description}")), BrokenMessage)


async def test_a_group_that_moved() -> None:
    error = await error_of(refuses(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005))
    assert isinstance(error, ChatMoved)
    assert error.telegram_id == -1005


async def test_a_429_tells_its_wait_and_pauses_the_governor() -> None:
    governor = Governor()
    async with messenger(refuses(429, "Too Many Requests: retry after 17", retry_after=17), governor) as telegram:
        with pytest.raises(TryLater) as raised:
            await telegram.send(Address(1), OutMessage(html="x"))
    assert raised.value.retry_after == timedelta(seconds=17)
    assert governor.delay_s(1) == pytest.approx(17, abs=1)
    assert governor.refusals == 1


@pytest.mark.parametrize(
    ("answer", "whole_bot"),
    [
        (breaks(httpx.ConnectTimeout("t")), True),
        (breaks(httpx.ConnectError("refused")), True),
        (breaks(httpx.PoolTimeout("t")), True),
        (breaks(RuntimeError("Cannot send a request, as the client has been closed.")), True),
        (refuses(401, "Unauthorized"), True),
        (refuses(409, "Conflict: terminated by other getUpdates request"), True),
        (refuses(500, "Internal Server Error"), False),
        (refuses(502, "Bad Gateway"), False),
        (lambda _: httpx.Response(502, text="<html><h1>502 Bad Gateway</h1></html>"), False),
        (lambda _: httpx.Response(503, text=""), False),
    ],
)
async def test_what_certainly_did_not_arrive_may_be_tried_again(answer: Answer, whole_bot: bool) -> None:
    error = await error_of(answer)
    assert isinstance(error, TryLater)
    assert error.whole_bot is whole_bot
    assert error.retry_after > timedelta()


@pytest.mark.parametrize(
    "answer",
    [
        breaks(httpx.ReadTimeout("t")),
        breaks(httpx.WriteTimeout("t")),
        breaks(httpx.ReadError("reset")),
        breaks(httpx.WriteError("reset")),
        breaks(httpx.RemoteProtocolError("Server disconnected without sending a response.")),
        breaks(ValueError("never heard of")),
        lambda _: httpx.Response(200, text='{"ok": true, "result": {"mess'),
        lambda _: httpx.Response(504, text="<html>Gateway Timeout</html>"),
    ],
)
async def test_what_may_have_arrived_is_in_doubt(answer: Answer) -> None:
    assert isinstance(await error_of(answer), OutcomeUnknown)


def test_the_librarys_exceptions_are_those_the_table_was_made_for() -> None:
    assert issubclass(TimedOut, NetworkError)
    assert issubclass(NetworkError, TelegramError)


async def test_a_message_goes_out_as_it_is() -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, dict(httpx.QueryParams(request.content.decode()))))
        return ok(request)

    message = OutMessage(
        html="<b>x</b>", buttons=((Button("One", data="s:card:1"), Button("Site", url="https://e.com")),)
    )
    async with messenger(answer) as telegram:
        assert await telegram.send(Address(-5, 7), message) == 41
    [(path, fields)] = asked
    assert path == f"/bot{TOKEN}/sendMessage"
    assert fields["chat_id"] == "-5"
    assert fields["message_thread_id"] == "7"
    assert fields["parse_mode"] == "HTML"
    assert json.loads(fields["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(fields["reply_markup"])["inline_keyboard"] == [
        [{"text": "One", "callback_data": "s:card:1"}, {"text": "Site", "url": "https://e.com"}]
    ]


@pytest.mark.parametrize(("kind", "method"), [(FileKind.PHOTO, "sendPhoto"), (FileKind.DOCUMENT, "sendDocument")])
async def test_a_file_goes_with_its_caption(kind: FileKind, method: str) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return ok(request)

    message = OutMessage(html="<b>chart</b>", attachment=Attachment(kind=kind, name="chart.png", data=b"\x89PNG"))
    async with messenger(answer) as telegram:
        await telegram.send(Address(1), message)
    assert asked[0].url.path.endswith(method)
    assert b"<b>chart</b>" in asked[0].content
    assert b'filename="chart.png"' in asked[0].content


async def test_an_unchanged_message_is_no_error_and_another_fault_of_an_edit_is_one() -> None:
    async with messenger(refuses(400, "Bad Request: message is not modified: specified new …")) as telegram:
        await telegram.edit(Address(1), 41, OutMessage(html="x"))
    async with messenger(refuses(400, "Bad Request: message to edit not found")) as telegram:
        with pytest.raises(MessageGone):
            await telegram.edit(Address(1), 41, OutMessage(html="x"))
