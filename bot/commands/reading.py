"""`byline ingest`, `extract`, `articles`, `articles remove`: what is read and kept."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import options, rows
from bot.commands.output import complain, emit, progress, say, table
from bot.commands.running import with_services
from bot.services import Services
from bot.source_notices import read_due
from news.entities import Article, Document, Refusal
from news.errors import NewsError
from news.ingest import IngestReport, Row

articles_app = typer.Typer(no_args_is_help=False, help="The stored articles; `remove` takes one down.")

Targets = Annotated[list[str] | None, typer.Argument(metavar="[FILE or URL]...", help="Files and addresses to read.")]


def ingest(
    targets: Targets = None,
    jsonl: options.Rows = None,
    no_enrich: Annotated[bool, typer.Option("--no-enrich", help="Leave sentences and vectors to the tick.")] = False,
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Read and enrich files, addresses or JSONL rows now; without any, all sources that are due."""

    async def work(services: Services) -> bool:
        now = options.now(at)
        with progress() as show:
            if targets:
                reports = [await services.ingest.ingest(targets, now, progress=show)]
            elif jsonl is None:
                reports = [(await read_due(services, now, progress=show))[0]]
            else:
                reports = []
            if jsonl is not None:
                reports.append(await _ingest_rows(services, jsonl, now))
            failed = [refusal for report in reports for refusal in report.failed]
            if not no_enrich:
                failed.extend((await services.enrich.run(now, progress=show)).failed)
        counts = {name: sum(getattr(report, name) for report in reports) for name in ("read", "new", "changed", "same")}
        if json:
            emit(counts | {"failed": [_told(refusal) for refusal in failed]})
        else:
            say(", ".join(f"{count} {name}" for name, count in counts.items()) + f", {len(failed)} failed")
        for refusal in failed:
            complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
        return not failed

    with_services(work, database=database)


async def _ingest_rows(services: Services, path: Path, now: datetime) -> IngestReport:
    found, refused = rows.read(path, rows.ArticleRow)
    given = [Row(document=_document(place, row), source=row.source or None) for place, row in found]
    with progress() as show:
        report = await services.ingest.ingest_rows(given, now, progress=show)
    return IngestReport(
        read=report.read,
        new=report.new,
        changed=report.changed,
        same=report.same,
        failed=(*refused, *report.failed),
        article_ids=report.article_ids,
    )


def _document(place: str, row: rows.ArticleRow) -> Document:
    return Document(
        target=place,
        url=row.url or None,
        title=row.title or "",
        text=row.text,
        published_at=row.published_at,
        lang=row.lang or None,
    )


def _told(refusal: Refusal) -> dict[str, str]:
    return {"target": refusal.target, "code": refusal.code, "message": refusal.message}


def extract(
    targets: Annotated[list[str], typer.Argument(metavar="FILE or URL...", help="Pages, texts or feeds.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """What is read from a page, without storing it."""

    async def work(services: Services) -> bool:
        good = True
        with progress() as show:
            for done, target in enumerate(targets):
                show("reading", done, len(targets))
                try:
                    found = await services.reader.extract(target)
                except NewsError as error:
                    complain(f"{target}: {error.message} ({error.code})")
                    good = False
                else:
                    for document in found:
                        _show_document(target, document, json=json)
            show("reading", len(targets), len(targets))
        return good

    with_services(work, database=database)


def _show_document(target: str, found: Document, *, json: bool) -> None:
    told = {
        "file": target,
        "url": found.url,
        "title": found.title,
        "author": found.author,
        "published_at": found.published_at,
        "lang": found.lang,
        "site": found.site,
        "kind": found.kind,
        "text": found.text,
    }
    if json:
        emit(told)
        return
    for name, value in told.items():
        if value and name != "text":
            say(f"{name}: {value.isoformat() if isinstance(value, datetime) else value}")
    say(f"\n{found.text}\n")


@articles_app.callback(invoke_without_command=True)
def articles(
    context: typer.Context,
    days: options.Days = options.DEFAULT_DAYS,
    limit: options.Limit = 10_000,
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """List the stored articles, newest first; `articles remove URL` takes one down."""
    if context.invoked_subcommand:
        return

    async def work(services: Services) -> None:
        since = options.now(at) - timedelta(days=days)
        async with services.open_unit(readonly=True) as unit:
            found = await unit.articles.since(since, limit)
            names = {source.id: source.name for source in await unit.sources.all()}
        for article in found if json else ():
            emit(_article(article, names.get(article.source_id, "")))
        if not json:
            lines = [(a.published_at, a.publisher, a.title, a.url) for a in found]
            table(("published", "publisher", "title", "url"), lines, empty=f"No articles in the last {days} days.")

    with_services(work, database=database)


def _article(article: Article, source: str) -> dict[str, object]:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "author": article.author,
        "published_at": article.published_at,
        "lang": article.lang,
        "source": source,
        "story": article.story_id,
        "text": article.text,
    }


@articles_app.command("remove")
def remove(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the article.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Take an article down: its text and vectors go, and it does not come back."""

    async def work(services: Services) -> None:
        article = await services.provenance.remove(url, options.now(None))
        if json:
            emit({"id": article.id, "url": article.url, "title": article.title})
        elif article.removed:
            say(f"It was removed before: <{article.url}>")
        else:
            say(f"Removed: {article.title} <{article.url}>")

    with_services(work, database=database)
