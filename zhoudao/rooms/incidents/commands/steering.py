"""From open to contained to resolved, and who does what on the way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.roles import permissions_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.incidents.commands.holding import hold, in_charge, tell
from zhoudao.rooms.incidents.events import IncidentContained, IncidentReopened, IncidentResolved, PartGiven
from zhoudao.rooms.incidents.models import Holding, Incident, Part, Stage
from zhoudao.rooms.incidents.refusals import IncidentUnsound, StageOutOfOrder
from zhoudao.rooms.incidents.telling import tell_part


@transaction.atomic
def contain_incident(*, incident_id: UUID, viewer: Viewer, at: datetime) -> Incident:
    """This will note that it spreads no further.

    Raises: IncidentNotFound, NotInCharge, StageOutOfOrder
    """
    incident = _steered(incident_id, viewer)
    if incident.stage != Stage.OPEN:
        raise StageOutOfOrder
    incident.stage, incident.contained_at = Stage.CONTAINED, at
    return _changed(incident, at, IncidentContained(), viewer)


@transaction.atomic
def resolve_incident(*, incident_id: UUID, viewer: Viewer, at: datetime) -> Incident:
    """This will note that the cause is gone; its cases are closed by hand, or all at once.

    Raises: IncidentNotFound, NotInCharge, StageOutOfOrder
    """
    incident = _steered(incident_id, viewer)
    if not incident.is_under_way:
        raise StageOutOfOrder
    incident.stage, incident.resolved_at = Stage.RESOLVED, at
    incident.contained_at = incident.contained_at or at
    return _changed(incident, at, IncidentResolved(), viewer)


@transaction.atomic
def reopen_incident(*, incident_id: UUID, viewer: Viewer, at: datetime) -> Incident:
    """This will open an incident again that was not over; what was contained is not any more.

    Raises: IncidentNotFound, NotInCharge, StageOutOfOrder
    """
    incident = _steered(incident_id, viewer)
    if incident.stage == Stage.OPEN:
        raise StageOutOfOrder
    incident.stage = Stage.OPEN
    incident.contained_at = incident.resolved_at = incident.reviewed_at = None
    return _changed(incident, at, IncidentReopened(), viewer)


@transaction.atomic
def give_part(*, incident_id: UUID, part: str, user_id: UUID | None, viewer: Viewer, at: datetime) -> None:
    """This will give somebody a part in the incident, or (None) free it; they are told.

    Raises: IncidentNotFound, NotInCharge, IncidentUnsound
    """
    incident = _steered(incident_id, viewer)
    if part not in Part.values or (user_id is not None and not may_take_part(user_id)):
        raise IncidentUnsound
    held = Holding.objects.filter(incident=incident, part=part).first()
    if (held.user_id if held else None) == user_id:
        return
    Holding.objects.filter(incident=incident, part=part).delete()
    if user_id is not None:
        Holding.objects.create(incident=incident, part=part, user_id=user_id, since=at)
        tell_part(incident, part, user_id, by=viewer, at=at)
    tell(incident, PartGiven(part, str(user_id) if user_id else None), actor=viewer.actor, at=at)


def may_take_part(user_id: UUID) -> bool:
    """Whether somebody is there and may read incidents."""
    user = User.objects.filter(id=user_id, is_active=True).prefetch_related("grants").first()
    roles = [grant.role for grant in user.grants.all()] if user else []
    return "incidents:read" in permissions_of(roles)


def _steered(incident_id: UUID, viewer: Viewer) -> Incident:
    incident = hold(incident_id)
    in_charge(incident, viewer)
    return incident


def _changed(
    incident: Incident, at: datetime, fact: IncidentContained | IncidentResolved | IncidentReopened, viewer: Viewer
) -> Incident:
    incident.changed_at = at
    incident.save()
    tell(incident, fact, actor=viewer.actor, at=at)
    return incident
