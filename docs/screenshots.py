"""Makes the pictures of the documents from the playground that is running: people write to the bot and are photographed.

    byline playground --port 8081 &          # wait until it has read its news
    python docs/screenshots.py http://127.0.0.1:8081 docs/images   # start.png, answer.png, digest.png, …

Needs Debian's `chromium` on the PATH and tornado, which the playground needs too.
"""

import argparse
import asyncio
import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--force-device-scale-factor=2",
)
QUESTION = "Russia–China relations"
READER, ARAB, ADMIN = "reader", "arab", "admin"
SCENES = (  # who writes what, the file, on dark ground or light
    (READER, ("/start",), "start.png", False),
    (READER, (QUESTION,), "answer.png", False),
    (READER, ("/digest",), "digest.png", True),
    (READER, ("/settings",), "settings.png", False),
    (ARAB, ("/start", QUESTION, "/help"), "arabic.png", False),
    (ADMIN, ("/start", "/stats"), "stats.png", True),
    (ADMIN, ("/sources",), "sources.png", False),
)
BE = """localStorage.setItem("me", "%d");"""  # whose chats the page shows
# opens the chat and brings the last message's first line to the top
SHOW = """document.getElementById("app").classList.remove("show-chats");
document.getElementById("messages").scrollTop = 1e9;
document.getElementById("messages").lastElementChild.scrollIntoView({block: "start"});"""


def call(url: str, body: object = None) -> Any:
    """One JSON request to the playground's control plane."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - loopback, by hand
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def newcomer(origin: str, name: str, language: str) -> int:
    """A person whose client speaks that language, with a private chat with the bot."""
    person = call(f"{origin}/_control/users", {"first_name": name, "username": name.lower(), "language_code": language})
    call(f"{origin}/_control/chats", {"type": "private", "users": [person["id"]], "bot": True})
    return int(person["id"])


def ask(origin: str, chat: int, text: str) -> None:
    """Send a message as the chat's person and wait for the bot's answer."""
    path = f"{origin}/_control/chats/{chat}/messages"
    seen = len(call(f"{path}?scope=bot")["messages"])
    call(path, {"user": chat, "text": text})
    until = time.monotonic() + 30
    while len(call(f"{path}?scope=bot")["messages"]) == seen and time.monotonic() < until:
        time.sleep(0.2)


class Page:
    """A page of a headless browser, spoken to by its DevTools protocol."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._count = 0

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command and its result; events in between are passed over."""
        self._count += 1
        await self._socket.write_message(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await self._socket.read_message() or "{}")
            if answer.get("id") == self._count:
                return dict(answer.get("result", {}))

    async def photograph(self, url: str, file: Path, width: int, height: int, *, dark: bool, script: str = "") -> None:
        """Open an address in a window of that size (CSS pixels) and save what is seen after two seconds."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.do("Emulation.setEmulatedMedia", features=[scheme])
        await self.do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=False
        )
        await self.do("Page.navigate", url=url)
        await asyncio.sleep(2)
        if script:
            await self.do("Runtime.evaluate", expression=script)
            await asyncio.sleep(0.5)
        picture = await self.do("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(picture["data"]))


def started(browser: str, profile: str) -> tuple["subprocess.Popen[bytes]", str]:
    """A headless browser and the DevTools address of its page."""
    process = subprocess.Popen([browser, *FLAGS, f"--user-data-dir={profile}"], stderr=subprocess.DEVNULL)  # noqa: S603 - found on the PATH
    port_file = Path(profile, "DevToolsActivePort")
    until = time.monotonic() + 30
    while not port_file.exists() and time.monotonic() < until:
        time.sleep(0.1)
    targets = call(f"http://127.0.0.1:{port_file.read_text().split()[0]}/json/list")
    return process, next(target["webSocketDebuggerUrl"] for target in targets if target["type"] == "page")


async def photograph(debugger: str, origin: str, folder: Path) -> None:
    """Talk to the bot and save the pictures, each as a phone shows it."""
    ready = call(f"{origin}/_control/ready")
    people = {READER: ready["reader"], ADMIN: ready["admin"], ARAB: newcomer(origin, "Amal", "ar")}
    page = Page(await websocket_connect(debugger))
    for who, texts, name, dark in SCENES:
        for text in texts:
            await asyncio.to_thread(ask, origin, people[who], text)
        await asyncio.sleep(1)
        await page.photograph(origin, folder / name, 412, 860, dark=dark, script=BE % people[who])
        await page.photograph(origin, folder / name, 412, 860, dark=dark, script=SHOW)


def main() -> None:
    """Start a browser, take the pictures, end it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("origin")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("There is no chromium on the PATH.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process, debugger = started(browser, profile)
        try:
            asyncio.run(photograph(debugger, arguments.origin.rstrip("/"), arguments.folder))
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
