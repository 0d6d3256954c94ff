"""Time from what a person does to the bot's first answer, for ten common tasks: `python -m benchmarks.chat_tasks`.

A real bot and a playground as processes on this machine, real HTTP between them; a fresh reader for each round. Prints one
JSON object a task: median and longest of the rounds, in seconds.
"""

import base64
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.flows.programs import TOKEN, Feed, Program, Telegram, buttons, words

ROUNDS = 5
PAUSE_S = 1.1  # one chat hears one message a second: tasks do not wait for each other's
OPML = '<opml version="2.0"><body><outline type="rss" text="O{n}" xmlUrl="https://o{n}.example/f.xml"/></body></opml>'


def main() -> None:
    """Run the tasks and print what they took."""
    feed = Feed()
    command = [sys.executable, "-m", "playground", "--bare", "--port", "0", "--with-parent"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child,
    ):
        assert child.stdout is not None
        assert child.stdin is not None
        telegram = Telegram(json.loads(child.stdout.readline())["origin"])
        owner = telegram.person("Owner")
        program = Program(
            Path(folder),
            BYLINE_TELEGRAM_TOKEN=TOKEN,
            BYLINE_TELEGRAM_API_URL=telegram.origin,
            BYLINE_ADMINS=str(owner),
            BYLINE_ACCESS="public",
            BYLINE_FETCH_ALLOW=feed.place,
            BYLINE_ENRICH_EVERY_S="1",
        )
        program.start()
        try:
            telegram.call(f"/chats/{owner}/messages", {"user": owner, "text": f"/addsource {feed.url}"})
            telegram.wait(owner, lambda message: "is read" in words(message) or "are read" in words(message))
            _measure(telegram, owner, feed)
        finally:
            program.close()
            child.stdin.close()
            child.wait(timeout=10)
            feed.close()


def _first(message: dict[str, Any], kind: str) -> str:
    return next(data for data in buttons(message) if data.startswith(kind))


def _measure(telegram: Telegram, owner: int, feed: Feed) -> None:
    took: dict[str, list[float]] = {}

    def timed(task: str, chat: int, do: Callable[[], Any]) -> dict[str, Any]:
        time.sleep(PAUSE_S)
        before = telegram.sent(chat)
        started = time.perf_counter()
        do()
        while (after := telegram.sent(chat)) == before:
            assert time.perf_counter() - started < 20, task
            time.sleep(0.005)
        took.setdefault(task, []).append(time.perf_counter() - started)
        return next((one for one in after if one not in before), after[-1])

    def said(task: str, chat: int, text: str) -> dict[str, Any]:
        return timed(task, chat, lambda: telegram.call(f"/chats/{chat}/messages", {"user": chat, "text": text}))

    def pressed(task: str, chat: int, message: dict[str, Any], data: str) -> dict[str, Any]:
        return timed(task, chat, lambda: telegram.press(chat, message, data))

    for number in range(ROUNDS):
        reader = telegram.person(f"Reader{number}")
        pressed("accept the digest", reader, said("greeting", reader, "/start"), "b:ok")
        answer = said("ask about a topic", reader, "floods in Pakistan")
        pressed("follow it", reader, answer, _first(answer, "t:follow"))
        settings = said("open settings", reader, "/settings")
        pressed("change the time", reader, pressed("open times", reader, settings, "c:times"), "c:set_time:1900")
        said("why an article", reader, f"/why http://{feed.place}/0")
        said("stop the digest", reader, "/unsubscribe")
        body = {
            "user": owner,
            "file_name": "list.opml",
            "base64": base64.b64encode(OPML.format(n=number).encode()).decode(),
        }
        timed("import a list", owner, lambda body=body: telegram.call(f"/chats/{owner}/documents", body))  # type: ignore[misc]  # mypy knows no default of a lambda
        said("list sources", owner, "/sources")
        pressed("choose a language", reader, said("open languages", reader, "/language"), "c:set_lang:de")
        title = f"Channel {number}"
        telegram.call("/chats", {"type": "channel", "title": title, "users": [owner], "username": f"channel_{number}"})
        offered = telegram.wait(owner, lambda message, title=title: title in words(message) and bool(buttons(message)))  # type: ignore[misc]  # mypy knows no default of a lambda
        opened = pressed("a channel: its settings", owner, offered, buttons(offered)[0])
        pressed("a channel: send digests", owner, opened, _first(opened, "m:subscribe"))
    for task, seconds in took.items():
        print(
            json.dumps(
                {"task": task, "median_s": round(statistics.median(seconds), 3), "longest_s": round(max(seconds), 3)}
            )
        )


if __name__ == "__main__":
    main()
