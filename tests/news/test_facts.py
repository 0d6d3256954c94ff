import time

import pytest
from hypothesis import given, strategies as st

from news.facts import extract, missing, name_words


@pytest.mark.parametrize(
    ("text", "lang", "numbers"),
    [
        ("12 percent", "en", {"12%"}),
        ("12 per cent", "en", {"12%"}),
        ("12%", None, {"12%"}),
        ("twelve percent", "en", {"12%"}),
        ("12 процентов", "ru", {"12%"}),
        ("12 Prozent", "de", {"12%"}),
        ("12 pour cent", "fr", {"12%"}),
        ("百分之十二", "zh", {"12%"}),
        ("١٢٪", "ar", {"12%"}),
        ("$5bn", "en", {"usd 5e9"}),
        ("5 billion dollars", "en", {"usd 5e9"}),
        ("US$5 billion", "en", {"usd 5e9"}),
        ("five billion US dollars", "en", {"usd 5e9"}),
        ("5 млрд долларов", "ru", {"usd 5e9"}),
        ("5 mil millones de dólares", "es", {"usd 5e9"}),
        ("5 Milliarden Dollar", "de", {"usd 5e9"}),
        ("50亿美元", "zh", {"usd 5e9"}),
        ("£3m", "en", {"gbp 3e6"}),
        ("USD 40", "en", {"usd 40"}),
        ("300 тыс. рублей", "ru", {"rub 300000"}),
        ("3.5 million", "en", {"3.5e6"}),
        ("3,5 Millionen", "de", {"3.5e6"}),
        ("1,234,567", "en", {"1234567"}),
        ("1.234.567", "de", {"1234567"}),
        ("1 234 567", "ru", {"1234567"}),
        ("1\u202f234", "fr", {"1234"}),
        ("1'234'567", None, {"1234567"}),
        ("1,234.5", "en", {"1234.5"}),
        ("1.234,5", "de", {"1234.5"}),
        ("0.125", "en", {"0.125"}),
        ("2.5", None, {"2.5"}),
        ("120 days", "en", {"120 days"}),
        ("120-day", "en", {"120 days"}),
        ("120 дней", "ru", {"120 days"}),
        ("120 Tage", "de", {"120 days"}),
        ("120天", "zh", {"120 days"}),
        ("twenty-one people", "en", {"21"}),
        ("two hundred and fifty thousand", "en", {"250000"}),
        ("a million people", "en", {"1e6"}),
        ("two dozen", "en", {"24"}),
        ("двадцать один человек", "ru", {"21"}),
        ("the 12th package", "en", {"12"}),
        ("三百五十人", "zh", {"350"}),
        ("41명", "ko", {"41"}),
        ("5 करोड़ रुपये", "hi", {"inr 5e7"}),
        ("one of them, millions of others", "en", set()),
        ("F-16 jets, Covid-19 and the G7", "en", set()),
        ("十分重要", "zh", set()),
        ("", None, set()),
    ],
)
def test_numbers(text: str, lang: str | None, numbers: set[str]) -> None:
    assert extract(text, lang).numbers == numbers


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("March 21", {"--03-21"}),
        ("21 March", {"--03-21"}),
        ("the 21st of March, 2023", {"2023-03-21"}),
        ("March 21, 2023", {"2023-03-21"}),
        ("2023-03-21T08:00:00Z", {"2023-03-21"}),
        ("21 марта 2023 года", {"2023-03-21"}),
        ("21. März 2023", {"2023-03-21"}),
        ("21 de marzo de 2023", {"2023-03-21"}),
        ("le 21 mars", {"--03-21"}),
        ("2023年3月21日", {"2023-03-21"}),
        ("3월 21일", {"--03-21"}),
        ("21 मार्च 2023", {"2023-03-21"}),
        ("मार्च २५,२००७", {"2007-03-25"}),
        ("25 במרץ 2007", {"2007-03-25"}),
        ("Sept. 5", {"--09-05"}),
        ("Mar 5, 2024", {"2024-03-05"}),
        ("21.03.2023", {"2023-03-21"}),
        ("3/21/2023", {"2023-03-21"}),
        ("in March 2023", {"2023-03"}),
        ("in September", {"--09"}),
        ("on Tuesday", {"tue"}),
        ("во вторник", {"tue"}),
        ("星期二", {"tue"}),
        ("in 2019", {"2019"}),
        ("they may march in May", set()),
        ("31 February", {"--02"}),
        ("in 2000 homes", set()),
        ("Среди погибших в среднем трое получали средства", set()),
        ("В среду прибыл министр", {"wed"}),
    ],
)
def test_dates(text: str, dates: set[str]) -> None:
    assert extract(text).dates == dates


