"""A story by itself: its sources, its times, what can be done about it."""

from datetime import timedelta

import pytest

from bot import callbacks, render, texts
from tests import make
from tests.bot import tdlib, telling

ENGLISH = texts.load("en")


def test_a_story_card_as_a_reader_sees_it() -> None:
    message = render.story_card(telling.card(3), make.NOW, ENGLISH, "Europe/Moscow", rating=-1)
    assert tdlib.parse(message.html).text == (
        "Putin and Xi resume talks in Moscow\n\n"
        "Economic cooperation takes centre stage.¹ Two agreements are to be signed.¹ ²\n\n"
        "9 outlets, 5 countries · first: TASS 09:00\n\n"
        "¹ Euronews, Mar 21: Headline 1\n² TASS, Mar 21: Headline 2\n³ Reuters, Mar 21: Headline 3"
    )
    assert [[button.text for button in row] for row in message.buttons] == [
        ["Timeline", "Who says what"],
        ["👍", "👎 ✓", "Mute"],
    ]
    pressed = [callbacks.decode(button.data or "") for row in message.buttons for button in row]
    assert [(each.area, each.verb, each.number()) for each in pressed] == [
        ("s", "time", 3),
        ("s", "say", 3),
        ("s", "up", 3),
        ("s", "down", 3),
        ("s", "mute", 3),
    ]


def test_numbers_that_differ_are_said_with_who_says_them() -> None:
    claims = (telling.said("12 people died", 1, 3), telling.said("15 people died", 2))
    shown = tdlib.parse(render.story_card(telling.card(differing=(claims,)), make.NOW, ENGLISH).html).text
    assert "\n\nNumbers differ: “12 people died” (¹ Euronews ³ Reuters); “15 people died” (² TASS)\n\n" in shown


def test_a_number_that_no_source_proves_is_no_difference() -> None:
    claims = (telling.said("12 people died", 1), telling.said("15 people died", 99))
    assert render.differing(telling.card(differing=(claims,)), ENGLISH) == []


def test_a_time_of_another_day_names_its_day() -> None:
    today = make.NOW.date()
    yesterday = make.NOW - timedelta(days=1)
    assert render.near_clock(make.NOW, today, ENGLISH, "UTC") == "12:00"
    assert render.near_clock(yesterday, today, ENGLISH, "UTC") == "Mar 20, 12:00"
    assert render.near_clock(make.NOW - timedelta(hours=12), today, ENGLISH, "America/New_York") == "Mar 20, 20:00"


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("state:RU", "State media, Russia"),
        ("agency:GB", "Agencies, United Kingdom"),
        ("western", "Western media"),
        ("media:IN", "Media, India"),
        ("other", "Others"),
        (None, "Others"),
        ("state:None", "Others"),
        ("<b>:US", "Others"),
    ],
)
def test_groups_of_publishers_have_names(group: str | None, name: str) -> None:
    assert render.group_name(group, ENGLISH) == name


def test_an_endless_headline_is_cut_at_a_word_and_its_link_stays() -> None:
    html = render.headline("word " * 200, "https://example.com/1")
    (bold, link) = sorted(tdlib.parse(html).entities)
    assert bold[2] == link[2] <= 300
    assert tdlib.parse(html).text.endswith("word…")


def test_nothing_to_tell_is_said() -> None:
    assert "Nothing was added" in render.story_timeline("T", (), (), ENGLISH).html
    assert "one side" in render.story_perspectives("T", (), (), ENGLISH).html


def test_a_timeline_names_each_day_once() -> None:
    lines = [telling.line(f"Line {n}.", 1, at=make.NOW + timedelta(hours=n)) for n in (0, 1, 30)]
    shown = tdlib.parse(render.timeline(lines, [telling.ref(1)], ENGLISH, "UTC")).text
    assert shown == "Mar 21 Line 0.¹\nLine 1.¹\nMar 22 Line 30.¹"
