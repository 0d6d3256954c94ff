"""The ledger: which story versions each chat has had, counting those that are written but not sent yet.

Rows are only added, with `sent` and `unknown` in the same commit. A merge moves the younger story's rows to the older and
adds one of the merged version for every chat that had either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Insert,
    TableValuedAlias,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)

from news.audience import DeliveryState
from news.ids import ChatId, DeliveryId, StoryId
from storage.chunks import chunks
from storage.tables import delivery, rating, story, story_alias, told
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
    merges = await _Merges.read(transaction, story_ids)
    found: dict[ChatId, dict[StoryId, Told]] = defaultdict(dict)

    def count(chat_id: ChatId, story_id: StoryId, had: Told) -> None:
        if had[0] >= found[chat_id].get(story_id, (0, had[1]))[0]:
            found[chat_id][story_id] = had

    wanted = merges.asked
    for chats in chunks(list(dict.fromkeys(chat_ids))):
        for stories in chunks(list(wanted)):
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
                living, merged = merges.resolve(story_id, version, each.created_at)
                if living in wanted:
                    count(ChatId(each.chat_id), living, (merged, each.created_at))
    return {
        chat_id: {asked: had[living] for living, names in wanted.items() if living in had for asked in names}
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
    later = (  # as in `_Merges.resolve`
        select(func.max(story_alias.c.version))
        .where(story_alias.c.story_id == story.c.id, story_alias.c.merged_at >= delivery.c.created_at)
        .scalar_subquery()
    )
    rows = (
        select(
            delivery.c.chat_id,
            story.c.id,
            case((later > version, later), else_=version),
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


async def merge_ledger(transaction: Transaction, kept: StoryId, gone: StoryId, version: int, at: datetime) -> None:
    """Who had either story has had the merged version; ratings move, the older story's own first."""
    connection = transaction.connection
    had_either = select(told.c.chat_id).where(told.c.story_id.in_((kept, gone))).distinct()
    chat_ids = (await connection.scalars(had_either.order_by(told.c.chat_id))).all()
    await connection.execute(update(told).where(told.c.story_id == gone).values(story_id=kept))
    rows = [{"chat_id": chat_id, "story_id": kept, "version": version, "told_at": at} for chat_id in chat_ids]
    await transaction.insert_ignoring(insert(told), rows)
    columns = (rating.c.chat_id, literal(kept).label("story_id"), rating.c.value, rating.c.at)
    moved = transaction.insert(rating).from_select(
        ["chat_id", "story_id", "value", "at"], select(*columns).where(rating.c.story_id == gone)
    )
    await connection.execute(moved.on_conflict_do_nothing())


class _Merges:
    """The merges that touch some stories: what numbers stand for, and which version the merged story had."""

    def __init__(self, living: Mapping[int, StoryId], merged: Mapping[int, Sequence[tuple[int, datetime]]]) -> None:
        self._living = living
        self._merged = merged
        self.asked: dict[StoryId, list[StoryId]] = defaultdict(list)

    @classmethod
    async def read(cls, transaction: Transaction, story_ids: Sequence[StoryId]) -> "_Merges":
        living: dict[int, StoryId] = {}
        merged: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for some in chunks(list(dict.fromkeys(story_ids))):
            named = select(story_alias.c.story_id).where(story_alias.c.alias_id.in_(some))
            query = select(story_alias).where(or_(story_alias.c.story_id.in_(some), story_alias.c.story_id.in_(named)))
            for row in await transaction.connection.execute(query):
                living[row.alias_id] = StoryId(row.story_id)
                merged[row.story_id].append((row.version, row.merged_at))
        merges = cls(living, merged)
        for story_id in dict.fromkeys(story_ids):
            merges.asked[living.get(story_id, story_id)].append(story_id)
        return merges

    def resolve(self, story_id: int, version: int, written_at: datetime) -> tuple[StoryId, int]:
        """The living story, and the version that one written then is worth: at least that of later merges."""
        living = self._living.get(story_id, StoryId(story_id))
        later = [merged for merged, at in self._merged.get(living, ()) if at >= written_at]
        return living, max([version, *later])
