"""What a generator that keeps to its source makes of it: copies, compressions, paraphrases, and two sentences merged into one.

In: a place in an article's sentences, a seeded random source. Out: a claim that the article supports, or None where the way
of writing finds nothing to do. Rules over English; what they delete or exchange leaves the rest as true as it was.
"""

import random
import re
from collections.abc import Callable, Sequence

from benchmarks.summ_corruptions import paraphrase

Writing = Callable[[Sequence[str], int, random.Random], str | None]

_FEWEST_WORDS, _MOST_WORDS = 7, 40
_OPENING = re.compile(r"^(?:On|In|At|During|After|Since|Following|According to) [^,]{3,60}, (?=\S)")
_RELATIVE = re.compile(r", (?:which|who|where|whose)\b[^,]*(?=,|\.$)")
_CLOSING = re.compile(
    r", (?:which|who|where|whose|including|according to|while|as well as|although|and|\w+ing)\b[^,]*\.$"
)
_BRACKET = re.compile(r"\s*\([^)]*\)")
_ATTRIBUTION = re.compile(r", (?:[a-z]+ ){0,3}(?:officials|police|authorities|reports) (?:said|reported|stated)(?=\.$)")
_TITLED = re.compile(r"\b(?:Dr\.?|Mr\.?|Mrs\.?|Ms\.?) (?=[A-Z])")
_FULL_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zé]+ (?=[A-Z][a-zé]+ (?:said|told|was|is|has|had|added|stated)\b)")
_JOINTS = (", and ", "; ", ", while ")
_LOWERED = re.compile(r"^(?:The|A|An|This|These|It|He|She|They|There|Some|Many|Several|Two|Three|Police|Officials)\b")
_QUOTED = re.compile(r"[\"“”]")


def copied(sentences: Sequence[str], place: int, rng: random.Random) -> str | None:  # noqa: ARG001 (one signature)
    """The sentence as it stands."""
    return sentences[place]


def compressed(sentences: Sequence[str], place: int, rng: random.Random) -> str | None:
    """The sentence without a part that it can do without."""
    text = sentences[place]
    ways = [
        pattern for pattern in (_OPENING, _RELATIVE, _CLOSING, _BRACKET, _ATTRIBUTION, _TITLED) if pattern.search(text)
    ]
    if not ways or _QUOTED.search(text):
        return None
    for pattern in rng.sample(ways, min(len(ways), rng.choice([1, 1, 2]))):
        text = pattern.sub("" if pattern is not _CLOSING else ".", text, count=1)
    text = re.sub(r"^[a-z]", lambda match: match.group().upper(), text)
    return text if text.endswith(".") and text != sentences[place] else None


def reworded(sentences: Sequence[str], place: int, rng: random.Random) -> str | None:
    """The sentence in part in other words; names in their shorter form."""
    text = paraphrase(sentences[place], sentences, rng)
    if rng.random() < 0.5:
        text = _FULL_NAME.sub("", text, count=1)
    return text if text != sentences[place] else None


def merged(sentences: Sequence[str], place: int, rng: random.Random) -> str | None:
    """The sentence and the next one, both shortened where they can be, as one."""
    if place + 1 >= len(sentences):
        return None
    first = compressed(sentences, place, rng) or sentences[place]
    second = compressed(sentences, place + 1, rng) or sentences[place + 1]
    if not first.endswith(".") or not second.endswith(".") or _QUOTED.search(first + second):
        return None
    if _LOWERED.match(second):
        second = second[0].lower() + second[1:]
    return first[:-1] + rng.choice(_JOINTS) + second


def compressed_and_reworded(sentences: Sequence[str], place: int, rng: random.Random) -> str | None:
    """Shortened, and then in part in other words."""
    text = compressed(sentences, place, rng)
    return text and paraphrase(text, sentences, rng)


WRITINGS: dict[str, Writing] = {
    "copy": copied,
    "compression": compressed,
    "paraphrase": reworded,
    "merged": merged,
    "both": compressed_and_reworded,
}


def write(sentences: Sequence[str], place: int, rng: random.Random) -> tuple[str, str] | None:
    """(way of writing, claim): one of the ways, chosen by chance; None where it has nothing to do or is of no fit length."""
    way = rng.choice(sorted(WRITINGS))
    text = WRITINGS[way](sentences, place, rng)
    if text is None or not _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS:
        return None
    return way, text
