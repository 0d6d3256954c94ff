"""Reads what handlers need out of Telegram's messages: what is asked in a group, how it is formatted, what it answers."""

from dataclasses import replace

from telegram import Message, MessageEntity

from bot import markup
from bot.desk import Visit


def first_bold(message: Message) -> str:
    """The first bold words of a message or a caption: an answer begins with its question."""
    told = message.parse_entities([MessageEntity.BOLD]) or message.parse_caption_entities([MessageEntity.BOLD])
    return next(iter(told.values()), "")


def mentioned(message: Message, username: str) -> str | None:
    """What is asked of the bot in a group, by a mention or a reply; None if nothing is."""
    mention = f"@{username}".lower()
    words = message.text or ""
    if mention in words.lower():
        at = words.lower().index(mention)
        return (words[:at] + words[at + len(mention) :]).strip(" ,:")
    reply = message.reply_to_message
    if reply is not None and reply.from_user is not None and reply.from_user.username == username:
        return words
    return None


def with_formatting(visit: Visit, message: Message) -> Visit:
    """The words of a command as the person formatted them."""
    text = message.text or ""
    before = len(text[: text.rindex(visit.words)].encode("utf-16-le", "surrogatepass")) // 2
    spans = [
        markup.Span(each.type, each.offset - before, each.offset - before + each.length, each.url or "")
        for each in message.entities
    ]
    return replace(visit, formatted=markup.formatted(visit.words, spans))


def with_reply(visit: Visit, message: Message) -> Visit:
    """What the message answers, if that is one of the bot's: its words, or those quoted of it, and its links."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or not answered.from_user.is_bot:
        return visit
    words = message.quote.text if message.quote is not None else answered.text or answered.caption or ""
    links = (*answered.entities, *answered.caption_entities)
    return replace(visit, replied=words, replied_urls=tuple(each.url for each in links if each.url))
