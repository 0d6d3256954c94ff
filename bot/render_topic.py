"""An answer to a topic question as one message, with buttons that ask it again for another window.

The question stands in the answer as its first bold words, whole: the buttons carry only a window, and `question_of` reads
the question back from the message under the button. So nothing of what people ask has to be stored, and a button works
after a restart as before it. A question too long to stand there in full has no such buttons.

What an answer offers first is what answers: sentences, then what is not agreed, who says what, how it developed, sources.
Where all of it does not fit, the parts that have a button of their own go first.
"""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot import callbacks, cutting, markup, render
from bot.callbacks import Area
from bot.markup import Html
from bot.render import Rows
from bot.texts import Texts
from news.audience import Button, OutMessage, SourceRef
from news.questions import TopicAnswer, TopicLine
from news.reading import Method

LONGEST_QUESTION = 200
"""Characters of a question that is repeated in full; a followed topic is not longer either."""

WINDOWS_DAYS = (1, 7, 30)
_LISTED = 25  # articles in a list


def question_of(first_bold: str) -> str:
    """The question that an answer was made for, from the first bold words of the message."""
    return " ".join(first_bold.replace("\N{WORD JOINER}", "").split())


def topic_answer(answer: TopicAnswer, texts: Texts, zone: str = "UTC") -> tuple[OutMessage, ...]:
    """The answer, or what comes nearest to one."""
    blocks = _found(answer, texts, zone) if answer.found else _not_found(answer, texts, zone)
    return (render.one_message(blocks, _buttons(answer, texts)),)


def topic_sources(answer: TopicAnswer, texts: Texts, zone: str = "UTC") -> OutMessage:
    """The articles that an answer rests on, with their headlines."""
    listed = _articles(answer.sources or answer.nearest, answer, texts, zone)
    return render.one_message([head(answer, texts), listed or render.say(texts, "answer.nothing")])


def window_of(answer: TopicAnswer) -> int:
    """The days that a button under an answer carries: back from the press, or 0 for the days that the question itself names."""
    return 0 if answer.query.window_named else answer.window_days


def topic_timeline(answer: TopicAnswer, texts: Texts, zone: str = "UTC") -> OutMessage:
    """How the topic developed."""
    told = render.story_timeline(_question(answer), answer.timeline, answer.sources, texts, zone)
    if not answer.timeline or len(" ".join(answer.query.text.split())) > LONGEST_QUESTION:
        return told
    data = callbacks.encode(Area.TOPIC, callbacks.Topic.PICTURE, window_of(answer))
    return replace(told, buttons=((Button(texts("render.button_picture"), data=data),),))


def _found(answer: TopicAnswer, texts: Texts, zone: str) -> list[Html]:
    known = {source.n: source for source in answer.sources}
    told = markup.join((render.topic_line(line, known) for line in answer.sentences), " ")
    disputed = markup.join((render.topic_line(line, known) for line in answer.disagreements), "\n")
    sections = [
        ("answer.disagreements", answer.disagreements, disputed),
        ("answer.perspectives", answer.perspectives, render.perspectives(answer.perspectives, answer.sources, texts)),
        (
            "answer.timeline",
            answer.timeline,
            render.timeline(answer.timeline, answer.sources, texts, zone, _year(answer, zone)),
        ),
    ]
    shown = [section for section in sections if section[2]]
    titled = [
        markup.join((markup.bold(texts(key)), markup.quote(html, expandable=True)), "\n") for key, _, html in shown
    ]
    first = [head(answer, texts), told]
    lines = [answer.sentences, *(lines for _, lines, _ in shown)]
    while True:
        last = [_sources_line(lines, answer, texts, zone), _method(answer, texts)]
        if not titled or _fits([*first, *titled, *last]):
            return [*first, *titled, *last]
        titled.pop()
        lines.pop()


