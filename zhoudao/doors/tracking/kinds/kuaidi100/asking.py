"""Asking 快递100: a parcel is subscribed to once, and may be looked up.

Source: https://api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc, …/5f0ffa8f2977d50a94e1023c
"""

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from zhoudao.doors.tracking.kinds.kuaidi100.codes import code_of
from zhoudao.doors.tracking.kinds.kuaidi100.listening import md5
from zhoudao.doors.tracking.port import Refused, client
from zhoudao.kit import outgoing
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.parcels.commands.sources import secrets_of
from zhoudao.rooms.parcels.models import Parcel, TrackingSource

BASE = "https://poll.kuaidi100.com"
_DONE = ("200", "501")  # subscribed; subscribed before
_BY_CODE = {"503": "not_trusted", "600": "not_trusted", "601": "not_trusted", "400": "not_there", "500": "not_there"}
_WANT_PHONE = ("sf", "zto")


def follow(source: TrackingSource, parcel: Parcel) -> None:
    """This will subscribe to a parcel. Raises: NotAsked, Refused."""
    secrets = secrets_of(source)
    more = {"callbackurl": _callback(source), "salt": secrets["salt"], "resultv2": "4", **_phone(parcel)}
    param = {"company": code_of(parcel.carrier), "number": parcel.tracking_number, "key": secrets["key"]}
    form = {"schema": "json", "param": json.dumps({**param, "parameters": more}, ensure_ascii=False)}
    said = _post(source, "/poll", form)[1]
    if str(said.get("returnCode")) not in _DONE:
        raise Refused(_BY_CODE.get(str(said.get("returnCode")), "refused"))


def ask(source: TrackingSource, parcel: Parcel) -> bytes:
    """Where a parcel is, as they write it. Raises: NotAsked, Refused."""
    secrets = secrets_of(source)
    wanted = {"com": code_of(parcel.carrier), "num": parcel.tracking_number, "resultv2": "4", "order": "desc"}
    param = json.dumps({**wanted, **_phone(parcel)}, ensure_ascii=False)
    customer = str(source.config.get("customer", ""))
    form = {"customer": customer, "sign": md5(param + secrets["key"] + customer), "param": param}
    raw, said = _post(source, "/poll/query.do", form)
    if str(said.get("status")) != "200":
        raise Refused(_BY_CODE.get(str(said.get("returnCode")), "refused"))
    return raw


def _post(source: TrackingSource, path: str, form: dict[str, str]) -> tuple[bytes, dict[str, Any]]:
    base = str(source.config.get("base") or BASE).rstrip("/")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client().ask(base + path, method="POST", headers=headers, content=urlencode(form).encode())
    if answer.status != 200:
        raise Refused(outgoing.code_of(answer.status))
    try:
        said = json.loads(answer.content)
    except ValueError as error:
        raise Refused("broken") from error
    return answer.content, said if isinstance(said, dict) else {}


def _phone(parcel: Parcel) -> dict[str, str]:
    """Some carriers tell only who knows the last figures of the recipient's telephone."""
    phone = recipient_of(parcel.order).phone if parcel.carrier in _WANT_PHONE else ""
    return {"phone": phone[-4:]} if phone else {}


def _callback(source: TrackingSource) -> str:
    return f"{settings.BASE_URL}{reverse('tracking_hook', args=[source.code])}"
