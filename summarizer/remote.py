"""Models behind an OpenAI-compatible address: vectors from `/embeddings`, summaries from `/chat/completions`.

In and out as for the models that run here (`summarizer.embedding`, `summarizer.generators`); torch is not needed. How many
numbers a vector has is found out from the first answer, and an answer of another length is refused: it is another model's.
Raises SummaryError `endpoint_failed`, `model_changed` for such an answer, and `model_missing` where the address does not name
the model of vectors.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import structlog

from news.errors import SummaryError
from news.ids import ModelId
from summarizer import address, prompts
from summarizer.config import SummarizerConfig
from summarizer.encoders import prefixes
from summarizer.endpoint import Endpoint
from summarizer.generation import TOKENS_PER_WORD
from summarizer.loading import model_id
from summarizer.vectors import Matrix, unit

_log = structlog.get_logger()
_TEXTS = 64  # of one request
_TEXT_CHARS = 6000  # of each; as many as 512 tokens have at the most, and servers refuse what is too long
_EMBED_WITHIN_S = 40.0  # a request with its tries; two of them fit in a call's deadline
_NAME_WITHIN_S = 10.0
_INPUT_WORDS = 3000
_ROOM = 1.5  # tokens of an answer over those of the words asked for: a model that goes on is cut by the budget, not in mid-word


class RemoteEncoder:
    """A sentence encoder on a server."""

    def __init__(self, config: SummarizerConfig) -> None:
        """Nothing is asked yet."""
        model = config.embedding_model or ""
        served = address.parse(model)
        if not served.name:
            raise SummaryError(
                f"The address of the embedding model names no model: write {served.base}#NAME, so that vectors of two "
                "models are never mixed.",
                code="model_missing",
            )
        self.id: ModelId = model_id(model)
        self._endpoint = Endpoint(served, config.embedding_key)
        self._query_prefix, self._text_prefix = prefixes(served.name)
        self._dimensions: int | None = None
        self._told = False  # of another length, once a process

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Matrix:
        """Unit vectors, shape (len(texts), dimensions), in the order given."""
        prefix = self._query_prefix if query else self._text_prefix
        distinct = list(dict.fromkeys(texts))
        prepared = [(prefix + text)[:_TEXT_CHARS] or " " for text in distinct]
        parts = [self._ask(prepared[start : start + _TEXTS]) for start in range(0, len(prepared), _TEXTS)]
        if not parts:
            return np.zeros((0, self._dimensions or 0), dtype=np.float32)
        rows = np.concatenate(parts)
        place = {text: index for index, text in enumerate(distinct)}
        return rows[[place[text] for text in texts]]

    def _ask(self, texts: list[str]) -> Matrix:
        body = {"model": self._endpoint.address.name, "input": texts, "encoding_format": "float"}
        answer = self._endpoint.ask("/embeddings", body, within_s=_EMBED_WITHIN_S)
        try:
            listed = sorted(answer["data"], key=lambda one: int(one["index"]))
            places = [int(one["index"]) for one in listed]
            rows = np.array([one["embedding"] for one in listed], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise self._refusal("an answer without vectors") from error
        if places != list(range(len(texts))) or rows.ndim != 2 or not rows.shape[1]:
            raise self._refusal(f"{len(places)} vectors for {len(texts)} texts")
        if not np.isfinite(rows).all():
            raise self._refusal("vectors that are no numbers")
        self._dimensions = self._dimensions or rows.shape[1]
        if rows.shape[1] != self._dimensions:
            raise self._changed(rows.shape[1])
        return unit(rows)

    def _changed(self, numbers: int) -> SummaryError:
        message = (
            f"Vectors of {self.id} have {numbers} numbers, {self._dimensions} before: run byline reindex --all-vectors."
        )
        if not self._told:
            self._told = True
            _log.error("embedding_model_changed", model=self.id, numbers=numbers, before=self._dimensions)
        return SummaryError(message, code="model_changed")

    def _refusal(self, what: str) -> SummaryError:
        host = self._endpoint.address.host
        return SummaryError(f"The model's server at {host} gave {what}.", code="endpoint_failed")


class RemoteGenerator:
    """A model on a server that writes."""

    input_words = _INPUT_WORDS

    def __init__(self, config: SummarizerConfig) -> None:
        """Ask for the model's name where the address does not tell it."""
        served = address.parse(config.summary_model or "")
        self._endpoint = Endpoint(served, config.summary_key)
        self.name = served.name or self._first_model()

    def write(self, texts: Sequence[str], max_words: int, within_s: float) -> str:
        """One answer at temperature 0."""
        body = {
            "model": self.name,
            "temperature": 0,
            "max_tokens": math.ceil(max_words * TOKENS_PER_WORD * _ROOM),
            "messages": [
                {"role": "system", "content": prompts.system()},
                {"role": "user", "content": prompts.summary(texts, max_words)},
            ],
        }
        answer = self._endpoint.ask("/chat/completions", body, within_s=within_s)
        return str(self._part(answer, "choices", 0, "message", "content")).strip()

    def _first_model(self) -> str:
        return str(self._part(self._endpoint.ask("/models", None, within_s=_NAME_WITHIN_S), "data", 0, "id"))

    def _part(self, answer: Any, *path: str | int) -> Any:
        try:
            for step in path:
                answer = answer[step]
        except (KeyError, IndexError, TypeError) as error:
            host = self._endpoint.address.host
            raise SummaryError(f"The model's server at {host} gave no {path[-1]}.", code="endpoint_failed") from error
        return answer
