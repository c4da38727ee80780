"""Whom an incident concerns, and what they are told."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.rooms.incidents.models import Action, Holding, Incident, Part, Surge
from zhoudao.rooms.staff.models import Member

RAPID_REACTION = "rapid_reaction"
KINDS = (
    Kind("incident_opened", _("An incident was opened"), _("%(by)s opened incident %(number)s"), "both"),
    Kind(
        "incident_part", _("I have a part in an incident"), _("%(by)s gave you a part in incident %(number)s"), "both"
    ),
    Kind(
        "incident_proposed",
        _("Many new cases look alike"),
        _("%(count)s customers within %(minutes)s minutes report the same: an incident?"),
        "both",
    ),
    Kind("incident_action", _("Something is to be done after an incident"), _("%(by)s: %(number)s, for you to do")),
    Kind("incident_action_late", _("Something to be done after an incident is late"), _("Late: %(number)s")),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def concerned(store_id: UUID | None) -> set[UUID]:
    """Team leads (of this store, or of all), and the rapid-reaction group."""
    here = Q() if store_id is None else Q(store=None) | Q(store=store_id)
    leads = Grant.objects.filter(here, role="team_lead", user__is_active=True).values_list("user_id", flat=True)
    quick = Member.objects.filter(teams__code=RAPID_REACTION, user__is_active=True).values_list("user_id", flat=True)
    return {*leads, *quick}


def tell_opened(incident: Incident, *, by: Viewer, at: datetime) -> None:
    """This will tell whom it concerns, never who opened it."""
    _tell("incident_opened", incident, concerned(incident.store_id) - {by.user_id}, by, at)


def tell_proposed(surge: Surge, *, at: datetime) -> None:
    """This will tell whom it would concern, and a risk's owner."""
    people = concerned(surge.store_id) | ({surge.risk.owner_id} if surge.risk else set())
    attributes = {"count": str(surge.count), "minutes": str(surge.window_minutes)}
    notify(News("incident_proposed", f"surge:{surge.id}", "/desk/incidents/", attributes), people, at=at)


def tell_action(action: Action, *, by: Viewer, at: datetime) -> None:
    """This will tell somebody what they have to do, unless they took it themselves."""
    attributes = {"number": action.incident.number, "by": by.name}
    news = News("incident_action", f"action:{action.id}", _review(action), attributes)
    notify(news, {action.owner_id} - {by.user_id}, at=at)


def tell_late(action: Action, *, at: datetime) -> None:
    """This will tell owner and lead that it is late."""
    leads = Holding.objects.filter(incident=action.incident_id, part=Part.LEAD).values_list("user_id", flat=True)
    news = News("incident_action_late", f"late:{action.id}", _review(action), {"number": action.incident.number})
    notify(news, {action.owner_id, *leads}, at=at)


def _review(action: Action) -> str:
    return f"/desk/incidents/{action.incident.number}/review/"


def tell_part(incident: Incident, part: str, user_id: UUID, *, by: Viewer, at: datetime) -> None:
    """This will tell somebody that they have a part now, unless they took it themselves."""
    _tell(f"incident_part:{part}", incident, {user_id} - {by.user_id}, by, at)


def _tell(what: str, incident: Incident, people: set[UUID], by: Viewer, at: datetime) -> None:
    kind = what.partition(":")[0]
    key = f"{what}:{incident.id}" + (f":{at:%Y%m%d%H%M%S}" if kind == "incident_part" else "")
    news = News(kind, key, f"/desk/incidents/{incident.number}/", {"number": incident.number, "by": by.name})
    notify(news, people, at=at)
