"""Sentences changed on purpose: one error of a named kind, or a paraphrase that stays true.

In: a sentence of an English news text, its article's sentences, a seeded random source. Out: the changed sentence, or None where the kind finds
nothing to change. Used to train the verifier and, on other articles, to make the pairs that test it.
"""

# ruff: noqa: ARG001 (the changes share one signature, and not each looks at the article)

import random
import re
from collections.abc import Callable, Sequence

Change = Callable[[str, Sequence[str], random.Random], str | None]

_NAME = re.compile(r"(?<![.!?“\"] )(?<!^)\b[A-Z][a-zé]+(?: [A-Z][a-zé]+)*\b")
_NUMBER = re.compile(r"(?<![\w.,:])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w:]|\.\d|,\d)")
_SPELLED = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty", "thirty"]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|did|does|do)\b(?! not|n['’]t)")
_NEGATED = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|did|does|do) not ")
_SPEECH = re.compile(
    r"(?P<who>\b[A-Z][a-zé]+(?: [A-Z][a-zé]+)*) (?P<verb>said|told|added|stated|announced|wrote|tweeted|claimed|warned|confirmed)\b"
)
_ACTS = "killed|attacked|arrested|defeated|beat|accused|met|criticised|criticized|sued|replaced|thanked|praised|blamed|ordered|hit|struck|visited|supported|opposed|rejected|told|asked|joined|followed|led|shot|bought|acquired|banned|condemned|urged|warned|won against|called on"
_ROLES = re.compile(
    rf"(?P<a>\b(?:the )?[A-Z][a-zé]+(?: [A-Z][a-zé]+)*) (?P<verb>{_ACTS}) (?P<b>(?:the )?[A-Z][a-zé]+(?: [A-Z][a-zé]+)*)"
)
_PREPOSITIONS = re.compile(
    r"(?P<a>\b[A-Z][a-zé]+(?: [A-Z][a-zé]+)*)(?P<middle>(?: [a-z,'’-]+){1,6}? (?:by|from|against|over|to|with|of|than|for)(?: the)?) (?P<b>[A-Z][a-zé]+(?: [A-Z][a-zé]+)*)"
)
_SYNONYMS = {
    "said": "stated", "killed": "left dead", "several": "a number of", "about": "around", "began": "started", "announced": "made known",
    "also": "likewise", "however": "though", "people": "persons", "children": "kids", "approximately": "about", "purchase": "buy", "attempted": "tried",
    "near": "close to", "largest": "biggest", "after": "following", "because": "since", "over": "more than", "including": "among them", "reported": "related",
    "died": "lost their lives", "injured": "hurt", "company": "firm", "police": "officers", "city": "town", "started": "began", "injuries": "wounds", "according to": "as stated by",
    "occurred": "took place", "received": "got", "vehicle": "car", "required": "needed", "currently": "now", "residents": "inhabitants", "assist": "help",
}  # fmt: skip


def names(text: str) -> list[str]:
    found = [name for name in _NAME.findall(text) if name not in {*_DAYS, *_MONTHS} and len(name) > 2]
    return list(dict.fromkeys(found))


