"""The returns a case is about."""

from uuid import UUID

from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.cases.queries.of_threads import threads_of


def returns_of_case(case_id: UUID) -> list[ReturnRequest]:
    """Those of its conversation and of cases merged into it, the newest first (one statement)."""
    return list(ReturnRequest.objects.filter(conversation__in=threads_of(case_id)).order_by("-id"))
