"""`byline search`, `topic`, `stories`, `why`, `digest`: what is found and told, as the chat would be told it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot import arguments
from bot.commands import options, rows
from bot.commands.chats import find
from bot.commands.output import complain, emit, progress, say, table
from bot.commands.running import with_services
from bot.services import Services
from news.audience import SourceRef
from news.entities import Article, Refusal
from news.errors import NewsError
from news.ids import SourceId
from news.provenance import Why
from news.questions import SearchResult, TopicAnswer, TopicLine
from news.reading import Story

STORIES = 10_000


def search(  # noqa: PLR0913, PLR0917 - the options of a command
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="What to look for.")] = None,
    queries: Annotated[Path | None, typer.Option("--queries", metavar="FILE", help="Rows: id, query.")] = None,
    limit: options.Limit = 10,
    days: options.Days = options.DEFAULT_DAYS,
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Find articles by relevance alone."""
    if (query is None) == (queries is None):
        raise typer.BadParameter("give a QUERY, or --queries FILE")

    async def work(services: Services) -> bool:
        now = options.now(at)
        refused: list[Refusal] = []
        asked: list[tuple[str | int | None, str]] = [(None, str(query))]
        if queries is not None:
            found, refused = rows.read(queries, rows.QueryRow)
            asked = [(row.id, row.query) for _, row in found]
        with progress(quiet=len(asked) == 1) as show:
            for done, (row_id, text) in enumerate(asked):
                show("searching", done, len(asked))
                try:
                    understood = arguments.topic_query(text, now, days=days)
                    hits = await services.topics.search(understood, now, limit=limit)
                except NewsError as error:
                    target = "byline" if row_id is None else str(row_id)
                    refused.append(Refusal(target=target, code=error.code, message=error.message))
                else:
                    _show_hits(row_id, text, hits, json=json)
        for refusal in refused:
            complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
        return not refused

    with_services(work, database=database)


def _show_hits(row_id: str | int | None, query: str, hits: Sequence[SearchResult], *, json: bool) -> None:
    if not json:
        lines = [(f"{hit.score:.3f}", hit.published_at, hit.publisher, hit.title, hit.url) for hit in hits]
        table(("score", "published", "publisher", "title", "url"), lines, empty=f"Nothing found for {query}.")
        return
    found = [
        {
            "url": hit.url,
            "title": hit.title,
            "score": round(hit.score, 6),
            "published_at": hit.published_at,
            "source": hit.source,
        }
        for hit in hits
    ]
    emit({"id": row_id, "query": query, "hits": found})


