from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from news.entities import SourceReading, SourceState, SourceStatus
from news.errors import FetchError, ParseError
from news.pace import LONGEST, SHORTEST, after, next_check
from tests import make

NOW = make.NOW
ERROR = FetchError("No answer.", target="https://example.com/feed", code="timeout")


def reading_every(gap: timedelta, count: int = 12) -> SourceReading:
    return make.reading(*(make.document(published_at=NOW - gap * number) for number in range(count)), etag='"1"')


@pytest.mark.parametrize(
    ("gap", "interval"),
    [
        (timedelta(minutes=2), SHORTEST),
        (timedelta(hours=1), timedelta(minutes=30)),
        (timedelta(days=9), LONGEST),
    ],
)
def test_the_interval_is_half_of_the_usual_gap(gap: timedelta, interval: timedelta) -> None:
    state = next_check(make.source(), reading_every(gap), NOW, 0.0)
    assert state.interval == interval
    assert state.next_check_at == NOW + interval


def test_a_silent_source_is_asked_ever_less() -> None:
    state = SourceState(interval=timedelta(minutes=15), newest_at=NOW - timedelta(days=3))
    intervals = []
    for hours in range(10):
        state = next_check(make.source(state=state), make.reading(unchanged=True), NOW + timedelta(hours=hours), 0.0)
        intervals.append(state.interval)
    assert intervals == sorted(intervals)
    assert intervals[0] > timedelta(hours=1)


def test_an_unchanged_source_keeps_its_validators() -> None:
    read = next_check(make.source(), reading_every(timedelta(hours=1)), NOW, 0.0)
    again = next_check(make.source(state=read), make.reading(unchanged=True), NOW, 0.0)
    assert (read.etag, again.etag) == ('"1"', '"1"')
    assert again.last_success_at == NOW
    assert next_check(make.source(state=read), make.reading(make.document()), NOW, 0.0).etag is None


def test_what_the_server_asks_for_is_honoured_up_to_a_day() -> None:
    asked = next_check(make.source(), make.reading(wait_at_least=timedelta(hours=3)), NOW, -1.0)
    assert asked.next_check_at == NOW + timedelta(hours=3)
    far = next_check(make.source(), make.reading(wait_at_least=timedelta(days=900)), NOW, 0.0)
    assert far.next_check_at == NOW + LONGEST


def test_errors_back_off_by_doubling_and_retry_after_is_honoured() -> None:
    source = make.source()
    waits = []
    for _ in range(4):
        source = after(source, ERROR, NOW, 0.0).source
        assert source.state.next_check_at is not None
        waits.append(source.state.next_check_at - NOW)
    assert waits == [timedelta(minutes=15) * 2**count for count in range(1, 5)]
    assert (source.state.failures, source.state.error_code) == (4, "timeout")
    busy = FetchError("Too many requests.", target="x", status=429, retry_after=timedelta(hours=5))
    assert next_check(make.source(), busy, NOW, 0.0).next_check_at == NOW + timedelta(hours=5)


def test_admins_hear_once_of_a_day_of_failing_and_once_of_recovery() -> None:
    source = make.source()
    news = []
    for hours in range(0, 60, 3):
        checked = after(source, ERROR, NOW + timedelta(hours=hours), 0.0)
        source = checked.source
        news.append(checked.news)
    assert news.count("failing") == 1
    assert news.index("failing") == 8
    recovered = after(source, make.reading(make.document()), NOW + timedelta(days=3), 0.0)
    assert recovered.news == "recovered"
    assert recovered.source.state.error_code is None
    assert after(recovered.source, make.reading(unchanged=True), NOW + timedelta(days=4), 0.0).news is None


def test_a_short_failure_is_nobodys_news() -> None:
    failed = after(make.source(), ParseError("No feed.", target="x"), NOW, 0.0).source
    assert after(failed, make.reading(unchanged=True), NOW + timedelta(hours=1), 0.0).news is None


def test_410_ends_a_source() -> None:
    gone = after(make.source(), FetchError("Gone.", target="x", status=410), NOW, 0.0)
    assert (gone.news, gone.source.status) == ("gone", SourceStatus.GONE)


def test_the_baseline_is_set_by_the_first_documents() -> None:
    empty = next_check(make.source(), make.reading(), NOW, 0.0)
    assert empty.baseline_at is None
    first = next_check(make.source(), make.reading(make.document()), NOW, 0.0)
    assert first.baseline_at == NOW
    assert next_check(make.source(state=first), make.reading(make.document()), NOW + LONGEST, 0.0).baseline_at == NOW


@given(
    st.lists(st.integers(-10_000, 10_000_000), max_size=8),
    st.floats(-1, 1),
    st.integers(0, 10**7),
    st.integers(0, 400),
    st.booleans(),
)
def test_the_next_check_is_always_between_the_bounds(
    ages_s: list[int], jitter: float, asked_s: int, failures: int, fails: bool
) -> None:
    documents = [make.document(published_at=NOW - timedelta(seconds=age)) for age in ages_s]
    reading = make.reading(*documents, wait_at_least=timedelta(seconds=asked_s))
    source = make.source(state=SourceState(failures=failures))
    state = next_check(source, ERROR if fails else reading, NOW, jitter)
    assert state.next_check_at is not None
    wait = state.next_check_at - NOW
    assert SHORTEST * 0.9 <= wait <= LONGEST * 1.1
