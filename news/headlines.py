"""Which headline a story goes by, and one made for an article that has none.

A real headline says what happened: the name of a site, "Home", a date or a file's name is none. `headline` gives the best
among a story's: clear, fresh, central, no teaser. Where there is none, `made` deletes from the article's own sentence until
it has a headline's length: nothing is added, what was deleted is recorded. Everything is pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from news.dates import find_dates
from news.entities import Article, ArticleKind, Publisher
from news.folding import ascii_digits, folded
from news.lexicon import AFTERTHOUGHTS, CONDITIONS, EMPTY_TITLES, WEEKDAYS
from news.reading import Citation, CitedSentence, Enrichment
from news.urls import domain_of
from news.wording import bag, count_words, overlap

MOST_TITLE_WORDS = 12
"""Of a headline that is made: those of news agencies have 8 to 12."""

_LEAST_TITLE_WORDS = 5
_LITTLE = 3  # letters of articles, prepositions and conjunctions
_LEAST_ASIDE = 3  # words
_LOOKED_AT = 4  # first sentences of an article that may become its headline
_WEIGHED = 30  # the latest of a story with hundreds of members; each is compared with each
_FRESH = timedelta(hours=12)  # in which a headline's freshness halves
_FRESHNESS = 0.5  # what the newest one gains by it
_PLAINER = 0.25  # by which another headline takes the place of a story's own

_PART = re.compile(r"\s+[|–—·»-]\s+|\s*\|\s*")
_SUFFIX = re.compile(r"\s[|–—-]\s[^|–—-]{2,40}$")  # " - BBC News"
_TEASING = re.compile(r"[?？!！…]|\.\.\.")
_FILE = re.compile(r"(?:https?://|www\.)\S+|[\w.-]+\.(?:html?|php|aspx?|pdf|txt|jpe?g|png)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")
_STOP = re.compile(r"[.。।…\s]+$")
_BRACKET = re.compile(r"\s*\([^()]{1,120}\)(?=[\s,.;:!?]|$)|（[^（）]{1,60}）")
_QUOTED = '"“«„「『‘'
_COMMA = re.compile(r",(?=\s)")
_BREAK = re.compile(r"[;:–—](?=\s)|[，；：、]|،(?=\s)")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Titled:
    """An article with the headline it is known by."""

    article: Article
    title: str
    made: CitedSentence | None = None  # the sentence it was made of; None for a headline of the publisher's own


def real_title(article: Article, publisher: Publisher | None = None) -> str:
    """The article's own headline without its outlet's name; empty where what it has is none."""
    title = " ".join(article.title.split())
    outlet = _names(article, publisher)
    parts = [part for part in _PART.split(title) if part]
    while len(parts) > 1 and folded(parts[-1]) in outlet:
        title = title[: title.rindex(parts.pop())]
        title = title.rstrip(" |–—·»-")
    return "" if all(_says_nothing(part, outlet) for part in _PART.split(title)) else title


def made(enrichment: Enrichment) -> CitedSentence | None:
    """A headline by deletion from the first sentence that says something by itself; None where there is no sentence."""
    short = {each.origin: each for each in enrichment.summary.sentences if each.verified and each.origin is not None}
    usable = [each for each in enrichment.sentences[:_LOOKED_AT] if not each.leans and _tells(each.text)]
    if not enrichment.sentences:
        return None
    chosen = (usable or list(enrichment.sentences))[0]
    text, dropped = chosen.text, ""
    if chosen.index in short:
        text, dropped = short[chosen.index].text, short[chosen.index].dropped
    title, deleted = _to_title(text)
    citation = Citation(enrichment.article_id, enrichment.revision)
    return CitedSentence(text=title, citations=(citation,), dropped=" … ".join(filter(None, (dropped, deleted))))


def titled(article: Article, enrichment: Enrichment | None, publisher: Publisher | None = None) -> Titled | None:
    """The article by its own headline, or by one made of its text; None where it has neither."""
    title = real_title(article, publisher)
    if title:
        return Titled(article, title)
    sentence = made(enrichment) if enrichment is not None else None
    return None if sentence is None else Titled(article, sentence.text, sentence)


def title_or_address(article: Article, enrichment: Enrichment | None, publisher: Publisher | None = None) -> str:
    """What an article is called in a list of sources; its address where it has no words."""
    found = titled(article, enrichment, publisher)
    return article.url if found is None else found.title


def headline(offered: Sequence[Titled]) -> Titled | None:
    """The best of a story's headlines; one of the publishers' own before any that was made."""
    own = [each for each in offered if each.made is None]
    weighed = (own or list(offered))[-_WEIGHED:]
    if not weighed:
        return None
    bags = {each.article.id: bag(each.title) for each in weighed}
    newest = max(each.article.published_at for each in weighed)

    def worth(each: Titled) -> tuple[float, int]:
        others = [overlap(bags[each.article.id], bags[other.article.id]) for other in weighed if other is not each]
        central = sum(others) / len(others) if others else 0.0
        fresh: float = 0.5 ** ((newest - each.article.published_at) / _FRESH)
        return clarity(each) + central + _FRESHNESS * fresh, -each.article.id

    return max(weighed, key=worth)


def best_title(current: str, other: str) -> str:
    """The clearer one of two headlines of a story; the present one where they are about as clear."""
    return other if _plainness(other) > _plainness(current) + _PLAINER else current


def clarity(each: Titled) -> float:
    """How plainly a headline says what happened; that of an opinion, a gallery or a live page says it less."""
    return _plainness(each.title) - 0.5 * (each.article.kind is not ArticleKind.ARTICLE)


def _plainness(title: str) -> float:
    """How good words a headline is: of a good length, no teaser, no shouting, no outlet's name."""
    words = count_words(title)
    length: float = 1.0 if 5 <= words <= 16 and len(title) <= 110 else 0.5 if 3 <= words <= 24 else 0.0
    letters = _LETTER.findall(title)
    shouting: bool = sum(letter.isupper() for letter in letters) / max(1, len(letters)) > 0.6
    faults = 0.5 * bool(_TEASING.search(title)) + 0.5 * shouting + 0.3 * bool(_SUFFIX.search(title))
    faults += 0.2 * title[:1].isdigit() + 0.2 * title.endswith(":")
    return length - faults


