"""A composed digest as messages for one chat: which stories go into which message is decided here, and told in `Part`.

A story is never parted from its sources; it is cut only when it would not fit a message by itself. Its references are
numbered from ¹ anew, so that each story can be read alone. What the digest has to admit (late, sources that were not
read, summaries that are an opening only) stands in its footer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot import callbacks, cutting, markup, render
from bot.callbacks import Area
from bot.markup import Html
from bot.texts import Texts, load
from news.audience import Button, Chat, Digest, Footer, OutMessage, Part, StoryCard, StoryStatus
from news.ids import StoryId
from news.reading import Citation, CitedSentence

_GAP = "\n\n"
_WORDS_PER_MINUTE = 200  # silent reading of news; only the order of magnitude matters
_NUMBERS_A_ROW = 8  # Telegram's widest row of short buttons
_STILL = 5  # named in one line


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of a digest that stays together, and what it tells."""

    html: Html
    story: tuple[StoryId, int] | None = None
    citations: tuple[Citation, ...] = ()
    number: int | None = None  # of the story, for its button
    sentences: tuple[CitedSentence, ...] = ()
    corrects: bool = False


def digest(digest: Digest, chat: Chat, texts: Texts) -> tuple[Part, ...]:
    """The messages of a digest, in order; there is always one."""
    blocks = [_Block(_head(digest, texts))]
    for number, card in enumerate(digest.stories, 1):
        blocks.extend(_story(number, card, digest, texts))
    blocks.extend(block for block in _tail(digest, texts) if block.html)
    ranges = cutting.pack([block.html for block in blocks], gap=_GAP)
    parts = [_part([blocks[index] for index in each], chat) for each in ranges]
    settings = Button(texts("render.button_settings"), data=callbacks.encode(Area.DIGEST, callbacks.Digest.SETTINGS))
    last = parts[-1].message
    parts[-1] = replace(parts[-1], message=replace(last, buttons=(*last.buttons, (settings,))))
    return tuple(parts)


def _part(blocks: Sequence[_Block], chat: Chat) -> Part:
    stories = tuple(dict.fromkeys(block.story for block in blocks if block.story is not None))
    numbers = {block.number: block.story for block in blocks if block.number is not None and block.story is not None}
    buttons = [
        Button(str(number), data=callbacks.encode(Area.STORY, callbacks.Story.CARD, story[0]))
        for number, story in numbers.items()
    ]
    rows = tuple(tuple(buttons[at : at + _NUMBERS_A_ROW]) for at in range(0, len(buttons), _NUMBERS_A_ROW))
    message = OutMessage(
        html=markup.join((block.html for block in blocks), _GAP),
        buttons=rows,
        silent=chat.silent,
        preview=chat.previews,
    )
    citations = tuple(dict.fromkeys(citation for block in blocks for citation in block.citations))
    return Part(
        message=message,
        stories=stories,
        citations=citations,
        sentences=tuple(sentence for block in blocks for sentence in block.sentences),
        corrects=any(block.corrects for block in blocks),
    )


def _head(digest: Digest, texts: Texts) -> Html:
    title = markup.bold(f"{texts.long_day(digest.slot.on)} · {texts.clock(digest.slot.at)}")
    lines = [title]
    if digest.stories:
        words = sum(len(sentence.text.split()) for card in digest.stories for sentence in card.sentences)
        words += sum(len(card.title.split()) for card in digest.stories)
        count = render.say(texts, "digest.stories", n=len(digest.stories))
        minutes = render.say(texts, "digest.minutes", n=max(1, math.ceil(words / _WORDS_PER_MINUTE)))
        lines.append(markup.join((count, minutes), texts("render.comma")))
    elif not digest.corrections:
        lines.append(render.say(texts, "digest.nothing_new"))
    if digest.late_since is not None:
        due_at = render.near_clock(digest.late_since, _today(digest), texts, digest.zone)
        sent_at = texts.clock(digest.composed_at, digest.zone)
        lines.append(markup.italic(render.say(texts, "digest.late", due_at=due_at, sent_at=sent_at)))
    if digest.missed:
        lines.append(markup.italic(render.say(texts, "digest.missed", n=digest.missed)))
    return markup.join(lines, "\n")


def _story(number: int, card: StoryCard, digest: Digest, texts: Texts) -> tuple[_Block, ...]:
    """The blocks of a story: one, but for a story that is longer than a message."""
    return _told(number, replace(card, score=0.0, reasons=()), digest.zone, _today(digest), texts.lang)


