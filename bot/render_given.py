"""The summary of a text that somebody gave: each sentence with where it stands, and who else reports the same.

A page's sentences carry the number 1, which opens the page at that very sentence (a text fragment: W3C, "URL Fragment Text
Directives"; a browser that knows none opens the page's top). A pasted text has no address: there the number tells which of its sentences
it is. In: `GivenSummary`. Out: one message.
"""

from urllib.parse import quote

from bot import markup, render
from bot.markup import Html
from bot.texts import Texts
from news.audience import OutMessage
from news.given import GivenSummary
from news.reading import SummarySentence

_EDGE_WORDS = 5
"""Words at each end of a sentence by which a browser finds it."""


def summary(given: GivenSummary, texts: Texts, zone: str = "UTC") -> OutMessage:
    """The summary as a message."""
    url, title = given.document.url, " ".join(given.document.title.split())
    head = markup.bold(markup.link(title or url, url) if url else title)
    told = markup.join((_sentence(each, url) for each in given.sentences), " ")
    where = markup.link(f"{markup.superscript(1)} {given.publisher}", url) if url else _places(given, texts)
    others = render.source_list(given.others, texts, zone) if url else _unnumbered(given, texts, zone)
    also = markup.join((render.say(texts, "chat.url_same_story"), others), "\n") if others else markup.EMPTY
    return render.one_message([head, told, where, also])


def _unnumbered(given: GivenSummary, texts: Texts, zone: str) -> Html:
    """Who else reports it, a line each: beside a pasted text a number is a sentence's place."""
    lines = (
        markup.join(
            (
                markup.link(each.publisher, each.url),
                markup.escape(f", {texts.day(each.published_at, zone)}: "),
                markup.line(each.title),
            )
        )
        for each in given.others
    )
    return markup.join(lines, "\n")


def _places(given: GivenSummary, texts: Texts) -> Html:
    """What the numbers under a pasted text mean; nothing where there are none."""
    numbered = any(each.origin is not None for each in given.sentences)
    return markup.italic(render.say(texts, "chat.text_places")) if numbered else markup.EMPTY


def _sentence(sentence: SummarySentence, url: str | None) -> Html:
    """A sentence with its reference."""
    told = markup.line(sentence.text)
    if url is not None:
        return markup.join((told, markup.link(markup.superscript(1), _at(url, sentence))))
    return markup.join((told, markup.superscript(sentence.origin + 1) if sentence.origin is not None else ""))


def _at(url: str, sentence: SummarySentence) -> str:
    """The page's address with the sentence's place; plain where the page has not these words in a row."""
    words = sentence.text.split()
    if sentence.origin is None or (sentence.dropped and len(words) <= 2 * _EDGE_WORDS):
        return url
    ends = [words] if len(words) <= 2 * _EDGE_WORDS else [words[:_EDGE_WORDS], words[-_EDGE_WORDS:]]
    sought = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    address = f"{url}{'' if '#' in url else '#'}:~:text={sought}"
    return address if len(address) <= markup.ADDRESS_CHARS else url
