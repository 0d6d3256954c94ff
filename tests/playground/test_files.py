import struct
from pathlib import Path

import pytest

from playground.files import FileStore, image_size
from playground.parameters import Upload

JPEG = b"\xff\xd8" + b"\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x03" * 12
GIF = b"GIF89a" + struct.pack("<HH", 40, 30)
VP8X = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (39).to_bytes(3, "little") + (29).to_bytes(3, "little")
VP8L = b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 4 + b"/" + ((29 << 14) | 39).to_bytes(4, "little")
VP8 = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 40, 30)


@pytest.mark.parametrize("content", [JPEG, GIF, VP8X, VP8L, VP8])
def test_the_size_of_a_picture_is_read_from_its_head(content: bytes) -> None:
    assert image_size(content) == (40, 30)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\xff\xd8ab" * 9]
)
def test_what_is_no_picture_has_no_size(content: bytes) -> None:
    assert image_size(content) == (0, 0)


def test_the_same_bytes_have_one_content_and_two_ids() -> None:
    store = FileStore()
    one, two = (store.add(Upload("a.txt", b"abc", ""), "document") for _ in range(2))
    assert one.unique_id == two.unique_id
    assert one.id != two.id
    assert (one.mime_type, one.path) == ("text/plain", f"documents/file_{one.unique_id}.txt")
    assert store.content(two) == b"abc"


def test_files_whose_bytes_are_gone_are_forgotten(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    stored = store.add(Upload("a.txt", b"abc", ""), "document")
    (tmp_path / "files" / stored.unique_id).unlink()
    again = FileStore(tmp_path / "files")
    again.restore(store.listing())
    assert again.get(stored.id) is None
