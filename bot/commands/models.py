"""`byline summarize`, `byline tell` and `byline verify`: what the models make of texts that are not stored."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import options, rows
from bot.commands.output import complain, emit, progress, say
from bot.commands.running import with_services
from bot.services import Services
from news.entities import Document, Refusal
from news.errors import BadRequest, NewsError
from news.given import GivenStory
from news.reading import Method, Summary, SummaryInput, Verdict

MAX_WORDS = 60  # three sentences of a news article
BATCH = 16


class MethodChoice(StrEnum):
    """What `--method` takes."""

    AUTO = "auto"
    LEAD = "lead"
    EXTRACTIVE = "extractive"
    ABSTRACTIVE = "abstractive"


def summarize(
    target: Annotated[str | None, typer.Argument(metavar="FILE, URL or -", help="What to summarize.")] = None,
    jsonl: options.Rows = None,
    max_words: Annotated[int, typer.Option("--max-words", min=1, help="Most words of a summary.")] = MAX_WORDS,
    method: Annotated[MethodChoice, typer.Option("--method", help="How it is made.")] = MethodChoice.AUTO,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Summarize a file, an address, standard input or JSONL rows (id, title?, text)."""
    if (target is None) == (jsonl is None):
        raise typer.BadParameter("give a FILE, a URL or -, or --jsonl FILE")

    async def work(services: Services) -> bool:
        refused: list[Refusal] = []
        if jsonl is not None:
            found, refused = rows.read(jsonl, rows.TextRow)
            texts = [(row.id, row.title or "", row.text) for _, row in found]
        else:
            documents, refused = await _documents(services, [str(target)])
            texts = [(found.url or found.target, found.title, found.text) for found in documents]
        chosen = None if method is MethodChoice.AUTO else Method(method.value)
        with progress(quiet=len(texts) < BATCH) as show:
            for done, batch in enumerate(_batches(texts)):
                show("summarizing", done * BATCH, len(texts))
                refused.extend(await _summarize(services, batch, max_words, chosen, json=json))
        for refusal in refused:
            complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
        return not refused

    with_services(work, database=database)


def _batches(texts: Sequence[tuple[str | int, str, str]]) -> list[Sequence[tuple[str | int, str, str]]]:
    return [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]


async def _documents(services: Services, targets: Sequence[str]) -> tuple[list[Document], list[Refusal]]:
    """What the targets hold, and refusals of those that cannot be read."""
    found: list[Document] = []
    refused = []
    for target in targets:
        try:
            found += [_typed()] if target == "-" else await services.reader.extract(target)
        except NewsError as error:
            refused.append(Refusal(target=target, code=error.code, message=error.message))
    return found, refused


def _typed() -> Document:
    return Document(target="-", text=sys.stdin.read())


async def _summarize(
    services: Services,
    batch: Sequence[tuple[str | int, str, str]],
    max_words: int,
    method: Method | None,
    *,
    json: bool,
) -> list[Refusal]:
    """Summaries of a batch; where one text spoils it, each is tried alone, so that only that one is refused."""
    try:
        summaries = await _summaries(services, [(title, text) for _, title, text in batch], max_words, method)
    except NewsError as error:
        if len(batch) == 1:
            return [Refusal(target=str(batch[0][0]), code=error.code, message=error.message)]
        refused = [await _summarize(services, [one], max_words, method, json=json) for one in batch]
        return [refusal for each in refused for refusal in each]
    for (row_id, _, _), summary in zip(batch, summaries, strict=True):
        _show(row_id, summary, json=json)
        if method is Method.ABSTRACTIVE and summary.method is not method:
            unset = services.settings.summary_model is None
            why = "no model is set that writes, see BYLINE_SUMMARY_MODEL" if unset else "what was written did not hold"
            complain(f"{row_id}: {summary.method.value}, not {method.value}: {why}")
    return []


async def _summaries(
    services: Services, texts: Sequence[tuple[str, str]], max_words: int, method: Method | None
) -> list[Summary]:
    readings = await services.summarizer.read([text for _, text in texts])
    for reading in readings:
        if not reading.sentences:
            raise BadRequest("There is no sentence in this text.", code="no_text")
    inputs = [SummaryInput(title=title, reading=reading) for (title, _), reading in zip(texts, readings, strict=True)]
    return await services.summarize_as(inputs, max_words, method)


