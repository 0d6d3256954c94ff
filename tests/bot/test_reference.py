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
        (("Fed", "inflation"), ["fed"]),
        (("US", "EU"), ["US", "EU"]),
    ],
)
def test_actors_are_known_by_their_names(words: tuple[str, ...], keys: list[str]) -> None:
    assert [pole.group.key for pole in reference.aliases().poles(words) if pole.group] == keys


def test_every_country_has_a_group() -> None:
    countries = {group.key for group in reference.aliases().groups if len(group.key) == 2}
    assert len(countries) >= 195


def test_small_words_are_not_countries() -> None:
    poles = reference.aliases().poles(("us", "in", "who"))
    assert all(pole.group is None for pole in poles)
