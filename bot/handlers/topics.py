"""Questions: /topic and plain text, /latest, /search, /follow, /topics, /unfollow, buttons of an answer."""

import time
from dataclasses import replace
from datetime import timedelta

from bot import arguments, callbacks, markup, render_topic
from bot.callbacks import Area, Topic as Verb
from bot.desk import Desk, Visit
from bot.handlers import trends
from bot.handlers.hearing import why_silent
from bot.handlers.keyboard import button, rows_of, topic_rows, undo_button
from bot.handlers.places import city
from news.audience import Button, OutMessage
from news.doubts import answer_without
from news.ids import TopicId
from news.questions import TopicAnswer, TopicQuery

LATEST = 8
LATEST_DAYS = 3
RESULTS = 8
MOST_RESULTS = 80  # ten pages: who has not found it by then asks otherwise


async def text(desk: Desk, visit: Visit) -> None:
    """Plain text in private: a city where one was asked for, else a question."""
    of = await desk.memory.take_city(visit.chat)
    if of is None or not await city(desk, visit, of):
        await ask(desk, replace(visit, words=await _continued(desk, visit)))


async def _continued(desk: Desk, visit: Visit) -> str:
    """A follow-up ("and what does the EU say?") keeps the topic of the question before it for a while."""
    starts = tuple(visit.texts("chat.followup_starts").split("|"))
    words = visit.words.strip()
    if not words.lower().startswith(starts):
        return words
    last = await desk.memory.question(visit.chat)
    if last is None:
        return words
    rest = words[max(len(start) for start in starts if words.lower().startswith(start)) :]
    return f"{last} {rest}"


async def ask(desk: Desk, visit: Visit, days: int | None = None) -> None:
    """/topic QUESTION: an answer out of the stored articles, each sentence cited."""
    if not visit.words.strip():
        await desk.tell(visit, "chat.ask_what")
        return
    answer = await _answered(desk, visit, visit.words, days)
    for message in render_topic.topic_answer(answer, visit.texts, visit.chat.timetable.zone):
        await desk.send(visit.chat, _with_wishes(visit, message))


def _with_wishes(visit: Visit, message: OutMessage) -> OutMessage:
    return replace(message, preview=visit.chat.previews)


def _understood(visit: Visit, words: str, days: int | None = None) -> TopicQuery:
    return arguments.topic_query(words, visit.now, days=days, zone=visit.chat.timetable.zone, lang=visit.texts.lang)


async def pressed(desk: Desk, visit: Visit) -> None:
    """A button under an answer; the question stands in the answer itself."""
    press = callbacks.decode(visit.words)
    question = render_topic.question_of(visit.message_bold)
    days = press.number() or None
    match press.verb:
        case Verb.ASK:
            await _answer_again(desk, visit, question, days)
        case Verb.MORE:
            answer = await _answered(desk, visit, question, days)
            await desk.send(visit.chat, render_topic.topic_sources(answer, visit.texts, visit.chat.timetable.zone))
        case Verb.TIMELINE:
            answer = await _answered(desk, visit, question, days)
            await desk.send(visit.chat, render_topic.topic_timeline(answer, visit.texts, visit.chat.timetable.zone))
        case Verb.PAGE:
            await _results(desk, visit, question, days, max(0, press.number(1)))
        case Verb.TREND | Verb.PICTURE:
            dark = len(press.args) > 1 and press.number(1) == 1
            await trends.draw(desk, visit, Verb(press.verb), question, days, dark=dark)
        case Verb.FOLLOW:
            await follow(desk, replace(visit, words=question))
        case Verb.UP | Verb.DOWN:
            value = 1 if press.verb == Verb.UP else -1
            answer = await _answered(desk, visit, question, days)
            for story in answer.stories[:1]:
                await desk.services.chats.rate(visit.chat.id, story, value, visit.now)
            await desk.tell(visit, "chat.rated")
        case _:
            raise callbacks.stale()


async def _answered(desk: Desk, visit: Visit, question: str, days: int | None = None) -> TopicAnswer:
    """The answer as this chat is told it; the question is kept for a follow-up."""
    query = _understood(visit, question, days)
    await desk.think(visit)
    started_s = time.monotonic()
    answer = await desk.services.topics.answer(query, visit.now)
    await desk.answered(visit.now, time.monotonic() - started_s)
    await desk.memory.note_question(visit.chat, query.text)
    return answer_without(answer, await desk.doubted(visit.chat))


async def _answer_again(desk: Desk, visit: Visit, question: str, days: int | None) -> None:
    answer = await _answered(desk, visit, question, days)
    first, *others = render_topic.topic_answer(answer, visit.texts, visit.chat.timetable.zone)
    await desk.rewrite(visit, markup.trusted(first.html), first.buttons)
    for message in others:
        await desk.send(visit.chat, _with_wishes(visit, message))


