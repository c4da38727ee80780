"""Another system that takes webhooks, on loopback. It checks signatures by itself, with nothing of ours."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """`heard` is every rightly signed post (id, body); `answers` are statuses it gives before it takes anything."""

    secrets: list[str] = field(default_factory=list)
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    forged: int = 0
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    says: bytes = b"thank you"
    before: Callable[[], None] = lambda: None
    port: int = 0
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events?key=k"

    @property
    def ids(self) -> list[str]:
        return [id_ for id_, _body in self.heard]

    def take(self, headers: Any, body: bytes) -> int:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            self.before()
            return self._judge(headers, body)
        finally:
            with self._lock:
                self._now -= 1

    def _judge(self, headers: Any, body: bytes) -> int:
        with self._lock:
            if not any(is_signed(headers, body, secret) for secret in self.secrets):
                self.forged += 1
                return 401
            if self.answers:
                return self.answers.pop(0)
            self.heard.append((headers["webhook-id"], json.loads(body)))
            return 200


def is_signed(headers: Any, body: bytes, secret: str) -> bool:
    """As the specification of Standard Webhooks has it, written down once more."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    moment = headers.get("webhook-timestamp", "0")
    if abs(time.time() - int(moment)) > 300:
        return False
    text = f"{headers.get('webhook-id')}.{moment}.".encode() + body
    mine = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return mine in headers.get("webhook-signature", "").split(" ")


@contextlib.contextmanager
def running(receiver: Receiver) -> Iterator[Receiver]:
    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = receiver.take(self.headers, body)
            with contextlib.suppress(OSError):
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                if 300 <= status < 400:
                    self.send_header("Location", receiver.url)
                self.send_header("Content-Length", str(len(receiver.says)))
                self.end_headers()
                self.wfile.write(receiver.says)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Ear)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
