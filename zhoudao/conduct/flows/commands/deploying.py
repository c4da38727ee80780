"""Flow versions: checked, stored, made live. Running runs keep theirs."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.conduct.flows.commands.piloting import hold_flow, hold_version, refuse_beyond, set_pilot
from zhoudao.conduct.flows.events import FlowDeployed
from zhoudao.conduct.flows.gates import Going, pass_gates
from zhoudao.conduct.flows.heard import known_to
from zhoudao.conduct.flows.models import FlowVersion, PilotStore, Timer
from zhoudao.conduct.flows.refusals import FlowChangedMeanwhile, FlowNotSound
from zhoudao.conduct.flows.registry import known_commands
from zhoudao.engines.bpmn.check import Known, check
from zhoudao.engines.bpmn.graph import Graph, On
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused, Problem
from zhoudao.engines.decisions import expressions
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.commands import ensure_published
from zhoudao.ground.decisions.queries import published_keys
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.languages import FALLBACK

_SETUP = "system:setup"
_RETIRED = "fulfilment_after"  # orders follow `order_fulfilment`, which is drawn as they go
SHIPPED = Path(__file__).parent.parent / "shipped"
TABLES = SHIPPED / "tables"


def problems_of(source: bytes) -> list[Problem]:
    """Everything that keeps this file from being deployed here, element by element."""
    return _read(source)[1]


def findings_on(source: bytes) -> list[Problem]:
    """As `problems_of`, with what does not keep it from being deployed but should be known (`blocks` is false)."""
    return _read(source, with_remarks=True)[1]


@transaction.atomic
def deploy_flow(
    *,
    source: bytes,
    by: By,
    at: datetime,
    note: str = "",
    stores: Collection[UUID] = (),
    seen: int | None = None,
    reach: Collection[UUID] | None = None,
    reason: str = "",
) -> FlowVersion:
    """This will store a flow as its next version and make it live for all, or as a pilot for these stores only.

    The flow's key is the id of its process. Text that is live already changes nothing. Where a pilot of another version
    runs, it stays. `seen` is the newest version whoever drew it knew of, `reach` the stores they may decide for,
    `reason` why it should go live although a gate would refuse it.

    Raises: FlowNotSound, FlowChangedMeanwhile, BeyondYourStores, NotReady
    """
    graph, problems = _read(source)
    if graph is None or problems:
        raise FlowNotSound(problems)
    refuse_beyond(stores, reach)
    hold_flow(graph.id)
    same_key = FlowVersion.objects.filter(key=graph.id)
    newest = same_key.order_by("-version").first()
    if seen is not None and newest is not None and newest.version > seen:
        raise FlowChangedMeanwhile(newest)
    live = same_key.filter(is_live=True).first()
    if live is not None and bytes(live.source) == source and not stores:
        return live
    made = FlowVersion.objects.create(
        key=graph.id,
        version=newest.version + 1 if newest else 1,
        names={FALLBACK: graph.name or graph.id},
        source=source,
        note=note,
        deployed_at=at,
        deployed_by=by.actor,
    )
    pass_gates(Going(made, graph, frozenset(stores), by, at, reason))
    if stores:
        set_pilot(made, stores, at=at, by=by)
    else:
        make_live(made, graph, at=at, by=by)
    return made


@transaction.atomic
def roll_out_flow(
    *, version_id: UUID, by: By, at: datetime, reach: Collection[UUID] | None = None, reason: str = ""
) -> FlowVersion:
    """This will make an existing version, mostly a pilot's, the one that is live for all; its own pilot is then over.

    Raises: FlowNotFound, FlowNotSound, BeyondYourStores, NotReady
    """
    refuse_beyond((), reach)
    version = hold_version(version_id)
    graph, problems = _read(bytes(version.source))
    if graph is None or problems:
        raise FlowNotSound(problems)
    pass_gates(Going(version, graph, frozenset(), by, at, reason))
    PilotStore.objects.filter(version=version).delete()
    make_live(version, graph, at=at, by=by)
    return version


def make_live(version: FlowVersion, graph: Graph, *, at: datetime, by: By) -> None:
    """This will have all stores without a pilot take this version. The caller holds the flow."""
    FlowVersion.objects.filter(key=version.key, is_live=True).update(is_live=False)
    version.is_live = True
    version.save(update_fields=["is_live"])
    _arm_starts(version, graph, at)
    record(FlowDeployed(version.key, version.version), at=at, by=by, about=[About("flow", version.id)])


def ensure_shipped_flows(at: datetime) -> None:
    """This will deploy the flows the product comes with, anew where it comes with a better one; never one that somebody
    has changed. The decision tables they ask are published before them, where nobody has published them yet. One
    that it comes with no more is live no more, unless somebody has changed or calls it.
    """
    ensure_published(TABLES, at=at)
    _retire()
    for source in _called_first([file.read_bytes() for file in sorted(SHIPPED.glob("*.bpmn"))]):
        versions = FlowVersion.objects.filter(key=parse(source).id).order_by("-version")
        if versions.exclude(deployed_by=_SETUP).exists():
            continue
        newest = versions.values_list("source", flat=True).first()
        if newest is None or bytes(newest) != source:
            deploy_flow(source=source, by=By(_SETUP), at=at)


def _retire() -> None:
    versions = FlowVersion.objects.filter(key=_RETIRED)
    if not versions.filter(is_live=True).exists() or versions.exclude(deployed_by=_SETUP).exists():
        return
    others = FlowVersion.objects.filter(Q(is_live=True) | Q(pilot_stores__isnull=False)).exclude(key=_RETIRED)
    if not any(node.step.calls == _RETIRED for row in others for node in parse(bytes(row.source)).nodes):
        versions.update(is_live=False)


def _called_first(sources: list[bytes]) -> list[bytes]:
    """A flow that calls others comes after them; of what calls one another in a circle, none is deployed first."""
    calls = {source: {node.step.calls for node in parse(source).nodes if node.step.calls} for source in sources}
    keys = {source: parse(source).id for source in sources}
    ordered: list[bytes] = []
    while left := [source for source in sources if source not in ordered]:
        waiting = {keys[source] for source in left}
        ordered += [source for source in left if not calls[source] & (waiting - {keys[source]})] or left
    return ordered


def _read(source: bytes, *, with_remarks: bool = False) -> tuple[Graph | None, list[Problem]]:
    try:
        graph = parse(source)
    except FlowRefused as refusal:
        return None, refusal.problems
    found = [problem for problem in check(graph, _known(graph), expressions) if problem.blocks or with_remarks]
    names = [(graph.id, 60), *((node.id, 120) for node in graph.nodes)]
    found += [Problem(name[:60], "", "value-invalid", "id") for name, most in names if not 0 < len(name) <= most]
    return graph, found


def _known(graph: Graph) -> Known:
    live = FlowVersion.objects.filter(Q(is_live=True) | Q(pilot_stores__isnull=False)).values_list("key", flat=True)
    return Known(
        commands=known_commands(),
        decisions=published_keys(),
        teams=frozenset(Team.objects.filter(closed_at=None).values_list("code", flat=True)),
        events=frozenset(known_to(graph.id)),
        flows=frozenset([*live, graph.id]),
    )


def _arm_starts(version: FlowVersion, graph: Graph, at: datetime) -> None:
    """Only the live version's timer starts begin runs. A start timer's `token` is how often it may still fire."""
    Timer.objects.filter(run=None, version__key=version.key).delete()
    Timer.objects.bulk_create(
        Timer(version=version, element=node.id, token=node.event.timer.repeats, due_at=node.event.timer.due(at))
        for node in graph.starts()
        if node.event.on is On.TIMER and node.event.timer is not None
    )
