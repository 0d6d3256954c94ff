"""Which articles of a story are told together, and what a model that reads them wrote.

`current_articles` and `about` leave out what is another language, too old or another event than the headline's. `story_input` is what a
model reads: the latest of each publisher family. `written_of` is what it wrote, as long as that may still be told. Everything is
pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from news.entities import Article
from news.headlines import Titled
from news.ids import ArticleId
from news.reading import Citation, CitedSentence, Report, StoryInput
from news.told import Offer, Told, offers
from news.wording import overlap, stems

MOST_REPORTS = 5
"""Articles that a model reads at once: more leave too little room for each."""

OPENING_SENTENCES = 3
"""Of an article, that say what it is about; they may be told beside its summary."""

_OLD = timedelta(days=2)  # before the story's newest article: "yesterday" and "on Monday" mean another day by then
_NEAR = 0.12
"""Share of words of two openings from which both report the headline's event: of 40 labelled pairs of one event none has less
than 0.21, of 35 pairs of two events 16 have."""


def current_articles(told: Told, head: Titled) -> list[Article]:
    """The articles in the headline's language that are not too old beside the newest."""
    lang = told.lang(head.article)
    recent = told.articles[-1].published_at - _OLD
    spoken = [article for article in told.articles if told.lang(article) == lang]
    return [article for article in spoken if article.published_at >= recent] or spoken


def about(
    head: Titled, articles: Sequence[Article], by_article: Mapping[ArticleId, list[Offer]]
) -> dict[ArticleId, list[Offer]]:
    """Without the articles that open with other words than the headline's own: what they tell may be another event."""
    openings = {
        article.id: stems(
            " ".join([article.title, *(offer.whole for offer in by_article[article.id][:OPENING_SENTENCES])])
        )
        for article in articles
    }
    of_head = openings.get(head.article.id, stems(head.title))
    return {
        article_id: offered
        for article_id, offered in by_article.items()
        if article_id == head.article.id or overlap(openings[article_id], of_head) >= _NEAR
    }


def story_input(told: Told, head: Titled) -> StoryInput:
    """The reports that a model may tell the story from, the newest first; none of them is a copy of another."""
    articles = current_articles(told, head)
    known = {article.id for article in articles}
    kept = about(head, articles, {article.id: offers(told, article) for article in articles})
    reports: dict[str, Report] = {}
    for article in reversed(articles):
        enrichment = told.enrichments.get(article.id)
        if enrichment is not None and article.copy_of not in known and article.id in kept:
            citation = Citation(article.id, enrichment.revision)
            reports.setdefault(told.family(article), Report(citation=citation, sentences=enrichment.sentences))
    return StoryInput(
        version=told.story.version, lang=told.lang(head.article), reports=tuple(reports.values())[:MOST_REPORTS]
    )


def written_of(told: Told, head: Titled) -> tuple[CitedSentence, ...]:
    """The story in a model's words; empty where they are not of its newest version, or cite what may not be told."""
    written = told.story.written
    if written is None or (written.version, written.lang) != (told.story.version, told.lang(head.article)):
        return ()
    texts = {
        Citation(article.id, told.enrichments[article.id].revision)
        for article in told.articles
        if article.id in told.enrichments
    }
    still = [
        replace(sentence, citations=tuple(citation for citation in sentence.citations if citation in texts))
        for sentence in written.sentences
    ]
    return tuple(still) if all(sentence.citations for sentence in still) else ()
