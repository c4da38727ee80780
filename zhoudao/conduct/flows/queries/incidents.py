"""What is stuck, for those who look after flows."""

from datetime import datetime
from uuid import UUID

from zhoudao.conduct.flows.models import Incident
from zhoudao.conduct.flows.versions import version_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case

PAGE = 25


@frozen
class IncidentRow:
    """A run that cannot go on by itself, at a step."""

    id: UUID
    run_id: UUID
    flow: str
    version: int
    version_id: UUID
    step: str
    case_number: str
    code: str
    detail: str
    happened_at: datetime


@frozen
class IncidentPage:
    """Newest first; `next` is the cursor of the following page, empty at the end."""

    rows: list[IncidentRow]
    next: str


def incident_page(viewer: Viewer, cursor: str = "") -> IncidentPage:
    """What is stuck now in cases the viewer may see; runs of no case are the whole company's (two statements)."""
    rows = Incident.objects.filter(resolved_at=None).select_related("run")
    if not viewer.is_everywhere:
        rows = rows.filter(run__object_id__in=Case.objects.filter(visible(viewer)).values("id"))
    if cursor:
        happened, _, last = cursor.partition("~")
        rows = rows.filter(happened_at__lte=happened).exclude(happened_at=happened, id__gte=last)
    found = list(rows.order_by("-happened_at", "-id")[: PAGE + 1])
    cases = {incident.run.object_id for incident in found}
    numbers = dict(Case.objects.filter(id__in=cases).values_list("id", "number"))
    after = found[PAGE - 1] if len(found) > PAGE else None
    shown = [_incident(incident, viewer.language, numbers.get(incident.run.object_id, "")) for incident in found[:PAGE]]
    return IncidentPage(shown, f"{after.happened_at.isoformat()}~{after.id}" if after else "")


def _incident(incident: Incident, language: str, number: str) -> IncidentRow:
    version = version_of(incident.run.version_id)
    names = {node.id: node.name for node in version.graph.nodes}
    return IncidentRow(
        id=incident.id,
        run_id=incident.run_id,
        flow=pick(version.names, language),
        version=version.number,
        version_id=version.id,
        step=names.get(incident.element) or incident.element,
        case_number=number,
        code=incident.code,
        detail=incident.detail,
        happened_at=incident.happened_at,
    )
