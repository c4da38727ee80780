"""What a case has cost its customer so far, read from its messages."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import F, Q, When

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.efforts import Said, Toll, toll_of
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Attachment, Conversation, Message

LONGEST = 2_000  # messages read of one case
_SPOKEN = Q(direction="in") | Q(direction="out", is_auto=False, status__in=["sent", "delivered"])
_MOMENT = Choice(When(direction="out", then=F("sent_at")), default=F("created_at"))  # an answer is said when it leaves
_READ = ("id", "direction", "actor", "text", "moment", "kind", "conversation_id")


def toll(case_id: UUID, *, at: datetime) -> Toll:
    """What a case and all that is merged into it cost its customer, until it was solved or `at` (eight statements)."""
    case_ids = _with_merged(case_id)
    mains = list(
        Case.objects.filter(id__in=case_ids, conversation__isnull=False).values_list("conversation", flat=True)
    )
    around = Conversation.objects.filter(Q(id__in=mains) | Q(main_id__in=mains))
    threads = dict(around.values_list("id", "order_number"))
    solved_at = Case.objects.filter(id=case_id).values_list("resolved_at", flat=True).first()
    found = toll_of(_said(list(threads)), known=threads.values(), until=solved_at or at)
    return replace(found, asked_again=found.asked_again + _asked_twice(case_ids))


def _with_merged(case_id: UUID) -> list[UUID]:
    """The case and all that is merged into it."""
    found, fresh = [case_id], [case_id]
    while fresh:
        fresh = list(Case.objects.filter(merged_into_id__in=fresh).exclude(id__in=found).values_list("id", flat=True))
        found += fresh
    return found


def _said(threads: Collection[UUID]) -> Iterator[Said]:
    """What the customer and people here said in these threads; what nobody wrote and what never left does not count."""
    rows = Message.objects.filter(_SPOKEN, conversation_id__in=threads)
    rows = rows.annotate(moment=_MOMENT, kind=F("conversation__channel__kind")).order_by("moment", "id")
    found = list(rows.values(*_READ)[:LONGEST])
    files: dict[UUID, set[str]] = defaultdict(set)
    incoming = [row["id"] for row in found if row["direction"] == "in"]
    for message_id, file_id in Attachment.objects.filter(message_id__in=incoming).values_list("message_id", "file_id"):
        files[message_id].add(f"file:{file_id}")
    noted = _noted({row["conversation_id"] for row in found if row["kind"] == "counter"})
    for row in found:
        yield _one(row, frozenset(files[row["id"]]), noted.get(row["conversation_id"], ""))


def _one(row: dict[str, Any], files: frozenset[str], noted_by: str) -> Said:
    is_customer = row["direction"] == "in" and row["kind"] != "desk"  # what a colleague began with is nobody's word
    in_person = is_customer and row["kind"] == "counter"
    actor = noted_by if in_person else "" if is_customer else row["actor"]
    return Said(row["moment"], row["kind"], is_customer, actor, row["text"], files, in_person)


def _noted(threads: Collection[UUID]) -> dict[UUID, str]:
    """Who wrote down what was said at the counter."""
    if not threads:
        return {}
    rows = Event.objects.filter(primary_id__in=threads, type="conversations.VisitNoted").order_by("-seq")
    return dict(rows.values_list("primary_id", "actor"))


def _asked_twice(case_ids: Collection[UUID]) -> int:
    """How often a step of the flow asked the customer what it had asked before."""
    rows = Event.objects.filter(object_ids__overlap=list(case_ids), type="flows.CustomerAsked")
    elements = list(rows.values_list("element", flat=True))
    return len(elements) - len(set(elements))
