"""Whatever a story holds, nothing is refused, nothing becomes markup, nothing is cut inside a tag or a character.

The texts are all 257 inputs of TDLib's own tests of its entity parsers, valid and broken; Telegram's parser is the judge.
"""

import gzip
import json
from pathlib import Path

import pytest

from bot import cutting, markup, texts
from bot.cutting import MESSAGE, Size
from bot.outcomes import plain_message
from bot.render_digest import digest as render
from news.audience import OutMessage, StoryStatus
from tests import make
from tests.bot import tdlib, telling

VECTORS = Path(__file__).parent.parent / "data" / "telegram__entities.jsonl.gz"
INPUTS = [json.loads(line)["input"] for line in gzip.decompress(VECTORS.read_bytes()).decode().splitlines()]
MARKUP = {"TextUrl", "Bold", "Italic", "BlockQuote", "ExpandableBlockQuote"}  # what Byline itself puts into a digest
HOSTILE = [
    '<a href="javascript:x">',
    "</b></i></a>",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "<b",
    "]]>",
]


def solid(text: str) -> str:
    return "".join(text.split())


def test_all_vectors_are_there() -> None:
    assert len(INPUTS) == 257


def test_every_vector_as_a_story_is_shown_and_marks_nothing() -> None:
    for text in [*filter(str.strip, INPUTS), *HOSTILE]:
        sentence = f"It said: {text} and went on."
        card = telling.card(
            1, title=f"T {text} t", sentences=(telling.said(sentence, 1),), status=StoryStatus.NEW, topic=f"q {text}"
        )
        shown = ""
        for part in render(telling.digest(card, quiet_topics=((text, None),)), make.chat(), texts.load("en")):
            parsed = tdlib.parse(part.message.html)
            assert {kind for kind, *_ in parsed.entities} <= MARKUP, text
            assert parsed.units <= MESSAGE.units
            shown += parsed.text
        assert solid(tdlib.parse(markup.escape(sentence)).text) in solid(shown), text


@pytest.mark.parametrize("units", [5, 64])
def test_every_vector_can_be_cut_anywhere(units: int) -> None:
    for text in filter(str.strip, INPUTS):
        html = markup.bold(markup.italic(markup.escape(f"{text} 👨‍👩‍👧‍👦 {text}")))
        pieces = [tdlib.parse(piece) for piece in cutting.split(html, limit=Size(units, 10_000, 100))]
        assert solid("".join(piece.text for piece in pieces)) == solid(tdlib.parse(html).text), text
        assert all({"Bold", "Italic"} >= {kind for kind, *_ in piece.entities} for piece in pieces)


def test_every_vector_that_was_refused_can_be_sent_as_plain_text() -> None:
    for text in INPUTS:
        plainer = plain_message(OutMessage(html=text))
        parsed = tdlib.parse(plainer.html) if plainer.html.strip() else None
        assert parsed is None or not {kind for kind, *_ in parsed.entities} - {
            "Url",
            "Mention",
            "BotCommand",
            "Hashtag",
        }


def test_a_story_of_one_endless_word_goes_into_messages_that_fit() -> None:
    for length in (4096, 4097, 10_000):
        word = "x" * (length - 1) + "😀"
        card = telling.card(1, title="T", sentences=(telling.said(word, 1),))
        parts = render(telling.digest(card), make.chat(), texts.load("en"))
        parsed = [tdlib.parse(part.message.html) for part in parts]
        assert all(each.units <= MESSAGE.units for each in parsed)
        assert sum(each.text.count("x") for each in parsed) >= length - 1
        assert sum(each.text.count("😀") for each in parsed) == 1
