"""What says the same in other words is read back; what only sounds alike is not."""

import pytest

from summarizer.alignment import align, prepare
from summarizer.rewording import are_opposites, by_table, in_place
from summarizer.tables import claim_table
from summarizer.terms import Terms, terms
from summarizer.voice import in_voice

EN = claim_table("en")


def plain(text: str) -> Terms:
    return Terms(tuple(text.split()), tuple(text.split()))


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "$5.2bn", "5.2 billion dollars"),
        ("en", "19%", "19 percent"),
        ("en", "twelve people", "12 people"),
        ("en", "on 14 March 2023", "on March 14, 2023"),
        ("en", "He bought it", "he buys it"),
        ("de", "1,4 Mrd. Euro", "1,4 Milliarden Euro"),
        ("ru", "3,5 млрд евро", "3,5 миллиарда евро"),
        ("ru", "Петров", "Петрова"),
        ("es", "2.500 millones de dólares", "2500 millones de dólares"),
        ("zh", "百分之十五", "15%"),
        ("ar", "١٢", "12"),
    ],
)
def test_other_spellings_are_the_same_terms(lang: str, one: str, other: str) -> None:
    table = claim_table(lang)
    assert terms(one, table).keys == terms(other, table).keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$5.2bn", "$5.2m"),
        ("5 dollars", "5 euros"),
        ("19%", "19"),
        ("14 March", "15 March"),
        ("12 days", "12 weeks"),
        ("was sold", "was not sold"),
    ],
)
def test_other_facts_are_other_terms(one: str, other: str) -> None:
    assert terms(one, EN).keys != terms(other, EN).keys


def test_a_month_with_its_year_stands_in_a_full_date() -> None:
    whole = terms("on 14 March 2023", EN).keys
    assert set(terms("in March 2023", EN).keys) - {"in"} <= set(whole)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Renwick bought the factory.", "Renwick purchased the factory."),
        ("Two workers were killed in Leeds.", "Two workers died in Leeds."),
        ("The flood happened in Leeds.", "The flood took place in Leeds."),
        ("A physician left the ship.", "A doctor left the ship."),
    ],
)
def test_words_of_one_meaning_are_put_back(source: str, claim: str) -> None:
    text = prepare([source])
    back = by_table(terms(claim, text.table), text.terms[0], text)
    assert align(back.terms.keys, text).common == 1.0
    assert back.told > 0


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Renwick bought the factory.", "Renwick sold the factory."),
        ("Prices rose in May.", "Prices fell in May."),
        ("Two workers were killed in Leeds.", "Two workers were injured in Leeds."),
        ("The visit lasted a week.", "The visit lasted a month."),
        ("Renwick bought the factory.", "Keller bought the factory."),
        ("A weapon was found.", "A dagger was found."),
    ],
)
def test_words_of_another_meaning_are_not(source: str, claim: str) -> None:
    text = prepare([source])
    assert by_table(terms(claim, text.table), text.terms[0], text).told == 0


@pytest.mark.parametrize(
    ("lang", "one", "other", "deny"),
    [
        ("en", "rose", "fell", True),
        ("en", "bought", "sold", True),
        ("en", "accept", "reject", True),
        ("en", "rose", "grew", False),
        ("de", "stieg", "sank", True),
        ("es", "subió", "bajó", True),
        ("fr", "augmenté", "baissé", True),
        ("ru", "вырос", "упала", True),
        ("ar", "ارتفعت", "انخفضت", True),
        ("ru", "вырос", "увеличился", False),
    ],
)
def test_opposites(lang: str, one: str, other: str, *, deny: bool) -> None:
    table = claim_table(lang)
    first, second = (terms(word, table).keys[0] for word in (one, other))
    assert are_opposites(first, second, table) is deny


@pytest.mark.parametrize(
    ("source", "claim", "wanted"),
    [
        ("Keller accused Reed.", "Reed was accused by Keller.", "keller accus reed"),
        ("Reed was accused by Keller.", "Keller accused Reed.", "reed was accus by keller"),
        ("Keller accused Reed.", "Keller was accused by Reed.", "reed accus keller"),
        ("Reed was accused by Keller.", "Reed was accused by Keller.", "reed was accus by keller"),
    ],
)
def test_a_claim_is_read_in_the_voice_of_its_source(source: str, claim: str, wanted: str) -> None:
    text = prepare([source])

    def common(keys: tuple[str, ...]) -> float:
        return align(keys, text).common

    found = in_voice(terms(claim, EN), text.terms[0], EN, common)  # type: ignore[arg-type]  # a tuple is a sequence
    assert " ".join(found.keys) == wanted


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
    assert in_place(plain(claim), plain(row), EN).keys == tuple(wanted.split())
