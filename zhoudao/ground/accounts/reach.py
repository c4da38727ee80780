"""Where somebody's rights hold, as conditions on rows: the one place that turns grants into what is seen."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, Q

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.accounts.viewer import Viewer


def within(viewer: Viewer, store: str = "store_id", team: str = "team_id") -> Q:
    """What lies in the viewer's places, by its store and team (the columns); `Viewer.sees` for a row in hand."""
    if viewer.is_everywhere:
        return Q()
    allowed = Q(pk=None)
    if viewer.stores:
        allowed |= Q(**{f"{store}__in": viewer.stores})
    if viewer.teams:
        allowed |= Q(**{f"{team}__in": viewer.teams})
    for store_id, team_id in sorted(viewer.both):
        allowed |= Q(**{store: store_id, team: team_id})
    return allowed


def within_sql(viewer: Viewer, mark: str = "%s") -> tuple[str, list[Any]]:
    """The same of columns `store_id` and `team_id`, in plain SQL. `mark` stands for an array of ids."""
    if viewer.is_everywhere:
        return "TRUE", []
    sql, values = f"store_id = {mark} OR team_id = {mark}", [list(viewer.stores or ()), list(viewer.teams or ())]
    if viewer.both:
        pairs = sorted(viewer.both)
        sql += " OR (store_id, team_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))"
        values += [[store_id for store_id, _ in pairs], [team_id for _, team_id in pairs]]
    return f"({sql})", values


def reaching(store_id: UUID | None, team_id: UUID | None) -> Q:
    """The grants that hold for what belongs to this store and team."""
    return (Q(store=None) | Q(store=store_id)) & (Q(team=None) | Q(team=team_id))


def carrying(permission: str) -> Q:
    """The grants whose role has this permission."""
    return Q(role__in=[role for role, rights in ROLES.items() if permission in rights])


def of_their_stores(viewer: Viewer, store: str = "store_id") -> Q:
    """What belongs to the stores of their grants and of their teams. A team of no store opens none: what is behind may
    name people. `store` is the column.
    """
    if viewer.stores is None:
        return Q()
    of_teams = Team.objects.filter(id__in=viewer.teams or ()).exclude(store=None).values("store_id")
    own = viewer.stores | {store_id for store_id, _team_id in viewer.both}
    return Q(**{f"{store}__in": own}) | Q(**{f"{store}__in": of_teams})


def of_their_work(viewer: Viewer, team: str, store: str = "store_id") -> Q:
    """What belongs to their stores; and to any, for the company's team with this code, whose work all of it is."""
    if viewer.is_everywhere:
        return Q()
    the_companys = Team.objects.filter(id__in=viewer.teams or (), store=None, code=team)
    return of_their_stores(viewer, store) | Q(Exists(the_companys))


def where_they_work(viewer: Viewer) -> Q:
    """Doors through which they may take in what customers say: as above, and all of them for a team of no store."""
    of_no_store = Team.objects.filter(id__in=viewer.teams or (), store=None)
    return of_their_stores(viewer) | Q(Exists(of_no_store)) if viewer.stores is not None else Q()


def tokens_within(viewer: Viewer) -> Q:
    """The programs' keys somebody looks after: all, or those of the stores where they may give keys."""
    if viewer.covers("tokens:write"):
        return Q()
    own = [one.store_id for one in viewer.held if one.store_id]
    return Q(store__in=[store_id for store_id in own if viewer.covers("tokens:write", store_id=store_id)])