def topic(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The question, as it would be asked in chat.")],
    days: Annotated[int | None, typer.Option("--days", min=1, max=36500, help="How many days to look back.")] = None,
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Answer a question about a topic from the stored articles."""

    async def work(services: Services) -> None:
        now = options.now(at)
        answer = await services.topics.answer(arguments.topic_query(query, now, days=days), now)
        if json:
            emit(_answer(query, answer))
        else:
            _say_answer(answer)

    with_services(work, database=database)


def _answer(query: str, answer: TopicAnswer) -> dict[str, object]:
    return {
        "query": query,
        "found": answer.found,
        "method": answer.method,
        "window_days": answer.window_days,
        "answer": [{"text": line.text, "citations": line.cites, "dropped": line.dropped} for line in answer.sentences],
        "sources": [_source(source) for source in answer.sources],
        "timeline": [
            {"date": line.at.date() if line.at else None, "text": line.text, "citations": line.cites}
            for line in answer.timeline
        ],
        "perspectives": [
            {"group": line.group, "text": line.text, "citations": line.cites} for line in answer.perspectives
        ],
        "disagreements": [{"text": line.text, "citations": line.cites} for line in answer.disagreements],
    }


def _source(source: SourceRef) -> dict[str, object]:
    return {
        "n": source.n,
        "url": source.url,
        "title": source.title,
        "source": source.publisher,
        "published_at": source.published_at,
    }


def _say_answer(answer: TopicAnswer) -> None:
    if not answer.found:
        say(f"Nothing found on {answer.query.text} in the last {answer.window_days} days.")
        for source in answer.nearest:
            say(f"  nearest: {source.title} ({source.publisher}, {source.published_at:%d %b %Y}) {source.url}")
        return
    for line in answer.sentences:
        say(_cited(line))
    for heading, lines in (
        ("How it developed", answer.timeline),
        ("Who says what", answer.perspectives),
        ("Not agreed", answer.disagreements),
    ):
        if lines:
            say(f"\n{heading}")
        for line in lines:
            before = f"{line.at:%d %b}: " if line.at else f"{line.group}: " if line.group else ""
            say(f"  {before}{_cited(line)}")
    say("")
    for source in answer.sources:
        say(f"[{source.n}] {source.publisher}, {source.published_at:%d %b %Y}: {source.title} {source.url}")


def _cited(line: TopicLine) -> str:
    return line.text + "".join(f" [{n}]" for n in line.cites)


def stories(
    days: options.Days = options.DEFAULT_DAYS,
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """The articles grouped by the event they report."""

    async def work(services: Services) -> None:
        since = options.now(at) - timedelta(days=days)
        async with services.open_unit(readonly=True) as unit:
            found = await unit.stories.since(since, STORIES)
            members = await unit.articles.get([each for story in found for each in story.article_ids])
            names = {source.id: source.name for source in await unit.sources.all()}
        articles = {article.id: article for article in members}
        if json:
            for story in found:
                emit(_story(story, [articles[each] for each in story.article_ids if each in articles], names))
            return
        lines = [(story.id, story.version, len(story.article_ids), story.last_seen, story.title) for story in found]
        table(
            ("story", "version", "articles", "last seen", "title"), lines, empty=f"No stories in the last {days} days."
        )

    with_services(work, database=database)


def _story(story: Story, members: Sequence[Article], names: dict[SourceId, str]) -> dict[str, object]:
    return {
        "story": story.id,
        "version": story.version,
        "title": story.title,
        "articles": [
            {
                "url": article.url,
                "title": article.title,
                "source": names.get(article.source_id, ""),
                "published_at": article.published_at,
            }
            for article in members
        ],
        "publishers": sorted({article.publisher for article in members}),
        "first_seen": story.first_seen,
        "last_seen": story.last_seen,
    }


def why(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of an article.")],
    chat: Annotated[int | None, typer.Option("--chat", help="What this chat was told of it.")] = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """What became of an article: read when and from where, in which story, told to whom."""

    async def work(services: Services) -> None:
        chat_id = (await find(services, chat)).id if chat is not None else None
        found = await services.provenance.why(url, options.now(None), chat_id=chat_id)
        told = provenance(found)
        if json:
            emit(told)
        else:
            for name, value in told.items():
                for line in value if isinstance(value, list) else [value]:
                    if line not in (None, ""):
                        say(f"{name}: {_flat(line)}")

    with_services(work, database=database)


def provenance(found: Why) -> dict[str, object]:
    """The life of an address as JSON tells it."""
    article, story = found.article, found.story
    return {
        "url": found.url,
        "known": found.known,
        "title": article.title if article else None,
        "published_at": article.published_at if article else None,
        "read_at": article.read_at if article else None,
        "source": found.source_name,
        "copy_of": found.original_url,
        "story": story.id if story else None,
        "story_title": story.title if story else None,
        "story_version": story.version if story else None,
        "written_by": story.written.model if story and story.written else None,
        "told_version": found.told_version,
        "reason": found.reason,
        "weight": dict(found.weight.reasons) | {"all": found.weight.value} if found.weight else None,
        "traces": [{"at": each.at, "outcome": each.outcome, "detail": each.detail} for each in found.traces],
        "corrections": [{"at": each.at, "told": each.told, "now": each.now} for each in found.corrections],
        "deliveries": [{"key": each.key, "sent_at": each.sent_at} for each in found.deliveries],
    }


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(each)}" for key, each in value.items() if each not in (None, ""))
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
