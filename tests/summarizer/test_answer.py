"""Answers chosen from passages made by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np

from news.ids import ArticleId, ModelId, StoryId
from news.reading import Citation, Passage, Vector
from summarizer.answer import choose

NOW = datetime(2023, 3, 21, 12, tzinfo=UTC)
MODEL = ModelId("test@1")


def vector(*values: float) -> Vector:
    row = np.array(values, dtype="<f4")
    return Vector(MODEL, (row / np.linalg.norm(row)).tobytes())


def passage(text: str, *, article: int = 1, index: int = 0, at: Vector | None = None, story: int | None = None, publisher: str = "a.example", age_h: int = 0, relevance: float = 0.5, lang: str = "en") -> Passage:  # fmt: skip
    return Passage(
        citation=Citation(ArticleId(article), 1),
        index=index,
        text=text,
        vector=at,
        publisher=publisher,
        published_at=NOW - timedelta(hours=age_h),
        story_id=StoryId(story) if story is not None else None,
        relevance=relevance,
        lang=lang,
    )


def texts(question: str, query: Vector | None, passages: list[Passage], limit: int = 3) -> list[str]:
    return [one.text for one in choose(question, query, passages, limit)]


def test_the_nearest_passages_come() -> None:
    near = passage("Russia and China signed two agreements in Moscow on Tuesday.", at=vector(1, 0.1))
    far = passage("Apples are sold at a higher price in the south this year.", article=2, at=vector(0, 1))
    assert texts("Russia China", vector(1, 0), [far, near], 1) == [near.text]


def test_words_decide_where_there_are_no_vectors() -> None:
    near = passage("Россия и Китай подписали два соглашения в Москве во вторник.")
    far = passage("Яблоки на юге страны продают дороже, чем год назад.", article=2)
    assert [one.text for one in choose("Россия Китай", None, [far, near], 1)] == [near.text]


def test_dangling_openings_are_passed_over() -> None:
    leaning = passage("He also said that Russia and China are friends for ever.", at=vector(1, 0))
    standing = passage("Beijing sent its foreign minister to Moscow for new talks.", index=4, at=vector(1, 0.5))
    assert texts("Russia China", vector(1, 0), [leaning, standing], 2) == [standing.text]


def test_a_dangling_opening_may_follow_the_sentence_that_it_leans_on() -> None:
    opening = passage("Putin met Xi in the Kremlin on Monday evening.", at=vector(1, 0.1, 0))
    leaning = passage("He also said that Russia and China are friends for ever.", index=1, at=vector(1, 0, 0.9))
    later = passage("Beijing sent its foreign minister to Moscow for new talks.", index=9, at=vector(0.2, 1, 0))
    assert texts("Russia China", vector(1, 0, 0), [later, leaning, opening], 2) == [opening.text, leaning.text]
    elsewhere = passage(leaning.text, article=2, index=1, at=leaning.vector)
    assert leaning.text not in texts("Russia China", vector(1, 0, 0), [later, elsewhere, opening], 3)


def test_where_one_article_answers_its_own_order_counts_more() -> None:
    early = passage("The government in Apia closed all schools of the islands.", index=1, at=vector(1, 0.6))
    late = passage("Measles in Samoa were rare before the autumn of that year.", index=4, at=vector(1, 0.4))
    assert texts("measles Samoa", vector(1, 0), [early, late], 1) == [early.text]
    other = passage("A ferry between two other islands is late once more.", article=2, index=8, at=vector(0, 1))
    assert texts("measles Samoa", vector(1, 0), [early, late, other], 1) == [late.text]


def test_nothing_is_said_twice_and_copies_are_cited() -> None:
    one = passage("Russia and China signed two agreements in Moscow on Tuesday.", article=1, at=vector(1, 0.1))
    copy = passage(
        "Russia and China  signed two agreements in Moscow on Tuesday.",
        article=2,
        publisher="b.example",
        at=vector(1, 0.1),
    )
    found = choose("Russia China", vector(1, 0), [one, copy], 3)
    assert len(found) == 1
    assert {citation.article_id for citation in found[0].citations} == {1, 2}


def test_other_stories_and_publishers_are_preferred() -> None:
    first = passage("Russia and China signed two agreements in Moscow on Tuesday.", story=1, at=vector(1, 0, 0.9))
    same = passage("Moscow and Beijing want to trade more in their own money.", index=1, story=1, at=vector(1, 0.9, 0))
    other = passage(
        "Chinese exports to Russia have doubled within one single year.",
        article=2,
        story=2,
        publisher="b.example",
        at=vector(1, -0.9, 0),
        index=1,
    )
    assert other.text in texts("Russia China", vector(1, 0, 0), [first, same, other], 2)


def test_a_story_reads_in_its_own_order() -> None:
    later = passage(
        "The delegations joined the talks on Tuesday in the Kremlin palace.", index=5, story=1, at=vector(1, 0.9, 0)
    )
    earlier = passage(
        "Putin and Xi spoke alone for four hours on Monday evening.", index=1, story=1, at=vector(1, 0, 0.9)
    )
    assert texts("Putin Xi", vector(1, 0, 0), [later, earlier], 2) == [earlier.text, later.text]


def test_no_passage_no_answer() -> None:
    assert texts("Russia", vector(1, 0), []) == []
    assert texts("Russia", None, [passage("   ")]) == []
