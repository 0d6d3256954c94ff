import pytest
from hypothesis import given, strategies as st

from news.corrections import Fate, standing
from news.reading import Sentence
from tests.fakes.models import sentences_of

TOLD = "At least 41 people died when the dam near Orsk broke on Friday, the mayor said."


@pytest.mark.parametrize(
    ("now", "fate"),
    [
        (TOLD, Fate.STANDS),
        (TOLD.replace(" ", "  ").upper(), Fate.STANDS),
        ("The mayor said at least 41 people died when the dam near Orsk broke on Friday.", Fate.STANDS),
        (
            "At least 41 people died when the dam near Orsk broke on Friday, the mayor said, and rescuers go on.",
            Fate.STANDS,
        ),
        ("At least 14 people died when the dam near Orsk broke on Friday, the mayor said.", Fate.CORRECTED),
        ("At least 41 people died when the dam near Orsk broke on Thursday, the mayor said.", Fate.CORRECTED),
        ("At least 41 people died when the dam near Omsk broke on Friday, the mayor said.", Fate.CORRECTED),
        ("The minister will visit the region next week to look at schools.", Fate.WITHDRAWN),
        ("", Fate.WITHDRAWN),
    ],
)
def test_the_fate_of_a_told_sentence(now: str, fate: Fate) -> None:
    found = standing(TOLD, sentences_of(f"Rescue goes on in the region today. {now}"), "en")
    assert found.fate is fate
    assert (found.now is None) == (fate is Fate.WITHDRAWN)


def test_a_correction_says_what_was_taken_back() -> None:
    found = standing(TOLD, sentences_of(TOLD.replace("41", "14")), "en")
    assert ("number", "41") in found.changed
    assert found.now is not None
    assert "14" in found.now.text


def test_a_fact_that_moved_to_another_sentence_is_not_taken_back() -> None:
    parted = "At least 41 people died when a dam broke, the mayor said. It stood near Orsk and burst on Friday morning."
    assert standing(TOLD, sentences_of(parted), "en").fate is Fate.STANDS


@pytest.mark.parametrize(
    ("told", "now", "lang"),
    [
        ("В результате прорыва дамбы погиб 41 человек, сообщил мэр.", "В результате прорыва дамбы погибли 14 человек, сообщил мэр.", "ru"),
        ("市长周五表示，大坝溃决造成41人死亡。", "市长周五表示，大坝溃决造成14人死亡。", "zh"),
        ("Bei dem Dammbruch starben 41 Menschen, sagte der Bürgermeister.", "Bei dem Dammbruch starben 14 Menschen, sagte der Bürgermeister.", "de"),
    ],
)  # fmt: skip
def test_in_other_languages(told: str, now: str, lang: str) -> None:
    assert standing(told, (Sentence(0, now),), lang).fate is Fate.CORRECTED
    assert standing(told, (Sentence(0, told),), lang).fate is Fate.STANDS


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=5))
def test_any_text_has_a_fate_and_its_own_revision_leaves_it_standing(told: str, others: list[str]) -> None:
    sentences = tuple(Sentence(place, text) for place, text in enumerate([*others, told]))
    found = standing(told, sentences)
    assert found.fate in Fate
    if any(sign.isalnum() for sign in told):
        assert found.fate is Fate.STANDS
