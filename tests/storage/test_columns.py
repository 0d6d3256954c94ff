import struct
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import AwareUtc, Embedding, Seconds, Unsigned64, storable

DIALECTS = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]  # SQLAlchemy's own
aware = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=14))]))


@pytest.mark.parametrize("dialect", DIALECTS)
@given(value=aware.filter(lambda value: 2 < value.year < 9998))
def test_an_instant_comes_back_in_utc(dialect: object, value: datetime) -> None:
    column = AwareUtc()
    stored = column.process_bind_param(value, dialect)  # type: ignore[arg-type]  # a dialect it is
    back = column.process_result_value(stored, dialect)  # type: ignore[arg-type]  # likewise
    assert back == value
    assert back is not None
    assert back.tzinfo is UTC


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        AwareUtc().process_bind_param(datetime(2023, 3, 21), sqlite.dialect())  # noqa: DTZ001 - the fault under test


@given(st.integers(0, 2**64 - 1))
def test_64_bits_fit_into_a_signed_column(value: int) -> None:
    stored = Unsigned64().process_bind_param(value, sqlite.dialect())
    assert stored is not None
    assert -(2**63) <= stored < 2**63
    assert Unsigned64().process_result_value(stored, sqlite.dialect()) == value


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_span_comes_back(value: timedelta) -> None:
    assert (
        Seconds().process_result_value(Seconds().process_bind_param(value, sqlite.dialect()), sqlite.dialect()) == value
    )


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_becomes_storable(text: str) -> None:
    clean = storable(text)
    assert "\x00" not in clean
    assert clean.encode().decode() == clean
    if not any("\ud800" <= sign <= "\udfff" or sign == "\x00" for sign in text):
        assert clean == text


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=20))
def test_half_precision_numbers_come_back(numbers: list[float]) -> None:
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    stored = Embedding().process_bind_param(data, sqlite.dialect())
    assert len(stored) == 2 * len(numbers)
    back = Embedding().process_result_value(stored, sqlite.dialect())
    assert back is not None
    assert struct.unpack(f"<{len(numbers)}f", back) == tuple(numbers)
