"""What cases do when something happens in their conversations."""

from uuid import UUID

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.assigning import ROUTING, fill_queue
from zhoudao.rooms.cases.commands.contact import colleague_wrote, customer_wrote
from zhoudao.rooms.cases.commands.paging import page_next
from zhoudao.rooms.cases.models import Case, Tier

TYPES = (
    "conversations.MessageReceived",
    "conversations.ReplySent",
    "cases.CaseResolved",
    "cases.CaseWaiting",
    "cases.CaseAssigned",
)


def on_event(event: Event) -> None:
    """This will take one event to heart; once each, in the order of its object."""
    if event.type == "conversations.MessageReceived":
        case = customer_wrote(message_id=UUID(event.attributes["message_id"]), at=event.occurred_at)
        if case.tier == Tier.URGENT and case.opened_at == event.occurred_at:
            page_next(case.id, at=event.occurred_at)
    elif event.type == "conversations.ReplySent":
        if event.attributes.get("is_human"):
            colleague_wrote(
                message_id=UUID(event.attributes["message_id"]),
                expects_answer=event.attributes.get("expects_answer", True),
                at=event.occurred_at,
            )
    elif event.actor != ROUTING:
        _somebody_freed_up(event)


def _somebody_freed_up(event: Event) -> None:
    team_id = Case.objects.filter(id=event.primary_id).values_list("team_id", flat=True).first()
    if team_id is not None:
        fill_queue(team_id, at=event.occurred_at)
