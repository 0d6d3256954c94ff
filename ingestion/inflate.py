"""Undoes gzip and deflate within a limit, so that a bomb costs no more memory than the limit. Raises Overflow, Broken."""

import zlib

GZIP_MAGIC = b"\x1f\x8b"
ACCEPT_ENCODING = "gzip, deflate"
_AUTO_HEADER = 32 + zlib.MAX_WBITS  # gzip or zlib, found out from the header
_RAW_DEFLATE = -zlib.MAX_WBITS  # what some servers send as "deflate"


class Overflow(Exception):
    """More bytes than the limit."""


class Broken(Exception):
    """Not the compressed data it should be."""


class Inflater:
    """Takes chunks as they come from the wire and gives what they say; holds at most `limit_bytes`."""

    def __init__(self, encoding: str, limit_bytes: int) -> None:
        names = [name.strip().lower() for name in encoding.split(",") if name.strip().lower() not in {"", "identity"}]
        if len(names) > 1 or not set(names) <= {"gzip", "x-gzip", "deflate"}:
            raise Broken(f"Content-Encoding {encoding!r} was not asked for")
        self._limit_bytes = limit_bytes
        self._data = bytearray()
        self._wire_bytes = 0
        self._decoder = zlib.decompressobj(_AUTO_HEADER) if names else None
        self._may_be_raw = names == ["deflate"]

    def feed(self, chunk: bytes) -> None:
        """Take a chunk."""
        self._wire_bytes += len(chunk)
        if self._wire_bytes > self._limit_bytes:
            raise Overflow
        if self._decoder is None:
            self._data += chunk
            return
        while chunk:
            chunk = self._inflate(chunk)

    def _inflate(self, chunk: bytes) -> bytes:
        decoder = self._decoder
        if decoder is None:
            return b""
        room = self._limit_bytes - len(self._data) + 1  # one more than allowed tells "full" from "too much"
        try:
            self._data += decoder.decompress(chunk, room)
        except zlib.error as error:
            if not self._may_be_raw or self._data:
                raise Broken(str(error)) from error
            self._may_be_raw = False
            self._decoder = zlib.decompressobj(_RAW_DEFLATE)
            return chunk
        if len(self._data) > self._limit_bytes:
            raise Overflow
        if decoder.eof:  # a gzip file may have several members, and zeros after the last
            rest = decoder.unused_data
            self._decoder = zlib.decompressobj(_AUTO_HEADER)
            return rest if rest.startswith(GZIP_MAGIC) else b""
        return decoder.unconsumed_tail

    @property
    def data(self) -> bytes:
        """All so far."""
        return bytes(self._data)


def unpack_file(data: bytes, limit_bytes: int) -> bytes:
    """The content of a file that may itself be gzipped (feed.xml.gz); other data as it is."""
    if not data.startswith(GZIP_MAGIC):
        return data
    inflater = Inflater("gzip", limit_bytes)
    inflater.feed(data)
    return inflater.data
