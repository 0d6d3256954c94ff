"""Which encoding bytes are in, when the header, the prolog and the bytes disagree.

Valid UTF-8 with letters beyond ASCII is UTF-8 whatever anybody says: other text is practically never valid UTF-8 by chance.
Then a byte order mark, the document's own word, the server's word, each only if the bytes can be decoded so; then a guess.
"""

import codecs
import re

from charset_normalizer import from_bytes

_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "us-ascii": "windows-1252",
}
_GUESS_BYTES = 20_000


def encoding_of(data: bytes, content_type: str | None = None) -> str | None:
    """A Python codec's name that decodes the bytes, None where none is sure."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if b"\x00" in data[:4]:
        return {b"\x00<": "utf-16-be", b"<\x00": "utf-16-le"}.get(data[:2])
    if not data.isascii() and _decodes(data, "utf-8"):
        return "utf-8"
    declared = _DECLARED.search(data[:2048])
    header = _HEADER.search(content_type or "")
    for word in (declared.group(1).decode("ascii") if declared else None, header.group(1) if header else None):
        known = _known(word)
        if known and _decodes(data, known):
            return known
    if data.isascii() or _is_damaged_utf8(data):
        return "utf-8"
    best = from_bytes(data[:_GUESS_BYTES]).best()
    return best.encoding if best is not None and _known(best.encoding) else None


def decoded(data: bytes, content_type: str | None = None) -> str:
    """The text of the bytes; what cannot be decoded is replaced."""
    return data.decode(encoding_of(data, content_type) or "utf-8", errors="replace").removeprefix("\ufeff")


def _known(name: str | None) -> str | None:
    if not name:
        return None
    name = _WIDER.get(name.lower(), name.lower())
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _is_damaged_utf8(data: bytes) -> bool:
    # a cut or mixed file: nearly all that is not ASCII is valid
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    return bad * 20 < sum(not mark.isascii() for mark in text)


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
