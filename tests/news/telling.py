"""Stories with their texts for tests of what is told of them."""

from datetime import timedelta
from typing import Any

from news.entities import Article
from news.ids import ArticleId
from news.reading import Enrichment
from news.told import Told
from tests import make

HOUR = timedelta(hours=1)


def article(number: int, title: str = "Putin and Xi meet in Moscow", **changes: Any) -> Article:
    plain = {"publisher": f"paper{number}.com", "text": make.TEXT, **changes}
    return make.article(id=ArticleId(number), url=f"https://x.com/{number}", title=title, **plain)


def told(*articles: Article, **changes: Any) -> Told:
    """A story of these articles, each enriched with its own text as its summary."""
    enrichments: dict[ArticleId, Enrichment] = {
        each.id: make.enrichment(each.id, each.text, revision=each.revision, lang=each.lang) for each in articles
    }
    story = make.story(article_ids=tuple(each.id for each in articles), **changes)
    return Told(story, articles, enrichments, make.PUBLISHERS)
