"""Who is responsible for a case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import hold_active, tell
from zhoudao.rooms.cases.events import CaseAssigned
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.refusals import CaseRefusal, MemberUnavailable, NotYours, ReasonMissing
from zhoudao.rooms.cases.routing import find_member, waiting_in
from zhoudao.rooms.staff.models import Member

ROUTING = "system:routing"


@transaction.atomic
def assign_case(
    *,
    case_id: UUID,
    viewer: Viewer,
    at: datetime,
    member_id: UUID | None = None,
    team_id: UUID | None = None,
    reason: str = "",
) -> Case:
    """This will give a case to a person or team. Taking it away from somebody else needs a reason.

    Raises: CaseNotFound, CaseAlreadyClosed, CaseMerged, ReasonMissing, MemberUnavailable, NotYours
    """
    case = hold_active(case_id, viewer)
    if member_id is None and team_id is None:
        raise MemberUnavailable
    takes_away = case.owner_id is not None and case.owner_id != viewer.user_id
    if takes_away and not reason.strip():
        raise ReasonMissing
    before = case.owner_id, case.team_id
    _set_team(case, team_id)
    _set_owner(case, member_id, viewer, at)
    how = "pull" if member_id is not None and member_id == viewer.user_id else "hand"
    tell(case, _handed_over(case, before, how=how), actor=viewer.actor, at=at)
    if team_id is not None and member_id is None:
        give_to_somebody(case, at=at)
    case.save()
    return case


def take_case(*, case_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will give a waiting case to whoever asks.

    Raises: CaseNotFound, CaseAlreadyClosed, CaseMerged, ReasonMissing, MemberUnavailable
    """
    return assign_case(case_id=case_id, viewer=viewer, at=at, member_id=viewer.user_id)


@transaction.atomic
def take_next(*, viewer: Viewer, at: datetime) -> Case | None:
    """This will give the viewer the next waiting case of their teams: no picking."""
    for team_id in Team.objects.filter(members__user=viewer.user_id).values_list("id", flat=True):
        for case in waiting_in(team_id):
            try:
                return assign_case(case_id=case.id, viewer=viewer, at=at, member_id=viewer.user_id)
            except CaseRefusal:
                continue
    return None


def give_to_somebody(case: Case, *, at: datetime) -> bool:
    """This will push a case nobody has to whom routing chooses; False when nobody is free (it stays queued)."""
    given = push(case, at=at)
    if given is not None:
        tell(case, given, actor=ROUTING, at=at)
    return given is not None


def push(case: Case, *, at: datetime) -> CaseAssigned | None:
    """As `give_to_somebody`; the caller tells the fact this returns."""
    if case.team_id is None or case.owner_id is not None:
        return None
    language = case.conversation.language if case.conversation else "zh-Hans"
    chosen = find_member(case.team_id, language=language, at=at)
    if chosen is None:
        return None
    case.owner_id = chosen
    return _handed_over(case, (None, case.team_id), how="push")


def fill_queue(team_id: UUID, *, at: datetime) -> int:
    """This will push a team's waiting cases, in order, to whoever is free; returns how many found somebody."""
    given = 0
    for waiting in waiting_in(team_id):
        with transaction.atomic():
            case = hold_active(waiting.id)
            if case.owner_id is not None:
                continue
            if not give_to_somebody(case, at=at):
                break
            case.save()
            given += 1
    return given


def _set_team(case: Case, team_id: UUID | None) -> None:
    if team_id is not None and team_id != case.team_id:
        case.team = Team.objects.get(id=team_id)
        case.owner = None


def _set_owner(case: Case, member_id: UUID | None, viewer: Viewer, at: datetime) -> None:
    if member_id is None:
        return
    member = Member.objects.filter(user_id=member_id, user__is_active=True).prefetch_related("teams").first()
    if member is None:
        raise MemberUnavailable
    teams = {team.id for team in member.teams.all()}
    if case.team_id not in teams and not viewer.may("cases:assign_any"):
        raise NotYours if member_id == viewer.user_id else MemberUnavailable
    case.owner_id = member_id
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
