"""The models that write: a seq2seq or causal model run here, or one behind an OpenAI-compatible address.

In: a text and a budget in words. Out: what the model wrote, unchecked: nobody may see it before the verifier. Greedy or beam
search, never sampling, so that the same text gives the same words. `no_repeat_ngram_size` and `repetition_penalty` are never
set: in causal models they count the prompt, and forbid the very words of the article.
Raises SummaryError `model_missing`, `model_failed`, `endpoint_failed`.
"""

import json
import math
import tomllib
import urllib.error
import urllib.request
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer, GenerationConfig

from news.errors import SummaryError
from summarizer.config import SummarizerConfig
from summarizer.embedding import choose_device, choose_dtype
from summarizer.loading import resolve

_TOKENS_PER_WORD = 1.6  # of news in the vocabularies of common models
_BEAMS = 4
_SEQ2SEQ_TOKENS = 1024
_CAUSAL_TOKENS = 4096
_ENDPOINT_WORDS = 3000
_ANSWER_BYTES = 1 << 20


class Generator(Protocol):
    """Writes a summary of a text."""

    @property
    def input_words(self) -> int:
        """About how many words of a text it reads at once."""
        ...

    def write(self, text: str, max_words: int) -> str:
        """What the model wrote."""
        ...


class LocalGenerator:
    """A model of transformers, in this process."""

    def __init__(self, config: SummarizerConfig) -> None:
        """Load it; takes seconds."""
        folder = str(resolve(config.summary_model or "", offline=config.offline))
        device = choose_device(config.device)
        try:
            facts: Any = AutoConfig.from_pretrained(folder, local_files_only=True)
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._seq2seq = bool(facts.is_encoder_decoder)
            kind: Any = AutoModelForSeq2SeqLM if self._seq2seq else AutoModelForCausalLM
            model: Any = kind.from_pretrained(folder, local_files_only=True, dtype=choose_dtype(config.dtype, device))
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise SummaryError(f"The model in {folder} cannot be loaded: {error}", code="model_failed") from error
        self._model = model.to(device).eval()
        positions = int(getattr(facts, "max_position_embeddings", 0) or 0)
        most = _SEQ2SEQ_TOKENS if self._seq2seq else _CAUSAL_TOKENS
        self._max_tokens = min(most, positions or most)

    @property
    def input_words(self) -> int:
        """About how many words of a text fit, with room for the prompt and the answer in a causal model."""
        room = self._max_tokens if self._seq2seq else self._max_tokens * 3 // 4
        return max(16, int(room / _TOKENS_PER_WORD) - 8)

    def write(self, text: str, max_words: int) -> str:
        """Beam search for seq2seq, greedy for causal models."""
        new_tokens = math.ceil(max_words * _TOKENS_PER_WORD)
        if self._seq2seq:
            prompt, room = text, self._max_tokens
        else:
            new_tokens = min(new_tokens, self._max_tokens // 4)
            prompt, room = self._prompt(text, max_words), self._max_tokens - new_tokens
        ids = self._tokenizer(prompt, truncation=True, max_length=room, return_tensors="pt").to(self._model.device)
        ids.pop("token_type_ids", None)
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            num_beams=_BEAMS if self._seq2seq else 1,
            max_new_tokens=new_tokens,
            pad_token_id=self._tokenizer.pad_token_id
            if self._tokenizer.pad_token_id is not None
            else self._tokenizer.eos_token_id,
            eos_token_id=self._tokenizer.eos_token_id,
            bos_token_id=self._tokenizer.bos_token_id,
            decoder_start_token_id=getattr(self._model.config, "decoder_start_token_id", None),
            forced_bos_token_id=getattr(self._model.generation_config, "forced_bos_token_id", None),
        )
        with torch.inference_mode():
            out = self._model.generate(**ids, generation_config=settings)[0]
        written = out if self._seq2seq else out[ids["input_ids"].shape[1] :]
        return str(self._tokenizer.decode(written, skip_special_tokens=True)).strip()

    def _prompt(self, text: str, max_words: int) -> str:
        if not self._tokenizer.chat_template:
            return prompt("summary").format(words=max_words, text=text)
        messages = [
            {"role": "system", "content": prompt("system")},
            {"role": "user", "content": prompt("summary").format(words=max_words, text=text)},
        ]
        return str(self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))


class EndpointGenerator:
    """A model behind an OpenAI-compatible address, `https://host/v1#name-of-model`."""

    input_words = _ENDPOINT_WORDS

    def __init__(self, config: SummarizerConfig) -> None:
        """Ask for the model's name where the address does not tell it."""
        address, _, name = (config.summary_model or "").partition("#")
        self._address = address.rstrip("/")
        self._key = config.endpoint_key
        self._timeout_s = config.generation_deadline.total_seconds()
        self._name = name or self._first_model()

    def write(self, text: str, max_words: int) -> str:
        """One answer at temperature 0."""
        answer = self._ask(
            "/chat/completions",
            {
                "model": self._name,
                "temperature": 0,
                "max_tokens": math.ceil(max_words * _TOKENS_PER_WORD * 1.5),
                "messages": [
                    {"role": "system", "content": prompt("system")},
                    {"role": "user", "content": prompt("summary").format(words=max_words, text=text)},
                ],
            },
        )
        try:
            return str(answer["choices"][0]["message"]["content"]).strip()
        except (KeyError, IndexError, TypeError) as error:
            raise SummaryError("The model's server gave an answer without a text.", code="endpoint_failed") from error

    def _first_model(self) -> str:
        listed = self._ask("/models", None)
        try:
            return str(listed["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise SummaryError("The model's server names no model.", code="endpoint_failed") from error

    def _ask(self, path: str, body: dict[str, Any] | None) -> Any:
        headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {self._key}"} if self._key else {}),
        }
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self._address}{path}", data, headers)  # noqa: S310 (the setting's own address, http or https)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310 (as above)
                return json.loads(answer.read(_ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                raise SummaryError(f"The model's server answered {error.code}.", code="endpoint_failed") from error
        except (OSError, ValueError) as error:
            raise SummaryError(f"The model's server did not answer: {error}", code="endpoint_failed") from error


def open_generator(config: SummarizerConfig) -> Generator:
    """The generator that the configuration names."""
    if (config.summary_model or "").startswith(("http://", "https://")):
        return EndpointGenerator(config)
    return LocalGenerator(config)


def prompt(name: str) -> str:
    """A prompt of the package's one file of prompts."""
    return str(_prompts()[name]["text"])


@cache
def _prompts() -> dict[str, Any]:
    return tomllib.loads((files("summarizer") / "data" / "prompts.toml").read_text(encoding="utf-8"))
