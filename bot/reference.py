"""Reads the tables of words that the core is given: what actors of the news are called, in all languages.

In: `bot/data/aliases.toml`, `bot/data/question_words.toml` and CLDR's names of countries (Babel). Out: the core's frozen
`AliasTable`. Nothing is raised for the data that ships with the program: a test reads it.
"""

import re
import tomllib
from functools import lru_cache
from importlib import resources

from babel import Locale

from news.aliases import AliasTable, read_table

NAMES_IN = ("en", "ru", "zh", "es", "de", "fr", "ar")
"""Languages in which a country's name is known, those of the interface."""


def country_names() -> dict[str, tuple[str, ...]]:
    """CLDR's names of every territory with an ISO 3166-1 code, in all languages."""
    locales = [Locale.parse(lang) for lang in NAMES_IN]
    codes = [code for code in map(str, locales[0].territories) if len(code) == 2 and code.isalpha()]
    return {
        code: tuple(dict.fromkeys(_said(str(each.territories[code])) for each in locales if code in each.territories))
        for code in codes
    }


def _said(name: str) -> str:
    """A country's name without what CLDR adds in brackets: "Myanmar (Burma)"."""
    return re.sub(r"\s+\(.*?\)", "", name)


@lru_cache(maxsize=1)
def aliases() -> AliasTable:
    """The table of actors with their names in all languages."""
    folder = resources.files("bot").joinpath("data")
    data = tomllib.loads(folder.joinpath("aliases.toml").read_text("utf-8"))
    questions = tomllib.loads(folder.joinpath("question_words.toml").read_text("utf-8"))
    # German "war" and "die" are English words of weight: only English function words are the same in all questions.
    # Chinese ones are cut out of its runs of letters, where no other language can be meant.
    data["stop"] = [*data["stop"], *questions["en"].split(), *questions["zh"].split()]
    return read_table(data, country_names())
