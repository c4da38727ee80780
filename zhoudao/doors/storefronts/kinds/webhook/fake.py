"""A shop that posts in our own words: a double for tests and for trying by hand."""

import contextlib
import http.client
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from zhoudao.kit.signed_hooks import sign


def signed(content: Any, secret: str, id_: str, *, at: datetime | None = None) -> tuple[bytes, dict[str, str]]:
    """A post's body and headers."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return body, sign(id_, at or datetime.now(UTC), body, [secret])


def send(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
    """This will post over HTTP; returns the status and what was answered."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    with contextlib.closing(line):
        line.request("POST", parts.path, body, {"Content-Type": "application/json", **headers})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
