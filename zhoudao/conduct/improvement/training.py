"""Who is trained for which step where, and whether a version may go live with that."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows.gates import Going
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.refusals import NotReady
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.improvement.commands.holding import WRITE, written
from zhoudao.conduct.improvement.events import PeopleTrained, WentUnready
from zhoudao.conduct.improvement.models import Programme, Training, UnreadyGo
from zhoudao.conduct.improvement.refusals import ProgrammeNotFound, RowUnsound
from zhoudao.engines.bpmn.graph import Graph, Kind, Node
from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen

_BY_HAND = (Kind.USER, Kind.MANUAL)


@frozen
class Ready:
    """The people of a step in a store: who they are, and which of them are trained for it as it is."""

    store: Store
    element: str
    name: str
    people: tuple[User, ...]
    trained: frozenset[UUID]

    @property
    def share(self) -> float | None:
        """The share trained; None where nobody works on it."""
        return len(self.trained) / len(self.people) if self.people else None


def readiness(key: str, number: int, graph: Graph, stores: Sequence[Store]) -> list[Ready]:
    """Every step that a team does, in each of these stores: in the order of stores, then of the file. A training counts
    for the version it was for, and for every other in which the step is the same.
    """
    steps = [node for node in graph.nodes if node.kind in _BY_HAND and node.step.team[:1] not in ("", "=")]
    people = _people({node.step.team for node in steps})
    done = {node.id: _trained(key, node, number) for node in steps}
    return [
        Ready(store, node.id, node.name or node.id, there, frozenset(one.pk for one in there) & done[node.id])
        for store in stores
        for node in steps
        for there in [tuple(people.get((node.step.team, store.id), ()))]
    ]


def lacking(found: Sequence[Ready], threshold: float) -> list[Ready]:
    """Those below the threshold."""
    return [one for one in found if one.share is not None and one.share < threshold]


def guard(going: Going) -> None:
    """This will refuse a version too few are trained for, while a programme for its flow is open; with a reason it goes
    live all the same, and the reason is kept. What comes with the product goes.

    Raises: NotReady
    """
    programme = Programme.objects.filter(flow_key=going.version.key, closed_at=None).order_by("-made_at").first()
    if programme is None or not going.version.key or going.by.actor.startswith("system:"):
        return
    stores = Store.objects.filter(closed_at=None).order_by("code")
    asked = list(stores.filter(id__in=going.stores) if going.stores else stores)
    found = lacking(readiness(going.version.key, going.version.version, going.graph, asked), programme.threshold)
    if not found:
        return
    reason = written(going.reason, 300)
    if not reason:
        raise NotReady([f"{one.store} · {one.name}: {len(one.trained)} / {len(one.people)}" for one in found[:6]])
    Programme.objects.select_for_update().get(id=programme.id)
    kept = {"reason": reason, "at": going.at, "by": going.by.actor}
    UnreadyGo.objects.create(programme=programme, version=going.version.version, **kept)
    fact = WentUnready(going.version.key, going.version.version, len(found))
    record(fact, at=going.at, by=going.by, about=[About("programme", programme.id)])


@transaction.atomic
def note_training(
    *,
    key: str,
    element: str,
    version: int,
    user_ids: Collection[UUID],
    day: date,
    viewer: Viewer,
    at: datetime,
) -> int:
    """This will note that people were trained for a step; noted once. Returns how many are new.

    Raises: ProgrammeNotFound (no right), RowUnsound
    """
    if viewer.user_id is None or not viewer.covers(WRITE):
        raise ProgrammeNotFound
    flow = FlowVersion.objects.select_for_update().filter(key=key).order_by("-version").defer("source").first()
    known = set(User.objects.filter(id__in=user_ids, is_active=True).values_list("id", flat=True))
    if flow is None or not element or not known or not 0 < version <= flow.version + 1:
        raise RowUnsound
    noted = Training.objects.filter(user__in=known, flow_key=key, element=element, version=version)
    fresh = known - set(noted.values_list("user_id", flat=True))
    which = {"flow_key": key, "element": element[:120], "version": version, "trained_date": day}
    Training.objects.bulk_create(
        Training(user_id=one, noted_at=at, noted_by_id=viewer.user_id, **which) for one in sorted(fresh)
    )
    if fresh:
        fact = PeopleTrained(key, version, element[:120], len(fresh))
        record(fact, at=at, by=By(viewer.actor), about=[About("flow", flow.id)])
    return len(fresh)


def _trained(key: str, node: Node, number: int) -> set[UUID]:
    rows = Training.objects.filter(flow_key=key, element=node.id).values_list("user_id", "version")
    same = {number, *_alike(key, node, {version for _user, version in rows} - {number})}
    return {user_id for user_id, version in rows if version in same}


def _alike(key: str, node: Node, versions: set[int]) -> Iterator[int]:
    """Those versions in which the step is what it is here."""
    for row in FlowVersion.objects.filter(key=key, version__in=versions).defer("source"):
        for other in version_of(row.id).graph.nodes:
            if other.id == node.id and (other.name, other.step) == (node.name, node.step):
                yield row.version


def _people(teams: set[str]) -> dict[tuple[str, UUID], list[User]]:
    """Who works in a team, by team and store; whoever works in all stores is in each (two statements)."""
    grants = Grant.objects.filter(team__code__in=teams, user__is_active=True).select_related("user", "team")
    stores = list(Store.objects.filter(closed_at=None).values_list("id", flat=True))
    found: dict[tuple[str, UUID], dict[UUID, User]] = {}
    for grant in grants.order_by("user__name", "user_id"):
        for store_id in [grant.store_id] if grant.store_id else stores:
            code = grant.team.code if grant.team else ""
            found.setdefault((code, store_id), {})[grant.user_id] = grant.user
    return {where: list(people.values()) for where, people in found.items()}
