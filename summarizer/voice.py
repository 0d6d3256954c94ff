"""A passive read as an active and the other way round: "Reed was accused by Keller" says what "Keller accused Reed" says.

In: a claim's terms, the source sentence it stands on. Out: the claim's terms in the voice of the sentence, so that who did it stands where the
sentence has who did it; the terms as they are where both speak in one voice. Languages whose passive has a word for "by" between
verb and doer. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from summarizer.tables import ClaimTable
from summarizer.terms import Terms, is_fact

_BETWEEN = 3  # terms between "was" and its verb: "was later accused"
_BEFORE_BY = 6  # terms between the verb and "by": "shot dead on Friday by"
_LONGEST_DOER = 8  # terms


@dataclass(frozen=True, slots=True)
class Passive:
    """The places of a passive's words; `by` is -1 where it does not say who did it."""

    be: int  # place of "was"
    verb: int
    by: int


def in_voice(own: Terms, row: Terms, table: ClaimTable, common: Callable[[Sequence[str]], float]) -> Terms:
    """The claim in the sentence's voice; `common` says how much a row of terms has in common with the sentence."""
    here, there = ([one for one in passives(said, table) if one.by > 0] for said in (own, row))
    verbs = {row.keys[one.verb] for one in there}
    for passive in here:
        if own.keys[passive.verb] in row.keys and own.keys[passive.verb] not in verbs:
            return _best(own, _actives(own, passive), common)
    spoken = {own.keys[one.verb] for one in here}
    for passive in there:
        verb = row.keys[passive.verb]
        if verb in own.keys and verb not in spoken:
            be, by = ((row.keys[place], row.shown[place]) for place in (passive.be, passive.by))
            return _best(own, _turned(own, own.keys.index(verb), be, by), common)
    return own


def passives(said: Terms, table: ClaimTable) -> list[Passive]:
    """The passives of a sentence: "was", the participle near behind it, and "by" where it follows."""
    found = []
    for be, key in enumerate(said.keys):
        if key not in table.be:
            continue
        ahead = range(be + 1, min(len(said.keys), be + 1 + _BETWEEN))
        verb = next((at for at in ahead if table.participle.search(said.shown[at])), -1)
        if verb < 0 or is_fact(said.keys[verb]) or said.keys[verb] in table.function:
            continue
        behind = range(verb + 1, min(len(said.keys), verb + 1 + _BEFORE_BY))
        by = next((at for at in behind if said.keys[at] in table.by), -1)
        found.append(Passive(be, verb, by))
    return found


def _actives(own: Terms, passive: Passive) -> list[Terms]:
    """The doer before the verb, whom it was done to behind it; how many terms name the doer is not known."""
    terms = list(zip(own.keys, own.shown, strict=True))
    patient, verb = terms[: passive.be], terms[passive.be + 1 : passive.verb + 1]
    rest = terms[passive.verb + 1 : passive.by]
    after = terms[passive.by + 1 :]
    return [
        _terms([*after[:size], *verb, *patient, *rest, *after[size:]])
        for size in range(1, min(_LONGEST_DOER, len(after)) + 1)
    ]


def _turned(own: Terms, verb: int, be: tuple[str, str], by: tuple[str, str]) -> list[Terms]:
    terms = list(zip(own.keys, own.shown, strict=True))
    doer, after = terms[:verb], terms[verb + 1 :]
    return [
        _terms([*after[:size], be, terms[verb], by, *doer, *after[size:]])
        for size in range(1, min(_LONGEST_DOER, len(after)) + 1)
        if doer
    ]


def _best(own: Terms, offered: Sequence[Terms], common: Callable[[Sequence[str]], float]) -> Terms:
    return max(offered, key=lambda one: common(one.keys), default=own)


def _terms(pairs: Sequence[tuple[str, str]]) -> Terms:
    return Terms(tuple(key for key, _ in pairs), tuple(shown for _, shown in pairs))
