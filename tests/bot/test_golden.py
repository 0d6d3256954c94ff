"""Every message in English and Arabic as it is written down in tests/data/golden: a change shows in the diff.

`GOLDEN=update pytest tests/bot/test_golden.py` writes the files anew; whoever does so reads what changed.
"""

import os
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from bot import render, render_digest, render_topic, texts
from bot.markup import Html
from news.audience import OutMessage, StoryStatus
from tests import make
from tests.bot import tdlib, telling
from tests.bot.office import OWNER, READER, Office

FOLDER = Path(__file__).parents[1] / "data" / "golden"
LANGUAGES = ("en", "ar")
PLAIN = ("button.", "topics.", "menu.", "meta.")
TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."
SAID = (
    "/start",
    "/help",
    "/id",
    "/latest",
    "/topic Russia China trade",
    "/topic volcanoes of Peru",
    "/search Russia China",
    "/follow chips",
    "/topics",
    "/mute golf",
    "/settings",
    "/subscribe 07:15 Berlin",
    "/pause 3",
    "/resume",
    "/unsubscribe",
    "/manage",
    "/report",
    "/why https://example.com/1",
    "/privacy",
    "/delete",
    "/topik",
    "/topic x",
)
SAID_BY_ADMINS = ("/help", "/sources", "/stats", "/audit", "/broadcast Rest on Sunday", "/admins", "/rename 1")


def shown(message: OutMessage) -> str:
    """A message as it is seen: Telegram's own parser reads it; then its links and buttons."""
    parsed = tdlib.parse(message.html)
    links = [f"  → {url}" for kind, _, _, url in parsed.entities if kind == "TextUrl"]
    rows = ["  " + " ".join(f"[{button.text}]" for button in row) for row in message.buttons if row]
    return "\n".join([parsed.text, *dict.fromkeys(links), *rows])


def entries(lang: str) -> str:
    """Every entry with its values named."""
    lines = []
    for key, entry in texts.load(lang).entries.items():
        forms = {"": entry} if isinstance(entry, str) else entry
        for form, words in forms.items():
            named = _Named()
            filled = words.format_map(named)
            told = filled if key.startswith(PLAIN) else tdlib.parse(filled).text
            lines.append(f"{key}{f' ({form})' if form else ''}\n{told}\n")
    return "\n".join(lines)


class _Named(defaultdict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"‹{name}›"


def looks(lang: str) -> str:
    """Digests, answers, cards."""
    words = texts.load(lang)
    update = telling.card(
        2,
        title="Ukraine grain deal extended",
        status=StoryStatus.UPDATE,
        told_at=make.NOW - timedelta(days=1),
        differing=((telling.said("for 120 days", 1), telling.said("for 60 days", 2)),),
    )
    told = telling.digest(
        telling.card(),
        update,
        still=(telling.card(3, title="A strike goes on", status=StoryStatus.STILL),),
        quiet_topics=(("chips", make.NOW - timedelta(days=2)),),
        corrections=(telling.corrected(),),
        late_since=make.NOW - timedelta(hours=2),
        missed=2,
    )
    messages = [
        *(part.message for part in render_digest.digest(told, make.chat(), words)),
        *(part.message for part in render_digest.digest(telling.digest(), make.chat(), words)),
        *render_topic.topic_answer(telling.answer(), words),
        *render_topic.topic_answer(telling.answer(found=False, sentences=(), nearest=(telling.ref(1),)), words),
        render_topic.topic_sources(telling.answer(), words),
        render_topic.topic_timeline(telling.answer(), words),
        render.story_card(telling.card(), make.NOW, words, rating=1),
    ]
    return "\n\n――――\n\n".join(shown(message) for message in messages)


async def talk(lang: str) -> str:
    """What is answered to every command."""
    office = Office()
    await office.newsroom.story("Talks in Moscow", TALKS)
    said = []
    for user, commands in ((READER, SAID), (OWNER, SAID_BY_ADMINS)):
        for text in commands:
            office.now += timedelta(seconds=30)
            answers = [shown(sent.message) for sent in await office.say(text, user, lang=lang)]
            said.append("\n\n".join([f"> {text}", *answers]))
    return "\n\n――――\n\n".join(said)


def compare(name: str, found: str) -> None:
    file = FOLDER / name
    if os.environ.get("GOLDEN") == "update":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(found + "\n", "utf-8")
    assert found + "\n" == file.read_text("utf-8"), f"{name} differs: GOLDEN=update writes it anew"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_is_as_written_down(lang: str) -> None:
    compare(f"entries.{lang}.txt", entries(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_digests_answers_and_cards_are_as_written_down(lang: str) -> None:
    compare(f"looks.{lang}.txt", looks(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_answers_to_commands_are_as_written_down(lang: str) -> None:
    compare(f"talk.{lang}.txt", await talk(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_no_line_carries_more_than_one_emoji(lang: str) -> None:
    for line in (*entries(lang).splitlines(), *looks(lang).splitlines(), *(await talk(lang)).splitlines()):
        emoji = [sign for sign in line if "\U0001f300" <= sign <= "\U0001faff"]
        assert len(emoji) <= 1 or line.lstrip().startswith("[") or line.count("👍") == line.count("👎") == 1, line


def test_a_golden_file_reads_as_the_words_do() -> None:
    assert shown(OutMessage(html=Html('<b>A</b> <a href="https://a.example/">b</a>'))) == "A b\n  → https://a.example/"
