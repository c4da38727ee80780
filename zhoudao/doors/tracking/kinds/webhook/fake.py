"""A system that tells where parcels are: a double for tests and for trying by hand."""

import contextlib
import http.client
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from zhoudao.kit.signed_hooks import sign


def send(url: str, id_: str, report: Any, secret: str, *, at: datetime | None = None) -> int:
    """This will post a signed report; returns the status it was answered with."""
    parts, body = urlsplit(url), json.dumps(report).encode()
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    with contextlib.closing(line):
        line.request("POST", parts.path, body, sign(id_, at or datetime.now(UTC), body, [secret]))
        answer = line.getresponse()
        answer.read()
        return answer.status