def _not_found(answer: TopicAnswer, texts: Texts, zone: str) -> list[Html]:
    said = render.say(texts, "answer.not_found", n=answer.window_days)
    nearest = _articles(answer.nearest, answer, texts, zone)
    near = markup.join((render.say(texts, "answer.nearest"), nearest), "\n") if nearest else markup.EMPTY
    return [markup.join((markup.bold(_question(answer)), said), "\n"), near]


def head(answer: TopicAnswer, texts: Texts) -> Html:
    """The question in bold, the window and how many articles speak of it."""
    window = render.say(texts, "answer.days", n=answer.window_days)
    counted = render.spread(answer.articles, answer.outlets, answer.countries, texts)
    lines = [markup.bold(_question(answer)), markup.italic(markup.join((window, counted), " · "))]
    if answer.widened:
        lines.append(markup.italic(render.say(texts, "answer.widened", n=answer.window_days)))
    return markup.join(lines, "\n")


def _question(answer: TopicAnswer) -> str:
    asked = " ".join(answer.query.text.split())
    return asked if len(asked) <= LONGEST_QUESTION else f"{asked[:LONGEST_QUESTION]}…"


def _method(answer: TopicAnswer, texts: Texts) -> Html:
    if answer.method is not Method.ABSTRACTIVE:
        return markup.EMPTY
    return markup.italic(render.say(texts, "answer.abstractive"))


def _sources_line(shown: Sequence[Sequence[TopicLine]], answer: TopicAnswer, texts: Texts, zone: str) -> Html:
    """Every article whose number stands in the lines shown."""
    used = {number for lines in shown for line in lines for number in line.cites}
    cited = [source for source in answer.sources if source.n in used]
    year = _year(answer, zone)
    return markup.join(
        (
            markup.join(
                (
                    render.source_names([source]),
                    markup.escape(f", {render.day(source.published_at, texts, zone, year)}"),
                ),
            )
            for source in cited
        ),
        "  ",
    )


def _year(answer: TopicAnswer, zone: str) -> int:
    """The year that needs no telling: that of the window's end."""
    return answer.query.window.until.astimezone(ZoneInfo(zone)).year


def _articles(sources: Sequence[SourceRef], answer: TopicAnswer, texts: Texts, zone: str) -> Html:
    """Headlines that open their articles, one a line."""
    year = _year(answer, zone)
    return markup.join(
        (
            markup.join(
                (
                    markup.link(" ".join(source.title.split()), source.url),
                    markup.italic(f"{source.publisher}, {render.day(source.published_at, texts, zone, year)}"),
                ),
                " · ",
            )
            for source in sources[:_LISTED]
        ),
        "\n",
    )


def _buttons(answer: TopicAnswer, texts: Texts) -> Rows:
    if len(" ".join(answer.query.text.split())) > LONGEST_QUESTION:
        return ()

    def button(label: str, verb: callbacks.Topic, days: int) -> Button:
        return Button(label, data=callbacks.encode(Area.TOPIC, verb, days))

    days = window_of(answer)
    windows = tuple(
        button(texts("render.button_days", n=window), callbacks.Topic.ASK, window)
        for window in WINDOWS_DAYS
        if window != days
    )
    follow = button(texts("render.button_follow"), callbacks.Topic.FOLLOW, days)
    if not answer.found:
        wider = tuple(each for each in windows if int((each.data or "").rsplit(":", 1)[1]) > answer.window_days)
        return (wider, (follow,)) if wider else ((follow,),)
    more = button(texts("render.button_sources"), callbacks.Topic.MORE, days)
    developed = button(texts("render.button_timeline"), callbacks.Topic.TIMELINE, days)
    thumbs = (button("👍", callbacks.Topic.UP, days), button("👎", callbacks.Topic.DOWN, days))
    chart = button(texts("render.button_trend"), callbacks.Topic.TREND, days)
    return ((more, developed, chart) if answer.timeline else (more, chart), windows, (follow, *thumbs))


def _fits(blocks: Sequence[Html]) -> bool:
    return cutting.measure(markup.join(blocks, "\n\n")).fits(cutting.MESSAGE)
