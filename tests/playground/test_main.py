"""The program itself: its line, its port, its ends."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "playground", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def call(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


@pytest.mark.slow
def test_it_says_where_it_is_keeps_its_people_and_ends_on_sigterm(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    with started("--port", "0", "--state", state) as (process, ready):
        assert ready["token"] == "100001:PLAYGROUND"
        assert ready["port_was_busy"] is False
        assert len(ready["feeds"]) == 5
        origin = ready["origin"]
        me = call(f"{origin}/bot{ready['token']}/getMe")["result"]
        assert me["username"] == "byline_playground_bot"
        call(f"{origin}/_control/chats/{ready['admin']}/messages", {"user": ready["admin"], "text": "/start"})
        first = call(f"{origin}/bot{ready['token']}/getUpdates")["result"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with started("--port", "0", "--state", state) as (_, again):
        assert (again["admin"], again["reader"]) == (ready["admin"], ready["reader"])
        assert call(f"{again['origin']}/bot{again['token']}/getUpdates")["result"] == first
        names = [user["first_name"] for user in call(f"{again['origin']}/_control/overview")["users"]]
        assert names == ["Reader", "Admin"]


@pytest.mark.slow
def test_a_crash_loses_at_most_the_last_moment(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--port", "0", "--state", str(state)) as (process, ready):
        origin, admin = ready["origin"], ready["admin"]
        sent = call(f"{origin}/bot{ready['token']}/sendMessage", {"chat_id": admin, "text": "kept"})["result"]
        for _ in range(100):
            if state.exists() and "kept" in state.read_text():
                break
            time.sleep(0.1)
        process.kill()
        process.wait(10)
    with started("--port", "0", "--state", str(state)) as (_, again):
        origin = again["origin"]
        kept = call(f"{origin}/_control/chats/{admin}/messages")["messages"]
        assert [message["text"] for message in kept] == ["kept"]
        fresh = call(f"{origin}/bot{again['token']}/sendMessage", {"chat_id": admin, "text": "x"})["result"]
        assert fresh["message_id"] > sent["message_id"] + 1, "ids skip ahead after a crash"


@pytest.mark.slow
def test_a_busy_port_is_told_and_it_ends_with_its_parent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started("--bare", "--with-parent", "--port", str(port)) as (process, ready):
            assert ready["port_was_busy"] is True
            assert not ready["origin"].endswith(f":{port}")
            assert "token" not in ready
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(10) == 0


@pytest.mark.slow
def test_requests_that_never_end_do_not_hold_up_the_end() -> None:
    with started("--bare", "--with-parent", "--port", "0") as (process, ready):
        origin = ready["origin"]
        call(f"{origin}/_control/bots", {"token": "1:A", "username": "a_bot", "first_name": "A"})
        call(f"{origin}/_control/latency", {"ms": 60_000})
        address = urlsplit(origin)
        with socket.create_connection((address.hostname, address.port)) as held:
            held.sendall(b"GET /bot1:A/getMe HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.3)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(10) == 0


@pytest.mark.slow
def test_the_end_of_stdin_is_seen_after_garbage_was_collected() -> None:
    program = (
        "import asyncio, gc, sys\n"
        "from playground.__main__ import main\n"
        "class Policy(asyncio.DefaultEventLoopPolicy):\n"
        "    def new_event_loop(self):\n"
        "        loop = super().new_event_loop()\n"
        "        loop.call_later(0.5, gc.collect)\n"
        "        return loop\n"
        "asyncio.set_event_loop_policy(Policy())\n"
        "sys.argv = ['playground', '--bare', '--with-parent', '--port', '0']\n"
        "main()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            process.stdout.readline()
            time.sleep(1)
            process.stdin.close()
            assert process.wait(10) == 0
        finally:
            process.kill()
