"""The tables of the job queue: procrastinate's own, in a schema of their own beside ours.

They hold nothing that rows do not say, so that those of another release of procrastinate are not upgraded but made anew.
The schema's comment names the release.
"""

from importlib.metadata import version

from sqlalchemy import Connection, text

SCHEMA = "byline_jobs"


def prepare(connection: Connection) -> None:
    """Make the tables, or make them anew for this release; within the transaction and under the lock of the migrations."""
    if present(connection) == release():
        return
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - only the `postgres` extra brings it

    before = connection.scalar(text("SELECT current_setting('search_path')"))
    for statement in (
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
        f"CREATE SCHEMA {SCHEMA}",
        f"SET LOCAL search_path = {SCHEMA}",
        SchemaManager.get_schema(),
        f"SET LOCAL search_path = {before}",
        f"COMMENT ON SCHEMA {SCHEMA} IS '{release()}'",
    ):
        connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def present(connection: Connection) -> str | None:
    """The release that the tables are of; None: there are none."""
    query = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
    found: str | None = connection.scalar(query, {"schema": SCHEMA})
    return found


def release() -> str:
    """The release of procrastinate that this program runs with."""
    return f"procrastinate {version('procrastinate')}"
