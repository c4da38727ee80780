"""Flow versions: checked, stored, made live. Running runs keep theirs."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from zhoudao.conduct.flows.events import FlowDeployed
from zhoudao.conduct.flows.heard import TYPES
from zhoudao.conduct.flows.models import FlowVersion, Timer
from zhoudao.conduct.flows.refusals import FlowNotSound
from zhoudao.conduct.flows.registry import known_commands
from zhoudao.engines.bpmn.check import Known, check
from zhoudao.engines.bpmn.graph import Graph, On
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused, Problem
from zhoudao.engines.decisions import expressions
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.queries import published_keys
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.languages import FALLBACK

SHIPPED = Path(__file__).parent.parent / "shipped"


def problems_of(source: bytes) -> list[Problem]:
    """Everything that keeps this file from being deployed here, element by element."""
    return _read(source)[1]


@transaction.atomic
def deploy_flow(*, source: bytes, by: By, at: datetime) -> FlowVersion:
    """This will store a flow as its next version and make it live; the live version's own text changes nothing.

    The flow's key is the id of its process.

    Raises: FlowNotSound
    """
    graph, problems = _read(source)
    if graph is None or problems:
        raise FlowNotSound(problems)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"flow:{graph.id}"])
    same_key = FlowVersion.objects.filter(key=graph.id)
    live = same_key.filter(is_live=True).first()
    if live is not None and bytes(live.source) == source:
        return live
    number = (same_key.aggregate(last=Max("version"))["last"] or 0) + 1
    same_key.filter(is_live=True).update(is_live=False)
    made = FlowVersion.objects.create(
        key=graph.id,
        version=number,
        names={FALLBACK: graph.name or graph.id},
        source=source,
        is_live=True,
        deployed_at=at,
        deployed_by=by.actor,
    )
    _arm_starts(made, graph, at)
    record(FlowDeployed(made.key, number), at=at, by=by, about=[About("flow", made.id)])
    return made


def ensure_shipped_flows(at: datetime) -> None:
    """This will deploy the flows the product comes with, of those nobody has deployed yet."""
    for file in sorted(SHIPPED.glob("*.bpmn")):
        source = file.read_bytes()
        if not FlowVersion.objects.filter(key=parse(source).id).exists():
            deploy_flow(source=source, by=By("system:setup"), at=at)


def _read(source: bytes) -> tuple[Graph | None, list[Problem]]:
    try:
        graph = parse(source)
    except FlowRefused as refusal:
        return None, refusal.problems
    found = [problem for problem in check(graph, _known(graph), expressions) if problem.blocks]
    names = [(graph.id, 60), *((node.id, 120) for node in graph.nodes)]
    found += [Problem(name[:60], "", "value-invalid", "id") for name, most in names if not 0 < len(name) <= most]
    return graph, found


def _known(graph: Graph) -> Known:
    live = FlowVersion.objects.filter(is_live=True).values_list("key", flat=True)
    return Known(
        commands=known_commands(),
        decisions=published_keys(),
        teams=frozenset(Team.objects.values_list("code", flat=True)),
        events=frozenset(TYPES),
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
