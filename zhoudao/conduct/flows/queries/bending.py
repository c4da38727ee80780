"""What of a case can be bent now, by whom, and what was bent so far."""

from collections.abc import Sequence
from uuid import UUID

from zhoudao.conduct.flows.bends import REASONS, limits_of, roles_in, words_of
from zhoudao.conduct.flows.models import MOVING, Bend, Run, Task
from zhoudao.conduct.flows.queries.tasks import FieldView, fields_of
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.bending import BendRefused, between, needed, offered, unknown
from zhoudao.engines.bpmn.graph import ACTIVITIES, Graph, Kind, Node
from zhoudao.engines.bpmn.marking import load
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.decisions import expressions
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Case


@frozen
class Back:
    """An earlier step; `against` is the code of what speaks against it, `again` what is walked anew."""

    element: str
    name: str
    against: str
    again: tuple[str, ...]


@frozen
class OpenStep:
    """One thing that is open now. `asks` is what must be said when it is left out; `against` is why it cannot be."""

    run_id: UUID
    token: int
    element: str
    name: str
    task: Task | None
    asks: tuple[FieldView, ...]
    against: str
    backs: tuple[Back, ...]

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.run_id}:{self.token}"


@frozen
class Left:
    """How often a kind may still be done in a case, of how often; dates by at most so many days."""

    kind: str
    left: int
    per_case: int
    most_days: int


@frozen
class BendView:
    """One bend in words. `may_undo`: nobody has tried yet; whether the case went on since is seen when it is tried."""

    bend: Bend
    step: str
    words: str
    who: str
    may_undo: bool

    @property
    def reason(self) -> str:
        """Why, as a code says it."""
        return str(REASONS.get(self.bend.reason, self.bend.reason))


def open_steps(case_id: UUID, language: str) -> list[OpenStep]:
    """Everything open in the case's flows that can be bent, oldest first (two statements)."""
    runs = list(
        Run.objects.filter(object_id=case_id, object_type="case", status__in=MOVING).order_by("started_at", "id")
    )
    tasks = Task.objects.filter(run__in=runs, added_to=None, cancelled_at=None).select_related("team", "assignee")
    by_token = {(task.run_id, task.token): task for task in tasks}
    return [step for run in runs for step in _steps(run, by_token, language)]


def made_in(case_id: UUID) -> list[Bend]:
    """Every bend of a case, newest first (one statement); limits keep them few."""
    return list(Bend.objects.filter(object_id=case_id).select_related("task").order_by("-bent_at", "-id"))


def limits_left(case: Case, made: Sequence[Bend], viewer: Viewer) -> dict[str, Left]:
    """What the viewer's roles still may in this case, of which these are the bends, by kind (one statement)."""
    kinds = [bend.kind for bend in made if bend.undone_at is None]
    return {
        kind: Left(kind, max(0, limit.per_case - kinds.count(kind)), limit.per_case, limit.most_days)
        for kind, limit in limits_of(roles_in(case, viewer)).items()
        if limit.per_case
    }


def views_of(found: list[Bend]) -> list[BendView]:
    """Bends in words (one statement, and one for sealed words)."""
    box.warm(bend.words_sealed for bend in found)
    names = _names(found)
    return [
        BendView(
            bend,
            step_name(bend),
            words_of(bend),
            names.get(bend.bent_by.partition(":")[2], bend.bent_by),
            bool(bend.undo) and bend.undone_at is None,
        )
        for bend in found
    ]


def step_name(bend: Bend) -> str:
    """The step a bend was about, as the flow calls it; a promise's date has none."""
    node = _node(version_of(bend.version_id).graph, bend.element)
    return (node.name or node.id) if node else ""


def _steps(run: Run, tasks: dict[tuple[UUID, int], Task], language: str) -> list[OpenStep]:
    graph = version_of(run.version_id).graph
    marking = load(graph, bytes(run.marking))
    walked = {*run.passed, *run.skipped}
    found = []
    for entry in waiting(graph, marking):
        if entry.node.kind is Kind.BOUNDARY:
            continue
        asks, against = _asks(graph, entry.node, run, language)
        backs = tuple(
            _back(graph, node, entry.node, code)
            for node, code in offered(graph, marking, entry.token.id)
            if node.index in walked
        )
        task = tasks.get((run.id, entry.token.id))
        name = entry.node.name or entry.node.id
        found.append(OpenStep(run.id, entry.token.id, entry.node.id, name, task, asks, against, backs))
    return found


def _asks(graph: Graph, node: Node, run: Run, language: str) -> tuple[tuple[FieldView, ...], str]:
    if "skip" in node.step.protected:
        return (), "protected"
    try:
        return fields_of(unknown(needed(graph, node, expressions.names), run.data), language), ""
    except BendRefused as refusal:
        return (), refusal.code


def _back(graph: Graph, node: Node, here: Node, code: str) -> Back:
    again = [graph.nodes[index] for index in sorted(between(graph, node, here))]
    names = tuple(each.name or each.id for each in again if each.kind in ACTIVITIES and each.index != node.index)
    against = "protected" if "repeat" in node.step.protected else code
    return Back(node.id, node.name or node.id, against, names)


def _node(graph: Graph, element: str) -> Node | None:
    return next((node for node in graph.nodes if node.id == element), None)


def _names(bends: Sequence[Bend]) -> dict[str, str]:
    ids = {uuid_in(bend.bent_by.partition(":")[2]) for bend in bends}
    people = User.objects.filter(id__in=[found for found in ids if found]).values_list("id", "name")
    return {str(user_id): name for user_id, name in people}
