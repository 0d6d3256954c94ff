"""Which sentences speak of a question: what they and their article's beginning name."""

import pytest

from bot.reference import aliases
from news.ids import ArticleId
from news.subject import Focus, Subject, loosened, opened, subject_of
from tests import make

ONE, OTHER = ArticleId(1), ArticleId(2)
ALIASES = aliases()


def subject(*terms: str, wide: bool = False) -> Subject:
    return subject_of([pole for pole in ALIASES.poles(terms) if not pole.generic], wide=wide)


def focused(asked: Subject, *articles: tuple[str, str], offered: tuple[str, ...] = ()) -> Focus:
    made = {
        ArticleId(number): make.article(id=ArticleId(number), url=f"https://x.com/{number}", title=title, text=text)
        for number, (title, text) in enumerate(articles, 1)
    }
    return loosened(opened(asked, made), dict.fromkeys(made, offered), least=0)


def test_a_sentence_that_leaves_half_of_the_question_out_does_not_speak_of_it() -> None:
    found = focused(
        subject("coronavirus", "United", "States"),
        ("German authorities confirm first case of coronavirus", "A man fell ill."),
        ("Biden wins primaries in the United States", "Voters chose."),
        offered=("US coronavirus cases rise.",),
    )
    assert not found.speaks(ONE, "A man of Bavaria has the coronavirus.")
    assert found.speaks(ONE, "In the United States, 5,900 have died.")
    assert not found.speaks(OTHER, "The United States votes in primary elections.")
    assert found.speaks(OTHER, "Ohio postponed its vote because of the coronavirus.")


def test_each_sentence_of_an_article_that_is_about_the_question_may_stand() -> None:
    found = focused(
        subject("Russia", "China", wide=True),
        ("Putin and Xi meet in Moscow", "They talk for hours."),
        offered=("They will meet again.",),
    )
    assert found.is_about(ONE)
    assert found.speaks(ONE, "They will meet again.")


def test_where_nothing_names_enough_those_that_name_most_may_stand() -> None:
    found = focused(
        subject("Turkey", "Syria", "invasion"),
        ("Kurds make a deal", "The war goes on."),
        offered=("Turkey sent troops.", "Nobody knows."),
    )
    assert not found.is_about(ONE)
    assert found.speaks(ONE, "Turkey sent troops.")
    assert not found.speaks(ONE, "Nobody knows.")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("deaths", "One death was reported."),
        ("invades", "Turkey invaded the north."),
        ("Iran", "Iranian media said so."),
        ("Iran", "Tehran denies it."),
        ("US", "The U.S. Senate voted."),
        ("Россия", "Об этом говорят в России."),
        ("выборы", "На выборах победил другой."),
        ("中国", "据中国外交部消息"),
        ("war", "The wars are over."),
        ("tariff", "China's tariffs rise."),
    ],
)
def test_other_forms_and_names_are_known(asked: str, text: str) -> None:
    assert subject(asked).named(text) == {0}


@pytest.mark.parametrize(
    ("asked", "text"), [("US", "Join us today."), ("war", "A warning was given."), ("Iran", "Iraq denies it.")]
)
def test_other_words_are_not(asked: str, text: str) -> None:
    assert subject(asked).named(text) == frozenset()


def test_a_question_without_poles_lets_everything_stand() -> None:
    assert Focus().speaks(ONE, "Anything.")
    assert focused(subject(), ("A title", "A text.")).speaks(ONE, "Anything.")


def test_a_sentence_adds_the_actor_that_the_beginning_leaves_open() -> None:
    found = focused(
        subject("EU", "Turkey", "Syria", "operation", wide=True), ("Turkey invades Syria", "Troops went in.")
    )
    assert found.left_open(ONE) == {0}
    assert found.adds(ONE, "The operation was condemned by members of the European Union.") == 1.0
    assert found.adds(ONE, "The army entered two towns.") == 0.0
    assert found.bonus(ONE, "The European Union condemned it.") == 1.0


def test_an_article_about_nothing_of_the_question_gets_no_bonus() -> None:
    found = focused(subject("Iraq"), ("Kurds announce a deal", "It was signed."))
    assert found.adds(ONE, "Fighters of the Islamic State of Iraq escaped.") == 1.0
    assert found.bonus(ONE, "Fighters of the Islamic State of Iraq escaped.") == 0.0


def test_plain_words_are_left_open_by_no_beginning() -> None:
    found = focused(subject("Turkey", "invades", "Syria"), ("Turkey sends troops to Syria", "They went in."))
    assert not found.left_open(ONE)


def test_where_an_article_has_the_word_a_sentence_without_it_does_not_stand() -> None:
    asked = subject("unemployment")
    made = {ONE: make.article(id=ONE, title="On the campaign trail", text="The race goes on.")}
    assert not loosened(opened(asked, made), {ONE: ["The race goes on."]}, least=1).speaks(ONE, "The race goes on.")
