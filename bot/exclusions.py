"""What a question leaves out in plain words ("climate change but not hurricanes"), and the question without them.

In: the question, the languages to look in. Out: words and phrases that must not be there, as `-word` and `-"a phrase"` would
say them, and the rest. Pure, but for the table `bot/data/exclusions.toml`, which is read once.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

LONGEST_WORDS = 4  # of one thing that is left out; a longer one is the rest of a sentence, and nobody's phrase
_END = re.compile(r"[.,;:!?\n()，。；：！？、؟،؛]")


def take(text: str, langs: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The things left out and the text without them; nothing where the text would say nothing else."""
    for lang in langs:
        patterns = _patterns(lang)
        if patterns is None:
            continue
        begins, parts, articles, after = patterns
        found = begins.search(text)
        if found is None:
            continue
        ends = [match.start() for match in (_END.search(text, found.end()), after.search(text, found.end())) if match]
        end = min(ends, default=len(text))
        things = [articles.sub("", part.strip()).strip() for part in parts.split(text[found.end() : end])]
        named = tuple(thing for thing in things if thing)
        rest = f"{text[: found.start()]} {after.sub(' ', text[end:], count=1)}"
        if named and all(len(thing.split()) <= LONGEST_WORDS for thing in named) and any(map(str.isalnum, rest)):
            return named, rest
    return (), text


@lru_cache(maxsize=8)
def _patterns(
    lang: str,
) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    words = tomllib.loads(resources.files("bot").joinpath("data/exclusions.toml").read_text("utf-8")).get(lang)
    if words is None:
        return None
    apart = lang != "zh"  # where words are parted by spaces
    before, between, behind = (r"(?<!\w)", r"\s+", r"\s+") if apart else ("", r"\s*", r"\s*")
    return (
        re.compile(f"{before}(?:{_either(words['not'])}){behind}", re.IGNORECASE),
        re.compile(rf"{between}(?:{_either(words['or'])}){between}", re.IGNORECASE),
        re.compile(rf"^(?:{_either(words['the'])})(?<=\W)|^(?:{_either(words['the'])})\s+", re.IGNORECASE)
        if words["the"]
        else re.compile(r"(?!)"),
        re.compile(_either(words["after"])) if "after" in words else re.compile(r"(?!)"),
    )


def _either(forms: str) -> str:
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in sorted(forms.split("|"), key=len, reverse=True))
