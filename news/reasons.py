"""Why a chat was not told of an article: the first of the stages between reading and sending at which it stopped.

In goes what is stored of the article, its story and the chat; out comes a code, None where the chat was told. The codes, in
the order of the stages: unknown, too_old, not_article, removed, waiting, language, muted, disliked, silent, on_its_way,
next_digest, not_selected. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from news.audience import Chat, ChatStatus
from news.entities import LEFT_OUT, Article, Trace
from news.muting import Names, left_out
from news.reading import Story
from news.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one chat has to do with a story."""

    chat: Chat
    told_version: int | None  # in the ledger: sent, or in a part that is not sent yet
    sent: bool  # a part that tells it was sent
    rating: int  # -1: the reader wants no more of it
    digest_keys: Sequence[str]  # `digest:DATE:TIME` of those written


def reading_reason(article: Article | None, traces: Sequence[Trace]) -> str | None:
    """Why there is no story to tell; None where there is one."""
    if article is None:
        left = [trace.outcome for trace in traces if trace.outcome in LEFT_OUT]
        return left[-1] if left else "unknown"
    if article.removed:
        return "removed"
    return "waiting" if article.story_id is None else None


def telling_reason(story: Story, articles: Sequence[Article], telling: Telling, names: Names) -> str | None:
    """Why a chat was not told of a story with these articles; None where it was."""
    if telling.sent:
        return None
    if telling.told_version is not None and telling.rating >= 0:
        return "on_its_way"
    unwanted = _unwanted(story, articles, telling, names)
    if unwanted is not None:
        return unwanted
    if telling.chat.status is not ChatStatus.ACTIVE or telling.chat.next_due_at is None:
        return "silent"
    return "not_selected" if _was_told_since(telling, min(each.read_at for each in articles)) else "next_digest"


def _unwanted(story: Story, articles: Sequence[Article], telling: Telling, names: Names) -> str | None:
    """What the reader said that keeps the story away."""
    languages = telling.chat.news_languages
    if languages and all(article.lang is not None and article.lang not in languages for article in articles):
        return "language"
    if left_out(Told(story, tuple(articles), {}, names.publishers), telling.chat, names) is None:
        return "muted"
    return "disliked" if telling.rating < 0 else None


def _was_told_since(telling: Telling, at: datetime) -> bool:
    """Whether a digest was written after that."""
    zone = ZoneInfo(telling.chat.timetable.zone)
    for key in telling.digest_keys:
        try:
            local = datetime.fromisoformat(key.removeprefix("digest:").replace(":", "T", 1))
        except ValueError:
            continue
        if local.replace(tzinfo=zone).astimezone(UTC) > at:
            return True
    return False
