"""Who is in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from zhoudao.ground.accounts.tokens import digest
from zhoudao.rooms.entrances.models import Pass


def pass_of(token: str, *, real_now: datetime) -> Pass | None:
    """The pass with this token while it is good (one statement, with its customer)."""
    if not token or len(token) > 80:
        return None
    return _good(real_now).select_related("customer", "key").filter(digest=digest(token)).first()


def is_good(pass_id: UUID, *, real_now: datetime) -> bool:
    """Whether somebody is still in with this pass."""
    return _good(real_now).filter(id=pass_id).exists()


def passes_of(group: Sequence[UUID], *, real_now: datetime) -> list[Pass]:
    """Where somebody is signed in, last seen first."""
    return list(_good(real_now).filter(customer_id__in=group).order_by("-seen_at", "-id"))


def _good(real_now: datetime) -> QuerySet[Pass]:
    return Pass.objects.filter(ended_at=None, until__gt=real_now, customer__erased_at=None, key__revoked_at=None)
