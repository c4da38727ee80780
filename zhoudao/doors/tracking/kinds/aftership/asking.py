"""Asking AfterShip: a tracking is made once a parcel, and read by its number.

Source: https://www.aftership.com/docs/tracking/quickstart/api-quick-start
"""

import json
from urllib.parse import urlencode

from zhoudao.doors.tracking.kinds.aftership.codes import slug_of
from zhoudao.doors.tracking.port import Refused, client
from zhoudao.kit.outgoing import Answer, code_of
from zhoudao.rooms.parcels.commands.sources import secrets_of
from zhoudao.rooms.parcels.models import Parcel, TrackingSource

BASE = "https://api.aftership.com/tracking/2025-07"
_EXISTS = (4003, 4009)  # it is followed already


def follow(source: TrackingSource, parcel: Parcel) -> None:
    """This will have them follow a parcel. Raises: NotAsked, Refused."""
    content = {"tracking_number": parcel.tracking_number, "slug": slug_of(parcel.carrier)}
    answer = _ask(source, "/trackings", method="POST", content=json.dumps(content).encode())
    if answer.status not in (200, 201) and _meta(answer) not in _EXISTS:
        raise Refused(code_of(answer.status))


def ask(source: TrackingSource, parcel: Parcel) -> bytes:
    """Where a parcel is, as they write it. Raises: NotAsked, Refused."""
    wanted = urlencode({"tracking_numbers": parcel.tracking_number, "slug": slug_of(parcel.carrier)})
    answer = _ask(source, f"/trackings?{wanted}")
    if answer.status != 200:
        raise Refused(code_of(answer.status))
    return answer.content


def _ask(source: TrackingSource, path: str, *, method: str = "GET", content: bytes = b"") -> Answer:
    headers = {"as-api-key": secrets_of(source)["api_key"], "Content-Type": "application/json"}
    base = str(source.config.get("base") or BASE).rstrip("/")
    return client().ask(base + path, method=method, headers=headers, content=content)


def _meta(answer: Answer) -> int:
    try:
        return int(json.loads(answer.content)["meta"]["code"])
    except (ValueError, TypeError, KeyError):
        return 0
