import asyncio
import json
import uuid
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.iostream import StreamClosedError
from tornado.tcpclient import TCPClient

TOKEN = "100001:PLAYGROUND"


def multipart(fields: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (file_name, content) in files.items():
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(head.encode() + b"Content-Type: text/plain\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"


async def test_parameters_come_by_query_form_json_and_multipart(loopback: Any) -> None:
    ann = await loopback.person()
    path = f"/bot{TOKEN}/SENDmessage"
    by_query = await loopback.fetch(f"{path}?chat_id={ann}&text=via%20query")
    form = f"chat_id={ann}&text=%7B%22a%22%3A1%7D"
    by_form = await loopback.fetch(path, form, **{"Content-Type": "application/x-www-form-urlencoded"})
    by_json = await loopback.fetch(path, {"chat_id": ann, "text": "12345", "disable_notification": True})
    body, kind = multipart({"chat_id": ann, "text": "true"}, {})
    by_multipart = await loopback.fetch(path, body, **{"Content-Type": kind})
    texts = [json.loads(r.body)["result"]["text"] for r in (by_query, by_form, by_json, by_multipart)]
    assert texts == ["via query", '{"a":1}', "12345", "true"]


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/bot42:wrong/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        (f"/bot{TOKEN}/noSuchMethod", 404, "Not Found: method not found"),
        (f"/bot{TOKEN}/sendSticker", 501, "Not Implemented: the playground does not emulate sendSticker"),
        ("/nowhere", 404, "Not Found"),
        (f"/file/bot{TOKEN}/documents/none.txt", 404, "Not Found"),
        ("/file/bot1:x/documents/none.txt", 401, "Unauthorized"),
    ],
)
async def test_errors_carry_their_code_twice(loopback: Any, path: str, code: int, words: str) -> None:
    response = await loopback.fetch(path)
    assert response.code == code
    assert json.loads(response.body) == {"ok": False, "error_code": code, "description": words}


async def test_a_percent_encoded_token_is_understood(loopback: Any) -> None:
    response = await loopback.fetch("/bot100001%3APLAYGROUND/getMe")
    me = json.loads(response.body)["result"]
    assert (me["id"], me["is_bot"], me["username"]) == (100001, True, "probe_bot")


async def test_broken_json_is_refused(loopback: Any) -> None:
    for body in ("{", "[1]"):
        response = await loopback.fetch(f"/bot{TOKEN}/getMe", body, **{"Content-Type": "application/json"})
        assert response.code == 400


async def test_an_answer_fault_carries_its_parameters_and_header(loopback: Any) -> None:
    fault = {"method": "sendMessage", "kind": "answer", "error_code": 429, "times": 1}
    fault |= {"description": "Too Many Requests: retry after 3", "parameters": {"retry_after": 3}}
    await loopback.ctl("faults", fault)
    ann = await loopback.person()
    refused = await loopback.fetch(f"/bot{TOKEN}/sendMessage", {"chat_id": ann, "text": "x"})
    assert (refused.code, refused.headers["Retry-After"]) == (429, "3")
    assert json.loads(refused.body)["parameters"] == {"retry_after": 3}
    assert (await loopback.api("sendMessage", chat_id=ann, text="x"))["text"] == "x"


async def test_html_and_truncated_faults(loopback: Any) -> None:
    ann = await loopback.person()
    for kind in ("html", "truncated"):
        await loopback.ctl("faults", {"method": "sendMessage", "kind": kind, "times": 1, "chat_id": ann})
    page = await loopback.fetch(f"/bot{TOKEN}/sendMessage", {"chat_id": ann, "text": "never"})
    assert page.code == 502
    assert page.body.startswith(b"<html>")
    half = await loopback.fetch(f"/bot{TOKEN}/sendMessage", {"chat_id": ann, "text": "sent"})
    assert half.code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(half.body)
    sent = await loopback.ctl(f"chats/{ann}/messages?scope=bot")
    assert [message["text"] for message in sent["messages"]] == ["sent"]


async def test_refused_is_reset_before_and_no_answer_is_silent_after_it_is_done(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.ctl("faults", {"method": "sendMessage", "kind": "refuse", "times": 1})
    await loopback.ctl("faults", {"method": "*", "kind": "no_answer", "times": 1})
    host, port = loopback.origin.removeprefix("http://").split(":")

    async def raw(text: str) -> Any:
        stream = await TCPClient().connect(host, int(port))
        await stream.write(
            f"GET /bot{TOKEN}/sendMessage?chat_id={ann}&text={text} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        )
        return stream

    reset = await raw("reset")
    with pytest.raises(StreamClosedError):
        await asyncio.wait_for(reset.read_bytes(1, partial=True), 5)
    silent = await raw("silent")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(silent.read_bytes(1, partial=True), 0.5)
    silent.close()
    sent = await loopback.ctl(f"chats/{ann}/messages?scope=bot")
    assert [message["text"] for message in sent["messages"]] == ["silent"]


async def test_a_repeat_fault_delivers_what_was_confirmed_already(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.say(ann, ann, "once")
    first = await loopback.api("getUpdates")
    await loopback.api("deleteWebhook", drop_pending_updates=True)
    await loopback.ctl("faults", {"method": "getUpdates", "kind": "repeat", "times": 1})
    assert await loopback.api("getUpdates") == first


@pytest.mark.slow
async def test_a_crowd_of_unsent_messages_to_one_chat_is_refused(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.ctl("latency", {"ms": 1500})
    many = AsyncHTTPClient(force_instance=True, max_clients=400)
    path = f"{loopback.origin}/bot{TOKEN}/sendMessage?chat_id={ann}&text=x"
    answers = await asyncio.gather(*(many.fetch(path, raise_error=False) for _ in range(315)))
    many.close()
    refused = [answer for answer in answers if answer.code == 429]
    assert len(refused) == 5
    assert refused[0].headers["Retry-After"] == "60"


async def test_faults_can_be_cleared_and_wrong_ones_are_refused(loopback: Any) -> None:
    await loopback.ctl("faults", {"method": "getMe", "kind": "html", "times": -1})
    assert (await loopback.fetch(f"/bot{TOKEN}/getMe")).code == 502
    assert (await loopback.fetch(f"/bot{TOKEN}/getMe")).code == 502
    await loopback.ctl("faults", {}, "DELETE")
    assert (await loopback.fetch(f"/bot{TOKEN}/getMe")).code == 200
    assert (await loopback.fetch("/_control/faults", {"method": "x", "kind": "fire"})).code == 400


async def test_requests_are_logged_with_their_parameters(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.api("sendMessage", chat_id=ann, text="one")
    await loopback.refused("sendMessage", chat_id=ann, text="")
    found = (await loopback.ctl("requests?method=sendMessage"))["requests"]
    assert [(entry["params"].get("text"), entry["status"]) for entry in found] == [("one", 200), ("", 400)]
    assert {entry["method"] for entry in found} == {"sendMessage"}
    later = (await loopback.ctl(f"requests?after={found[0]['n']}"))["requests"]
    assert [entry["n"] for entry in later] == [found[1]["n"]]


async def test_a_closed_connection_ends_its_long_poll(loopback: Any) -> None:
    host, port = loopback.origin.removeprefix("http://").split(":")
    stream = await TCPClient().connect(host, int(port))
    await stream.write(f"GET /bot{TOKEN}/getUpdates?timeout=50 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    await asyncio.sleep(0.2)
    stream.close()
    await asyncio.sleep(0.2)
    ann = await loopback.person()
    await loopback.say(ann, ann, "after")
    assert [update["message"]["text"] for update in await loopback.updates()] == ["after"]
