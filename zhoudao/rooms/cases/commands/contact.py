"""What a message in a case's conversation means for the case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from zhoudao.ground.questions import Question
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.commands.closing import reopen
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.commands.joining_in import answered_case
from zhoudao.rooms.cases.commands.leaving import is_out_of_reach, take_from_owner
from zhoudao.rooms.cases.commands.opening import open_case
from zhoudao.rooms.cases.commands.paging import ANSWERED, end_paging
from zhoudao.rooms.cases.commands.promising import (
    drop_promises,
    keep_promises,
    make_promises,
    pause_promises,
    resume_promises,
)
from zhoudao.rooms.cases.commands.queueing import give_to_somebody
from zhoudao.rooms.cases.events import CaseAnswered, CaseResumed, CaseWaiting, FirstHumanContact
from zhoudao.rooms.cases.models import WORKING, Case, Status, Tier
from zhoudao.rooms.conversations.models import Message

_INTAKE = "system:intake"
_OWN = Coalesce("conversation__case__id", "conversation__main__case__id")  # a side's is its main thread's


def customer_wrote(*, message_id: UUID, at: datetime) -> Case | None:
    """This will open a case for the message, or tell the one it belongs to (a merged case's survivor). Whoever was
    forgotten meanwhile has nothing left that anybody could answer: None.
    """
    message, known = _message(_WITH_ALL_AROUND, message_id)
    if message.conversation.customer.erased_at is not None:
        return None
    if known is None and (waiting := answered_case(message.conversation, at=at)) is not None:
        known = waiting
    if known is None:
        return open_case(conversation=message.conversation, first=message, at=at)
    case = survivor(hold(known))
    was_theirs = case.status not in WORKING
    if case.status in (Status.RESOLVED, Status.CLOSED):
        reopen(case, why="customer_wrote", actor=_INTAKE, at=at)
    elif case.status in (Status.WAITING, Status.SNOOZED):
        case.status, case.snoozed_until = Status.OPEN, None
        tell(case, CaseResumed("customer_wrote"), actor=_INTAKE, at=at)
        resume_promises(case, at=at)
    make_promises(case, ["answer"], at=at, actor=_INTAKE)
    if is_out_of_reach(case, was_theirs=was_theirs, at=at):
        take_from_owner(case, how="absent", at=at)
    if case.owner_id is None:
        give_to_somebody(case, at=at)
    case.awaits_us = True
    _show(case, message, at)
    return case


def colleague_wrote(*, message_id: UUID, expects_answer: bool, at: datetime) -> None:
    """This will keep the promises an answer keeps, and wait for the customer unless no answer is expected."""
    message, known = _message(_ALONE, message_id)
    if known is None:
        return
    case = survivor(hold(known))
    credit(case, message.actor, at)
    if case.tier == Tier.URGENT:
        end_paging(case, ANSWERED, actor=message.actor, at=at)
    keep_promises(case, ["first_contact", "answer", "next_update"], at=at, actor=message.actor)
    if case.status in (Status.NEW, Status.OPEN, Status.SNOOZED, Status.WAITING):
        make_promises(case, ["next_update"], at=at, actor=message.actor)
        _take_turns(case, expects_answer, message.actor, at)
    case.awaits_us = False
    _show(case, message, at)


def answer_came_back(*, message_id: UUID, at: datetime) -> None:
    """This will have us owe an answer again when the last one did not arrive, though it had seemed to have left: the
    case no longer waits for a customer who heard nothing.
    """
    message, known = _message(_ALONE, message_id)
    if known is None or message.is_auto or message.status != "failed" or _was_followed(message):
        return
    case = survivor(hold(known))
    if case.status != Status.WAITING:
        return
    case.status, case.awaits_us = Status.OPEN, True
    tell(case, CaseResumed("not_arrived"), actor=_INTAKE, at=at)
    resume_promises(case, at=at)
    make_promises(case, ["answer"], at=at, actor=_INTAKE)
    case.updated_at = max(case.updated_at, at)
    case.save()


def wait_for_customer(*, case_id: UUID, actor: str, at: datetime) -> None:
    """This will leave the next turn to the customer, unless we still owe them an answer."""
    case = survivor(hold(case_id))
    if not case.awaits_us and case.status in (Status.NEW, Status.OPEN, Status.SNOOZED):
        _take_turns(case, True, actor, at)
        case.save()


@transaction.atomic
def answered_by_rule(*, case_id: UUID, expects_answer: bool, actor: str, at: datetime) -> None:
    """This will note that the customer got their answer without a person: nobody has to make the first contact, and the
    next turn is theirs or ours.
    """
    case = survivor(hold(case_id))
    if case.status not in (Status.NEW, Status.OPEN, Status.SNOOZED, Status.WAITING):
        return
    tell(case, CaseAnswered(), actor=actor, at=at)
    drop_promises(case, ["first_contact"], at=at)
    keep_promises(case, ["answer", "plan", "next_update"], at=at, actor=actor)
    make_promises(case, ["next_update"], at=at, actor=actor)
    _take_turns(case, expects_answer, actor, at)
    case.awaits_us = False
    case.save()


def survivor(case: Case) -> Case:
    """The case that speaks for this one: itself, or what it was merged into."""
    while case.status == Status.MERGED and case.merged_into_id:
        case = hold(case.merged_into_id)
    return case


def _was_followed(message: Message) -> bool:
    """Whether more was said there afterwards, by either side."""
    later = Message.objects.filter(conversation_id=message.conversation_id, created_at__gt=message.created_at)
    said = later.filter(is_auto=False).exclude(direction="note").exclude(status__in=["failed", "undone"])
    return said.exists()


def _with_case(message_id: UUID) -> QuerySet[Message]:
    """A message with its conversation's case, without what a case does not need of it."""
    found = Message.objects.filter(id=message_id).annotate(case_id=_OWN)
    return found.defer("html", "original_sealed", "search")


_ALONE = Question(_with_case, UUID)
_WITH_ALL_AROUND = Question(
    lambda message_id: _with_case(message_id).select_related(
        "conversation__channel", "conversation__customer", "conversation__store"
    ),
    UUID,
)


def _message(question: Question[Message], message_id: UUID) -> tuple[Message, UUID | None]:
    message = question.first(message_id)
    if message is None:
        raise Message.DoesNotExist
    return message, message.case_id  # type: ignore[attr-defined]  # an annotation


def credit(case: Case, actor: str, at: datetime) -> None:
    """This will note who answered the customer, and whether that was the first person to (the caller saves)."""
    kind, _, member = actor.partition(":")
    if kind not in ("user", "token"):
        return
    responder = UUID(member) if kind == "user" else case.owner_id
    case.last_responder_id = responder
    if case.first_human_contact_at is None:
        case.first_human_contact_at = at
        case.first_responder_id = responder
        tell(case, FirstHumanContact(str(responder) if responder else ""), actor=actor, at=at)


def _take_turns(case: Case, expects_answer: bool, actor: str, at: datetime) -> None:
    if expects_answer and case.status != Status.WAITING:
        case.status, case.snoozed_until = Status.WAITING, None
        tell(case, CaseWaiting(), actor=actor, at=at)
        pause_promises(case, at=at)
    elif expects_answer:
        pause_promises(case, at=at)
    elif case.status in (Status.NEW, Status.WAITING):
        case.status = Status.OPEN
        tell(case, CaseResumed("kept_open"), actor=actor, at=at)
        resume_promises(case, at=at)


def _show(case: Case, message: Message, at: datetime) -> None:
    case.preview = clip(message.text, 100)
    case.updated_at = max(case.updated_at, at)
    case.save()
