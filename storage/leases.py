"""Named leases: who may send, who may plan. A lease that is not renewed lapses, and another holder takes it over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from storage.tables import lease as table
from storage.transaction import Transaction


async def hold(transaction: Transaction, name: str, holder: str, now: datetime, ttl: timedelta) -> bool:
    """Take or renew a lease, in one statement, so that of two who try one gets it."""
    statement = transaction.insert(table).values(name=name, holder=holder, until=now + ttl)
    taken = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": now + ttl},
        where=or_(table.c.holder == holder, table.c.until <= now),
    )
    return (await transaction.connection.execute(taken.returning(table.c.holder))).one_or_none() is not None


async def holder_of(transaction: Transaction, name: str) -> str | None:
    """Who held it last."""
    holder: str | None = await transaction.connection.scalar(select(table.c.holder).where(table.c.name == name))
    return holder


async def drop(transaction: Transaction, name: str, holder: str) -> None:
    """Give a lease back, if it is this holder's."""
    await transaction.connection.execute(delete(table).where(table.c.name == name, table.c.holder == holder))
