"""What the steps of after-sales flows do to their case by themselves: say that it was answered, and end it."""

from datetime import datetime

from django.db.models import Q

from zhoudao.conduct.flows.registry import Call
from zhoudao.rooms.aftersales.models import Reason, ReturnRequest, State
from zhoudao.rooms.aftersales.queries.of_cases import returns_of_case
from zhoudao.rooms.cases.commands.closing import resolve
from zhoudao.rooms.cases.commands.contact import answered_by_rule
from zhoudao.rooms.cases.commands.holding import hold
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.conversations.models import Message

_CAUSES = {
    Reason.QUALITY: "product",
    Reason.NOT_AS_DESCRIBED: "information",
    Reason.WRONG_ITEM: "service",
    Reason.MISSING: "service",
    Reason.DAMAGED: "logistics",
    Reason.LOST: "logistics",
    Reason.LATE: "logistics",
}  # everything else is the customer's own
_OUTCOMES = {
    State.REFUNDED: "solved",
    State.REPLACED: "solved",
    State.EXPIRED: "no_answer",
}  # everything else got its answer


class CustomerWaits(Exception):
    """Something is still open for this customer, or they wrote and nobody has answered: a person goes on."""


def note_answered(call: Call, *, waits: bool) -> None:
    """This will note that what the customer asked for was answered by rule: their turn (`waits`), or ours; unless they
    wrote something else meanwhile, or nothing was asked for through us.
    """
    newest = next(iter(returns_of_case(call.object_id)), None)
    if newest is None or _has_written(hold(call.object_id), newest.asked_at):
        return
    answered_by_rule(case_id=call.object_id, expects_answer=waits, actor=call.by.actor, at=call.at)


def settle(call: Call) -> None:
    """This will resolve a case whose returns are all over, so that its customer is asked how it was.

    Raises: CustomerWaits
    """
    case = hold(call.object_id)
    if case.status not in ACTIVE:
        return
    returns = returns_of_case(case.id)
    newest = returns[0] if returns else None
    if newest is None or any(one.is_open for one in returns) or _has_written(case, newest.asked_at):
        raise CustomerWaits
    resolve(
        case,
        outcome=_outcome(newest),
        cause=_CAUSES.get(Reason(newest.reason), "customer"),
        actor=call.by.actor,
        at=call.at,
    )


def _outcome(request: ReturnRequest) -> str:
    return _OUTCOMES.get(State(request.state), "answered")


def _has_written(case: Case, since: datetime) -> bool:
    """Whether we owe the customer an answer to something they wrote after they had asked."""
    if not case.awaits_us:
        return False
    threads = Q(conversation=case.conversation_id) | Q(conversation__main=case.conversation_id)
    return Message.objects.filter(threads, direction="in", created_at__gt=since).exists()
