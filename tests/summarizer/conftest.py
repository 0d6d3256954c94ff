"""One loaded engine for all tests of the package, one thread, and tiny models that the tests build themselves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from summarizer.config import SummarizerConfig
from summarizer.engine import Engine
from tests.summarizer.openai_server import OpenAiServer

SEED = Path(__file__).parent / "seed.txt"
VOCABULARY = [
    "<pad>",
    "<s>",
    "</s>",
    "<unk>",
    *[
        "the",
        "a",
        "storm",
        "hit",
        "coast",
        "people",
        "died",
        "said",
        "minister",
        ".",
        ",",
        "Monday",
        "12",
        "towns",
        "of",
        "in",
        "and",
    ],
]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(SummarizerConfig(threads=1, device="cpu"))


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    one = OpenAiServer("A storm hit the northern coast on Monday, killing 12 people.")
    yield one
    one.close()


@pytest.fixture(scope="session")
def storm() -> str:
    return (
        "A storm hit the northern coast on Monday, killing 12 people, officials said. "
        "Minister Anna Keller visited the flooded towns of Brook and Harling on Tuesday. "
        "“We will rebuild every house,” Keller said. "
        "More than 4,000 homes have no power, according to the grid operator. "
        "Keller accused Mayor Tom Reed of ignoring warnings, which Reed denied. "
        "The army has not been sent to the region. "
        "Schools may open again next week."
    )


@pytest.fixture(scope="session")
def tiny_seq2seq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-bart")
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(VOCABULARY), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=64,
        pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=2,
    )  # fmt: skip
    _save(BartForConditionalGeneration(config).save_pretrained, folder)
    return folder


@pytest.fixture(scope="session")
def tiny_causal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-llama")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(VOCABULARY), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=256, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    _save(LlamaForCausalLM(config).save_pretrained, folder)
    return folder


def _save(save: Callable[[str], object], folder: Path) -> None:
    save(str(folder))
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(VOCABULARY)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(str(folder))
    assert json.loads((folder / "config.json").read_text())["vocab_size"] == len(VOCABULARY)
