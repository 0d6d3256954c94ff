"""Parts of a sentence that it can do without, found by its commas and dashes: to delete them leaves it as true as it was.

In: a sentence and its language. Out: spans, the least loss first. Relative clauses, appositions, what participles and their like
add behind the last comma, what goes before the subject, when and where somebody said it, a second main clause. A language
without a table has no asides. Never a part that holds a negation, a condition, an exception or a denial, nor one that says
who vouches for the rest; circumstances only of what has happened, was not denied and compares nothing. Nothing within a
quotation or a bracket is seen. Raises nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.grammar import Grammar, grammar
from summarizer.tables import language_table

_QUOTED = re.compile(
    r"“[^”]*”|‘[^’]*’(?!\w)|(?<!\w)'[^']{3,}'(?!\w)|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|\([^()]*\)|\[[^\]]*\]|“.*|«.*|„.*|\(.*"
)
_COMMA = re.compile(r",(?=\s)")
_PAIR = re.compile(r"\s?[—–]\s?[^—–]{5,160}?\s?[—–](?=[\s,])|\s(?:-{1,2})\s[^—–]{5,160}?\s-{1,2}(?=[\s,])")
_LAST_DASH = re.compile(r"\s?[—–]\s?(?=[a-z])|\s-{1,2}\s(?=[a-z])")
_INNER = re.compile(r"[;:](?!\d)|[?!]\s")
_RELATED = re.compile(r"\b(?:that|which|who|whose|where|qui|que|dont|où|quien|cuyo|cuya|donde)\b")
_END = re.compile(r"[.!…][\"”’»)]*$")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NAME = re.compile(r"[A-ZÀ-ÞА-ЯЁ][\w'’.-]*[\w)]$")
_TWO_NAMES = re.compile(r"[A-ZÀ-ÞА-ЯЁ][\w'’.-]+ (?:[a-z]{2,3} )?[A-ZÀ-ÞА-ЯЁ][\w'’-]+$")
_CAPITAL = re.compile(r"\b[A-ZÀ-ÞА-ЯЁ]")
_SHARE = re.compile(r"(?:%|\b(?:percent|per cent|pct|majority|half|most|those|any)\b)[^,]{0,60}$", re.IGNORECASE)
_AGE = re.compile(r"\d{1,3}$")
_MOST_CHARS = 1_500  # no longer sentence becomes short, and what looks at each comma takes its time
_ATTRIBUTION_WORDS = 14
_MOST_INNER = 4  # segments of one aside
_LEAST_KERNEL_WORDS = 7  # before what follows the last comma
_JOINED = re.compile(r"\s(?:and|or|et|ou|y|o|und|oder|и|или)\s")
_LISTED = re.compile(rf",{_JOINED.pattern}")
_MASK = "\u0000"


@dataclass(frozen=True, slots=True)
class Aside:
    """A part that may go: `loss` orders them, `opens` says that the sentence begins behind it."""

    start: int
    end: int
    loss: int
    opens: bool = False


def find(sentence: str, lang: str | None) -> list[Aside]:
    """What may be deleted, the least loss first; parts may overlap."""
    table = grammar(lang)
    if table is None or len(sentence) > _MOST_CHARS:
        return []
    parsed = _Parsed(sentence, table, language_table(lang).negation, language_table(lang).saying)
    found = [
        *parsed.dashes(),
        *parsed.middle(),
        *parsed.tails(),
        *parsed.said_where(),
        *parsed.opening(),
        *parsed.adjuncts(),
    ]
    kept = [aside for aside in found if parsed.may_go(aside)]
    return sorted(set(kept), key=lambda aside: (aside.loss + parsed.counts(aside), -aside.start, aside.end))


_DASHED, _SAID_WHERE, _RELATIVE, _APPOSED, _ADDED, _LEADING, _BEHIND, _SECOND, _ADJUNCT = range(9)
_NUMBER_LOSS = 4


class _Parsed:
    """A sentence cut at its commas outside quotations and brackets."""

    def __init__(self, sentence: str, table: Grammar, negation: frozenset[str], saying: frozenset[str]) -> None:
        masked = _QUOTED.sub(lambda match: _MASK * len(match.group()), sentence)
        end = _END.search(masked.rstrip())
        self.text, self.table, self.saying = sentence, table, saying
        self.masked = masked
        self.kept = table.keep | negation
        self.end = end.start() if end else len(masked.rstrip())
        inner = _INNER.search(masked)
        self.whole = inner is None and end is not None and not masked.rstrip().endswith("?")
        self.limit = inner.start() if inner else self.end
        commas = [match.start() for match in _COMMA.finditer(masked) if match.start() < self.limit]
        self.starts = [0, *(place + 1 for place in commas)]
        self.ends = [*commas, self.limit]

    def may_go(self, aside: Aside) -> bool:
        """Whether a part holds nothing that the rest needs, and cuts no quotation in two."""
        part = self.text[aside.start : aside.end]
        words = {word.casefold().replace("’", "'") for word in _WORD.findall(part)}
        cut = any(
            match.start() < edge < match.end()
            for match in _QUOTED.finditer(self.text)
            for edge in (aside.start, aside.end)
        )
        kept = self.kept | (frozenset() if aside.loss in {_RELATIVE, _APPOSED} else self.table.hedges)
        kept |= self.table.grave if aside.loss >= _ADDED else frozenset()
        return not cut and not words & kept and not any(word.endswith("n't") for word in words)

    def counts(self, aside: Aside) -> int:
        """What a part weighs more for holding a number."""
        return _NUMBER_LOSS * any(character.isdigit() for character in self.masked[aside.start : aside.end])

    def dashes(self) -> Iterator[Aside]:
        """What stands between two dashes, or behind the only one where it names a thing once more."""
        if not self.table.dashes:
            return
        pairs = list(_PAIR.finditer(self.masked))
        for match in pairs:
            yield Aside(match.start(), match.end(), _DASHED)
        single = list(_LAST_DASH.finditer(self.masked))
        if not pairs and len(single) == 1 and self.whole:
            names = self._opens(
                self.masked[single[0].end() : self.end], (*self.table.appositives, *self.table.relatives)
            )
            if names and self._is_clause(self.masked[: single[0].start()]):
                yield Aside(single[0].start(), self.end, _DASHED)

    def middle(self) -> Iterator[Aside]:
        """What stands between two commas behind a subject: its verb follows."""
        for place in range(1, len(self.starts) - 1):
            loss = self._aside_loss(place)
            if loss is None or (place == 1 and self._is_circumstance(self._segment(0))):
                continue
            for last in range(place, min(place + _MOST_INNER, len(self.starts) - 1)):
                inner = self._segment(last)
                if last > place and (_JOINED.match(f" {inner}") or self._is_clause(inner)):
                    break  # the subject's second part, or another sentence, may begin here
                if self._begins_with_verb(last + 1) or (
                    last == place and loss == _RELATIVE and self._is_second_name(last + 1)
                ):
                    # "Smith, 43, who won, is": the comma behind closes what stands before
                    closes = place > 1 and self._aside_loss(place - 1) is not None
                    yield Aside(self.starts[place] - 1, self.ends[last] + (not closes), loss)
                    break

    def tails(self) -> Iterator[Aside]:
        """What is added behind a comma up to the end, or up to who said it all."""
        if not self.whole:
            return
        last = len(self.starts) - 1
        end = last - 1 if self._attributes(last) else last
        for place in range(1, end + 1):
            loss = self._tail_loss(place, end)
            if loss is not None:
                yield Aside(self.starts[place] - 1, self.ends[end], loss)

    def said_where(self) -> Iterator[Aside]:
        """When and where somebody said it: "…, the ministry said in a statement on Monday"."""
        last = len(self.starts) - 1
        if last == 0 or not self.whole or not self._attributes(last):
            return
        for match in _WORD.finditer(self.masked, self.starts[last], self.end):
            if match.group() in self.saying:
                behind = self.masked[match.end() : self.end]
                if self._opens(behind.strip().casefold(), tuple(self.table.circumstances)):
                    yield Aside(match.end(), self.end, _SAID_WHERE)
                return

    def opening(self) -> Iterator[Aside]:
        """What goes before the subject: "Facing pressure from …, the minister resigned"."""
        if len(self.starts) < 2:
            return
        first, second = self._segment(0), self.masked[self.starts[1] : self.ends[1]].strip()
        participle = bool(first) and self._is_participle(first.split()[0])
        if participle and len(self.starts) > 2 and self._begins_with_verb(2):
            return  # "Covering the ice, she said, would cost a billion": a subject
        if not participle and not self._opens(first, self.table.leading):
            return
        contrast = self._opens(first, self.table.contrasts) and self._speaks(first)
        behind = set(_WORD.findall(self.masked[self.ends[0] :].casefold()))
        named = _CAPITAL.search(self.masked[1 : self.ends[0]]) is not None
        if contrast or (named and behind & self.table.pronouns):
            return
        if self._begins_clause(1) and not self._is_open(second):
            space = len(self.masked[self.starts[1] :]) - len(self.masked[self.starts[1] :].lstrip())
            yield Aside(0, self.starts[1] + space, _LEADING, opens=True)

    def adjuncts(self) -> Iterator[Aside]:
        """A circumstance without a comma before it: "… rose to 10 after police found another body"."""
        if not self.whole:
            return
        last = len(self.starts) - 1
        place = last - 1 if self._attributes(last) else last
        for opener in self.table.adjuncts:
            for match in re.finditer(rf"\s{opener}\s", self.masked[self.starts[place] : self.ends[place]]):
                if match.start() == 0 and place:
                    continue  # behind a comma: a tail
                found = self.starts[place] + match.start()
                part = self.masked[found + len(match.group()) : self.ends[place]]
                # behind a noun the verb may be that of a clause begun before: "images of him following a march were shown"
                nested = opener not in self.table.subordinators and self._is_clause(_RELATED.split(part)[0])
                start = self._with_measure(found)
                if not nested and self._can_end(self.masked[:start]):
                    yield Aside(start, self.ends[place], _ADJUNCT)

    def _with_measure(self, start: int) -> int:
        """Where a circumstance begins that says how long after: "two days after"."""
        before = self.masked[:start].split()
        for words in (self.table.adjunct_before, self.table.counts):
            if not before or before[-1].casefold() not in words:
                break
            start = self.masked[:start].rstrip().rfind(" ")
            before.pop()
        return max(start, 0)

    def _can_end(self, kernel: str) -> bool:
        """Whether a sentence may end here: a main clause without clauses of time, to which nothing else belongs."""
        words = kernel.split()
        return (
            len(words) >= _LEAST_KERNEL_WORDS
            and words[-1].casefold().strip(",") not in self.table.adjunct_never_after
            and not set(_WORD.findall(kernel.casefold())) & self.table.subordinators
            and self._is_clause(kernel)
            and not self._is_bound(kernel)
        )

    def _segment(self, place: int) -> str:
        return self.masked[self.starts[place] : self.ends[place]].strip().casefold()

    def _aside_loss(self, place: int) -> int | None:
        text = self._segment(place)
        before = self.masked[: self.starts[place] - 1]
        named = (_TWO_NAMES if self.table.names_only else _NAME).search(before) is not None
        if self._opens(text, self.table.relatives):
            counted = _SHARE.search(before) is not None  # "56 percent of voters, who had …, were wrong": which voters
            return _RELATIVE if (named or not self.table.names_only) and not counted else None
        if named and self._opens(text, self.table.appositives):
            who = _TWO_NAMES.search(before) or not _TWO_NAMES.search(self.text[self.starts[place] : self.ends[place]])
            return _APPOSED if who else None  # of "its leader in Berlin, the liberal Max Müller," the name stays
        if named and _AGE.fullmatch(text):
            return _APPOSED
        first = text.split()[0] if text else ""
        if (named or not self.table.names_only) and (
            self._is_participle(first) or first in self.table.past_participles
        ):
            return _APPOSED
        return None

    def _tail_loss(self, place: int, end: int) -> int | None:
        inner = [self._segment(each) for each in range(place + 1, end + 1)]
        goes_on = any(
            self._is_clause(each) or self._speaks(each) or self._opens(each, self.table.resuming) for each in inner
        )
        kernel = self.masked[: self.starts[place] - 1]
        goes_on = goes_on or (self.table.names_only and bool(inner))  # any comma may end the clause there
        if goes_on or not self._segment(place) or not self._stands_alone(kernel, place):
            return None
        listed = _LISTED.search(self.masked[self.starts[place] : self.ends[end]]) is not None
        if self._opens(self._segment(place), self.table.relatives):
            named = not self.table.names_only or _TWO_NAMES.search(kernel)
            return _RELATIVE if named and not listed else None
        if self._is_added(place, end, listed=listed):
            return _ADDED
        return self._behind_loss(place, kernel)

    def _is_added(self, place: int, end: int, *, listed: bool) -> bool:
        """Whether a part adds something to what was said: a participle, "including …", "a move that …"."""
        text = self._segment(place)
        words = text.split()
        if self._opens(text, self.table.tails):
            return True
        if self._is_participle(words[0]):
            # "eating, drinking, and dancing" is a list, "visiting senators told the court" says whose it is
            return not listed and not self._speaks(text)
        if self._is_clause(_RELATED.split(text)[0]):
            return False  # "a move that split them" names it once more, "a report quoted them" says whose it is
        if words[0] in self.table.summatives:
            return True
        whole = self.masked[self.starts[place] : self.ends[end]]
        if words[0] not in self.table.articles or _JOINED.search(whole):
            return False
        searched = place > 1 and self._is_circumstance(
            self._segment(place - 1)
        )  # "they searched, on his orders, a ship"
        earlier = len(words) > 1 and words[1] in self.table.adjunct_before  # "from 3.08, a year earlier"
        return not searched and not earlier

    def _behind_loss(self, place: int, kernel: str) -> int | None:
        text = self._segment(place)
        if self._opens(text, self.table.background) or self._is_time_after(text):
            return None if self._is_bound(kernel) else _BEHIND
        if self._opens(text, self.table.contrasts):
            return None if self._speaks(text) else _BEHIND
        if text.startswith("and ") and self._is_clause(self._segment(place - 1)) and self._is_second(text):
            return _SECOND
        return None

    def _stands_alone(self, kernel: str, place: int) -> bool:
        """Whether what goes before a comma is a main clause: of what begins with a circumstance, only what follows that."""
        if len(kernel.split()) < _LEAST_KERNEL_WORDS:
            return False
        first = self._segment(0)
        if self.table.names_only and self._is_clause(first):  # each clause has its commas: the first is the main one
            return first.split(maxsplit=1)[0] not in self.table.subordinators
        if self._is_circumstance(first):
            return place > 1 and self._begins_clause(1)
        return self._is_clause(kernel)

    def _is_time_after(self, text: str) -> bool:
        """Whether a part begins like "seven months after"."""
        words = text.split()[:5]
        return words[-1:] != words[:1] and "after" in words[1:] and bool(set(words) & self.table.adjunct_before)

    def _is_circumstance(self, text: str) -> bool:
        """Whether the first segment goes before the subject."""
        openers = (*self.table.leading, *self.table.prepositions, *self.table.subordinators)
        return bool(text) and (self._opens(text, openers) or self._is_participle(text.split(maxsplit=1)[0]))

    def _attributes(self, place: int) -> bool:
        """Whether a last segment says whose statement the sentence is."""
        if place == 0:
            return False
        text = self._segment(place)
        words = _WORD.findall(text)
        if self._opens(text, self.table.attributing):
            return True
        openers = (*self.table.relatives, *self.table.background, *self.table.contrasts, "and", "but", "with")
        return (
            2 <= len(words) <= _ATTRIBUTION_WORDS
            and any(word in self.saying and word not in self.table.nouns for word in words)
            and not self._opens(text, openers)
            and not self._is_participle(words[0])
        )

    def _begins_clause(self, place: int) -> bool:
        """Whether a segment begins with a subject and has its verb."""
        text = self.masked[self.starts[place] : self.ends[place]].strip()
        return (text[:1].isupper() or self._opens(text, self.table.subjects)) and self._is_clause(text)

    def _is_second(self, text: str) -> bool:
        """Whether a coordinate part is a clause of its own rather than the end of a list."""
        behind = text.removeprefix("and ")
        subject = self._opens(behind, self.table.subjects) or self.table.is_verb(behind.split(maxsplit=1)[0])
        return subject and self._is_clause(text) and not self._speaks(text)

    def _begins_with_verb(self, place: int) -> bool:
        words = self._segment(place).split()
        return bool(words) and self.table.is_verb(words[0])

    def _is_clause(self, text: str) -> bool:
        return any(self.table.is_verb(word) for word in text.casefold().split())

    def _is_second_name(self, place: int) -> bool:
        """Whether a segment goes on with what stands before the aside ("and Xi") rather than with the aside ("and won")."""
        words = self._segment(place).split(maxsplit=2)
        return len(words) > 1 and words[0] == "and" and not self.table.is_verb(words[1])

    def _is_participle(self, word: str) -> bool:
        return word not in self.table.not_participles and re.fullmatch(self.table.participles, word) is not None

    def _speaks(self, text: str) -> bool:
        return any(word in self.saying for word in _WORD.findall(text.casefold()))

    def _is_open(self, kernel: str) -> bool:
        """Whether what is said is to come, or leans on what stands before."""
        folded = f" {' '.join(_WORD.findall(kernel.casefold()))} "
        return any(f" {each} " in folded for each in self.table.open)

    def _is_bound(self, kernel: str) -> bool:
        """Whether its circumstances belong to what is said: it is to come, is denied, compares or counts."""
        words = {word.replace("’", "'") for word in _WORD.findall(kernel.casefold())}
        denied = any(word.endswith("n't") for word in words)
        return denied or self._is_open(kernel) or bool(words & (self.table.comparing | self.kept))

    @staticmethod
    def _opens(text: str, openers: tuple[str, ...]) -> bool:
        folded = text.strip().casefold()
        return any(folded == opener or folded.startswith(f"{opener} ") for opener in openers)
