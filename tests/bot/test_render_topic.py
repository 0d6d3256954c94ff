"""An answer fits one message, proves each sentence, and its question can be read back from it."""

import pytest
from hypothesis import given, settings, strategies as st

from bot import callbacks, cutting, markup, render_topic, texts
from news.audience import OutMessage
from news.reading import Method
from tests import make
from tests.bot import tdlib, telling
from tests.bot.test_markup import HOSTILE

ENGLISH = texts.load("en")


def text(message: OutMessage) -> str:
    return tdlib.parse(message.html).text


def first_bold(message: OutMessage) -> str:
    parsed = tdlib.parse(message.html)
    start, length = next((start, length) for kind, start, length, _ in parsed.entities if kind == "Bold")
    return parsed.text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le")


def test_an_answer_as_a_reader_sees_it() -> None:
    (message,) = render_topic.topic_answer(telling.answer(), ENGLISH)
    assert text(message) == (
        "Russia–China relations\n"
        "7 days · 9 articles, 6 outlets, 4 countries\n\n"
        "Putin and Xi continue talks in Moscow.¹ The two sides are to sign two agreements.¹ ²\n\n"
        "Not agreed\nThe deal is for 120 days.¹\nIt is for 60.²\n\n"
        "Who says what\nState media, Russia: Relations are at a peak.³\nPrivate media, United States: A threat.⁴\n\n"
        "How it developed\nMar 20 One-on-one talks on the war.¹\nMar 21 Delegations join.²\n\n"
        "¹ Euronews, Mar 21  ² TASS, Mar 21  ³ Reuters, Mar 21  ⁴ Xinhua, Mar 21"
    )
    assert [[button.text for button in row] for row in message.buttons] == [
        ["Articles", "Timeline", "Chart"],
        ["1 day", "30 days"],
        ["Follow", "👍", "👎"],
    ]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"]), min_size=1, max_size=200))
def test_the_question_is_read_back_from_the_answer(question: str) -> None:
    """Of the characters that `arguments.topic_query` lets into a question."""
    question = " ".join(question.split())
    if question:
        for answer in (telling.answer(question), telling.answer(question, found=False)):
            (message,) = render_topic.topic_answer(answer, ENGLISH)
            assert render_topic.question_of(first_bold(message)) == question


def test_a_question_too_long_to_repeat_has_no_buttons_that_ask_it_again() -> None:
    (message,) = render_topic.topic_answer(telling.answer("why " * 60), ENGLISH)
    assert message.buttons == ()
    assert first_bold(message).endswith("…")


def test_buttons_carry_the_window() -> None:
    (message,) = render_topic.topic_answer(telling.answer(window_days=3), ENGLISH)
    pressed = [callbacks.decode(button.data or "") for row in message.buttons for button in row]
    assert [(each.verb, each.number()) for each in pressed] == [
        ("more", 3),
        ("time", 3),
        ("trend", 3),
        ("ask", 1),
        ("ask", 7),
        ("ask", 30),
        ("follow", 3),
        ("up", 3),
        ("down", 3),
    ]


def test_nothing_found_says_so_and_offers_what_is_nearest_and_longer_windows() -> None:
    answer = telling.answer(found=False, sentences=(), sources=(), nearest=(telling.ref(1), telling.ref(2)))
    (message,) = render_topic.topic_answer(answer, ENGLISH)
    assert text(message) == (
        "Russia–China relations\n"
        "I found nothing on it in the last 7 days.\n\n"
        "What comes nearest:\nHeadline 1 · Euronews, Mar 21\nHeadline 2 · TASS, Mar 21"
    )
    assert [[button.text for button in row] for row in message.buttons] == [["30 days"], ["Follow"]]


def test_a_wider_window_and_a_models_words_are_admitted() -> None:
    (message,) = render_topic.topic_answer(telling.answer(widened=True, method=Method.ABSTRACTIVE), ENGLISH)
    assert "Nothing in the time you asked for: this is from the last 7 days." in text(message)
    assert "Written by a model and checked" in text(message)


def test_a_line_without_its_source_is_not_told() -> None:
    (message,) = render_topic.topic_answer(telling.answer(sentences=(telling.line("Nobody says so.", 99),)), ENGLISH)
    assert "Nobody" not in text(message)


def test_what_does_not_fit_is_left_to_its_button() -> None:
    long = tuple(telling.line(f"Line {number}. " + "word " * 60, 1, group="state:RU") for number in range(12))
    (message,) = render_topic.topic_answer(telling.answer(perspectives=long, timeline=long), ENGLISH)
    shown = text(message)
    assert "Putin and Xi continue talks" in shown
    assert "Not agreed" in shown
    assert "How it developed" not in shown
    assert "Timeline" in [button.text for row in message.buttons for button in row]
    assert "¹ Euronews" in shown


def test_every_number_shown_is_named_among_the_sources_and_no_other() -> None:
    shown = telling.answer(perspectives=(), disagreements=(), timeline=(telling.line("Talks.", 3, at=make.NOW),))
    (message,) = render_topic.topic_answer(shown, ENGLISH)
    assert text(message).endswith("¹ Euronews, Mar 21  ² TASS, Mar 21  ³ Reuters, Mar 21")


def test_a_day_of_another_year_is_told_with_its_year() -> None:
    past = (telling.line("Long ago.", 1, at=make.NOW.replace(year=2019)), telling.line("Now.", 2, at=make.NOW))
    (message,) = render_topic.topic_answer(telling.answer(timeline=past), ENGLISH)
    assert "Mar 21, 2019 Long ago.¹\nMar 21 Now.²" in text(message)


def test_the_articles_and_the_timeline_stand_by_themselves() -> None:
    listed = text(render_topic.topic_sources(telling.answer(), ENGLISH))
    assert "Headline 4 · Xinhua, Mar 21" in listed
    developed = text(render_topic.topic_timeline(telling.answer(), ENGLISH, "Asia/Tokyo"))
    assert developed.startswith("Russia–China relations\n\nMar 20 One-on-one talks on the war.¹\nMar 21 Delegations")
    assert "¹ Euronews, Mar 21: Headline 1" in developed


@pytest.mark.parametrize("days", [1, 7, 30, 365])
def test_no_row_of_buttons_is_empty(days: int) -> None:
    for found in (True, False):
        [message] = render_topic.topic_answer(telling.answer(found=found, window_days=days), ENGLISH)
        assert all(message.buttons), days


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE, min_size=5, max_size=5), st.integers(1, 300))
def test_hostile_answers_are_valid_and_fit(strange: list[str], repeats: int) -> None:
    sources = (telling.ref(1, title=strange[0] * repeats, publisher=strange[1]), telling.ref(2, publisher=strange[1]))
    lines = tuple(telling.line(strange[2] * repeats, 1, 2, group=strange[3]) for _ in range(4))
    answer = telling.answer(
        strange[4] * repeats,
        sentences=lines,
        sources=sources,
        nearest=sources,
        timeline=lines,
        perspectives=lines,
        disagreements=lines,
    )
    for message in (
        *render_topic.topic_answer(answer, ENGLISH),
        *render_topic.topic_answer(telling.answer(strange[4], found=False, nearest=sources), ENGLISH),
        render_topic.topic_sources(answer, ENGLISH),
        render_topic.topic_timeline(answer, ENGLISH),
    ):
        parsed = tdlib.parse(message.html)
        assert cutting.measure(markup.trusted(message.html)).fits(cutting.MESSAGE)
        assert {url for _, _, _, url in parsed.entities} <= {"", "https://example.com/1", "https://example.com/2"}
