"""Finds the articles that speak of a question, inside one transaction: words, vector, phrases, and the words that must not be.

In: the unit of work, the question, its vector if the model knows its language. Out: the articles by relevance alone, with
what speaks for each. A misspelt word is put right only when nothing stored answers to it as typed.
"""

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from news.aliases import AliasTable, fold
from news.errors import SummaryError
from news.ids import ArticleId
from news.ports import Embedder, UnitOfWork
from news.questions import TopicQuery
from news.ranking import Found, Naming, QueryPlan, RankingRules, WordHits, answers, corrections, fuse, plan
from news.reading import Hit, Vector, Window, WordQuery

ReadQuery = Callable[[str, datetime, int], TopicQuery]
"""How a followed topic's text becomes a question of the last so many days. Raises BadRequest."""

_RULES = RankingRules()

HITS = 120
"""Articles that one search brings: more than any answer or list shows, few enough to read."""

_FILTER_HITS = 2000
"""Articles that a `+word` or `-word` is asked for; storage bounds its searches alike."""

_ALWAYS = Window(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))

_HEADLINES = 1500
"""Stories whose headlines are the vocabulary for misspelt words."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found, by relevance alone. `found` holds what comes near too; `relevant` only what answers."""

    question: QueryPlan
    found: list[Found]
    relevant: list[Found]


def speaks(languages: Collection[str] | None, query: TopicQuery) -> bool:
    """Whether a model of these languages can be asked; a question of unknown language is judged by its letters."""
    if languages is None:
        return True
    if query.lang is not None:
        return query.lang in languages
    letters = [letter for letter in query.text if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(languages and letters) and latin / len(letters) > 0.7


def embeddable(query: TopicQuery, languages: Collection[str] | None, aliases: AliasTable) -> str | None:
    """The text to embed for a question; one in another language that relates known actors is asked by their first names.

    None: the model cannot be asked.
    """
    if speaks(languages, query):
        return query.text
    question = plan(query, aliases)
    if not languages or not question.wide:
        return None
    return " ".join(pole.group.names[0] for pole in question.poles if pole.group is not None)


async def question_vectors(embedder: Embedder, texts: Sequence[str]) -> dict[str, Vector]:
    """The questions' vectors by their texts; none while no model can be asked: words alone find articles then."""
    if not texts:
        return {}
    try:
        vectors = await embedder.embed(texts, query=True)
    except SummaryError:
        return {}
    return dict(zip(texts, vectors, strict=True))


async def retrieve(
    unit: UnitOfWork,
    query: TopicQuery,
    vector: Vector | None,
    aliases: AliasTable,
    rules: RankingRules = _RULES,
) -> Retrieval:
    """The articles of the query's window that speak of it, most relevant first."""
    question = plan(query, aliases)
    words = await _by_words(unit, query, question, rules)
    if not words.every and not words.actors and question.searches_words:
        better = await _corrections(unit, query, question, aliases)
        corrected = plan(query, aliases, better)
        found_then = await _by_words(unit, query, corrected, rules) if better else words
        if found_then.every or found_then.actors:
            question, words = corrected, found_then
    near = await unit.articles.search_vector(vector, query.window, HITS) if vector is not None else []
    near = await _with_operators(unit, query, near)
    one_plain_word = question.some is None and not any(pole.acts for pole in question.poles)
    found = fuse(words, near, replace(rules, nearness=0.0) if one_plain_word else rules)
    for phrase in query.phrases:
        holding = set(await unit.articles.search_phrase([each.hit.article_id for each in found], phrase))
        found = [each for each in found if each.hit.article_id in holding]
    if query.phrases:
        relevant = [each for each in found if each.naming is Naming.EVERY]
    else:
        relevant = [each for each in found if answers(each, question, has_vector=vector is not None, rules=rules)]
    return Retrieval(question, found, relevant)


async def _by_words(unit: UnitOfWork, query: TopicQuery, question: QueryPlan, rules: RankingRules) -> WordHits:
    """Articles with every pole, with every actor; where both are few, articles with any."""
    if not question.searches_words:
        return WordHits()
    search = unit.articles.search_words
    every = await search(question.every, query.window, HITS)
    actors = await search(question.actors, query.window, HITS) if question.actors is not None else []
    few = len({hit.article_id for hit in (*every, *actors)}) < rules.enough
    some = await search(question.some, query.window, HITS) if few and question.some is not None else []
    return WordHits(every, actors, some)


async def _corrections(unit: UnitOfWork, query: TopicQuery, question: QueryPlan, aliases: AliasTable) -> dict[str, str]:
    """Other words for those that no stored article has."""
    unknown = [
        pole.word
        for pole in question.poles
        if pole.group is None
        and not await unit.articles.search_words(WordQuery(groups=((pole.word,),), lang=query.lang), _ALWAYS, 1)
    ]
    if not unknown:
        return {}
    titles = await unit.stories.titles(query.window.since, _HEADLINES)
    vocabulary = frozenset(word for title in titles for word in fold(title).split() if len(word) >= 4)
    return corrections(unknown, aliases, vocabulary)


async def _with_operators(unit: UnitOfWork, query: TopicQuery, hits: list[Hit]) -> list[Hit]:
    """Those that have each `must` and no `must_not`, asked of storage so that words are folded alike."""
    if not hits or not (query.must or query.must_not):
        return hits
    plain = WordQuery(groups=(), lang=query.lang)
    for word in query.must:
        allowed = await _holding(unit, query, replace(plain, groups=((word,),)))
        hits = [hit for hit in hits if hit.article_id in allowed]
    for word in query.must_not:
        barred = await _holding(unit, query, replace(plain, groups=((word,),)))
        hits = [hit for hit in hits if hit.article_id not in barred]
    return hits


async def _holding(unit: UnitOfWork, query: TopicQuery, words: WordQuery) -> set[ArticleId]:
    return {hit.article_id for hit in await unit.articles.search_words(words, query.window, _FILTER_HITS)}
