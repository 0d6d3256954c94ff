"""About one article: a web address or forwarded text in private, /why."""

from functools import lru_cache

from bot import arguments, markup, render_given, texts
from bot.desk import Desk, Visit
from bot.handlers import topics
from news.entities import Document, Trace
from news.errors import BadRequest
from news.provenance import Why
from news.selection import FACTORS, Score

CORRECTIONS = 3  # of an article that /why names
LISTED = 5  # articles of an address that is a list
LONG_TEXT = 400  # characters from which a text is something to be summarized, not a question


async def page(desk: Desk, visit: Visit) -> None:
    """/summarize ADDRESS: its summary, set among the stored stories; in private an address alone is enough."""
    if not visit.words.strip():
        await desk.tell(visit, "chat.summarize_what")
        return
    url = arguments.url(visit.words.split()[0])
    await desk.think(visit)
    documents = await desk.services.reader.extract(url)
    if not documents or not documents[0].text.strip():
        raise BadRequest("There is no article.", code="no_text")
    if len(documents) > 1:
        newest = [markup.link(each.title or each.url, each.url) for each in documents[:LISTED] if each.url]
        await desk.say(visit, markup.join((desk.words(visit, "chat.page_of_many"), *newest), "\n\n"))
        return
    await _summary(desk, visit, documents[0])


async def given_text(desk: Desk, visit: Visit) -> None:
    """A long or forwarded text: its summary."""
    await desk.think(visit)
    await _summary(desk, visit, Document(target="text", text=visit.words))


async def _summary(desk: Desk, visit: Visit, document: Document) -> None:
    given = await desk.services.given.summarize(document, visit.now)
    await desk.send(visit.chat, render_given.summary(given, visit.texts, visit.chat.timetable.zone))


async def why(desk: Desk, visit: Visit) -> None:
    """/why ADDRESS: what became of an article, and whether this chat was told."""
    if not visit.words.strip():
        await desk.tell(visit, "chat.why_what")
        return
    found = await desk.services.provenance.why(arguments.url(visit.words.split()[0]), visit.now, chat_id=visit.chat.id)
    zone = visit.chat.timetable.zone
    if not found.known:
        await desk.tell(visit, "chat.why_unknown")
        return
    lines: list[markup.Html] = []
    if found.article is not None:
        lines.append(markup.bold(markup.link(found.article.title or found.url, found.article.url)))
        at = visit.texts.moment(found.article.read_at, zone)
        lines.append(desk.words(visit, "chat.why_read", at=at, source=found.source_name or ""))
    for trace in found.traces:
        at = visit.texts.moment(trace.at, zone)
        lines.append(desk.words(visit, "chat.why_step", at=at, outcome=_outcome(visit, trace)))
    if found.story is not None:
        lines.append(desk.words(visit, "chat.why_story", title=found.story.title))
        if found.story.written is not None:
            lines.append(desk.words(visit, "chat.why_written", model=found.story.written.model))
    if found.weight is not None:
        lines.append(_weight(desk, visit, found.weight))
    for each in found.corrections[:CORRECTIONS]:
        at = visit.texts.moment(each.at, zone)
        lines.append(desk.words(visit, "chat.why_corrected", at=at, told=each.told, now=each.now))
    lines.extend(_reasons(desk, visit, found))
    await desk.say(visit, markup.join(lines, "\n"))


def _reasons(desk: Desk, visit: Visit, found: Why) -> list[markup.Html]:
    """Whether the chat was told, and why or why not."""
    zone = visit.chat.timetable.zone
    told = [each.sent_at for each in found.deliveries if each.sent_at is not None]
    lines = [desk.words(visit, "chat.why_told", at=visit.texts.moment(sent_at, zone)) for sent_at in told[:3]]
    if not told:
        lines.append(desk.words(visit, "chat.why_not_told"))
    if found.reason is not None and f"why.{found.reason}" in visit.texts:
        lines.append(desk.words(visit, f"why.{found.reason}"))
    lines.extend(desk.words(visit, key) for key in _thumb(found) if key != f"why.{found.reason}")
    return lines


def _weight(desk: Desk, visit: Visit, weight: Score) -> markup.Html:
    """What a story weighs, and each part of it: what is added, and what it is multiplied with."""
    parts = [
        f"{visit.texts(f'weight.{name}')} {'×' if name in FACTORS else ''}{visit.texts.number(round(worth, 2))}"
        for name, worth in weight.reasons
    ]
    return desk.words(
        visit, "chat.why_weight", all=visit.texts.number(round(weight.value, 2)), parts=visit.texts.listed(parts)
    )


def _thumb(found: Why) -> list[str]:
    """What the chat's thumb under the story does."""
    signals = {name for name, _ in found.weight.reasons} if found.weight is not None else set()
    return [f"why.{thumb}" for thumb in ("liked", "disliked") if thumb in signals]


def _outcome(visit: Visit, trace: Trace) -> str:
    """What a read took the address for, in the person's words."""
    key = f"why.{trace.outcome}"
    return visit.texts(key) if key in visit.texts else f"{trace.outcome} {trace.detail}".strip()


async def words(desk: Desk, visit: Visit) -> None:
    """Whatever is written in private: a greeting, an address, a text to be summarized, a city, or a question."""
    parts = visit.words.split()
    if " ".join(parts).strip("!.,?…！。؟").casefold() in _small_talk():
        await desk.tell(visit, "chat.hint")
    elif len(parts) == 1 and "://" in parts[0]:
        await page(desk, visit)
    elif len(visit.words) >= LONG_TEXT:
        await given_text(desk, visit)
    else:
        await topics.text(desk, visit)


@lru_cache(maxsize=1)
def _small_talk() -> frozenset[str]:
    """Greetings and thanks in every language: no news is asked for."""
    return frozenset(word for lang in texts.available() for word in texts.load(lang)("chat.small_talk").split("|"))
