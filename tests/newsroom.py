"""Puts stories into an in-memory database the way ingest and enrich would, for tests of those that tell them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from news.audience import Address, Chat, ChatStatus, Digest, OutMessage, Part
from news.ids import ArticleId, StoryId
from news.questions import TopicQuery
from news.reading import Citation, CitedSentence, Window
from tests import make
from tests.fakes.models import sentences_of
from tests.fakes.storage import FakeDatabase


class Newsroom:
    """A database with its writers. Times default to `make.NOW`."""

    def __init__(self) -> None:
        self.database = FakeDatabase()
        self.open_unit = self.database.open_unit
        self._articles = 0

    async def article(self, title: str, text: str, **changes: Any) -> ArticleId:
        """A stored and enriched article that is in no story yet."""
        self._articles += 1
        url = f"https://{changes.get('publisher', 'example.com')}/{self._articles}"
        new = make.new_article(**{"url": url, "guid": url, "title": title, "text": text, **changes})
        async with self.open_unit() as unit:
            [article_id] = await unit.articles.add([new])
            await unit.articles.enrich(make.enrichment(article_id, text, lang=new.lang))
            await unit.commit()
        return article_id

    async def story(self, title: str, text: str, **changes: Any) -> StoryId:
        """A story of one article."""
        article_id = await self.article(title, text, **changes)
        update = make.story_update(
            article_id, at=changes.get("published_at", make.NOW), sentences=_cited(article_id, text)
        )
        async with self.open_unit() as unit:
            story_id = await unit.stories.create(article_id, title, update)
            await unit.commit()
        return story_id

    async def join(self, story_id: StoryId, title: str, text: str, *, new: bool, **changes: Any) -> ArticleId:
        """One more article of a story; `new`: it brings facts, so that the version grows."""
        article_id = await self.article(title, text, **changes)
        at = changes.get("published_at", make.NOW)
        update = make.story_update(article_id, at=at, sentences=_cited(article_id, text)) if new else None
        async with self.open_unit() as unit:
            await unit.stories.join(story_id, article_id, title=title, update=update)
            await unit.commit()
        return article_id

    async def chat(self, **changes: Any) -> Chat:
        """An active chat that is due now."""
        number = changes.pop("number", 1001)
        plain = make.chat(status=ChatStatus.ACTIVE, next_due_at=make.NOW, **changes)
        async with self.open_unit() as unit:
            chat = await unit.chats.add(replace(plain, address=Address(number)))
            await unit.commit()
        return chat

    async def send_all(self, now: datetime) -> int:
        """What the delivery loop does when all goes well; how many messages left."""
        sent = 0
        async with self.open_unit() as unit:
            while rows := await unit.deliveries.claim(now, lease=timedelta(minutes=1), limit=100):
                for row in rows:
                    assert await unit.deliveries.fence(row, now)
                    sent += 1
                    await unit.deliveries.sent(row.id, sent, now)
            await unit.commit()
        return sent


def render(digest: Digest, chat: Chat) -> tuple[Part, ...]:
    """One plain message of headlines that tells all the digest's stories, and its corrections."""
    cards, corrections = digest.stories, digest.corrections
    lines = [f"{card.status} {card.title}" for card in cards]
    lines += [f"corrected {each.told} {each.now.text}" for each in corrections]
    text = "\n".join(lines) or "Nothing new."
    cited = [citation for card in cards for sentence in card.sentences for citation in sentence.citations]
    return (
        Part(
            message=OutMessage(html=text, silent=chat.silent),
            stories=tuple((card.story_id, card.version) for card in cards),
            citations=tuple(dict.fromkeys(cited)),
            sentences=(*(each for card in cards for each in card.sentences), *(each.now for each in corrections)),
            corrects=bool(corrections),
        ),
    )


def read_query(text: str, now: datetime, days: int) -> TopicQuery:
    """A followed text as a question of the last days."""
    window = Window(now - timedelta(days=days, hours=12), now + timedelta(seconds=1))
    return make.topic_query(text, window=window, window_days=days)


def _cited(article_id: ArticleId, text: str) -> tuple[CitedSentence, ...]:
    return tuple(
        CitedSentence(text=sentence.text, citations=(Citation(article_id, 1),)) for sentence in sentences_of(text)
    )
