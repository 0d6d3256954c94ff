"""What is wrong is said with what to do about it."""

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from bot import app, doctor, settings as setting
from bot.settings import Settings
from news.errors import StorageError
from news.jobs import Job, JobKind
from tests import make
from tests.databases import new_postgres
from tests.fakes.jobs import FakeJobQueue


def offline(database: str) -> Settings:
    return setting.load(database_url=database, model_threads=1, telegram_api_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("skew_s", "good", "said"), [(0, True, "within 60 s"), (300, False, "300 s ahead"), (-300, False, "300 s behind")]
)
async def test_a_wrong_clock_is_told(skew_s: int, good: bool, said: str) -> None:
    transport = httpx.MockTransport(
        lambda _: httpx.Response(302, headers={"Date": format_datetime(make.NOW, usegmt=True)})
    )
    check = await doctor.clock_check("http://api", lambda: make.NOW + timedelta(seconds=skew_s), transport)
    assert check.good is good
    assert said in check.detail


async def test_a_clock_that_cannot_be_compared_is_no_fault() -> None:
    def breaks(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no way")

    for transport in (httpx.MockTransport(breaks), httpx.MockTransport(lambda _: httpx.Response(200))):
        check = await doctor.clock_check("http://api", lambda: make.NOW, transport)
        assert (check.good, "not compared" in check.detail) == (True, True)


@pytest.mark.parametrize(("free_bytes", "good"), [(10**9, True), (10**8, False)])
def test_little_room_is_told(tmp_path: Path, free_bytes: int, good: bool) -> None:
    check = doctor.disk_check(tmp_path / "byline.db", lambda _: free_bytes)
    assert check.good is good
    assert ("make room" in check.detail) is not good


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u@h/d", "Correct BYLINE_DATABASE_URL"),
        ("postgresql://u:secret@127.0.0.1:9/x", "Start the server"),
        ("/proc/nowhere/byline.db", "right to write"),
    ],
)
async def test_a_database_that_cannot_be_used_is_one_line_with_what_to_do(url: str, said: str) -> None:
    checks = {check.name: check for check in await app.check_up(offline(url))}
    assert checks["database"].good is False
    assert said in checks["database"].detail
    assert "\n" not in checks["database"].detail
    assert "secret" not in checks["database"].detail


@pytest.mark.postgres
async def test_an_empty_postgresql_database_says_migrate() -> None:
    with new_postgres(migrated=False) as url:
        checks = {check.name: check for check in await app.check_up(offline(url))}
    assert "byline migrate" in checks["database"].detail


@pytest.mark.parametrize("code", ["vector_extension_old", "vector_extension_missing", "database_full"])
def test_other_failures_say_what_to_do_too(code: str) -> None:
    check = doctor.database_failure(StorageError("It is so.", code=code))
    assert check.detail.startswith("It is so. ")
    assert check.good is False


async def test_a_token_that_telegram_refuses_is_told() -> None:
    async def refused() -> tuple[bool, str]:
        return False, "http://api: Unauthorized"

    check = await doctor.telegram_check(refused)
    assert (check.good, "BYLINE_TELEGRAM_TOKEN" in check.detail) == (False, True)


async def test_models_on_servers_that_are_down_are_told_with_what_to_do(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    told = offline(str(tmp_path / "byline.db")).model_copy(
        update={"embedding_model": f"{url}#e5", "summary_model": url}
    )
    checks = {check.name: check for check in await app.check_up(told)}
    for name, variable in (("models", "BYLINE_EMBEDDING_MODEL"), ("summaries", "BYLINE_SUMMARY_MODEL")):
        assert checks[name].good is False
        assert "127.0.0.1 did not answer" in checks[name].detail
        assert f"Start the server, or correct {variable}" in checks[name].detail


@pytest.mark.slow
async def test_all_is_well(tmp_path: Path) -> None:
    checks = await app.check_up(offline(str(tmp_path / "byline.db")))
    assert [check.name for check in checks] == [
        "settings", "database", "disk", "sources", "models", "clock", "telegram",
    ]  # fmt: skip
    assert all(check.good for check in checks)


async def test_jobs_that_nobody_does_are_named() -> None:
    jobs = [Job(JobKind.READ, f"source:{number}", "host", number) for number in range(3)]
    for queue, good, words in (
        (FakeJobQueue(), True, "none waits for a worker"),
        (FakeJobQueue(*jobs, age_s=30), True, "3 wait or are under way, the oldest for 30 s"),
        (FakeJobQueue(*jobs, age_s=3600), False, "byline run --role worker"),
    ):
        check = await doctor.jobs_check(queue)
        assert (check.good, words in check.detail) == (good, True), check
