"""The link behind which a customer sees where their repair is: nobody guesses it, and it dies with their data."""

import base64
import hmac
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from zhoudao.ground.vault import box
from zhoudao.rooms.repairs.models import Repair

_BYTES, _LETTERS = 16, 43


def repair_token(repair_id: UUID) -> str:
    """What stands in the link: the repair's id, and what only we can say of it."""
    return base64.urlsafe_b64encode(repair_id.bytes + _seal(repair_id)).decode().rstrip("=")


def repair_path(repair_id: UUID) -> str:
    """The page of a repair, for whoever has it."""
    return reverse("portal:repair", args=[repair_token(repair_id)])


def repair_url(repair_id: UUID) -> str:
    """Its whole address."""
    return f"{settings.BASE_URL}{repair_path(repair_id)}"


def repair_behind(token: str) -> Repair | None:
    """The repair a link leads to; None when it is wrong, or its person was forgotten."""
    if len(token) != _LETTERS or not token.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=")
    except ValueError:
        return None
    repair_id = UUID(bytes=raw[:_BYTES])
    if not hmac.compare_digest(raw[_BYTES:], _seal(repair_id)):
        return None
    rows = Repair.objects.select_related("device", "store", "customer", "order")
    return rows.filter(id=repair_id, customer__erased_at=None).first()


def _seal(repair_id: UUID) -> bytes:
    return box.blind_index("repair.link", repair_id.hex)
