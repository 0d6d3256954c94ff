from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from news.aliases import AliasTable
from news.audience import Chat, ChatStatus, Mute, MuteKind
from news.entities import Article, Trace
from news.ids import ArticleId, SourceId, StoryId
from news.muting import Names
from news.reasons import Telling, reading_reason, telling_reason
from tests import make

NAMES = Names({SourceId(1): "Example"}, make.PUBLISHERS, AliasTable())
ARTICLE = make.article(story_id=StoryId(1), read_at=make.NOW)
STORY = make.story(article_ids=(ArticleId(1),))
ACTIVE = make.chat(status=ChatStatus.ACTIVE, next_due_at=make.NOW + timedelta(hours=9))


def trace(outcome: str) -> Trace:
    return Trace(url=ARTICLE.url, at=make.NOW, source_id=SourceId(1), outcome=outcome)


@pytest.mark.parametrize(
    ("article", "outcomes", "reason"),
    [
        (None, (), "unknown"),
        (None, ("too_old",), "too_old"),
        (None, ("not_article",), "not_article"),
        (replace(ARTICLE, removed=True), ("new", "removed"), "removed"),
        (replace(ARTICLE, story_id=None), ("new",), "waiting"),
        (ARTICLE, ("new",), None),
    ],
)
def test_where_reading_stopped(article: Article | None, outcomes: tuple[str, ...], reason: str | None) -> None:
    assert reading_reason(article, [trace(outcome) for outcome in outcomes]) == reason


def mute(kind: MuteKind, value: str) -> Chat:
    return replace(ACTIVE, mutes=(Mute(kind, value),))


@pytest.mark.parametrize(
    ("chat", "changes", "reason"),
    [
        (ACTIVE, {"sent": True, "told_version": 1}, None),
        (ACTIVE, {"told_version": 1}, "on_its_way"),
        (replace(ACTIVE, news_languages=("ru", "zh")), {}, "language"),
        (mute(MuteKind.SOURCE, "Example"), {}, "muted"),
        (mute(MuteKind.WORD, "Putin"), {}, "muted"),
        (ACTIVE, {"told_version": 1, "rating": -1}, "disliked"),
        (replace(ACTIVE, status=ChatStatus.PAUSED), {}, "silent"),
        (replace(ACTIVE, next_due_at=None), {}, "silent"),
        (ACTIVE, {"digest_keys": ["digest:2023-03-20:08:00", "digest:now", "digest:"]}, "next_digest"),
        (ACTIVE, {"digest_keys": ["digest:2023-03-20:08:00", "digest:2023-03-22:08:00"]}, "not_selected"),
    ],
)
def test_where_telling_stopped(chat: Chat, changes: dict[str, Any], reason: str | None) -> None:
    plain = Telling(chat=chat, told_version=None, sent=False, rating=0, digest_keys=())
    assert telling_reason(STORY, [ARTICLE], replace(plain, **changes), NAMES) == reason
