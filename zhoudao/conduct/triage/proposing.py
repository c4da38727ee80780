"""Every message of a customer's is judged behind the running service, by the analyst."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.conduct.triage.models import Proposal
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.conversations.models import Message

if TYPE_CHECKING:
    from zhoudao.engines.language.triage import Triage

JOB: Final = "triage.judge_messages"
QUEUE: Final = "analyst"
TYPES: Final = ("conversations.MessageReceived",)
MOST: Final = 50  # messages a job judges
_WAITING: Final = Message.objects.filter(direction="in", proposal=None).exclude(text="").exclude(
    conversation__channel__kind__in=["phone", "desk"]  # a colleague wrote it down
)  # fmt: skip


def on_event(event: Event) -> None:
    """This will have the message judged; the job takes others that wait with it."""
    app.configure_task(JOB, queue=QUEUE).defer(message_id=event.attributes["message_id"])


def waiting_with(message_id: UUID) -> dict[UUID, str]:
    """This message, and the newest others nobody judged yet, with their words (masked, as they are kept): none if it
    was judged already. One statement for most.
    """
    if not _WAITING.filter(id=message_id).exists():
        return {}
    rows = _WAITING.filter(id__gte=message_id).order_by("id").values_list("id", "text")[:MOST]
    return dict(rows)


def keep_proposals(found: Mapping[UUID, "Triage"], *, version: str, at: datetime) -> int:
    """This will keep what was judged (one statement); what is there already stays. Returns how many were kept."""
    rows = [
        Proposal(
            message_id=message_id, language=one.language, kind=one.kind, topic=one.topic, urgency=one.urgency,
            emotion=one.emotion, version=version, judged_at=at,
            confidence={name: round(100 * value) for name, value in one.confidence.items()},
            evidence={name: [list(place) for place in places] for name, places in one.evidence.items() if places},
            entities=[[thing.kind, thing.start, thing.end] for thing in one.entities],
        )
        for message_id, one in found.items()
    ]  # fmt: skip
    there = set(Message.objects.filter(id__in=list(found)).values_list("id", flat=True))
    return len(Proposal.objects.bulk_create([row for row in rows if row.message_id in there], ignore_conflicts=True))
