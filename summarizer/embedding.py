"""Unit vectors of texts by a sentence encoder, as fast as the machine lets one process go.

In: texts in any order. Out: a float32 matrix in the same order, one unit row each. Texts are tokenized once, equal ones are
embedded once, and batches hold texts of nearly one length up to a budget of tokens, so that little is padding. The precision
is bfloat16 where the CPU multiplies in it or a GPU is used. Pooling and prefixes follow the model's own files.
Raises SummaryError `model_missing`, `model_altered`, `model_failed`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from news.errors import SummaryError
from news.ids import ModelId
from summarizer.config import SummarizerConfig
from summarizer.encoders import prefixes
from summarizer.loading import bundled_folder, check_pinned, model_id, read_json, resolve
from summarizer.vectors import Matrix

_BATCH_TOKENS = 1024
_BATCH_TEXTS = 32
_MAX_TOKENS = 512
_CHARS_PER_TOKEN = 12  # a longer text is cut before the tokenizer sees it; no token of news is longer on average


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model wants its texts and gives its vectors."""

    pooling: str  # mean, cls or last
    query_prefix: str
    text_prefix: str
    max_tokens: int


class Encoder:
    """A loaded sentence encoder."""

    def __init__(self, config: SummarizerConfig) -> None:
        """Load it; takes seconds."""
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.id: ModelId = model_id(config.embedding_model)
        if config.embedding_model is None:
            folder = bundled_folder()
            check_pinned(folder)
        else:
            folder = resolve(config.embedding_model, offline=config.offline)
        self.recipe = recipe(folder, config.embedding_model or "")
        self.device = choose_device(config.device)
        self.dtype = choose_dtype(config.dtype, self.device)
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            model: Any = AutoModel.from_pretrained(str(folder), local_files_only=True, dtype=self.dtype)
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise SummaryError(f"The model in {folder} cannot be loaded: {error}", code="model_failed") from error
        self._model = model.to(self.device).eval()

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Matrix:
        """Unit vectors, shape (len(texts), dimensions), in the order given."""
        distinct = list(dict.fromkeys(texts))
        rows = self._embed_distinct(distinct, self.recipe.query_prefix if query else self.recipe.text_prefix)
        place = {text: index for index, text in enumerate(distinct)}
        return rows[[place[text] for text in texts]]

    def _embed_distinct(self, texts: list[str], prefix: str) -> Matrix:
        size = int(self._model.config.hidden_size)
        out = np.zeros((len(texts), size), dtype=np.float32)
        limit = self.recipe.max_tokens
        prepared = [prefix + text[: limit * _CHARS_PER_TOKEN] for text in texts]
        if not prepared:
            return out
        tokens: list[list[int]] = self._tokenizer(prepared, truncation=True, max_length=limit)["input_ids"]
        with torch.inference_mode():
            for batch in batches([len(ids) for ids in tokens]):
                out[batch] = self._forward([tokens[i] for i in batch])
        return out

    def _forward(self, tokens: list[list[int]]) -> Matrix:
        longest = max(len(ids) for ids in tokens)
        pad = self._tokenizer.pad_token_id or 0
        ids = torch.tensor([row + [pad] * (longest - len(row)) for row in tokens], device=self.device)
        lengths = torch.tensor([len(row) for row in tokens], device=self.device)
        mask = (torch.arange(longest, device=self.device) < lengths[:, None]).long()
        hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        pooled = pool(hidden, mask, self.recipe.pooling)
        unit: Matrix = torch.nn.functional.normalize(pooled, dim=1).cpu().numpy()
        return unit


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts, shortest first, in groups whose padded size keeps to the budget; each place once."""
    group: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) == _BATCH_TEXTS or (len(group) + 1) * lengths[place] > _BATCH_TOKENS):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def pool(hidden: torch.Tensor, mask: torch.Tensor, how: str) -> torch.Tensor:
    """One vector a text, shape (texts, size), from (texts, tokens, size)."""
    if how == "cls":
        return hidden[:, 0]
    if how == "last":
        return hidden[torch.arange(len(hidden), device=hidden.device), mask.sum(1) - 1]
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


def recipe(folder: Path, name: str) -> Recipe:
    """The model's own rules: pooling and length from its sentence-transformers files, prefixes from there or its family."""
    pooling = read_json(folder / "1_Pooling" / "config.json")
    how = (
        "cls" if pooling.get("pooling_mode_cls_token") else "last" if pooling.get("pooling_mode_lasttoken") else "mean"
    )
    prompts = read_json(folder / "config_sentence_transformers.json").get("prompts") or {}
    query, text = str(prompts.get("query", "")), str(prompts.get("passage", prompts.get("document", "")))
    if not query and not text:
        query, text = prefixes(f"{name} {folder.name}")
    longest = int(read_json(folder / "sentence_bert_config.json").get("max_seq_length") or _MAX_TOKENS)
    positions = int(read_json(folder / "config.json").get("max_position_embeddings") or _MAX_TOKENS)
    # RoBERTa's positions begin after the padding's, so two of them hold no token.
    return Recipe(
        how, query, text, max(8, min(longest, _MAX_TOKENS, positions - 2 if positions < 514 else _MAX_TOKENS))
    )


def choose_device(device: str) -> torch.device:
    """The GPU if one is there and nothing else was asked for."""
    if device == "cuda" and not torch.cuda.is_available():
        raise SummaryError("A GPU was asked for and there is none.", code="model_failed")
    return torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")


def choose_dtype(dtype: str, device: torch.device) -> torch.dtype:
    """bfloat16 where it is fast: on a GPU, or a CPU with avx512_bf16 or amx."""
    if dtype == "auto":
        fast = device.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 (no public name)
        return torch.bfloat16 if fast else torch.float32
    return torch.bfloat16 if dtype == "bfloat16" else torch.float32
