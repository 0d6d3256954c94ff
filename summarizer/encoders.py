"""What is known about an encoder before it is loaded: the languages it can be trusted with, and the prefixes of its family.

In: the configuration, a model's name. Out: plain values. The answer about languages is honest rather than generous: the bundled
MiniLM was trained on English; a vocabulary of 100,000 tokens or more is a multilingual model's; of a model on a server only
the name is known, and one that says nothing is taken for English.
"""

from pathlib import Path

from summarizer.address import is_address
from summarizer.config import SummarizerConfig
from summarizer.loading import installed, read_json

_MULTILINGUAL_VOCABULARY = 100_000
_MULTILINGUAL_TYPES = frozenset({"xlm-roberta", "xlm-roberta-xl", "gemma3_text", "qwen3"})
_MULTILINGUAL_NAMES = (
    "multilingual",
    "text-embedding-3",
    "text-embedding-ada",
    "qwen3-embedding",
    "embeddinggemma",
    "jina-embeddings-v3",
    "bge-m3",
    "labse",
    "xlm",
    "gte-multilingual",
    "granite-embedding-107m",
    "e5-mistral",
)


def languages_of(config: SummarizerConfig) -> frozenset[str] | None:
    """ISO 639-1 codes; None: all, empty: none, as nothing can run a model here."""
    if not is_address(config.embedding_model) and not installed():
        return frozenset()
    if config.embedding_languages is not None:
        return config.embedding_languages
    if config.embedding_model is None:
        return frozenset({"en"})
    folder = Path(config.embedding_model).expanduser()
    if folder.is_dir():
        facts = read_json(folder / "config.json")
        many = int(facts.get("vocab_size") or 0) >= _MULTILINGUAL_VOCABULARY
        return None if many or facts.get("model_type") in _MULTILINGUAL_TYPES else frozenset({"en"})
    name = config.embedding_model.partition("#")[2] if is_address(config.embedding_model) else config.embedding_model
    name = name.casefold()
    return None if any(part in name for part in _MULTILINGUAL_NAMES) else frozenset({"en"})


def prefixes(name: str) -> tuple[str, str]:
    """What the families that tell questions from passages want before each: of a query, of a text."""
    known_as = name.casefold()
    if "e5" in known_as and "instruct" not in known_as:
        return "query: ", "passage: "
    if "bge" in known_as and "m3" not in known_as:
        return "Represent this sentence for searching relevant passages: ", ""
    return "", ""
