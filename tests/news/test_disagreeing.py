"""Which numbers differ, and which only seem to."""

from datetime import timedelta

import pytest

from news.disagreeing import Account, differences, renewed
from tests import make

FERRY = "At least 12 people died when the ferry sank near the harbour, police said."


def account(number: int, text: str, family: str = "", hours: float = 0) -> Account:
    at = make.NOW + timedelta(hours=hours)
    return Account(family or f"family {number}", at, text, (make.cited(text, number),))


def phrases(*accounts: Account) -> list[list[str]]:
    return [[claim.phrase.text for claim in each.claims] for each in differences(accounts)]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (FERRY, FERRY.replace("At least 12", "Officials say 15"), ["12 people died", "15 people died"]),
        (
            "The blast in the central market of Kabul killed 12 people and injured 30 others.",
            "The blast in the central market of Kabul killed nearly 19 people, and injured many.",
            ["killed 12 people", "killed nearly 19 people"],
        ),
        (
            "В результате взрыва на рынке в Кабуле погибли 12 человек, 30 ранены.",
            "В результате взрыва на рынке в Кабуле погибли 19 человек, сообщили власти.",
            ["погибли 12 человек", "погибли 19 человек"],
        ),
        (
            "قال مسؤولون إن الزلزال في محافظة بكتيكا الأفغانية أسفر عن مقتل 12 شخصا على الأقل",
            "قال مسؤولون إن الزلزال في محافظة بكتيكا الأفغانية أسفر عن مقتل 19 شخصا على الأقل",
            ["مقتل 12 شخصا", "مقتل 19 شخصا"],
        ),
        (
            "喀布尔中央市场周一发生爆炸，造成12人死亡。",
            "喀布尔中央市场周一发生爆炸，造成19人死亡。",
            ["12人死亡", "19人死亡"],
        ),
    ],
)
def test_numbers_of_the_same_thing_differ(left: str, right: str, expected: list[str]) -> None:
    assert phrases(account(1, left), account(2, right)) == [expected]


@pytest.mark.parametrize(
    "right",
    [
        FERRY,
        FERRY.replace("12", "15").replace("died", "were injured"),
        FERRY.replace("12", "15") + " Earlier reports spoke of 12 dead.",
        "The budget of the town grows by 15 people.",
        "Many people died when the ferry sank near the harbour, police said.",
        "At least 15 people and 12 dogs died when the ferry sank near the harbour, police said.",
    ],
)
def test_what_is_no_difference(right: str) -> None:
    assert differences([account(1, FERRY), account(2, right)]) == []


def test_one_family_does_not_differ_with_itself_nor_later_news_with_earlier() -> None:
    later = FERRY.replace("12", "15")
    assert differences([account(1, FERRY, "A"), account(2, later, "A")]) == []
    assert differences([account(1, FERRY), account(2, later, hours=13)]) == []
    # who said 12 first says 15 now
    assert differences([account(1, FERRY, "A"), account(2, later, "B", 1), account(3, later, "A", 2)]) == []


def test_a_round_number_is_no_other_number() -> None:
    exact = "The storm left 1,214 homes without power across the northern region."
    assert differences([account(1, exact), account(2, exact.replace("1,214", "1,200"))]) == []
    assert differences([account(1, exact), account(2, exact.replace("1,214", "1214"))]) == []
    assert len(differences([account(1, exact), account(2, exact.replace("1,214", "1,900"))])) == 1


def test_a_year_and_a_share_of_something_else_are_no_difference() -> None:
    year = "In 2023 people left the old harbour town after the ferry sank near it."
    assert differences([account(1, year), account(2, year.replace("2023", "2022"))]) == []
    share = "The bank of the country says that 5% of companies in the northern region grow."
    assert differences([account(1, share), account(2, share.replace("5% of companies", "7% of families"))]) == []


def test_all_who_give_a_number_are_cited() -> None:
    [found] = differences([account(1, FERRY), account(2, FERRY.replace("12", "15")), account(3, FERRY)])
    assert [[each.article_id for each in claim.phrase.citations] for claim in found.claims] == [[1, 3], [2]]
    assert found.claims[0].sentence == make.cited(FERRY, 1)


def test_renewed() -> None:
    assert renewed(FERRY, FERRY.replace("12", "15"))
    assert not renewed(FERRY, FERRY)
    assert not renewed(FERRY, "Parliament debated a law on fishing with 15 people from the north.")
