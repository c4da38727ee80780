"""Put aside until a moment."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import hold, hold_active, tell
from zhoudao.rooms.cases.events import CaseResumed, CaseSnoozed
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.refusals import MomentPassed


@transaction.atomic
def snooze_case(*, case_id: UUID, until: datetime, viewer: Viewer, at: datetime) -> Case:
    """This will put a case aside; its promises keep running, and it comes back at the moment or when a message comes.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, MomentPassed
    """
    if until <= at:
        raise MomentPassed
    case = hold_active(case_id, viewer)
    case.status, case.snoozed_until, case.updated_at = Status.SNOOZED, until, max(case.updated_at, at)
    case.save()
    tell(case, CaseSnoozed(until.isoformat()), actor=viewer.actor, at=at)
    return case


@transaction.atomic
def wake_case(case_id: UUID, *, at: datetime, actor: str = "system:clock") -> bool:
    """This will bring a snoozed case back when its moment has come; safe to repeat."""
    case = hold(case_id)
    if case.status != Status.SNOOZED or case.snoozed_until is None:
        return False
    if actor == "system:clock" and case.snoozed_until > at:
        return False
    case.status, case.snoozed_until, case.updated_at = Status.OPEN, None, max(case.updated_at, at)
    case.save()
    tell(case, CaseResumed("woken"), actor=actor, at=at)
    return True
