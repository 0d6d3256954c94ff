"""Pictures are PNGs of a phone's width, on the ground that was asked for."""

import struct
from datetime import date, timedelta

import pytest

from bot import charts

DAYS = tuple(date(2023, 3, 1) + timedelta(days=away) for away in range(7))
LABELS = tuple(str(day.day) for day in DAYS)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("dark", [False, True])
def test_a_trend_is_a_picture_for_a_phone(dark: bool) -> None:
    png = charts.trend(
        charts.Trend(
            days=DAYS,
            labels=LABELS,
            groups=(("State media, Russia", (1, 0, 2, 0, 0, 3, 1)), ("Others", (0, 0, 1, 0, 0, 0, 1))),
            events=(0, 5, 5),
            dark=dark,
        )
    )
    assert size(png) == (1080, 900)


def test_the_ground_is_light_or_dark() -> None:
    bars = charts.Trend(days=DAYS[:1], labels=LABELS[:1], groups=(("Others", (1,)),))
    assert charts.trend(bars) != charts.trend(
        charts.Trend(days=bars.days, labels=bars.labels, groups=bars.groups, dark=True)
    )


def test_a_timeline_and_empty_charts_are_drawn_too() -> None:
    assert size(charts.timeline(charts.Timeline(labels=("Mar 20", "Mar 21, 2022"), reports=(3, 1)))) == (1080, 900)
    assert size(charts.trend(charts.Trend(days=DAYS[:1], labels=LABELS[:1], groups=()))) == (1080, 900)
    assert size(charts.timeline(charts.Timeline(labels=(), reports=()))) == (1080, 900)
