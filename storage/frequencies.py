"""How telling words are: inverse document frequencies, remembered between searches.

Counting a common word's articles costs what the word is common; a store's words change slowly. So counts are kept until the
number of articles has grown by a tenth. A small store is always counted anew.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chunks import chunks

COUNTED = 5_000  # articles of one word that PostgreSQL counts; more make it no commoner
_SMALL = 500  # articles, below which nothing is remembered
_GROWTH = 1.1
_REMEMBERED_TOKENS = 200_000  # about 20 MB


@dataclass
class WordFrequencies:
    """What a process knows of its database's words; shared by its units."""

    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    async def inverse(self, connection: AsyncConnection, tokens: Sequence[str]) -> dict[str, float]:
        """The idf of tokens over all articles that can be found."""
        total = await self._total(connection)
        grown = not self.total <= total <= self.total * _GROWTH
        if grown or total < _SMALL or len(self.counts) > _REMEMBERED_TOKENS:
            self.total, self.counts = total, {}
        missing = [token for token in tokens if token not in self.counts]
        for some in chunks(missing):
            found = await _count(connection, some)
            self.counts.update((token, found.get(token, 0)) for token in some)
        counts = {token: self.counts[token] for token in tokens}
        articles = max([total, *counts.values()])
        return {token: math.log(1 + (articles + 0.5) / (count + 0.5)) for token, count in counts.items()}

    async def _total(self, connection: AsyncConnection) -> int:
        """About how many articles there are: neither database counts rows without reading them."""
        if connection.dialect.name == "sqlite":
            query = "SELECT coalesce(max(article_id), 0) FROM article_words"
        else:
            query = "SELECT CAST(greatest(reltuples, 0) AS bigint) FROM pg_class WHERE oid = 'article_words'::regclass"
        total: int = (await connection.execute(text(query))).scalar_one()
        return total


async def _count(connection: AsyncConnection, tokens: Sequence[str]) -> dict[str, int]:
    if connection.dialect.name == "sqlite":
        statement = text("SELECT term AS token, doc FROM article_fts_terms WHERE term IN :tokens")
        query = statement.bindparams(bindparam("tokens", expanding=True))
    else:
        query = text(
            "SELECT token, (SELECT count(*) FROM (SELECT 1 FROM article_words"
            " WHERE lexemes @@ ('''' || token || '''')::tsquery LIMIT :counted) AS matching) AS doc"
            " FROM unnest(CAST(:tokens AS text[])) AS asked(token)"
        ).bindparams(counted=COUNTED)
    rows = await connection.execute(query, {"tokens": list(tokens)})
    return {row.token: row.doc for row in rows}
