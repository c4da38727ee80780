"""Counting what a case cost its customer, once it is solved and whenever a solved case gets other messages."""

from dataclasses import asdict
from uuid import UUID

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case, Effort, Status
from zhoudao.rooms.cases.queries.toll import toll
from zhoudao.rooms.conversations.models import Conversation

_OF_THREADS = ("conversations.ConversationSplit", "conversations.SplitUndone")
TYPES = ("cases.CaseResolved", "cases.CaseAbsorbed", "cases.CaseReleased", "cases.MergeUndone", *_OF_THREADS)


def on_event(event: Event) -> None:
    """This will count a solved case anew; one that is open is counted when it is solved."""
    if event.type in _OF_THREADS:
        mains = Conversation.objects.filter(id=event.primary_id).values_list("main_id", flat=True)
        threads = [event.primary_id, *filter(None, mains)]
        cases = Case.objects.filter(conversation_id__in=threads).values_list("id", flat=True)
    else:
        cases = Case.objects.filter(id=event.primary_id).values_list("id", flat=True)
    for case_id in cases:
        count_effort(case_id)


def count_effort(case_id: UUID) -> None:
    """This will keep what a solved case cost its customer; safe to repeat."""
    rows = Case.objects.filter(id=case_id, status__in=[Status.RESOLVED, Status.CLOSED], resolved_at__isnull=False)
    solved_at = rows.values_list("resolved_at", flat=True).first()
    if solved_at is not None:
        Effort.objects.update_or_create(
            case_id=case_id, defaults=asdict(toll(case_id, at=solved_at)) | {"is_fresh": True}
        )
