from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.commands import measuring
from news.errors import BadRequest


def test_a_measurement_gets_its_arguments_and_gives_its_exit_code(tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    program = "import sys\ndef main():\n    return len(sys.argv)\nsys.exit(main())\n"
    (folder / "length.py").write_text(program, "utf-8")
    assert measuring.measure(tmp_path, "length", ["one", "--two"]) == 3
    with pytest.raises(BadRequest, match="length"):
        measuring.measure(tmp_path, "../length", [])


def test_an_installed_program_says_where_the_measurements_are(tmp_path: Path) -> None:
    with pytest.raises(BadRequest) as none:
        measuring.measure(tmp_path, "delivery", [])
    assert none.value.code == "no_benchmarks"


@pytest.mark.slow
def test_the_command_passes_options_on() -> None:
    assert CliRunner().invoke(app, ["bench", "delivery", "--help"]).exit_code == 0
    assert CliRunner().invoke(app, ["bench", "delivery", "--no-such-option"]).exit_code == 2
