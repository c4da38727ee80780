"""Cases join an incident and leave it; of one under way at most. The survivor of a merge counts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.commands.contact import survivor
from zhoudao.rooms.cases.commands.holding import about, by_of, visible
from zhoudao.rooms.cases.commands.holding import hold as hold_case
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.incidents.commands.holding import hold, hold_under_way, tell
from zhoudao.rooms.incidents.events import CaseJoinedIncident, CaseLeftIncident, CasesJoined, CasesLeft
from zhoudao.rooms.incidents.models import UNDER_WAY, Affected, Incident
from zhoudao.rooms.incidents.refusals import AlreadyInIncident, NoCasesChosen, NotInIncident

MOST = 1000


@frozen
class Joined:
    """What came of joining: under which `join` it can be taken back, how many joined, and who could not and why
    (number, refusal, detail)."""

    join: UUID
    count: int
    refused: list[tuple[str, str, str]]


@transaction.atomic
def join_cases(
    *, incident_id: UUID, case_ids: Sequence[UUID], viewer: Viewer, at: datetime, how: str = "hand"
) -> Joined:
    """This will put cases (those the viewer may see) into an incident; one in another keeps the others from nothing.

    Raises: IncidentNotFound, IncidentOver, NoCasesChosen
    """
    incident = hold_under_way(incident_id)
    seen = Case.objects.filter(visible(viewer), id__in=list(case_ids)[:MOST]).order_by("id")
    ids = list(seen.values_list("id", flat=True))
    if not ids:
        raise NoCasesChosen
    join, count, refused = uuid7(), 0, []
    for case_id in ids:
        case = survivor(hold_case(case_id))
        try:
            count += _join(incident, case, join=join, how=how, actor=viewer.actor, at=at)
        except AlreadyInIncident as refusal:
            refused.append((case.number, type(refusal).__name__, refusal.detail))
    _tell_joined(incident, count, how, viewer.actor, at)
    return Joined(join, count, refused)


@transaction.atomic
def join_case(*, incident_id: UUID, case_id: UUID, viewer: Viewer, at: datetime) -> Incident:
    """This will put one case into an incident; again changes nothing.

    Raises: IncidentNotFound, IncidentOver, CaseNotFound, AlreadyInIncident
    """
    incident = hold_under_way(incident_id)
    case = survivor(hold_case(case_id, viewer))
    count = _join(incident, case, join=uuid7(), how="hand", actor=viewer.actor, at=at)
    _tell_joined(incident, count, "hand", viewer.actor, at)
    return incident


@transaction.atomic
def join_found(incident: Incident, case_ids: Sequence[UUID], *, actor: str, at: datetime) -> int:
    """This will put in what the clock found, whoever may see it, but for what is over or elsewhere; returns how many.

    The caller holds the incident.
    """
    join, count = uuid7(), 0
    rows = Case.objects.filter(id__in=list(case_ids)[:MOST], incident_id=None).exclude(status=Status.CLOSED)
    for case_id in rows.order_by("id").values_list("id", flat=True):
        case = survivor(hold_case(case_id))
        if _under_way(case) is None:
            count += _join(incident, case, join=join, how="surge", actor=actor, at=at)
    _tell_joined(incident, count, "surge", actor, at)
    return count


@transaction.atomic
def leave_incident(*, case_id: UUID, viewer: Viewer, at: datetime) -> Incident:
    """This will take a case out of its incident.

    Raises: CaseNotFound, NotInIncident
    """
    found = Case.objects.filter(visible(viewer), id=case_id).values_list("incident_id", flat=True).first()
    if found is None:
        hold_case(case_id, viewer)
        raise NotInIncident
    incident = hold(found)
    case = hold_case(case_id, viewer)
    if case.incident_id != incident.id:
        raise NotInIncident
    _leave(incident, case, actor=viewer.actor, at=at)
    tell(incident, CasesLeft(1), actor=viewer.actor, at=at)
    return incident


@transaction.atomic
def undo_join(*, incident_id: UUID, join: UUID, viewer: Viewer, at: datetime) -> int:
    """This will take out again what joined with one click (as far as the viewer may see it); returns how many left.

    Raises: IncidentNotFound
    """
    incident = hold(incident_id)
    rows = Affected.objects.filter(incident=incident, join=join, left_at=None).order_by("case_id")
    ids = list(Case.objects.filter(visible(viewer), id__in=rows.values("case_id")).values_list("id", flat=True))
    for case_id in sorted(ids):
        _leave(incident, hold_case(case_id), actor=viewer.actor, at=at)
    if ids:
        tell(incident, CasesLeft(len(ids)), actor=viewer.actor, at=at)
    return len(ids)


@transaction.atomic
def follow_merge(*, case_id: UUID, at: datetime) -> None:
    """This will put the survivor of a merged case into that case's incident, unless it has one. Safe to repeat."""
    loser = Case.objects.filter(id=case_id, status=Status.MERGED).first()
    incident = _under_way(loser)
    if loser is None or incident is None:
        return
    kept = survivor(hold_case(case_id))
    if kept.id == case_id or kept.incident_id == incident.id or _under_way(kept) is not None:
        return
    count = _join(incident, kept, join=uuid7(), how="merged", actor="system:merge", at=at, via=loser)
    _tell_joined(incident, count, "merged", "system:merge", at)


@transaction.atomic
def follow_unmerge(*, case_id: UUID, at: datetime) -> None:
    """This will take the survivor out again that joined only for this case. Safe to repeat."""
    for row in Affected.objects.filter(via=case_id, how="merged", left_at=None):
        incident = hold(row.incident_id)
        _leave(incident, hold_case(row.case_id), actor="system:merge", at=at)
        tell(incident, CasesLeft(1), actor="system:merge", at=at)


def _under_way(case: Case | None) -> Incident | None:
    """The incident a case is part of, locked, if it is not over."""
    if case is None or case.incident_id is None:
        return None
    rows = Incident.objects.select_for_update(of=("self",)).filter(id=case.incident_id, stage__in=UNDER_WAY)
    return rows.first()


def _join(
    incident: Incident, case: Case, *, join: UUID, how: str, actor: str, at: datetime, via: Case | None = None
) -> int:
    if case.incident_id == incident.id:
        return 0
    other = Incident.objects.filter(id=case.incident_id, stage__in=UNDER_WAY).first() if case.incident_id else None
    if other is not None:
        raise AlreadyInIncident(other.number)
    case.incident_id = incident.id
    case.save(update_fields=["incident_id"])
    again = {"join": join, "how": how, "via": via, "joined_at": at, "left_at": None}
    Affected.objects.update_or_create(incident=incident, case=case, defaults=again)
    _tell_case(incident, case, CaseJoinedIncident(incident.number, how), actor, at)
    return 1


def _leave(incident: Incident, case: Case, *, actor: str, at: datetime) -> None:
    if case.incident_id == incident.id:
        case.incident_id = None
        case.save(update_fields=["incident_id"])
    Affected.objects.filter(incident=incident, case=case, left_at=None).update(left_at=at)
    _tell_case(incident, case, CaseLeftIncident(incident.number), actor, at)


def _tell_case(incident: Incident, case: Case, fact: Fact, actor: str, at: datetime) -> None:
    record(fact, at=at, by=by_of(case, actor), about=[*about(case), About("incident", incident.id)])


def _tell_joined(incident: Incident, count: int, how: str, actor: str, at: datetime) -> None:
    if count:
        tell(incident, CasesJoined(count, how), actor=actor, at=at)
