"""The encoder: order, batches, likeness to the plain way of using it, recipes of other families."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from transformers import AutoModel, AutoTokenizer

from news.errors import SummaryError
from summarizer.config import SummarizerConfig
from summarizer.embedding import Encoder, batches, choose_device, choose_dtype, pool, recipe
from summarizer.engine import Engine
from summarizer.loading import bundled_folder
from summarizer.vectors import to_matrix

TEXTS = [
    "A storm hit the coast.",
    "",
    "Putin and Xi met in Moscow on Tuesday. " * 60,
    "Apples.",
    "A storm hit the coast.",
]


def plain(texts: list[str]) -> np.ndarray:
    tokenizer = AutoTokenizer.from_pretrained(str(bundled_folder()), local_files_only=True)
    model = AutoModel.from_pretrained(str(bundled_folder()), local_files_only=True, dtype=torch.float32).eval()
    rows = []
    with torch.inference_mode():
        for text in texts:
            entry = tokenizer(text, truncation=True, max_length=256, return_tensors="pt")
            rows.append(torch.nn.functional.normalize(model(**entry).last_hidden_state.mean(1), dim=1)[0].numpy())
    return np.stack(rows)


def test_rows_are_those_of_the_plain_way_in_order(engine: Engine) -> None:
    rows = to_matrix(engine.embed(TEXTS))
    assert rows.shape == (5, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert ((rows * plain(TEXTS)).sum(1) > 0.998).all()  # bfloat16 on some machines
    assert np.array_equal(rows[0], rows[4])


def test_no_text_no_row(engine: Engine) -> None:
    assert engine.embed([]) == []


@given(st.lists(st.integers(min_value=1, max_value=512), max_size=120))
def test_every_place_is_in_one_batch_within_the_budget(lengths: list[int]) -> None:
    groups = list(batches(lengths))
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(lengths[place] for place in group) <= 1024
        assert len(group) <= 32


def test_pooling() -> None:
    hidden = torch.tensor([[[1.0, 0.0], [3.0, 0.0], [9.0, 9.0]]])
    mask = torch.tensor([[1, 1, 0]])
    assert pool(hidden, mask, "mean").tolist() == [[2.0, 0.0]]
    assert pool(hidden, mask, "cls").tolist() == [[1.0, 0.0]]
    assert pool(hidden, mask, "last").tolist() == [[3.0, 0.0]]


def test_recipes_of_families(tmp_path: Path) -> None:
    bundled = recipe(bundled_folder(), "")
    assert (bundled.pooling, bundled.query_prefix, bundled.max_tokens) == ("mean", "", 256)
    e5 = recipe(tmp_path, "intfloat/multilingual-e5-small")
    assert (e5.query_prefix, e5.text_prefix) == ("query: ", "passage: ")
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    (tmp_path / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": {"query": "q: ", "document": "d: "}})
    )
    own = recipe(tmp_path, "somebody/model")
    assert (own.pooling, own.query_prefix, own.text_prefix) == ("cls", "q: ", "d: ")
    assert recipe(tmp_path / "none", "BAAI/bge-small-en").query_prefix.startswith("Represent this sentence")


def test_precision_follows_the_machine_and_the_setting() -> None:
    cpu = torch.device("cpu")
    fast = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    assert choose_dtype("auto", cpu) == (torch.bfloat16 if fast else torch.float32)
    assert choose_dtype("float32", cpu) == torch.float32
    assert choose_dtype("bfloat16", cpu) == torch.bfloat16
    if not torch.cuda.is_available():
        with pytest.raises(SummaryError):
            choose_device("cuda")


def test_a_folder_whose_weights_are_no_weights(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(bundled_folder(), folder)
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(SummaryError) as refusal:
        Encoder(SummarizerConfig(embedding_model=str(folder), device="cpu"))
    assert refusal.value.code == "model_failed"
