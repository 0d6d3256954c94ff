"""What went wrong with models before and must not here.

The traps of penalties, pipelines, threads and offline settings are tested beside their modules.
"""

import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from news.errors import SummaryError
from news.reading import SummaryInput
from summarizer.config import SummarizerConfig
from summarizer.engine import Engine

ROOT = Path(__file__).parents[2]


def test_no_dependency_has_to_be_compiled() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *(each for some in project["optional-dependencies"].values() for each in some)]
    assert not [each for each in named if each.startswith(("llm-", "llama", "gguf"))]


def test_a_folder_of_gguf_weights_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "model.Q4_1.gguf").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(SummaryError) as refusal:
        Engine(SummarizerConfig(summary_model=str(tmp_path), threads=1)).generator_name()
    assert refusal.value.code == "model_missing"
    assert str(tmp_path) in refusal.value.message


def test_weights_are_never_made_int8() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "summarizer").glob("*.py")]
    assert not [text for text in texts if "quantize_dynamic" in text or "qint8" in text]


@pytest.mark.skipif(find_spec("sumy") is None, reason="sumy comes with the extra `bench`")
def test_the_other_methods_need_no_download(engine: Engine, storm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.summ_quality import of_sumy

    monkeypatch.setenv("NLTK_DATA", "/nowhere")
    item = SummaryInput(title="Storm", reading=engine.read([storm])[0])
    for name in ("lexrank", "textrank", "lsa"):
        assert of_sumy(name)(item, 60)
