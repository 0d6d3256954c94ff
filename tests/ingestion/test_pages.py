import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.pages import media_kind, parse_page
from ingestion.refusals import Unreadable
from news.entities import ArticleKind, Document

SENTENCES = [
    "Delegations of both countries met in the capital on Tuesday to sign two agreements on trade and on energy, their offices said.",
    "The meeting is the third of this year and follows months of talks about the price of gas and the route of a new pipeline.",
    "Ministers of finance, defence and transport joined the talks in the afternoon, after a lunch to which the press was not invited.",
    "Analysts in three capitals said that the agreements change little, because most of the trade between the two is settled already.",
    "A joint statement is to be published on Wednesday, when the guests leave for the second stop of their journey in the south.",
]


def page(body: str | None = None, head: str = "", lang: str = "en") -> bytes:
    text = body if body is not None else "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return f"""<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Two countries sign agreements - Example News</title>
<meta property="og:site_name" content="Example News">{head}</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<main><article><h1>Two countries sign agreements</h1>{text}</article></main><aside><h3>Most read</h3><ul><li><a href="/x">Another story that is popular</a></li></ul></aside>
<footer>© 2023 Example Media</footer></body></html>""".encode()


def read(data: bytes, url: str | None = "https://news.example/2023/agreements") -> Document:
    made = parse_page(data, url or "page.html", url, "text/html")
    assert isinstance(made, Document), made
    return made


def test_text_without_furniture_and_what_the_page_declares() -> None:
    head = """<link rel="canonical" href="/2023/agreements?"><meta name="author" content="By Ann Lee"><meta property="og:image" content="/lead.jpg">
<meta property="article:published_time" content="2023-03-21T10:00:00+03:00">"""
    document = read(page(head=head))
    assert document.title == "Two countries sign agreements"
    assert document.text.split("\n\n") == SENTENCES
    assert (document.author, document.site, document.lang) == ("Ann Lee", "Example News", "en")
    assert document.published_at == datetime(2023, 3, 21, 7, tzinfo=UTC)
    assert document.image_url == "https://news.example/lead.jpg"
    assert (document.kind, document.whole) == (ArticleKind.ARTICLE, True)


def test_json_ld_wins_over_meta_tags() -> None:
    head = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle",
"headline": "Two countries sign two agreements", "author": [{"name": "Ann Lee"}, {"name": "Bob Ray"}], "datePublished": "2023-03-21T07:00:00Z"}]}</script>
<meta name="author" content="webmaster">"""
    document = read(page(head=head))
    assert (document.title, document.author) == ("Two countries sign two agreements", "Ann Lee, Bob Ray")


@pytest.mark.parametrize(
    ("mark", "author"),
    [
        ('<a rel="author" href="/ann">Ann Lee</a>', "Ann Lee"),
        ('<p class="byline">By <b>Ann Lee</b> March 21, 2023</p>', "Ann Lee"),
        ('<span itemprop="author">Анна Ли</span>', "Анна Ли"),
        ('<div class="byline">Updated 3 minutes ago</div>', None),
        ('<a rel="author" href="/ann">Follow</a>', None),
    ],
)
def test_the_author_where_pages_show_it(mark: str, author: str | None) -> None:
    assert read(page(mark + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES))).author == author


def test_the_day_where_a_page_only_shows_it() -> None:
    shown = '<span class="date">March 21, 2023</span>'
    assert read(page(shown + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES))).published_at == datetime(
        2023, 3, 21, tzinfo=UTC
    )
    assert read(page()).published_at is None


def test_the_seeds_kind_of_furniture_in_html() -> None:
    body = (
        "<p>Scroll Top</p>"
        + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
        + "<p>By Paul Example</p><h3>Related Posts</h3><p><a href='/y'>Another post</a></p>"
    )
    document = read(page(body))
    assert document.author == "Paul Example"
    assert all(word not in document.text for word in ("Scroll Top", "Related Posts", "Another post", "Paul Example"))


