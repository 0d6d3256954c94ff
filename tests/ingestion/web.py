"""A small web server on loopback for tests: answers by path, remembers what was asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


Answer = Reply | Callable[[Request], Reply]


class Web:
    """Answers by path; remembers what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {"/robots.txt": Reply(status=404)}
        self.requests: list[Request] = []
        self.port = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            request = Request(head[0].split(" ")[1], headers)
            self.requests.append(request)
            answer = self.pages.get(request.path, Reply(status=404))
            reply = answer(request) if callable(answer) else answer
            await asyncio.sleep(reply.delay_s)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            fields = {
                "Content-Type": reply.type,
                "Content-Length": str(len(body)),
                "Connection": "close",
                **reply.headers,
            }
            lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
            writer.write(f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode("latin-1") + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
