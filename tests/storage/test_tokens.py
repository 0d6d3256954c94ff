import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from storage.tokens import MAX_TOKEN_CHARACTERS, alternatives, tokens

LANGUAGES = st.sampled_from([None, "en", "ru", "de", "zh", "ar", "hi", "pl", "xx"])


@given(st.text(max_size=200), LANGUAGES)
def test_a_token_is_letters_marks_and_digits_only(text: str, lang: str | None) -> None:
    for token in tokens(text, lang):
        assert token
        assert all(unicodedata.category(sign)[0] in "LMN" for sign in token)
        assert not re.search(r"[\s\"'\\]", token)


@given(st.text(max_size=100), LANGUAGES)
def test_a_text_has_every_word_of_itself(text: str, lang: str | None) -> None:
    stored = set(tokens(text, lang))
    assert all(stored & set(forms) for forms in alternatives(text, lang))


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), max_size=30), LANGUAGES)
def test_a_decomposed_word_is_the_same_word(word: str, lang: str | None) -> None:
    assert tokens(unicodedata.normalize("NFD", word), lang) == tokens(unicodedata.normalize("NFC", word), lang)


@given(st.text(alphabet="abcdefgéöñžшйκά", max_size=30), LANGUAGES)
def test_case_makes_no_difference(word: str, lang: str | None) -> None:
    assert tokens(word.upper(), lang) == tokens(word, lang)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Putin's governments", "en", ["putin", "governments", "govern"]),
        ("Łódź, Größe, Ærø", None, ["lodz", "grosse", "aero"]),
        ("中国政府", "zh", ["中国", "国政", "政府", "中", "国", "政", "府"]),
        ("国", "zh", ["国"]),
        ("G7 – F-16", None, ["g7", "f", "16"]),
        ("ﬁnal ２０２３", None, ["final", "2023"]),
        ("", "en", []),
        ("… — 🙂 \"'*", "en", []),
        ("кафе\u0301", None, ["кафе"]),
        ("x" * (MAX_TOKEN_CHARACTERS + 1), None, []),
    ],
)
def test_examples(text: str, lang: str | None, expected: list[str]) -> None:
    assert tokens(text, lang) == expected


@pytest.mark.parametrize(
    ("asked", "text", "lang"),
    [
        ("relations", "The relation of two states", "en"),
        ("government", "governments", "en"),
        ("Россия", "в России", "ru"),
        ("china", "CHINA’S", "en"),
        ("istanbul", "İSTANBUL", None),
    ],
)
def test_a_question_in_an_unknown_language_meets_the_stem(asked: str, text: str, lang: str | None) -> None:
    stored = set(tokens(text, lang))
    assert all(stored & set(forms) for forms in alternatives(asked, None))
