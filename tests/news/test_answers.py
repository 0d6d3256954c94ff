"""Passages, timelines, groups and disagreements out of what was found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import reference
from news.answers import (
    FAMILIES,
    LEAST_LINES,
    MOST_LINES,
    STORIES,
    Material,
    Numbering,
    by_group,
    disagreements,
    focused,
    lines,
    passages,
    timeline,
)
from news.entities import Article
from news.ids import ArticleId, StoryId
from news.ranking import Found, Naming
from news.reading import Hit
from news.subject import subject_of
from tests import make

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def article(number: int, text: str, story: int = 1, **changes: Any) -> Article:
    plain = {"publisher": f"paper{number}.com", "published_at": make.NOW, **changes}
    return make.article(
        id=ArticleId(number), url=f"https://x.com/{number}", text=text, story_id=StoryId(story), **plain
    )


def material(*articles: Article) -> Material:
    found = [
        Found(
            Hit(
                article_id=each.id,
                story_id=each.story_id,
                published_at=each.published_at,
                publisher=each.publisher,
                score=1 - place / 100,
            ),
            Naming.EVERY,
            0.5,
        )
        for place, each in enumerate(articles)
    ]
    return Material(
        found=found,
        articles={each.id: each for each in articles},
        enrichments={each.id: make.enrichment(each.id, each.text) for each in articles},
        stories={},
        publishers=make.PUBLISHERS,
    )


def test_passages_come_from_few_families_of_few_stories() -> None:
    crowd = [article(number, "One sentence.", story=number % 20) for number in range(1, 201)]
    taken = passages(material(*crowd))
    stories = {passage.story_id for passage in taken}
    assert len(stories) <= STORIES + 1
    for story in stories:
        assert len({passage.publisher for passage in taken if passage.story_id == story}) <= FAMILIES


def test_one_family_gives_one_article_a_story() -> None:
    taken = passages(material(*(article(number, "One sentence.", publisher="bbc.co.uk") for number in range(1, 5))))
    assert len({passage.citation.article_id for passage in taken}) == 1


def test_the_best_article_has_relevance_one() -> None:
    taken = passages(material(article(1, "First."), article(2, "Second.")))
    assert [round(passage.relevance, 2) for passage in taken] == [1.0, 0.99]


def test_states_speak_first_and_who_is_unknown_last() -> None:
    found = material(
        article(1, "A.", publisher="bbc.co.uk"),
        article(2, "B.", publisher="tass.com"),
        article(3, "C.", publisher="paper.com"),
        article(4, "D.", publisher="xinhuanet.com"),
        article(5, "E.", publisher="reuters.com"),
    )
    assert list(by_group(found)) == ["state:CN", "state:RU", "western", "other"]


def test_one_group_is_no_perspective() -> None:
    assert by_group(material(article(1, "A.", publisher="tass.com"), article(2, "B.", publisher="tass.com"))) == {}


def test_a_timeline_is_in_order_and_bounded() -> None:
    days = [
        article(n, f"On day {n} event{n} happened{n} there{n}.", published_at=make.NOW - n * DAY) for n in range(1, 12)
    ]
    told = timeline(material(*days), [])
    assert len(told) == MOST_LINES
    assert [at for at, _ in told] == sorted(at for at, _ in told)


def test_one_day_gives_a_few_lines() -> None:
    hours = [article(n, f"Thing{n} took{n} place{n} then{n}.", published_at=make.NOW + n * HOUR) for n in range(1, 9)]
    assert len(timeline(material(*hours), [])) == LEAST_LINES


def test_a_timeline_does_not_repeat_the_answer_where_it_can_do_without() -> None:
    days = [article(n, f"Thing{n} took{n} place{n} then{n}.", published_at=make.NOW - n * DAY) for n in range(1, 6)]
    told = timeline(material(*days), ["Thing1 took1 place1 then1."])
    assert "Thing1 took1 place1 then1." not in [sentence.text for _, sentence in told]


def test_one_line_is_no_timeline() -> None:
    assert timeline(material(article(1, "It happened.")), []) == []


LEFT = "At least 12 people died when the ferry sank near the harbour, police said."
RIGHT = "Officials said 15 people died when the ferry sank near the harbour."


def test_two_numbers_of_the_same_thing() -> None:
    [(thing, one, other)] = disagreements(material(article(1, LEFT), article(2, RIGHT)))
    assert thing == "people"
    assert (one.text, other.text) == (LEFT, RIGHT)
    assert (one.citations[0].article_id, other.citations[0].article_id) == (1, 2)


@pytest.mark.parametrize(
    ("left", "right", "changes"),
    [
        (LEFT, RIGHT.replace("15", "12"), {}),
        (LEFT, RIGHT, {"story": 2}),
        (LEFT, RIGHT, {"published_at": make.NOW - DAY}),
        (LEFT, RIGHT, {"publisher": "paper1.com"}),
        (LEFT, RIGHT + " Earlier reports spoke of 12 dead.", {}),
        (LEFT, "The budget grows to 15 people died.", {}),
        ("In 2023 the ferry sank near the harbour of town.", "In 2022 the ferry sank near the harbour of town.", {}),
        (LEFT, "People died when the ferry sank near the harbour, police said.", {}),
    ],
)
def test_what_is_no_disagreement(left: str, right: str, changes: dict[str, Any]) -> None:
    assert disagreements(material(article(1, left), article(2, right, **changes))) == []


def test_thousands_are_read_alike() -> None:
    left = "The storm left 1,200 homes without power across the northern region."
    right = "The storm left 1200 homes without power across the northern region."
    assert disagreements(material(article(1, left), article(2, right))) == []


def test_lines_without_a_source_are_left_out() -> None:
    numbering = Numbering(material(article(1, "A.")))
    made = lines(numbering, [make.cited("A.", 1), make.cited("B.", 9), make.cited("C.", 1)])
    assert [(line.text, line.cites) for line in made] == [("A.", (1,)), ("C.", (1,))]
    assert [ref.n for ref in numbering.refs.values()] == [1]


def test_the_one_sentence_on_whom_a_question_names_is_told_though_it_is_no_key_sentence() -> None:
    said = "The operation was condemned by members of the European Union."
    text = " ".join(
        ["Turkey began an operation in Syria.", *(f"Town number {n} was taken." for n in range(1, 20)), said]
    )
    found = material(article(1, text, title="Turkey invades Syria"))
    keys = {known: replace(each, key_sentences=each.key_sentences[:3]) for known, each in found.enrichments.items()}
    aliases = reference.aliases()
    asked = subject_of(aliases.poles(["EU", "Turkey", "Syria"]), wide=True)
    told = passages(focused(replace(found, enrichments=keys), asked, named=True))
    assert said in [each.text for each in told]
    assert max(told, key=lambda each: each.relevance).text == said
