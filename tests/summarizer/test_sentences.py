"""Splitting on cases that break simple rules, in ten and more languages, and properties over any text."""

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from summarizer.sentences import split, split_paragraph
from summarizer.tables import language_table

SEED = Path(__file__).parent / "seed.txt"


def count_work(do: Callable[[], object]) -> int:
    """How many calls of functions, Python's and C's, it takes: the same on a loaded machine."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(before)
    return calls


CASES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
HARD = [(lang, wanted) for lang, rows in CASES.items() for wanted in rows]

FURNITURE = [
    "Scroll Top", "Related Posts", "Related articles:", "Read more", "READ MORE: Storm hits the coast", "Advertisement", "By Paul Bumman",
    "By Jane Doe and John Smith, Reuters", "Photo: Getty Images", "Image source, Getty Images", "President Xi with President Putin",
    "10:45 a.m. ET", "10.45 GMT", "Updated 14:03 GMT", "Published: March 21, 2023", "2 hours ago", "5 min read", "Share this article", "Follow us on Twitter",
    "Sign up for our newsletter", "© 2023 The Company. All rights reserved", "reporter@example.com", "https://example.com/a", "#news", "• • •", "Comments",
    "(Reporting by John Smith; Editing by Jane Doe)", "Lire aussi : La tempête", "Lesen Sie auch: Der Sturm", "Читайте также: Буря", "Leer también: La tormenta",
    "Fotos: AFP/Getty", "Skip to main content", "责任编辑：王小明", "Topics:", "Tags: storm, coast, flood", "Tuesday, 21 March 2023", "21/03/2023 14:05",
    "Use the code STORM10 at checkout.", "Об этом сообщает «Газета» со ссылкой на ТАСС.",
]  # fmt: skip

PROSE = [
    "By then he was dead.", "Read the small print before you sign.", "Video shows police firing at the crowd.", "Published in 1984, the novel sold well.",
    "From Berlin he went to Paris.", "Share prices fell on Monday.", "Home sales rose in March.", "More than 40 people died.", "Live animals were found.",
    "Next week the court will decide.", "Watching the storm, she wept.", "Contact was lost at 10:45 GMT.",
]  # fmt: skip


def test_there_are_two_hundred_hard_cases_in_many_languages() -> None:
    assert len(HARD) >= 200
    assert sum(len(rows) >= 2 for rows in CASES.values()) >= 20


@pytest.mark.parametrize(("lang", "wanted"), HARD, ids=lambda value: value if isinstance(value, str) else value[0][:24])
def test_hard_cases(lang: str, wanted: list[str]) -> None:
    joined = ("" if lang in {"zh", "ja"} else " ").join(wanted)
    assert split_paragraph(joined, language_table(lang)) == wanted


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_no_sentence(line: str) -> None:
    text = f"{line}\n\nA storm hit the coast on Monday and killed many people.\n\n{line}"
    assert [one.text for one in split(text, "en")] == ["A storm hit the coast on Monday and killed many people."]


@pytest.mark.parametrize("sentence", PROSE)
def test_prose_that_looks_like_furniture_stays(sentence: str) -> None:
    assert sentence in [one.text for one in split(f"It was late. {sentence} That was all.", "en")]
    assert [one.text for one in split(f"The storm came late.\n\n{sentence}", "en")][-1] == sentence


def test_the_seed_has_nineteen_sentences_and_no_furniture() -> None:
    found = split(SEED.read_text(encoding="utf-8"), "en")
    assert len(found) == 19
    assert [one.index for one in found] == list(range(19))
    assert found[0].text.startswith("Russian President Vladimir Putin")
    assert found[16].text.endswith("with respect,” Putin said.")
    whole = " ".join(one.text for one in found)
    assert not any(part in whole for part in ("Scroll", "Related", "Bumman", "Xi with President"))


def test_hard_wrapped_lines_are_joined() -> None:
    text = "The storm that hit the coast on Monday has killed many\npeople in the towns of the north, officials said there.\nSchools are closed."
    assert [one.text for one in split(text, "en")] == [
        "The storm that hit the coast on Monday has killed many people in the towns of the north, officials said there.",
        "Schools are closed.",
    ]


def test_marks_of_lists_are_no_sentences() -> None:
    text = "1. First the council raised taxes.\n2. Then it cut spending on roads.\n• Nobody was asked before the vote."
    assert [one.text for one in split(text, "en")] == [
        "First the council raised taxes.",
        "Then it cut spending on roads.",
        "Nobody was asked before the vote.",
    ]
    assert split("5. März ist ein Feiertag in diesem Land.", "de")[0].text.startswith("5. März")


def test_a_live_blog_gives_its_entries_without_stamps() -> None:
    text = "10:15 GMT\nPolice say two people were arrested in Paris.\n10:02 GMT\nThe march has begun with 3,000 people.\nPhoto: AFP\nRead more: What we know"
    assert [one.text for one in split(text, "en")] == [
        "Police say two people were arrested in Paris.",
        "The march has begun with 3,000 people.",
    ]


def test_a_table_gives_its_rows_only_when_there_is_nothing_else() -> None:
    table = "Team | Won | Lost\nReds | 12 | 3\nBlues | 9 | 6"
    assert [one.text for one in split(table, "en")] == table.split("\n")
    assert [one.text for one in split(f"{table}\n\nThe Reds won the league.", "en")] == ["The Reds won the league."]


def test_code_is_left_out_of_prose() -> None:
    text = "The patch fixes a crash.\n\nif (x == 0) { return foo(); }\nfor (i = 0; i < n; i++) { x += 1; }\n\nUsers should update."
    assert [one.text for one in split(text, "en")] == ["The patch fixes a crash.", "Users should update."]


LONG = {
    "unclosed marks": 'He said (it was late "and he left. ',
    "opening marks": "“",
    "brackets": "(a) [b] ",
    "abbreviations": "Dr. Mr. U.S. e.g. ",
    "stops": "Stop! ",
    "no spaces": "他来了。",
    "speech": "“Is it?” she asked. ",
    "lines": "Prices\n",
    "initials": "A. B. ",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG.keys())
def test_work_grows_with_length_alone(piece: str) -> None:
    once, twice = (count_work(lambda size=size: split(piece * size, "en")) for size in (800, 1_600))  # type: ignore[misc]
    assert twice < 2.3 * once


@given(st.text(max_size=400), st.sampled_from(["en", "de", "ru", "zh", "ar", "hi", "el", None]))
@settings(max_examples=150, deadline=None)
def test_nothing_is_added_or_reordered(text: str, lang: str | None) -> None:
    squeezed = "".join(text.split())
    place = 0
    for index, sentence in enumerate(split(text, lang)):
        assert sentence.index == index
        assert sentence.text == " ".join(sentence.text.split())
        found = squeezed.find("".join(sentence.text.split()), place)
        assert found >= 0 or not any(character.isalpha() for character in sentence.text) or "\n\n" in text
        place = max(place, found)


@given(st.text(alphabet=st.sampled_from('ab AB.!?"“”()。1'), max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_paragraph_is_its_sentences(text: str) -> None:
    assert "".join("".join(split_paragraph(text, language_table("en"))).split()) == "".join(text.split())


def test_sentences_that_lost_their_space_are_parted() -> None:
    text = "Doctors at the hospital said.The actor is 94, and Prof.Brown of example.com agrees. He paid.Then he left."
    assert split_paragraph(text, language_table("en")) == [
        "Doctors at the hospital said.",
        "The actor is 94, and Prof.Brown of example.com agrees.",
        "He paid.",
        "Then he left.",
    ]
