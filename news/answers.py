"""What an answer holds beside its sentences: passages to choose from, how it developed, who says what, where numbers differ.

Everything is taken whole from stored texts and keeps its citation; what is chosen is chosen by dates, publishers and plain
comparison of words and numbers. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from news.audience import SourceRef
from news.cards import source_ref
from news.disagreeing import Account, differences
from news.entities import Article, PublisherRegister
from news.gist import MOST_WORDS
from news.groups import OTHER, groups_of, is_state
from news.ids import ArticleId, StoryId
from news.questions import TopicLine
from news.ranking import Found
from news.reading import Citation, CitedSentence, Enrichment, KeySentence, Passage, Story
from news.subject import Focus, Subject, loosened, opened
from news.told import whole
from news.wording import alike, count_words

STORIES = 8
"""Stories that give passages: an answer of four sentences needs no more."""

FAMILIES = 3
"""Publisher families of each."""

MOST_LINES = 6
LEAST_LINES = 3
MOST_GROUPS = 4
MOST_DISAGREEMENTS = 2

ASKED_ARTICLES = 8
ASKED_SENTENCES = 3
"""Of the best articles, sentences beyond the key sentences that name what the question asks of them."""

MOST_COMPARED = 16
"""Articles that a timeline and disagreements are looked for in."""


@dataclass(frozen=True, slots=True)
class Material:
    """What was read for an answer: the relevant articles, best first, with all that was stored of them."""

    found: Sequence[Found]
    articles: Mapping[ArticleId, Article]
    enrichments: Mapping[ArticleId, Enrichment]
    stories: Mapping[StoryId, Story]
    publishers: PublisherRegister
    focus: Focus = field(default_factory=Focus)
    asked: Mapping[ArticleId, Sequence[KeySentence]] = field(
        default_factory=dict
    )  # beyond the key sentences, see `focused`

    def speaking(self, article_id: ArticleId) -> list[KeySentence]:
        """The article's key sentences that speak of what was asked, and others that name all its beginning leaves open."""
        offered = (*self.enrichments[article_id].key_sentences, *self.asked.get(article_id, ()))
        return [sentence for sentence in offered if self.focus.speaks(article_id, sentence.text)]

    def family(self, article_id: ArticleId) -> str:
        """Who owns the article's outlet."""
        return self.publishers.of(self.articles[article_id].publisher).family

    def in_order(self) -> list[Found]:
        """The articles that can be told, best first."""
        return [
            each
            for each in self.found
            if each.hit.article_id in self.articles and each.hit.article_id in self.enrichments
        ]


