"""The program on PostgreSQL, chosen by `BYLINE_DATABASE_URL` alone: every command, the bot itself, and the way there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import new_postgres
from tests.flows.programs import TOKEN, Feed, Program, Telegram, buttons, words

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def program(tmp_path: Path, telegram: Telegram, feed: Feed) -> Iterator[Program]:
    with new_postgres(migrated=False) as url:
        made = Program(
            tmp_path,
            BYLINE_DATABASE_URL=url,
            BYLINE_TELEGRAM_TOKEN=TOKEN,
            BYLINE_TELEGRAM_API_URL=telegram.origin,
            BYLINE_ACCESS="public",
            BYLINE_FETCH_ALLOW=feed.place,
        )
        yield made
        made.close()


@pytest.mark.timeout(400)
def test_everything_works_by_the_url_alone(program: Program, telegram: Telegram, feed: Feed, tmp_path: Path) -> None:
    program.do("sources", "add", feed.url, code=1)  # nobody has made tables yet, and it says so
    [migrated] = program.do("migrate", "--json")
    assert (migrated["before"], bool(migrated["after"])) == ("", True)
    program.do("sources", "add", feed.url)
    [read] = program.do("ingest", "--json")
    assert (read["new"], read["failed"]) == (3, [])

    [answer] = program.do("topic", "Russia–China relations", "--json")
    assert (answer["found"], answer["sources"][0]["url"]) == (True, f"http://{feed.place}/0")

    program.start()
    reader = telegram.person("Pia")
    assert "Byline" in words(telegram.ask(reader, "/start"))
    assert "agreements" in words(telegram.ask(reader, "/topic Russia–China relations"))
    assert program.stop() == 0

    [chat] = program.do("chats", "list", "--json")
    [written] = program.do("digest", "--chat", str(chat["chat"]), "--json")
    assert len(written["stories"]) == 3
    seen = len(telegram.sent(reader))
    ticked = program.do("tick", "all", "--json")
    assert [each["tick"] for each in ticked] == ["ingest", "enrich", "compose", "dispatch", "retention"]
    assert ticked[3]["sent"] == len(written["parts"])
    digest = telegram.wait(reader, lambda message: any(data.startswith("s:card:") for data in buttons(message)), seen)
    assert "Floods in Pakistan displace thousands" in words(digest)

    checks = {check["check"]: check for check in program.do("doctor", "--json")}
    assert "postgresql" in checks["database"]["detail"]
    program.do("backup", str(tmp_path / "backup.db"), code=1)
    counts = program.do("copy", program.database, str(tmp_path / "copy.sqlite"), "--json")[0]
    assert (counts["article"], counts["story"], counts["chat"]) == (3, 3, 1)
    moved = program.do("stories", "--database", str(tmp_path / "copy.sqlite"), "--json")
    assert moved == program.do("stories", "--json")
