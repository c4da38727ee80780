"""Answering a complaint so that it is on record: who, when, how, what was said, what it cost."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.files import store
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.cases.commands.holding import hold, hold_active, tell
from zhoudao.rooms.cases.commands.replying import note_on_case, reply_to_case
from zhoudao.rooms.cases.commands.settling import settle_promise
from zhoudao.rooms.cases.models import Case, Kind
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.complaints.events import ComplaintAnswered
from zhoudao.rooms.complaints.models import Answer, Way

LONGEST = 4000
MOST_CENTS = 100_000_000
_OLDEST = timedelta(days=31)
_SPOKEN = ("answer", "plan", "first_contact")


class AnswerRefused(Exception):
    """This answer cannot be kept like that."""


class NotAComplaint(AnswerRefused):
    """Only complaints are answered on record."""


class AnswerWordless(AnswerRefused):
    """Write down what was said."""


class AnswerUnsound(AnswerRefused):
    """Choose how and why, a moment in the last 31 days, and a cost that is not negative."""


@frozen
class Said:
    """What was answered. `recording` are the bytes of a sound file, or None."""

    way: str
    words: str
    cause: str
    answered_at: datetime
    product: str = ""
    cost_cents: int = 0
    recording: bytes | None = None


@transaction.atomic
def answer_complaint(*, case_id: UUID, said: Said, viewer: Viewer, at: datetime, real_now: datetime) -> Answer:
    """This will keep an answer with the complaint: sent to the customer in writing, or given by phone already.

    By phone it keeps the promises of an answer and a plan, and colleagues read it as a note. The cause is the case's.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, NotAComplaint, AnswerWordless, AnswerUnsound, NoConversation,
    FileTooLarge, FileEmpty
    """
    case = hold_active(case_id, viewer)
    if case.kind != Kind.COMPLAINT:
        raise NotAComplaint(NotAComplaint.__doc__)
    words = mask_personal(clip(said.words.replace("\0", "").strip(), LONGEST))[0]
    if not words:
        raise AnswerWordless(AnswerWordless.__doc__)
    _check(said, at)
    answer = Answer(
        case=case,
        way=said.way,
        words=words,
        by_id=viewer.user_id,
        answered_at=at if said.way == Way.WRITING else said.answered_at,
        product=clip(" ".join(said.product.split()), 60),
        cost_cents=said.cost_cents,
    )
    if said.recording is not None:
        customer = case.customer
        answer.recording = store.keep(said.recording, subject_id=customer.id, key_id=customer.key_id)
    if said.way == Way.WRITING:
        answer.message = reply_to_case(
            case_id=case.id, text=said.words, viewer=viewer, at=at, real_now=real_now, expects_answer=False
        )
    else:
        answer.message = note_on_case(case_id=case.id, text=f"☎ {said.words}", viewer=viewer, at=at)
        _settle(case, viewer, at)
    answer.save(force_insert=True)
    _keep_cause(case.id, said.cause, at)
    fact = ComplaintAnswered(said.way, said.cause, said.cost_cents, answer.recording is not None)
    tell(case, fact, actor=viewer.actor, at=at)
    return answer


def _check(said: Said, at: datetime) -> None:
    fits = said.way in Way.values and said.cause in causes() and 0 <= said.cost_cents <= MOST_CENTS
    is_timely = at - _OLDEST <= said.answered_at <= at + timedelta(minutes=1)
    if not fits or (said.way == Way.PHONE and not is_timely):
        raise AnswerUnsound(AnswerUnsound.__doc__)


def _settle(case: Case, viewer: Viewer, at: datetime) -> None:
    """One after the other: keeping one may keep another with it."""
    for kind in _SPOKEN:
        running = case.promises.filter(kind=kind, ended_at=None).first()
        if running is not None:
            settle_promise(case_id=case.id, promise_id=running.id, how="by_phone", viewer=viewer, at=at)


def _keep_cause(case_id: UUID, cause: str, at: datetime) -> None:
    case = hold(case_id)
    case.cause, case.updated_at = cause, max(case.updated_at, at)
    case.save(update_fields=["cause", "updated_at"])
