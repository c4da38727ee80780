"""快递100 over HTTP on loopback: a double for tests, which refuses a wrong sign and signs its callbacks."""

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass
class Platform:
    """`results`: what it knows by (com, number); `subscribed`: what was subscribed to, with how it is to call back."""

    key: str
    customer: str
    port: int = 0
    results: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    subscribed: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}"

    def subscribe(self, form: dict[str, str]) -> dict[str, Any]:
        """Subscribing to a parcel, once."""
        param = json.loads(form["param"])
        wanted = param["company"], param["number"]
        if param["key"] != self.key:
            return {"result": False, "returnCode": "600", "message": "您不是合法的订阅者"}
        if wanted in self.subscribed:
            return {"result": False, "returnCode": "501", "message": "重复订阅"}
        self.subscribed[wanted] = param["parameters"]
        return {"result": True, "returnCode": "200", "message": "提交成功"}

    def look_up(self, form: dict[str, str]) -> dict[str, Any]:
        """What is known of a number, to who signs."""
        if form["customer"] != self.customer or form["sign"] != _md5(form["param"] + self.key + self.customer):
            return {"result": False, "returnCode": "503", "message": "验证签名失败"}
        param = json.loads(form["param"])
        found = self.results.get((param["com"], param["num"]))
        return found or {"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}

    def callback(self, com: str, number: str) -> bytes:
        """A callback's body, signed with the salt it was given."""
        salt = self.subscribed[com, number]["salt"]
        whole = {"status": "polling", "billstatus": "got", "message": "", "lastResult": self.results[com, number]}
        param = json.dumps(whole, ensure_ascii=False)
        return urlencode({"sign": _md5(param + salt), "param": param}).encode()


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """This will have it listen on loopback."""

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            form = {name: values[0] for name, values in posted.items()}
            said = platform.subscribe(form) if self.path == "/poll" else platform.look_up(form)
            body = json.dumps(said, ensure_ascii=False).encode()
            self.send_response(200)
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
