"""What the steps of after-sales flows do to their case by themselves: say that it was answered, and end it."""

from datetime import datetime

from django.db.models import Q

from zhoudao.conduct.flows.matters import matters_of
from zhoudao.conduct.flows.registry import Call
from zhoudao.rooms.cases.commands.closing import resolve
from zhoudao.rooms.cases.commands.contact import answered_by_rule
from zhoudao.rooms.cases.commands.holding import hold
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.conversations.models import Message


class CustomerWaits(Exception):
    """Something is still open for this customer, or they wrote and nobody has answered: a person goes on."""


def note_answered(call: Call, *, waits: bool) -> None:
    """This will note that what the customer asked for was answered by rule: their turn (`waits`), or ours; unless they
    wrote something else meanwhile, or nothing was asked for through us.
    """
    matters = matters_of(call.object_id)
    if not matters or _has_written(hold(call.object_id), max(one.asked_at for one in matters)):
        return
    answered_by_rule(case_id=call.object_id, expects_answer=waits, actor=call.by.actor, at=call.at)


def settle(call: Call) -> None:
    """This will resolve a case whose returns and repairs are all over, so that its customer is asked how it was.

    Raises: CustomerWaits
    """
    case = hold(call.object_id)
    if case.status not in ACTIVE:
        return
    matters = matters_of(case.id)
    if not matters or matters[0].is_open or _has_written(case, matters[0].asked_at):
        raise CustomerWaits
    newest = matters[0]
    resolve(case, outcome=newest.outcome, cause=newest.cause, actor=call.by.actor, at=call.at)


def _has_written(case: Case, since: datetime) -> bool:
    """Whether we owe the customer an answer to something they wrote after they had asked."""
    if not case.awaits_us:
        return False
    threads = Q(conversation=case.conversation_id) | Q(conversation__main=case.conversation_id)
    return Message.objects.filter(threads, direction="in", created_at__gt=since).exists()
