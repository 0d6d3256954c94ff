"""ARCHITECTURE.md names what exists: a stranger who follows it arrives."""

import re

from bot.docs import PACKAGES, ROOT


def test_the_map_names_nothing_that_is_not_there() -> None:
    written = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(rf"`((?:{'|'.join(PACKAGES)})/[\w/]*(?:\.\w+)?)", written))
    assert len(named) > 50
    assert not {path for path in named if not (ROOT / path).exists()}


def test_every_module_says_what_it_is_for() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py") if file.name != "__init__.py"]
    silent = [file for file in files if file.stat().st_size and not file.read_text("utf-8").startswith('"""')]
    assert not silent
