"""Taking AfterShip's webhooks: `aftership-hmac-sha256` is the base64 of the body's HMAC under the account's secret.

Source: https://www.aftership.com/docs/tracking/webhook/webhook-signature
"""

import base64
import hashlib
import hmac

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhoudao.doors.tracking.port import NotTrusted
from zhoudao.rooms.parcels.commands.sources import secrets_of
from zhoudao.rooms.parcels.models import TrackingSource

HEADER = "aftership-hmac-sha256"


def hear(source: TrackingSource, request: HttpRequest) -> str:
    """The report's key: they send the same body again, and nothing that names it. Raises: NotTrusted."""
    given, wanted = request.headers.get(HEADER, ""), signature(request.body, secrets_of(source)["webhook"])
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise NotTrusted(NotTrusted.__doc__)
    return hashlib.sha256(request.body).hexdigest()


def signature(body: bytes, secret: str) -> str:
    """What they sign a body with.

    >>> signature(b'{"event":"tracking_update"}', "secret")
    'GudwIu72xDCZhei+BtYIcQAnJMFcfv3h++l2pZ/7tbM='
    """
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def taken(_is_new: bool) -> HttpResponse:
    """Any 2xx stops their repeating."""
    return JsonResponse({"ok": True})
