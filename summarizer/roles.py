"""Who did what to whom, and which number is whose: whether a claim has them the way round that its source has.

In: a claim's terms laid against the source sentence they stand on, in that sentence's voice (`summarizer.voice`). Out: 0..1 and
the reason. Pure.
"""

from collections.abc import Sequence

from summarizer.alignment import Alignment, SourceText
from summarizer.denials import Reasons
from summarizer.terms import Terms, is_number
from summarizer.voice import passives


def roles(own: Terms, alignment: Alignment, source: SourceText, reasons: Reasons) -> float:
    """The share of pairs of names, and of numbers, that stand the other way round than in the best sentence.

    All of them where two terms have changed places beside a third: "police shot protesters", "protesters shot police".
    """
    if alignment.best < 0:
        return 0.0
    row = source.terms[alignment.best].keys
    crossed = _crossed(own.keys, row, source)
    if crossed:
        reasons.append(("roles", f"the two beside “{crossed}” have changed places"))
        return 1.0
    turned = total = 0
    named = source.names.__contains__ if source.table.has_capitals else source.has_content
    for chosen in (named, is_number):
        both = [
            (own.keys.index(key), row.index(key))
            for key in dict.fromkeys(own.keys)
            if chosen(key) and row.count(key) == 1 and own.keys.count(key) == 1
        ]
        pairs = [(one, other) for i, one in enumerate(both) for other in both[i + 1 :]]
        wrong = [
            (one, other) for one, other in pairs if one[1] > other[1] and _related(own.keys, row, one, other, source)
        ]
        if wrong:
            first, second = (own.shown[one[0]] for one in wrong[0])
            reasons.append(("roles", f"{first} and {second} have changed places"))
        turned, total = turned + len(wrong), total + len(pairs)
    return turned / total if total else 0.0


def _related(
    own: Sequence[str], row: Sequence[str], one: tuple[int, int], other: tuple[int, int], source: SourceText
) -> bool:
    """Whether the same word stands between the two in both: a list ("A and B") has no order that would say something.

    Two numbers side by side, as those of a vote or a match, have one.
    """
    here, there = set(own[one[0] + 1 : other[0]]), set(row[other[1] + 1 : one[1]])
    if is_number(own[one[0]]) and not any(map(source.has_content, here)):
        return True
    return any(
        key in source.table.directed or (source.has_content(key) and key not in source.names) for key in here & there
    )


def voices(own: Terms, alignment: Alignment, source: SourceText, reasons: Reasons) -> float:
    """Whether somebody does in one what is done to them in the other: "Reed shot", "Reed was shot"."""
    if alignment.best < 0:
        return 0.0
    row = source.terms[alignment.best]
    for passive, active in ((own, row), (row, own)):
        done = passives(passive, source.table)
        same = {one.verb for one in passives(active, source.table)}
        for one in done:
            verb, subject = passive.keys[one.verb], _before(passive.keys, one.be, source)
            places = [at for at, key in enumerate(active.keys) if key == verb and at not in same]
            if subject and any(_before(active.keys, at, source) == subject for at in places):
                reasons.append(
                    ("roles", f"{passive.shown[one.verb]} is done to {subject} in one and by them in the other")
                )
                return 1.0
    return 0.0


def _crossed(own: Sequence[str], row: Sequence[str], source: SourceText) -> str:
    """The term whose two neighbours with content are in one the other way round than in the other."""
    here, there = source.content(own), source.content(row)
    for place in range(1, len(here) - 1):
        before, key, after = here[place - 1 : place + 2]
        if before != after and key not in source.names and here.count(key) == there.count(key) == 1:
            at = there.index(key)
            if there[at - 1 : at] == [after] and there[at + 1 : at + 2] == [before]:
                return key
    return ""


def _before(keys: Sequence[str], place: int, source: SourceText) -> str:
    """The last term with content before a place."""
    return next((key for key in reversed(keys[:place]) if source.has_content(key)), "")


def bounds(own: Terms, source: SourceText, reasons: Reasons) -> float:
    """Whether a word before a number turns it round: "to 12" where the source has "from 12"."""
    table = source.table
    for place, key in enumerate(own.keys):
        if place == 0 or not is_number(key) or own.keys[place - 1] not in table.bounds:
            continue
        word = own.keys[place - 1]
        before = {row.keys[at - 1] for row in source.terms for at, there in enumerate(row.keys) if at and there == key}
        if before and word not in before and before & table.bounds[word]:
            said = " ".join(own.shown[place - 1 : place + 1])
            reasons.append(("number", f"the source has no “{said}”"))
            return 1.0
    return 0.0
