"""Whether a claim denies what its source says, or says as certain what the source leaves open.

In: a claim's terms laid against the source sentence they stand on. Out: 0 or 1, with the reason. A word that denies ("not",
"never") or leaves open ("may") counts where what it stands beside is in both. Pure.
"""

from collections.abc import Sequence

from summarizer.alignment import Alignment, SourceText
from summarizer.rewording import are_opposites
from summarizer.terms import Terms, is_fact

Reasons = list[tuple[str, str]]

_CLOSE = 0.4  # share of common terms from which one term stands for another
_BESIDE = 2  # terms with content on a side of a cue that it may be about
_NO_DENIAL = frozenset((word, "than") for word in ("fewer", "less", "more", "later", "earlier"))
"""Behind a "no" that sets a bound rather than denies: "no fewer than 30"."""


def opposites(own: Terms, alignment: Alignment, source: SourceText, reasons: Reasons) -> float:
    """Whether a term stands where the sentence has one that denies it, and neither has both."""
    if alignment.best < 0 or alignment.common < _CLOSE:
        return 0.0
    row = source.terms[alignment.best]
    here = [
        (key, shown) for key, shown in zip(own.keys, own.shown, strict=True) if key not in row.keys and not is_fact(key)
    ]
    there = [
        (key, shown) for key, shown in zip(row.keys, row.shown, strict=True) if key not in own.keys and not is_fact(key)
    ]
    for old, old_shown in there:
        for new, new_shown in here:
            if are_opposites(old, new, source.table):
                reasons.append(("opposite", f"{new_shown} stands where the source has {old_shown}"))
                return 1.0
    return _written_together(own, row, source, reasons)


def _written_together(own: Terms, row: Terms, source: SourceText, reasons: Reasons) -> float:
    """The same for words of a script without spaces, whose terms are letters."""
    here, there = "".join(own.shown), "".join(row.shown)
    for word, others in source.table.opposites.items():
        if word >= "\u2e80" and word in here and word not in there:
            for other in others:
                if other in there and other not in here:
                    reasons.append(("opposite", f"{word} stands where the source has {other}"))
                    return 1.0
    return 0.0


def denied(own: Terms, alignment: Alignment, source: SourceText, reasons: Reasons) -> float:
    """Whether one of the two denies."""
    return _changed(own, alignment, source, ("negation", reasons))


def left_open(own: Terms, alignment: Alignment, source: SourceText, reasons: Reasons) -> float:
    """Whether one of the two leaves open; one word for another says the same."""
    return _changed(own, alignment, source, ("modality", reasons))


def _changed(own: Terms, alignment: Alignment, source: SourceText, note: tuple[str, Reasons]) -> float:
    if alignment.best < 0 or not alignment.pairs:
        return 0.0
    kind, reasons = note
    cues = source.table.negation if kind == "negation" else source.table.modality
    row = source.terms[alignment.best].keys
    matched = {there for _, there in alignment.pairs if source.has_content(row[there])}
    said = {here for here, _ in alignment.pairs if source.has_content(own.keys[here])}
    there = [cue for cue, places in _cues(row, cues, source) if any(place in matched for place in places)]
    here = [cue for cue, places in _cues(own.keys, cues, source) if any(place in said for place in places)]
    hardened = kind == "modality" and set(here) <= source.table.certain and not source.table.certain.issuperset(there)
    if len(there) == len(here) and not (there and hardened):
        return 0.0
    extra = [cue for cue in here if cue not in there] or [cue for cue in there if cue not in here] or here or there
    where = "only in the claim" if len(here) >= len(there) else "only in the source"
    reasons.append((kind, f"“{extra[0]}” stands {where}"))
    return 1.0


def _cues(row: Sequence[str], cues: frozenset[str], source: SourceText) -> list[tuple[str, list[int]]]:
    """The cues of a sentence, each with the places of what it may be about."""
    found = []
    for place, key in enumerate(row):
        together = key + row[place + 1] if place + 1 < len(row) and key >= "\u2e80" else key
        cue = key if key in cues else together if together in cues else ""
        if not cue and key.endswith(("n't", "n’t")) and "n't" in cues:
            cue = key
        if not cue or (cue == "no" and tuple(row[place + 1 : place + 3]) in _NO_DENIAL):
            continue
        after = [i for i in range(place + 1, len(row)) if source.has_content(row[i])][:_BESIDE]
        found.append((cue, after or [i for i in range(place - 1, -1, -1) if source.has_content(row[i])][:1]))
    return found
