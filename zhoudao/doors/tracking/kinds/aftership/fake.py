"""AfterShip over HTTP on loopback: a double for tests, which refuses a wrong key and signs what it posts."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from zhoudao.doors.tracking.kinds.aftership.listening import HEADER, signature

_TAKEN = {"meta": {"code": 4003, "message": "Tracking already exists."}, "data": {}}


@dataclass
class Platform:
    """`trackings`: what it knows by (slug, number); `followed`: what it was asked to follow."""

    api_key: str
    secret: str
    port: int = 0
    trackings: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    followed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}/tracking/2025-07"

    def make(self, content: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Following a parcel, once."""
        wanted = content["slug"], content["tracking_number"]
        if wanted in self.followed:
            return 400, _TAKEN
        self.followed.append(wanted)
        return 201, {"meta": {"code": 201}, "data": content}

    def find(self, query: str) -> tuple[int, dict[str, Any]]:
        """What is known of a number."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        found = self.trackings.get((asked["slug"], asked["tracking_numbers"]))
        return 200, {"meta": {"code": 200}, "data": {"trackings": [found] if found else []}}

    def posted(self, tracking: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """A webhook's body and headers."""
        body = json.dumps({"event": "tracking_update", "msg": tracking}).encode()
        return body, {HEADER: signature(body, self.secret)}


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """This will have it listen on loopback."""

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*platform.find(urlsplit(self.path).query))

        def do_POST(self) -> None:
            self._say(*platform.make(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def _say(self, status: int, content: dict[str, Any]) -> None:
            if self.headers.get("as-api-key") != platform.api_key:
                status, content = 401, {"meta": {"code": 401}}
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", platform.port), Ear)
    server.daemon_threads = True
    platform.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
