"""What all messages about news are made of: cited sentences, lists of sources, story cards.

In: frozen entities of the core, the words of the chat's language (`Texts`), its zone. Out: `Html`, or `OutMessage`s that
fit one message. Every sentence carries a link to each article it comes from, as a small raised number; a sentence whose
article is not among the sources is not told at all. Nothing here asks the clock or the database.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import callbacks, cutting, markup
from bot.callbacks import Area
from bot.markup import Html
from bot.texts import Texts
from news.audience import Button, OutMessage, SourceRef, StoryCard, StoryStatus
from news.questions import TopicLine
from news.reading import Citation, CitedSentence

Rows = tuple[tuple[Button, ...], ...]

_HEADLINE_CHARS = 300  # longer ones are a feed's fault; the link leads to the rest
_COUNTRYLESS = frozenset({"western", "other"})  # groups of publishers that are no country's
_RATED = {1: callbacks.Story.UP, -1: callbacks.Story.DOWN}


def say(texts: Texts, key: str, **values: str | int) -> Html:
    """Words of our own with values put in; a value that is not HTML is escaped."""
    ready = {name: markup.line(value) if isinstance(value, str) else value for name, value in values.items()}
    return markup.trusted(texts(key, **ready))


def headline(title: str, url: str) -> Html:
    """A bold headline that opens its article."""
    words = " ".join(title.split())
    shown = words if len(words) <= _HEADLINE_CHARS else words[:_HEADLINE_CHARS].rsplit(" ", 1)[0] + "…"
    return markup.bold(markup.link(shown, url))


def references(sources: Iterable[SourceRef]) -> Html:
    """Small raised numbers, each opening its article."""
    return markup.join((markup.link(markup.superscript(source.n), source.url) for source in sources), " ")


def numbered(sources: Sequence[SourceRef]) -> Mapping[Citation, SourceRef]:
    """The sources by what they prove."""
    return {source.citation: source for source in sources}


def sentence(cited: CitedSentence, sources: Mapping[Citation, SourceRef]) -> Html:
    """A sentence with its references; nothing where no source proves it."""
    proofs = [sources[citation] for citation in dict.fromkeys(cited.citations) if citation in sources]
    return markup.join((markup.line(cited.text), references(proofs))) if proofs else markup.EMPTY


def topic_line(line: TopicLine, sources: Mapping[int, SourceRef]) -> Html:
    """A line of an answer with its references; nothing where no source proves it."""
    proofs = [sources[number] for number in dict.fromkeys(line.cites) if number in sources]
    return markup.join((markup.line(line.text), references(proofs))) if proofs else markup.EMPTY


def source_names(sources: Sequence[SourceRef]) -> Html:
    """¹ Euronews ² TASS, on one line, each opening its article."""
    return markup.join((_named(source) for source in sources), " ")


def source_list(sources: Sequence[SourceRef], texts: Texts, zone: str) -> Html:
    """Sources with headline and day, one a line."""
    return markup.join(
        (
            markup.join(
                (
                    _named(source),
                    markup.escape(f", {texts.day(source.published_at, zone)}: "),
                    markup.line(source.title),
                )
            )
            for source in sources
        ),
        "\n",
    )


def spread(articles: int, outlets: int, countries: int, texts: Texts) -> Html:
    """9 articles, 6 outlets, 4 countries: what is none is left out."""
    counted = (("render.articles", articles), ("render.outlets", outlets), ("render.countries", countries))
    return markup.join((say(texts, key, n=number) for key, number in counted if number), texts("render.comma"))


def near_clock(moment: datetime, today: date, texts: Texts, zone: str) -> str:
    """The time of day, with the day where it is not the reader's today."""
    same_day = moment.astimezone(ZoneInfo(zone)).date() == today
    return texts.clock(moment, zone) if same_day else texts.moment(moment, zone)


def reach(card: StoryCard, today: date, texts: Texts, zone: str) -> Html:
    """9 outlets, 5 countries · first: TASS 06:10."""
    parts: list[Html] = []
    if card.outlets > 1:
        parts.append(spread(0, card.outlets, card.countries if card.countries > 1 else 0, texts))
    at = near_clock(card.first_at, today, texts, zone)
    parts.append(
        say(texts, "render.first" if card.outlets > 1 else "render.only", publisher=card.first_publisher, at=at)
    )
    return markup.join(parts, " · ")


def differing(card: StoryCard, texts: Texts) -> list[Html]:
    """The numbers on which publishers differ, a line for each thing that is counted: who says what, in their words."""
    known = numbered(card.sources)
    lines = []
    for claims in card.differing:
        said = [
            say(texts, "render.claim", text=claim.text, sources=source_names([known[each] for each in claim.citations]))
            for claim in claims
            if all(each in known for each in claim.citations)
        ]
        if len(said) > 1:
            lines.append(say(texts, "render.differ", claims=markup.join(said, "; ")))
    return lines


