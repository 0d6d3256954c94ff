"""/stats: how many read, are read, wait and were sent today, and a picture of the last days."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot import callbacks, charts, markup
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button
from bot.render_trend import drawn_day
from news.audience import Attachment, ChatStatus, FileKind, OutMessage
from news.entities import SourceKind, SourceStatus
from news.notes import ANSWER_MS, QUESTIONS, READERS

DAYS = 14  # in the picture


@dataclass(frozen=True, slots=True)
class _Days:
    """What happened on each of the last days, oldest first."""

    on: tuple[date, ...]
    readers: tuple[int, ...]
    digests: tuple[int, ...]
    questions: tuple[int, ...]
    answer_s: float | None  # today's mean


async def stats(desk: Desk, visit: Visit) -> None:
    """How many read, are read, wait and were sent, with a picture of the last days."""
    await _send(desk, visit, dark=False)


async def pressed(desk: Desk, visit: Visit) -> None:
    """The same on the other ground."""
    press = callbacks.decode(visit.words)
    if press.args not in {("0",), ("1",)}:
        raise callbacks.stale()
    await _send(desk, visit, dark=press.args == ("1",))


async def _send(desk: Desk, visit: Visit, *, dark: bool) -> None:
    await desk.line.typing(visit.answers_to)
    days = await _days(desk, visit.now)
    labels = tuple(drawn_day(on, visit.texts) for on in days.on)
    chart = charts.Days(labels=labels, rows=(days.readers, days.digests, days.questions), dark=dark)
    picture = Attachment(kind=FileKind.PHOTO, name="stats.png", data=await asyncio.to_thread(charts.days, chart))
    other = button(visit, "render.button_light" if dark else "render.button_dark", Area.ADMIN, "stats", int(not dark))
    html = markup.join((await _told(desk, visit, days), desk.words(visit, "admin.stats_picture", n=DAYS)), "\n\n")
    await desk.send(visit.said_in, OutMessage(html=html, buttons=((other,),), attachment=picture))


async def _told(desk: Desk, visit: Visit, days: _Days) -> markup.Html:
    async with desk.services.open_unit(readonly=True) as unit:
        chats = await unit.chats.count_by_status()
        sources = [source for source in await unit.sources.all() if source.kind is not SourceKind.HAND]
        articles = await unit.articles.count_read(visit.now - timedelta(days=1))
        waiting = await unit.articles.count_unenriched()
        counts = await unit.deliveries.counts(visit.now)
    read = [source for source in sources if source.status is SourceStatus.ACTIVE]
    number = visit.texts.number
    return desk.words(
        visit,
        "admin.stats",
        active=number(chats.get(ChatStatus.ACTIVE, 0)),
        chats=number(sum(chats.values())),
        ok=number(sum(source.state.error_code is None for source in read)),
        sources=number(len(sources)),
        articles=number(articles),
        waiting=number(waiting),
        pending=number(int(counts.get("pending", 0))),
        sent=number(int(counts.get("sent", 0))),
        failed=number(int(counts.get("failed", 0))),
        questions=number(days.questions[-1]),
        seconds="–" if days.answer_s is None else number(max(0.1, round(days.answer_s, 1))),
    )


async def _days(desk: Desk, now: datetime) -> _Days:
    on = tuple(now.date() - timedelta(days=away) for away in reversed(range(DAYS)))
    async with desk.services.open_unit(readonly=True) as unit:
        sums = await unit.usage.since(on[0], [READERS, QUESTIONS, ANSWER_MS])
        digests = await unit.usage.digests_since(on[0])
        active = (await unit.chats.count_by_status()).get(ChatStatus.ACTIVE, 0)
    readers = {**sums.get(READERS, {}), on[-1]: active}
    questions = sums.get(QUESTIONS, {})
    asked = questions.get(on[-1], 0)
    return _Days(
        on=on,
        readers=tuple(readers.get(day, 0) for day in on),
        digests=tuple(digests.get(day, 0) for day in on),
        questions=tuple(questions.get(day, 0) for day in on),
        answer_s=sums[ANSWER_MS][on[-1]] / asked / 1000 if asked else None,
    )
