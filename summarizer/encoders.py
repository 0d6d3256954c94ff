"""What is known about an encoder before it is loaded: its id, and the languages it can be trusted with.

In: the configuration. Out: plain values. The answer about languages is honest rather than generous: the bundled MiniLM was
trained on English; a vocabulary of 100,000 tokens or more is a multilingual model's.
"""

from pathlib import Path

from summarizer.config import SummarizerConfig
from summarizer.loading import read_json

_MULTILINGUAL_VOCABULARY = 100_000
_MULTILINGUAL_TYPES = frozenset({"xlm-roberta", "xlm-roberta-xl", "gemma3_text", "qwen3"})
_MULTILINGUAL_NAMES = (
    "multilingual",
    "bge-m3",
    "labse",
    "xlm",
    "gte-multilingual",
    "granite-embedding-107m",
    "e5-mistral",
)


def languages_of(config: SummarizerConfig) -> frozenset[str] | None:
    """ISO 639-1 codes; None: all."""
    if config.embedding_languages is not None:
        return config.embedding_languages
    if config.embedding_model is None:
        return frozenset({"en"})
    folder = Path(config.embedding_model).expanduser()
    if folder.is_dir():
        facts = read_json(folder / "config.json")
        many = int(facts.get("vocab_size") or 0) >= _MULTILINGUAL_VOCABULARY
        return None if many or facts.get("model_type") in _MULTILINGUAL_TYPES else frozenset({"en"})
    name = config.embedding_model.casefold()
    return None if any(part in name for part in _MULTILINGUAL_NAMES) else frozenset({"en"})
