"""Makes benchmarks/data/verifier_hard_pairs.jsonl.gz: 300 pairs in which the true claim shares fewer words with its source.

    python -m benchmarks.summ_hard_pairs

The true claim says a sentence otherwise: words for words out of a table that nothing trains on, phrases moved, speech turned
round, active turned passive, at least three words changed. The false one is the sentence as it stands, with one error. So
whoever counts common words prefers the false one. Run once, before anything was tuned on it; the file is the test.
"""

import random
import re
from collections.abc import Sequence

from benchmarks.summ_corruptions import ERRORS
from benchmarks.summ_make_pairs import DATA, save
from benchmarks.summ_open import OpenArticle, articles

PAIRS = 300
_FEWEST_WORDS, _MOST_WORDS = 9, 40
_FEWEST_CHANGES = 3  # words of the sentence that the true claim does not have
_WORDS = {
    "fire": "blaze", "protesters": "demonstrators", "protests": "demonstrations", "doctor": "physician", "doctors": "physicians",
    "film": "movie", "soldiers": "troops", "aircraft": "plane", "plane": "aircraft", "election": "vote", "arrested": "taken into custody",
    "revealed": "disclosed", "built": "constructed", "destroyed": "wrecked", "huge": "enormous", "quickly": "rapidly",
    "almost": "nearly", "nearly": "almost", "often": "frequently", "rescued": "saved", "discovered": "found", "reporters": "journalists",
    "ship": "vessel", "boat": "vessel", "students": "pupils", "border": "frontier", "agreement": "accord", "talks": "negotiations",
    "attack": "assault", "attacks": "assaults", "explosion": "blast", "disease": "illness", "workers": "employees", "staff": "personnel",
    "country": "nation", "nation": "country", "happened": "took place", "match": "game", "game": "match",
    "team": "side", "lawyer": "attorney", "lawyers": "attorneys", "evacuated": "moved to safety", "banned": "forbidden",
    "during": "in the course of", "despite": "in spite of", "while": "whilst", "due to": "owing to", "as well as": "along with",
    "in order to": "so as to", "at least": "no fewer than", "suggested": "proposed", "praised": "commended", "decided": "resolved",
    "statement": "declaration", "research": "studies", "scientists": "researchers", "researchers": "scientists",
    "important": "significant", "allowed": "permitted", "across": "throughout",
    "continued": "went on", "the United States": "the US", "government": "authorities",
    "died": "passed away", "located": "situated",
    "injured": "wounded",
    "although": "even though", "several": "various", "large": "sizeable", "according to": "in the words of", "wanted to": "wished to", "used in": "employed in", "used by": "employed by", "said": "declared", "a new": "a recent",
    "began to": "set out to", "also said": "declared as well", "because of": "on account of", "outside": "out of", "about the": "concerning the",
    "in addition": "besides", "however": "nonetheless", "However": "Nonetheless", "so that": "in order that", "whether": "if", "the world": "the globe",
    "such as": "like", "between": "in between", "close to": "not far from", "many of": "a great number of", "reported that": "wrote that",

}  # fmt: skip
_LOWERED = r"(?:The|A|An|This|It|He|She|They|There|In|On|At)\b"
_NAME = r"[A-Z][a-zé]+(?: [A-Z][a-zé]+)*"
_SPEECH_FIRST = re.compile(
    rf"^(?P<who>(?:The )?{_NAME}) (?:said|stated|added|announced) (?:that )?(?P<what>[^“”\"]+)\.$"
)
_SPEECH_LAST = re.compile(rf"^(?P<what>[^“”\"]+), (?:said|stated|according to) (?P<who>{_NAME})\.$")
_ACTIVE = re.compile(
    rf"^(?P<who>(?:The )?{_NAME}) (?P<verb>attacked|arrested|accused|replaced|praised|blamed|visited|rejected|joined|acquired|condemned|warned)"
    rf" (?P<whom>(?:the )?{_NAME})(?P<rest>[^“”\"]*)\.$"
)
_SPOKEN = re.compile(r"[“”\"]|\b(?:I|we|We|my|our|you|You)\b")
_LAST_PHRASE = re.compile(
    r"^(?P<rest>[^“”\",]+) (?P<phrase>(?:on|in|during|after) (?:[A-Z]\w+|the \w+|\d{4})(?: \d{1,2})?)\.$"
)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:] if re.match(_LOWERED, text) else text


def _turn_speech(text: str) -> str:
    if found := _SPEECH_FIRST.match(text):
        return f"{found['what'][0].upper()}{found['what'][1:]}, in the words of {_lower(found['who'])}."
    if found := _SPEECH_LAST.match(text):
        return f"{found['who']} made it known that {_lower(found['what'])}."
    return text


def _turn_passive(text: str) -> str:
    if found := _ACTIVE.match(text):
        whom = found["whom"][0].upper() + found["whom"][1:]
        return f"{whom} was {found['verb']} by {_lower(found['who'])}{found['rest']}."
    return text


def _move_phrase(text: str) -> str:
    if found := _LAST_PHRASE.match(text):
        phrase = found["phrase"]
        return f"{phrase[0].upper()}{phrase[1:]}, {_lower(found['rest'])}."
    return text


def reworded(sentence: str) -> str | None:
    """The sentence said otherwise in every way that the rules have; None where they change too little, or may not: a quotation."""
    if _SPOKEN.search(sentence):
        return None
    text = _move_phrase(_turn_passive(_turn_speech(sentence)))
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})\b")
    text = pattern.sub(lambda found: _WORDS[found.group()], text)
    new = {*text.casefold().split()} - {*sentence.casefold().split()}
    return text if len(new) >= _FEWEST_CHANGES else None


def _of_kind(
    kind: str, number: int, offered: Sequence[tuple[OpenArticle, str]], rng: random.Random
) -> list[dict[str, str]]:
    made: list[dict[str, str]] = []
    for article, sentence in offered:
        true = reworded(sentence)
        false = ERRORS[kind](sentence, article.sentences, rng)
        if true and false and false != sentence:
            made.append(
                {"id": f"{kind}-{len(made)}", "kind": kind, "article": article.id, "true": true, "false": false}
            )
        if len(made) == number:
            break
    return made


def main() -> None:
    rng = random.Random(20230322)
    held_out = articles(held_out=True)
    offered = [
        (article, sentence)
        for article in held_out
        for sentence in article.sentences
        if _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS
    ]
    pairs: list[dict[str, str]] = []
    for place, kind in enumerate(ERRORS):
        rng.shuffle(offered)
        pairs.extend(_of_kind(kind, PAIRS // len(ERRORS) + (place < PAIRS % len(ERRORS)), offered, rng))
    save(DATA / "verifier_hard_pairs.jsonl.gz", held_out, pairs)


if __name__ == "__main__":
    main()
