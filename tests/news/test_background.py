import pytest

from news.background import says_nothing, without_background


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("HARLOW, England (Reuters) - Corbyn spoke.", "Corbyn spoke."),
        ("NEW YORK (AP) — Shares fell.", "Shares fell."),
        ("BERLIN (dpa) - Die Bahn fährt.", "Die Bahn fährt."),
        ("МОСКВА, 12 мая – Цены выросли.", "Цены выросли."),
        ("Trains stop at 17:04 in Bonn.", "Trains stop at in Bonn."),
        ("Cardona, 32, a dog handler, was sentenced.", "Cardona , a dog handler, was sentenced."),
        ("Nine-year-old Lin sang.", "Lin sang."),
        ("Ein 45-jähriger Mann starb.", "Ein Mann starb."),
        ("Умер 23-летний хоккеист.", "Умер хоккеист."),
        ("They were fined 2,000 euros ($13,300) each.", "They were fined 2,000 euros each."),
        ("It fell 135 kilometres (85 miles) south.", "It fell 135 kilometres south."),
    ],
)
def test_what_every_report_has_is_taken_out(text: str, left: str) -> None:
    assert " ".join(without_background(text).split()) == left


@pytest.mark.parametrize(
    "text",
    [
        "The US-led force - which left - returns.",
        "40 people were hurt (12 dead).",
        "The toll rose (41 dead).",
        "40 firms (12 of them new) closed.",
        "The sentence is 12 years in prison.",
        "Das Abkommen gilt 30 Jahre.",
        "Berlin - Die Bahn fährt.",
    ],
)
def test_what_is_news_stays(text: str) -> None:
    assert without_background(text) == text


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("EA itself declined to comment on the story.", True),
        ("Im Ministerium wollte sich niemand äußern.", False),
        ("Der Konzern wollte sich nicht äußern.", True),
        ("В компании отказались от комментариев.", True),
        ("Об этом сообщает агентство.", True),
        ("公司拒绝置评。", True),
        ("The mayor resigned.", False),
        (
            "The bank declined to comment on a report that its chairman Lee Wong had sold 40 branches in three states.",
            False,
        ),
    ],
)
def test_a_sentence_that_says_that_somebody_said_nothing(text: str, nothing: bool) -> None:
    assert says_nothing(text) is nothing
