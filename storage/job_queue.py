"""Jobs for several processes over one PostgreSQL, by procrastinate. Implements `news.jobs.JobQueue`.

Its connections are its own, beside SQLAlchemy's, by the same driver. A job that is done is deleted, whatever came of it: what
it left undone is found again in the rows. A process that is killed stops beating its heart; `put_back` gives its jobs to
others. Raises StorageError with the codes of `storage.failures`, `database_not_migrated` where there are no tables.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as StoredJob, Status
from psycopg import Error as PsycopgError

from news.errors import StorageError
from news.jobs import Do, Job, JobKind, JobQueue, Waiting
from storage.failures import translate
from storage.job_schema import SCHEMA, release
from storage.location import Location

HEARTBEAT_S = 5.0
LOST_AFTER_S = 20.0  # without a heartbeat
STOP_WITHIN_S = 5.0  # a container is killed after 10, and the models have to end too
LOOK_EVERY_S = 5.0  # for jobs, where a notification went astray

_CONNECTIONS = 4
_CONNECT_WITHIN_S = 10.0
_LIVING = "status IN ('todo', 'doing')"
_WAITING = f"""
    SELECT queue_name, count(*) AS jobs, coalesce(extract(epoch FROM clock_timestamp() - min(put.at)), 0) AS oldest_s
    FROM procrastinate_jobs LEFT JOIN procrastinate_events AS put ON put.job_id = procrastinate_jobs.id AND put.type = 'deferred'
    WHERE {_LIVING} GROUP BY queue_name"""  # noqa: S608 - constants


class PostgresJobQueue:
    """The queue of one database."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def put(self, jobs: Sequence[Job]) -> int:
        with _translated():
            living = f"SELECT queueing_lock FROM procrastinate_jobs WHERE {_LIVING}"  # noqa: S608 - constants
            known = {row["queueing_lock"] for row in await self._app.connector.execute_query_all_async(living)}
            new = [_stored(job) for job in jobs if job.key not in known]
            if new:
                await self._app.job_manager.batch_defer_jobs_async(new)
            return len(new)

    async def work(self, do: Mapping[JobKind, Do], at_once: Mapping[JobKind, int]) -> None:
        self._app.tasks.clear()
        for kind, one in do.items():
            self._app.task(name=kind.value, queue=kind.value)(_by_name(one))
        running = [asyncio.ensure_future(self._work(kind, at_once[kind])) for kind in do]
        try:
            # each goes on for ever: one that ends has lost the database
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in running:
                each.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
        with _translated():
            for fault in ended:
                if isinstance(fault, Exception):
                    raise fault
        raise StorageError("The job queue has lost the database.", code="database_down")

    async def _work(self, kind: JobKind, at_once: int) -> None:
        await self._app.run_worker_async(
            queues=[kind.value],
            name=kind.value,
            concurrency=at_once,
            fetch_job_polling_interval=LOOK_EVERY_S,
            shutdown_graceful_timeout=STOP_WITHIN_S,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=LOST_AFTER_S,
        )

    async def put_back(self) -> int:
        manager = self._app.job_manager
        with _translated():
            lost = list(await manager.get_stalled_jobs(seconds_since_heartbeat=LOST_AFTER_S))
            for job in lost:
                assert job.id is not None
                try:
                    await manager.retry_job(job)
                except ConnectorException:  # one of its key waits already
                    await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
            await manager.prune_stalled_workers(LOST_AFTER_S)
            return len(lost)

    async def waiting(self) -> Mapping[JobKind, Waiting]:
        with _translated():
            rows = await self._app.connector.execute_query_all_async(_WAITING)
        found = {row["queue_name"]: Waiting(row["jobs"], float(row["oldest_s"])) for row in rows}
        return {kind: found.get(kind.value, Waiting()) for kind in JobKind}


def _by_name(do: Do) -> Do:
    """With the parameter's name that stored jobs have."""

    async def task(number: int) -> None:
        await do(number)

    return task


def _stored(job: Job) -> StoredJob:
    return StoredJob(
        queue=job.kind.value,
        task_name=job.kind.value,
        lock=job.turn,
        queueing_lock=job.key,
        task_kwargs={"number": job.number},
    )


@asynccontextmanager
async def open_job_queue(location: Location) -> AsyncIterator[JobQueue]:
    """The queue, for as long as the block lasts."""
    url = location.url.set(drivername="postgresql")
    given = url.query.get("options", "")
    options = f"-c search_path={SCHEMA} -c timezone=UTC {given}"
    connector = PsycopgConnector(
        conninfo=url.difference_update_query(["options"]).render_as_string(hide_password=False),
        kwargs={"options": options, "prepare_threshold": None, "connect_timeout": int(_CONNECT_WITHIN_S)},
        min_size=1,
        max_size=_CONNECTIONS,
        timeout=_CONNECT_WITHIN_S,
    )
    app = App(connector=connector)
    try:
        with _translated():
            await connector.open_async()
            query = "SELECT obj_description(to_regnamespace(%(schema)s), 'pg_namespace') AS release"
            found = (await connector.execute_query_one_async(query, schema=SCHEMA))["release"]
        if found != release():
            raise StorageError(
                f"The job queue is of {found or 'nothing'}, this program needs {release()}: run `byline migrate`.",
                code="database_not_migrated",
            )
        yield PostgresJobQueue(app)
    finally:
        await connector.close_async()


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the connector as ours."""
    try:
        yield
    except (ConnectorException, PsycopgError) as error:
        raise _meant(error) from error


def _meant(error: BaseException) -> StorageError:
    cause = error.__cause__ or error
    return translate(cause) or StorageError(f"The job queue failed: {cause}", code="database_down")
