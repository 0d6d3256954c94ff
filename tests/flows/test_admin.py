"""An admin's day over real HTTP: sources, OPML, invitations, a group, a channel, a broadcast; and every button in two languages."""

import base64
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.flows.programs import TOKEN, Feed, Program, Telegram, buttons, words

QUIET_S = 0.4  # after which a press that changed nothing is taken to be one that need not
NEVER = ("a:delete", "a:broadcast", "f:remove")  # pressed in tests of their own


ASKED: tuple[tuple[str, ...], ...] = (
    ("/settings", "/help", "/id"),
    ("/latest", "/topics", "/timezone", "/topic floods in Pakistan", "/search Pakistan", "/nonsense"),
    (
        *("/privacy", "/export", "/delete", "/manage", "/report", "/why", "/subscribe", "/pause", "/resume"),
        *("/unsubscribe", "/stop", "/follow chips", "/topics", "/mute golf", "/mute", "/trend Pakistan"),
    ),
)


class Town:
    """The bot of an owner, with its feed."""

    def __init__(self, program: Program, telegram: Telegram, feed: Feed, owner: int) -> None:
        self.program = program
        self.telegram = telegram
        self.feed = feed
        self.owner = owner

    def tell(self, chat: int, text: str, wanted: str, user: int | None = None) -> dict[str, Any]:
        """Say something and wait for an answer with these words."""
        seen = len(self.telegram.sent(chat))
        self.telegram.call(f"/chats/{chat}/messages", {"user": user or chat, "text": text})
        return self.telegram.wait(chat, lambda message: wanted in words(message), seen)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, telegram: Telegram, feed: Feed) -> Iterator[Town]:
    owner = telegram.person("Olga")
    program = Program(
        tmp_path_factory.mktemp("admin"),
        BYLINE_TELEGRAM_TOKEN=TOKEN,
        BYLINE_TELEGRAM_API_URL=telegram.origin,
        BYLINE_ADMINS=str(owner),
        BYLINE_ACCESS="private",
        BYLINE_FETCH_ALLOW=feed.place,
        BYLINE_ENRICH_EVERY_S="1",
        BYLINE_MESSAGES_PER_S="25",
    )
    program.start()
    made = Town(program, telegram, feed, owner)
    made.tell(owner, "/start", "no sources yet")
    made.tell(owner, f"/addsource {feed.url}", "3 articles of Flow News are read")
    yield made
    program.close()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_sources_go_out_and_come_in_as_opml(town: Town) -> None:
    file = town.tell(town.owner, "/export_sources", "OPML")
    assert file["document"]["file_name"] == "sources.opml"
    listed = town.tell(town.owner, "/sources", "1 source")
    [card] = [data for data in buttons(listed) if data.startswith("f:card:")]
    opml = '<opml version="2.0"><body><outline type="rss" text="Other" xmlUrl="https://other.example/f.xml"/></body></opml>'
    body = {"user": town.owner, "file_name": "list.opml", "base64": base64.b64encode(opml.encode()).decode()}
    seen = len(town.telegram.sent(town.owner))
    town.telegram.call(f"/chats/{town.owner}/documents", body)
    town.telegram.wait(town.owner, lambda message: "1" in words(message), seen)
    town.tell(town.owner, "/sources", "2 sources")
    number = card.rpartition(":")[2]
    town.tell(town.owner, f"/rename {number} Evening News", "Evening News")
    removed = town.tell(town.owner, "/removesource Other", "removed")
    town.telegram.press(town.owner, removed, buttons(removed)[0])
    town.telegram.wait(town.owner, lambda message: "is back" in words(message))
    assert "rename" in words(town.tell(town.owner, "/audit", "removesource"))


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_invited_come_in_and_the_banned_go(town: Town) -> None:
    guest = town.telegram.person("Gustav")
    town.tell(guest, "floods in Pakistan", "private")
    link = words(town.tell(town.owner, "/invite 1 3", "?start="))
    code = link.partition("?start=")[2].split()[0]
    town.tell(guest, f"/start {code}", "welcome")
    town.tell(guest, "floods in Pakistan", "Pakistan")
    town.tell(town.telegram.person("Stephan"), f"/start {code}", "not valid")
    preview = town.tell(town.owner, "/broadcast The bot rests at <noon>", "everybody")
    yes = next(data for data in buttons(preview) if data.startswith("a:broadcast:"))
    town.telegram.press(town.owner, preview, yes)
    town.telegram.wait(guest, lambda message: words(message) == "The bot rests at <noon>")
    town.tell(town.owner, f"/ban {guest}", "may not use")
    town.tell(guest, "floods in Pakistan", "may not use")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_group_and_a_channel_are_led_by_their_admins(town: Town) -> None:
    member = town.telegram.person("Mia")
    group = town.telegram.group("Friends", town.owner, member)
    town.telegram.wait(group, lambda message: "/topic" in words(message))
    town.tell(group, "/subscribe 08:00 Berlin", "Only admins of this group", member)
    town.tell(group, "/subscribe 08:00 Berlin", "08:00", town.owner)
    answer = town.tell(group, "/topic floods in Pakistan", "Pakistan", member)
    seen = len(town.telegram.sent(group))
    town.telegram.press(group, answer, "t:follow:30", member)
    town.telegram.wait(group, lambda message: "Only admins of this group" in words(message), seen)
    town.telegram.call(
        "/chats", {"type": "channel", "title": "Our Channel", "users": [town.owner], "username": "our_news"}
    )
    offered = town.telegram.wait(town.owner, lambda message: "Our Channel" in words(message))
    town.telegram.press(town.owner, offered, buttons(offered)[0])
    town.telegram.wait(town.owner, lambda message: any(data.startswith("m:times:") for data in buttons(message)))
    town.tell(town.owner, "/manage @our_news /subscribe 07:15 Berlin", "07:15")
    town.tell(town.owner, "/manage @nobody_here", "cannot find")
    town.tell(member, "/start", "private")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_every_command_answers_and_every_button_does_something(town: Town) -> None:
    """Three readers a language share the work: one chat hears one message a second."""
    code = words(town.tell(town.owner, "/invite 6", "?start=")).partition("?start=")[2].split()[0]
    pressed: dict[str, set[str]] = {"en": set(), "ar": set()}
    readers = []
    with ThreadPoolExecutor(max_workers=6) as pool:
        for lang, kinds in pressed.items():
            for number, asked in enumerate(ASKED):
                reader = town.telegram.person(f"Reader{lang}{number}", lang)
                readers.append(reader)
                pool.submit(_walk, town, reader, (f"/start {code}", *asked), kinds)
    for lang, kinds in pressed.items():
        assert len(kinds) >= 35, (lang, kinds)
    for reader in readers:
        assert len(town.telegram.sent(reader)) >= 5
    assert "request_failed" not in town.program.log.read_text("utf-8"), "no fault of ours was met"


def _walk(town: Town, reader: int, asked: tuple[str, ...], pressed: set[str]) -> None:
    """Write each, and press each kind of button that nobody of the same language has pressed."""
    for text in asked:
        town.telegram.ask(reader, text)
        for message in town.telegram.sent(reader)[-2:]:
            for data in buttons(message):
                kind = re.sub(r":\d+$", ":", data)
                if kind not in pressed and not data.startswith(NEVER):
                    pressed.add(kind)
                    _press(town, reader, message, data)


def _press(town: Town, reader: int, message: dict[str, Any], data: str) -> None:
    """Press and wait until the chat has changed, or stayed as it was for a while."""
    before = town.telegram.sent(reader)
    town.telegram.press(reader, message, data)
    end = time.monotonic() + QUIET_S
    while time.monotonic() < end and town.telegram.sent(reader) == before:
        time.sleep(0.02)
