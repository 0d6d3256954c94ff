from dataclasses import replace

import pytest

from news.audience import StoryStatus
from news.facts import extract
from news.novelty import known_of, new_sentences, status
from news.reading import Enrichment, Sentence
from tests import make

FIRST = (
    "A dam gave way near the town of Derna on Sunday. At least 41 people were taken to hospital, the governor Omar Said said. "
    "Rescuers search the valley for survivors. Schools in Derna stay closed this week."
)


def enriched(text: str, lang: str | None = "en") -> Enrichment:
    return make.enrichment(text=text, lang=lang, facts=extract(text, lang))


def news(text: str, *told: str, lang: str | None = "en") -> list[str]:
    known = known_of([enriched(each) for each in told or (FIRST,)])
    return [sentence.text for sentence in new_sentences(enriched(text, lang), known)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The number of injured in Derna rose to 73 people on Sunday.",
        "Rescuers search the valley near Derna since March 12 for survivors.",
        "The governor Omar Said said: “Nobody warned us about the dam”.",
        "Prosecutors arrested engineer Khaled Haftar over the dam near Derna.",
        "Airlines cancelled flights because ash drifted across several neighbouring countries.",
    ],
)
def test_a_new_number_date_quotation_name_or_matter_is_news(sentence: str) -> None:
    assert news(sentence) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        FIRST,
        "On Monday rescuers search the valley near Derna for survivors.",
        "At least 41 people were taken to hospital after the dam gave way near Derna.",
        "Schools stay closed. Rescuers search.",
        "The town of Derna: 2 schools stay closed this week.",
        "DERNA, Libya (Reuters) - A dam gave way near the town of Derna on Sunday, the Libyan governor Omar Said said.",
        "The governor Omar Said, 54, said that at least 41 people were taken to hospital.",
        "The ministry in Tripoli declined to comment.",
        "",
    ],
)
def test_what_was_said_is_no_news(text: str) -> None:
    assert news(text) == []


def test_equal_facts_in_other_words_are_no_news() -> None:
    told = "The plan costs 5 billion dollars, which is 12 percent of the budget. It was signed on 21 March in Derna."
    assert news("The plan signed on March 21 in Derna costs $5bn, 12% of the budget.", told) == []


def test_only_the_opening_and_the_summary_are_looked_at() -> None:
    filler = " ".join("Rescuers search the valley near Derna for survivors." for _ in range(30))
    known = known_of([enriched(FIRST)])
    late = enriched(f"{FIRST} {filler} An unrelated company earned 999 million dollars.")
    short = make.summary(FIRST)
    assert new_sentences(make.enrichment(text=late.summary.text, facts=late.facts, summary=short), known) == ()


def test_what_a_summary_takes_from_further_down_is_no_news() -> None:
    told = "Rescuers search the valley near Derna for survivors."
    number = "The whole plan costs 481 million dollars."
    for place, news in ((2, True), (4, True), (5, False)):
        sentences = [Sentence(each, number if each == place else told) for each in range(8)]
        chosen = make.summary(number)
        chosen = replace(chosen, sentences=tuple(replace(each, origin=place) for each in chosen.sentences))
        article = make.enrichment(sentences=tuple(sentences), summary=chosen, facts=extract(f"{told} {number}", "en"))
        assert bool(new_sentences(article, known_of([enriched(FIRST)]))) is news


def test_in_a_language_that_is_new_to_the_story_numbers_alone_count() -> None:
    assert news("Спасатели ищут выживших в долине возле города Дерна.", lang="ru") == []
    assert news("Число пострадавших возле города Дерна выросло до 73 человек.", lang="ru") != []


def test_no_more_than_three_sentences() -> None:
    text = " ".join(
        f"In the village number {number} people counted {number}00 broken houses." for number in range(11, 19)
    )
    assert len(news(text)) == 3


def test_status() -> None:
    story = make.story(version=3)
    assert status(None, story) is StoryStatus.NEW
    assert status(2, story) is StoryStatus.UPDATE
    assert status(3, story) is StoryStatus.STILL
