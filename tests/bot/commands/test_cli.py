"""The program as scripts use it: JSON lines on stdout, words on stderr, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SENTENCE = "The grain deal was extended for 120 days on Saturday, Kyiv said."


class Shell:
    """Runs `byline` in a folder with a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root = str(Path(__file__).resolve().parents[3])
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
        self._env |= {"BYLINE_DATABASE_URL": str(folder / "byline.sqlite"), "PYTHONPATH": root}

    def run(self, *arguments: str, text: str = "", **settings: str) -> tuple[int, list[dict[str, Any]], str]:
        """Exit code, JSON lines, stderr."""
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=self.folder,
            env={**self._env, **settings},
            input=text,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.slow
def test_rows_are_ingested_searched_and_told(shell: Shell) -> None:
    rows = [
        {"url": "https://ex.org/1", "title": "Grain deal extended", "text": SENTENCE, "published_at": "2023-03-18"},
        {"url": "https://ex.org/2", "title": "No text"},
        {"url": "not a url", "title": "Nowhere", "text": SENTENCE},
    ]
    (shell.folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    code, [report], said = shell.run("ingest", "--jsonl", "rows.jsonl", "no-such-file.txt", "--json")
    assert (code, report["read"], report["new"]) == (1, 1, 1)
    assert {(each["target"], each["code"]) for each in report["failed"]} == {
        ("rows.jsonl:2", "bad_row"),
        ("rows.jsonl:3", "bad_row"),
        ("no-such-file.txt", "file_not_found"),
    }
    assert "no-such-file.txt" in said

    at = ("--at", "2023-03-19T08:00:00Z", "--json")
    (shell.folder / "queries.jsonl").write_text('{"id": "q", "query": "grain deal"}\n', "utf-8")
    code, [found], _ = shell.run("search", "--queries", "queries.jsonl", *at)
    assert (code, found["id"], [hit["url"] for hit in found["hits"]]) == (0, "q", ["https://ex.org/1"])
    code, [answer], _ = shell.run("topic", "grain deal", *at)
    assert (code, answer["found"], answer["answer"][0]["text"]) == (0, True, SENTENCE)
    assert answer["sources"][answer["answer"][0]["citations"][0] - 1]["url"] == "https://ex.org/1"
    code, [digest], _ = shell.run("digest", *at)
    assert (code, digest["chat"], digest["slot"]) == (0, None, "digest:2023-03-19:08:00")
    assert "Grain deal extended" in digest["parts"][0]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bogus"], 2, "bogus"),
        (["search", "x", "--at", "yesterday"], 2, "ISO"),
        (["search", "x", "--at", "0001-01-01T00:00:00+14:00"], 2, "1900"),
        (["search"], 2, "QUERY"),
        (["search", " "], 1, "(query_empty)"),
        (["summarize", "no-such-file.txt"], 1, "no-such-file.txt"),
        (["tell", "no-such-file.txt"], 1, "no-such-file.txt"),
        (["sources", "show", "nobody", "--json"], 1, "nobody"),
        (["sources", "set", "nobody", "--text", "page", "--json"], 1, "nobody"),
        (["sources", "set", "nobody", "--text", "soup", "--json"], 2, "soup"),
        (["sources", "set", "nobody", "--json"], 2, "--text"),
        (["sources", "move", "nobody", "https://example.org/feed", "--json"], 1, "nobody"),
        (["sources", "add", "--pack", "nope", "--json"], 1, "world"),
        (["chats", "show", "7"], 1, "(chat_not_found)"),
        (["articles", "remove", "https://ex.org/none"], 1, "https://ex.org/none"),
        (["ingest", "--jsonl", "none.jsonl", "--json"], 1, "none.jsonl"),
        (["sources", "add", "soup", "--json"], 1, "soup"),
        (["tick", "dispatch", "--json"], 1, "BYLINE_TELEGRAM_TOKEN"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(shell: Shell, arguments: list[str], code: int, said: str) -> None:
    ended, lines, words = shell.run(*arguments)
    assert (ended, lines) == (code, [])
    assert said in words
    if code == 1:
        assert len(words.splitlines()) == 1


def test_rows_are_refused_one_by_one(shell: Shell) -> None:
    rows = [
        b'\xef\xbb\xbf{"id": 1, "text": "The dam broke on Sunday, the mayor said."}\r\n',
        b'{"id": 1, "text": ""}\r\n',
        b'{"id": true, "text": "x"}\r\n',
        b"\r\n",
        b'{"text": "x"}\r\n',
        b"[1]\r\n",
        b'{"id": "b", "title": null, "text": "The bridge stands, the mayor said.", "more": [1]}',
    ]
    (shell.folder / "texts.jsonl").write_bytes(b"".join(rows))
    code, told, said = shell.run("summarize", "--jsonl", "texts.jsonl", "--json")
    assert (code, [each["id"] for each in told]) == (1, [1, "b"])
    assert [line.split(": ")[0] for line in said.splitlines()] == [
        "texts.jsonl:3",
        "texts.jsonl:5",
        "texts.jsonl:6",
        "1",
    ]
    dates = ("yesterday", "0001-01-01T00:00:00+14:00", 5, "Mon, 20 Mar 2023 08:00:00 GMT")
    rows = [json.dumps({"text": f"Story {n} was told.", "published_at": date}).encode() for n, date in enumerate(dates)]
    (shell.folder / "dates.jsonl").write_bytes(b"\n".join(rows))
    code, [report], said = shell.run("ingest", "--jsonl", "dates.jsonl", "--no-enrich", "--json")
    assert (code, report["new"], len(report["failed"])) == (1, 1, 3)
    assert "Value error" not in said


def test_all_ticks_are_tried_though_one_fails(shell: Shell) -> None:
    code, told, said = shell.run("tick", "all", "--json")
    assert (code, [each["tick"] for each in told]) == (1, ["ingest", "enrich", "compose", "retention"])
    assert "BYLINE_TELEGRAM_TOKEN" in said


def test_nothing_stored_is_no_error(shell: Shell) -> None:
    for command in (["articles"], ["stories"], ["sources", "list"], ["chats", "list"]):
        assert shell.run(*command, "--json") == (0, [], "")


def test_without_token_and_playground_there_is_nothing_to_run(shell: Shell) -> None:
    code, _, said = shell.run("run", BYLINE_PLAYGROUND="never")
    assert code == 1
    assert "BotFather" in said


def test_a_wrong_setting_stops_the_start(shell: Shell) -> None:
    code, _, said = shell.run("config", BYLINE_ACESS="public")
    assert code == 1
    assert "BYLINE_ACESS=public" in said
    code, _, said = shell.run("ingest", BYLINE_FETCH_ALLOW="http://x/")
    assert code == 1
    assert "BYLINE_FETCH_ALLOW=http://x/" in said
    code, _, said = shell.run("run", BYLINE_TELEGRAM_TOKEN="1:x", BYLINE_ACCESS="open")
    assert code == 1
    assert "BYLINE_ACCESS=open" in said


@pytest.mark.slow
def test_a_pack_is_added_changed_and_exported(shell: Shell) -> None:
    code, added, _ = shell.run("sources", "add", "--pack", "world", "--json")
    assert code == 0
    assert len(added) > 50
    assert {line["outcome"] for line in added} == {"added"}
    _, [changed], _ = shell.run("sources", "set", "1", "--text", "page", "--name", "First", "--category", "A", "--json")
    assert (changed["name"], changed["text_from"], changed["category"]) == ("First", "page", "A")
    shell.run("sources", "export", "all.opml")
    code, again, _ = shell.run("sources", "import", "all.opml", "--json")
    assert (code, {line["outcome"] for line in again}, len(again)) == (0, {"exists"}, len(added))
