"""Models on a server: asked over real HTTP, tried again where that may help, left alone while it is down, never mixed up."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs

from news.errors import SummaryError
from news.reading import Method, SummaryInput
from summarizer import address
from summarizer.config import SummarizerConfig
from summarizer.encoders import languages_of
from summarizer.endpoint import Endpoint
from summarizer.engine import Engine
from summarizer.loading import model_id
from summarizer.remote import RemoteEncoder
from tests.summarizer.openai_server import DIMENSIONS, OpenAiServer, vectors_of

ROOT = Path(__file__).parents[2]


class Time:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept_s: list[float] = []

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def endpoint(server: OpenAiServer, time: Time) -> Endpoint:
    return Endpoint(address.parse(f"{server.url}#m"), "secret", clock=time.clock, sleep=time.sleep)


def encoder(server: OpenAiServer, name: str = "m") -> RemoteEncoder:
    return RemoteEncoder(SummarizerConfig(embedding_model=f"{server.url}#{name}", embedding_key="secret"))


def refusal_of(server: OpenAiServer, texts: list[str]) -> str:
    with pytest.raises(SummaryError) as refusal:
        encoder(server).embed(texts)
    assert refusal.value.code == "endpoint_failed"
    return refusal.value.message


def test_vectors_come_in_the_order_asked_of_unit_length_each_text_once(server: OpenAiServer) -> None:
    texts = [f"text {place % 100}" for place in range(150)]
    rows = encoder(server).embed(texts)
    assert rows.shape == (150, DIMENSIONS)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert np.array_equal(rows[0], rows[100])
    wanted = np.array(vectors_of(["text 7"])["data"][0]["embedding"])
    assert np.allclose(rows[7], wanted / np.linalg.norm(wanted), atol=1e-6)
    assert [(path, key, len(body["input"])) for path, key, body in server.asked] == [
        ("/v1/embeddings", "Bearer secret", 64),
        ("/v1/embeddings", "Bearer secret", 36),
    ]
    assert encoder(server).embed([]).shape[0] == 0


def test_families_get_their_prefixes_and_long_texts_are_cut(server: OpenAiServer) -> None:
    e5 = encoder(server, "intfloat/multilingual-e5-small")
    e5.embed(["storm"], query=True)
    e5.embed(["word " * 10_000])
    (_, _, asked), (_, _, told) = server.asked
    assert asked["input"] == ["query: storm"]
    assert asked["model"] == "intfloat/multilingual-e5-small"
    assert told["input"][0].startswith("passage: word")
    assert len(told["input"][0]) < 10_000


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"data": [{"index": 0, "embedding": [1.0, 2.0]}]}, "1 vectors for 2"),
        ({"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]}, "vectors for"),
        ({"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]}, "without vectors"),
        ({"data": [{"index": 0, "embedding": [None]}, {"index": 1, "embedding": [1.0]}]}, "no numbers"),
        ({"data": [{"index": 0, "embedding": "AAAA"}, {"index": 1, "embedding": "AAAA"}]}, "without vectors"),
        ({"data": "soon"}, "without vectors"),
        ([1], "without vectors"),
        (b"<html>", "no JSON"),
    ],
)
def test_answers_that_are_no_vectors_are_refused(server: OpenAiServer, answer: Any, said: str) -> None:
    server.embeddings = answer
    assert said in refusal_of(server, ["one", "two"])


def test_vectors_of_another_length_are_another_models(server: OpenAiServer) -> None:
    ours = encoder(server)
    ours.embed(["one"])
    server.embeddings = {"data": [{"index": 0, "embedding": [1.0] * (DIMENSIONS + 1)}]}
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(SummaryError, match=f"{DIMENSIONS} before") as refusal:
                ours.embed(["two"])
    assert refusal.value.code == "model_changed"
    assert [entry["event"] for entry in logs] == ["embedding_model_changed"]


def test_the_id_names_the_model_so_that_two_are_never_mixed() -> None:
    ids = {model_id(f"https://user:pw@host:8000/v1#{name}") for name in ("a/b", "a/c")}
    assert ids == {"a/b@host", "a/c@host"}
    with pytest.raises(SummaryError, match="names no model") as refusal:
        RemoteEncoder(SummarizerConfig(embedding_model="https://host/v1"))
    assert refusal.value.code == "model_missing"
    for bad in ("http://#m", "http://[::1#m"):
        with pytest.raises(SummaryError, match="no host"):
            address.parse(bad)


@pytest.mark.parametrize(
    ("name", "languages"),
    [("intfloat/multilingual-e5-small", None), ("text-embedding-3-small", None), ("all-MiniLM-L6-v2", {"en"})],
)
def test_languages_go_by_the_name_of_the_served_model(name: str, languages: set[str] | None) -> None:
    assert languages_of(SummarizerConfig(embedding_model=f"https://multilingual.host/v1#{name}")) == languages


def test_a_busy_server_is_asked_again_after_the_wait_it_wants(server: OpenAiServer, time: Time) -> None:
    server.statuses = [503, 429]
    server.headers = {"Retry-After": "2"}
    assert endpoint(server, time).ask("/chat/completions", {}, within_s=30)["choices"]
    assert time.slept_s == [2.0, 2.0]


def test_no_try_begins_that_the_time_does_not_allow(server: OpenAiServer, time: Time) -> None:
    server.status = 500
    with pytest.raises(SummaryError, match="answered 500"):
        endpoint(server, time).ask("/chat/completions", {}, within_s=0.6)
    assert (len(server.asked), time.slept_s) == (2, [0.25])


def test_a_server_that_is_down_is_left_alone_and_then_tried(server: OpenAiServer, time: Time) -> None:
    one = endpoint(server, time)
    server.status = 502
    for _ in range(3):
        with pytest.raises(SummaryError, match="answered 502"):
            one.ask("/chat/completions", {}, within_s=30)
    asked = len(server.asked)
    with pytest.raises(SummaryError, match="is down"):
        one.ask("/chat/completions", {}, within_s=30)
    assert len(server.asked) == asked == 9
    time.now_s += 31
    with pytest.raises(SummaryError, match="answered 502"):  # one request finds it still down
        one.ask("/chat/completions", {}, within_s=30)
    with pytest.raises(SummaryError, match="is down"):
        one.ask("/chat/completions", {}, within_s=30)
    time.now_s += 31
    server.status = 200
    assert one.ask("/chat/completions", {}, within_s=30)["choices"]
    assert one.ask("/models", None, within_s=30)["data"]


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_refusal_is_not_tried_again_and_opens_no_circuit(server: OpenAiServer, time: Time, status: int) -> None:
    server.status = status
    server.headers = {"Location": "http://127.0.0.1:9/"}  # not followed: the key would go with it
    one = endpoint(server, time)
    for _ in range(5):
        with pytest.raises(SummaryError, match=f"answered {status}"):
            one.ask("/chat/completions", {}, within_s=30)
    assert len(server.asked) == 5


def test_nobody_listens(time: Time) -> None:
    one = Endpoint(address.parse("http://127.0.0.1:9/v1#m"), None, clock=time.clock, sleep=time.sleep)
    with pytest.raises(SummaryError, match="did not answer"):
        one.ask("/embeddings", {}, within_s=30)


def test_while_the_server_is_down_texts_are_read_by_their_words(server: OpenAiServer, storm: str) -> None:
    own = Engine(SummarizerConfig(embedding_model=f"{server.url}#m"))
    item = SummaryInput(title="Storm hits the coast", reading=own.read([storm])[0])
    asked = own.summarize([item], max_words=40)[0]
    assert (asked.method, asked.model) == (Method.EXTRACTIVE, "m@127.0.0.1")
    assert {key.vector.model for key in own.key_sentences([item], limit=3)[0] if key.vector} == {"m@127.0.0.1"}
    server.status = 400
    by_words = own.summarize([item], max_words=40)[0]
    assert (by_words.method, by_words.model) == (Method.EXTRACTIVE, None)
    assert all(one.text in storm for one in by_words.sentences)
    assert all(key.vector is None for key in own.key_sentences([item], limit=3)[0])
    assert own.verify(storm, ["The army has not been sent to the region."])[0].supported
    with pytest.raises(SummaryError):
        own.embed(["storm"])


def test_a_served_model_needs_no_torch(server: OpenAiServer) -> None:
    code = (
        "import sys\nsys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from summarizer.config import SummarizerConfig\nfrom summarizer.engine import Engine\n"
        "from news.errors import SummaryError\n"
        f"served = Engine(SummarizerConfig(embedding_model='{server.url}#m', summary_model='{server.url}#g'))\n"
        "assert len(served.embed(['a storm'])[0].data) == 32\n"
        "assert served.generator_name() == 'g@127.0.0.1'\n"
        "try:\n    Engine(SummarizerConfig()).embed(['a storm'])\n"
        "except SummaryError as error:\n    assert error.code == 'model_missing', error.code\n"
        "else:\n    raise AssertionError\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
