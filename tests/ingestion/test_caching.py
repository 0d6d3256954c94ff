from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from ingestion.caching import LONGEST_WAIT, feed_wait, retry_after, server_wait

NOON = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"cache-control": "public, max-age=1800"}, 30),
        ({"cache-control": 'max-age="60"'}, 1),
        ({"cache-control": "no-cache, max-age=1800"}, None),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"expires": "Mon, 23 Nov 2026 12:10:00 GMT", "date": NOON}, 10),
        ({"expires": "Mon, 23 Nov 2026 11:00:00 GMT", "date": NOON}, None),
        ({"expires": "0", "date": NOON}, None),
        ({"expires": "Mon, 23 Nov 2026 12:10:00 GMT"}, None),
        ({"cache-control": "max-age=99999999"}, 24 * 60),
        ({}, None),
    ],
)
def test_what_a_server_asks_for(headers: dict[str, str], minutes: int | None) -> None:
    assert server_wait(headers) == (timedelta(minutes=minutes) if minutes is not None else None)


@pytest.mark.parametrize(
    ("value", "seconds"), [("90", 90), ("Mon, 23 Nov 2026 12:01:00 GMT", 60), ("soon", None), ("", None), ("-5", None)]
)
def test_retry_after(value: str, seconds: int | None) -> None:
    assert retry_after({"retry-after": value, "date": NOON}) == (timedelta(seconds=seconds) if seconds else None)


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "minutes"),
    [
        ("60", None, None, 60),
        (None, "hourly", "2", 30),
        (None, "daily", None, 24 * 60),
        ("x", "never", None, None),
        ("0", None, None, None),
        (None, "hourly", "0", 60),
    ],
)
def test_what_a_feed_asks_for(ttl: str | None, period: str | None, frequency: str | None, minutes: int | None) -> None:
    assert feed_wait(ttl, period, frequency) == (timedelta(minutes=minutes) if minutes else None)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_nonsense_never_raises_and_no_wait_is_longer_than_a_day(one: str, two: str, three: str) -> None:
    for wait in (
        server_wait({"cache-control": one, "expires": two, "date": three}),
        feed_wait(one, two, three),
        retry_after({"retry-after": one}),
    ):
        assert wait is None or timedelta(0) < wait <= LONGEST_WAIT
