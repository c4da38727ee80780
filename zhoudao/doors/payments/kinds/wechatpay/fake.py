"""WeChat Pay's refunds with a ledger of their own: a double that checks every signature, for tests and trying by hand.

How it behaves is asked of `mood` each time it is told or asked: it may pay and then say nothing, fail after it paid,
answer with another amount, or sign with another key.
"""

import base64
import contextlib
import http.client
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhoudao.doors.payments.kinds.wechatpay.signing import SCHEME, signature

Mood = Callable[[str, str], str]
_PART = re.compile(r'(\w+)="([^"]*)"')
_PATH = "/v3/refund/domestic/refunds"
_ERRORS = {
    "busy": (429, "FREQUENCY_LIMITED"),
    "broken": (500, "SYSTEM_ERROR"),
    "not_enough": (403, "NOT_ENOUGH"),
    "account": (403, "USER_ACCOUNT_ABNORMAL"),
    "too_late": (400, "INVALID_REQUEST"),
}


def calm(_method: str, _number: str) -> str:
    """Nothing happens: it pays, says so and means it."""
    return ""


def pem(key: rsa.RSAPrivateKey) -> str:
    """A private key as a file has it."""
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """The public half of a key as a file has it."""
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


@dataclass
class Row:
    """One refund in its ledger."""

    refund_id: str
    payment: str
    amount: int
    total: int
    notify_url: str
    status: str = "SUCCESS"