def swap_entity(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """A name replaced by another of the article."""
    own = names(sentence)
    others = [
        name
        for other in article
        for name in names(other)
        if name not in sentence and not any(part in sentence for part in name.split())
    ]
    if not own or not others:
        return None
    old = rng.choice(own)
    alike = [name for name in others if len(name.split()) == len(old.split())] or others
    return sentence.replace(old, rng.choice(alike), 1)


def swap_roles(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """Actor and patient changed round."""
    for pattern in (_ROLES, _PREPOSITIONS):
        found = [
            match
            for match in pattern.finditer(sentence)
            if match["a"] != match["b"]
            and match["a"] not in {*_DAYS, *_MONTHS, "The", "In", "On"}
            and match["b"] not in {*_DAYS, *_MONTHS}
        ]
        if found:
            match = rng.choice(found)
            first, second = match.span("a"), match.span("b")
            return (
                sentence[: first[0]] + match["b"] + sentence[first[1] : second[0]] + match["a"] + sentence[second[1] :]
            )
    return None


def change_number(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """Another number."""
    found = [match for match in _NUMBER.finditer(sentence) if not re.fullmatch(r"(19|20)\d\d", match.group())]
    if found:
        match = rng.choice(found)
        old = float(match.group().replace(",", ""))
        new = old + rng.choice([1, 2, 3, 5, 10, -1, 20]) if old < 100 else old * rng.choice([2, 3, 0.5, 1.1])
        new = abs(new) or old + 4
        text = f"{new:,.1f}" if "." in match.group() else f"{round(new):,}"
        return sentence[: match.start()] + text + sentence[match.end() :] if text != match.group() else None
    spelled = [word for word in _SPELLED if re.search(rf"\b{word}\b", sentence)]
    if spelled:
        old_word = rng.choice(spelled)
        return re.sub(
            rf"\b{old_word}\b", rng.choice([word for word in _SPELLED if word != old_word]), sentence, count=1
        )
    return None


def change_date(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """Another weekday, month or year."""
    for group in (_DAYS, _MONTHS):
        found = [word for word in group if re.search(rf"\b{word}\b", sentence) and word != "May"]
        if found:
            old = rng.choice(found)
            return re.sub(rf"\b{old}\b", rng.choice([word for word in group if word != old]), sentence, count=1)
    years = re.findall(r"\b(?:19|20)\d\d\b", sentence)
    if years:
        old = rng.choice(years)
        return sentence.replace(old, str(int(old) + rng.choice([-3, -2, -1, 1, 2, 4])), 1)
    return None


def negate(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """A negation put in or taken out."""
    if _NEGATED.search(sentence):
        return _NEGATED.sub(lambda match: f"{match.group(1)} ", sentence, count=1)
    found = [match for match in _AUXILIARY.finditer(sentence) if match.start()]
    if not found:
        return None
    match = rng.choice(found)
    return f"{sentence[: match.end()]} not{sentence[match.end() :]}"


def wrong_speaker(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """Said by another person of the article."""
    match = _SPEECH.search(sentence)
    others = [name for other in article for name in names(other) if name not in sentence]
    if not match or not others:
        return None
    return sentence[: match.start("who")] + rng.choice(others) + sentence[match.end("who") :]


def merge_events(sentence: str, article: Sequence[str], rng: random.Random) -> str | None:
    """The beginning of this sentence with the end of another."""
    others = [other for other in article if other != sentence and len(other.split()) > 10]
    cut = re.search(r" (?:after|when|because|in|at|by|with|to) ", sentence[len(sentence) // 3 :])
    if not others or not cut:
        return None
    other = rng.choice(others)
    tail = re.search(rf"{cut.group()}.*", other[len(other) // 3 :])
    if not tail:
        return None
    return sentence[: len(sentence) // 3 + cut.start()] + tail.group()


ERRORS: dict[str, Change] = {
    "entity": swap_entity,
    "role": swap_roles,
    "number": change_number,
    "date": change_date,
    "negation": negate,
    "speaker": wrong_speaker,
    "merge": merge_events,
}


def paraphrase(sentence: str, article: Sequence[str], rng: random.Random) -> str:
    """The same said otherwise: parts left out, a phrase moved, words for words; true as far as the sentence is."""
    text = sentence
    if rng.random() < 0.5:
        text = re.sub(r"\s*\([^)]*\)", "", text)
    if rng.random() < 0.5:
        text = re.sub(r", (?:which|who|where)\b[^,]*,", "", text, count=1)
    moved = re.match(r"^((?:On|In|At|During|After) [^,]{3,40}), (.+)\.$", text)
    if moved and rng.random() < 0.6:
        head, rest = moved.groups()
        rest = rest[0].upper() + rest[1:]
        text = f"{rest} {head[0].lower()}{head[1:]}."
    found = [word for word in _SYNONYMS if re.search(rf"\b{word}\b", text)]
    for word in rng.sample(found, min(len(found), rng.choice([0, 1, 1, 2]))):
        text = re.sub(rf"\b{word}\b", _SYNONYMS[word], text, count=1)
    if rng.random() < 0.3:
        text = re.sub(r"\b(President|Prime Minister|Minister|Senator|Dr\.|Mr\.|Mrs\.) (?=[A-Z])", "", text, count=1)
    return text[:1].upper() + text[1:]
