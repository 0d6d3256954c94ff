"""/trend and the buttons that draw: a topic's coverage as a chart, its timeline as a picture."""

import asyncio

from bot import arguments, charts, markup, render_trend
from bot.callbacks import Topic as Verb
from bot.desk import Desk, Visit


async def trend(desk: Desk, visit: Visit) -> None:
    """/trend TOPIC: how much was reported each day and by whom, as a picture."""
    if not visit.words.strip():
        await desk.tell(visit, "chat.trend_what")
        return
    await draw(desk, visit, Verb.TREND, visit.words)


async def draw(
    desk: Desk, visit: Visit, picture: Verb, question: str, days: int | None = None, *, dark: bool = False
) -> None:
    """Send the chart or the timeline of a question's answer; where nothing was found, say so."""
    zone, texts = visit.chat.timetable.zone, visit.texts
    query = arguments.topic_query(question, visit.now, days=days, zone=zone, lang=texts.lang)
    await desk.think(visit)
    answer, reports = await desk.services.topics.trend(query, visit.now)
    if not answer.found or not reports:
        await desk.say(visit, markup.join((markup.bold(question), render_trend.nothing(answer, texts)), "\n"))
        return
    if picture is Verb.PICTURE and answer.timeline:
        png = await asyncio.to_thread(charts.timeline, render_trend.timeline(answer, reports, texts, zone, dark=dark))
    else:
        png = await asyncio.to_thread(
            charts.trend, render_trend.trend(answer, reports, visit.now, texts, zone, dark=dark)
        )
    await desk.send(visit.chat, render_trend.message(answer, png, texts, picture, dark=dark))
