"""One rate for all processes of a token: on a real server, each moment is given once and each pause is heard by all."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from storage.engine import Database, open_database
from storage.token_rate import TokenRate
from tests.databases import new_postgres

pytestmark = pytest.mark.postgres
GAP_S = 0.5


@pytest.fixture
async def rates() -> AsyncIterator[tuple[TokenRate, TokenRate]]:
    with new_postgres() as url:
        async with open_database(url) as one, open_database(url) as other:
            yield _of(one), _of(other)


def _of(database: Database) -> TokenRate:
    assert database.token_rate is not None
    return database.token_rate


async def test_no_moment_is_given_twice(rates: tuple[TokenRate, TokenRate]) -> None:
    asked_at = asyncio.get_running_loop().time()
    given = []
    for rate in [*rates] * 4:
        wait_s, pauses = await rate.take(2, GAP_S)
        given.append(asyncio.get_running_loop().time() + wait_s)
        assert pauses == {}
    distances = [after - before for before, after in itertools.pairwise(given)]
    assert given[0] - asked_at < GAP_S
    assert distances == pytest.approx([2 * GAP_S] * 7, abs=0.2)


async def test_those_who_ask_at_once_get_moments_of_their_own(rates: tuple[TokenRate, TokenRate]) -> None:
    given = await asyncio.gather(*(rate.take(1, 10) for rate in [*rates] * 3))
    waits_s = sorted(wait_s for wait_s, _ in given)
    assert [round(wait_s / 10) for wait_s in waits_s] == [0, 1, 2, 3, 4, 5]


async def test_what_was_not_used_in_time_is_not_made_up_for(rates: tuple[TokenRate, TokenRate]) -> None:
    await rates[0].take(1, 0.01)
    await asyncio.sleep(0.1)
    wait_s, _ = await rates[1].take(1, GAP_S)
    assert wait_s == pytest.approx(0, abs=0.05)


async def test_a_pause_is_heard_by_all_and_ends(rates: tuple[TokenRate, TokenRate]) -> None:
    one, other = rates
    await one.pause(-100123, 40)
    await one.pause(7, 0.01)
    await other.pause(-100123, 20)  # never shorter than the longest that was asked for
    await asyncio.sleep(0.05)
    wait_s, pauses = await other.take(1, GAP_S)
    assert wait_s < GAP_S
    assert pauses == {-100123: pytest.approx(40, abs=1)}
    await one.pause(None, 30)
    wait_s, _ = await other.take(1, GAP_S)
    assert wait_s == pytest.approx(30, abs=1)


async def test_a_file_has_no_rate_to_share() -> None:
    async with open_database("unused.db") as database:
        assert database.token_rate is None
