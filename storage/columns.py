"""Column types that mean the same on SQLite and PostgreSQL.

In go the values that entities hold, out come the same values: aware UTC datetimes, timedeltas, unsigned 64-bit numbers,
text without what a database refuses, vectors. A naive datetime is a fault of the caller and raises ValueError.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, DateTime, Dialect, Float, LargeBinary, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

_SIGN = 1 << 63
_SPAN = 1 << 64


class AwareUtc(TypeDecorator[datetime]):
    """An instant. SQLite keeps it as sortable text, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


class Seconds(TypeDecorator[timedelta]):
    """A span of time, kept as a number of seconds."""

    impl = Float
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value.total_seconds()

    def process_result_value(self, value: float | None, dialect: Dialect) -> timedelta | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else timedelta(seconds=value)


class Unsigned64(TypeDecorator[int]):
    """A number of 64 bits without sign; both databases have signed ones only."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value - _SPAN if value is not None and value >= _SIGN else value

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value + _SPAN if value is not None and value < 0 else value


def storable(text: str) -> str:
    """The text without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which are not UTF-8."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class CleanText(TypeDecorator[str]):
    """Text from outside, made storable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else storable(value)


class Embedding(TypeDecorator[bytes]):
    """A vector: little-endian float32 bytes outside, float16 inside (halfvec on PostgreSQL, a blob elsewhere).

    Half precision moves a cosine by less than 0.001 and halves the file.
    """

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from pgvector.sqlalchemy import HALFVEC  # noqa: PLC0415 - only the `postgres` extra brings it

            return dialect.type_descriptor(HALFVEC())
        return dialect.type_descriptor(LargeBinary())

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        single = np.frombuffer(value, dtype="<f4")
        return single if dialect.name == "postgresql" else single.astype("<f2").tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return np.asarray(value, dtype="<f4").tobytes()
        return np.frombuffer(value, dtype="<f2").astype("<f4").tobytes()
