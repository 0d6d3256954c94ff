from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, strategies as st

from ingestion.dates import moment, plausible, spoken

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(datetime.fromtimestamp, st.integers(800_000_000, 3_800_000_000), ZONES)


@given(MOMENTS)
def test_the_forms_of_the_standards_are_read_exactly(at: datetime) -> None:
    assert moment(at.isoformat()) == at
    assert moment(format_datetime(at)) == at
    assert moment(at.strftime("%Y/%m/%d %H:%M:%S%z")) == at


@given(st.text(max_size=120))
def test_no_text_raises_and_every_moment_is_utc(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-03-21", datetime(2023, 3, 21, tzinfo=UTC)),
        ("2023年3月21日 14:30", datetime(2023, 3, 21, 14, 30, tzinfo=UTC)),
        ("2023-03-21T14:30:00.123Z", datetime(2023, 3, 21, 14, 30, 0, 123000, tzinfo=UTC)),
        ("Tue, 21 Mar 2023 14:30:00 EST", datetime(2023, 3, 21, 19, 30, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00", None),
        ("2999-01-01", None),
        ("2023-13-45", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_as_feeds_write_them(text: str | None, expected: datetime | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("text", "lang"),
    [("21 марта 2023, 14:30", "ru"), ("March 21, 2023 at 2:30 pm", None), ("21 mars 2023 14:30", "fr")],
)
def test_dates_as_people_write_them(text: str, lang: str | None) -> None:
    assert spoken(text, lang) == datetime(2023, 3, 21, 14, 30, tzinfo=UTC)


def test_a_sentence_with_a_number_is_no_date() -> None:
    assert spoken("The two sides are to sign 2 major agreements") is None
    assert plausible(None) is None
