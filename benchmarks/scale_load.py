"""A year of synthetic articles, put into a database in bulk: by COPY into PostgreSQL with its indexes made afterwards, by
plain inserts into SQLite.

News sentences about 40 actors, four articles a story, oldest first. `fill` writes what reading and enriching would have
written: articles, texts, enrichments, key sentences, words, vectors and stories.
"""

import itertools
import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, insert, text

from news.fingerprint import fingerprint
from news.ids import ModelId
from news.reading import Vector
from storage.engine import open_engine
from storage.enrichments import words_of
from storage.location import locate
from storage.tables import (
    article,
    article_text,
    article_vector,
    article_words,
    enrichment,
    key_sentences,
    source,
    story,
    story_update,
)

NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
MODEL = ModelId("stand-in@1")
DIMS = 384
STORY = 4  # articles
BATCH = 5_000  # articles
# fmt: off
ACTORS = (
    "Russia", "China", "Ukraine", "France", "Germany", "Turkey", "Iran", "Israel", "India", "Pakistan", "Japan", "Brazil",
    "Mexico", "Canada", "Egypt", "Kenya", "Nigeria", "Poland", "Spain", "Italy", "Sweden", "Norway", "Finland", "Greece",
    "Serbia", "Cuba", "Peru", "Chile", "Argentina", "Colombia", "Vietnam", "Thailand", "Indonesia", "Malaysia",
    "Australia", "Iraq", "Syria", "Libya", "Sudan", "Ethiopia",
)
THINGS = (
    "trade", "gas", "grain", "tariffs", "borders", "migration", "fisheries", "semiconductors", "steel", "vaccines",
    "visas", "satellites",
)
# fmt: on
DEEDS = ("signed an agreement on", "suspended talks on", "resumed talks on", "raised the price of", "argued over")
FIGURES = tuple(range(20, 900, 7))
BUILD_MEMORY = "3GB"  # of the vector index: a graph that does not fit is built an order slower

Written = tuple[int, datetime, list[list[str]]]
"""A story: its number, when, and the sentences of each of its articles."""


class StandIn:
    """A vector of a text as the sum of its words' directions: texts that share words are near."""

    model = MODEL
    languages: frozenset[str] | None = None

    def __init__(self) -> None:
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Vector]:
        del query
        return [Vector(MODEL, self.row(text).tobytes()) for text in texts]

    def row(self, text: str) -> npt.NDArray[np.float32]:
        total = np.sum([self._direction(word) for word in text.lower().replace(".", "").split()], axis=0)
        unit: npt.NDArray[np.float32] = (total / np.linalg.norm(total)).astype("<f4")
        return unit

    def _direction(self, word: str) -> npt.NDArray[np.float32]:
        if word not in self._known:
            made = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIMS).astype("<f4")
            self._known[word] = made
        return self._known[word]


