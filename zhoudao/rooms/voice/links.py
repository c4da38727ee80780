"""Links that let a customer rate: signed, and good for nothing else."""

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_PURPOSE = "zhoudao.voice.rating"
_MARK_BYTES = 16


def rating_token(case_id: UUID) -> str:
    """The case's key with a 128-bit mark only we can make; 43 characters."""
    return base64.urlsafe_b64encode(case_id.bytes + _mark(case_id)).rstrip(b"=").decode()


def case_of(token: str) -> UUID | None:
    """The case a rating token is for, or None when we did not make it."""
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _MARK_BYTES:
        return None
    case_id = UUID(bytes=raw[:16])
    return case_id if constant_time_compare(raw[16:], _mark(case_id)) else None


def rating_path(case_id: UUID) -> str:
    """Where the case is rated, on our own pages."""
    return f"/r/{rating_token(case_id)}/"


def rating_url(case_id: UUID) -> str:
    """The link for mails and chats."""
    return f"{settings.BASE_URL}{rating_path(case_id)}"


def _mark(case_id: UUID) -> bytes:
    return salted_hmac(_PURPOSE, case_id.bytes, algorithm="sha256").digest()[:_MARK_BYTES]
