"""The summary of a given text: every sentence says where it stands."""

import re
from dataclasses import replace

from bot import render_given, texts
from news.entities import Document
from news.given import GivenSummary
from news.reading import SummarySentence
from tests.bot import telling

ENGLISH = texts.load("en")
LONG = "The ferry - built in 1990 - sank near the harbour, & twelve of the three hundred people died."


def sentence(text: str, origin: int | None, dropped: str = "") -> SummarySentence:
    return SummarySentence(text=text, origin=origin, verified=True, dropped=dropped)


def given(
    *sentences: SummarySentence, url: str | None = "https://daily.example/1", title: str = "Ferry"
) -> GivenSummary:
    document = Document(target="x", url=url, title=title, text="…")
    others = telling.answer().sources[:1] if url else ()
    return GivenSummary(document=document, publisher="Daily" if url else "", sentences=sentences, others=others)


def test_each_sentence_of_a_page_opens_at_its_place() -> None:
    html = render_given.summary(given(sentence(LONG, 0), sentence("Short one.", 3)), ENGLISH).html
    links = re.findall(r'<a href="([^"]+)">¹</a>', html)
    assert links == [
        "https://daily.example/1#:~:text=The%20ferry%20%2D%20built%20in,the%20three%20hundred%20people%20died.",
        "https://daily.example/1#:~:text=Short%20one.",
    ]
    assert '<a href="https://daily.example/1">¹ Daily</a>' in html
    assert "Also reported by:" in html


def test_words_that_do_not_stand_in_a_row_open_the_page() -> None:
    html = render_given.summary(
        given(sentence("He left.", 0, dropped="who was ill"), sentence("Written.", None)), ENGLISH
    ).html
    assert html.count('<a href="https://daily.example/1">¹</a>') == 2


def test_a_fragment_that_the_page_has_is_kept() -> None:
    html = render_given.summary(given(sentence("Short one.", 0), url="https://daily.example/1#top"), ENGLISH).html
    assert "https://daily.example/1#top:~:text=Short%20one." in html


def test_a_pasted_text_numbers_its_sentences() -> None:
    html = render_given.summary(
        given(sentence("First <b>.", 0), sentence("Fifth.", 4), url=None, title=""), ENGLISH
    ).html
    assert html.startswith("First &lt;b&gt;.¹ Fifth.⁵")
    assert "which sentence of the text" in html
    assert "<a " not in html


def test_beside_a_pasted_text_other_outlets_have_no_numbers() -> None:
    pasted = replace(given(sentence("First.", 0), url=None, title=""), others=telling.answer().sources[:1])
    html = render_given.summary(pasted, ENGLISH).html
    [other] = pasted.others
    assert f'<a href="{other.url}">{other.publisher}</a>, ' in html
    assert html.count("¹") == 1
