"""Inline mode: `@bot words` in any chat gives article cards to share. What is typed is a search, and nothing is kept of it."""

from dataclasses import dataclass
from datetime import datetime

from bot import arguments, markup, texts
from bot.desk import Desk
from news.audience import Address
from news.errors import BadRequest, NotAllowed
from news.ids import ArticleId
from news.questions import SearchResult

CARDS = 10
CACHE_S = 60  # how long Telegram may answer the same words by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One result: what the list shows, and the message that choosing it sends."""

    key: str  # stable for the article, at most 64 bytes
    title: str
    description: str
    url: str
    html: markup.Html


async def cards(desk: Desk, user_id: int, words: str, lang: str | None, now: datetime) -> tuple[Card, ...]:
    """The cards of a search; none for words that are no question yet, and for people without access."""
    spoken = texts.load(texts.nearest(lang))
    try:
        desk.access.check_reader(await desk.access.role(user_id))
        query = arguments.topic_query(words, now, lang=spoken.lang)
    except (BadRequest, NotAllowed):
        return ()
    hits = await desk.services.topics.search(query, now, limit=CARDS)
    told = await _sentences(desk, user_id, hits)
    return tuple(_card(hit, told.get(hit.article_id, ""), spoken) for hit in hits)


async def _sentences(desk: Desk, user_id: int, hits: list[SearchResult]) -> dict[ArticleId, str]:
    """Each article's first summary sentence that the person has not reported; what admins hide stands in no summary."""
    async with desk.services.open_unit(readonly=True) as unit:
        enrichments = await unit.articles.enrichments([hit.article_id for hit in hits])
        private = await unit.chats.find(Address(user_id))
    doubted = await desk.doubted(private) if private is not None else frozenset()
    first = {
        known: next((sentence.text for sentence in each.summary.sentences if sentence.text not in doubted), "")
        for known, each in enrichments.items()
    }
    return {known: text for known, text in first.items() if text}


def _card(hit: SearchResult, sentence: str, spoken: texts.Texts) -> Card:
    title = " ".join(hit.title.split()) or hit.url
    source = f"{hit.publisher}, {spoken.day(hit.published_at)}"
    lines = [markup.bold(markup.link(title, hit.url)), sentence, markup.italic(source)]
    description = " · ".join(filter(None, (source, sentence)))
    return Card(
        key=str(hit.article_id),
        title=title[:200],
        description=description[:250],
        url=hit.url,
        html=markup.join(lines, "\n"),
    )