def _show(row_id: str | int, summary: Summary, *, json: bool) -> None:
    if not json:
        say(f"{row_id}\n{summary.text}\n")
        return
    emit(
        {
            "id": row_id,
            "summary": summary.text,
            "sentences": [
                {"text": each.text, "origin": each.origin, "verified": each.verified} for each in summary.sentences
            ],
            "method": summary.method,
            "model": summary.model,
            "seconds": round(summary.seconds, 4),
        }
    )


def tell(
    targets: Annotated[list[str], typer.Argument(metavar="FILE, URL or -", help="Reports of one story.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Tell several reports as one story, as a digest does: who says what, and on which numbers they differ."""

    async def work(services: Services) -> bool:
        documents, refused = await _documents(services, targets)
        for refusal in refused:
            complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
        if documents:
            show_story(await services.given.tell(documents, options.now(None)), json=json)
        return not refused

    with_services(work, database=database)


def show_story(given: GivenStory, *, json: bool) -> None:
    """Print a story with its numbered sources."""
    card = given.card
    place = {source.citation: source.n for source in card.sources}
    cited = [
        [(each.text, sorted(place[one] for one in each.citations)) for each in sentences]
        for sentences in (card.sentences, *card.differing)
    ]
    if not json:
        lines = ["; ".join(f"{text} [{', '.join(map(str, numbers))}]" for text, numbers in each) for each in cited[1:]]
        told = [f"{text} [{', '.join(map(str, numbers))}]" for text, numbers in cited[0]]
        sources = [f"[{source.n}] {source.publisher}: {source.title} {source.url}".rstrip() for source in card.sources]
        say("\n".join([card.title, *told, *lines, *sources]))
        return
    emit(
        {
            "title": card.title,
            "sentences": [{"text": text, "sources": numbers} for text, numbers in cited[0]],
            "differing": [[{"text": text, "sources": numbers} for text, numbers in each] for each in cited[1:]],
            "sources": [
                {"n": source.n, "publisher": source.publisher, "title": source.title, "url": source.url}
                for source in card.sources
            ],
            "method": Method.EXTRACTIVE if given.model is None else Method.ABSTRACTIVE,
            "model": given.model,
        }
    )


def verify(
    jsonl: Annotated[Path, typer.Option("--jsonl", metavar="FILE", help="Rows: id, source, claim.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Whether a source says what a claim says; of several sentences the least supported counts."""

    async def work(services: Services) -> bool:
        found, refused = rows.read(jsonl, rows.ClaimRow)
        with progress(quiet=len(found) < BATCH) as show:
            for done, (_, row) in enumerate(found):
                show("verifying", done, len(found))
                try:
                    verdict = await _verdict(services, row)
                except NewsError as error:
                    refused.append(Refusal(target=str(row.id), code=error.code, message=error.message))
                else:
                    _show_verdict(row.id, verdict, json=json)
        for refusal in refused:
            complain(f"{refusal.target}: {refusal.message} ({refusal.code})")
        return not refused

    with_services(work, database=database)


async def _verdict(services: Services, row: rows.ClaimRow) -> Verdict:
    reading = (await services.summarizer.read([row.claim]))[0]
    claims = [sentence.text for sentence in reading.sentences] or [row.claim]
    verdicts = await services.summarizer.verify(row.source, claims)
    return Verdict(
        supported=all(verdict.supported for verdict in verdicts),
        score=min(verdict.score for verdict in verdicts),
        reasons=tuple(reason for verdict in verdicts for reason in verdict.reasons),
    )


def _show_verdict(row_id: str | int, verdict: Verdict, *, json: bool) -> None:
    reasons = [{"kind": kind, "text": text} for kind, text in verdict.reasons]
    if json:
        emit({"id": row_id, "supported": verdict.supported, "score": round(verdict.score, 6), "reasons": reasons})
    else:
        told = "; ".join(text for _, text in verdict.reasons) or "nothing speaks against it"
        say(f"{row_id}: {'supported' if verdict.supported else 'not supported'} ({verdict.score:.2f}): {told}")