@dataclass
class Platform:
    """`payments`: what was paid through it, by its number, in minor units. `ledger`: refunds by our number."""

    payments: dict[str, int] = field(default_factory=dict)
    ledger: dict[str, Row] = field(default_factory=dict)
    mood: Mood = calm
    hold_seconds: float = 3.0  # how long it keeps silent before it hangs up
    merchant: str = "1900000109"
    sealing_key: str = field(default_factory=lambda: secrets.token_hex(16))
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    merchant_key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    port: int = 0
    told: list[tuple[str, str]] = field(default_factory=list)  # what it was asked, in order: method and our number
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> dict[str, str]:
        """What a merchant fills in that is no secret."""
        own = {"serial": "5157F09EFDC096DE15EBE81A47057A72", "public_serial": "PUB_KEY_ID_0119000001"}
        return {"merchant": self.merchant, "base": self.base, "public_key": public_pem(self.key), **own}

    @property
    def secrets(self) -> dict[str, str]:
        """What a merchant keeps to themselves."""
        return {"private_key": pem(self.merchant_key), "sealing_key": self.sealing_key}

    @property
    def paid(self) -> dict[str, int]:
        """What it really paid back, by our number."""
        return {number: row.amount for number, row in self.ledger.items() if row.status == "SUCCESS"}

    def pay(self, wanted: dict[str, Any], status: str) -> tuple[int, dict[str, Any]]:
        """A refund: the same number is the same refund, other contents under it are refused, and so is too much."""
        number, amount = wanted["out_refund_no"], wanted["amount"]
        payment = wanted.get("out_trade_no") or wanted.get("transaction_id")
        with self.lock:
            if payment not in self.payments:
                return error(404, "RESOURCE_NOT_EXISTS")
            row = self.ledger.get(number)
            if row is None:
                gone = sum(one.amount for one in self.ledger.values() if one.payment == payment)
                is_sound = amount["total"] == self.payments[payment] and amount["currency"] == "CNY"
                if not is_sound or gone + amount["refund"] > self.payments[payment]:
                    return error(400, "INVALID_REQUEST")
                id_ = f"5030{secrets.randbelow(10**24):024d}"
                row = Row(id_, payment, amount["refund"], amount["total"], wanted["notify_url"], status)
                self.ledger[number] = row
            elif (row.payment, row.amount) != (payment, amount["refund"]):
                return error(400, "INVALID_REQUEST")
            return 200, self.said(number)

    def said(self, number: str) -> dict[str, Any]:
        """A refund as an answer has it."""
        row = self.ledger[number]
        amount = {"total": row.total, "refund": row.amount, "payer_total": row.total, "payer_refund": row.amount}
        names = {"refund_id": row.refund_id, "out_refund_no": number, "out_trade_no": row.payment}
        more = {"channel": "ORIGINAL", "transaction_id": f"T{row.payment}", "user_received_account": "支付用户零钱"}
        return names | more | {"status": row.status, "amount": amount | {"currency": "CNY"}}

    def callback(self, number: str, **more: Any) -> tuple[dict[str, str], bytes]:
        """The headers and body of a callback. `status`, `amount`, `key`, `late`, `merchant`: otherwise than so."""
        row = self.ledger[number]
        status = more.get("status", row.status)
        amount = {"total": row.total, "refund": more.get("amount", row.amount)}
        told = {"mchid": more.get("merchant", self.merchant), "out_refund_no": number, "refund_id": row.refund_id}
        told |= {"out_trade_no": row.payment, "refund_status": status, "amount": amount}
        nonce = secrets.token_hex(6)
        sealed = AESGCM(self.sealing_key.encode()).encrypt(nonce.encode(), json.dumps(told).encode(), b"refund")
        resource = {"original_type": "refund", "algorithm": "AEAD_AES_256_GCM", "associated_data": "refund"}
        resource |= {"nonce": nonce, "ciphertext": base64.b64encode(sealed).decode()}
        body = {"id": secrets.token_hex(18), "event_type": f"REFUND.{status}", "resource_type": "encrypt-resource"}
        raw = json.dumps(body | {"create_time": "2026-03-12T10:34:56+08:00", "resource": resource}).encode()
        return self.signed(raw, key=more.get("key"), late=more.get("late", timedelta())), raw

    def notify(self, number: str, **more: Any) -> int:
        """This will post a callback to where it was told to; returns the status it was answered with."""
        headers, body = self.callback(number, **more)
        headers |= {"Content-Type": "application/json"}
        parts = urlsplit(self.ledger[number].notify_url)
        with contextlib.closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)) as line:
            line.request("POST", parts.path, body, headers)
            answer = line.getresponse()
            answer.read()
            return answer.status

    def signed(
        self, body: bytes, *, key: rsa.RSAPrivateKey | None = None, late: timedelta = timedelta()
    ) -> dict[str, str]:
        """The four headers that sign a body."""
        moment, nonce = str(int((datetime.now(UTC) - late).timestamp())), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": moment,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self.config["public_serial"],
            "Wechatpay-Signature": signature(key or self.key, moment.encode(), nonce.encode(), body),
        }

    def is_from_merchant(self, header: str, method: str, path: str, body: bytes) -> bool:
        """Whether a request is signed by the merchant, just now."""
        parts = dict(_PART.findall(header.removeprefix(SCHEME)))
        lines = (method, path, parts.get("timestamp", ""), parts.get("nonce_str", ""), body.decode())
        try:
            given = base64.b64decode(parts.get("signature", ""))
            message = "".join(f"{line}\n" for line in lines).encode()
            self.merchant_key.public_key().verify(given, message, PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        is_now = abs(time.time() - int(parts["timestamp"])) < 300
        return is_now and parts["mchid"] == self.merchant and header.startswith(f"{SCHEME} ")


def error(status: int, code: str) -> tuple[int, dict[str, Any]]:
    """An error as they write it."""
    return status, {"code": code, "message": "失败"}


def answered(platform: Platform, method: str, number: str, wanted: dict[str, Any]) -> tuple[int, dict[str, Any], str]:
    """What it does and says: status, content, and its mood."""
    mood = platform.mood(method, number)
    with platform.lock:
        platform.told.append((method, number))
    if mood == "deaf":
        return 0, {}, mood
    if mood in _ERRORS:
        return *error(*_ERRORS[mood]), mood
    if method == "POST":
        status, said = platform.pay(wanted, "PROCESSING" if mood == "processing" else "SUCCESS")
    elif number in platform.ledger:
        status, said = 200, platform.said(number)
    else:
        status, said = error(404, "RESOURCE_NOT_EXISTS")
    if mood == "error_after":
        return *error(500, "SYSTEM_ERROR"), mood
    if mood == "other_amount" and status == 200:
        said["amount"]["refund"] += 1
    if mood == "other_refund" and status == 200:
        said["out_refund_no"] = "F2026-999999"
    return status, said, mood


class Door(ThreadingHTTPServer):
    """Where it listens."""

    daemon_threads = True

    def __init__(self, platform: Platform) -> None:
        super().__init__(("127.0.0.1", platform.port), Ear)
        self.platform = platform


class Ear(BaseHTTPRequestHandler):
    """One request: its signature first, then what it wants."""

    server: Door

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        wanted = json.loads(body)
        self.reply(body, wanted["out_refund_no"], wanted)

    def do_GET(self) -> None:
        self.reply(b"", self.path.removeprefix(f"{_PATH}/"), {})

    def reply(self, body: bytes, number: str, wanted: dict[str, Any]) -> None:
        """Answers, or says nothing and hangs up."""
        platform = self.server.platform
        if not platform.is_from_merchant(self.headers.get("Authorization", ""), self.command, self.path, body):
            return self.write(*error(401, "SIGN_ERROR"), {})
        status, said, mood = answered(platform, self.command, number, wanted)
        if mood in ("silent", "deaf"):
            time.sleep(platform.hold_seconds)
            self.close_connection = True
            return None
        raw = json.dumps(said).encode()
        other = rsa.generate_private_key(65537, 2048) if mood == "other_key" else None
        return self.write(status, said, {} if mood == "unsigned" else platform.signed(raw, key=other))

    def write(self, status: int, said: dict[str, Any], headers: dict[str, str]) -> None:
        """An answer, to whoever may be dead by now."""
        raw = json.dumps(said).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """This will have it listen on loopback."""
    door = Door(platform)
    platform.port = door.server_address[1]
    threading.Thread(target=door.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield platform
    finally:
        door.shutdown()
        door.server_close()