def stories(count: int, seed: int = 7) -> Iterator[tuple[datetime, list[list[str]]]]:
    """Stories of so many articles in all, oldest first: when, and the sentences of each of its articles."""
    chance = random.Random(seed)
    for number in range(count // STORY):
        one, other = chance.sample(ACTORS, 2)
        thing, deed = chance.choice(THINGS), chance.choice(DEEDS)
        lead = f"{one} and {other} {deed} {thing} on day {number}."
        articles = []
        for outlet in range(STORY):
            figures = chance.sample(FIGURES, 3)
            details = [
                f"Officials of {one} said that {figures[0]} million dollars of {thing} are concerned.",
                f"A ministry of {other} put the number at {figures[1]} and expects {figures[2]} more next year.",
                f"Outlet {outlet} reports that a further round on {thing} is planned between {one} and {other}.",
            ]
            articles.append([lead, *chance.sample(details, 3)])
        yield NOW - YEAR + YEAR * (number * STORY / count), articles


def fill(url: str, count: int) -> tuple[float, float]:
    """Fill an empty, migrated database; the seconds that the rows took, and the indexes afterwards."""
    location = locate(url)
    engine = open_engine(location)
    write = _insert if location.path is not None else _copy_in
    try:
        began = time.perf_counter()
        with engine.begin() as connection:
            indexes = [] if location.path is not None else _set_aside_indexes(connection)
            connection.execute(insert(source), [_SOURCE])
            rows_of = _Rows()
            numbered = ((number, *each) for number, each in enumerate(stories(count), start=1))
            while batch := list(itertools.islice(numbered, BATCH // STORY)):
                for table, rows in rows_of.batch(batch).items():
                    write(connection, table, rows)
        loaded = time.perf_counter()
        if location.path is None:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                _finish(connection, indexes)
        return loaded - began, time.perf_counter() - loaded
    finally:
        engine.dispose()


_SOURCE: Mapping[str, Any] = {
    "id": 1, "url": "https://example.com/feed", "name": "Example", "name_folded": "example", "kind": "hand",
    "text_from": "auto", "status": "active", "added_at": NOW - YEAR, "interval": timedelta(minutes=15), "failures": 0,
}  # fmt: skip


def _set_aside_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that no constraint needs; how each is made again. Rows that refer to each other are not checked."""
    connection.execute(text("SET session_replication_role = replica"))
    found = connection.execute(
        text("""SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS made_by
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)""")
    ).all()
    for each in found:
        connection.execute(text(f'DROP INDEX "{each.name}"'))
    return [each.made_by for each in found]


def _finish(connection: Connection, indexes: Sequence[str]) -> None:
    """Make the indexes, set the counters behind the last numbers, count words for the planner."""
    connection.execute(text(f"SET maintenance_work_mem = '{BUILD_MEMORY}'"))
    for made_by in indexes:
        connection.exec_driver_sql(made_by)
    for table in (source, story, article, article_vector, story_update):
        name = table.name
        connection.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))
    connection.execute(text("VACUUM ANALYZE"))


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(insert(table), rows)


def _copy_in(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY, with the columns' own types making the values."""
    names = list(rows[0])
    binders = [_binder(connection, table, name) for name in names]
    raw: Any = connection.connection.driver_connection
    listed = ", ".join(f'"{name}"' for name in names)
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as stream:
        for row in rows:
            stream.write_row([bind(row[name]) for name, bind in zip(names, binders, strict=True)])


def _binder(connection: Connection, table: Table, name: str) -> Callable[[Any], Any]:
    if name == "vector":  # its type would write 384 numbers in full
        return lambda value: "[" + ",".join(f"{number:.4g}" for number in np.frombuffer(value, "<f4").tolist()) + "]"
    kind = table.c[name].type
    made = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return made if made is not None else lambda value: value


class _Rows:
    """Makes the rows of all tables; articles are numbered from 1 as the stories are."""

    def __init__(self) -> None:
        self._maker = StandIn()

    def batch(self, written: Sequence[Written]) -> dict[Table, list[dict[str, Any]]]:
        """What some stories put into each table, in an order that foreign keys allow."""
        rows: dict[Table, list[dict[str, Any]]] = {
            table: []
            for table in (story, article, article_text, story_update, enrichment, key_sentences, article_words)
        }
        rows[article_vector] = []
        for number, at, group in written:
            first_id = (number - 1) * STORY + 1
            title, last = group[0][0], at + timedelta(minutes=STORY - 1)
            rows[story].append({"id": number, "version": 1, "title": title, "first_seen": at, "last_seen": last})
            told = [[title, [[first_id, 1]], ""]]
            rows[story_update].append(
                {"id": number, "story_id": number, "version": 1, "at": at, "article_id": first_id, "sentences": told}
            )
            for place, sentences in enumerate(group):
                self._article(rows, first_id + place, number, at + timedelta(minutes=place), sentences)
        return rows

    def _article(
        self, rows: dict[Table, list[dict[str, Any]]], number: int, story_id: int, at: datetime, sentences: list[str]
    ) -> None:
        words = " ".join(sentences)
        mark = fingerprint(words)
        key = {"article_id": number, "revision": 1}
        rows[article].append({
            "id": number, "source_id": 1, "url": f"https://example.com/{story_id}/{number}", "title": sentences[0],
            "published_at": at, "dated": True, "read_at": at, "lang": "en", "publisher": f"p{number % 40}.example",
            "kind": "article", "whole": True, "revision": 1, "enriched_revision": 1, "fingerprint": mark,
            "story_id": story_id, "removed": False, **{f"band_{n}": mark >> 16 * n & 0xFFFF for n in range(4)},
        })  # fmt: skip
        rows[article_text].append({**key, "title": sentences[0], "text": words, "read_at": at, "fingerprint": mark})
        names = sorted({word for each in sentences for word in each.split() if word in ACTORS})
        rows[enrichment].append({
            **key, "lang": "en", "enriched_at": at, "sentences": [[n, each] for n, each in enumerate(sentences)],
            "facts": {"names": names, "numbers": [], "dates": [], "quotations": []},
            "summary": {"sentences": [[sentences[0], 0, True, ""]], "method": "extractive", "model": None, "seconds": 0.0},
        })  # fmt: skip
        vectors = np.stack([self._maker.row(each) for each in sentences]).astype("<f2").tobytes()
        listed = [[n, each, True] for n, each in enumerate(sentences)]
        rows[key_sentences].append({**key, "sentences": listed, "model": MODEL, "vectors": vectors})
        found_by = words_of(sentences[0], words, "en")
        rows[article_words].append({"article_id": number, "length": len(found_by), "tokens": " ".join(found_by)})
        rows[article_vector].append({
            "id": number, "article_id": number, "model": MODEL, "dims": DIMS, "published_at": at,
            "vector": self._maker.row(words).tobytes(),
        })  # fmt: skip
