"""A reader's first day: greets, asks, subscribes; the bot is killed before the digest is due and sends it when it is back."""

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.programs import TOKEN, Feed, Program, Telegram, buttons, words


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, telegram: Telegram, feed: Feed) -> Iterator[Program]:
    folder: Path = tmp_path_factory.mktemp("flow")
    made = Program(
        folder,
        BYLINE_TELEGRAM_TOKEN=TOKEN,
        BYLINE_TELEGRAM_API_URL=telegram.origin,
        BYLINE_ACCESS="public",
        BYLINE_FETCH_ALLOW=feed.place,
        BYLINE_COMPOSE_EVERY_S="1",
        BYLINE_ENRICH_EVERY_S="1",
    )
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_readers_first_day(program: Program, telegram: Telegram, feed: Feed) -> None:
    [added] = program.do("sources", "add", feed.url, "--json")
    assert added["name"] == "Flow News"
    [read] = program.do("ingest", "--json")
    assert (read["new"], read["failed"]) == (3, [])
    reader = telegram.person("Rita")
    program.start()

    greeting = telegram.ask(reader, "/start")
    assert "Byline" in words(greeting)
    assert {"b:ok", "b:zone", "b:time"} <= set(buttons(greeting))

    answer = telegram.ask(reader, "/topic Russia–China relations")
    assert "agreements" in words(answer)
    links = {entity["url"] for entity in answer["entities"] if entity["type"] == "text_link"}
    assert f"http://{feed.place}/0" in links
    assert "t:follow:30" in buttons(answer)
    assert "Pakistan" in words(telegram.ask(reader, "floods in Pakistan"))
    nothing = telegram.ask(reader, "who won the chess olympiad in 1972?")
    assert "nothing" in words(nothing)

    due = _next_minute()
    subscribed = telegram.ask(reader, f"/subscribe {due:%H:%M} UTC")
    assert f"{due:%H:%M}" in words(subscribed)
    assert program.stop(signal.SIGKILL) == -signal.SIGKILL
    seen = len(telegram.sent(reader))
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    program.start()
    digest = telegram.wait(reader, lambda message: any(data.startswith("s:card:") for data in buttons(message)), seen)
    assert "Floods in Pakistan displace thousands" in words(digest)

    assert program.stop() == 0
    program.start()
    again = telegram.ask(reader, "/settings")
    assert f"{due:%H:%M}" in str(again["reply_markup"])
    digests = [m for m in telegram.sent(reader) if any(data.startswith("s:card:") for data in buttons(m))]
    assert len(digests) == 1, "a restart sends nothing twice"
    card = next(data for data in buttons(digest) if data.startswith("s:card:"))
    seen = len(telegram.sent(reader))
    telegram.press(reader, digest, card)
    assert buttons(telegram.wait(reader, lambda _: True, seen))
    assert program.stop() == 0
    [chat] = program.do("chats", "list", "--json")
    assert (chat["status"], chat["times"], chat["zone"]) == ("active", [f"{due:%H:%M}"], "UTC")


def _next_minute() -> datetime:
    """The next whole minute that leaves time to subscribe."""
    soon = datetime.now(UTC) + timedelta(seconds=8)
    return soon.replace(second=0, microsecond=0) + timedelta(minutes=1)
