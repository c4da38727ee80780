"""What pages show of incidents. Everybody who may read incidents reads all of them; of their cases only their own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.roles import permissions_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import sentence
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Case, Status
from zhoudao.rooms.incidents.models import UNDER_WAY, Affected, Holding, Incident, Part, PlanStep, Round

PAGE = 25
LINES = 100
OFFERED = 20


@frozen
class Listed:
    """An incident in a list, with how many cases it touches and who leads it."""

    incident: Incident
    cases: int
    lead: str


@frozen
class ListPage:
    """Rows, newest first, and where the next page begins (`None` at the end)."""

    rows: list[Listed]
    next: str | None


@frozen
class Line:
    """One thing that happened in an incident, in words."""

    at: datetime
    text: str
    who: str


@frozen
class Counts:
    """How many cases an incident touches: all, those the viewer may see, and of these those not resolved."""

    all: int
    mine: int
    active: int


@frozen
class Banner:
    """What stands above a case that is part of something larger."""

    id: UUID
    number: str
    title: str
    stage: str
    stage_label: str
    severity: str
    guidance: str
    is_under_way: bool


def incident_page(*, is_under_way: bool, cursor: str = "") -> ListPage:
    """A page of incidents, under way or all (three statements)."""
    rows = Incident.objects.select_related("store").order_by("-opened_at", "-id")
    if is_under_way:
        rows = rows.filter(stage__in=UNDER_WAY)
    if cursor:
        moment, _, last = cursor.partition("|")
        at, id_ = datetime.fromisoformat(moment), UUID(last)
        rows = rows.filter(beyond("-opened_at", at, id_))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    following = f"{shown[-1].opened_at.isoformat()}|{shown[-1].id}" if len(found) > PAGE else None
    return ListPage(_listed(shown), following)


def in_reach(
    viewer: Viewer,
    *,
    is_under_way: bool = False,
    number: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int,
) -> list[Listed]:
    """Incidents of the viewer's stores and of the whole company, newest first (three statements)."""
    rows = Incident.objects.select_related("store").order_by("-opened_at", "-id")
    there = viewer.stores_worked_in
    if there is not None:
        rows = rows.filter(Q(store=None) | Q(store__in=there))
    if is_under_way:
        rows = rows.filter(stage__in=UNDER_WAY)
    if number:
        rows = rows.filter(number=number)
    if after is not None:
        rows = rows.filter(beyond("-opened_at", after[0], after[1]))
    return _listed(list(rows[:most]))


def numbers_of(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The numbers of these incidents (one statement)."""
    return dict(Incident.objects.filter(id__in=list(ids)).values_list("id", "number"))


def under_way(limit: int = OFFERED) -> list[Incident]:
    """Those a case can join, newest first (one statement)."""
    return list(Incident.objects.filter(stage__in=UNDER_WAY).order_by("-opened_at", "-id")[:limit])


def find_incident(number: str) -> Incident | None:
    """The incident with this number."""
    rows = Incident.objects.select_related("store", "opened_by").filter(number=number[:20].upper())
    return rows.first()


def counts_of(incident: Incident, viewer: Viewer) -> Counts:
    """How many cases it touches (two statements)."""
    touched = Affected.objects.filter(incident=incident, left_at=None).count()
    mine = _touched(incident, viewer)
    found = mine.aggregate(mine=Count("id"), active=Count("id", filter=Q(status__in=ACTIVE)))
    return Counts(touched, found["mine"], found["active"])


def newest_cases(incident: Incident, viewer: Viewer, limit: int = 8) -> list[Case]:
    """The cases changed last that the viewer may see (one statement)."""
    rows = _touched(incident, viewer).exclude(status=Status.MERGED).select_related("owner")
    return list(rows.order_by("-updated_at", "-id")[:limit])


def parts_of(incident: Incident) -> list[tuple[str, str, Holding | None]]:
    """Every part with its word and who has it (one statement)."""
    held = {holding.part: holding for holding in incident.holdings.select_related("user")}
    return [(part.value, str(part.label), held.get(part.value)) for part in Part]


def plan_of(incident: Incident) -> list[PlanStep]:
    """Its plan, in order (one statement)."""
    return list(incident.steps.select_related("done_by").order_by("place"))


def rounds_of(incident: Incident) -> list[tuple[Round, int, int]]:
    """What was said to all or done to all, newest first: with how many cases it reached, and how many it has."""
    done, all_ = Count("items", filter=Q(items__state="done")), Count("items", filter=~Q(items__state="merged"))
    rows = incident.rounds.exclude(state="asked").select_related("user").annotate(reached=done, wanted=all_)
    return [(row, row.reached, row.wanted) for row in rows.order_by("-asked_at", "-id")[:20]]


def unsaid(round_: Round) -> int:
    """How many open cases of the incident a message has not reached, whether they joined later or refused it."""
    here = Case.objects.filter(incident_id=round_.incident_id).exclude(status__in=[Status.CLOSED, Status.MERGED])
    reached = round_.items.filter(state="done").values("case_id")
    return here.exclude(id__in=reached).count()


def lines_of(incident: Incident) -> list[Line]:
    """What happened in it, newest first (two statements)."""
    events = list(Event.objects.filter(primary_id=incident.id).order_by("-seq")[:LINES])
    ids = {event.actor.removeprefix("user:") for event in events if event.actor.startswith("user:")}
    ids |= {str(event.attributes["member"]) for event in events if event.attributes.get("member")}
    names = {str(id_): name for id_, name in User.objects.filter(id__in=ids).values_list("id", "name")}
    return [
        Line(event.occurred_at, _said(event, names), names.get(event.actor.removeprefix("user:"), ""))
        for event in events
    ]


def people() -> list[User]:
    """Who may have a part, by name (one statement, and one for their roles)."""
    found = User.objects.filter(is_active=True).prefetch_related("grants").order_by("name", "email")
    return [user for user in found if "incidents:read" in permissions_of([grant.role for grant in user.grants.all()])]


def banner_of(incident_id: UUID) -> Banner | None:
    """What to tell about the incident a case is part of (one statement)."""
    row = Incident.objects.filter(id=incident_id).first()
    if row is None:
        return None
    return Banner(
        id=row.id,
        number=row.number,
        title=row.title,
        stage=row.stage,
        stage_label=str(row.get_stage_display()),
        severity=row.severity,
        guidance=row.guidance,
        is_under_way=row.is_under_way,
    )


def told_to_customers(incident_id: UUID, language: str) -> str:
    """What the customers of a public incident under way read, '' when there is nothing to read."""
    row = Incident.objects.filter(id=incident_id, is_public=True, stage__in=UNDER_WAY).first()
    return pick(row.told, language) if row else ""


def _touched(incident: Incident, viewer: Viewer) -> QuerySet[Case]:
    touched = Affected.objects.filter(incident=incident, left_at=None)
    return Case.objects.filter(visible(viewer), id__in=touched.values("case_id"))


def _said(event: Event, names: dict[str, str]) -> str:
    text = sentence(event.type, event.attributes)
    member = names.get(str(event.attributes.get("member") or ""))
    return f"{text} → {member}" if member else text


def _listed(incidents: Sequence[Incident]) -> list[Listed]:
    ids = [incident.id for incident in incidents]
    touched = Affected.objects.filter(incident__in=ids, left_at=None).values("incident_id").annotate(n=Count("id"))
    counts = {row["incident_id"]: row["n"] for row in touched}
    leads = dict(Holding.objects.filter(incident__in=ids, part=Part.LEAD).values_list("incident_id", "user__name"))
    return [Listed(one, counts.get(one.id, 0), leads.get(one.id, "")) for one in incidents]
