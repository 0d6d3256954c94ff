"""The composition root: the one module that names storage, summarizer and ingestion, and puts them into the services.

`open_services(settings)` gives the services for as long as the block lasts; the functions below it are what commands do
with an adapter itself (migrate, copy, backup, restore, doctor); `serve` and `play` run the bot. An SQLite file is
migrated when it is opened; a PostgreSQL database by `byline migrate` alone. Raises the errors of `news.errors`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr

from bot import arguments, demo, doctor, lifecycle, reference, render_digest, render_push, texts
from bot.duty import Duty
from bot.process import run_scheduler, run_worker
from bot.services import Services
from bot.settings import Settings
from bot.shared_clock import own_clock
from ingestion import opml, publishers
from ingestion.config import IngestionConfig
from ingestion.reader import ReadStored, WebSourceReader
from ingestion.rereading import StoredPage
from news.audience import Chat, Digest, OutMessage, Part, StoryCard
from news.chats import ChatService
from news.digests import DigestService
from news.enrich import EnrichService
from news.entities import Publisher, PublisherRegister, Source, SourceKind
from news.errors import BadRequest, NewsError
from news.given import GivenService
from news.ids import SourceId
from news.ingest import IngestService
from news.ports import Messenger, Progress
from news.provenance import ProvenanceService
from news.pushes import PushService
from news.questions import TopicQuery
from news.reading import Method, Summary, SummaryInput
from news.retention import RetentionService
from news.retrying import RetryService
from news.sources import OpmlEntry, SourceService
from news.topics import TopicService
from news.writing import StoryWriter
from storage import backup as backups, copy as copies, migrate as migrations, reindex as indexes
from storage.engine import Database, open_database
from storage.location import locate
from summarizer.config import SummarizerConfig
from summarizer.loading import model_id
from summarizer.workers import Models, open_models

log = structlog.get_logger()


@asynccontextmanager
async def open_services(settings: Settings, *outlets: Publisher) -> AsyncIterator[Services]:
    """The services over the settings' database, closed at the end of the block; `outlets` are known besides the usual."""
    if locate(settings.database).path is not None:
        migrations.migrate(settings.database)
    async with open_database(settings.database) as database:
        await database.check()
        with open_models(_summarizer_config(settings)) as models:
            reader = WebSourceReader(IngestionConfig(allow=settings.fetch_allow), _read_stored(database))
            try:
                yield _services(settings, database, models, reader, _register(outlets))
            finally:
                await reader.close()


def _summarizer_config(settings: Settings) -> SummarizerConfig:
    languages = settings.embedding_languages
    return SummarizerConfig(
        embedding_model=settings.embedding_model,
        embedding_languages=frozenset(languages) if languages is not None else None,
        embedding_key=_value(settings.embedding_api_key),
        summary_model=settings.summary_model,
        summary_key=_value(settings.summary_api_key),
        threads=settings.model_threads,
        offline=settings.models_offline,
        cache_dir=settings.summaries_folder,
        generation_deadline=timedelta(seconds=settings.summary_deadline_s),
    )


