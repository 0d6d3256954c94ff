"""The tables that ship with the program can be read and say what they should."""

import pytest

from bot import reference


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("Russia–China", "relations"), ["RU", "CN"]),
        (("Sino-Russian", "ties"), ["CN", "RU"]),
        (("Moscow", "Beijing", "partnership"), ["RU", "CN"]),
        (("Putin", "Xi"), ["RU", "CN"]),
        (("США", "Китай"), ["US", "CN"]),
        (("俄罗斯", "中国"), ["RU", "CN"]),
        (("Deutschland", "Frankreich"), ["DE", "FR"]),
        (("Fed", "inflation"), ["fed", "prices"]),
        (("US", "EU"), ["US", "EU"]),
        (("Hongkong", "Гонконг", "香港"), ["HK"]),
        (("Мьянма", "Palästina"), ["MM", "PS"]),
    ],
)
def test_actors_are_known_by_their_names(words: tuple[str, ...], keys: list[str]) -> None:
    assert [pole.group.key for pole in reference.aliases().poles(words) if pole.group] == keys


@pytest.mark.parametrize(
    ("asked", "carrying"),
    [
        ("俄罗斯和中国的关系最近怎么样", ["俄罗斯", "中国"]),
        ("美国大选有什么新闻", ["美国", "大选"]),
        ("请告诉我关于台湾的最新消息", ["台湾"]),
        ("和平协议", ["和平协议"]),
        ("人工智能", ["人工智能"]),
    ],
)
def test_a_chinese_question_is_freed_of_what_it_is_built_with(asked: str, carrying: list[str]) -> None:
    assert [pole.word for pole in reference.aliases().poles([asked]) if not pole.generic] == carrying


def test_an_arabic_name_is_known_with_the_letter_before_it() -> None:
    poles = reference.aliases().poles(["روسيا", "والصين"])
    assert [pole.group.key for pole in poles if pole.group] == ["RU", "CN"]


def test_every_country_has_a_group() -> None:
    countries = {group.key for group in reference.aliases().groups if len(group.key) == 2}
    assert len(countries) >= 195


def test_small_words_are_not_countries() -> None:
    poles = reference.aliases().poles(("us", "in", "who"))
    assert all(pole.group is None for pole in poles)
