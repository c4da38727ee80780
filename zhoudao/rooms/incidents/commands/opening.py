"""Opening an incident, and describing it better."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.text import clip
from zhoudao.rooms.incidents.commands.holding import hold, in_charge, tell, written
from zhoudao.rooms.incidents.commands.planning import steps_in, write_plan
from zhoudao.rooms.incidents.events import IncidentChanged, IncidentOpened
from zhoudao.rooms.incidents.models import Holding, Incident, Part, Risk, Severity
from zhoudao.rooms.incidents.refusals import IncidentNotFound, IncidentUnsound, IncidentUntitled
from zhoudao.rooms.incidents.telling import tell_opened

LONGEST_TITLE, LONGEST_TEXT = 120, 4000
TAGS = ("zh-Hans", "zh-Hant", "en")


@frozen
class Description:
    """An incident as somebody describes it; `told` by language tag."""

    title: str
    severity: str = Severity.MAJOR
    cause: str = ""
    guidance: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False
    store_id: UUID | None = None


@transaction.atomic
def open_incident(
    described: Description,
    *,
    plan: Sequence[str] = (),
    risk: Risk | None = None,
    viewer: Viewer,
    at: datetime,
    how: str = "hand",
) -> Incident:
    """This will open an incident, led by whoever opens it until somebody else is named; team leads are told.

    Without a plan of its own it begins with the one prepared for the risk.

    Raises: IncidentUntitled, IncidentUnsound, PlanTooLong
    """
    incident = Incident(number=_number(at), opened_by_id=viewer.user_id, opened_at=at, risk=risk)
    _describe(incident, described, at)
    incident.save(force_insert=True)
    write_plan(incident, steps_in(plan) or (risk.plan if risk else []))
    if viewer.user_id:
        Holding.objects.create(incident=incident, part=Part.LEAD, user_id=viewer.user_id, since=at)
    tell(incident, IncidentOpened(incident.number, incident.severity, how), actor=viewer.actor, at=at)
    tell_opened(incident, by=viewer, at=at)
    return incident


@transaction.atomic
def change_incident(*, incident_id: UUID, described: Description, viewer: Viewer, at: datetime) -> Incident:
    """This will describe an incident better.

    Raises: IncidentNotFound, NotInCharge, IncidentUntitled, IncidentUnsound
    """
    incident = hold(incident_id)
    in_charge(incident, viewer, Part.COMMUNICATION, Part.INVESTIGATION)
    _describe(incident, described, at)
    incident.save()
    tell(incident, IncidentChanged(incident.severity, incident.is_public), actor=viewer.actor, at=at)
    return incident


def chosen_incident(key: str, title: str, *, viewer: Viewer, at: datetime) -> Incident:
    """An incident by its id, or (`new`) one opened with this title, to be described better later.

    Raises: IncidentNotFound, IncidentUntitled
    """
    if key == "new":
        return open_incident(Description(title), viewer=viewer, at=at)
    wanted = uuid_in(key)
    row = Incident.objects.filter(id=wanted).first() if wanted else None
    if row is None:
        raise IncidentNotFound
    return row


def worded(texts: Mapping[str, str]) -> dict[str, str]:
    """Our own words for customers, by language tag, without the empty ones; our telephone in them is not masked."""
    known = {tag: clip(texts.get(tag, "").replace("\0", "").strip(), LONGEST_TEXT) for tag in TAGS}
    return {tag: text for tag, text in known.items() if text}


def _describe(incident: Incident, described: Description, at: datetime) -> None:
    title = written(" ".join(described.title.split()), LONGEST_TITLE)
    if not title:
        raise IncidentUntitled
    stays = described.store_id in (None, incident.store_id)
    known = stays or Store.objects.filter(id=str(described.store_id), closed_at=None).exists()
    if described.severity not in Severity.values or not known:
        raise IncidentUnsound
    incident.title, incident.severity, incident.store_id = title, described.severity, described.store_id
    incident.cause, incident.guidance = (
        written(described.cause, LONGEST_TEXT),
        written(described.guidance, LONGEST_TEXT),
    )
    incident.told = worded(described.told)
    incident.is_public, incident.changed_at = described.is_public and bool(incident.told), at


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('incident_number')")
        (number,) = cursor.fetchone() or (0,)
    return f"I{at.year}-{number:06d}"
