"""Targets that were."""

from uuid import UUID

from django.db.models import Q

from zhoudao.rooms.targets.models import Target

PAST = 10


def past_targets(code: str, store_id: UUID | None) -> list[Target]:
    """The last ten targets of a figure that hold no longer, newest first (one statement)."""
    rows = Target.objects.filter(Q(store=store_id), metric=code, ended_at__isnull=False)
    return list(rows.select_related("set_by", "ended_by").order_by("-set_at", "-id")[:PAST])
