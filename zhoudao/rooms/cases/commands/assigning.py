"""Who is responsible for a case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.rooms.cases.commands.holding import hold_active, may, tell
from zhoudao.rooms.cases.commands.paging import TAKEN, end_paging
from zhoudao.rooms.cases.commands.taking import skips_the_line
from zhoudao.rooms.cases.commands.transferring import check_transfer, is_transfer, note_transfer
from zhoudao.rooms.cases.events import CaseAssigned
from zhoudao.rooms.cases.models import Case, Status, Tier
from zhoudao.rooms.cases.refusals import MemberUnavailable, NotYours, TeamIsClosed
from zhoudao.rooms.staff.models import Member


@transaction.atomic
def assign_case(
    *,
    case_id: UUID,
    viewer: Viewer,
    at: datetime,
    member_id: UUID | None = None,
    team_id: UUID | None = None,
    reason: str = "",
    words: str = "",
) -> Case:
    """This will give a case to a person or team. Handing it over from its owner or team to another needs the right and
    a reason (`transfers.REASONS`), and taking one that nobody has before one's next case needs one too. A team's own
    people are then chosen by routing, in their order.

    Raises: CaseNotFound, CaseAlreadyClosed, CaseMerged, TransferNotAllowed, ReasonMissing, OutOfOrder,
    MemberUnavailable, NotYours
    """
    case = hold_active(case_id, viewer)
    if member_id is None and team_id is None:
        raise MemberUnavailable
    before = case.owner_id, case.team_id
    is_own = member_id is not None and member_id == viewer.user_id
    is_moved = is_transfer(before, *_after(case, member_id, team_id))
    if is_moved:
        check_transfer(case, viewer, reason, words)
    skipped = skips_the_line(case, viewer, reason, at=at) if is_own else None
    _set_team(case, team_id, at)
    _set_owner(case, member_id, viewer, at)
    facts: list[Fact] = [_handed_over(case, before, how="pull" if is_own else "hand")]
    if is_moved:
        facts.append(note_transfer(case, before, reason, words, viewer=viewer, at=at))
    facts += [skipped] if skipped else []
    tell(case, *facts, actor=viewer.actor, at=at)
    if is_own and case.tier == Tier.URGENT:
        end_paging(case, TAKEN, actor=viewer.actor, at=at)
    case.save()
    return case


def _after(case: Case, member_id: UUID | None, team_id: UUID | None) -> tuple[UUID | None, UUID | None]:
    """Who has it afterwards: another team begins without an owner."""
    team = team_id or case.team_id
    return member_id or (case.owner_id if team == case.team_id else None), team


def _set_team(case: Case, team_id: UUID | None, at: datetime) -> None:
    """Another team's line begins at its end, without the old one's skill, and nobody of the old one is waited for."""
    if team_id is None:
        return
    if team_id != case.team_id:
        held = Team.objects.select_for_update(of=("self",), no_key=True)  # whoever closes it waits, or was first
        case.team = held.filter(id=team_id, closed_at=None).first()
        if case.team is None:
            raise TeamIsClosed
        case.owner = None
    elif "trouble" not in case.needs:
        return
    case.queued_at, case.overflow_at = at, None
    case.needs = {name: case.needs[name] for name in ("language",) if name in case.needs}


def _set_owner(case: Case, member_id: UUID | None, viewer: Viewer, at: datetime) -> None:
    if member_id is None:
        return
    member = Member.objects.filter(user_id=member_id, user__is_active=True).prefetch_related("teams").first()
    if member is None:
        raise MemberUnavailable
    teams = {team.id for team in member.teams.all()}
    if case.team_id not in teams and not may(viewer, "cases:assign_any", case):
        raise NotYours if member_id == viewer.user_id else MemberUnavailable
    case.owner_id, case.given_at = member_id, at
    if case.status == Status.NEW:
        case.status = Status.OPEN
    case.updated_at = max(case.updated_at, at)


def _handed_over(case: Case, before: tuple[UUID | None, UUID | None], *, how: str) -> CaseAssigned:
    if case.owner_id and case.status == Status.NEW:
        case.status = Status.OPEN
    return CaseAssigned(
        owner=str(case.owner_id) if case.owner_id else None,
        team=str(case.team_id) if case.team_id else None,
        previous_owner=str(before[0]) if before[0] else None,
        previous_team=str(before[1]) if before[1] else None,
        how=how,
    )
