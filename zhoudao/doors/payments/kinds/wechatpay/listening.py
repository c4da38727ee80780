"""Hearing WeChat Pay: a callback is signed, and what it says is sealed with the API v3 key.

Source: https://pay.weixin.qq.com/doc/v3/merchant/4012082053
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhoudao.doors.payments.kinds.wechatpay import signing
from zhoudao.doors.payments.kinds.wechatpay.codes import stands
from zhoudao.doors.payments.port import Heard, NotTrusted
from zhoudao.rooms.aftersales.commands.services import secrets_of
from zhoudao.rooms.aftersales.models import PaymentService


def hear(service: PaymentService, request: HttpRequest) -> Heard:
    """Which refund it tells of, and what. Raises: NotTrusted."""
    named = {name.lower(): value for name, value in request.headers.items()}
    key, serial = signing.public_key(service.config["public_key"]), service.config["public_serial"]
    try:
        signing.verify(named, request.body, key, serial=serial, real_now=datetime.now(UTC))
        told = signing.opened(_resource(request.body), signing.sealing_key(secrets_of(service)["sealing_key"]))
    except (signing.NotSigned, signing.NotOpened) as refusal:
        raise NotTrusted(NotTrusted.__doc__) from refusal
    if told.get("mchid") != service.config["merchant"]:
        raise NotTrusted(NotTrusted.__doc__)
    return Heard(str(told.get("out_refund_no", "")), stands(told, told.get("refund_status")))


def taken() -> HttpResponse:
    """What they take for an acknowledgement."""
    return HttpResponse(status=204)


def untaken(status: int) -> HttpResponse:
    """What has them tell it again later."""
    return JsonResponse({"code": "FAIL", "message": "失败"}, status=status)


def _resource(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
        resource = told["resource"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise signing.NotOpened(signing.NotOpened.__doc__) from error
    if not isinstance(resource, dict):
        raise signing.NotOpened(signing.NotOpened.__doc__)
    return resource
