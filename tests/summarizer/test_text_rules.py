"""Words, language, openings and compression: small rules on text."""

import pytest
from hypothesis import given, settings, strategies as st

from summarizer.compression import Compressed, compress, cut_at_clause, cut_at_word, shorten
from summarizer.language import detect
from summarizer.openings import antecedents, is_dangling, opens_with_quotation
from summarizer.words import count_words, words


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), ("Two words", 2), ("state-of-the-art work", 2), ("总统昨天到了", 3), ("iPhone 在中国", 3), ("a — b", 3)],
)
def test_words_are_counted_in_every_script(text: str, number: int) -> None:
    assert count_words(text) == number


def test_words_fold_case_width_and_the_possessive() -> None:
    assert words("Xi’s VISIT, 3.5% и Ёлка") == ["xi", "visit", "3.5", "и", "ёлка"]
    assert words("习近平") == ["习近", "近平"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The prime minister resigned on Monday after a week of protests.", "en"),
        ("Премьер-министр подал в отставку после недели протестов.", "ru"),
        ("Der Ministerpräsident ist nach einer Woche voller Proteste zurückgetreten.", "de"),
        ("Le premier ministre a démissionné après une semaine de manifestations.", "fr"),
        ("总理在一周的抗议之后辞职。", "zh"),
        ("استقال رئيس الوزراء بعد أسبوع من الاحتجاجات.", "ar"),
        ("", None),
        ("12:45 — 3.5%", None),
        ("ok", None),
    ],
)
def test_language(text: str, lang: str | None) -> None:
    assert detect(text) == lang


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_has_a_language_code_or_none(text: str) -> None:
    found = detect(text)
    assert found is None or (len(found) == 2 and found.islower())


@pytest.mark.parametrize(
    ("sentence", "lang", "leans"),
    [
        ("He also criticized the letter.", "en", True),
        ("That plan does not call for a withdrawal.", "en", True),
        ("At the same time, Beijing submitted to sanctions.", "en", True),
        ("“We won,” he said.", "en", True),
        ("But the vote failed.", "en", True),
        ("Putin also said that he had read it.", "en", True),
        ("Regardless, the effect is the same.", "en", True),
        ("Soon afterwards, 45 sites offered free parking.", "en", True),
        ("Later that day the shops opened.", "en", True),
        ("deteriorate,” he stated.", "en", True),
        ("iPhone sales fell.", "en", False),
        ("eBay said so.", "en", False),
        ("There are 12 dead.", "en", False),
        ("Heathrow is closed.", "en", False),
        ("Iowa votes today.", "en", False),
        ("Putin met Xi.", "en", False),
        ("Он добавил, что приедет.", "ru", True),
        ("Онкологи выступили с докладом.", "ru", False),
        ("他说不会去。", "zh", True),
        ("总统到了。", "zh", False),
    ],
)
def test_dangling_openings(sentence: str, lang: str, leans: bool) -> None:
    assert is_dangling(sentence, lang) is leans


@pytest.mark.parametrize(
    ("lang", "texts", "needed"),
    [
        ("en", ["Thieves who call themselves the Owls robbed a bank.", "Three hackers helped them.", "Rain fell.", "The hackers were paid in gold."], {1}),
        ("en", ["A report says so.", "Few read the report.", "The long report found three errors."], {0, 1}),
        ("en", ["The government fell in May.", "Voters had asked the government for help.", "The government denied it."], set()),
        ("en", ["Anna won.", "The judges praised her."], set()),  # nobody spoke of judges before
        ("en", ["A report says so.", "The report of the bank found errors."], set()),  # it says which
        ("en", ["A senate met.", "The Senate voted."], set()),
        ("fr", ["Un rapport a été publié.", "Il pleut.", "Le rapport est long."], {0}),
        ("ru", ["Хакеры украли деньги.", "Шел дождь.", "Хакеры были задержаны."], set()),  # no articles
    ],
)  # fmt: skip
def test_what_a_text_introduced_is_clear_only_behind_it(lang: str, texts: list[str], needed: set[int]) -> None:
    assert antecedents(texts, lang)[-1] == needed


def test_a_line_of_commas_is_cut_at_once() -> None:
    assert compress("(a) " * 50_000, "en").dropped == ""
    assert cut_at_clause("and, " * 100_000, 8) == Compressed("and, " * 7 + "and …", ", and" * 99_992 + ",")


def test_a_quotation_is_seen_by_its_mark() -> None:
    assert opens_with_quotation("“We won,” Xi said.")
    assert not opens_with_quotation("Xi said: “We won.”")


