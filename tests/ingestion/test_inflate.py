import gzip
import zlib

import pytest
from hypothesis import given, strategies as st

from ingestion.inflate import Broken, Inflater, Overflow, unpack_file


@given(st.binary(max_size=5000), st.integers(1, 700), st.sampled_from(["", "gzip", "deflate", "identity"]))
def test_chunks_of_any_size_give_the_whole(data: bytes, size: int, encoding: str) -> None:
    packed = data
    if encoding in {"gzip", "deflate"}:
        packed = gzip.compress(data) if encoding == "gzip" else zlib.compress(data)
    inflater = Inflater(encoding, 10_000)
    for at in range(0, len(packed), size):
        inflater.feed(packed[at : at + size])
    assert inflater.data == data


def test_exactly_the_limit_passes_and_one_more_does_not() -> None:
    inflater = Inflater("gzip", 1000)
    inflater.feed(gzip.compress(bytes(1000)))
    assert len(inflater.data) == 1000
    with pytest.raises(Overflow):
        Inflater("gzip", 999).feed(gzip.compress(bytes(1000)))
    with pytest.raises(Overflow):
        Inflater("", 9).feed(bytes(10))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_what_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(Broken):
        Inflater(encoding, 10)


def test_zeros_behind_a_gzip_file_do_not_matter() -> None:
    assert unpack_file(gzip.compress(b"text") + bytes(100), 1000) == b"text"
    assert unpack_file(b"plain", 1000) == b"plain"
