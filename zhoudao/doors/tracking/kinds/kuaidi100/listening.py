"""Taking 快递100's callbacks: a form of `param` and `sign`, which is MD5(param + salt) in capitals.

Source: https://api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc
"""

import hashlib
import hmac
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhoudao.doors.tracking.port import NotTrusted
from zhoudao.rooms.parcels.commands.sources import secrets_of
from zhoudao.rooms.parcels.models import TrackingSource


def hear(source: TrackingSource, request: HttpRequest) -> str:
    """The report's key: they send the same again, and nothing that names it. Raises: NotTrusted."""
    given = form_of(request.body)
    wanted = md5(given.get("param", "") + secrets_of(source)["salt"])
    if not given.get("param") or not hmac.compare_digest(given.get("sign", "").upper().encode(), wanted.encode()):
        raise NotTrusted(NotTrusted.__doc__)
    return hashlib.sha256(given["param"].encode()).hexdigest()


def form_of(body: bytes) -> dict[str, str]:
    """A posted form's fields, the first of each."""
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=20).items()}
    except ValueError:
        return {}


def md5(text: str) -> str:
    """Their sign.

    >>> md5("{}salt")
    '4DF345D41BAFC8E489CC9C94112F002A'
    """
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def taken(_is_new: bool) -> HttpResponse:
    """What they take for an acknowledgement."""
    return JsonResponse({"result": True, "returnCode": "200", "message": "成功"})
