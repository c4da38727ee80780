"""Whose visits somebody may look at, and change."""

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.reach import of_their_work
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.fieldwork.models import Visit

OWN, READ, WRITE = "visits:make", "visits:read", "visits:write"
PLANNERS = "after_sales"  # the code of the team


def visits_seen(viewer: Viewer) -> QuerySet[Visit]:
    """The visits somebody may look at, with what their pages show of them."""
    own = Q(engineer__member__user_id=viewer.user_id) if viewer.may(OWN) and viewer.user_id else Q(pk=None)
    around = ("store", "customer", "engineer__member__user", "engineer__point", "proposed_engineer__member__user")
    return Visit.objects.filter(own | _reached(viewer, READ)).select_related(*around)


def visit_for(viewer: Viewer, number: str) -> Visit | None:
    """One visit the viewer may open."""
    return visits_seen(viewer).filter(number=number).first()


def may_change(viewer: Viewer, visit: Visit) -> bool:
    """Whether they may move it, give it away or cancel it."""
    return viewer.may(WRITE) and Visit.objects.filter(_reached(viewer, WRITE), id=visit.id).exists()


def may_make(viewer: Viewer, visit: Visit) -> bool:
    """Whether they may say that it began and ended: whoever makes it, and who may change it."""
    return (viewer.may(OWN) and viewer.user_id == visit.engineer_id) or may_change(viewer, visit)


def _reached(viewer: Viewer, permission: str) -> Q:
    """Those of their stores, and all of them for the company's after-sales team: it plans for every store."""
    if not viewer.may(permission):
        return Q(pk=None)
    return of_their_work(viewer.within(permission), PLANNERS)
