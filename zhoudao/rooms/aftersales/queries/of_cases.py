"""The returns a case is about."""

from uuid import UUID

from django.db.models import Q

from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.cases.models import Case


def returns_of_case(case_id: UUID) -> list[ReturnRequest]:
    """Those of its conversation and of cases merged into it, the newest first (one statement)."""
    cases = Case.objects.filter(Q(id=case_id) | Q(merged_into=case_id), conversation__isnull=False)
    return list(ReturnRequest.objects.filter(conversation__in=cases.values("conversation")).order_by("-id"))
