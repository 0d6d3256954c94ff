"""What a chat does not want to hear of, decided per story. Pure.

A muted source or publisher takes its articles out of a story, and the story out only where nothing is left; a muted word,
topic or story takes the story out. Articles in languages that the reader does not read are left out alike.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from news.aliases import AliasTable, fold, is_unspaced
from news.audience import Chat, Mute, MuteKind
from news.entities import Article, PublisherRegister
from news.ids import ArticleId, SourceId
from news.told import Told


@dataclass(frozen=True, slots=True)
class Names:
    """By what names people mute: those of sources by number, the register's publishers, the actors of a topic."""

    sources: Mapping[SourceId, str]
    publishers: PublisherRegister
    aliases: AliasTable


def left_out(told: Told, chat: Chat, names: Names) -> frozenset[ArticleId] | None:
    """The articles of a story that the chat is not told of; None: the story as a whole."""
    if any(_about(told, mute, names) for mute in chat.mutes):
        return None
    out = frozenset(
        article.id
        for article in told.articles
        if _foreign(article, chat.news_languages) or any(_from(article, mute, names) for mute in chat.mutes)
    )
    return None if len(out) == len(told.articles) else out


def _foreign(article: Article, languages: Collection[str]) -> bool:
    return bool(languages) and article.lang is not None and article.lang not in languages


def _from(article: Article, mute: Mute, names: Names) -> bool:
    value = mute.value.casefold()
    if mute.kind is MuteKind.SOURCE:
        return value in {str(article.source_id), names.sources.get(article.source_id, "").casefold()}
    if mute.kind is MuteKind.PUBLISHER:
        publisher = names.publishers.of(article.publisher)
        return value in {publisher.domain, publisher.name.casefold(), publisher.family.casefold()}
    return False


def _about(told: Told, mute: Mute, names: Names) -> bool:
    if mute.kind is MuteKind.STORY:
        return mute.value == str(told.story.id)
    if mute.kind is MuteKind.WORD:
        return _mentions(_text(told), mute.value)
    if mute.kind is MuteKind.TOPIC:
        poles = [pole for pole in names.aliases.poles(mute.value.split()) if not pole.generic]
        text = _text(told)
        return bool(poles) and all(any(_mentions(text, term) for term in pole.terms(wide=False)) for pole in poles)
    return False


def _text(told: Told) -> str:
    """The story's headlines and what was last told of it, folded."""
    titles = [told.story.title, *(article.title for article in told.articles)]
    sentences = [sentence.text for update in told.story.updates[-3:] for sentence in update.sentences]
    return fold(" ".join((*titles, *sentences)))


def _mentions(text: str, term: str) -> bool:
    """Whether the folded text has the term as whole words; in a script without spaces, anywhere."""
    folded = fold(term)
    if is_unspaced(folded):
        return folded in text
    return bool(folded) and re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", text) is not None
