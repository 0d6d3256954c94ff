"""The sending rate of one bot token, shared by all its processes over one PostgreSQL: rows among the leases.

The lease `rate` lasts until the last moment that was given to anybody, `pause:CHAT` until a chat may have a message again.
Each call is one statement in a transaction of its own, over before anybody waits. All times are the server's, in go and out
come seconds from now, so that no clock of another machine counts. Implements `bot.token_rate.RateStore`.
"""

import secrets
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_TAKE = text(
    """
    WITH over AS (DELETE FROM lease WHERE name LIKE 'pause:%' AND until <= clock_timestamp()),
    taken AS (
        INSERT INTO lease (name, holder, until)
        VALUES ('rate', :holder, clock_timestamp() + make_interval(secs => :span_s))
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,
            until = greatest(lease.until, clock_timestamp()) + make_interval(secs => :span_s)
        RETURNING extract(epoch FROM until - clock_timestamp()) AS last_s
    )
    SELECT last_s, (
        SELECT json_object_agg(substr(name, 7), extract(epoch FROM until - clock_timestamp()))
        FROM lease WHERE name LIKE 'pause:%' AND until > clock_timestamp()
    ) AS pauses FROM taken
    """
)
_PAUSE = text(
    """
    INSERT INTO lease (name, holder, until) VALUES (:name, :holder, clock_timestamp() + make_interval(secs => :wait_s))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = greatest(lease.until, excluded.until)
    """
)


class TokenRate:
    """The rate, as one process sees it. Raises StorageError."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._holder = secrets.token_hex(8)

    async def take(self, turns: int, gap_s: float) -> tuple[float, Mapping[int, float]]:
        """The next so many moments, `gap_s` apart: seconds until the first; and how long each paused chat is to wait."""
        span_s = turns * gap_s
        async with self._engine.connect() as connection:
            last_s, pauses = (await connection.execute(_TAKE, {"holder": self._holder, "span_s": span_s})).one()
        return float(last_s) - span_s, {int(chat): float(wait_s) for chat, wait_s in (pauses or {}).items()}

    async def pause(self, chat_id: int | None, wait_s: float) -> None:
        """Have all processes pause for that chat, or for all."""
        name = "rate" if chat_id is None else f"pause:{chat_id}"
        async with self._engine.connect() as connection:
            await connection.execute(_PAUSE, {"name": name, "holder": self._holder, "wait_s": wait_s})
