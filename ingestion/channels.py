"""Reads a Telegram channel's public preview page (t.me/s/NAME) as documents, one a message, newest first. Pure.

A message's address is its own (https://t.me/NAME/123). Its title is its first line. Messages without words are left out.
"""

import re

from lxml.html import HtmlElement, tostring

from ingestion.dates import moment
from ingestion.feeds import FeedParse
from ingestion.htmltext import one_line, plain
from ingestion.pages import tree_of
from ingestion.refusals import NOT_A_FEED, Unreadable
from news.entities import Document

_LONGEST_TITLE = 140


def parse_channel(data: bytes, url: str, content_type: str | None = None) -> FeedParse | Unreadable:
    """The messages that the preview page shows."""
    tree = tree_of(data, content_type)
    if tree is None or (not tree.find_class("tgme_channel_info") and not tree.find_class("tgme_widget_message")):
        return NOT_A_FEED
    names = tree.find_class("tgme_channel_info_header_title")
    title = one_line(names[0].text_content()) if names else url.rstrip("/").rpartition("/")[2]
    messages = [_message(node, title) for node in tree.find_class("tgme_widget_message")]
    documents = tuple(document for document in reversed(messages) if document is not None)
    return FeedParse(title=title, site_url=url, wait_at_least=None, documents=documents, refused=())


def _message(node: HtmlElement, site: str) -> Document | None:
    place = node.get("data-post")
    texts = node.find_class("tgme_widget_message_text")
    if not place or not texts:
        return None
    text = plain(tostring(texts[-1], encoding="unicode", with_tail=False))
    if not text:
        return None
    stamps = [one.get("datetime") for one in node.iter("time") if one.get("datetime")]
    first = re.split(r"\n|(?<=[.!?])\s", text)[0]
    title = first if len(first) <= _LONGEST_TITLE else first[:_LONGEST_TITLE].rpartition(" ")[0] + "…"
    address = f"https://t.me/{place}"
    return Document(
        target=address,
        url=address,
        guid=place,
        title=title,
        text=text,
        published_at=moment(stamps[-1]) if stamps else None,
        site=site,
    )
