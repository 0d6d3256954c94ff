"""Makers of what is rendered: cards, digests, answers with plain values."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from news.audience import CorrectedSentence, Digest, Footer, Slot, SourceRef, StoryCard, StoryStatus
from news.ids import ArticleId, StoryId
from news.questions import TopicAnswer, TopicLine
from news.reading import Citation, CitedSentence, Method
from tests import make


def ref(n: int = 1, **changes: Any) -> SourceRef:
    plain = SourceRef(
        n=n,
        citation=Citation(ArticleId(n), 1),
        url=f"https://example.com/{n}",
        title=f"Headline {n}",
        publisher=("Euronews", "TASS", "Reuters", "Xinhua")[(n - 1) % 4],
        country="FR",
        published_at=make.NOW - timedelta(hours=n),
    )
    return replace(plain, **changes)


def said(text: str, *articles: int) -> CitedSentence:
    return CitedSentence(text=text, citations=tuple(Citation(ArticleId(number), 1) for number in articles or (1,)))


def corrected() -> CorrectedSentence:
    return CorrectedSentence(
        told="It is for 120 days.",
        now=said("The extension is for 60 days.", 2),
        url="https://tass.com/1",
        publisher="TASS",
    )


def card(story: int = 1, **changes: Any) -> StoryCard:
    plain = StoryCard(
        story_id=StoryId(story),
        version=2,
        status=StoryStatus.NEW,
        title="Putin and Xi resume talks in Moscow",
        url="https://example.com/1",
        sentences=(said("Economic cooperation takes centre stage.", 1), said("Two agreements are to be signed.", 1, 2)),
        sources=(ref(1), ref(2), ref(3)),
        outlets=9,
        countries=5,
        first_publisher="TASS",
        first_at=make.NOW - timedelta(hours=6),
        last_at=make.NOW,
    )
    return replace(plain, **changes)


def digest(*cards: StoryCard, **changes: Any) -> Digest:
    plain = Digest(
        slot=Slot(date(2023, 3, 21), time(8, 0)),
        zone="UTC",
        composed_at=make.NOW,
        stories=cards,
        footer=Footer(sources_ok=41, sources_all=44, newest_at=make.NOW),
    )
    return replace(plain, **changes)


def line(text: str, *cites: int, **changes: Any) -> TopicLine:
    return replace(TopicLine(text=text, cites=cites or (1,)), **changes)


def answer(question: str = "Russia–China relations", **changes: Any) -> TopicAnswer:
    plain = TopicAnswer(
        query=make.topic_query(question),
        found=True,
        method=Method.EXTRACTIVE,
        window_days=7,
        sentences=(
            line("Putin and Xi continue talks in Moscow.", 1),
            line("The two sides are to sign two agreements.", 1, 2),
        ),
        sources=(ref(1), ref(2), ref(3), ref(4)),
        timeline=(
            line("One-on-one talks on the war.", 1, at=make.NOW - timedelta(days=1)),
            line("Delegations join.", 2, at=make.NOW),
        ),
        perspectives=(line("Relations are at a peak.", 3, group="state:RU"), line("A threat.", 4, group="private:US")),
        disagreements=(line("The deal is for 120 days.", 1), line("It is for 60.", 2)),
        articles=9,
        outlets=6,
        countries=4,
    )
    return replace(plain, **changes)
