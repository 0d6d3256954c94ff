"""The ledger: which story versions each chat has had, counting those that are written but not sent yet.

Rows are only added, with `sent` and `unknown` in the same commit. What becomes of them when two stories become one tells
`storage.retelling`; a part that was written with a number that a merge had taken away meanwhile counts for the story that lives.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Insert,
    TableValuedAlias,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
)

from news.audience import DeliveryState
from news.ids import ChatId, DeliveryId, StoryId
from storage.chunks import chunks
from storage.tables import delivery, story, story_alias, told
from storage.transaction import AnyRow, Transaction

Told = tuple[int, datetime]


def unfinished(name: str = "delivery") -> ColumnElement[bool]:
    """Whether a row of the delivery table, or of an alias of it, is still to be sent.

    Written out, in the very words of the partial index: with parameters SQLite could not know that the index will do.
    """
    return literal_column(f"{name}.state IN ('pending', 'claimed', 'sending')", Boolean)


async def read_ledger(
    transaction: Transaction, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
) -> dict[ChatId, dict[StoryId, Told]]:
    """The latest version of each story asked for, and when; by the number that was asked."""
    asked: dict[StoryId, list[StoryId]] = defaultdict(list)  # what was asked, by the number that lives
    aliases = await _aliases(transaction, story_ids)
    for story_id in dict.fromkeys(story_ids):
        asked[aliases.get(story_id, story_id)].append(story_id)
    found: dict[ChatId, dict[StoryId, Told]] = defaultdict(dict)

    def count(chat_id: ChatId, story_id: StoryId, had: Told) -> None:
        if had[0] >= found[chat_id].get(story_id, (0, had[1]))[0]:
            found[chat_id][story_id] = had

    for chats in chunks(list(dict.fromkeys(chat_ids))):
        for stories in chunks(list(asked)):
            query = select(told.c.id, told.c.chat_id, told.c.story_id, told.c.version, told.c.told_at).where(
                told.c.chat_id.in_(chats), told.c.story_id.in_(stories)
            )
            for row in sorted(await transaction.connection.execute(query), key=_by_number):
                count(ChatId(row.chat_id), StoryId(row.story_id), (row.version, row.told_at))
        coming = select(delivery.c.id, delivery.c.chat_id, delivery.c.stories, delivery.c.created_at).where(
            delivery.c.chat_id.in_(chats), unfinished()
        )
        for each in sorted(await transaction.connection.execute(coming), key=_by_number):
            for story_id, version in each.stories:
                living = aliases.get(story_id, StoryId(story_id))
                if living in asked:
                    count(ChatId(each.chat_id), living, (version, each.created_at))
    return {
        chat_id: {name: had[living] for living, names in asked.items() if living in had for name in names}
        for chat_id, had in found.items()
    }


def _by_number(row: AnyRow) -> int:
    """Sorted here, as ORDER BY id would have SQLite read the whole table in that order."""
    number: int = row.id
    return number


async def tell(transaction: Transaction, delivery_ids: Sequence[DeliveryId], at: datetime) -> None:
    """Write the ledger rows of deliveries that are not sent yet, in one statement; a story that is gone leaves none."""
    statement = _TELL_SQLITE if transaction.sqlite else _TELL_POSTGRESQL
    await transaction.connection.execute(statement, {"delivery_ids": list(delivery_ids), "at": at})


def _telling(pair: TableValuedAlias, story_id: ColumnElement[int], version: ColumnElement[int]) -> Insert:
    """The statement of `tell`, made once: making it costs more than running it."""
    alias = select(story_alias.c.story_id).where(story_alias.c.alias_id == story_id).scalar_subquery()
    rows = (
        select(
            delivery.c.chat_id,
            story.c.id,
            version,
            bindparam("at", type_=told.c.told_at.type),
            delivery.c.id,
        )
        .select_from(delivery)
        .join(pair, true())
        .join(story, story.c.id == func.coalesce(alias, story_id))
        .where(delivery.c.id.in_(bindparam("delivery_ids", expanding=True)), delivery.c.state != DeliveryState.SENT)
        .distinct()
    )
    return insert(told).from_select(("chat_id", "story_id", "version", "told_at", "delivery_id"), rows)


_PAIR_SQLITE = func.json_each(delivery.c.stories).table_valued("value", name="pair")
_TELL_SQLITE = _telling(_PAIR_SQLITE, *(func.json_extract(_PAIR_SQLITE.c.value, f"$[{index}]") for index in (0, 1)))
_PAIR_POSTGRESQL = func.json_array_elements(delivery.c.stories).table_valued("value", name="pair")
_TELL_POSTGRESQL = _telling(
    _PAIR_POSTGRESQL, *(cast(_PAIR_POSTGRESQL.c.value.op("->>")(index), BigInteger) for index in (0, 1))
)


async def _aliases(transaction: Transaction, story_ids: Sequence[StoryId]) -> dict[int, StoryId]:
    """The numbers that merges took away, of these stories and of those that they became, and which story lives."""
    living: dict[int, StoryId] = {}
    for some in chunks(list(dict.fromkeys(story_ids))):
        named = select(story_alias.c.story_id).where(story_alias.c.alias_id.in_(some))
        query = select(story_alias).where(or_(story_alias.c.story_id.in_(some), story_alias.c.story_id.in_(named)))
        living.update((row.alias_id, StoryId(row.story_id)) for row in await transaction.connection.execute(query))
    return living
