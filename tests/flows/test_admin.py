"""An admin's day over real HTTP: sources, OPML, invitations, a group, a channel, a broadcast; and every button in two languages."""

import base64
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.callbacks import Area, Digest, Story, Topic
from bot.handlers import settings, sources
from bot.handlers.routes import COMMANDS
from tests.flows.programs import TOKEN, Feed, Program, Telegram, buttons, words

QUIET_S = 0.4  # after which a press that changed nothing is taken to be one that need not
NEVER = ("a:delete",)  # pressed when a person has done everything else


ASKED: tuple[tuple[str, ...], ...] = (
    ("/settings", "/help", "/id"),
    ("/latest", "/topics", "/timezone", "/topic floods in Pakistan", "/search Pakistan", "/nonsense"),
    (
        *("/privacy", "/export", "/delete", "/manage", "/report", "/why", "/subscribe", "/pause", "/resume"),
        *("/unsubscribe", "/stop", "/follow chips", "/topics", "/mute golf", "/mute", "/trend Pakistan"),
        *("/unfollow chips", "/unmute golf", "/summarize x", "/language", "/lang"),
    ),
)


CHOSEN = {  # what a choice among settings may say
    "set_time": "1900",
    "set_day": "1",
    "set_zone": "Asia/Tokyo",
    "set_length": "short",
    "set_lang": "en",
    "set_news": "en",
    "unfollow": "1",
    "mode": "1",
    "unmute": "0",
    "set_pause": "3",
    "pause": "7",
}
BEGUN = ("time", "tset:0700", "zone", "zset:Europe/Berlin", "ok", "pick", "follow:1", "try:1")


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
    listed = town.tell(town.owner, "/sources Flow", "1 source")
    [card] = [data for data in buttons(listed) if data.startswith("f:card:")]
    opml = '<opml version="2.0"><body><outline type="rss" text="Other" xmlUrl="https://other.example/f.xml"/></body></opml>'
    body = {"user": town.owner, "file_name": "list.opml", "base64": base64.b64encode(opml.encode()).decode()}
    seen = len(town.telegram.sent(town.owner))
    town.telegram.call(f"/chats/{town.owner}/documents", body)
    town.telegram.wait(town.owner, lambda message: "1" in words(message), seen)
    town.tell(town.owner, "/sources Other", "1 source")
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
    seen = len(town.telegram.sent(town.owner))
    styled = [{"type": "bold", "offset": 25, "length": 6}]
    order = {"user": town.owner, "text": "/broadcast The bot rests <noon>", "entities": styled}
    town.telegram.call(f"/chats/{town.owner}/messages", order)
    preview = town.telegram.wait(town.owner, lambda message: "everybody" in words(message), seen)
    yes = next(data for data in buttons(preview) if data.startswith("a:broadcast:"))
    town.telegram.press(town.owner, preview, yes)
    sent = town.telegram.wait(guest, lambda message: words(message) == "The bot rests <noon>")
    assert sent["entities"] == [{"type": "bold", "offset": 14, "length": 6}]
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
@pytest.mark.timeout(240)
def test_every_command_answers_and_every_button_does_something(town: Town) -> None:
    """In two languages; several people a language share the work, for one chat hears one message a second."""
    code = words(town.tell(town.owner, "/invite 12", "?start=")).partition("?start=")[2].split()[0]
    town.telegram.group("Walkers", town.owner)
    walks = {lang: Walk(town) for lang in ("en", "ar")}
    people = []
    with ThreadPoolExecutor(max_workers=10) as pool:
        for lang, walk in walks.items():
            for number, asked in enumerate(ASKED):
                reader = town.telegram.person(f"Reader{lang}{number}", lang)
                people.append((reader, pool.submit(walk.as_reader, reader, (f"/start {code}", *asked))))
            presser = town.telegram.person(f"Presser{lang}", lang)
            people.append((presser, pool.submit(walk.as_presser, presser, f"/start {code}")))
            admin = town.telegram.person(f"Admin{lang}", lang)
            town.tell(town.owner, f"/promote {admin}", "admin now")
            people.append((admin, pool.submit(walk.as_admin, admin)))
    for person, walked in people:
        walked.result()
        assert len(town.telegram.sent(person)) >= 5
    for lang, walk in walks.items():
        assert set(COMMANDS) - walk.said == set(), lang
        assert actions() - walk.pressed == set(), lang
    assert "request_failed" not in town.program.log.read_text("utf-8"), "no fault of ours was met"


def actions() -> set[str]:
    """Every button there is: its area and verb."""
    verbs: dict[Area, Iterable[str]] = {
        Area.START: ("ok", "zone", "time", "zset", "tset", "pick", "follow", "try"),
        Area.STORY: Story,
        Area.TOPIC: Topic,
        Area.DIGEST: Digest,
        Area.SETTINGS: {**settings.SCREENS, **settings.CHANGES},
        Area.SOURCE: {**dict.fromkeys(("page", "back", "add", "find", "move", "remove", "card")), **sources.CHANGES},
        Area.ADMIN: ("delete", "keep", "broadcast", "discard", "stats"),
        Area.MANAGE: ("open",),
        Area.REPORT: ("wrong", "keep", "hide"),
    }
    return {f"{area.value}:{verb}" for area, known in verbs.items() for verb in known}