@dataclass
class Numbering:
    """Numbers of the articles an answer names, in order of first use."""

    material: Material
    refs: dict[Citation, SourceRef] = field(default_factory=dict)

    def of(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """The numbers of these citations."""
        numbers = []
        for citation in citations:
            article = self.material.articles.get(citation.article_id)
            if article is None:
                continue
            if citation not in self.refs:
                self.refs[citation] = source_ref(
                    len(self.refs) + 1,
                    citation,
                    article,
                    self.material.publishers,
                    self.material.enrichments.get(article.id),
                )
            numbers.append(self.refs[citation].n)
        return tuple(dict.fromkeys(numbers))


def focused(material: Material, subject: Subject, *, named: bool) -> Material:
    """The material of which only what speaks of the subject is told; `named`: some article has the question's words.

    A sentence that is no key sentence is offered too where it names all that its article's beginning leaves open: "what does
    the EU say" is answered by the one sentence on the EU, far down in an article on Syria.
    """
    first = opened(subject, material.articles)
    asked = {
        each.hit.article_id: _asked(each.hit.article_id, material, first)
        for each in material.in_order()[:ASKED_ARTICLES]
    }
    offered = {
        each.hit.article_id: [
            sentence.text
            for sentence in (
                *material.enrichments[each.hit.article_id].key_sentences,
                *asked.get(each.hit.article_id, ()),
            )
        ]
        for each in material.in_order()
    }
    return replace(material, focus=loosened(first, offered, least=int(named)), asked=asked)


def passages(material: Material) -> list[Passage]:
    """Stored sentences to answer from: the best stories', each from a few publishers."""
    chosen: list[Passage] = []
    best = max((each.hit.score for each in material.found), default=1.0) or 1.0
    families: dict[StoryId | None, set[str]] = defaultdict(set)
    for each in material.in_order():
        article = material.articles[each.hit.article_id]
        told = families[article.story_id]
        family = material.family(article.id)
        if family in told or len(told) >= FAMILIES or (not told and len(families) > STORIES):
            continue
        told.add(family)
        chosen.extend(_of_article(article, material, each.hit.score / best))
    return chosen


def by_group(material: Material) -> dict[str, list[Passage]]:
    """The passages of each group of publishers, states first, then by how much they report; empty for fewer than two."""
    groups: dict[str, list[Passage]] = {}
    counts: Counter[str] = Counter()
    best = max((each.hit.score for each in material.found), default=1.0) or 1.0
    told = material.in_order()
    group_of = groups_of((material.articles[each.hit.article_id].publisher for each in told), material.publishers)
    for each in told:
        article = material.articles[each.hit.article_id]
        group = group_of[article.publisher]
        counts[group] += 1
        if counts[group] <= STORIES:
            groups.setdefault(group, []).extend(_of_article(article, material, each.hit.score / best))
    groups = {group: offered for group, offered in groups.items() if offered}
    if len(groups) < 2:
        return {}
    order = sorted(groups, key=lambda group: (group == OTHER, not is_state(group), -counts[group], group))
    return {group: groups[group] for group in order[:MOST_GROUPS]}


def timeline(material: Material, told: Sequence[str]) -> list[tuple[datetime, CitedSentence]]:
    """Three to six dated sentences, oldest first: one a day, of the days with most reports; not those that `told` says."""
    offered = _dated(material)
    fresh = [(at, sentence) for at, sentence in offered if not any(alike(sentence.text, each) for each in told)]
    chosen = _spread_over_days(fresh)
    if len(chosen) < LEAST_LINES:
        chosen = _spread_over_days([*fresh, *(each for each in offered if each not in fresh)])
    return sorted(chosen, key=lambda each: each[0]) if fresh and len(chosen) > 1 else []


def disagreements(material: Material) -> list[tuple[str, CitedSentence, CitedSentence]]:
    """Pairs of sentences of one story, told at the same time, whose numbers of the same thing differ; with that thing."""
    by_story: dict[StoryId | None, list[Article]] = defaultdict(list)
    for each in material.in_order()[:MOST_COMPARED]:
        article = material.articles[each.hit.article_id]
        if len(by_story[article.story_id]) < STORIES:
            by_story[article.story_id].append(article)
    told: dict[str, tuple[str, CitedSentence, CitedSentence]] = {}
    for story_id, articles in by_story.items():
        if story_id is not None:
            for found in differences([_account(article, material) for article in articles]):
                one, other, *_ = found.claims
                told.setdefault(found.thing, (found.thing, one.sentence, other.sentence))
    return list(told.values())[:MOST_DISAGREEMENTS]


def lines(numbering: Numbering, sentences: Iterable[CitedSentence]) -> tuple[TopicLine, ...]:
    """Sentences with the numbers of their sources; one whose sources are gone is left out."""
    made = [TopicLine(text=each.text, cites=numbering.of(each.citations), dropped=each.dropped) for each in sentences]
    return tuple(line for line in made if line.cites)


def _asked(article_id: ArticleId, material: Material, focus: Focus) -> list[KeySentence]:
    if not focus.left_open(article_id):
        return []
    enrichment = material.enrichments[article_id]
    known = {sentence.index for sentence in enrichment.key_sentences}
    named = (
        KeySentence(sentence.index, sentence.text, None)
        for sentence in enrichment.sentences
        if sentence.index not in known and not sentence.leans and focus.adds(article_id, sentence.text) == 1.0
    )
    return list(islice(named, ASKED_SENTENCES))


def _of_article(article: Article, material: Material, relevance: float) -> list[Passage]:
    return [
        Passage(
            citation=Citation(article.id, material.enrichments[article.id].revision),
            index=sentence.index,
            text=sentence.text,
            vector=sentence.vector,
            publisher=article.publisher,
            published_at=article.published_at,
            story_id=article.story_id,
            relevance=relevance + material.focus.bonus(article.id, sentence.text),
            lang=material.enrichments[article.id].lang,
        )
        for sentence in material.speaking(article.id)
    ]


def _dated(material: Material) -> list[tuple[datetime, CitedSentence]]:
    """The sentences that tell what happened when, the most relevant story's first: what was new in it, and how each article begins."""
    offered: list[tuple[datetime, CitedSentence]] = []
    seen: set[StoryId] = set()
    for each in material.in_order()[:MOST_COMPARED]:
        article = material.articles[each.hit.article_id]
        story = material.stories.get(article.story_id) if article.story_id is not None else None
        if story is not None and story.id not in seen:
            seen.add(story.id)
            for update in story.updates:
                source = material.articles.get(update.article_id)
                if source is not None:
                    first = [whole(sentence, material.enrichments) for sentence in update.sentences[:1]]
                    about = material.focus.is_about(source.id)
                    offered.extend((source.published_at, sentence) for sentence in first if about)
        citation = Citation(article.id, material.enrichments[article.id].revision)
        keys = material.enrichments[article.id].key_sentences if material.focus.is_about(article.id) else ()
        first = [CitedSentence(text=key.text, citations=(citation,)) for key in keys[:1]]
        offered.extend((article.published_at, sentence) for sentence in first)
    known = set(material.articles)
    return [
        (at, sentence)
        for at, sentence in offered
        if count_words(sentence.text) <= MOST_WORDS and all(each.article_id in known for each in sentence.citations)
    ]


def _spread_over_days(offered: Sequence[tuple[datetime, CitedSentence]]) -> list[tuple[datetime, CitedSentence]]:
    """One sentence of each of the busiest days; more of a day only where there are too few days."""
    reports = Counter(at.date() for at, _ in offered)
    busiest = {day for day, _ in sorted(reports.items(), key=lambda each: (-each[1], each[0]))[:MOST_LINES]}
    chosen: list[tuple[datetime, CitedSentence]] = []
    taken: Counter[date] = Counter()
    for most in (1, 2, LEAST_LINES):
        for at, sentence in offered:
            full = len(chosen) >= (MOST_LINES if most == 1 else LEAST_LINES)
            if full or at.date() not in busiest or taken[at.date()] >= most:
                continue
            if not any(alike(sentence.text, other.text) for _, other in chosen):
                chosen.append((at, sentence))
                taken[at.date()] += 1
    return chosen


def _account(article: Article, material: Material) -> Account:
    """What an article says of the question."""
    citation = Citation(article.id, material.enrichments[article.id].revision)
    said = tuple(CitedSentence(text=each.text, citations=(citation,)) for each in material.speaking(article.id))
    return Account(material.family(article.id), article.published_at, article.text, said)
