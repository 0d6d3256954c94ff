"""The pictures of a topic with their captions: how much was reported a day and by whom, and how it developed.

In: an answer, when each article was published and by which group. Out: what `bot.charts` draws, and the message that
carries the PNG. Days are the reader's own; a long window is told by weeks. The caption begins with the question in bold,
as an answer does, so that its buttons can ask it again.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import callbacks, charts, cutting, markup, render, render_topic
from bot.callbacks import Area
from bot.markup import Html
from bot.texts import Texts
from news.audience import Attachment, Button, FileKind, OutMessage
from news.questions import TopicAnswer, TopicLine
from news.topics import Report

MOST_BARS = 45
"""More days than that are told by weeks: bars would be thinner than a finger's width allows to tell apart."""

MOST_GROUPS = 5
_DISCS = "①②③④⑤⑥⑦⑧⑨⑩"
_DRAWN = ("LATIN", "CYRILLIC", "GREEK")  # scripts that the chart's font has and that need no shaping


def trend(
    answer: TopicAnswer, reports: Sequence[Report], now: datetime, texts: Texts, zone: str, *, dark: bool = False
) -> charts.Trend:
    """The bars, of every day of the window from the first report on."""
    bars = _bars(answer, reports, now, zone)
    counts = Counter(report.group for report in reports)
    groups = [group for group, _ in counts.most_common()]
    if len(groups) > MOST_GROUPS:
        groups = groups[: MOST_GROUPS - 1]
    by_name: dict[str, list[int]] = {}
    for report in reports:
        name = _drawn(report.group if report.group in groups else None, texts)
        by_name.setdefault(name, [0] * len(bars))[_bar_of(report.at, bars, zone)] += 1
    return charts.Trend(
        days=bars,
        labels=tuple(drawn_day(bar, texts) for bar in bars),
        groups=tuple((name, tuple(of_bar)) for name, of_bar in sorted(by_name.items(), key=lambda each: -sum(each[1]))),
        events=tuple(_bar_of(line.at, bars, zone) for line in _events(answer) if line.at is not None),
        dark=dark,
    )


def timeline(
    answer: TopicAnswer, reports: Sequence[Report], texts: Texts, zone: str, *, dark: bool = False
) -> charts.Timeline:
    """The events of the answer's timeline with the reports of their days."""
    days = Counter(_local(report.at, zone) for report in reports)
    events = [line.at for line in _events(answer) if line.at is not None]
    year = answer.query.window.until.astimezone(ZoneInfo(zone)).year
    return charts.Timeline(
        labels=tuple(_drawable(render.day(at, texts, zone, year)) or _digits(_local(at, zone)) for at in events),
        reports=tuple(max(1, days[_local(at, zone)]) for at in events),
        dark=dark,
    )


def message(answer: TopicAnswer, png: bytes, texts: Texts, again: callbacks.Topic, *, dark: bool = False) -> OutMessage:
    """The picture with its words; `again` is the button's verb that draws it on the other ground."""
    known = {source.n: source for source in answer.sources}
    told = (
        markup.join((_DISCS[at], " ", render.topic_line(line, known)))
        for at, line in enumerate(_events(answer))
        if render.topic_line(line, known)
    )
    blocks = [render_topic.head(answer, texts), *told]
    while len(blocks) > 1 and not cutting.measure(markup.join(blocks, "\n\n")).fits(cutting.CAPTION):
        blocks.pop()
    caption = cutting.split(markup.join(blocks, "\n\n"), limit=cutting.CAPTION)[0]
    other = Button(
        texts("render.button_light" if dark else "render.button_dark"),
        data=callbacks.encode(Area.TOPIC, again, render_topic.window_of(answer), 0 if dark else 1),
    )
    picture = Attachment(kind=FileKind.PHOTO, name="topic.png", data=png)
    repeatable = len(answer.query.text) <= render_topic.LONGEST_QUESTION
    return OutMessage(html=caption, buttons=((other,),) if repeatable else (), attachment=picture)


def nothing(answer: TopicAnswer, texts: Texts) -> Html:
    """What is said where there is nothing to draw."""
    return render.say(texts, "answer.not_found", n=answer.window_days)


def _events(answer: TopicAnswer) -> Sequence[TopicLine]:
    return answer.timeline[: len(_DISCS)]


def _bars(answer: TopicAnswer, reports: Sequence[Report], now: datetime, zone: str) -> tuple[date, ...]:
    last = _local(min(now, max((report.at for report in reports), default=now)), zone)
    if answer.widened or not answer.query.window_asked or answer.query.window.until >= now:
        last = _local(now, zone)
    first = min((_local(report.at, zone) for report in reports), default=last)
    if answer.window_days <= MOST_BARS:
        first = min(first, last - timedelta(days=answer.window_days - 1))
    step = 1 if (last - first).days < MOST_BARS else 7
    return tuple(first + timedelta(days=away) for away in range(0, max(0, (last - first).days) + 1, step))


def _bar_of(at: datetime, bars: Sequence[date], zone: str) -> int:
    """The bar of a moment: the last one that begins on its day or before."""
    day = _local(at, zone)
    return max((place for place, first in enumerate(bars) if first <= day), default=0)


def _local(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _drawn(group: str | None, texts: Texts) -> str:
    """A group's name if the chart's font can write it, else its country's code."""
    name = _drawable(cutting.plain(render.group_name(group, texts)))
    if name:
        return name
    kind, _, country = (group or "").partition(":")
    return f"{country} {kind}".strip() or "…"


def drawn_day(on: date, texts: Texts) -> str:
    """A day as the chart's font can write it."""
    return _drawable(texts.day(on)) or _digits(on)


def _drawable(words: str) -> str:
    """The words if the chart's font has their letters; nothing where it has not, or would have to join them."""
    plain = "".join(letter for letter in words if unicodedata.category(letter) != "Cf")
    letters = [letter for letter in plain if letter.isalpha()]
    return plain if all(unicodedata.name(letter, "").startswith(_DRAWN) for letter in letters) else ""


def _digits(on: date) -> str:
    return f"{on.month}-{on.day:02}"