def _value(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def _read_stored(database: Database) -> ReadStored:
    """Which addresses are stored already: their pages are fetched again only where they were changed since."""

    async def stored(urls: Sequence[str]) -> dict[str, StoredPage]:
        async with database.open_unit(readonly=True) as unit:
            known = await unit.articles.known(SourceId(0), urls, ())
        return {article.url: StoredPage(article.title, article.read_at) for article in known}

    return stored


def _register(outlets: Sequence[Publisher]) -> PublisherRegister:
    known = publishers.load()
    return replace(known, by_domain={**known.by_domain, **{outlet.domain: outlet for outlet in outlets}})


def _services(
    settings: Settings, database: Database, models: Models, reader: WebSourceReader, register: PublisherRegister
) -> Services:
    aliases = reference.aliases()
    open_unit, summarizer, embedder = database.open_unit, models.summarizer, models.embedder

    async def warm_up() -> None:
        if embedder.languages is None or embedder.languages:  # else nothing can run a model here
            await embedder.embed(["Byline"], query=True)

    async def summarize_as(inputs: Sequence[SummaryInput], max_words: int, method: Method | None) -> list[Summary]:
        return await summarizer.summarize(inputs, max_words=max_words, method=method)

    writer = StoryWriter(open_unit, summarizer, register) if settings.summary_model else None
    return Services(
        settings=settings,
        open_unit=open_unit,
        reader=reader,
        summarizer=summarizer,
        embedder=embedder,
        publishers=register,
        aliases=aliases,
        ingest=IngestService(open_unit, reader, register),
        enrich=EnrichService(open_unit, summarizer, embedder, writer=writer),
        retries=RetryService(open_unit, embedder),
        sources=SourceService(open_unit, reader),
        retention=RetentionService(open_unit, timedelta(days=settings.keep_days)),
        provenance=ProvenanceService(open_unit, register, aliases),
        topics=TopicService(open_unit, summarizer, embedder, register, aliases),
        given=GivenService(open_unit, summarizer, embedder, register),
        pushes=PushService(open_unit, embedder, register, aliases, _render_push, _read_query),
        digests=DigestService(open_unit, embedder, register, aliases, _render_digest, _read_query),
        chats=ChatService(open_unit),
        render_digest=_render_digest,
        summarize_as=summarize_as,
        read_opml=_read_opml,
        write_opml=_write_opml,
        read_pack=_read_pack,
        check_database=database.check,
        database_time=database.now,
        warm_up=warm_up,
        generator_name=summarizer.generator_name,
        rate_store=database.token_rate,
    )


def _render_digest(digest: Digest, chat: Chat) -> tuple[Part, ...]:
    return render_digest.digest(digest, chat, texts.load(chat.language))


def _render_push(card: StoryCard, chat: Chat, now: datetime, updated: bool) -> OutMessage:
    return render_push.push(card, chat, texts.load(chat.language), now, updated=updated)


def _read_query(text: str, now: datetime, days: int) -> TopicQuery:
    return arguments.topic_query(text, now, days=days)


def _read_opml(data: bytes) -> tuple[OpmlEntry, ...]:
    return tuple(_entry(each) for each in opml.read(data, "OPML"))


def _read_pack(name: str) -> tuple[OpmlEntry, ...]:
    return tuple(_entry(each) for each in opml.read_pack(name))


def _entry(entry: opml.OpmlEntry) -> OpmlEntry:
    return OpmlEntry(url=entry.url, title=entry.title, category=entry.category, site_url=entry.site_url)


def _write_opml(sources: Sequence[Source]) -> bytes:
    entries = [
        opml.OpmlEntry(url=source.url, title=source.name, category=source.category, site_url=source.site_url)
        for source in sources
        if source.kind is not SourceKind.HAND
    ]
    return opml.write(entries, title="Byline", created_at=datetime.now(UTC))


async def serve(settings: Settings, duty: Duty = Duty.ALL) -> None:
    """Run the bot, or one part of it, until it is told to stop. Raises BadRequest (`role_needs_postgresql`)."""
    place = locate(settings.database)
    if duty is not Duty.ALL and place.path is not None:
        raise BadRequest(
            f"--role {duty.value} is for several processes over one PostgreSQL; {place.shown} is a file of SQLite, "
            "where one process does everything: leave --role out, or set BYLINE_DATABASE_URL=postgresql+psycopg://…",
            code="role_needs_postgresql",
        )
    async with open_services(settings) as services:
        if duty in {Duty.SCHEDULER, Duty.WORKER}:
            from storage.job_queue import open_job_queue  # noqa: PLC0415 - only the `postgres` extra brings its library

            async with open_job_queue(place) as queue:
                await (run_scheduler if duty is Duty.SCHEDULER else run_worker)(services, queue)
            return

        async def load_models(_: Messenger) -> None:  # before somebody asks: the first answer would wait for it
            try:
                await services.warm_up()
            except NewsError as error:
                log.warning("models_not_loaded", code=error.code, error=error.message)

        await lifecycle.run(services, beside=load_models if duty is not Duty.SENDER else None, duty=duty)


async def play(settings: Settings) -> None:
    """Run the bot on the playground: a child process that is Telegram, with its sample news as sources."""
    async with demo.playground(settings) as found, open_services(found.settings, demo.OUTLET) as services:
        reading = demo.Reading(services, found)
        await reading.prepare()
        await lifecycle.run(services, beside=reading.run)


def shown_database(settings: Settings) -> str:
    """Where the database is, without its password."""
    return locate(settings.database).shown


def migrate(settings: Settings) -> tuple[str, str]:
    """Bring the tables up to date; their revisions before and after."""
    return migrations.migrate(settings.database)


def copy(source: str, target: str, progress: Progress) -> Mapping[str, int]:
    """Copy a whole database to an empty one; rows by table."""
    return copies.copy(source, target, progress)


def reindex(settings: Settings, progress: Progress, *, all_vectors: bool = False) -> tuple[int, int]:
    """Index all words anew, and drop vectors of other models, or of all; how many articles each concerned."""
    if locate(settings.database).path is not None:
        migrations.migrate(settings.database)
    words = indexes.reindex(settings.database, progress)
    kept = None if all_vectors else model_id(settings.embedding_model)
    return words, indexes.outdate_vectors(settings.database, kept)


def backup(settings: Settings, file: Path) -> int:
    """Write a consistent copy; its size in bytes."""
    return backups.backup(settings.database, file)


def restore(settings: Settings, file: Path) -> tuple[str, str]:
    """Put a backup in the database's place, where no bot works on it."""
    return backups.restore(settings.database, file, own_clock())


async def check_up(settings: Settings) -> Sequence[doctor.Check]:
    """Try what the bot needs: settings, database, room, sources, models, clock, Telegram."""
    checks = [doctor.settings_check(settings)]
    try:
        checks += await _check_services(settings)
    except NewsError as error:
        checks.append(doctor.database_failure(error))
    checks.append(await doctor.clock_check(settings.telegram_api_url, own_clock))
    checks.append(await doctor.telegram_check(lambda: lifecycle.check_telegram(settings)))
    return checks


async def _check_services(settings: Settings) -> Sequence[doctor.Check]:
    place = locate(settings.database)
    async with open_services(settings) as services:
        checks = [await doctor.database_check(services, place.shown)]
        if place.path is not None:
            checks.append(doctor.disk_check(place.path.absolute()))
        else:
            checks.append(await doctor.database_clock_check(services.database_time))
            from storage.job_queue import open_job_queue  # noqa: PLC0415 - only the `postgres` extra brings its library

            async with open_job_queue(place) as queue:
                checks.append(await doctor.jobs_check(queue))
        checks += [await doctor.sources_check(services), await doctor.models_check(services)]
        writing = await doctor.writing_check(services)
        return [*checks, writing] if writing is not None else checks
