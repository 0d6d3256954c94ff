"""Verdicts: what a source says passes, one changed fact does not, and the reason is named."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies as st

from summarizer.alignment import align, prepare
from summarizer.engine import Engine
from summarizer.rewording import in_place
from summarizer.tables import language_table
from summarizer.vectors import Matrix, to_matrix
from summarizer.verify import judge, read_source, verify
from summarizer.words import words

TRUE = [
    "A storm hit the northern coast on Monday, killing 12 people, officials said.",
    "A storm hit the northern coast on Monday, killing 12 people.",
    "Keller accused Mayor Tom Reed of ignoring warnings.",
    "More than 4,000 homes have no power.",
    "The army has not been sent to the region.",
    "A storm hit the northern coast on Monday, and schools may open again next week.",
    "More than 4,000 houses have no electricity, according to the grid operator.",
    "On Tuesday, Minister Anna Keller visited the flooded towns of Brook and Harling.",
]
FALSE = [
    ("A storm hit the northern coast on Monday, killing 21 people, officials said.", "number"),
    ("A storm hit the northern coast on Friday, killing 12 people, officials said.", "date"),
    ("The army has been sent to the region.", "negation"),
    ("Mayor Tom Reed accused Keller of ignoring warnings, which Reed denied.", "roles"),
    ("Minister Anna Schmidt visited the flooded towns of Brook and Harling on Tuesday.", "name"),
    ("“We will rebuild every road,” Keller said.", "quotation"),
    ("A storm hit the southern coast on Monday, killing 12 people, officials said.", "opposite"),
    ("On Tuesday, Mayor Tom Reed visited the flooded towns of Brook and Harling.", "name"),
    ("Fishermen celebrated the launch of a satellite with fireworks.", "novelty"),
]


@pytest.mark.parametrize("claim", TRUE)
def test_what_the_source_says_is_supported(engine: Engine, storm: str, claim: str) -> None:
    verdict = engine.verify(storm, [claim])[0]
    assert verdict.supported, verdict


@pytest.mark.parametrize(("claim", "kind"), FALSE)
def test_one_error_is_refused_and_named(engine: Engine, storm: str, claim: str, kind: str) -> None:
    verdict = engine.verify(storm, [claim])[0]
    assert not verdict.supported, verdict
    assert kind in {each for each, _ in verdict.reasons}, verdict.reasons


@pytest.mark.parametrize(
    ("claim", "row", "wanted"),
    [
        ("on friday the whole army left", "the whole army left on friday", "the whole army left on friday"),
        ("the army left the town on friday", "on friday the army left the town", "on friday the army left the town"),
        ("in spring 1982 he went to moscow", "he went in spring 1982 to moscow", "he went in spring 1982 to moscow"),
        ("iran attacked the united states", "the united states attacked iran", "iran attacked the united states"),
        ("on friday the army left", "the army left on monday", "on friday the army left"),
        ("on friday", "on friday", "on friday"),
        ("", "", ""),
    ],
)
def test_only_a_phrase_of_time_or_place_is_put_back_in_its_place(claim: str, row: str, wanted: str) -> None:
    assert in_place(claim.split(), row.split(), language_table("en")) == wanted.split()


def test_a_bound_denies_nothing_and_a_name_may_begin_a_sentence(engine: Engine) -> None:
    source = "Caloundra won the match in Noosa before a crowd of at least 300 people. The rain did not stop."
    for claim in (
        "Caloundra won the match in Noosa.",
        "Caloundra won the match in Noosa before no fewer than 300 people.",
    ):
        reasons = engine.verify(source, [claim])[0].reasons
        assert not {"name", "negation"} & {kind for kind, _ in reasons}, reasons


def test_a_claim_is_as_good_as_its_worst_sentence(engine: Engine, storm: str) -> None:
    good, bad = TRUE[0], FALSE[0][0]
    alone, both = engine.verify(storm, [bad, f"{good} {bad}"])
    assert both.score == pytest.approx(alone.score, abs=0.01)


def test_lower_cased_text_is_judged_too(engine: Engine, storm: str) -> None:
    right, wrong = engine.verify(
        storm,
        [
            "minister anna keller visited the flooded towns of brook and harling on tuesday.",
            "mayor tom reed visited the flooded towns of brook and harling on tuesday.",
        ],
    )
    assert right.score > wrong.score


def test_other_languages_are_judged_by_words(engine: Engine) -> None:
    source = "Путин и Си Цзиньпин встретились в Москве во вторник. Стороны подписали два соглашения. Китай не поставляет оружие России."
    right, wrong = engine.verify(source, ["Стороны подписали два соглашения.", "Китай поставляет оружие России."])
    assert right.supported
    assert right.score > wrong.score
    assert not wrong.supported


def test_nothing_supports_nothing(engine: Engine, storm: str) -> None:
    assert [verdict.supported for verdict in engine.verify("", ["A storm hit."])] == [False]
    assert [verdict.supported for verdict in engine.verify(storm, ["", "…"])] == [False, False]
    assert engine.verify(storm, []) == []


def test_a_heading_of_the_source_counts(engine: Engine, storm: str) -> None:
    claim = "Storm kills twelve on northern coast"
    assert engine.verify(f"{claim}\n\n{storm}", [claim])[0].supported


def test_a_very_long_source_is_compared_with_a_shortlist(engine: Engine) -> None:
    text = "\n".join(
        f"Town {number} met on Monday. It raised its taxes by {number} percent." for number in range(4_000)
    )
    source = read_source(text, "en")
    embedded: list[int] = []

    def embed(texts: Sequence[str]) -> Matrix:
        embedded.append(len(texts))
        return to_matrix(engine.embed(texts))

    verdicts = verify(source, ["Town 7 met on Monday.", "Town 9 met on Monday."], embed)
    assert len(source.text.sentences) == 8_000
    assert [verdict.supported for verdict in verdicts] == [True, True]
    assert sum(embedded) <= 210


def test_the_weights_never_reward_an_error() -> None:
    assert all(weight <= 0 for weight in judge().weights)
    assert 0 < judge().threshold < 1


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12),
    st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12), max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_the_common_subsequence_is_the_longest(claim: list[str], sentences: list[list[str]]) -> None:
    source = prepare([" ".join(sentence) for sentence in sentences])
    found = align(claim, source)
    longest = max((_common(claim, sentence) for sentence in sentences), default=0)
    assert found.common == pytest.approx(longest / len(claim) if claim else 0)


def _common(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, against in enumerate(other, 1):
            above = row[place]
            row[place] = before + 1 if word == against else max(above, row[place - 1])
            before = above
    return row[-1]


def test_a_copy_aligns_whole() -> None:
    source = prepare(["Putin met Xi.", "Xi met Putin in Moscow."])
    found = align(words("Xi met Putin in Moscow."), source)
    assert (found.best, found.common, found.replaced) == (1, 1.0, ())
