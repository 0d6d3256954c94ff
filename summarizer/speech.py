"""Whether a claim has somebody say what in its source somebody else says, without quotation marks too.

In: a claim's terms laid against the source sentence they stand on. Out: whether the speaker is another one, with the reason. Only a
name beside a word of saying speaks; a claim whose speaker is a pronoun or a title is not judged here. Pure.
"""

from collections.abc import Iterator, Sequence

from summarizer.alignment import Alignment, SourceText
from summarizer.denials import Reasons
from summarizer.terms import Terms

_BESIDE = 2  # terms between a speaker and the word of saying, in the claim
_BEFORE, _AFTER = 14, 5  # terms in which the source's speaker is sought
_VERB_FIRST = frozenset({"ar"})  # where no capital shows a name, but the one who speaks follows the word of saying
_AROUND = 2  # sentences on both sides that may tell whose words they are


def misattributed(own: Terms, alignment: Alignment, source: SourceText, reasons: Reasons) -> bool:
    """Whether the claim's speaker is not the source's."""
    if alignment.best < 0:
        return False
    claimed = _speakers(own, source, (_BESIDE + 1, 1 if source.table.lang in _VERB_FIRST else _BESIDE + 1))
    if not claimed:
        return False
    row = source.terms[alignment.best]
    there = _speakers(row, source, (_BEFORE, _AFTER))
    if there:
        wrong = not claimed & there
    elif _somebody(row, own, source):
        wrong = True
    else:
        around = source.terms[max(0, alignment.best - _AROUND) : alignment.best + _AROUND + 1]
        wrong = not any(claimed.intersection(one.keys) for one in around)
    if wrong:
        said = " ".join(shown for key, shown in zip(own.keys, own.shown, strict=True) if key in claimed)
        reasons.append(("speaker", f"the source does not say that {said} said this"))
    return wrong


def _somebody(row: Terms, own: Terms, source: SourceText) -> bool:
    """Whether a word of saying that the claim has too follows somebody whom the claim does not have: "the program said"."""
    for verb, shown in enumerate(row.shown):
        if shown not in source.table.saying or row.keys[verb] not in own.keys:
            continue
        before = list(row.keys[max(0, verb - _BESIDE) : verb])
        if not source.table.pronouns.isdisjoint(before):
            return False
        return any(source.has_content(key) and key not in own.keys for key in before)
    return False


def _speakers(said: Terms, source: SourceText, within: tuple[int, int]) -> set[str]:
    """The names near words of saying; behind the word only where none stands right before it."""
    found: set[str] = set()
    for verb, shown in enumerate(said.shown):
        if shown not in source.table.saying:
            continue
        before = (
            []
            if source.table.lang in _VERB_FIRST
            else list(_names(said.keys, range(verb - 1, max(-1, verb - 1 - within[0]), -1), source))
        )
        beside = before and before[0] >= verb - 1 - _BESIDE
        after = (
            []
            if beside
            else list(_names(said.keys, range(verb + 1, min(len(said.keys), verb + 1 + within[1])), source))
        )
        found.update(said.keys[place] for place in (*before, *after))
    return found


def _names(keys: Sequence[str], places: range, source: SourceText) -> Iterator[int]:
    capless = source.table.lang in _VERB_FIRST
    yield from (
        place for place in places if keys[place] in source.names or (capless and source.has_content(keys[place]))
    )
