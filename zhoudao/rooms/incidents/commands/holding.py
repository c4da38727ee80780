"""Getting hold of an incident: locked, checked for who may steer it, and told of in the event log."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.incidents.models import Holding, Incident, Part
from zhoudao.rooms.incidents.refusals import IncidentNotFound, IncidentOver, NotInCharge

STEER = "incidents:write"


def hold(incident_id: UUID) -> Incident:
    """This will lock an incident.

    Raises: IncidentNotFound
    """
    incident = Incident.objects.select_for_update(of=("self",)).select_related("store").filter(id=incident_id).first()
    if incident is None:
        raise IncidentNotFound
    return incident


def hold_under_way(incident_id: UUID) -> Incident:
    """As `hold`, for what only makes sense before it is resolved.

    Raises: IncidentNotFound, IncidentOver
    """
    incident = hold(incident_id)
    if not incident.is_under_way:
        raise IncidentOver
    return incident


def may_steer(viewer: Viewer, store_id: UUID | None) -> bool:
    """Whether somebody's role lets them steer incidents of this store; of none: where they work in all stores."""
    there = viewer.within(STEER).stores_worked_in
    return viewer.may(STEER) and (there is None or store_id in there)


def is_in_charge(incident: Incident, viewer: Viewer, *parts: Part) -> bool:
    """Whether somebody may steer this incident: by their role, as its lead, or with one of these parts in it."""
    if may_steer(viewer, incident.store_id):
        return True
    if viewer.user_id is None:
        return False
    return Holding.objects.filter(incident=incident, user_id=viewer.user_id, part__in=[Part.LEAD, *parts]).exists()


def in_charge(incident: Incident, viewer: Viewer, *parts: Part) -> None:
    """This will refuse whoever may not steer this incident.

    Raises: NotInCharge
    """
    if not is_in_charge(incident, viewer, *parts):
        raise NotInCharge


def tell(incident: Incident, fact: Fact, *, actor: str, at: datetime) -> None:
    """This will record a fact about an incident whose row is locked."""
    record(fact, at=at, by=By(actor, store_id=incident.store_id), about=[About("incident", incident.id)])


def written(text: str, longest: int) -> str:
    """Words as they are kept: masked and of one length."""
    return mask_personal(clip(text.replace("\0", "").strip(), longest))[0]
