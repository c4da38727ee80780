"""Telling 快递100 to send a courier, calling one off, and asking how it stands.

Source: https://api.kuaidi100.com/document/603cb649a62a19500e19866b; their own libraries for Java (BOrderReq: within 48
hours the same `thirdOrderId` is answered with what the first order came to) and Python (border_create, …_detail)
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from zhoudao.doors.couriers.kinds.kuaidi100.codes import CARRIERS, courier, refusal, state_of
from zhoudao.doors.couriers.kinds.kuaidi100.signing import signed
from zhoudao.doors.couriers.port import client
from zhoudao.kit.outgoing import NotAsked
from zhoudao.kit.text import clip
from zhoudao.rooms.aftersales.queries.for_customers import Address
from zhoudao.rooms.pickups.answers import BOOKED, CANCELLED, UNHEARD, Said
from zhoudao.rooms.pickups.commands.services import secrets_of
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.sealed import salt_of, sender_of

BASE = "https://poll.kuaidi100.com"
_PATH = "/order/borderapi.do"
_CHINA = ZoneInfo("Asia/Shanghai")
_DAYS = ("今天", "明天", "后天")
_WHY = "暂时不寄件了"
_MOST_BYTES = 300  # of an address of theirs
_BROKEN = Said(UNHEARD, "broken")


def book(service: CourierService, pickup: Pickup, goal: Address, at: datetime) -> Said:
    """This will tell it to send a courier."""
    sender, config = sender_of(pickup), service.config
    begins, ends = pickup.starts_at.astimezone(_CHINA), pickup.ends_at.astimezone(_CHINA)
    ahead = (begins.date() - at.astimezone(_CHINA).date()).days
    region = (sender.province, sender.city, sender.district, sender.address)
    wanted = {
        "kuaidicom": CARRIERS.get(pickup.carrier, pickup.carrier),
        "recManName": goal.name,
        "recManMobile": _national(goal.phone),
        "recManPrintAddr": _short(goal.town.replace(" ", "") + goal.street),
        "sendManName": sender.name,
        "sendManMobile": _national(sender.phone),
        "sendManPrintAddr": _short("".join(dict.fromkeys(filter(None, region)))),
        "callBackUrl": f"{settings.BASE_URL}{reverse('couriers_hook', args=[service.code, pickup.number])}",
        "cargo": str(config.get("cargo") or "退货"),
        "payment": "SHIPPER",
        "weight": str(config.get("weight") or "1"),
        "remark": pickup.request.number,
        "salt": salt_of(pickup),
        "dayType": _DAYS[min(max(ahead, 0), len(_DAYS) - 1)],
        "pickupStartTime": f"{begins:%H:%M}",
        "pickupEndTime": f"{ends:%H:%M}",
        "thirdOrderId": pickup.number,
    }
    if config.get("service_type"):
        wanted["serviceType"] = str(config["service_type"])
    said = _asked(service, "bOrder", wanted)
    if isinstance(said, Said):
        return said
    task, reference = str(said.get("taskId") or ""), str(said.get("orderId") or "")
    if not task or not reference:
        return _BROKEN
    return Said(BOOKED, task=task, reference=reference, tracking_number=str(said.get("kuaidinum") or ""))


def call_off(service: CourierService, pickup: Pickup) -> Said:
    """This will tell it that no courier shall come."""
    wanted = {"taskId": pickup.task, "orderId": pickup.reference, "cancelMsg": _WHY}
    said = _asked(service, "cancel", wanted)
    return said if isinstance(said, Said) else Said(CANCELLED)


def ask(service: CourierService, pickup: Pickup) -> Said:
    """How it stands there."""
    said = _asked(service, "detail", {"taskId": pickup.task})
    if isinstance(said, Said):
        return said if said.what == UNHEARD else _BROKEN
    stands = state_of(said.get("status"))
    if stands is None:
        return _BROKEN
    what, trouble = stands
    return Said(
        what,
        trouble,
        reference=str(said.get("orderId") or ""),
        tracking_number=str(said.get("kuaidiNum") or said.get("kuaidinum") or ""),
        courier=courier(said.get("courierName"), said.get("courierMobile")),
    )


def _asked(service: CourierService, method: str, wanted: Mapping[str, str]) -> dict[str, Any] | Said:
    """What it answers with, or why that is no answer. Whatever is not heard may have been taken, unless it was never
    asked.
    """
    secrets, moment = secrets_of(service), str(int(datetime.now(UTC).timestamp() * 1000))
    param, key = json.dumps(wanted, ensure_ascii=False), secrets["key"]
    sign = signed(param, moment=moment, key=key, secret=secrets["secret"])
    form = urlencode({"method": method, "key": key, "t": moment, "sign": sign, "param": param}).encode()
    base = str(service.config.get("base") or BASE).rstrip("/")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = client().ask(base + _PATH, method="POST", headers=headers, content=form)
    except NotAsked as refused:
        return Said(UNHEARD, refused.code, is_asked=refused.is_heard)
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        return _BROKEN
    if answer.status != 200 or not isinstance(said, dict) or not said.get("returnCode"):
        return _BROKEN
    code = str(said["returnCode"])
    if said.get("result") is not True or code != "200":
        return refusal(code) if code != "200" else _BROKEN
    found = said.get("data")
    return found if isinstance(found, dict) else {}


def _national(phone: str) -> str:
    return phone.partition(";")[0].removeprefix("+86").replace(" ", "")


def _short(text: str) -> str:
    """As much of an address as they take."""
    while len(text.encode()) > _MOST_BYTES:
        text = clip(text, len(text) - 1)
    return text
