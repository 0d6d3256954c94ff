"""A question as it is searched with: the text that is embedded for it, and that text without each of its plain words.

In: the question, the languages of the model, the table of names. Out: a `Wording`, whose texts are embedded together with those of
other questions while no transaction is open, and the `Asked` that it becomes with their vectors. Pure, but for `KnownVectors`, which
asks the model.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from news.aliases import AliasTable
from news.contrast import without
from news.ports import Embedder
from news.questions import TopicQuery
from news.ranking import plan
from news.reading import Vector
from news.retrieval import embeddable, question_vectors

MOST_VECTORS = 20_000
"""Kept between ticks; 1.5 kB each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its vector, and by plain word the vector of the question without it; no vector: words alone are sought."""

    query: TopicQuery
    vector: Vector | None = None
    without: Mapping[str, Vector] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """A question with the texts that are embedded for it; none where the model cannot be asked."""

    query: TopicQuery
    text: str | None = None
    without: Mapping[str, str] = field(default_factory=dict)  # by plain word

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them."""
        return (self.text, *self.without.values()) if self.text is not None else ()

    def asked(self, vectors: Mapping[str, Vector]) -> Asked:
        """The question with those of the vectors that are its own."""
        near = vectors.get(self.text) if self.text is not None else None
        return Asked(self.query, near, {word: vectors[rest] for word, rest in self.without.items() if rest in vectors})


def worded(
    query: TopicQuery, languages: Collection[str] | None, aliases: AliasTable, *, closely: bool = True
) -> Wording:
    """How the question is embedded; `closely`: without each of its plain words too."""
    text = embeddable(query, languages, aliases)
    if text is None:
        return Wording(query)
    return Wording(query, text, without(text, plan(query, aliases).poles) if closely else {})


class KnownVectors:
    """The vectors of what is asked at every tick: each text is embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vector] = {}

    async def of(self, questions: Sequence[Wording]) -> Mapping[str, Vector]:
        """The vectors of the questions' texts, and earlier ones; those are missing that no model could be asked for."""
        if len(self._known) > MOST_VECTORS:
            self._known.clear()
        texts = dict.fromkeys(text for each in questions for text in each.texts)
        self._known.update(await question_vectors(self._embedder, [text for text in texts if text not in self._known]))
        return self._known