async def latest(desk: Desk, visit: Visit) -> None:
    """/latest: the newest stories, one line each."""
    since = visit.now - timedelta(days=LATEST_DAYS)
    async with desk.services.open_unit(readonly=True) as unit:
        stories = await unit.stories.since(since, LATEST)
        members = await unit.articles.get([story.article_ids[-1] for story in stories if story.article_ids])
    urls = {article.id: article for article in members}
    if not stories:
        await desk.tell(visit, "chat.latest_none", n=LATEST_DAYS)
        return
    lines = [desk.words(visit, "chat.latest")]
    for story in stories:
        article = urls.get(story.article_ids[-1])
        headline = markup.link(story.title, article.url) if article else markup.escape(story.title)
        when = visit.texts.moment(story.last_seen, visit.chat.timetable.zone)
        lines.append(markup.join((headline, f" · {when}")))
    choices = [
        Button(str(number), data=callbacks.encode(Area.STORY, "card", story.id))
        for number, story in enumerate(stories, start=1)
    ]
    await desk.say(visit, markup.join(lines, "\n\n"), rows_of(choices, 8))


async def search(desk: Desk, visit: Visit) -> None:
    """/search WORDS: articles by relevance."""
    if not visit.words.strip():
        await desk.tell(visit, "chat.search_what")
        return
    await _results(desk, replace(visit, message_id=None), visit.words, None)


async def _results(desk: Desk, visit: Visit, question: str, days: int | None, page: int = 0) -> None:
    query = _understood(visit, question, days)
    await desk.think(visit)
    first = page * RESULTS
    hits = await desk.services.topics.search(query, visit.now, limit=min(first + RESULTS + 1, MOST_RESULTS))
    if not hits[first:]:
        await desk.tell(visit, "chat.search_none", query=query.text, n=query.window_days)
        return
    lines = [desk.words(visit, "chat.search_results", query=query.text)]
    for hit in hits[first : first + RESULTS]:
        when = visit.texts.day(hit.published_at, visit.chat.timetable.zone)
        lines.append(markup.join((markup.link(hit.title or hit.url, hit.url), f"\n{hit.publisher}, {when}")))
    turns = [("button.previous", page - 1)] if page else []
    turns += [("button.next", page + 1)] if len(hits) > first + RESULTS else []
    if len(query.text) > render_topic.LONGEST_QUESTION:
        turns = []  # the question would not come back from the message
    row = [
        Button(
            visit.texts(label),
            data=callbacks.encode(Area.TOPIC, Verb.PAGE, 0 if query.window_named else query.window_days, to),
        )
        for label, to in turns
    ]
    await desk.rewrite(visit, markup.join(lines, "\n\n"), [row] if row else ())


async def follow(desk: Desk, visit: Visit) -> None:
    """/follow TOPIC: a section of the digest."""
    if not visit.words.strip():
        await desk.tell(visit, "chat.follow_what")
        return
    query = _understood(visit, visit.words)
    topic = await desk.services.chats.follow(visit.chat.id, query.text, visit.now)
    undo = Button(visit.texts("button.undo"), data=callbacks.encode(Area.SETTINGS, "unfollow", topic.id))
    silent, mend = why_silent(desk, visit, [topic])
    words = [desk.words(visit, "chat.followed", query=topic.query), *([silent] if silent else [])]
    await desk.say(visit, markup.join(words, "\n\n"), [mend, [undo]])


async def topics(desk: Desk, visit: Visit) -> None:
    """/topics: what is followed, each with a button that ends it."""
    followed = await desk.services.chats.topics(visit.chat.id)
    pick = [button(visit, "button.pick", Area.START, "pick")]
    if not followed:
        await desk.tell(visit, "chat.topics_none", [pick])
        return
    silent, mend = why_silent(desk, visit, followed)
    words = [desk.words(visit, key) for key in ("chat.topics_list", "chat.topics_how")]
    html = markup.join([*words, *([silent] if silent else [])], "\n")
    await desk.say(visit, html, [*topic_rows(visit, followed), mend, pick])


async def unfollow(desk: Desk, visit: Visit) -> None:
    """/unfollow TOPIC or NUMBER: it has no section any more; the number is that in the list of /topics."""
    wanted = visit.words.strip().casefold()
    followed = await desk.services.chats.topics(visit.chat.id)
    for number, topic in enumerate(followed, start=1):
        if wanted in {topic.query.casefold(), str(number)}:
            await desk.memory.note_before(visit.chat, topic)
            await desk.services.chats.unfollow(visit.chat.id, TopicId(topic.id))
            await desk.tell(visit, "chat.unfollowed", [[undo_button(visit)]], query=topic.query)
            return
    if followed:
        await desk.tell(visit, "chat.unfollow_what", topic_rows(visit, followed))
    else:
        await topics(desk, visit)
