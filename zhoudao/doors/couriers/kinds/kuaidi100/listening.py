"""Hearing 快递100: a callback is a form of `taskId`, `param` and `sign`, which is MD5(param + salt) in capitals.

Source: https://api.kuaidi100.com/document/603cb649a62a19500e19866b, …/63be699386292121d642ca3b
"""

import hmac
import json
from typing import Any
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhoudao.doors.couriers.kinds.kuaidi100.codes import courier, state_of
from zhoudao.doors.couriers.kinds.kuaidi100.signing import md5
from zhoudao.doors.couriers.port import NotTrusted
from zhoudao.rooms.pickups.answers import Said
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.sealed import salt_of


def hear(pickup: Pickup, request: HttpRequest) -> Said | None:
    """What it tells of a pick-up; None where that is nothing of where it stands. Raises: NotTrusted."""
    form, salt = _form(request.body), salt_of(pickup)
    param = form.get("param", "")
    given, wanted = form.get("sign", "").upper(), md5(param + salt)
    if not param or not salt or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise NotTrusted(NotTrusted.__doc__)
    told = _content(param)
    data = told.get("data")
    about: dict[str, Any] = data if isinstance(data, dict) else told
    reference = str(about.get("orderId") or "")
    if pickup.reference and reference and reference != pickup.reference:
        raise NotTrusted(NotTrusted.__doc__)
    stands = state_of(about.get("status", told.get("status")))
    if stands is None:
        return None
    what, trouble = stands
    return Said(
        what,
        trouble,
        task=form.get("taskId", ""),
        reference=reference,
        tracking_number=str(told.get("kuaidinum") or about.get("kuaidinum") or ""),
        courier=courier(about.get("courierName"), about.get("courierMobile")),
    )


def taken() -> HttpResponse:
    """What they take for an acknowledgement."""
    return JsonResponse({"result": True, "returnCode": "200", "message": "成功"})


def untaken(status: int) -> HttpResponse:
    """What has them tell it again later."""
    return JsonResponse({"result": False, "returnCode": "500", "message": "失败"}, status=status)


def _form(body: bytes) -> dict[str, str]:
    """A posted form's fields, the first of each."""
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=20).items()}
    except ValueError:
        return {}


def _content(param: str) -> dict[str, Any]:
    try:
        told = json.loads(param)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
