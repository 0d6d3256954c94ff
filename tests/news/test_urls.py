import pytest
from hypothesis import given, strategies as st

from news.urls import canonical, domain_of, is_web_address, page_key, spellings, with_scheme


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("https://example.com:443/a#part", "https://example.com/a"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a?utm_source=x&id=3&fbclid=9", "https://example.com/a?id=3"),
        ("https://example.com/a?at_medium=RSS&at_campaign=KARANGA", "https://example.com/a"),
        ("https://example.com/a?from=rss&page=2", "https://example.com/a?page=2"),
        ("https://example.com/a?from=moscow", "https://example.com/a?from=moscow"),
        ("https://example.com/news/index.html", "https://example.com/news/"),
        ("https://example.com/%7euser/%d0%bc", "https://example.com/~user/%D0%BC"),
        ("https://example.com/Москва", "https://example.com/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0"),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
        ("https://en.wikinews.org//wiki/A,_b", "https://en.wikinews.org//wiki/A,_b"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("  tag:example.com,2005:1 ", "tag:example.com,2005:1"),
        ("https://example.com/?p=123", "https://example.com/?p=123"),
        ("https://example.com/?q=a+b%20c&empty", "https://example.com/?q=a+b%20c&empty"),
    ],
)
def test_canonical(given_url: str, expected: str) -> None:
    assert canonical(given_url) == expected


WILD = st.text(alphabet=st.sampled_from("ab%2Ffé中?&=#/:@.;+ [] utm_source"), max_size=30)


@given(WILD)
def test_canonical_is_idempotent(tail: str) -> None:
    once = canonical(f"https://Example.com/{tail}")
    assert canonical(once) == once


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert page_key(once) == page_key(text)
    assert once in spellings(text)


@given(WILD)
def test_every_spelling_has_the_same_key(tail: str) -> None:
    address = f"http://www.example.com/{tail}"
    assert {page_key(spelling) for spelling in spellings(address)} == {page_key(address)}


def test_spellings_meet_across_scheme_www_and_slash() -> None:
    assert canonical("http://example.com/a/") in spellings("https://www.example.com/a")
    assert canonical("https://example.com/a") in spellings("https://m.example.com/a")


def test_another_port_is_another_site() -> None:
    assert all(":8080" in spelling for spelling in spellings("http://127.0.0.1:8080/a"))
    assert page_key("http://example.com:8080/a") != page_key("http://example.com/a")


def test_pages_stay_apart() -> None:
    keys = {page_key(f"https://example.com/{tail}") for tail in ("a", "b", "a?id=1", "a?id=2", "a/b")}
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.com", True),
        ("http://localhost:8000/feed", True),
        ("ftp://example.com", False),
        ("example.com", False),
        ("https://", False),
        ("https://[", False),
        ("http://example.com:99999/", False),
        ("file:///etc/passwd", False),
        ("http://not a url", False),
        ("https://a<b>.com", False),
    ],
)
def test_is_web_address(text: str, is_one: bool) -> None:
    assert is_web_address(text) is is_one


def test_domain_of() -> None:
    assert domain_of("https://www.BBC.co.uk/news") == "bbc.co.uk"
    assert domain_of("urn:byline:file:x") == ""


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" example.com/feed ", "https://example.com/feed"),
        ("http://a.example", "http://a.example"),
        ("note.txt", "https://note.txt"),
        ("Putin Xi", "Putin Xi"),
    ],
)
def test_with_scheme(typed: str, address: str) -> None:
    assert with_scheme(typed) == address
