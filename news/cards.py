"""A story as it is told: its headline, at most forty words of cited sentences, who reports it, on what they differ.

Every sentence is taken from what was stored, with its citation; nothing is joined or written here. Outlets are counted by
publisher family, not by feed. Everything is pure.
"""

from collections.abc import Iterable

from news.audience import SourceRef, StoryCard, StoryStatus
from news.disagreeing import Account, differences
from news.entities import Article, PublisherRegister
from news.gist import news_since, opening
from news.headlines import Titled, clarity, headline, title_or_address, titled
from news.ids import ArticleId
from news.reading import Citation, CitedSentence, Enrichment
from news.told import Told, offers

MOST_SOURCES = 12
"""Named under a story; the others are counted."""

MOST_DIFFERENCES = 2
_COMPARED = 12  # latest articles of a story whose numbers are compared
_CLEAR = 0.5  # clarity from which a headline of an article with news is taken before an older one


def card(
    told: Told, status: StoryStatus, *, since_version: int = 0, score: float = 0.0, lang: str | None = None
) -> StoryCard | None:
    """The story's card: all of it, or what came after `since_version`. None where nothing of it can be told.

    Headline and sentences are of the articles in `lang` where there are such.
    """
    head = head_of(told, status, since_version, lang)
    if head is None:
        return None
    update = status is StoryStatus.UPDATE
    sentences = news_since(told, since_version, head) if update else opening(told, head)
    if update and not sentences:
        return None
    differing = differing_numbers(told) if status is not StoryStatus.STILL else ()
    first = told.articles[0]
    countries = {told.publishers.of(article.publisher).country for article in told.articles} - {None}
    return StoryCard(
        story_id=told.story.id,
        version=told.story.version,
        status=status,
        title=head.title,
        made_of=head.made,
        url=head.article.url,
        sentences=sentences,
        differing=differing,
        sources=sources(told, (*sentences, *(claim for each in differing for claim in each)), head.article),
        outlets=len(told.families()),
        countries=len(countries),
        first_publisher=told.publishers.of(first.publisher).name,
        first_at=first.published_at,
        last_at=told.articles[-1].published_at,
        score=score,
    )


def differing_numbers(told: Told) -> tuple[tuple[CitedSentence, ...], ...]:
    """The numbers on which publishers differ, as their texts have them: for each thing its claims with all who make them."""
    accounts = []
    for article in told.articles[-_COMPARED:]:
        said = tuple(offer.sentence for offer in offers(told, article))
        accounts.append(Account(told.family(article), article.published_at, article.text, said))
    found = differences(accounts)[:MOST_DIFFERENCES]
    return tuple(tuple(claim.phrase for claim in each.claims) for each in found)


def sources(told: Told, sentences: Iterable[CitedSentence], head: Article) -> tuple[SourceRef, ...]:
    """Articles to name: those cited in order, the headline's, then one of each further family, latest first."""
    by_id = {article.id: article for article in told.articles}
    cited = [citation for sentence in sentences for citation in sentence.citations if citation.article_id in by_id]
    chosen = dict.fromkeys([*cited, Citation(head.id, head.revision)])
    named = {told.family(by_id[citation.article_id]) for citation in chosen}
    for article in reversed(told.articles):
        family = told.family(article)
        if family not in named and len(chosen) < MOST_SOURCES:
            named.add(family)
            chosen[Citation(article.id, article.revision)] = None
    return tuple(
        source_ref(
            number, citation, by_id[citation.article_id], told.publishers, told.enrichments.get(citation.article_id)
        )
        for number, citation in enumerate(chosen, 1)
    )


def source_ref(
    number: int,
    citation: Citation,
    article: Article,
    publishers: PublisherRegister,
    enrichment: Enrichment | None = None,
) -> SourceRef:
    """An article as it is named under a message; one without a headline by what its enrichment makes of its text."""
    publisher = publishers.of(article.publisher)
    return SourceRef(
        n=number,
        citation=citation,
        url=article.url,
        title=title_or_address(article, enrichment, publisher),
        publisher=publisher.name,
        country=publisher.country,
        published_at=article.published_at,
    )


def head_of(
    told: Told, status: StoryStatus = StoryStatus.NEW, since_version: int = 0, lang: str | None = None
) -> Titled | None:
    """The story's headline: in the language asked for, and of an update that of an article that brought news, where it is clear."""
    offered = [
        found
        for article in told.articles
        if (found := titled(article, told.enrichments.get(article.id), told.publishers.of(article.publisher)))
    ]
    offered = [each for each in offered if lang is not None and told.lang(each.article) == lang] or offered
    if status is StoryStatus.UPDATE:
        later: set[ArticleId] = {each.article_id for each in told.story.updates_after(since_version)}
        fresh = [each for each in offered if each.article.id in later and clarity(each) >= _CLEAR]
        offered = fresh or offered
    return headline(offered)
