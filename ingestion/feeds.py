"""Makes documents of a feed's entries and says which of them are only openings.

In: a feed's bytes. Out: `FeedParse` with one document per entry, in the feed's order, and the entries that could not be
used; or `Unreadable`. One bad entry never loses its feed. Runs in a parsing process.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from ingestion.feedfile import FeedEntry, FeedFile, read_feed
from ingestion.furniture import clean
from ingestion.htmltext import amount, heading, plain
from ingestion.kinds import kind_of_entry
from ingestion.refusals import Unreadable
from news.entities import Document, Refusal

WHOLE_WORDS = 150
"""A text in a content element with so many words is the article; shorter ones are openings in nearly all feeds read."""

_WHOLE_SUMMARY_WORDS = 300  # a description is an opening by custom: some feeds put the article there
_LONGEST_FALLBACK_TITLE = 100
_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;)\]?|\b(?:read|continue|learn) (?:more|reading)\b.{0,80})\s*$", re.IGNORECASE
)
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedParse:
    """A feed as documents."""

    title: str
    site_url: str | None
    wait_at_least: timedelta | None
    documents: tuple[Document, ...]
    refused: tuple[Refusal, ...]


def parse_feed(data: bytes, url: str, content_type: str | None, max_entries: int) -> FeedParse | Unreadable:
    """The documents of a feed at an address or path."""
    base = url if url.startswith(("http://", "https://")) else None
    feed = read_feed(data, base, content_type, max_entries)
    if isinstance(feed, Unreadable):
        return feed
    documents, refused, seen = [], [], set[str]()
    for number, entry in enumerate(feed.entries, 1):
        target = entry.url or entry.guid or f"{url}#{number}"
        key = entry.guid or entry.url or entry.title
        if key in seen:
            continue
        document = document_of(entry, feed, target)
        if not document.title and not document.text:
            refused.append(Refusal(target=target, code="empty", message="The entry has neither a title nor a text."))
            continue
        seen.add(key)
        documents.append(document)
    return FeedParse(
        title=feed.title,
        site_url=feed.site_url,
        wait_at_least=feed.wait_at_least,
        documents=tuple(documents),
        refused=tuple(refused),
    )


def document_of(entry: FeedEntry, feed: FeedFile, target: str) -> Document:
    """The document of one entry; `whole` tells whether the feed gave all of the text."""
    content, summary = plain(entry.content), plain(entry.summary)
    longer, limit = (content, WHOLE_WORDS) if amount(content) >= amount(summary) else (summary, _WHOLE_SUMMARY_WORDS)
    cleaned = clean(longer.split("\n\n"), title=entry.title)
    text = "\n\n".join(cleaned.paragraphs)
    title = entry.title or _opening(text)
    return Document(
        target=target,
        url=entry.url,
        guid=entry.guid,
        title=title,
        text=text,
        author=entry.author or cleaned.author,
        published_at=entry.published_at or entry.updated_at,
        updated_at=entry.updated_at,
        lang=entry.lang or feed.lang,
        site=feed.title or None,
        kind=kind_of_entry(entry.url, title),
        image_url=entry.image_url,
        whole=amount(text) >= limit and not _CUT.search(longer),
    )


def interval_of(documents: tuple[Document, ...]) -> timedelta:
    """How often to look: half the usual time between two entries, 5 minutes to 24 hours; 15 minutes where unknown."""
    moments = sorted(document.published_at for document in documents if document.published_at)
    gaps = sorted(later - earlier for earlier, later in pairwise(moments[-21:]))
    if len(gaps) < 2:
        return timedelta(minutes=15)
    return min(max(gaps[len(gaps) // 2] / 2, _SHORTEST), _LONGEST)


def _opening(text: str) -> str:
    # micro-blogs have no titles: the first sentence, cut at a word
    line = heading(text.partition("\n")[0])
    sentence = re.split(r"(?<=[.!?。！？])\s", line)[0]
    if len(sentence) <= _LONGEST_FALLBACK_TITLE:
        return sentence
    return sentence[:_LONGEST_FALLBACK_TITLE].rpartition(" ")[0].rstrip(" ,;:–-") + "…"
