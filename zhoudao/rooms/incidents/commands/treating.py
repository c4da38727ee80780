"""One case of a round: written to, resolved, or refused with the reason; and taken back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.closing import reopen_case, resolve_case
from zhoudao.rooms.cases.commands.contact import survivor
from zhoudao.rooms.cases.commands.holding import hold, may
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, CaseNotFound, CaseRefusal
from zhoudao.rooms.conversations.commands import save_draft, undo_reply
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.queries import draft_of
from zhoudao.rooms.conversations.refusals import (
    ConversationNotFound,
    MessageEmpty,
    MessageTooLong,
    ReplyNotYours,
    TooLateToUndo,
)
from zhoudao.rooms.incidents.models import RoundItem
from zhoudao.rooms.incidents.reach import reach_of, text_for
from zhoudao.rooms.incidents.refusals import ApprovalOpen, ErrandOpen, IncidentRefusal, ResolvedAlready, Unreachable
from zhoudao.rooms.teamwork.models import Errand, Goodwill
from zhoudao.rooms.teamwork.refusals import CaseChanged, TeamworkRefusal, VariablesOpen
from zhoudao.rooms.teamwork.variables import fill, values_for

UNDO_SECONDS = 30
_REFUSED = (
    *(CaseRefusal, TeamworkRefusal, IncidentRefusal),
    *(ConversationNotFound, MessageEmpty, MessageTooLong, ReplyNotYours),
)


@frozen
class Moment:
    """Who does it and when: `at` in the company's time, `real_now` for the seconds to take back."""

    viewer: Viewer
    at: datetime
    real_now: datetime


def treat(item: RoundItem, moment: Moment) -> None:
    """This will do the round's work to the item's case and mark the item; the caller saves it in this transaction."""
    if _moved_on(item):
        return
    try:
        with transaction.atomic():
            item.message = _done(item, moment)
    except _REFUSED as refusal:
        item.state, item.refusal = "refused", type(refusal).__name__
    else:
        item.state, item.refusal = "done", ""


def take_back(item: RoundItem, moment: Moment) -> None:
    """This will take back what was done to one case, as far as it can; what has left stays said."""
    try:
        with transaction.atomic():
            _undone(item, moment)
    except (*_REFUSED, TooLateToUndo) as refusal:
        item.state, item.refusal = "kept", type(refusal).__name__
    else:
        item.state, item.refusal = "undone", ""


def may_treat(viewer: Viewer, case: Case) -> bool:
    """Whether somebody may write to a case's customer and change the case: their rights hold where it is."""
    return may(viewer, "messages:write", case) and may(viewer, "cases:write", case)


def hindrance_of(item: RoundItem, case: Case, viewer: Viewer) -> str:
    """Why this case cannot be treated, as a refusal's name; '' when nothing is known against it."""
    try:
        _check(item, case)
        if item.round.texts:
            _text(item, case, viewer, at=item.round.asked_at)
    except _REFUSED as refusal:
        return type(refusal).__name__
    return ""


def _done(item: RoundItem, moment: Moment) -> UUID | None:
    case = _held(item, moment.viewer)
    case = Case.objects.select_related("customer", "store", "team", "conversation__channel").get(id=case.id)
    _check(item, case)
    message = None
    if item.round.texts:
        reach = reach_of(case)
        message = reply_to_case(
            case_id=case.id,
            text=_text(item, case, moment.viewer, at=moment.at),
            viewer=moment.viewer,
            at=moment.at,
            real_now=moment.real_now,
            undo_seconds=UNDO_SECONDS,
            expects_answer=False,
            way=reach.way if reach else "",
        ).id
    if item.round.kind == "resolve":
        outcome, cause = item.round.outcome, item.round.cause
        resolve_case(case_id=case.id, outcome=outcome, cause=cause, viewer=moment.viewer, at=moment.at)
    return message


def _held(item: RoundItem, viewer: Viewer) -> Case:
    """The case, locked, where whoever does it may both write to its customer and change it.

    Raises: CaseNotFound
    """
    case = hold(item.case_id, viewer)
    if not may_treat(viewer, case):
        raise CaseNotFound
    return case


def _check(item: RoundItem, case: Case) -> None:
    if case.status == Status.CLOSED:
        raise CaseAlreadyClosed
    if item.round.kind == "resolve":
        if case.status == Status.RESOLVED:
            raise ResolvedAlready
        if Errand.objects.filter(case=case, answered_at=None, withdrawn_at=None).exists():
            raise ErrandOpen
        if Goodwill.objects.filter(case=case, state=Goodwill.State.ASKED).exists():
            raise ApprovalOpen
    if item.round.texts and reach_of(case) is None:
        raise Unreachable


def _text(item: RoundItem, case: Case, viewer: Viewer, *, at: datetime) -> str:
    filled = fill(text_for(item.round, case), values_for(case, viewer, at=at))
    if filled.missing:
        raise VariablesOpen("、".join(filled.missing))
    return filled.text


def _moved_on(item: RoundItem) -> bool:
    """A merged case is its survivor's: that one gets an item, if it has none, and this one is done with."""
    case = Case.objects.get(id=item.case_id)
    if case.status != Status.MERGED:
        return False
    kept = survivor(hold(case.id))
    last = RoundItem.objects.filter(round=item.round_id).aggregate(last=Max("place"))["last"] or 0
    RoundItem.objects.get_or_create(round_id=item.round_id, case=kept, defaults={"place": last + 1})
    item.state, item.refusal = "merged", ""
    return True


def _undone(item: RoundItem, moment: Moment) -> None:
    case = survivor(_held(item, moment.viewer))
    if item.round.kind == "resolve":
        if case.status != Status.RESOLVED or case.outcome != item.round.outcome:
            raise CaseChanged
        reopen_case(case_id=case.id, viewer=moment.viewer, at=moment.at)
    if item.message is not None:
        _unsay(item.message, case, moment)


def _unsay(message_id: UUID, case: Case, moment: Moment) -> None:
    """What is taken back from many does not become a draft in each."""
    said = Message.objects.filter(id=message_id).values_list("conversation_id", flat=True).first()
    if said is None or moment.viewer.user_id is None:
        return
    before = draft_of([said], moment.viewer.user_id)
    undo_reply(message_id=message_id, viewer=moment.viewer, at=moment.at)
    kept, direction = (before.text, before.direction) if before else ("", "out")
    save_draft(conversation_id=said, user_id=moment.viewer.user_id, text=kept, direction=direction, at=moment.at)