def story_card(card: StoryCard, now: datetime, texts: Texts, zone: str = "UTC", rating: int = 0) -> OutMessage:
    """A story by itself, with what can be done about it. `rating` is the reader's own: 1, 0 or -1."""
    known = numbered(card.sources)
    told = markup.join((sentence(each, known) for each in card.sentences), " ")
    said = [*card.sentences, *(claim for claims in card.differing for claim in claims)]
    cited = [source for source in card.sources if any(source.citation in each.citations for each in said)]
    others = [source for source in card.sources if source not in cited]
    lines = [
        headline(card.title, card.url),
        told,
        *differing(card, texts),
        markup.italic(reach(card, now.astimezone(ZoneInfo(zone)).date(), texts, zone)),
        markup.quote(source_list(cited + others, texts, zone), expandable=True),
    ]
    return one_message(lines, story_buttons(card.story_id, texts, rating))


def story_buttons(story_id: int, texts: Texts, rating: int = 0) -> Rows:
    """What can be done about a story; the reader's own rating is marked."""

    def button(verb: callbacks.Story, label: str) -> Button:
        return Button(label, data=callbacks.encode(Area.STORY, verb, story_id))

    rated = _RATED.get(rating)
    thumbs = (("👍", callbacks.Story.UP), ("👎", callbacks.Story.DOWN))
    return (
        (
            button(callbacks.Story.TIMELINE, texts("render.button_timeline")),
            button(callbacks.Story.PERSPECTIVES, texts("render.button_perspectives")),
        ),
        (
            *(button(verb, f"{sign} ✓" if verb is rated else sign) for sign, verb in thumbs),
            button(callbacks.Story.MUTE, texts("render.button_mute")),
        ),
    )


def story_timeline(
    title: str, lines: Sequence[TopicLine], sources: Sequence[SourceRef], texts: Texts, zone: str = "UTC"
) -> OutMessage:
    """How a story or a topic developed, oldest first."""
    return one_message(
        [
            markup.bold(title),
            timeline(lines, sources, texts, zone) or say(texts, "render.no_timeline"),
            _cited(lines, sources, texts, zone),
        ]
    )


def story_perspectives(
    title: str, lines: Sequence[TopicLine], sources: Sequence[SourceRef], texts: Texts, zone: str = "UTC"
) -> OutMessage:
    """Who says what about a story."""
    return one_message(
        [
            markup.bold(title),
            perspectives(lines, sources, texts) or say(texts, "render.no_perspectives"),
            _cited(lines, sources, texts, zone),
        ]
    )


def day(moment: datetime, texts: Texts, zone: str, year: int | None = None) -> str:
    """A short day, with its year where that is not the given one; None leaves every year out."""
    local = moment.astimezone(ZoneInfo(zone))
    return texts.day(moment, zone) if year in {None, local.year} else texts.full_date(moment, zone)


def timeline(
    lines: Sequence[TopicLine], sources: Sequence[SourceRef], texts: Texts, zone: str, year: int | None = None
) -> Html:
    """Dated lines; a day is named once, with its year where that is not the given one."""
    known = {source.n: source for source in sources}
    shown: list[Html] = []
    named = ""
    for line in lines:
        told = topic_line(line, known)
        if not told:
            continue
        of_line = day(line.at, texts, zone, year) if line.at is not None else ""
        shown.append(markup.join((markup.bold(of_line) if of_line != named else markup.EMPTY, told), " "))
        named = of_line
    return markup.join(shown, "\n")


def perspectives(lines: Sequence[TopicLine], sources: Sequence[SourceRef], texts: Texts) -> Html:
    """A line for each group of publishers."""
    known = {source.n: source for source in sources}
    shown = ((group_name(line.group, texts), topic_line(line, known)) for line in lines)
    return markup.join((markup.join((markup.bold(name), told), ": ") for name, told in shown if told), "\n")


def group_name(group: str | None, texts: Texts) -> Html:
    """A group's key as people say it: "state:RU" is "State media, Russia", "western" is "Western media"."""
    kind, _, country = (group or "").partition(":")
    key = f"render.group_{kind}"
    if key not in texts or (kind not in _COUNTRYLESS and not re.fullmatch(r"[A-Z]{2}", country)):
        return say(texts, "render.group_other")
    return say(texts, key) if kind in _COUNTRYLESS else say(texts, key, country=texts.country(country))


def status_word(card: StoryCard, texts: Texts) -> Html:
    """What the story is to this reader: new, an update, or going on."""
    keys = {StoryStatus.NEW: "new", StoryStatus.UPDATE: "update", StoryStatus.STILL: "still"}
    return markup.italic(say(texts, f"render.status_{keys[card.status]}"))


def one_message(blocks: Sequence[Html], buttons: Rows = ()) -> OutMessage:
    """Blocks as one message: those that do not fit are left out from the end, the first is cut if it must be."""
    kept = [block for block in blocks if block]
    while len(kept) > 1 and not cutting.measure(markup.join(kept, "\n\n")).fits(cutting.MESSAGE):
        kept.pop()
    return OutMessage(html=cutting.split(markup.join(kept, "\n\n"))[0], buttons=buttons)


def _cited(lines: Sequence[TopicLine], sources: Sequence[SourceRef], texts: Texts, zone: str) -> Html:
    """The articles that the lines rest on."""
    used = {number for line in lines for number in line.cites}
    cited = [source for source in sources if source.n in used]
    return markup.quote(source_list(cited, texts, zone), expandable=True)


def _named(source: SourceRef) -> Html:
    return markup.link(f"{markup.superscript(source.n)} {source.publisher}", source.url)
