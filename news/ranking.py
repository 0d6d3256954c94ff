"""Which articles answer a question, in which order, and whether anything does.

A question becomes word queries: every pole at once first (`plan`), any of them only as a fallback. Their hits and those of
the question's vector are fused by reciprocal rank (Cormack et al. 2009), which needs no common scale; an article that names
every pole counts more than one that is only near. Recency decays an answer's order but never drowns what is relevant. No
cosine says by itself that nothing was found (MODELS: core articles .29-.71, the best unrelated .25-.51): `answers` asks
for every pole in one article, or for words and a near vector together. Everything is pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from news.aliases import AliasTable, Pole
from news.ids import ArticleId
from news.questions import TopicQuery
from news.reading import Hit, WordQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRules:
    """Numbers of the ranking, chosen on the samples of `benchmarks/topics_quality.py`."""

    rrf_k: int = 60  # Cormack et al.; flat between 20 and 100 here
    every_weight: float = 2.0  # an article that names every pole
    actors_weight: float = 1.0  # one that names every actor of a question of several
    some_weight: float = 0.5  # one that names any
    vector_weight: float = 1.0
    nearness: float = 0.5  # part of a fused score that falls with the cosine: a long page that names all is not near;
    # 0 for one plain word, whose vector says little (P@20 on Reuters' topic names: words .74, vectors .59)
    half_life: timedelta = timedelta(days=10)  # of the part of an answer's score that decays
    decaying: float = 0.3  # that part; the rest never decays
    mere: float = 0.15  # cosine below which two actors are merely named
    near: float = 0.30  # cosine below which several words meet in an article by chance
    near_named: float = 0.28  # the same where one of them is an actor, which is no common word
    central: float = 0.6  # share of the nearest article's cosine from which an article is about the question
    near_actors: float = 0.35  # cosine from which an article with the actors alone answers
    nearer: float = 0.52  # cosine from which an article with one of the words answers
    nearest: float = 0.62  # cosine from which words are not asked for
    enough: int = 5  # articles with every pole from which no fallback is searched


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """A question as it is searched for: with every pole, and with any of them."""

    every: WordQuery
    actors: WordQuery | None  # a question of several actors without its plain words; None where it has none
    some: WordQuery | None  # None where it would be the same
    poles: tuple[Pole, ...]  # those that must be there, generic words left out
    wide: bool  # it relates at least two actors

    @property
    def searches_words(self) -> bool:
        """Whether there is a word to look for at all."""
        return bool(self.every.groups or self.every.must)


class Naming(IntEnum):
    """What of the question an article names."""

    NOTHING = 0
    SOME = 1  # at least one pole
    ACTORS = 2  # every actor of a question of several
    EVERY = 3  # every pole


@dataclass(frozen=True, slots=True)
class WordHits:
    """What the searches by words brought, each best first."""

    every: Sequence[Hit] = ()
    actors: Sequence[Hit] = ()
    some: Sequence[Hit] = ()

    def naming(self) -> dict[ArticleId, Naming]:
        """What of the question each article names."""
        found = dict.fromkeys((hit.article_id for hit in self.some), Naming.SOME)
        found.update((hit.article_id, Naming.ACTORS) for hit in self.actors)
        found.update((hit.article_id, Naming.EVERY) for hit in self.every)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """An article with what speaks for it."""

    hit: Hit  # its score is the fused one
    naming: Naming
    cosine: float | None  # None: the vector search did not bring it


def plan(query: TopicQuery, aliases: AliasTable, corrections: Mapping[str, str] | None = None) -> QueryPlan:
    """What to search for. `corrections` put other words in the place of misspelt ones, by word as asked."""
    known = corrections or {}
    exact = (Pole(word) for pole in aliases.poles(query.phrases) for word in pole.word.split())
    found = tuple(dict.fromkeys((*aliases.poles([known.get(term, term) for term in query.terms]), *exact)))
    carrying = tuple(pole for pole in found if not pole.generic) or found
    wide = len({pole.group.key for pole in carrying if pole.group is not None and pole.acts}) > 1
    groups = tuple(pole.terms(wide=wide) for pole in carrying)
    every = WordQuery(groups=groups, must=query.must, must_not=query.must_not, lang=query.lang)
    acting = tuple(pole.terms(wide=True) for pole in carrying if pole.acts)
    actors = replace(every, groups=acting) if wide and len(acting) < len(groups) else None
    some = replace(every, any_group=True) if len(groups) > 1 else None
    return QueryPlan(every, actors, some, carrying, wide)


def corrections(unknown: Iterable[str], aliases: AliasTable, vocabulary: Collection[str]) -> dict[str, str]:
    """Words for those that nothing stored has: an actor's name, else the nearest word of `vocabulary` (folded)."""
    better = {word: aliases.corrected(word, vocabulary) for word in unknown}
    return {word: other for word, other in better.items() if other is not None}


