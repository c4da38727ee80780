"""快递100's 商家寄件 with a ledger of its own: a double that checks every signature, for tests and trying by hand.

How it behaves is asked of `mood` each time it is told or asked: it may order and then say nothing, or refuse.
"""

import contextlib
import hashlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

Mood = Callable[[str], str]
_ERRORS = {"unsound": "400", "broken": "500", "busy": "501", "poor": "601", "refused": "30005"}
_OVER = (9, 10, 11, 99, 610)


def calm(_method: str) -> str:
    """Nothing happens: it does as it is told, and says so."""
    return ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass
class Row:
    """One courier in its ledger. `status` is a state of theirs; `paid`: whether we are charged for it."""

    task: str
    reference: str
    param: dict[str, str]
    number: str
    status: int = 0
    courier: tuple[str, str] = ("", "")
    said: list[int] = field(default_factory=list)


@dataclass
class Platform:
    """`ledger`: couriers by our number (their `thirdOrderId`), the newest last: two of one number are two couriers."""

    key: str = "auth-key"
    secret: str = "a-secret"  # noqa: S105  # the double's own
    mood: Mood = calm
    ledger: list[Row] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    hold_seconds: float = 1.0
    is_numbered: bool = True  # false: the parcel's number comes with a callback (韵达)
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def config(self) -> dict[str, str]:
        """What a service of it is set up with."""
        return {"base": f"http://127.0.0.1:{self.port}", "carrier": "jd", "weight": "1"}

    @property
    def secrets(self) -> dict[str, str]:
        """Its keys."""
        return {"key": self.key, "secret": self.secret}

    def couriers(self, number: str) -> list[Row]:
        """The couriers that were ordered under this number of ours and not called off."""
        return [one for one in self.ledger if one.param["thirdOrderId"] == number and one.status not in (9, 99, 610)]

    def order(self, param: dict[str, str]) -> dict[str, Any]:
        """A courier, one a number of ours."""
        known = [one for one in self.ledger if one.param["thirdOrderId"] == param["thirdOrderId"]]
        if not known:
            n = len(self.ledger) + 1
            known = [Row(f"TASK{n:028d}", f"{20_066_000 + n}", param, f"JD{n:013d}")]
            self.ledger += known
        row = known[0]
        number = row.number if self.is_numbered else None
        return _fine({"taskId": row.task, "orderId": row.reference, "kuaidinum": number, "eOrder": None})

    def cancel(self, param: dict[str, str]) -> dict[str, Any]:
        """A courier is called off, before the goods are there; what is over is refused."""
        row = self._of(param["taskId"])
        if row is None or row.status in _OVER:
            return _error("500", "订单已取消或已揽收")
        row.status = 9
        return {"result": True, "returnCode": "200", "message": "取消成功", "data": {}}

    def detail(self, param: dict[str, str]) -> dict[str, Any]:
        """How it stands."""
        row = self._of(param["taskId"])
        if row is None:
            return _error("400", "订单不存在")
        name, phone = row.courier
        known = {"taskId": row.task, "orderId": row.reference, "kuaidiNum": row.number, "status": str(row.status)}
        return _fine({**known, "courierName": name, "courierMobile": phone})

    def answer(self, form: dict[str, str]) -> dict[str, Any] | None:
        """What it says to a request; None: nothing at all."""
        wanted = _md5(form["param"] + form["t"] + self.key + self.secret)
        if form["key"] != self.key or form["sign"] != wanted:
            return _error("503", "验证签名失败")
        with self.lock:
            method = form["method"]
            self.asked.append(method)
            mood = self.mood(method)
            if mood in _ERRORS:
                return _error(_ERRORS[mood], "失败")
            act = {"bOrder": self.order, "cancel": self.cancel, "detail": self.detail}[method]
            said = act(json.loads(form["param"])) if mood != "deaf" else {}
        if mood in ("silent", "deaf"):
            time.sleep(self.hold_seconds)
            return None
        return {"junk": True} if mood == "junk" else said

    def body(self, number: str, status: int, *, salt: str = "", courier: tuple[str, str] = ("", "")) -> bytes:
        """A callback's body about a courier, signed with the salt it was given, unless another is said."""
        row = next(one for one in self.ledger if one.param["thirdOrderId"] == number)
        row.status, row.courier = status, courier if courier[0] else row.courier
        about = {"orderId": row.reference, "status": status, "courierName": row.courier[0]}
        about |= {"courierMobile": row.courier[1], "weight": "1.0", "freight": "9.80"}
        whole = {"kuaidicom": row.param["kuaidicom"], "kuaidinum": row.number, "status": "200", "message": "成功"}
        param = json.dumps({**whole, "data": about}, ensure_ascii=False)
        sign = _md5(param + (salt or row.param["salt"]))
        return urlencode({"taskId": row.task, "sign": sign, "param": param}).encode()

    def tell(self, number: str, status: int, **more: Any) -> int:
        """This will call back over HTTP; returns the status it was answered with."""
        row = next(one for one in self.ledger if one.param["thirdOrderId"] == number)
        call = urllib.request.Request(row.param["callBackUrl"], self.body(number, status, **more))  # noqa: S310  # our own
        call.add_header("Content-Type", "application/x-www-form-urlencoded")
        try:
            with urllib.request.urlopen(call, timeout=10) as answer:  # noqa: S310  # our own
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    def _of(self, task: str) -> Row | None:
        return next((one for one in self.ledger if one.task == task), None)


def _fine(data: dict[str, Any]) -> dict[str, Any]:
    return {"result": True, "returnCode": "200", "message": "提交成功", "data": data}


def _error(code: str, words: str) -> dict[str, Any]:
    return {"result": False, "returnCode": code, "message": words, "data": None}


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """This will have it listen on loopback."""

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            said = platform.answer({name: values[0] for name, values in posted.items()})
            raw = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
            with contextlib.suppress(OSError):
                self.send_response(200)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", platform.port), Ear)
    server.daemon_threads = True
    platform.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
