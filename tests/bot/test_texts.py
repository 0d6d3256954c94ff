"""The languages say the same things."""

import string
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot import texts

LANGUAGES = texts.available()
EVENING = datetime(2023, 3, 21, 22, 30, tzinfo=UTC)


def placeholders(entry: texts.Entry) -> set[str]:
    forms = [entry] if isinstance(entry, str) else list(entry.values())
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_same_keys_and_placeholders_as_english(lang: str) -> None:
    english, other = texts.load("en").entries, texts.load(lang).entries
    assert set(other) == set(english)
    assert {key: placeholders(entry) for key, entry in other.items()} == {
        key: placeholders(entry) for key, entry in english.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plurals_have_every_form_of_the_language(lang: str) -> None:
    ours = texts.load(lang)
    needed = {ours.locale.plural_form(n) for n in range(200)}
    for key, entry in ours.entries.items():
        if not isinstance(entry, str):
            assert needed <= set(entry) | {"other"}, key
            assert "other" in entry, key


def test_a_client_language_finds_its_file_or_english() -> None:
    assert texts.nearest("en-GB") == "en"
    assert texts.nearest("tlh") == "en"
    assert texts.nearest(None) == "en"


def test_dates_are_those_of_the_readers_zone() -> None:
    ours = texts.load("en")
    assert ours.day(EVENING, "Europe/Moscow") == "Mar 22"
    assert ours.day(EVENING, "America/New_York") == "Mar 21"
    assert ours.day(date(2023, 3, 21)) == "Mar 21"
    assert ours.long_day(EVENING, "Asia/Tokyo") == "Wed, Mar 22"
    assert ours.clock(EVENING, "Asia/Kolkata") == "04:00"
    assert ours.clock(time(8, 5)) == "08:05"
    assert ours.moment(EVENING, "Europe/Moscow") == "Mar 22, 01:30"
    assert ours.span(timedelta(hours=3)) == "3 hours"


def test_moments_and_lists_are_punctuated_as_the_language_does() -> None:
    assert texts.load("en").long_moment(EVENING, "Europe/Moscow") == "Wed, Mar 22, 01:30"
    assert texts.load("zh").moment(EVENING) == "3月21日 22:30"
    assert "،" in texts.load("ar").moment(EVENING)
    assert texts.load("en").either(["a", "b", "c"]) == "a, b, or c"
    assert texts.load("de").either(["a", "b"]) == "a oder b"


def test_names_of_countries_languages_and_weekdays() -> None:
    ours = texts.load("en")
    assert ours.country("ru") == "Russia"
    assert ours.language("zh") == "Chinese"
    assert ours.weekday(0) == "Mon"
    assert ours.listed(["a", "b"]) == "a and b"


def test_a_plural_takes_the_form_of_its_number() -> None:
    loaded = texts.load("en")
    ours = texts.Texts("en", {"x.stories": {"one": "{n} story", "other": "{n} stories"}}, loaded.locale)
    assert [ours("x.stories", n=n) for n in (0, 1, 2, 1234)] == ["0 stories", "1 story", "2 stories", "1,234 stories"]
    with pytest.raises(TypeError):
        ours("x.stories", n="many")


def test_commands_names_and_latin_values_do_not_turn_what_is_written_from_right_to_left() -> None:
    arabic = texts.load("ar")
    help_ = arabic("chat.help").splitlines()
    assert "\u200f\u2066/topic\u2069 – سؤال، في المجموعات أيضًا" in help_, "the line begins on the right"
    assert "<i>\u2066/manage\u2069 \u2066@channel\u2069</i>" in arabic("chat.manage_list")
    assert "(\u2068Africa/Cairo\u2069)" in arabic("chat.welcome", time="08:00", zone="Africa/Cairo")
    assert "<b>08:00</b>" in arabic("chat.welcome", time="08:00", zone="Africa/Cairo"), "figures do not turn anything"
    assert "https://example.org/feed.xml" in arabic("errors.bad_url"), "an address stays in one piece"
    assert "\u2066/\u2068topik\u2069\u2069" in arabic("chat.unknown_command_none", command="topik")
    assert not any(mark in texts.load("en")("chat.help") for mark in "\u200f\u2066\u2068\u2069")
