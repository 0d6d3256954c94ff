"""Flows: the program as processes, Telegram on loopback as a process, real HTTP between them; a feed served by the test."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "100001:AAEflowflowflowflowflowflowflowflow"
PATIENCE_S = 40.0

ARTICLES = (
    (
        "Russia and China sign a partnership agreement in Moscow",
        (
            "Russian President Vladimir Putin and Chinese President Xi Jinping signed two agreements in Moscow on Tuesday. "
            "The agreements expand economic cooperation between Russia and China until 2030, the Kremlin said. "
            "Trade between the two countries reached 190 billion dollars last year. "
            "China is considered a close ally of Russia, although Beijing has not supplied weapons."
        ),
    ),
    (
        "Floods in Pakistan displace thousands",
        (
            "Heavy rain flooded villages in southern Pakistan and displaced 40,000 people, officials said. "
            "Rescue teams used boats to reach families on rooftops. "
            "The government in Islamabad asked for tents and drinking water."
        ),
    ),
    (
        "Telescope finds water vapour on a distant planet",
        (
            "Astronomers found water vapour in the atmosphere of a planet 120 light years away. "
            "The telescope observed the planet eight times over three years. "
            "The discovery does not mean that there is life, the researchers said."
        ),
    ),
)


SITE = """<html><head><title>Site</title>
<link rel="alternate" type="application/rss+xml" title="First" href="/feed.xml">
<link rel="alternate" type="application/rss+xml" title="Second" href="/second.xml"></head><body></body></html>"""


class Feed:
    """A feed with full texts, another, and a site that offers both, served on loopback."""

    def __init__(self) -> None:
        feed = self
        self.answers = threading.Event()  # while it is cleared, who asks waits
        self.answers.set()
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feed.asked += 1
                feed.answers.wait(PATIENCE_S)
                pages = {"/feed.xml": feed.xml(), "/second.xml": feed.xml("Second News"), "/site": SITE}
                body = pages.get(self.path, "not found").encode()
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", "text/html" if self.path == "/site" else "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{self.place}/feed.xml"

    def xml(self, title: str = "Flow News") -> str:
        newest = datetime.now(UTC) - timedelta(hours=1)
        items = "".join(
            f"<item><title>{headline}</title><link>http://{self.place}/{number}</link>"
            f"<guid>http://{self.place}/{number}</guid>"
            f"<pubDate>{format_datetime(newest - timedelta(hours=number))}</pubDate>"
            f"<description>{text}</description></item>"
            for number, (headline, text) in enumerate(ARTICLES)
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
            f"<link>http://{self.place}/</link><description>x</description>{items}</channel></rss>"
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Telegram:
    """The playground's control plane: it plays the people and reads what the bot sent."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.call("/bots", {"token": TOKEN, "username": "flow_bot", "first_name": "Flow"})

    def call(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.origin}/_control{path}",
            data=data,
            method=method or ("GET" if data is None else "POST"),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            raw = answer.read()
        return json.loads(raw) if raw.strip() else {}

    def person(self, name: str, language: str = "en") -> int:
        user = self.call("/users", {"first_name": name, "username": name.lower(), "language_code": language})["id"]
        self.call("/chats", {"type": "private", "users": [user], "bot": True})
        return int(user)

    def group(self, title: str, *users: int) -> int:
        made = self.call("/chats", {"type": "supergroup", "title": title, "users": list(users), "bot": True})
        return int(made["id"])

    def sent(self, chat: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call(f"/chats/{chat}/messages?scope=bot")["messages"]
        return found

    def wait(
        self, chat: int, wanted: Callable[[dict[str, Any]], bool], after: int = 0, patience_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The first message of the bot's, after so many, that is wanted."""
        end = time.monotonic() + patience_s
        while True:
            for message in self.sent(chat)[after:]:
                if wanted(message):
                    return message
            assert time.monotonic() < end, [words(message) for message in self.sent(chat)[after:]]
            time.sleep(0.1)

    def ask(self, chat: int, text: str, user: int | None = None, reply_to: int | None = None) -> dict[str, Any]:
        """Say something, perhaps in reply to a message, and what the bot answered first."""
        seen = len(self.sent(chat))
        reply = {} if reply_to is None else {"reply_to_message_id": reply_to}
        self.call(f"/chats/{chat}/messages", {"user": user or chat, "text": text, **reply})
        return self.wait(chat, lambda _: True, seen)

    def press(self, chat: int, message: dict[str, Any], data: str, user: int | None = None) -> None:
        body = {"user": user or chat, "message_id": message["message_id"], "data": data}
        self.call(f"/chats/{chat}/callbacks", body)


def words(message: dict[str, Any]) -> str:
    """Text or caption."""
    return str(message.get("text") or message.get("caption") or "")


def buttons(message: dict[str, Any]) -> list[str]:
    """The data of all buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


class Program:
    """`byline` with a database of its own, as processes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.log = folder / "bot.log"
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
        self._env |= {
            "BYLINE_DATABASE_URL": str(folder / "byline.sqlite"),
            "BYLINE_MODEL_THREADS": "1",
            **settings,
        }
        self.database = self._env["BYLINE_DATABASE_URL"]
        self._bot: subprocess.Popen[bytes] | None = None
        self._parts: list[subprocess.Popen[bytes]] = []

    def do(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command to its end; the JSON lines that it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == code, (arguments, done.returncode, done.stderr[-2000:])
        return [json.loads(line) for line in done.stdout.splitlines()] if "--json" in arguments else []

    def start(self) -> None:
        self._bot = self._run()

    def part(self, role: str) -> subprocess.Popen[bytes]:
        """A process of that role, ended with the program at the latest."""
        self._parts.append(self._run("--role", role))
        return self._parts[-1]

    def _run(self, *options: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "bot.cli", "run", *options], env=self._env, stderr=log)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self._bot is not None
        self._bot.send_signal(number)
        code = self._bot.wait(timeout=20)
        self._bot = None
        return code

    def close(self) -> None:
        for process in [*self._parts, *([] if self._bot is None else [self._bot])]:
            process.kill()
            process.wait(timeout=10)