class Walk:
    """What people of one language have said and pressed."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._telegram = town.telegram
        self.said: set[str] = set()
        self.pressed: set[str] = set()

    def as_reader(self, reader: int, asked: tuple[str, ...]) -> None:
        """Write each, and press each kind of button that nobody of the same language has pressed."""
        for text in asked:
            self._say(reader, text)
            self._press_new(reader)

    def as_presser(self, reader: int, start: str) -> None:
        """Every button that a reader is ever shown, each under a message of its kind."""
        begun = self._say(reader, start)
        for chosen in BEGUN:
            self._press(reader, begun, f"b:{chosen}")
        shown = self._say(reader, "/settings", _offers("c:"))
        for data in (*settings.SCREENS, *(f"{verb}:{choice}" for verb, choice in CHOSEN.items())):
            self._press(reader, shown, f"c:{data}")
        digest = self._say(reader, "/digest", _offers("d:"))
        self._press_first(reader, digest, "d:set")
        answer = self._say(reader, "/topic floods in Pakistan", _offers("t:up"))
        doubted = self._say(reader, "/report", _offers("r:"), reply_to=answer["message_id"])
        self._press_first(reader, doubted, "r:wrong")
        for verb in Topic:  # with what was asked before just as many as a person may ask in a minute
            self._press(reader, answer, f"t:{verb}:30" + (":0" if verb in {"page", "trend", "pic"} else ""))
        latest = self._say(reader, "/latest", _offers("s:card"))
        story = _number(buttons(latest)[0])
        for tap in Story:
            self._press(reader, latest, f"s:{tap}:{story}")

    def as_admin(self, admin: int) -> None:
        """What admins write and press; sources come, change and go, and at last the admin's own data."""
        self._say(admin, "/start")
        offered = self._say(admin, f"/addsource http://{self._town.feed.place}/site")
        self._press(admin, offered, "f:add:2")
        for text in ("/export_sources", "/invite", "/admins", "/audit", "/rename", "/category"):
            self._say(admin, text)
        for text, kind in (("/stats", "a:stats"), ("/manage", "m:open")):
            self._press_first(admin, self._say(admin, text, _offers(kind)), kind)
        listed = self._say(admin, "/sources", _offers("f:card"))
        card = self._press_first(admin, listed, "f:card")
        for verb in ("mode", "mode", "mode", "pause", "pause", "check"):
            self._press(admin, card, f"f:{verb}:{_number(buttons(card)[0])}")
        number = _number(buttons(card)[0])
        for data in (f"f:find:{number}", f"f:move:{number}:9", "f:page:0"):
            self._press(admin, listed if "page" in data else card, data)
        for number_, verb in enumerate(("broadcast", "discard")):
            shown = self._say(admin, f"/broadcast Rest {number_}", _offers("a:"))
            self._press_first(admin, shown, f"a:{verb}")
        self._say(admin, "/removesource nothing")
        for text in ("/promote 7", "/demote 7", "/ban x"):
            self._say(admin, text)
        answer = self._say(admin, "/topic floods in Pakistan", _offers("t:up"))
        doubted = self._say(admin, "/report", _offers("r:"), reply_to=answer["message_id"])
        keep = buttons(doubted)[0].replace("wrong", "keep")
        for data in (keep, buttons(doubted)[0].replace("wrong", "hide").rpartition(":")[0] + ":1"):
            self._press(admin, doubted, data)
        self._press(admin, card, f"f:remove:{number}")
        self._press(admin, self._telegram.sent(admin)[-1], f"f:back:{number}")
        asked = self._say(admin, "/delete")
        self._press_first(admin, asked, "a:keep")
        self._press(admin, asked, f"a:delete:{admin}")

    def _say(
        self,
        person: int,
        text: str,
        wanted: Callable[[dict[str, Any]], bool] = lambda _: True,
        reply_to: int | None = None,
    ) -> dict[str, Any]:
        self.said.add(text.split(maxsplit=1)[0].removeprefix("/"))
        seen = len(self._telegram.sent(person))
        self._telegram.ask(person, text, reply_to=reply_to)
        return self._telegram.wait(person, wanted, seen)

    def _press_new(self, reader: int) -> None:
        for message in self._telegram.sent(reader)[-2:]:
            for data in buttons(message):
                if _kind(data) not in self.pressed and not data.startswith(NEVER):
                    self._press(reader, message, data)

    def _press_first(self, person: int, message: dict[str, Any], kind: str) -> dict[str, Any]:
        for data in buttons(message):
            if data.startswith(kind):
                return self._press(person, message, data)
        return message

    def _press(self, person: int, message: dict[str, Any], data: str) -> dict[str, Any]:
        """Press and wait until the chat has changed, or stayed as it was for a while; what stands last then."""
        self.pressed.add(_kind(data))
        before = self._telegram.sent(person)
        self._telegram.press(person, message, data)
        end = time.monotonic() + QUIET_S
        while time.monotonic() < end and self._telegram.sent(person) == before:
            time.sleep(0.02)
        return self._telegram.sent(person)[-1]


def _offers(kind: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a message has such a button."""
    return lambda message: any(data.startswith(kind) for data in buttons(message))


def _kind(data: str) -> str:
    return ":".join(data.split(":")[:2])


def _number(data: str) -> str:
    return data.split(":")[2]
