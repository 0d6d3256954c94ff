"""Whole pages of ours, each of the shape that publishers give to one kind: what the rules of `ingestion.kinds` make of them."""

import json

import pytest

from ingestion.pages import parse_page
from news.entities import ArticleKind, Document

WORDS = (
    "Delegations of both countries met in the capital on Tuesday to sign two agreements on trade and on energy.",
    "The meeting is the third of this year and follows months of talks about the price of gas and a new pipeline.",
    "Ministers of finance and transport joined the talks in the afternoon, after a lunch without the press.",
    "Analysts in three capitals said that the agreements change little, because most of the trade is settled already.",
    "A joint statement is to be published on Wednesday, when the guests leave for the second stop of their journey.",
    "Opponents in parliament asked the government to lay the text open before it is put to a vote in the spring.",
)
ARTICLE = "".join(f"<p>{sentence}</p>" for sentence in WORDS * 2)
CAPTIONS = "".join(
    f"<figure><img src='/{n}.jpg' alt=''><figcaption>Guests arrive at the palace in car number {n}.</figcaption></figure>"
    for n in range(12)
)
ENTRIES = "".join(
    f"<article id='e{n}'><time datetime='2023-03-21T{9 + n:02}:00Z'>{9 + n}.00</time><h3>Update {n}</h3><p>{sentence}</p></article>"
    for n, sentence in enumerate(WORDS)
)
TEASERS = "".join(
    f"<article><h3><a href='/2023/mar/{n}/story-of-the-day-{n}'>Headline of story number {n} of today</a></h3></article>"
    for n in range(30)
)


def linked_data(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **fields})}</script>'


def kind_of(path: str, title: str, body: str, head: str = "") -> Document:
    html = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><main><h1>{title}</h1>{body}</main><footer>© Example Media</footer></body></html>"""
    made = parse_page(html.encode(), path, f"https://news.example{path}", "text/html")
    assert isinstance(made, Document), made
    return made


@pytest.mark.parametrize(
    ("path", "title", "body", "head", "kind"),
    [
        ("/2023/mar/21/agreements", "Agreements signed", ARTICLE, "", ArticleKind.ARTICLE),
        ("/2023/mar/21/agreements", "Agreements signed", ARTICLE, linked_data(**{"@type": "NewsArticle"}), ArticleKind.ARTICLE),
        ("/world/live/2023/mar/21/agreements", "Agreements: what we know", ENTRIES, "", ArticleKind.LIVE),
        ("/world/agreements", "Agreements: latest updates", ENTRIES, linked_data(**{"@type": "LiveBlogPosting"}), ArticleKind.LIVE),
        ("/world/agreements", "Agreements signed – as it happened", ENTRIES, "", ArticleKind.LIVE),
        ("/pictures/agreements", "The day of the agreements", CAPTIONS, "", ArticleKind.GALLERY),
        ("/world/agreements", "Agreements signed – in pictures", CAPTIONS, "", ArticleKind.GALLERY),
        ("/world/agreements", "The day", CAPTIONS, linked_data(**{"@type": "ImageGallery"}), ArticleKind.GALLERY),
        ("/video/agreements", "Agreements signed", f"<video src='/a.mp4'></video><p>{WORDS[0]} {WORDS[1]}</p>", "", ArticleKind.VIDEO),
        (
            "/world/agreements", "Agreements signed", f"<p>{WORDS[0]} {WORDS[1]}</p>",
            '<meta property="og:type" content="video.other">', ArticleKind.VIDEO,
        ),
        ("/opinion/agreements", "What the agreements are worth", ARTICLE, "", ArticleKind.OPINION),
        ("/world/agreements", "Worthless", ARTICLE, linked_data(**{"@type": "OpinionNewsArticle"}), ArticleKind.OPINION),
        ("/world/agreements", "Worthless", ARTICLE, '<meta property="article:section" content="Opinion">', ArticleKind.OPINION),
        (
            "/world/agreements", "Agreements signed", f"<p>{WORDS[0]}</p><p>{WORDS[1]}</p>",
            linked_data(**{"@type": "NewsArticle", "isAccessibleForFree": False}), ArticleKind.PAYWALL,
        ),
        (
            "/world/agreements", "Agreements signed",
            f"<p>{WORDS[0]}</p><p>{WORDS[1]}</p><div class='wall'>Subscribe to continue reading. Already a subscriber? Log in.</div>",
            "", ArticleKind.PAYWALL,
        ),
        ("/", "Example News", TEASERS, "", ArticleKind.LIST),
        ("/tag/agreements", "Agreements", TEASERS, "", ArticleKind.LIST),
        ("/world", "World news", TEASERS, linked_data(**{"@type": "CollectionPage"}), ArticleKind.LIST),
    ],
)  # fmt: skip
def test_the_kind_of_a_whole_page(path: str, title: str, body: str, head: str, kind: ArticleKind) -> None:
    document = kind_of(path, title, body, head)
    assert document.kind is kind
    assert document.text
    assert document.whole == (kind is not ArticleKind.PAYWALL)


def test_the_live_page_keeps_its_updates_and_the_opinion_its_text() -> None:
    live = kind_of("/world/live/agreements", "Agreements", ENTRIES)
    assert all(sentence in live.text for sentence in WORDS)
    opinion = kind_of("/opinion/agreements", "Worthless", ARTICLE)
    assert all(sentence in opinion.text for sentence in WORDS)
