"""A story as it is told: whole sentences, at most forty words, honest counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from news.audience import StoryStatus
from news.cards import MOST_SOURCES, MOST_WORDS, Told, alike, card, count_words, headline, only_family, whole
from news.entities import Article, ArticleKind
from news.ids import ArticleId
from news.reading import CitedSentence, Enrichment, SummarySentence
from tests import make

HOUR = timedelta(hours=1)


def told(*articles: Article, texts: dict[int, str] | None = None, **changes: Any) -> Told:
    said = texts or {}
    enrichments: dict[ArticleId, Enrichment] = {
        article.id: make.enrichment(article.id, said.get(article.id, make.TEXT)) for article in articles
    }
    story = make.story(article_ids=tuple(article.id for article in articles), **changes)
    return Told(story, articles, enrichments, make.PUBLISHERS)


def article(number: int, title: str = "Putin and Xi meet in Moscow", **changes: Any) -> Article:
    return make.article(id=ArticleId(number), url=f"https://x.com/{number}", title=title, **changes)


@pytest.mark.parametrize(
    "worse",
    [
        "You won't believe what Putin told Xi!",
        "PUTIN AND XI MEET IN MOSCOW TODAY",
        "Putin and Xi: what happens now?",
        "Talks",
        "7 things about the visit of Xi to Moscow",
        "Putin and Xi meet in Moscow - BBC News",
        "Live: " + "word " * 30,
        "",
    ],
)
def test_the_plain_headline_is_taken(worse: str) -> None:
    plain = article(1, "Putin and Xi meet for talks in Moscow")
    chosen = headline([article(2, worse), plain])
    assert chosen == plain


def test_news_gives_the_headline_before_opinion() -> None:
    chosen = headline([article(1, kind=ArticleKind.OPINION), article(2)])
    assert chosen is not None
    assert chosen.id == 2


def test_no_headline_no_card() -> None:
    assert headline([article(1, " ")]) is None
    assert card(told(article(1, "")), StoryStatus.NEW) is None


def test_a_card_names_and_counts_families() -> None:
    made = card(
        told(
            article(1, publisher="reuters.com", published_at=make.NOW - 3 * HOUR),
            article(2, publisher="bbc.co.uk", published_at=make.NOW - 2 * HOUR),
            article(3, publisher="bbc.co.uk", published_at=make.NOW - HOUR),
            article(4, publisher="tass.com", published_at=make.NOW),
        ),
        StoryStatus.NEW,
    )
    assert made is not None
    assert (made.outlets, made.countries, made.first_publisher) == (3, 2, "Reuters")
    assert [ref.n for ref in made.sources] == list(range(1, len(made.sources) + 1))
    assert sorted(ref.publisher for ref in made.sources) == ["BBC", "Reuters", "TASS"]
    assert made.sentences[0].citations[0] == made.sources[0].citation


def test_hundreds_of_sources_are_counted_not_listed() -> None:
    made = card(told(*(article(n, publisher=f"paper{n}.com") for n in range(1, 301))), StoryStatus.NEW)
    assert made is not None
    assert made.outlets == 300
    assert len(made.sources) == MOST_SOURCES


def test_an_update_tells_only_what_came_later() -> None:
    updates = (
        make.story_update(1, version=1, sentences=(make.cited("A ship sank.", 1),)),
        make.story_update(2, version=2, sentences=(make.cited("Ten were rescued.", 2),)),
        make.story_update(2, version=3, sentences=(make.cited("The captain was arrested in port.", 2),)),
    )
    made = card(told(article(1), article(2), updates=updates, version=3), StoryStatus.UPDATE, since_version=1)
    assert made is not None
    assert [each.text for each in made.sentences] == ["Ten were rescued.", "The captain was arrested in port."]


def test_a_muted_article_is_not_cited() -> None:
    story = told(article(1, publisher="tass.com"), article(2, publisher="bbc.co.uk"))
    made = card(story.without({ArticleId(1)}), StoryStatus.NEW)
    assert made is not None
    assert {ref.citation.article_id for ref in made.sources} == {2}


def test_a_long_sentence_is_told_whole_where_there_is_no_other() -> None:
    long = " ".join(["word"] * 60) + "."
    made = card(told(article(1), texts={1: long}), StoryStatus.NEW)
    assert made is not None
    assert [each.text for each in made.sentences] == [long]


def test_a_shorter_member_is_told_instead_of_a_long_sentence() -> None:
    long = " ".join(["word"] * 60) + "."
    made = card(
        told(article(1, "A good plain title of it"), article(2, "?"), texts={1: long, 2: "Short one."}), StoryStatus.NEW
    )
    assert made is not None
    assert [each.text for each in made.sentences] == ["Short one."]


def test_what_a_verifier_refused_is_not_told() -> None:
    story = told(article(1))
    refused = SummarySentence(text="Invented.", origin=None, verified=False)
    summary = replace(make.summary(), sentences=(refused,))
    enrichments = {ArticleId(1): replace(make.enrichment(1), summary=summary)}
    made = card(Told(story.story, story.articles, enrichments, make.PUBLISHERS), StoryStatus.NEW)
    assert made is not None
    assert made.sentences == ()


@given(
    st.lists(
        st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "中国", "eins"]), min_size=1, max_size=39),
        max_size=6,
    )
)
def test_never_more_than_forty_words_and_always_whole(drawn: list[list[str]]) -> None:
    text = " ".join(" ".join(words) + "." for words in drawn) or "One."
    made = card(told(article(1), texts={1: text}), StoryStatus.NEW)
    assert made is not None
    assert sum(count_words(each.text) for each in made.sentences) <= MOST_WORDS
    assert all(each.text in text for each in made.sentences)
    assert made.sentences


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("one two  three", 3), ("中国和俄罗斯", 3), ("Xi 习近平 said", 4)]
)
def test_count_words(text: str, expected: int) -> None:
    assert count_words(text) == expected


def test_alike() -> None:
    assert alike("A ship sank off the coast.", "The ship sank off the coast on Monday.")
    assert not alike("A ship sank off the coast.", "Parliament passed the budget.")


def test_only_family() -> None:
    assert only_family(told(article(1, publisher="tass.com"))) == "Russian state"
    assert only_family(told(article(1, publisher="tass.com"), article(2, publisher="bbc.co.uk"))) is None


def test_a_compressed_sentence_is_found_whole() -> None:
    text = "The World Health Organization (WHO) met on Monday. It said nothing."
    short = CitedSentence(
        text="The World Health Organization met on Monday.", citations=make.cited().citations, dropped="(WHO)"
    )
    enrichments = {ArticleId(1): make.enrichment(1, text)}
    assert whole(short, enrichments).text == "The World Health Organization (WHO) met on Monday."
    assert whole(short, {}) == short
    assert whole(make.cited(), enrichments) == make.cited()