def fuse(words: WordHits, near: Sequence[Hit], rules: RankingRules = RankingRules()) -> list[Found]:
    """The articles of all searches, most relevant first; scores are 1 for the best conceivable article."""
    scores: dict[ArticleId, float] = {}
    hits: dict[ArticleId, Hit] = {}
    weighed = (
        (words.every, rules.every_weight),
        (words.actors, rules.actors_weight),
        (words.some, rules.some_weight),
        (near, rules.vector_weight),
    )
    for found, weight in weighed:
        for rank, hit in enumerate(found, 1):
            hits.setdefault(hit.article_id, hit)
            scores[hit.article_id] = scores.get(hit.article_id, 0.0) + weight / (rules.rrf_k + rank)
    best = sum(weight for _, weight in weighed) / (rules.rrf_k + 1)
    naming = words.naming()
    cosines = {hit.article_id: hit.score for hit in near}
    nearest, farthest = max(cosines.values(), default=1.0), min(cosines.values(), default=1.0)
    if nearest > 0:
        for known, score in scores.items():
            share = max(0.0, cosines.get(known, farthest)) / nearest
            scores[known] = score * (1 - rules.nearness + rules.nearness * share)
    ranked = sorted(scores, key=lambda known: (-scores[known], -hits[known].published_at.timestamp(), known))
    return [
        Found(replace(hits[known], score=scores[known] / best), naming.get(known, Naming.NOTHING), cosines.get(known))
        for known in ranked
    ]


def by_recency_too(found: Iterable[Found], now: datetime, rules: RankingRules = RankingRules()) -> list[Found]:
    """For answers: the newer of two equally relevant articles first; an old one keeps most of its score."""

    def decayed(each: Found) -> Found:
        age = max(timedelta(0), now - each.hit.published_at)
        kept = 1 - rules.decaying * (1 - 0.5 ** (age / rules.half_life))
        return replace(each, hit=replace(each.hit, score=each.hit.score * kept))

    return sorted(map(decayed, found), key=lambda each: (-each.hit.score, each.hit.article_id))


def central(found: Sequence[Found], rules: RankingRules = RankingRules()) -> list[Found]:
    """Those that are about the question, not merely naming it: as near to it as the nearest, or not much less."""
    cosines = [each.cosine for each in found if each.cosine is not None]
    if not cosines:
        return list(found)
    return [each for each in found if each.cosine is not None and each.cosine >= rules.central * max(cosines)]


def answers(found: Found, question: QueryPlan, *, has_vector: bool, rules: RankingRules = RankingRules()) -> bool:
    """Whether the article speaks of what was asked."""
    cosine = found.cosine or 0.0
    if found.naming is Naming.EVERY and len(question.poles) > 1 and has_vector:
        if question.actors is None and question.wide:
            return found.cosine is None or cosine >= rules.mere
        return cosine >= (rules.near_named if any(pole.acts for pole in question.poles) else rules.near)
    if found.naming is Naming.EVERY:
        return True
    if found.naming is Naming.ACTORS:
        return not has_vector or cosine >= rules.near_actors
    if found.cosine is None or question.wide:
        return False  # a question about two actors is not answered by an article about one
    return found.cosine >= (rules.nearer if found.naming is Naming.SOME else rules.nearest)
