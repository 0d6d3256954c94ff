"""The bot's sender alone, as a process of its own that can be killed: the production classes over a database and a server.

`python benchmarks/delivery_sender.py DATABASE ORIGIN TOKEN [--rate N] [--gap S] [--never-again] [--shared]`. `--shared`:
the rate is that of the token, as beside other processes. The leases are those of
the program: what a killed process held is free at once, because its successor sees that it has ended. Ends on SIGTERM.
"""

import argparse
import asyncio
import signal
from datetime import UTC, datetime

from telegram.error import NetworkError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot import log
from bot.delivery import DeliveryLoop, Pace
from bot.governor import Governor, Rates
from bot.limiter import GovernedLimiter, Turn
from bot.messenger import TelegramMessenger
from bot.notices import Notices
from bot.outcomes import Outcomes, Policy
from news.chats import ChatService
from storage.engine import open_database

PACE = Pace(look_every_s=0.2)


def clock() -> datetime:
    return datetime.now(UTC)


def request() -> HTTPXRequest:
    return HTTPXRequest(connection_pool_size=8, read_timeout=2.0, httpx_kwargs={"trust_env": False})


async def send(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    policy = Policy(resend_unknown=frozenset()) if arguments.never_again else Policy()
    rates = Rates(overall_per_s=arguments.rate, chat_gap_s=arguments.gap)
    async with open_database(arguments.database) as database:
        governor = Governor(rates, database.token_rate if arguments.shared else None)
        bot: ExtBot[Turn] = ExtBot(
            arguments.token,
            base_url=f"{arguments.origin}/bot",
            request=request(),
            get_updates_request=request(),
            rate_limiter=GovernedLimiter(governor),
        )
        chats = ChatService(database.open_unit)
        outcomes = Outcomes(database.open_unit, chats, Notices(database.open_unit), policy, clock)
        await _connect(bot)
        try:
            messenger = TelegramMessenger(bot, paced=True)
            await DeliveryLoop(database.open_unit, messenger, governor, outcomes, clock, PACE).run(stop)
        finally:
            await bot.shutdown()


async def _connect(bot: ExtBot[Turn]) -> None:
    """As the program does: a server that does not answer yet is asked again."""
    while True:
        try:
            await bot.initialize()
        except NetworkError:
            await asyncio.sleep(0.5)
        else:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("origin")
    parser.add_argument("token")
    parser.add_argument("--rate", type=float, default=25.0)
    parser.add_argument("--gap", type=float, default=1.0)
    parser.add_argument("--never-again", action="store_true")
    parser.add_argument("--shared", action="store_true")
    log.configure("WARNING")
    asyncio.run(send(parser.parse_args()))


if __name__ == "__main__":
    main()