def test_the_text_of_json_ld_is_taken_where_the_page_shows_little() -> None:
    body = " ".join(SENTENCES)
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "T", "articleBody": "{body}"}}</script>'
    assert SENTENCES[4] in read(page("<p>Loading…</p>", head)).text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"  \n", "empty"), (b"%PDF-1.7 x", "unsupported"), (b"\x89PNG\r\n", "unsupported"), (bytes(range(256)) * 4, "unsupported"),
        (b"<html><body><h1>404 Not Found</h1><p>nginx</p></body></html>", "not_an_article"),
        (b"<html><body><form><input name=user><button>Log in</button></form></body></html>", "not_an_article"),
        (b"<html></html>", "not_an_article"), (b"<?xml version='1.0'?><note>x</note>", "unsupported"), (b"Menu\nSearch\n", "not_an_article"),
    ],
)  # fmt: skip
def test_what_is_no_article_says_so(data: bytes, code: str) -> None:
    made = parse_page(data, "x", None)
    assert isinstance(made, Unreadable)
    assert made.code == code


def test_a_wall_and_a_door_are_recognised_and_are_not_whole() -> None:
    wall = read(
        page(
            f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><div>Subscribe to continue reading. Already a subscriber? Log in.</div>"
        )
    )
    door = read(page(f"<p>We value your privacy. {SENTENCES[0]}</p><button>Accept all cookies</button>"))
    assert (wall.kind, wall.whole) == (ArticleKind.PAYWALL, False)
    assert (door.kind, door.whole) == (ArticleKind.PAYWALL, False)
    assert SENTENCES[0] in wall.text


def test_a_front_page_is_a_list() -> None:
    links = "".join(
        f"<h3><a href='/2023/story-number-{n}'>Headline of story number {n} of today</a></h3>" for n in range(30)
    )
    assert read(page(links), "https://news.example/").kind is ArticleKind.LIST


def test_a_canonical_link_to_another_site_or_to_the_front_page_is_not_believed() -> None:
    for link in ("https://other.example/x", "https://news.example/"):
        assert read(page(head=f'<link rel="canonical" href="{link}">')).url == "https://news.example/2023/agreements"
    assert (
        read(page(head='<link rel="canonical" href="https://news.example/real">'), None).url
        == "https://news.example/real"
    )


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "utf-8"])
def test_russian_pages_in_any_encoding(encoding: str) -> None:
    text = (
        "Делегации обеих стран встретились во вторник в столице, чтобы подписать два соглашения о торговле и энергетике, сообщили их ведомства. "
        * 3
    )
    data = f"<html><head><meta charset='{encoding}'><title>Подписаны соглашения</title></head><body><article><p>{text}</p><p>{text}</p></article></body></html>"
    document = read(data.encode(encoding))
    assert document.title == "Подписаны соглашения"
    assert "Делегации обеих стран" in document.text


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"<rss version='2.0'/>", "x", "feed"), (b"plain words", "x.txt", "text"), (b"plain words", "x", "text"), (b"words", "x.html", "html"),
        (b"<opml/>", "x", "opml"), (b"PK\x03\x04", "x.docx", "other"), (b'{"a": 1}', "x.json", "other"), ("Текст".encode("koi8-r"), "x.txt", "text"),
    ],
)  # fmt: skip
def test_what_bytes_are(data: bytes, name: str, kind: str) -> None:
    assert media_kind(data, name) == kind


def test_the_seed() -> None:
    data = Path(os.environ.get("EVAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
    path = data / "seed" / "russia-china-partnership.txt"
    if not path.exists():
        pytest.skip(f"{path.name} is not in EVAL_DATA")
    made = parse_page(path.read_bytes(), str(path), None)
    assert isinstance(made, Document)
    assert made.title == "The Russian Federation has strengthened its Strategic Partnership with China"
    assert made.author == "Paul Bumman"
    assert made.text.startswith("Russian President Vladimir Putin")
    assert made.text.endswith("International Criminal Court (ICC).")
    assert all(
        word not in made.text for word in ("Scroll Top", "President Xi with President Putin", "Related Posts", "Bumman")
    )