def _today(digest: Digest) -> date:
    """The reader's own day."""
    return digest.composed_at.astimezone(ZoneInfo(digest.zone)).date()


@lru_cache(maxsize=2048)  # a story goes to many readers in the same words: with it a digest takes a fifth of the time
def _told(number: int, card: StoryCard, zone: str, today: date, lang: str) -> tuple[_Block, ...]:
    texts = load(lang)
    known = render.numbered(card.sources)
    told = [(each, render.sentence(each, known)) for each in card.sentences]
    proofs = dict.fromkeys(citation for each, html in told if html for citation in each.citations if citation in known)
    cited = [known[citation] for citation in proofs]
    title = markup.join((markup.bold(f"{number}. "), render.headline(card.title, card.url)))
    marks = [title, render.status_word(card, texts)]
    if card.topic is not None:
        marks.append(render.say(texts, "digest.for_topic", topic=card.topic))
    since = markup.EMPTY
    if card.status is StoryStatus.UPDATE and card.told_at is not None:
        since = render.say(texts, "digest.since", when=render.near_clock(card.told_at, today, texts, zone))
    body = markup.join([since, *(html for _, html in told)], " ")
    named = cited or list(card.sources[:1])
    names = render.source_names(named)
    differing = render.differing(card, texts)[:1]
    disputed = [each for claim in card.differing[0] for each in claim.citations] if differing else []
    if card.outlets > 1:
        foot = markup.join((render.reach(card, today, texts, zone), names), " · ")
    else:  # the one outlet is among the names already
        foot = markup.join((names, markup.escape(render.near_clock(card.first_at, today, texts, zone))), " · ")
    html = markup.join((markup.join(marks, " · "), body, *differing, foot), "\n")
    told_of = tuple(dict.fromkeys([*(source.citation for source in named), *disputed]))
    *first, last = cutting.split(html)
    said = tuple(each for each, html in told if html)
    whole = _Block(last, (card.story_id, card.version), told_of, number, said)
    return (*(_Block(piece, None, told_of) for piece in first), whole)


def _tail(digest: Digest, texts: Texts) -> list[_Block]:
    """What stands below the stories."""
    quiet = [_quiet(topic, since, digest, texts) for topic, since in digest.quiet_topics]
    below = [*cutting.split(markup.join(quiet, "\n")), *_still(digest, texts)]
    footer = _Block(_footer(digest.footer, digest, texts))
    return [*_corrections(digest, texts), *map(_Block, below), footer]


def _quiet(topic: str, since: datetime | None, digest: Digest, texts: Texts) -> Html:
    if since is None:
        return render.say(texts, "digest.quiet_topic", topic=topic)
    return render.say(texts, "digest.quiet_topic_since", topic=topic, day=texts.long_day(since, digest.zone))


def _still(digest: Digest, texts: Texts) -> tuple[Html, ...]:
    named = [markup.link(" ".join(card.title.split()), card.url) for card in digest.still[:_STILL]]
    if not named:
        return ()
    return cutting.split(render.say(texts, "digest.still", stories=markup.join(named, "; ")))


def _corrections(digest: Digest, texts: Texts) -> list[_Block]:
    """Sentences that were told and were taken back since, each with what stands in its place."""
    blocks = []
    for each in digest.corrections:
        link = markup.link(each.publisher, each.url)
        said = markup.struck(markup.line(each.told))
        html = render.say(texts, "digest.corrected", text=each.now.text, source=link, told=said)
        *first, last = cutting.split(html)
        whole = _Block(last, citations=each.now.citations, sentences=(each.now,), corrects=True)
        blocks += [*map(_Block, first), whole]
    return blocks


def _footer(footer: Footer, digest: Digest, texts: Texts) -> Html:
    said: list[Html] = []
    if footer.sources_all:
        ok, all_of_them = texts.number(footer.sources_ok), texts.number(footer.sources_all)
        if footer.newest_at is None:
            said.append(render.say(texts, "digest.sources", ok=ok, all=all_of_them))
        else:
            newest = render.near_clock(footer.newest_at, _today(digest), texts, digest.zone)
            said.append(render.say(texts, "digest.sources_newest", ok=ok, all=all_of_them, newest=newest))
    admitted = (
        ("digest.openings_only", footer.openings_only),
        ("digest.by_lead", footer.by_lead),
        ("digest.waiting", footer.waiting),
    )
    said.extend(render.say(texts, key, n=number) for key, number in admitted if number)
    return markup.italic(markup.join(said, " "))
