"""An OpenAI-compatible server on loopback: chat, embeddings and the list of models, with failures to order."""

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSIONS = 8


class OpenAiServer:
    """Answers what it is told and remembers what it was asked."""

    def __init__(self, written: str) -> None:
        self.answer: Any = {"choices": [{"message": {"content": written}}]}
        self.embeddings: Any = None  # None: made from the texts asked about
        self.status = 200
        self.statuses: list[int] = []  # of the next requests, before `status` counts again
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str | None, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply({"data": [{"id": "first-model"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append((self.path, self.headers.get("Authorization"), body))
                if self.path.endswith("/embeddings"):
                    self._reply(server.embeddings or vectors_of(body["input"]))
                else:
                    self._reply(server.answer)

            def _reply(self, value: Any) -> None:
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(server.statuses.pop(0) if server.statuses else server.status)
                for name, held in server.headers.items():
                    self.send_header(name, held)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's own name)
                pass

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._httpd.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()


def vectors_of(texts: Sequence[str]) -> Any:
    """Letters counted into few numbers, not of unit length, last text first: the index says which is which."""
    data = []
    for index, text in enumerate(texts):
        row = [1.0] * DIMENSIONS
        for character in text:
            row[ord(character) % DIMENSIONS] += 1
        data.append({"index": index, "embedding": row})
    return {"data": data[::-1], "model": "m"}
