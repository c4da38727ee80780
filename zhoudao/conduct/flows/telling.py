"""Who is told when a case is bent: the people whose step it is, or was."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.flows.models import Task
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import Bundle, News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.rooms.cases.models import Case

_QUARTER = 15
KINDS = (
    Kind("step_skipped", _("A step of my team is left out"), _("%(by)s left out a step of yours in %(number)s")),
    Kind("step_again", _("A step of my team is to be done again"), _("%(by)s wants a step done again in %(number)s")),
    Kind("step_added", _("A step is added for my team"), _("%(by)s added a step for you in %(number)s")),
    Kind("step_given", _("A step goes to my team or leaves it"), _("%(by)s gave a step in %(number)s to others")),
    Kind("step_moved", _("A date of my team's step moves"), _("%(by)s moved a date in %(number)s")),
    Kind(
        "step_due_soon",
        _("A step of mine, or of my team that nobody has, is due soon"),
        _("%(share)s%% of the time is used: %(step)s %(number)s"),
        many=_("%(count)s steps are due soon, the last of them %(step)s"),
    ),
    Kind(
        "step_overdue",
        _("A step of mine or of my team was not done in time"),
        _("Not done in time: %(step)s %(number)s"),
        default="both",
        many=_("%(count)s steps were not done in time, the last of them %(step)s"),
    ),
    Kind("added_done", _("A step I added is done"), _("The step you added in %(number)s is done")),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def tell_teams(
    kind: str, task: Task, case: Case, viewer: Viewer, *, key: str, at: datetime, teams: Iterable[UUID | None] = ()
) -> None:
    """This will tell the task's person, else its team (and these teams), never who did it."""
    people = {task.assignee_id} if task.assignee_id else _people([task.team_id])
    people |= _people(teams)
    news = News(kind, f"{kind}:{key}", f"/desk/cases/{case.number}/", {"by": viewer.name, "number": case.number})
    notify(news, [person for person in people if person and person != viewer.user_id], at=at)


def tell_person(kind: str, user_id: UUID, case_number: str, *, key: str, by: str, at: datetime) -> None:
    """This will tell one person."""
    news = News(kind, f"{kind}:{key}", f"/desk/cases/{case_number}/", {"by": by, "number": case_number})
    notify(news, [user_id], at=at)


def tell_of_clock(kind: str, task: Task, people: Iterable[UUID], at: datetime, **more: object) -> None:
    """This will tell of a step's time: all steps of a quarter of an hour in one notice, mailed when it is over."""
    begins = at.replace(minute=at.minute // _QUARTER * _QUARTER, second=0, microsecond=0)
    rows = Case.objects.filter(id=task.object_id) if task.object_type == "case" else Case.objects.none()
    number = rows.values_list("number", flat=True).first() or ""
    told = {"step": task.name, "number": number, **more}
    bundle = Bundle(str(task.id), "/desk/tasks/", begins + timedelta(minutes=_QUARTER))
    news = News(kind, f"{kind}:{begins:%Y%m%d%H%M}", f"/desk/tasks/{task.id}/", told, bundle=bundle)
    notify(news, people, at=at)


def _people(teams: Iterable[UUID | None]) -> set[UUID | None]:
    known = [team for team in teams if team]
    if not known:
        return set()
    return set(Grant.objects.filter(team_id__in=known).values_list("user_id", flat=True))
