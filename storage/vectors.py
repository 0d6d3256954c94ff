"""Article vectors in memory for SQLite: one float32 matrix a model, brought up to date before each search.

Rows of `article_vector` have growing numbers that are never used again and a trigger writes down those that go, so one
query each tells what changed since, whoever wrote it: other processes too. The shared cache only ever holds committed
rows; what a writing unit itself has changed is read beside it. 100,000 vectors of 384 dimensions take 158 MB.

Up to `EXACT_ROWS` vectors in the window are compared one by one. Of more, the signs of their numbers are compared first: 384
bits a vector in place of 12,288, and only those that differ least are compared in full (of 17,600 news texts .999 of the
true 40 nearest are among the 2,000 whose signs are nearest). So 100,000 take about 2 ms in place of 20 to 30.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import LargeBinary, Select, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from news.ids import ArticleId
from news.reading import Vector, Window
from storage.tables import article_vector, vector_gone

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint64]  # a column a vector: the signs of its numbers, 64 in each row
_OFF_LOOP_ROWS = 50_000  # a search among more (about 1 ms) runs in a thread
_COMPACT_SHARE = 0.25  # of gone rows, above which the matrix is packed anew
EXACT_ROWS = 5_000  # up to so many are compared one by one: as quick as looking at signs first
_LIKELY = 2_000  # vectors whose signs are nearest that are compared in full, at least
_LIKELY_SHARE = 30  # of them for each one that is asked for


@dataclass
class _Matrix:
    """Rows of one model. Arrays grow by doubling and are never changed below `count`, so that a search may go on beside."""

    dims: int
    count: int = 0
    rows: Floats = field(init=False)
    codes: Codes = field(init=False)
    vector_ids: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    article_ids: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    times: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))
    alive: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    def __post_init__(self) -> None:
        self.rows = np.empty((0, self.dims), np.float32)
        self.codes = np.empty((-(-self.dims // 64), 0), np.uint64)

    def append(self, ids: Sequence[tuple[int, int, float]], rows: Floats) -> None:
        """Add rows: (vector id, article id, published_at as a timestamp) and their unit vectors."""
        end = self.count + len(ids)
        if end > len(self.rows):
            self._grow(max(end, 2 * len(self.rows), 256))
        numbers = np.array(ids, dtype=np.float64)
        self.rows[self.count : end] = rows
        self.codes[:, self.count : end] = _signs(rows)
        self.vector_ids[self.count : end] = numbers[:, 0]
        self.article_ids[self.count : end] = numbers[:, 1]
        self.times[self.count : end] = numbers[:, 2]
        self.alive[self.count : end] = True
        self.count = end

    def drop(self, vector_ids: npt.NDArray[np.int64]) -> None:
        """Forget rows. Copies: a search that runs keeps what it began with."""
        alive = self.alive.copy()
        alive[: self.count] &= ~np.isin(self.vector_ids[: self.count], vector_ids)
        self.alive = alive
        left = int(alive[: self.count].sum())
        if self.count - left > _COMPACT_SHARE * self.count:
            keep = np.flatnonzero(alive[: self.count])
            self.rows, self.codes = self.rows[keep], np.ascontiguousarray(self.codes[:, keep])
            self.vector_ids = self.vector_ids[keep]
            self.article_ids, self.times = self.article_ids[keep], self.times[keep]
            self.alive, self.count = alive[keep], left

    def _grow(self, capacity: int) -> None:
        rows = np.zeros((capacity, self.dims), np.float32)
        rows[: self.count] = self.rows[: self.count]
        codes = np.zeros((len(self.codes), capacity), np.uint64)
        codes[:, : self.count] = self.codes[:, : self.count]
        self.rows, self.codes = rows, codes
        for name in ("vector_ids", "article_ids", "times", "alive"):
            old = getattr(self, name)
            new = np.zeros(capacity, old.dtype)
            new[: self.count] = old[: self.count]
            setattr(self, name, new)


@dataclass
class VectorCache:
    """What a process knows of the stored vectors; shared by its units."""

    last_vector: int = 0
    last_gone: int = 0
    matrices: dict[str, _Matrix] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, connection: AsyncConnection) -> None:
        """Take in what was committed since. The connection must have written no vectors itself."""
        async with self.lock:
            first_gone, last_gone, last_vector = (await connection.execute(_ENDS)).one()
            if (first_gone or 0) > self.last_gone + 1 and self.last_vector:
                self.matrices, self.last_vector = {}, 0  # the list was cut short meanwhile: read anew
            elif (last_gone or 0) > self.last_gone:
                gone = await connection.scalars(
                    select(vector_gone.c.vector_id).where(vector_gone.c.id > self.last_gone)
                )
                dropped = np.array(gone.all(), dtype=np.int64)
                for matrix in self.matrices.values():
                    matrix.drop(dropped)
            self.last_gone = max(self.last_gone, last_gone or 0)
            if (last_vector or 0) > self.last_vector:
                self.last_vector = await _append_newer(connection, self.matrices, self.last_vector)


_ENDS = select(
    select(func.min(vector_gone.c.id)).scalar_subquery(),
    select(func.max(vector_gone.c.id)).scalar_subquery(),
    select(func.max(article_vector.c.id)).scalar_subquery(),
)


class VectorView:
    """The vectors as one unit of work sees them: the shared cache, and what the unit itself changed."""

    def __init__(self, cache: VectorCache) -> None:
        self._cache = cache
        self._refreshed = False
        self._changed = False

    async def before_change(self, connection: AsyncConnection) -> None:
        """To be called before the unit writes or deletes vectors."""
        if not self._changed:
            await self._cache.refresh(connection)
            self._changed = True

    async def cosines(
        self, connection: AsyncConnection, vectors: Sequence[Vector], article_ids: Sequence[ArticleId]
    ) -> dict[ArticleId, list[float]]:
        """The nearness of these articles to each of the vectors, from memory: the rows lie scattered over the file."""
        await self._catch_up(connection)
        found: dict[ArticleId, list[float]] = {}
        own: dict[str, _Matrix] = {}
        if self._changed:
            await _append_newer(connection, own, self._cache.last_vector)
        asked = np.array([np.frombuffer(vector.data, dtype="<f4") for vector in vectors])
        for matrices in (self._cache.matrices, own):  # what the unit itself wrote counts last
            matrix = matrices.get(vectors[0].model)
            if matrix is None or matrix.dims != asked.shape[1]:
                continue
            wanted = np.isin(matrix.article_ids[: matrix.count], np.array(article_ids, np.int64))
            for at in np.flatnonzero(wanted & matrix.alive[: matrix.count]):
                found[ArticleId(int(matrix.article_ids[at]))] = [float(each) for each in asked @ matrix.rows[at]]
        return found

    async def _catch_up(self, connection: AsyncConnection) -> None:
        """Take in what others committed, once a unit."""
        if not self._changed and not self._refreshed:
            await self._cache.refresh(connection)
            self._refreshed = True

    async def nearest(
        self, connection: AsyncConnection, vector: Vector, window: Window, limit: int
    ) -> list[tuple[ArticleId, float]]:
        """The nearest articles published in a window, with their cosines; ties by article."""
        await self._catch_up(connection)
        own: dict[str, _Matrix] = {}
        gone: frozenset[int] = frozenset()
        if self._changed:
            await _append_newer(connection, own, self._cache.last_vector)
            query = select(vector_gone.c.vector_id).where(vector_gone.c.id > self._cache.last_gone)
            gone = frozenset((await connection.scalars(query)).all())
        found: list[tuple[ArticleId, float]] = []
        for matrices, without in ((self._cache.matrices, gone), (own, frozenset[int]())):
            matrix = matrices.get(vector.model)
            if matrix is not None:
                found += await _search(matrix, vector, window, limit + len(without), without)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]


async def _append_newer(connection: AsyncConnection, matrices: dict[str, _Matrix], after: int) -> int:
    """Read the vectors with higher numbers into the matrices; returns the highest."""
    while True:
        batch = (await connection.execute(_newer(after))).all()
        for model, size in dict.fromkeys((row.model, len(row.data)) for row in batch):
            rows = [row for row in batch if (row.model, len(row.data)) == (model, size)]
            half = np.frombuffer(b"".join(row.data for row in rows), dtype="<f2").reshape(len(rows), -1)
            matrix = matrices.get(model)
            if (
                matrix is None or matrix.dims != half.shape[1]
            ):  # a server gives others under the old name, after a reindex
                matrix = matrices[model] = _Matrix(half.shape[1])
            ids = [(row.id, row.article_id, row.published_at.timestamp()) for row in rows]
            matrix.append(ids, _unit(half.astype(np.float32)))
        if batch:
            after = batch[-1].id
        if len(batch) < _BATCH:
            return after


_BATCH = 5_000


def _newer(after: int) -> Select[tuple[int, int, str, datetime, bytes]]:
    columns = article_vector.c
    data = type_coerce(columns.vector, LargeBinary).label("data")
    query = select(columns.id, columns.article_id, columns.model, columns.published_at, data)
    return query.where(columns.id > after).order_by(columns.id).limit(_BATCH)


def _unit(rows: Floats) -> Floats:
    """Half precision bends lengths by up to 0.0005."""
    lengths: Floats = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    return rows / lengths


def _signs(rows: Floats) -> Codes:
    """Which numbers of each row are above 0, as bits, a column a row."""
    bits = np.packbits(rows > 0, axis=1)
    padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
    return np.ascontiguousarray(padded.view(np.uint64).T)


def _likely(codes: Codes, query: Floats, wanted: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.int64]:
    """Places of the wanted vectors whose signs differ least from the query's: at least `count`, and all that are as near."""
    differing = np.bitwise_count(codes ^ _signs(query[None, :])).sum(axis=0, dtype=np.uint16)
    within = np.bincount(differing[wanted]).cumsum()
    return np.flatnonzero(wanted & (differing <= np.searchsorted(within, count)))


