"""Uploaded files: their bytes, their ids, and where the download path finds them.

`file_id` stays valid; `file_unique_id` is the content's own. With a folder the bytes lie there and survive a
restart; without one they are kept in memory. Limits: bots upload 50 MB (photos 10 MB) and download 20 MB (Bot API
manual, "Sending files" and getFile).
"""

import base64
import hashlib
import mimetypes
import struct
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from playground.parameters import Upload

MAX_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
MAX_UPLOAD_BYTES: Final = 50 * 1024 * 1024
MAX_PHOTO_BYTES: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's description; the bytes are in the store."""

    id: str
    unique_id: str
    name: str
    mime_type: str
    kind: str
    size_bytes: int
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """The `file_path` that getFile answers."""
        suffix = Path(self.name).suffix or ".bin"
        return f"{self.kind}s/file_{self.unique_id}{suffix}"


class FileStore:
    """The files of one server."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, StoredFile] = {}
        self._bytes: dict[str, bytes] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def add(self, upload: Upload, kind: str) -> StoredFile:
        """Keeps an upload as a document or a photo."""
        digest = hashlib.sha256(upload.content).digest()
        unique_id = base64.urlsafe_b64encode(digest[:11]).decode().rstrip("=")
        number = len(self._known) + 1
        salted = hashlib.sha256(f"{number}:{kind}:{unique_id}".encode()).digest()
        prefix = "BQAC" if kind == "document" else "AgAC"
        width, height = image_size(upload.content) if kind == "photo" else (0, 0)
        stored = StoredFile(
            id=prefix + base64.urlsafe_b64encode(digest[:18] + salted[:18]).decode().rstrip("="),
            unique_id=unique_id,
            name=upload.name or "file",
            mime_type=upload.mime_type or mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
            kind=kind,
            size_bytes=len(upload.content),
            width=width,
            height=height,
        )
        self._known[stored.id] = stored
        if self._folder is None:
            self._bytes[unique_id] = upload.content
        else:
            (self._folder / unique_id).write_bytes(upload.content)
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        return self._known.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self._known.values() if stored.path == path), None)

    def content(self, stored: StoredFile) -> bytes:
        if self._folder is None:
            return self._bytes[stored.unique_id]
        return (self._folder / stored.unique_id).read_bytes()

    def listing(self) -> list[dict[str, Any]]:
        """What `restore` takes after a restart."""
        return [asdict(stored) for stored in self._known.values()]

    def restore(self, listing: list[dict[str, Any]]) -> None:
        for item in listing:
            stored = StoredFile(**item)
            if self._folder is not None and (self._folder / stored.unique_id).exists():
                self._known[stored.id] = stored


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, GIF, JPEG or WebP; (0, 0) for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    return 0, 0


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0, 0


def _webp_size(content: bytes) -> tuple[int, int]:
    if content[12:16] == b"VP8X" and len(content) >= 30:
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if content[12:16] == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if content[12:16] == b"VP8 " and len(content) >= 30:
        width, height = struct.unpack("<HH", content[26:30])
        return int(width) & 0x3FFF, int(height) & 0x3FFF
    return 0, 0
