from collections.abc import AsyncIterator

import pytest

from ingestion.config import IngestionConfig
from ingestion.fetch import Fetcher
from ingestion.robots import RobotsRules
from tests.ingestion.web import Reply, Web


@pytest.fixture
async def rules(config: IngestionConfig) -> AsyncIterator[RobotsRules]:
    fetcher = Fetcher(config)
    yield RobotsRules(fetcher, config.user_agent)
    await fetcher.close()


async def test_rules_are_kept_to_and_asked_for_once(web: Web, rules: RobotsRules) -> None:
    web.pages["/robots.txt"] = Reply(
        "User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: other\nDisallow: /"
    )
    assert await rules.allows(web.url("/a"))
    assert not await rules.allows(web.url("/private/a"))
    assert await rules.allows(web.url("/private/open/a"))
    assert web.asked("/robots.txt") == 1


async def test_rules_for_our_name_are_ours(web: Web, rules: RobotsRules) -> None:
    web.pages["/robots.txt"] = Reply("User-agent: byline\nDisallow: /\n\nUser-agent: *\nAllow: /")
    assert not await rules.allows(web.url("/a"))


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (429, False)])
async def test_no_rules_allow_all_and_a_failing_server_forbids(
    web: Web, rules: RobotsRules, status: int, allowed: bool
) -> None:
    web.pages["/robots.txt"] = Reply(status=status)
    assert await rules.allows(web.url("/a")) is allowed
