"""A topic's chart counts the reader's own days; the caption carries the words, the question first."""

from datetime import date, timedelta

from bot import callbacks, charts, cutting, markup, render_trend, texts
from news.topics import Report
from tests import make
from tests.bot import tdlib, telling

ENGLISH, CHINESE = texts.load("en"), texts.load("zh")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reports(*groups: str, apart: timedelta = DAY) -> tuple[Report, ...]:
    return tuple(Report(at=make.NOW - apart * at, group=group) for at, group in enumerate(groups))


def test_reports_are_counted_by_day_and_group() -> None:
    given = reports("state:RU", "private:US", "state:RU")
    chart = render_trend.trend(telling.answer(window_days=7), given, make.NOW, ENGLISH, "UTC")
    assert len(chart.days) == 7
    assert chart.days[-1] == make.NOW.date()
    assert dict(chart.groups) == {
        "State media, Russia": (0, 0, 0, 0, 1, 0, 1),
        "Private media, United States": (0, 0, 0, 0, 0, 1, 0),
    }
    assert chart.events == (5, 6)


def test_a_day_is_the_readers_own() -> None:
    late = Report(at=make.NOW.replace(hour=23), group="other")
    chart = render_trend.trend(telling.answer(window_days=1), (late,), make.NOW + DAY, ENGLISH, "Asia/Tokyo")
    assert chart.days == (late.at.date() + DAY,)


def test_a_long_window_is_told_by_weeks() -> None:
    given = reports(*["other"] * 20, apart=5 * DAY)
    chart = render_trend.trend(telling.answer(window_days=365), given, make.NOW, ENGLISH, "UTC")
    assert chart.days[1] - chart.days[0] == 7 * DAY
    assert sum(sum(counts) for _, counts in chart.groups) == 20


def test_rare_groups_are_counted_together() -> None:
    given = reports(*(f"private:{code}" for code in ("US", "US", "GB", "DE", "FR", "IT", "ES", "PL")), apart=HOUR)
    chart = render_trend.trend(telling.answer(window_days=2), given, make.NOW, ENGLISH, "UTC")
    assert len(chart.groups) == render_trend.MOST_GROUPS
    assert sum(dict(chart.groups)["Others"]) == 4 - 1


def test_a_name_the_font_cannot_write_is_told_by_its_countrys_code() -> None:
    chart = render_trend.trend(telling.answer(), reports("state:RU"), make.NOW, CHINESE, "UTC")
    assert [name for name, _ in chart.groups] == ["RU state"]


def test_the_caption_has_the_words_and_fits() -> None:
    long = tuple(telling.line("Word " * 60, 1, at=make.NOW) for _ in range(6))
    sent = render_trend.message(telling.answer(timeline=long), b"png", ENGLISH, callbacks.Topic.TREND)
    told = tdlib.parse(sent.html).text
    assert told.startswith("Russia–China relations\n7 days · 9 articles")
    assert "① Word" in told
    assert cutting.measure(markup.trusted(sent.html)).fits(cutting.CAPTION)
    assert sent.attachment is not None
    assert sent.attachment.data == b"png"


def test_the_other_ground_is_a_button() -> None:
    sent = render_trend.message(telling.answer(), b"png", ENGLISH, callbacks.Topic.PICTURE, dark=True)
    ((button,),) = sent.buttons
    assert button.text == "Light"
    assert callbacks.decode(button.data or "") == callbacks.Pressed(callbacks.Area.TOPIC, "pic", ("7", "0"))


def test_a_timeline_has_its_days_reports() -> None:
    drawn = render_trend.timeline(telling.answer(), reports("other", "other", "other", apart=HOUR), ENGLISH, "UTC")
    assert drawn == charts.Timeline(labels=("Mar 20", "Mar 21"), reports=(1, 3))
    assert make.NOW.date() == date(2023, 3, 21)
