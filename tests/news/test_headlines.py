"""Which headline is taken, which is none, and what is made where there is none."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from news.entities import ArticleKind
from news.headlines import MOST_TITLE_WORDS, Titled, best_title, headline, made, real_title, title_or_address
from news.reading import Sentence
from news.wording import count_words
from tests import make
from tests.news.telling import article


def of(number: int, title: str, **changes: Any) -> Titled:
    return Titled(article(number, title, **changes), title)


def from_text(text: str, *, leaning: tuple[int, ...] = ()) -> str:
    enrichment = make.enrichment(1, text)
    sentences = tuple(Sentence(each.index, each.text, each.index in leaning) for each in enrichment.sentences)
    found = made(replace(enrichment, sentences=sentences))
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    "worse",
    [
        "You won't believe what Putin told Xi!",
        "PUTIN AND XI MEET IN MOSCOW TODAY",
        "Putin and Xi: what happens now?",
        "Talks",
        "7 things about the visit of Xi to Moscow",
        "Live: " + "word " * 30,
    ],
)
def test_the_plain_headline_is_taken(worse: str) -> None:
    plain = of(1, "Putin and Xi meet for talks in Moscow")
    assert headline([of(2, worse), plain]) == plain


def test_news_gives_the_headline_before_opinion() -> None:
    chosen = headline(
        [of(1, "Putin and Xi meet in Moscow", kind=ArticleKind.OPINION), of(2, "Putin and Xi meet in Moscow")]
    )
    assert chosen is not None
    assert chosen.article.id == 2


def test_a_publishers_headline_comes_before_one_that_was_made() -> None:
    own = of(1, "Talks")
    other = Titled(article(2, ""), "Putin and Xi meet for talks in Moscow", make.cited())
    assert headline([other, own]) == own
    assert headline([]) is None


@pytest.mark.parametrize(
    "title",
    ["", " ", "Home", "News", "BBC", "BBC News", "bbc.co.uk", "Home | BBC", "BBC - News", "21 March 2023", "404", "—"],
)
def test_what_is_no_headline_of_the_bbc(title: str) -> None:
    assert real_title(article(1, title, publisher="bbc.co.uk", site="BBC News"), make.PUBLISHERS.of("bbc.co.uk")) == ""


@pytest.mark.parametrize(
    "title",
    ["2023-03-21 12:30", "Tuesday, 21 March 2023", "index.html", "https://a.org/b", "IMG_0042.jpg", "Новости", "首页"],
)
def test_what_is_no_headline(title: str) -> None:
    assert real_title(article(1, title)) == ""


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Putin and Xi meet in Moscow - BBC News", "Putin and Xi meet in Moscow"),
        ("Putin and Xi meet in Moscow | News | BBC", "Putin and Xi meet in Moscow | News"),
        ("Russia - China: the talks begin", "Russia - China: the talks begin"),
        ("May resigns", "May resigns"),
        ("Home prices fall in March 2023", "Home prices fall in March 2023"),
        ("Putin  and\nXi meet", "Putin and Xi meet"),
        ("中俄领导人会晤", "中俄领导人会晤"),
    ],
)
def test_what_is_a_headline(title: str, expected: str) -> None:
    found = real_title(article(1, title, publisher="bbc.co.uk", site="BBC News"), make.PUBLISHERS.of("bbc.co.uk"))
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Putin and Xi met in Moscow on Tuesday. They spoke.", "Putin and Xi met in Moscow on Tuesday"),
        (
            "Two ferries collided off the coast of Greece after one of them lost its engine in a storm.",
            "Two ferries collided off the coast of Greece",
        ),
        (
            "The World Health Organization (WHO) declared the end of the outbreak in Guinea.",
            "The World Health Organization declared the end of the outbreak in Guinea",
        ),
        (
            "The parliament of Estonia passed a budget with new taxes on cars: it is to bring 200 million euros a year.",
            "The parliament of Estonia passed a budget with new taxes on cars",
        ),
        (
            "A cargo plane, reported by local press to belong to the army, crashed into houses in Karaj on Monday.",
            "A cargo plane crashed into houses in Karaj",
        ),
        (
            "A block of flats collapsed in Magnitogorsk, a city in the Ural region of Russia with steel works.",
            "A block of flats collapsed in Magnitogorsk…",
        ),
        (
            "The mayor of Lyon will, if the council agrees on it, close the old bridge to all lorries.",
            "The mayor of Lyon will, if the council agrees…",
        ),
        (
            "Суд в Москве в понедельник продлил арест бывшему главе следственного комитета Волгоградской области на месяц.",
            "Суд в Москве продлил арест бывшему главе следственного комитета Волгоградской области…",
        ),
        (
            "Police in the southern French city of Lyon, who were called by neighbours, arrested two men on Monday.",
            "Police in the southern French city of Lyon arrested two men",
        ),
        (
            "俄罗斯总统普京周二在莫斯科会见中国国家主席习近平，双方就经济合作与乌克兰局势举行会谈。",
            "俄罗斯总统普京周二在莫斯科会见中国国家主席习近平",
        ),
        ("俄罗斯总统普京周二抵达北京，双方就经济合作与乌克兰局势举行会谈并签署协议。", "俄罗斯总统普京周二抵达北京"),
        (
            "قال مسؤولون إن الحريق اندلع في مصنع للنسيج، وأسفر عن مقتل عدد من العمال في المدينة.",
            "قال مسؤولون إن الحريق اندلع في مصنع للنسيج",
        ),
    ],
)
def test_a_headline_is_made_by_deletion(text: str, expected: str) -> None:
    assert from_text(text) == expected


def test_the_first_sentence_that_says_something_by_itself_is_taken() -> None:
    text = "“I am done.” He said it on Monday. What now? The mayor of Lyon resigned over the fire. More soon."
    assert from_text(text, leaning=(1,)) == "The mayor of Lyon resigned over the fire"
    assert from_text("He left.", leaning=(0,)) == "He left"
    assert made(make.enrichment(1, "")) is None


def test_what_the_summary_deleted_is_not_in_a_headline() -> None:
    enrichment = make.enrichment(1, "MOSCOW (Reuters) - Putin met Xi on Tuesday.")
    short = replace(enrichment.summary.sentences[0], text="Putin met Xi on Tuesday.", dropped="MOSCOW (Reuters) -")
    found = made(replace(enrichment, summary=replace(enrichment.summary, sentences=(short,))))
    assert found is not None
    assert (found.text, found.dropped) == ("Putin met Xi on Tuesday", "MOSCOW (Reuters) -")


WORDS = st.sampled_from(
    ["Mayor", "resigned", "after", "the", "fire,", "who", "in", "Lyon", "“said”", "(WHO)", "12", "中国", "；", "of:"]
)


@given(st.lists(WORDS, min_size=1, max_size=40))
def test_never_longer_than_a_headline_and_only_words_of_the_text(drawn: list[str]) -> None:
    text = " ".join(drawn) + "."
    enrichment = make.enrichment(1, text)
    found = made(enrichment)
    assert found is not None
    assert count_words(found.text) <= MOST_TITLE_WORDS
    left = iter(text)
    assert all(letter in left for letter in found.text.removesuffix("…"))


def test_an_article_without_words_goes_by_its_address() -> None:
    assert title_or_address(article(1, ""), None) == "https://x.com/1"
    assert title_or_address(article(1, "Home"), make.enrichment(1, "The mayor resigned.")) == "The mayor resigned"


@pytest.mark.parametrize(
    ("current", "other", "best"),
    [
        ("Fire", "Fire destroys a market hall in the old town of Lyon", "other"),
        ("WHAT WE KNOW ABOUT THE FIRE?", "Fire destroys a market hall in Lyon", "other"),
        ("Fire destroys a market hall in Lyon", "Market hall in Lyon destroyed by fire", "current"),
        ("Fire destroys a market hall in Lyon", "", "current"),
    ],
)
def test_the_clearer_headline_is_the_storys(current: str, other: str, best: str) -> None:
    assert best_title(current, other) == {"current": current, "other": other}[best]