def _names(article: Article, publisher: Publisher | None) -> frozenset[str]:
    """What the article's outlet is called."""
    domain = domain_of(article.url) or ""
    names = [article.site or "", article.publisher, domain, domain.removeprefix("www.").partition(".")[0]]
    if publisher is not None:
        names += [publisher.name, publisher.domain]
    return frozenset(folded(name) for name in names if name)


def _says_nothing(part: str, outlet: frozenset[str]) -> bool:
    """Whether a part of a title is an outlet's name, an empty word, a date, an address or no words at all."""
    plain = folded(part).strip(" .!:…»«-")
    if plain in outlet or plain in EMPTY_TITLES or _FILE.fullmatch(part.strip()):
        return True
    dates, rest = find_dates(folded(ascii_digits(part)))
    words = [word for word in _WORD.findall(rest if dates else plain) if not dates or WEEKDAYS.get(word) is None]
    return len(_LETTER.findall("".join(words))) < 2


def _tells(sentence: str) -> bool:
    """Whether a sentence can be a headline: a statement of some words, not somebody's words."""
    return (
        count_words(sentence) >= _LEAST_TITLE_WORDS - 1 and sentence[:1] not in _QUOTED and sentence[-1:] not in "?？؟"
    )


def _to_title(sentence: str) -> tuple[str, str]:
    """What is left of a sentence at a headline's length, and what was deleted."""
    text, dropped = _STOP.sub("", sentence), []
    for spare in (_brackets, _days, _asides):
        if spare is _brackets or count_words(text) > MOST_TITLE_WORDS:
            text, deleted = _without(text, spare(text))
            dropped += deleted
    if count_words(text) <= MOST_TITLE_WORDS:
        return text, " … ".join(dropped)
    end = _end_of_statement(text)
    title = text[:end].rstrip(" ,،，;:–—-") if end else _first_words(text)
    dropped.append(text[len(title) :].strip())
    return title if end else f"{title}…", " … ".join(filter(None, dropped))


def _brackets(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _BRACKET.finditer(text)]


def _days(text: str) -> list[tuple[int, int]]:
    """Weekdays with the little word before them: a headline is of its day. Not at the beginning, which would lose its capital."""
    words = list(_WORD.finditer(text))
    found = []
    for before, word in pairwise(words):
        if before.start() and WEEKDAYS.get(folded(word[0])) is not None:
            little = before[0].islower() and len(before[0]) <= _LITTLE and not before[0].isdigit()
            found.append(((before if little else word).start() - 1, word.end()))
    return [(start, end) for start, end in found if text[start] == " " and text[end : end + 1] in {"", " "}]


def _asides(text: str) -> list[tuple[int, int]]:
    """What stands between two commas and begins and goes on in lower case; a list, a condition and a quotation stay."""
    commas = [match.start() for match in _COMMA.finditer(text)]
    for start, end in pairwise(commas):
        inner, after = _WORD.findall(text[start:end]), _WORD.search(text, end)
        if (
            len(inner) < _LEAST_ASIDE
            or after is None
            or inner[0] in CONDITIONS
            or any(mark in text for mark in _QUOTED)
        ):
            continue
        if inner[0].islower() and after[0].islower() and len(after[0]) > _LITTLE:
            return [(start, end + 1)]
    return []


def _without(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[str]]:
    """The text without these parts, and the parts."""
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]), [text[start:end].strip() for start, end in spans]


def _end_of_statement(text: str) -> int:
    """Where what comes after may be left out: before an afterthought, or at the end of a clause; 0 where nowhere is."""
    ends = [match.start() for match in _BREAK.finditer(text)]
    ends += [match.start() for match in re.finditer(r"(?<=\s)[^\W\d_]+", text) if folded(match[0]) in AFTERTHOUGHTS]
    for end in sorted(ends, reverse=True):
        head = text[:end]
        # a comma before may open what stands between a subject and its verb
        if (
            _LEAST_TITLE_WORDS <= count_words(head) <= MOST_TITLE_WORDS
            and ", " not in head.rstrip(" ,")
            and _balanced(head)
        ):
            return end
    return 0


def _balanced(text: str) -> bool:
    pairs = (("“", "”"), ("«", "»"), ("「", "」"), ("(", ")"))
    return text.count('"') % 2 == 0 and all(text.count(one) == text.count(other) for one, other in pairs)


def _first_words(text: str) -> str:
    """As many words as a headline holds, not ending in a little one nor soon after a comma."""
    if _UNSPACED.search(text):
        end = next(at for at in range(len(text), 0, -1) if count_words(text[:at]) < MOST_TITLE_WORDS)
        return text[:end]
    words = text.split()[: MOST_TITLE_WORDS - 1]
    commas = [place for place, word in enumerate(words, 1) if word.endswith((",", "،")) and place >= _LEAST_TITLE_WORDS]
    if commas:
        words = words[: commas[-1]]
    while len(words) > _LEAST_TITLE_WORDS and len(words[-1]) <= _LITTLE and not words[-1].isdigit():
        words.pop()
    return " ".join(words).rstrip(" ,،;:–—-")
