"""Makes the pictures of the README from the playground that is running: a person asks, takes a digest, and is photographed.

    byline playground --port 8081 &          # wait until it has read its news
    python docs/screenshots.py http://127.0.0.1:8081 docs/images

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


def call(url: str, body: object = None) -> Any:
    """One JSON request to the playground's control plane."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310: loopback, by hand
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


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


async def main() -> None:
    """Talk to the bot and save the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("origin")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    origin, folder = arguments.origin.rstrip("/"), arguments.folder
    reader = call(f"{origin}/_control/ready")["reader"]
    for text in ("/start", QUESTION, "/digest"):
        ask(origin, reader, text)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("There is no chromium on the PATH.")
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen([browser, *FLAGS, f"--user-data-dir={profile}"], stderr=subprocess.DEVNULL)  # noqa: S603, ASYNC220: the browser found above
        try:
            port_file = Path(profile, "DevToolsActivePort")
            while not port_file.exists():  # noqa: ASYNC110: the browser says nothing else
                await asyncio.sleep(0.1)
            port = port_file.read_text().split()[0]
            targets = call(f"http://127.0.0.1:{port}/json/list")
            page = Page(await websocket_connect(next(t["webSocketDebuggerUrl"] for t in targets if t["type"] == "page")))
            await page.photograph(origin, folder / "playground.png", 1120, 900, dark=False)
            await page.photograph(origin, folder / "phone.png", 390, 844, dark=True)
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    asyncio.run(main())
