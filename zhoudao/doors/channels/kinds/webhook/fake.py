"""Another system that speaks signed webhooks over HTTP: a double for tests and for trying a channel by hand."""

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from zhoudao.kit.signed_hooks import NotSigned, sign, verify


@dataclass
class OtherSystem:
    """`taken`: what was posted and rightly signed. `answers`: statuses it gives first, instead of taking it."""

    secrets: list[str]
    port: int = 0
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: int = 0
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it takes answers."""
        return f"http://127.0.0.1:{self.port}/replies"

    def hear(self, headers: Any, body: bytes) -> int:
        """The status it answers a post with."""
        try:
            verify(
                headers.get("webhook-id", ""),
                headers.get("webhook-timestamp", ""),
                headers.get("webhook-signature", ""),
                body,
                self.secrets,
                real_now=datetime.now(UTC),
            )
        except NotSigned:
            self.refused += 1
            return 401
        if self.answers:
            return self.answers.pop(0)
        if headers["webhook-id"] not in [id_ for id_, _ in self.taken]:
            self.taken.append((headers["webhook-id"], json.loads(body)))
        return 200


def send(url: str, id_: str, content: Any, secrets: list[str], *, at: datetime | None = None) -> tuple[int, Any]:
    """This will post signed JSON as another system does; returns the status and what was said."""
    parts = urlsplit(url)
    body = json.dumps(content).encode()
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    with contextlib.closing(line):
        line.request("POST", parts.path, body, sign(id_, at or datetime.now(UTC), body, secrets))
        answer = line.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


@contextlib.contextmanager
def running(system: OtherSystem) -> Iterator[OtherSystem]:
    """This will have it listen on loopback."""

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = system.hear(self.headers, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", system.port), Ear)
    server.daemon_threads = True
    system.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