@pytest.mark.parametrize(
    ("text", "lang", "names"),
    [
        ("Talks began when Vladimir Putin met Xi Jinping in Moscow.", "en", {"vladimir putin", "xi jinping", "moscow"}),
        ("The minister said that NATO and the E.U. met.", "en", {"nato", "e.u"}),
        ("Yesterday Putin's visit ended.", "en", {"putin"}),
        ("He met Ursula von der Leyen there.", "en", {"ursula von der leyen"}),
        ("In talks with Владимиром Путиным", None, {"владимир путин"}),
        ("Встреча в Москве с Путиным и Зеленским", "ru", {"москв", "путин", "зеленск"}),
        ("Die Regierung sagte, Olaf Scholz sei in Berlin.", "de", {"olaf scholz", "berlin"}),
        ("Ο πρωθυπουργός Κυριάκος Μητσοτάκης μίλησε", "el", {"κυριακοσ μητσοτακησ"}),
        ("国家主席习近平表示欢迎", "zh", {"习近平"}),
        ("弗拉基米尔·普京说", "zh", {"弗拉基米尔·普京"}),
        ("윤석열 대통령", "ko", {"윤석열"}),
        ("الرئيس فلاديمير بوتين", "ar", {"فلاديمير بوتين"}),
        ("Talks resumed. Officials were pleased.", "en", set()),
        ("Rescuers dug. Later the Rescuers rested.", "en", {"rescuers"}),
        ("On Monday in January they rested.", "en", set()),
    ],
)
def test_names(text: str, lang: str | None, names: set[str]) -> None:
    assert extract(text, lang).names == names


@pytest.mark.parametrize(
    ("text", "quotation", "speaker"),
    [
        ("“We even envy you a little,” Putin said.", "We even envy you a little", "putin"),
        ("Putin, who met Xi in Moscow, said: “We envy you a little.”", "We envy you a little", "moscow"),
        ("Putin said he envied “the growth of China”.", "the growth of China", "putin"),
        ("«Мы даже немного завидуем», — сказал Путин.", "Мы даже немного завидуем", "путин"),
        ("„Das ist nicht gut“, sagte Scholz.", "Das ist nicht gut", "scholz"),
        ("The plan is called “peace for all”. Putin said no.", "peace for all", None),
        ('A "green new deal" was signed.', "green new deal", None),
        ("他说：「我们甚至有点羡慕你们」", "我们甚至有点羡慕你们", None),
    ],
)
def test_quotations(text: str, quotation: str, speaker: str | None) -> None:
    found = extract(text).quotations
    assert [each.text for each in found] == [quotation]
    if speaker != "moscow":
        assert found[0].speaker == speaker


def test_apostrophes_and_single_words_are_no_quotations() -> None:
    assert extract("The so-called “deal” isn't what ‘it’ was, they're told.").quotations == ()


SOURCE = (
    "Vladimir Putin met Xi Jinping in Moscow on March 21, 2023. Trade rose by 12 percent to $5bn within 120 days. "
    "“We even envy you a little,” Putin said."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Putin met Xi in Moscow on 21 March.",
        "Trade rose 12% in 120 days.",
        "Trade reached 5 billion dollars in March 2023.",
        "“envy you a little,” Putin said.",
        "It is 2023.",
    ],
)
def test_what_the_source_says_is_not_missing(claim: str) -> None:
    assert missing(extract(claim, "en"), extract(SOURCE, "en")) == ()


@pytest.mark.parametrize(
    ("claim", "lacks"),
    [
        ("Trade rose 13%.", ("number", "13%")),
        ("Trade reached 6 billion dollars.", ("number", "usd 6e9")),
        ("It took 120 hours.", ("number", "120 hours")),
        ("They met on 22 March.", ("date", "--03-22")),
        ("They met on March 21, 2024.", ("date", "2024-03-21")),
        ("They met with Joe Biden there.", ("name", "joe biden")),
        ("“We pity you a little,” Putin said.", ("quotation", "We pity you a little")),
        ("“We even envy you a little,” Xi said.", ("speaker", "xi")),
    ],
)
def test_what_the_source_does_not_say_is_missing(claim: str, lacks: tuple[str, str]) -> None:
    assert lacks in missing(extract(claim, "en"), extract(SOURCE, "en"))


def test_name_words() -> None:
    assert name_words(extract("He met Vladimir Putin.", "en")) == {"vladimir", "putin"}


@given(st.text(max_size=300), st.sampled_from([None, "en", "ru", "de", "fr", "es", "zh", "ar", "hi"]))
def test_no_text_breaks_it_and_every_text_says_itself(text: str, lang: str | None) -> None:
    facts = extract(text, lang)
    assert missing(facts, facts) == ()


@given(st.integers(0, 10**12))
def test_every_grouping_of_a_number_is_one_number(number: int) -> None:
    plain = extract(f"x {number} x", "ru").numbers | extract(f"x {number} x", "ru").dates
    for separator in (",", ".", " ", "\u202f", "'"):
        grouped = f"x {number:,} x".replace(",", separator)
        facts = extract(grouped, "ru")
        assert facts.numbers | facts.dates == plain or 1500 <= number < 2100


def test_nested_marks_and_long_runs_stay_quick() -> None:
    began = time.perf_counter()
    for text in ("“" * 20_000, "A " * 50_000, "1," * 50_000, "1 000 " * 20_000, '"a b ' * 20_000, "A. " * 40_000):
        extract(text)
    assert time.perf_counter() - began < 20
