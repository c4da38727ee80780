"""Whose visits somebody may look at, and change."""

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.fieldwork.models import Visit

OWN, READ, WRITE = "visits:make", "visits:read", "visits:write"


def visits_seen(viewer: Viewer) -> QuerySet[Visit]:
    """The visits of their stores for who may read them, and their own for who makes visits."""
    own = Q(engineer__member__user_id=viewer.user_id) if viewer.may(OWN) and viewer.user_id else Q(pk=None)
    theirs = of_their_stores(viewer.within(READ)) if viewer.may(READ) else Q(pk=None)
    rows = Visit.objects.filter(own | theirs)
    around = ("store", "customer", "engineer__member__user", "engineer__point", "proposed_engineer__member__user")
    return rows.select_related(*around)


def visit_for(viewer: Viewer, number: str) -> Visit | None:
    """One visit the viewer may open."""
    return visits_seen(viewer).filter(number=number).first()


def may_change(viewer: Viewer, visit: Visit) -> bool:
    """Whether they may move it, give it away or cancel it."""
    if not viewer.may(WRITE):
        return False
    return Visit.objects.filter(of_their_stores(viewer.within(WRITE)), id=visit.id).exists()


def may_make(viewer: Viewer, visit: Visit) -> bool:
    """Whether they may say that it began and ended: whoever makes it, and who may change it."""
    return (viewer.may(OWN) and viewer.user_id == visit.engineer_id) or may_change(viewer, visit)