async def _search(
    matrix: _Matrix, vector: Vector, window: Window, limit: int, without: frozenset[int]
) -> list[tuple[ArticleId, float]]:
    query = np.frombuffer(vector.data, dtype="<f4")
    if len(query) != matrix.dims:
        return []
    count = matrix.count
    times = matrix.times[:count]
    wanted = (times >= window.since.timestamp()) & (times < window.until.timestamp()) & matrix.alive[:count]
    if without:
        wanted &= ~np.isin(matrix.vector_ids[:count], np.fromiter(without, np.int64))
    places = np.flatnonzero(wanted)
    if not len(places):
        return []
    # Articles come in by time: the window is nearly one run of rows, and a slice of a matrix is not copied.
    first, last = int(places[0]), int(places[-1]) + 1
    rows, article_ids, wanted = matrix.rows[first:last], matrix.article_ids[first:last], wanted[first:last]
    codes = matrix.codes[:, first:last]

    def compute() -> list[tuple[ArticleId, float]]:
        if len(rows) <= EXACT_ROWS:
            at = np.flatnonzero(wanted)
            scores = (rows @ query)[at]
        else:
            at = _likely(codes, query, wanted, max(_LIKELY, _LIKELY_SHARE * limit))
            scores = rows[at] @ query
        best = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else np.arange(len(scores))
        return [(ArticleId(int(article_ids[at[place]])), float(scores[place])) for place in best]

    return await asyncio.to_thread(compute) if len(rows) > _OFF_LOOP_ROWS else compute()
