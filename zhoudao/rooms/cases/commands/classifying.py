"""Kind and tier, set by a person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import hold_active, tell
from zhoudao.rooms.cases.commands.promising import retarget_promises
from zhoudao.rooms.cases.events import CaseClassified
from zhoudao.rooms.cases.models import Case, Kind, Tier


@transaction.atomic
def classify_case(
    *, case_id: UUID, viewer: Viewer, at: datetime, kind: str | None = None, tier: str | None = None
) -> Case:
    """This will change a case's kind or tier; running clocks get the new tier's targets, time counted stays.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, ValueError (no such kind or tier)
    """
    case = hold_active(case_id, viewer)
    before = case.kind, case.tier
    case.kind, case.tier = Kind(kind or case.kind), Tier(tier or case.tier)
    if before == (case.kind, case.tier):
        return case
    tell(case, CaseClassified(case.kind, case.tier, *before), actor=viewer.actor, at=at)
    if before[1] != case.tier and not case.resolved_at:
        retarget_promises(case, at=at, actor=viewer.actor)
    case.updated_at = max(case.updated_at, at)
    case.save()
    return case
