"""What forms of the register say."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, QueryDict

from zhoudao.conduct.improvement.drafts import Draft, Goal
from zhoudao.conduct.improvement.models import Stage
from zhoudao.conduct.improvement.queries.register import Asked
from zhoudao.conduct.improvement.refusals import GoalUnsound, InitiativeUnsound
from zhoudao.conduct.pilots.models import Pilot
from zhoudao.doors.desk.improvement.words import from_field
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import Metric, daily_metrics
from zhoudao.kit.ids import uuid_in


def asked_of(request: HttpRequest) -> Asked:
    """What of the register an address asks for; anything unknown is left out."""
    query = request.GET
    owner = viewer_of(request).user_id if query.get("owner") == "me" else uuid_in(query.get("owner", ""))
    stage = query.get("stage", "open")
    known = stage if stage in (*Stage.values, "open", "all") else "open"
    return Asked(owner, query.get("late") == "1", query.get("flow", "")[:60], known)


def today() -> date:
    """The company's day."""
    return clock.now().astimezone(clock.zone()).date()


def day_of(text: str) -> date:
    """A day of a form. Raises: InitiativeUnsound"""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InitiativeUnsound from None


def figure_of(code: str) -> Metric | None:
    """The figure a form names, if it has a history."""
    return next((one for one in daily_metrics() if one.code == code), None)


def draft_of(given: QueryDict) -> Draft:
    """An initiative as a form has it. Raises: InitiativeUnsound, GoalUnsound"""
    version, pilot = given.get("version", ""), _pilot(uuid_in(given.get("pilot", "")))
    return Draft(
        title=given.get("title", ""),
        problem=given.get("problem", ""),
        owner_id=uuid_in(given.get("owner", "")),
        due_date=day_of(given.get("due", "")),
        flow_key=given.get("flow", "")[:60],
        flow_version=int(version) if version.isascii() and version.isdigit() and len(version) < 6 else None,
        steps=given.get("steps", ""),
        goal=_goal(given),
        pilot_id=pilot.id if pilot else None,
        pilot_name=pilot.name if pilot else "",
    )


def _pilot(pilot_id: UUID | None) -> Pilot | None:
    return Pilot.objects.filter(id=pilot_id).first() if pilot_id else None


def _goal(given: QueryDict) -> Goal:
    about = figure_of(given.get("metric", ""))
    try:
        numbers = [from_field(about, given.get(name, "")) for name in ("baseline", "target")]
    except ValueError:
        raise GoalUnsound from None
    store_id = uuid_in(given.get("store", "")) if about else None
    return Goal(about.code if about else "", _store(store_id), given.get("goal", ""), *numbers)


def _store(store_id: UUID | None) -> UUID | None:
    known = Store.objects.filter(id=store_id).values_list("id", flat=True).first() if store_id else None
    if store_id and known is None:
        raise GoalUnsound
    return known
