"""Whom an urgent case calls, and which ones nobody came for."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Alarm, Case, Tier

_SHOWN = 10


@frozen
class Unreached:
    """An urgent case for which people on call were called in vain since `since`."""

    number: str
    since: datetime | None


def is_paged(case_id: UUID) -> bool:
    """Whether people on call are being called for a case (one statement)."""
    return Alarm.objects.filter(case_id=case_id, ended_at=None).exists()


def unreached(viewer: Viewer) -> list[Unreached]:
    """Urgent cases this viewer may see that nobody on call has taken, the oldest first, at most ten (one statement)."""
    rows = Case.objects.filter(visible(viewer), tier=Tier.URGENT, status__in=ACTIVE)
    rows = rows.filter(alarm__unreached_at__isnull=False, alarm__ended_at__isnull=True)
    found = rows.order_by("alarm__unreached_at", "id").values_list("number", "alarm__unreached_at")[:_SHOWN]
    return [Unreached(number, since) for number, since in found]
