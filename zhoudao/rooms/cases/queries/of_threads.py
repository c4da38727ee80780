"""The case a thread belongs to, for pages that have loaded both (`conversation__case`, `conversation__main__case`), and
the threads of a case.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Conversation


def case_of(thread: Conversation) -> Case | None:
    """The thread's own case, or that of the thread it is a side of."""
    found: Case | None = getattr(thread.main or thread, "case", None)
    return found


def threads_of(case_id: UUID) -> QuerySet[Conversation]:
    """A case's own thread and those of cases merged into it, to be asked for inside another statement."""
    cases = Case.objects.filter(Q(id=case_id) | Q(merged_into=case_id), conversation__isnull=False)
    return Conversation.objects.filter(id__in=cases.values("conversation"))
