"""Giving a case back to whom it was taken from: undoing a transfer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Team
from zhoudao.rooms.cases.commands.holding import hold_active, tell
from zhoudao.rooms.cases.commands.transferring import undo_transfer
from zhoudao.rooms.cases.events import CaseAssigned
from zhoudao.rooms.cases.models import Case


@transaction.atomic
def return_case(*, case_id: UUID, owner_id: UUID | None, team_id: UUID | None, actor: str, at: datetime) -> Case:
    """This will make the previous owner and team responsible again, or nobody when nobody was.

    Whoever gave the case away may have lost sight of it, so the caller answers for their right to take it back.

    Raises: CaseNotFound, CaseAlreadyClosed, CaseMerged
    """
    case = hold_active(case_id)
    before = case.owner_id, case.team_id
    case.owner_id = owner_id
    case.team = Team.objects.filter(id=team_id).first() if team_id else None
    case.given_at = at if owner_id else case.given_at
    case.queued_at = case.queued_at if owner_id else at
    case.updated_at = max(case.updated_at, at)
    case.save()
    fact = CaseAssigned(
        owner=str(owner_id) if owner_id else None,
        team=str(team_id) if team_id else None,
        previous_owner=str(before[0]) if before[0] else None,
        previous_team=str(before[1]) if before[1] else None,
        how="undone",
    )
    undo_transfer(case, before, at)
    tell(case, fact, actor=actor, at=at)
    return case
