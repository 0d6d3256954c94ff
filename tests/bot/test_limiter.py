"""What handlers send passes the same gate as the outbox; what puts nothing into a chat does not wait."""

import asyncio
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.governor import Governor
from bot.limiter import ATTEMPTS, GovernedLimiter, Turn
from tests.bot import virtual_time

# The library warns that its type of waits will change; both types are read.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


async def send(limiter: GovernedLimiter, endpoint: str = "sendMessage", turn: Turn | None = None, **data: Any) -> float:
    """When the request left."""

    async def request() -> bool:
        return True

    await limiter.process_request(request, (), {}, endpoint, data, turn)
    return asyncio.get_running_loop().time()


def test_replies_to_one_chat_keep_their_distance() -> None:
    async def flow() -> list[float]:
        limiter = GovernedLimiter(Governor())
        return [await send(limiter, chat_id=7) for _ in range(3)]

    assert virtual_time.run(flow()) == pytest.approx([0, 1, 2])


@pytest.mark.parametrize(
    ("endpoint", "data"),
    [
        ("sendChatAction", {"chat_id": 7}),
        ("answerCallbackQuery", {"callback_query_id": "1"}),
        ("getChat", {"chat_id": 7}),
        ("sendMessage", {"chat_id": "@channel"}),
        ("editMessageText", {"inline_message_id": "1"}),
    ],
)
def test_what_puts_nothing_into_a_chat_we_know_does_not_wait(endpoint: str, data: dict[str, Any]) -> None:
    async def flow() -> list[float]:
        limiter = GovernedLimiter(Governor())
        return [await send(limiter, endpoint, **data) for _ in range(5)]

    assert virtual_time.run(flow()) == [0] * 5


def test_who_has_had_a_turn_does_not_wait_for_another() -> None:
    async def flow() -> float:
        governor = Governor()
        limiter = GovernedLimiter(governor)
        await send(limiter, chat_id=7)
        return await send(limiter, turn=Turn.TAKEN, chat_id=7)

    assert virtual_time.run(flow()) == 0


@pytest.mark.parametrize(("refusals", "raises"), [(ATTEMPTS - 1, False), (ATTEMPTS, True)])
def test_a_refused_reply_is_tried_again_after_the_wait(refusals: int, raises: bool) -> None:
    async def flow() -> float:
        left = [RetryAfter(10) for _ in range(refusals)]
        calls = 0

        async def request() -> bool:
            nonlocal calls
            calls += 1
            if left:
                raise left.pop()
            return True

        limiter = GovernedLimiter(Governor())
        if raises:
            with pytest.raises(RetryAfter):
                await limiter.process_request(request, (), {}, "sendMessage", {"chat_id": 7}, None)
        else:
            await limiter.process_request(request, (), {}, "sendMessage", {"chat_id": 7}, None)
        assert calls == ATTEMPTS
        return asyncio.get_running_loop().time()

    assert virtual_time.run(flow()) == pytest.approx(10 * (ATTEMPTS - 1))
