"""/report: a reader doubts a sentence; this chat is told it no more, the admins get it with what its article says around it.

The sentence is found from the message that was replied to: its links name stored articles, and what was told of those is
looked for in its words. Buttons name it by article and a checksum of its text. An admin hides it from everybody, and an
admin's own report does so at once: it is taken out of what is told of the article, now and after it is read anew
(`Articles.strike`); the article keeps it. One reader alone hides nothing from others.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot import callbacks, markup, texts
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import rows_of
from news.audience import Address, Button, Chat, DeliveryKind, NewDelivery, OutMessage, Role
from news.entities import Article
from news.ids import ArticleId
from news.ports import UnitOfWork
from news.reading import Enrichment
from news.reports import OPENING_SENTENCES

log = structlog.get_logger()

MOST_ARTICLES = 20  # that one message links to
MOST_SENTENCES = 8  # to choose from
AROUND = 1  # sentences of the article before and after
_SHORTEST = 15  # characters: less is found in any text


@dataclass(frozen=True, slots=True)
class _Doubted:
    """A sentence that was told of an article."""

    article: Article
    enrichment: Enrichment
    text: str

    @property
    def data(self) -> tuple[int, int]:
        return self.article.id, zlib.crc32(self.text.encode())


async def report(desk: Desk, visit: Visit) -> None:
    """/report (in reply to a message of the bot): which of its sentences is doubted?"""
    if not visit.replied:
        await desk.tell(visit, "chat.report_how")
        return
    found = await _sentences_in(desk, visit.replied, visit.replied_urls)
    if not found:
        await desk.tell(visit, "chat.report_none")
        return
    lines = [markup.join((f"{number}. ", markup.line(each.text))) for number, each in enumerate(found, start=1)]
    choices = [
        Button(str(number), data=callbacks.encode(Area.REPORT, "wrong", *each.data))
        for number, each in enumerate(found, start=1)
    ]
    html = markup.join((desk.words(visit, "chat.report_which"), *lines), "\n\n")
    await desk.say(visit, html, rows_of(choices, 4))


async def _sentences_in(desk: Desk, words: str, urls: tuple[str, ...]) -> list[_Doubted]:
    """What was told of the linked articles and stands in the words."""
    plain = _plain(words)
    found: dict[str, _Doubted] = {}
    async with desk.services.open_unit(readonly=True) as unit:
        articles = [await unit.articles.by_url(url) for url in tuple(dict.fromkeys(urls))[:MOST_ARTICLES]]
        known = [article for article in articles if article is not None]
        enrichments = await unit.articles.enrichments([article.id for article in known])
        told = {article.id: await _told_of(unit, article.id, enrichments) for article in known}
    for article in known:
        for text in told[article.id]:
            if len(text) >= _SHORTEST and (_plain(text) in plain or plain in _plain(text)):
                found.setdefault(text, _Doubted(article, enrichments[article.id], text))
    return list(found.values())[:MOST_SENTENCES]


def _plain(words: str) -> str:
    return " ".join(words.replace("\N{WORD JOINER}", "").split())


async def _told_of(
    unit: UnitOfWork, article_id: ArticleId, enrichments: Mapping[ArticleId, Enrichment]
) -> Sequence[str]:
    """All that may have been told of an article: of its summary and its story, and the sentences of answers and openings."""
    enrichment = enrichments.get(article_id)
    if enrichment is None:
        return ()
    keys = [each.text for each in enrichment.key_sentences]
    openings = [each.text for each in enrichment.sentences[:OPENING_SENTENCES]]
    return tuple(dict.fromkeys([*await unit.corrections.tellable(article_id), *keys, *openings]))


async def pressed(desk: Desk, visit: Visit) -> None:
    """The sentence was chosen; or an admin decides."""
    press = callbacks.decode(visit.words)
    if press.verb in {"keep", "hide"}:
        desk.access.check_admin(visit.role)
    if press.verb == "keep":
        await desk.rewrite(visit, desk.words(visit, "admin.sentence_kept"))
        return
    doubted = await _named(desk, press.number(), press.number(1))
    is_admin = visit.role in {Role.ADMIN, Role.OWNER}
    if press.verb == "hide" or (press.verb == "wrong" and is_admin):
        async with desk.services.open_unit() as unit:
            await unit.articles.strike(doubted.article.id, doubted.text)
            await unit.commit()
        await desk.record(visit, "hide", doubted.text)
        await desk.rewrite(visit, desk.words(visit, "admin.sentence_hidden"))
    elif press.verb == "wrong":
        await desk.think(visit)
        hidden = await _hide_here(desk, visit, doubted)
        await _tell_admins(desk, visit, doubted)
        await desk.rewrite(visit, desk.words(visit, "chat.report_done" if hidden else "chat.report_passed_on"))
    else:
        raise callbacks.stale()


async def _named(desk: Desk, number: int, checksum: int) -> _Doubted:
    """The sentence of a button; one that is told no more makes the button too old."""
    article_id = ArticleId(number)
    async with desk.services.open_unit(readonly=True) as unit:
        articles = await unit.articles.get([article_id])
        enrichments = await unit.articles.enrichments([article_id])
        told = await _told_of(unit, article_id, enrichments)
    for text in told:
        if articles and zlib.crc32(text.encode()) == checksum:
            return _Doubted(articles[0], enrichments[article_id], text)
    raise callbacks.stale()


async def _hide_here(desk: Desk, visit: Visit, doubted: _Doubted) -> bool:
    """Whether this chat is told the sentence no more: in a group its admins decide that."""
    if not visit.private and not await desk.line.leads_group(visit.chat.address.telegram_id, visit.user_id):
        return False
    async with desk.services.open_unit() as unit:
        await unit.articles.doubt(doubted.article.id, doubted.text, visit.chat.id)
        await unit.commit()
    return True


async def _tell_admins(desk: Desk, visit: Visit, doubted: _Doubted) -> None:
    """One notice a sentence, however many doubt it."""
    article_id, checksum = doubted.data
    owners = await desk.access.owners()
    async with desk.services.open_unit() as unit:
        chats = [await unit.chats.find(Address(owner)) for owner in owners]
        rows = [
            NewDelivery(
                chat_id=chat.id,
                key=f"notice:report:{article_id}:{checksum}",
                part=0,
                kind=DeliveryKind.NOTICE,
                message=_notice(chat, doubted),
                not_before=visit.now,
            )
            for chat in chats
            if chat is not None and chat.blocked_code is None
        ]
        await unit.deliveries.add(rows, visit.now)
        await unit.commit()
    log.info("sentence_doubted", article=article_id, told=len(rows))
    desk.line.wake_delivery()


def _notice(chat: Chat, doubted: _Doubted) -> OutMessage:
    words = texts.load(chat.language)
    html = words(
        "notice.report",
        title=markup.link(doubted.article.title or doubted.article.url, doubted.article.url),
        sentence=markup.line(doubted.text),
        evidence=markup.line(_evidence(doubted)),
    )
    choices = (
        Button(words("button.hide"), data=callbacks.encode(Area.REPORT, "hide", *doubted.data)),
        Button(words("button.keep_it"), data=callbacks.encode(Area.REPORT, "keep")),
    )
    return OutMessage(html=html, buttons=(choices,))


def _evidence(doubted: _Doubted) -> str:
    """The article's own sentences about it; its beginning where a model wrote the sentence."""
    sentences = doubted.enrichment.sentences
    at = next((place for place, each in enumerate(sentences) if doubted.text in each.text), AROUND)
    return " ".join(each.text for each in sentences[max(0, at - AROUND) : at + AROUND + 1])[:1_500] or "–"
