"""What a question leaves out in plain words, in seven languages."""

from datetime import UTC, datetime

import pytest

from bot import exclusions
from bot.arguments import topic_query


@pytest.mark.parametrize(
    ("lang", "text", "left_out", "rest"),
    [
        ("en", "climate change but not hurricanes", ("hurricanes",), "climate change"),
        (
            "en",
            "Trump, but not the impeachment trial or Biden, last week",
            ("impeachment trial", "Biden"),
            "Trump, , last week",
        ),
        ("en", "elections not about Trump", ("Trump",), "elections"),
        ("en", "Europe except for France and Germany", ("France", "Germany"), "Europe"),
        ("de", "Wahlen außer den Vorwahlen", ("Vorwahlen",), "Wahlen"),
        ("ru", "выборы, но не Трамп", ("Трамп",), "выборы,"),
        ("es", "elecciones pero no Trump o Biden", ("Trump", "Biden"), "elecciones"),
        ("fr", "climat mais pas l'Australie", ("Australie",), "climat"),
        ("zh", "选举但不要特朗普和拜登", ("特朗普", "拜登"), "选举"),
        ("zh", "除了特朗普以外的选举", ("特朗普",), "的选举"),
        ("ar", "الانتخابات باستثناء ترامب", ("ترامب",), "الانتخابات"),
    ],
)
def test_what_is_left_out_is_taken_out(lang: str, text: str, left_out: tuple[str, ...], rest: str) -> None:
    found, others = exclusions.take(text, ("en", lang))
    assert (found, " ".join(others.split())) == (left_out, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Brexit without a deal",
        "to be or not to be",
        "Is it true that he did not resign?",
        "excluding",
        "not about",
        "Trump said it is war but not one that anybody in the whole country wanted to have",
    ],
)
def test_plain_negation_is_no_order(text: str) -> None:
    assert exclusions.take(text, ("en",)) == ((), text)


def test_a_question_is_searched_without_them() -> None:
    query = topic_query('Trump but not Biden -golf "grain deal"', datetime(2026, 11, 23, tzinfo=UTC), lang="en")
    assert (query.terms, query.phrases, query.must_not) == (("Trump",), ("grain deal",), ("golf", "Biden"))