@pytest.mark.parametrize(
    ("sentence", "left", "dropped"),
    [
        ("MOSCOW (Reuters) - Russia and China signed two major agreements on Tuesday.", "Russia and China signed two major agreements on Tuesday.", "MOSCOW (Reuters) -"),
        ("(CNN)A storm hit the northern coast of the island on Monday.", "A storm hit the northern coast of the island on Monday.", "(CNN)"),
        ("The court (the ICC) in The Hague accused him of war crimes.", "The court in The Hague accused him of war crimes.", "(the ICC)"),
        ("Xi said after arriving in Moscow that he was glad, according to Tass.", "Xi said after arriving in Moscow that he was glad.", ", according to Tass"),
        ("The two sides are to sign two agreements, according to the Kremlin.", "The two sides are to sign two agreements, according to the Kremlin.", ""),
        ("He said “the deal (of the century) is dead now” on Monday evening.", "He said “the deal (of the century) is dead now” on Monday evening.", ""),
        ("LONDON, March 3 (Reuters) - The economy grew by two percent in spring.", "The economy grew by two percent in spring.", "LONDON, March 3 (Reuters) -"),
        ("Joe Manchin (D) — the senator from West Virginia — said no to it.", "Joe Manchin — the senator from West Virginia — said no to it.", "(D)"),
        ("He left (again).", "He left (again).", ""),
        ("Tuesday, January 18, 2005Romanians gave 15 billion lei to the victims.", "Romanians gave 15 billion lei to the victims.", "Tuesday, January 18, 2005"),
        ("Tuesday, January 18, 2005, was the day on which the war ended.", "Tuesday, January 18, 2005, was the day on which the war ended.", ""),
    ],
)  # fmt: skip
def test_compression_only_deletes_what_may_go(sentence: str, left: str, dropped: str) -> None:
    found = compress(sentence, "en")
    assert (found.text, found.dropped) == (left, dropped)


@given(
    st.lists(
        st.sampled_from(
            ["MOSCOW", "(Reuters)", "-", "said", "he", "(x)", ", according to", "Tass", "“a", "b”", "12", "."]
        ),
        max_size=25,
    )
)
@settings(max_examples=150, deadline=None)
def test_compression_leaves_a_subsequence(parts: list[str]) -> None:
    sentence = " ".join(" ".join(parts).split())
    rest = iter(sentence)
    assert all(character in rest for character in compress(sentence, "en").text)


@given(st.text(alphabet="ab ,；中文", min_size=1, max_size=120), st.integers(min_value=1, max_value=12))
@settings(max_examples=150, deadline=None)
def test_a_cut_keeps_to_its_budget_and_its_words(sentence: str, most: int) -> None:
    sentence = " ".join(sentence.split()) or "a"
    clause = cut_at_clause(sentence, most)
    if clause is not None:
        assert sentence.startswith(clause.text.removesuffix(" …"))
    cut = cut_at_word(sentence, most)
    assert sentence.startswith(cut.text.removesuffix("…"))
    assert count_words(cut.text.removesuffix("…")) <= max(most, 1)


def test_a_long_lead_loses_its_asides_and_says_which() -> None:
    head = "The president of the northern republic, who has been in office since the disputed election of last year,"
    lead = f"{head} signed a law on Monday that raises the price of water, citing the costs of the new dam in the east."
    short = shorten(Compressed(lead), 20, "en")
    assert short.text == (
        "The president of the northern republic signed a law on Monday that raises the price of water."
    )
    assert "who has been in office" in short.dropped
    assert "citing the costs" in short.dropped


@pytest.mark.parametrize(
    ("lead", "left"),
    [
        ("The team — winners of five medals in the games — refused to leave the airport in Delhi on Tuesday.", "The team refused to leave the airport in Delhi on Tuesday."),
        ("Two men were held over the theft of forty paintings, after police searched a farm for three days.", "Two men were held over the theft of forty paintings."),
        ("The party won three more seats in the north, while its rival lost five of them in the south.", "The party won three more seats in the north."),
    ],
)  # fmt: skip
def test_what_stands_between_dashes_or_follows_after_may_go(lead: str, left: str) -> None:
    assert shorten(Compressed(lead), 12, "en").text == left


@pytest.mark.parametrize(
    ("text", "most", "lang"),
    [
        ("The law, which nobody read, was signed.", 40, "en"),  # it fits
        ("The law, which nobody read, was signed by all of the ministers.", 3, "en"),  # it never does
        ("He said “the law, which nobody had ever read, was signed” by all.", 9, "en"),  # another's words
        ("Das Gesetz, which nobody read, wurde am Montag unterzeichnet.", 6, "de"),
    ],
)
def test_a_sentence_stays_whole_where_nothing_may_be_left_out(text: str, most: int, lang: str) -> None:
    assert shorten(Compressed(text), most, lang) == Compressed(text)
