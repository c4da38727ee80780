"""Telling WeChat Pay to pay a refund, and asking about it: our number (`out_refund_no`) is one payment there.

Source: https://pay.weixin.qq.com/doc/v3/merchant/4012587971, …/4013071041
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from zhoudao.doors.payments.kinds.wechatpay import signing
from zhoudao.doors.payments.kinds.wechatpay.codes import refusal, stands
from zhoudao.doors.payments.port import client
from zhoudao.kit.outgoing import Answer, NotAsked
from zhoudao.rooms.aftersales.answers import ABSENT, UNHEARD, Said
from zhoudao.rooms.aftersales.commands.services import secrets_of
from zhoudao.rooms.aftersales.models import PaymentService, Refund

BASE = "https://api.mch.weixin.qq.com"
BY_NUMBER, BY_TRANSACTION = "out_trade_no", "transaction_id"
_PATH = "/v3/refund/domestic/refunds"


def send(service: PaymentService, refund: Refund) -> Said:
    """This will tell it to pay a refund; told again it is the same one."""
    order = refund.order
    wanted = {
        named(service): order.external_number,
        "out_refund_no": refund.number,
        "reason": refund.request.number,
        "notify_url": f"{settings.BASE_URL}{reverse('payments_hook', args=[service.code])}",
        "amount": {"refund": refund.amount_minor, "total": order.purse.taken_minor, "currency": refund.currency},
    }
    return _asked(service, refund, "POST", _PATH, json.dumps(wanted, ensure_ascii=False).encode())


def ask(service: PaymentService, refund: Refund) -> Said:
    """What became of a refund; `absent` where it knows none of this number."""
    return _asked(service, refund, "GET", f"{_PATH}/{refund.number}", b"")


def named(service: PaymentService) -> str:
    """As what an order's number is known there."""
    return BY_TRANSACTION if service.config.get("numbers") == BY_TRANSACTION else BY_NUMBER


def _asked(service: PaymentService, refund: Refund, method: str, path: str, body: bytes) -> Said:
    secrets, config, now = secrets_of(service), service.config, datetime.now(UTC)
    signed = signing.authorisation(
        signing.private_key(secrets["private_key"]),
        merchant=config["merchant"],
        serial=config["serial"],
        method=method,
        path=path,
        body=body,
        at=now,
    )
    headers = {"Authorization": signed, "Accept": "application/json", "Wechatpay-Serial": config["public_serial"]}
    if body:
        headers["Content-Type"] = "application/json"
    try:
        base = str(config.get("base") or BASE).rstrip("/")
        answer = client().ask(base + path, method=method, headers=headers, content=body)
    except NotAsked as refused:
        return Said(UNHEARD, refused.code)
    return _read(service, refund, answer, is_question=method == "GET")


def _read(service: PaymentService, refund: Refund, answer: Answer, *, is_question: bool) -> Said:
    """An answer counts when it is signed; of their errors some are not, and those count only with a code of theirs."""
    is_error = answer.status >= 300
    if not is_error or "wechatpay-signature" in answer.headers:
        key, serial = signing.public_key(service.config["public_key"]), service.config["public_serial"]
        try:
            signing.verify(answer.headers, answer.content, key, serial=serial, real_now=datetime.now(UTC))
        except signing.NotSigned:
            return Said(UNHEARD, "not_signed")
    said = _content(answer.content)
    if not is_error:
        return _checked(service, refund, said)
    code = str(said.get("code", ""))
    if is_question and (answer.status, code) == (404, "RESOURCE_NOT_EXISTS"):
        return Said(ABSENT)
    return refusal(answer.status, code)


def _checked(service: PaymentService, refund: Refund, said: dict[str, Any]) -> Said:
    """An answer about another refund or another payment is none."""
    about = said.get("out_refund_no"), said.get(named(service))
    if about != (refund.number, refund.order.external_number):
        return Said(UNHEARD, "broken")
    return stands(said, said.get("status"))


def _content(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
