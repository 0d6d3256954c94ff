"""A model that writes, run here: seq2seq or causal, of transformers. Those on a server are in `summarizer.remote`.

In: a text or several, a budget in words, a time. Out: what the model wrote, unchecked: nobody may see it before the verifier. Greedy or beam
search, never sampling, so that the same text gives the same words; when the time is up what is unwritten stays so.
`no_repeat_ngram_size` and `repetition_penalty` are never set: in causal models they count the prompt, and forbid the very
words of the article.
Raises SummaryError `model_missing`, `model_failed`.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer, GenerationConfig

from news.errors import SummaryError
from summarizer import prompts
from summarizer.config import SummarizerConfig
from summarizer.embedding import choose_device, choose_dtype
from summarizer.generation import TOKENS_PER_WORD
from summarizer.loading import resolve

_BEAMS = 4
_SEQ2SEQ_TOKENS = 1024
_CAUSAL_TOKENS = 4096


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
        return max(16, int(room / TOKENS_PER_WORD) - 8)

    def write(self, texts: Sequence[str], max_words: int, within_s: float) -> str:
        """Beam search for seq2seq models, which read the texts as one; greedy for causal ones, which are asked."""
        new_tokens = math.ceil(max_words * TOKENS_PER_WORD)
        if self._seq2seq:
            prompt, room = " ".join(texts), self._max_tokens
        else:
            new_tokens = min(new_tokens, self._max_tokens // 4)
            prompt, room = self._prompt(texts, max_words), self._max_tokens - new_tokens
        ids = self._tokenizer(prompt, truncation=True, max_length=room, return_tensors="pt").to(self._model.device)
        ids.pop("token_type_ids", None)
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            num_beams=_BEAMS if self._seq2seq else 1,
            max_new_tokens=new_tokens,
            max_time=within_s,
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

    def _prompt(self, texts: Sequence[str], max_words: int) -> str:
        if not self._tokenizer.chat_template:
            return prompts.summary(texts, max_words)
        messages = [
            {"role": "system", "content": prompts.system()},
            {"role": "user", "content": prompts.summary(texts, max_words)},
        ]
        return str(self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))
