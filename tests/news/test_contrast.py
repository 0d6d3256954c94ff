"""A word that an article does not name and that leads away from it shows that the article is of something else."""

from news.aliases import AliasGroup, Pole, Role
from news.contrast import MOST_WORDS, leads_elsewhere, without
from news.ids import ArticleId
from news.subject import Focus, Subject

RUSSIA = AliasGroup("RU", ("Russia",))
POLES = (Pole("Nobel"), Pole("Prize"), Pole("literature"))
PHYSICS = ArticleId(1)
FOCUS = Focus(Subject(()), {PHYSICS: frozenset({0, 1})})


def test_the_question_without_each_of_its_words() -> None:
    assert without("Nobel Prize in literature", POLES) == {
        "Nobel": "Prize in literature",
        "Prize": "Nobel in literature",
        "literature": "Nobel Prize in",
    }


def test_actors_are_asked_for_and_not_tried() -> None:
    poles = (Pole("Russia", RUSSIA, Role.NAME), Pole("gas"))
    assert without("Russia gas", poles) == {"gas": "Russia"}


def test_one_word_has_nothing_to_be_told_from() -> None:
    assert without("exoplanets", (Pole("exoplanets"),)) == {}


def test_in_a_long_question_no_word_decides() -> None:
    words = [f"word{number}" for number in range(MOST_WORDS + 1)]
    assert without(" ".join(words), tuple(map(Pole, words))) == {}


def test_a_part_of_a_word_is_not_cut_out() -> None:
    assert without("arms and armsmen", (Pole("arms"), Pole("armsmen")))["arms"] == "and armsmen"


def test_a_word_that_leads_away() -> None:
    assert leads_elsewhere(PHYSICS, POLES, FOCUS, 0.55, {"literature": 0.60})
    assert not leads_elsewhere(PHYSICS, POLES, FOCUS, 0.55, {"literature": 0.58})


def test_a_word_that_the_article_names_never_leads_away() -> None:
    assert not leads_elsewhere(PHYSICS, POLES, FOCUS, 0.55, {"Nobel": 0.9})
