"""What people type is understood, or refused with a code."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from bot import arguments, zones
from news.errors import BadRequest

NOW = datetime(2023, 3, 22, 10, 0, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


def code(function: object, *args: object, **options: object) -> str:
    assert callable(function)
    with pytest.raises(BadRequest) as raised:
        function(*args, **options)
    return raised.value.code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8", time(8)),
        ("08:00", time(8)),
        ("7.30", time(7, 30)),
        ("8pm", time(20)),
        ("12 am", time(0)),
        ("12:15 p.m.", time(12, 15)),
        ("20h", time(20)),
        ("18h30", time(18, 30)),
        ("23:59", time(23, 59)),
    ],
)
def test_times_of_day(typed: str, expected: time) -> None:
    assert arguments.time_of_day(typed) == expected


@pytest.mark.parametrize("typed", ["", "24:00", "8:60", "13pm", "0am", "soon", "8:5", "-1", "8:00:00"])
def test_bad_times(typed: str) -> None:
    assert code(arguments.time_of_day, typed) == "bad_time"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("Munich", "Europe/Berlin"),
        ("münchen", "Europe/Berlin"),
        ("Germany", "Europe/Berlin"),
        ("Japan", "Asia/Tokyo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("new york", "America/New_York"),
        ("NYC", "America/New_York"),
        ("St. Petersburg", "Europe/Moscow"),
        ("Москва", "Europe/Moscow"),
        ("Нижний Новгород", "Europe/Moscow"),
        ("北京", "Asia/Shanghai"),
        ("Paris, France", "Europe/Paris"),
        ("utc", "UTC"),
    ],
)
def test_zones(typed: str, expected: str) -> None:
    assert arguments.zone(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("UTC+3", "zone_offset"),
        ("+05:30", "zone_offset"),
        ("Qwzxville", "zone_unknown"),
        ("Berln", "zone_near"),
        ("", "zone_unknown"),
    ],
)
def test_bad_zones(typed: str, expected: str) -> None:
    assert code(arguments.zone, typed) == expected


def test_an_unknown_zone_names_the_nearest() -> None:
    with pytest.raises(BadRequest, match="Europe/Berlin"):
        arguments.zone("Berlim")


def test_every_suggested_zone_is_one() -> None:
    for lang in ("en", "ru", "zh", "es", "de", "fr", "ar", None):
        assert all(arguments.zone(zone) == zone for zone in zones.likely(lang))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Sat, Sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("1-5", {0, 1, 2, 3, 4}),
        ("daily", set(range(7))),
        ("Monday", {0}),
    ],
)
def test_weekdays(typed: str, expected: set[int]) -> None:
    assert arguments.weekdays(typed) == expected


@pytest.mark.parametrize("typed", ["", "someday", "0", "8", "mon-tue-wed"])
def test_bad_weekdays(typed: str) -> None:
    assert code(arguments.weekdays, typed) == "bad_weekdays"


def test_urls() -> None:
    assert arguments.url("example.org/feed") == "https://example.org/feed"
    assert arguments.url(" <http://example.org> ") == "http://example.org"
    for typed in ("", "hello", "javascript:alert(1)", "file:///etc/passwd", "http://"):
        assert code(arguments.url, typed) == "bad_url"


def test_a_plain_question_looks_back_thirty_days() -> None:
    query = arguments.topic_query("What's new about Russia–China relations?", NOW)
    assert query.terms == ("Russia", "China", "relations")
    assert query.window.since == NOW - 30 * DAY
    assert query.window.until > NOW
    assert (query.window_days, query.window_asked) == (30, False)


@pytest.mark.parametrize(
    ("typed", "since", "until", "days"),
    [
        ("floods today", datetime(2023, 3, 22, tzinfo=UTC), None, 1),
        ("yesterday's vote", datetime(2023, 3, 21, tzinfo=UTC), datetime(2023, 3, 22, tzinfo=UTC), 1),
        ("floods this week", datetime(2023, 3, 16, tzinfo=UTC), None, 7),
        ("floods last week", datetime(2023, 3, 13, tzinfo=UTC), datetime(2023, 3, 20, tzinfo=UTC), 7),
        ("floods since Monday", datetime(2023, 3, 20, tzinfo=UTC), None, 3),
        ("floods since Thursday", datetime(2023, 3, 16, tzinfo=UTC), None, 7),
        ("floods in February", datetime(2023, 2, 1, tzinfo=UTC), datetime(2023, 3, 1, tzinfo=UTC), 28),
        ("floods in April", datetime(2022, 4, 1, tzinfo=UTC), datetime(2022, 5, 1, tzinfo=UTC), 30),
        ("floods March 2022", datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC), 31),
        ("floods in the last 3 days", NOW - 3 * DAY, None, 3),
        ("floods past two weeks", NOW - 14 * DAY, None, 14),
        ("floods last 12 hours", NOW - timedelta(hours=12), None, 1),
        ("наводнения с понедельника", datetime(2023, 3, 20, tzinfo=UTC), None, 3),
        ("наводнения в феврале", datetime(2023, 2, 1, tzinfo=UTC), datetime(2023, 3, 1, tzinfo=UTC), 28),
        ("洪水最近3天", NOW - 3 * DAY, None, 3),
        ("inundaciones en los últimos dos días", NOW - 2 * DAY, None, 2),
        ("Hochwasser seit Montag", datetime(2023, 3, 20, tzinfo=UTC), None, 3),
        ("inondations la semaine dernière", datetime(2023, 3, 13, tzinfo=UTC), datetime(2023, 3, 20, tzinfo=UTC), 7),
        ("فيضانات منذ أمس", datetime(2023, 3, 21, tzinfo=UTC), None, 2),
    ],
)
def test_time_words_become_a_window(typed: str, since: datetime, until: datetime | None, days: int) -> None:
    langs = {"н": "ru", "洪": "zh", "H": "de", "ف": "ar"}
    lang = langs.get(typed[0]) or {"inu": "es", "ino": "fr"}.get(typed[:3])
    query = arguments.topic_query(typed, NOW, lang=lang)
    assert query.window.since == since
    assert query.window.until == (until or NOW + timedelta(seconds=1))
    assert (query.window_days, query.window_asked) == (days, True)
    assert len(query.terms) == 1, query.terms


@pytest.mark.parametrize(
    ("typed", "lang", "asked_at", "since"),
    [
        ("floods this week", "en", datetime(2023, 3, 20, 9, tzinfo=UTC), datetime(2023, 3, 14, tzinfo=UTC)),  # a Monday
        ("floods this week", "en", datetime(2023, 3, 26, 9, tzinfo=UTC), datetime(2023, 3, 20, tzinfo=UTC)),  # a Sunday
        ("наводнения на этой неделе", "ru", datetime(2023, 3, 20, 9, tzinfo=UTC), datetime(2023, 3, 14, tzinfo=UTC)),
        ("本周洪水", "zh", datetime(2023, 3, 20, 9, tzinfo=UTC), datetime(2023, 3, 14, tzinfo=UTC)),
        ("floods this month", "en", datetime(2023, 3, 1, 9, tzinfo=UTC), datetime(2023, 2, 23, tzinfo=UTC)),
        ("floods this month", "en", datetime(2023, 3, 22, 9, tzinfo=UTC), datetime(2023, 3, 1, tzinfo=UTC)),
        ("floods this year", "en", datetime(2023, 1, 2, 9, tzinfo=UTC), datetime(2022, 12, 27, tzinfo=UTC)),
        ("floods this year", "en", datetime(2023, 3, 22, 9, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_span_that_has_just_begun_is_seven_days_long(
    typed: str, lang: str, asked_at: datetime, since: datetime
) -> None:
    query = arguments.topic_query(typed, asked_at, lang=lang)
    assert query.window.since == since
    assert query.window_days >= 7


def test_days_are_those_of_the_readers_zone() -> None:
    late = datetime(2023, 3, 21, 22, 0, tzinfo=UTC)  # already the 22nd in Moscow
    query = arguments.topic_query("floods today", late, zone="Europe/Moscow")
    assert query.window.since == datetime(2023, 3, 21, 21, 0, tzinfo=UTC)


def test_explicit_days_beat_time_words() -> None:
    query = arguments.topic_query("floods yesterday", NOW, days=7)
    assert query.window.since == NOW - 7 * DAY
    assert query.terms == ("floods",)
    assert query.window_asked
    assert code(arguments.topic_query, "floods", NOW, days=0) == "bad_days"


def test_operators() -> None:
    query = arguments.topic_query('grain +Odesa -Turkey "Black Sea" -"Sea of Azov" Sino-Russian', NOW)
    assert query.terms == ("grain", "Sino-Russian")
    assert query.phrases == ("Black Sea",)
    assert query.must == ("Odesa",)
    assert query.must_not == ("Sea of Azov", "Turkey")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "query_empty"),
        ("   ", "query_empty"),
        ("🙂🔥", "query_empty"),
        ("?!", "query_empty"),
        ("<b></b>", "query_empty"),
        ("x", "query_too_short"),
        ("a" * 4000, "query_too_long"),
        ("what happened today?", "query_no_topic"),
    ],
)
def test_questions_that_are_none(typed: str, expected: str) -> None:
    assert code(arguments.topic_query, typed, NOW) == expected


def test_markup_and_query_syntax_are_only_words() -> None:
    assert arguments.topic_query("<b>Russia</b> & China", NOW).terms == ("Russia", "China")
    query = arguments.topic_query("'; DROP TABLE articles; --", NOW)
    assert query.terms == ("DROP", "TABLE", "articles")
    assert arguments.topic_query("NEAR(russia) AND title:*", NOW).terms == ("NEAR", "russia", "AND", "title")
    assert arguments.topic_query("俄", NOW).terms == ("俄",)
    assert arguments.topic_query("भारत चुनाव", NOW).terms == ("भारत", "चुनाव")


@given(st.text(max_size=400), st.sampled_from(["en", "ru", "zh", "ar", None]))
def test_any_text_is_understood_or_refused(typed: str, lang: str | None) -> None:
    try:
        query = arguments.topic_query(typed, NOW, lang=lang)
    except BadRequest as error:
        assert error.code.startswith("query_")  # noqa: PT017 - either outcome is right, but no other error
    else:
        assert query.window.since < query.window.until
        assert query.terms or query.phrases or query.must


@given(st.text(max_size=60))
def test_any_text_is_a_zone_or_refused(typed: str) -> None:
    try:
        assert arguments.zone(typed)
    except BadRequest as error:
        assert error.code in {"zone_unknown", "zone_near", "zone_offset"}  # noqa: PT017 - either outcome is right


def test_characters_that_mean_nothing_are_no_part_of_a_question() -> None:
    assert (
        arguments.topic_query("gra\U000e0002in\x00 deal\u202e", datetime(2026, 1, 2, tzinfo=UTC)).text == "gra in deal"
    )


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("Trump et l'Ukraine", ("Trump", "Ukraine")),
        ("l’avenir d’Europe", ("avenir", "Europe")),
        ("O'Brien and the Fed", ("O'Brien", "Fed")),
    ],
)
def test_an_elided_article_is_no_part_of_a_word(asked: str, terms: tuple[str, ...]) -> None:
    assert arguments.topic_query(asked, NOW, lang="fr").terms == terms
