"""The repairs a case is about."""

from uuid import UUID

from zhoudao.rooms.cases.queries.of_threads import threads_of
from zhoudao.rooms.repairs.models import Repair


def repairs_of_case(case_id: UUID) -> list[Repair]:
    """Those of its conversation and of cases merged into it, the newest first (one statement)."""
    return list(Repair.objects.filter(conversation__in=threads_of(case_id)).order_by("-id"))
