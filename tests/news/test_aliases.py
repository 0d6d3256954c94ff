"""What a question names."""

import pytest

from bot.reference import aliases
from news.aliases import AliasGroup, AliasTable, Role, fold, read_table

TABLE = aliases()


def keys(*terms: str) -> list[str]:
    return [pole.group.key if pole.group else pole.word for pole in TABLE.poles(terms) if not pole.generic]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Russia–China relations", ["RU", "CN"]),
        ("Sino-Russian ties", ["CN", "RU"]),
        ("Moscow Beijing partnership", ["RU", "CN"]),
        ("Putin Xi", ["RU", "CN"]),
        ("US/China trade", ["US", "CN", "trade"]),
        ("Franco-German friendship", ["FR", "DE", "friendship"]),
        ("Russia's army", ["RU", "army"]),
        ("RUSSIA and russia", ["RU"]),
        ("North Korea missile", ["KP", "missile"]),
        ("European Union budget", ["EU", "budget"]),
        ("COVID-19 vaccine", ["covid", "vaccine"]),
        ("world leaders on climate change", ["leaders", "climate"]),
        ("отношения Россия Китай", ["RU", "CN"]),
        ("отношения России Китаем", ["RU", "CN"]),
        ("中国俄罗斯关系", ["CN", "RU"]),
        ("中俄关系", ["CN", "RU"]),
        ("Côte d’Ivoire", ["CI"]),
    ],
)
def test_poles(asked: str, expected: list[str]) -> None:
    assert keys(*asked.split()) == expected


def test_a_short_name_in_capitals_is_matched_as_written() -> None:
    assert keys("US") == ["US"]
    assert keys("us") == ["us"]


def test_generic_words_alone_are_kept() -> None:
    [pole] = TABLE.poles(["relations"])
    assert pole.generic
    assert pole.terms(wide=False) == ("relations",)


def test_who_asks_for_a_leader_wants_the_leader() -> None:
    [pole] = TABLE.poles(["Putin"])
    assert pole.role is Role.PERSON
    assert pole.terms(wide=False) == ("Putin",)
    assert "Russia" in pole.terms(wide=True)


def test_who_asks_for_a_country_gets_its_people_and_capital_but_not_its_leader() -> None:
    [pole] = TABLE.poles(["Russia"])
    assert {"Russian", "Moscow", "Kremlin"} <= set(pole.terms(wide=False))
    assert "Putin" not in pole.terms(wide=False)


@pytest.mark.parametrize(("typed", "meant"), [("Rusisa", "RU"), ("Chinna", "CN"), ("Ukrane", "UA"), ("Kremlni", "RU")])
def test_misspelt_actors(typed: str, meant: str) -> None:
    [pole] = TABLE.poles([TABLE.corrected(typed) or ""])
    assert pole.group is not None
    assert pole.group.key == meant


@pytest.mark.parametrize("typed", ["cat", "Russia", "xylophone", ""])
def test_words_that_are_left_alone(typed: str) -> None:
    assert TABLE.corrected(typed) is None


def test_words_of_headlines_correct_others() -> None:
    assert TABLE.corrected("inflaton", {"inflation", "nation"}) == "inflation"
    assert TABLE.corrected("inflation", {"inflation"}) is None


def test_every_country_has_its_names_in_other_languages() -> None:
    groups = {group.key: group for group in TABLE.groups}
    assert {"Россия", "俄罗斯", "Russie", "Rusia", "Russland"} <= set(groups["RU"].names)
    assert sum(len(key) == 2 and key.isupper() for key in groups) >= 190


def test_no_term_stands_for_two_actors_as_a_name() -> None:
    owners: dict[str, set[str]] = {}
    for group in TABLE.groups:
        for name in group.names:
            if name.isascii():
                owners.setdefault(fold(name), set()).add(group.key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {
        "congo": {"CD", "CG"}  # both are called so, the larger one first
    }


def test_read_table() -> None:
    data = {"groups": {"X": {"names": ["Xland"], "prefixes": ["Xo"]}}, "generic": ["Ties"], "stop": ["The"]}
    table = read_table(data, {"X": ["Икслэнд"]})
    assert table == AliasTable(
        (AliasGroup("X", ("Xland", "Икслэнд"), prefixes=("Xo",)),), frozenset({"ties"}), frozenset({"the"})
    )
    assert [pole.word for pole in table.poles(["Xo-Xland", "the"])] == ["Xland"]


def test_a_thing_has_its_other_names_and_is_no_actor() -> None:
    [covid] = TABLE.poles(["COVID-19"])
    assert "coronavirus" in covid.terms(wide=False)
    assert not covid.acts
    [china] = TABLE.poles(["China"])
    assert china.acts


def test_what_a_hypernym_stands_for_does_not_stand_for_it() -> None:
    [leaders] = TABLE.poles(["world", "leaders"])
    assert "president" in leaders.terms(wide=False)
    assert keys("president") == ["president"]
