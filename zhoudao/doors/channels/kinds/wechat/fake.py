"""A WeChat platform that really speaks HTTP: gives tokens, takes customer-service messages, has media, and calls us.

A double for tests and for trying the channel by hand; it is tested itself.
"""

import contextlib
import http.client
import json
import secrets as chance
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

from zhoudao.doors.channels.kinds.wechat.crypto import decrypt, encrypt, key_of, signature
from zhoudao.doors.channels.kinds.wechat.reading import fields_of

TRIES = 3  # how often the platform calls before it gives a message up


@dataclass
class Platform:
    """The platform with one official account. `errors`: codes it answers first, instead of taking a message."""

    app_id: str = "wx0123456789abcdef"
    app_secret: str = "the-app-secret"  # noqa: S105 - a double's
    token: str = "sharedtoken"  # noqa: S105 - a double's
    aes_key: str = ""
    port: int = 0
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)  # HTTP statuses, one a call
    speechless: int = 0  # messages it takes without ever saying so
    tokens_given: int = 0
    valid_tokens: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}"

    def forget_tokens(self) -> None:
        """This will have every token it gave no longer count."""
        self.valid_tokens.clear()

    def answer(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, media type and content of its answer."""
        if self.broken:
            return self.broken.pop(0), "text/plain", b""
        if path == "/cgi-bin/stable_token":
            return self._json(self._token(json.loads(body)))
        if query.get("access_token") not in self.valid_tokens:
            return self._json({"errcode": 40001, "errmsg": "invalid credential, access_token is invalid"})
        if path == "/cgi-bin/media/get":
            return self._media(query.get("media_id", ""))
        taken = {"/cgi-bin/message/custom/send": self._message, "/cgi-bin/media/upload": self._lent}.get(path)
        return self._json(taken(body)) if taken else (404, "text/plain", b"")

    def _token(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("appid") != self.app_id:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if asked.get("secret") != self.app_secret:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if asked.get("force_refresh") or not self.valid_tokens:
            self.valid_tokens = {chance.token_hex(16)}
        self.tokens_given += 1
        return {"access_token": next(iter(self.valid_tokens)), "expires_in": 7200}

    def _message(self, body: bytes) -> dict[str, Any]:
        asked = json.loads(body)
        if self.errors:
            return {"errcode": self.errors.pop(0), "errmsg": "as told"}
        if asked["msgtype"] == "image":
            self.sent.append((asked["touser"], asked["image"]["media_id"]))
            return {"errcode": 0, "errmsg": "ok"}
        content = asked["text"]["content"]
        if len(content.encode()) > 2048:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        self.sent.append((asked["touser"], content))
        if self.speechless:
            self.speechless -= 1
            raise ConnectionAbortedError
        return {"errcode": 0, "errmsg": "ok"}

    def _lent(self, body: bytes) -> dict[str, Any]:
        boundary, _, rest = body.partition(b"\r\n")
        head, _, content = rest.partition(b"\r\n\r\n")
        if b'name="media"' not in head or b'filename="' not in head:
            return {"errcode": 41005, "errmsg": "media data missing"}
        media_id = f"lent-{len(self.media)}"
        self.media[media_id] = "image/png", content.removesuffix(b"\r\n" + boundary + b"--\r\n")
        return {"type": "image", "media_id": media_id, "created_at": 1}

    def _media(self, media_id: str) -> tuple[int, str, bytes]:
        if media_id not in self.media:
            return self._json({"errcode": 40007, "errmsg": "invalid media_id"})
        kind, content = self.media[media_id]
        return 200, kind, content

    @staticmethod
    def _json(content: dict[str, Any]) -> tuple[int, str, bytes]:
        return 200, "application/json; encoding=utf-8", json.dumps(content).encode()

    def signed(self, *, at: datetime | None = None, **more: str) -> dict[str, str]:
        """The query of a call."""
        moment, nonce = str(int((at or datetime.now(UTC)).timestamp())), str(chance.randbelow(10**9))
        return {"signature": signature(self.token, moment, nonce), "timestamp": moment, "nonce": nonce, **more}

    def packed(self, xml: bytes, *, at: datetime | None = None) -> tuple[dict[str, str], bytes]:
        """Query and body of a call with this message, encrypted where the account has a key."""
        asked = self.signed(at=at)
        if not self.aes_key:
            return asked, xml
        sealed = encrypt(xml, key=key_of(self.aes_key), app_id=self.app_id)
        signed = signature(self.token, asked["timestamp"], asked["nonce"], sealed)
        body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        return {**asked, "encrypt_type": "aes", "msg_signature": signed}, body

    def understood(self, answer: bytes) -> dict[str, str]:
        """What a passive reply says; nothing for `success`.

        Raises: AssertionError, NotGenuine, Unread
        """
        if answer == b"success":
            return {}
        fields = fields_of(answer)
        if not self.aes_key:
            return fields
        parts = self.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]
        assert fields["MsgSignature"] == signature(*parts), "The answer is not signed as agreed."
        return fields_of(decrypt(fields["Encrypt"], key=key_of(self.aes_key), app_id=self.app_id))

    def calls(self, url: str, xml: bytes) -> dict[str, str]:
        """This will call an address with a message as the platform does: at most three times, five seconds each."""
        parts = urlsplit(url)
        for _ in range(TRIES):
            asked, body = self.packed(xml)
            line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5)
            with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
                line.request("POST", f"{parts.path}?{urlencode(asked)}", body)
                answer = line.getresponse()
                content = answer.read()
                if answer.status == 200:
                    return self.understood(content)
        return {"Failed": "the service does not answer"}


def told(kind: str = "text", *, sender: str = "oWang", created: int | None = None, **fields: str) -> bytes:
    """A message or event as the platform writes it; text goes by `Content`, its id by `MsgId`."""
    moment = created or int(datetime.now(UTC).timestamp())
    content = {"ToUserName": "gh_1", "FromUserName": sender, "CreateTime": str(moment), "MsgType": kind, **fields}
    return f"<xml>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in content.items())}</xml>".encode()


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """This will have it listen on loopback."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, kind, content = platform.answer(parts.path, query, body)
            except ConnectionAbortedError:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", platform.port), Desk)
    server.daemon_threads = True
    platform.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
