"""A chat endpoint in OpenAI's form that misbehaves as told, on a free port of this machine."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One connection; the server's script decides what each request meets."""

    protocol_version = "HTTP/1.1"
    server: FaultServer
    body: dict[str, Any]

    def do_POST(self) -> None:
        """Note the request, then behave as the script says for its number."""
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.take(self)(self)

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def send(self, status: int, data: bytes, **headers: str) -> None:
        """Send a whole response."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def send_text(self, text: str | None, *, finish: str = "stop", usage: object = "count") -> None:
        """Send a chat completion."""
        counts = {"prompt_tokens": 10, "completion_tokens": 5} if usage == "count" else usage
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        answer = {"id": "x", "object": "chat.completion", "model": "served", "choices": [choice], "usage": counts}
        self.send(200, json.dumps(answer).encode())


class FaultServer(ThreadingHTTPServer):
    """Answers the n-th request as the n-th behaviour of a script says, and as the last one from then on."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Sequence[Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.closing = threading.Event()
        self.at_end = ExitStack()
        self._lock = threading.Lock()

    def take(self, exchange: Exchange) -> Behaviour:
        """Note a request and say how to meet it."""
        with self._lock:
            self.requests.append(exchange.body)
            self.headers.append({name.lower(): value for name, value in exchange.headers.items()})
            return self.script[min(len(self.requests), len(self.script)) - 1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are part of the game."""

    @property
    def base_url(self) -> str:
        """Address of the endpoint."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def forms(self) -> list[str]:
        """Type of the response format of each request."""
        return [request.get("response_format", {}).get("type", "none") for request in self.requests]


@contextmanager
def faulty(*script: Behaviour) -> Iterator[FaultServer]:
    """Run a server for the length of a block."""
    server = FaultServer(script)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.at_end.close()
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def digit_of(body: dict[str, Any]) -> int:
    """A digit that depends on the request alone."""
    asked = json.dumps([body["messages"], body["seed"]]).encode()
    return hashlib.sha256(asked).digest()[0] % 10


def good(exchange: Exchange) -> None:
    """Answer as a good server does."""
    exchange.send_text(json.dumps({"n": digit_of(exchange.body)}))


def says(text: str | None, *, finish: str = "stop", usage: object = "count") -> Behaviour:
    """Answer with a text of one's choice."""
    return lambda exchange: exchange.send_text(text, finish=finish, usage=usage)


def fails(status: int, message: str = "out of order", **headers: str) -> Behaviour:
    """Answer with a status of failure."""
    data = json.dumps({"error": {"message": message}}).encode()
    return lambda exchange: exchange.send(status, data, **headers)


def sends(data: bytes) -> Behaviour:
    """Answer with bytes of one's choice."""
    return lambda exchange: exchange.send(200, data)


def hangs(exchange: Exchange) -> None:
    """Never answer."""
    exchange.server.closing.wait(5)
    exchange.close_connection = True


def resets(exchange: Exchange) -> None:
    """Break the connection off as a crashed server does."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.close_connection = True
    exchange.connection.close()


def breaks_off(exchange: Exchange) -> None:
    """Promise more bytes than come."""
    exchange.send_response(200)
    exchange.send_header("Content-Length", "5000")
    exchange.end_headers()
    exchange.wfile.write(b'{"choices": [{"message": {"content": "')
    exchange.close_connection = True


def endless(*, status: int = 200, piece: bytes = b"x" * 10_000, pause: float = 0.0) -> Behaviour:
    """Send pieces until the other side has enough."""

    def behave(exchange: Exchange) -> None:
        exchange.send_response(status)
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        while not exchange.server.closing.wait(pause):
            exchange.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        exchange.close_connection = True

    return behave
