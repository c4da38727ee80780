"""The repairs a case is about."""

from uuid import UUID

from django.db.models import Q

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.repairs.models import Repair


def repairs_of_case(case_id: UUID) -> list[Repair]:
    """Those of its conversation and of cases merged into it, the newest first (one statement)."""
    cases = Case.objects.filter(Q(id=case_id) | Q(merged_into=case_id), conversation__isnull=False)
    return list(Repair.objects.filter(conversation__in=cases.values("conversation")).order_by("-id"))
