"""What cases do when something happens in their conversations, to each other and to the people who take them."""

from uuid import UUID

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.contact import answer_came_back, colleague_wrote, customer_wrote
from zhoudao.rooms.cases.commands.leaving import release_cases
from zhoudao.rooms.cases.commands.paging import start_paging
from zhoudao.rooms.cases.commands.queueing import ROUTING, fill_queues
from zhoudao.rooms.cases.commands.raising import tier_was_changed
from zhoudao.rooms.cases.commands.rerouting import reroute_case, reroute_stranded
from zhoudao.rooms.cases.lines import teams_around, teams_of
from zhoudao.rooms.cases.models import Tier
from zhoudao.rooms.cases.routing import TABLES

_FREEING = (
    *("cases.CaseResolved", "cases.CaseWaiting", "cases.CaseSnoozed", "cases.CaseMerged"),
    *("cases.CaseAssigned", "cases.CaseResumed", "cases.CaseReopened", "cases.MergeUndone"),
)
TYPES = (
    "conversations.MessageReceived",
    "conversations.ReplySent",
    "conversations.ReplyFailed",
    *_FREEING,
    "cases.CaseClassified",
    "accounts.AccessChanged",
    "staff.MemberChanged",
    "staff.TeamChanged",
    "decisions.TablePublished",
)


def on_event(event: Event) -> None:
    """This will take one event to heart; once each, in the order of its object."""
    if event.type == "conversations.MessageReceived":
        case = customer_wrote(message_id=UUID(event.attributes["message_id"]), at=event.occurred_at)
        if case is not None and case.tier == Tier.URGENT and case.opened_at == event.occurred_at:
            start_paging(case.id, at=event.occurred_at)
    elif event.type == "conversations.ReplySent":
        if event.attributes.get("is_human"):
            colleague_wrote(
                message_id=UUID(event.attributes["message_id"]),
                expects_answer=event.attributes.get("expects_answer", True),
                at=event.occurred_at,
            )
    elif event.type == "conversations.ReplyFailed":
        answer_came_back(message_id=UUID(event.attributes["message_id"]), at=event.occurred_at)
    elif event.type in _FREEING:
        if event.actor != ROUTING:
            _somebody_freed_up(event)
    else:
        _something_changed(event)


def _somebody_freed_up(event: Event) -> None:
    """The owner has room again, or the case stands in line: all lines this touches are served."""
    left = [UUID(whom) for name in ("previous_owner", "member") if (whom := event.attributes.get(name))]
    fill_queues(teams_around(event.primary_id, left), at=event.occurred_at)


def _something_changed(event: Event) -> None:
    if event.type == "accounts.AccessChanged":
        release_cases(event.primary_id, at=event.occurred_at)
    elif event.type == "cases.CaseClassified":
        reroute_case(event.primary_id, at=event.occurred_at)
        if event.attributes["tier"] != event.attributes["previous_tier"]:
            tier_was_changed(event.primary_id, actor=event.actor, at=event.occurred_at)
    elif event.type == "staff.MemberChanged":
        fill_queues(teams_of(event.primary_id), at=event.occurred_at)
    elif event.type == "staff.TeamChanged":
        fill_queues([event.primary_id], at=event.occurred_at)
    elif event.attributes.get("table") in TABLES:
        reroute_stranded(at=event.occurred_at)
