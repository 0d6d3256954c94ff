import pytest
from hypothesis import given, strategies as st

from ingestion.charsets import decoded, encoding_of

RUSSIAN = "Переговоры в Москве продолжились во вторник, сообщает агентство. "
CHINESE = "两国元首在莫斯科继续会谈，讨论经济合作。"
JAPANESE = "モスクワで会談が続いています。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "utf-8"), (RUSSIAN, "utf-16"), (RUSSIAN, "iso-8859-5"),
        (CHINESE, "gb18030"), (CHINESE, "gb2312"), (CHINESE, "big5"), (JAPANESE, "shift_jis"), (JAPANESE, "euc-jp"), (JAPANESE, "iso-2022-jp"),
        ("Ćma nad Łodzią żółta", "iso-8859-2"), ("Zażółć „gęślą” jaźń", "windows-1250"), ("naïve café", "iso-8859-1"),
    ],
)  # fmt: skip
def test_a_declared_encoding_is_right(text: str, encoding: str) -> None:
    text = text.replace("经", "經") if encoding == "big5" else text
    page = f'<?xml version="1.0" encoding="{encoding}"?><p>{text}</p>'.encode(encoding, "ignore")
    assert decoded(page) == page.decode(encoding)


def test_a_prolog_that_lies_about_utf8_is_not_believed() -> None:
    page = f'<?xml version="1.0" encoding="windows-1252"?><p>{RUSSIAN}</p>'.encode()
    assert RUSSIAN in decoded(page, "text/xml; charset=iso-8859-1")


def test_a_prolog_that_claims_utf8_for_cyrillic_is_found_out() -> None:
    page = f'<?xml version="1.0" encoding="utf-8"?><p>{RUSSIAN * 4}</p>'.encode("windows-1251")
    assert RUSSIAN in decoded(page)


def test_the_document_is_believed_before_the_server_and_the_server_before_a_guess() -> None:
    page = f'<meta charset="koi8-r"><p>{RUSSIAN}</p>'.encode("koi8-r")
    assert RUSSIAN in decoded(page, "text/html; charset=windows-1251")
    assert RUSSIAN in decoded(f"<p>{RUSSIAN}</p>".encode("koi8-r"), "text/html; charset=koi8-r")


def test_one_bad_byte_does_not_change_the_encoding() -> None:
    assert encoding_of((RUSSIAN * 3).encode() + b"\xff") == "utf-8"


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=30)))
def test_any_bytes_become_text(data: bytes, content_type: str | None) -> None:
    assert isinstance(decoded(data, content_type), str)
