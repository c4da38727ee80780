"""A case's flow as a drawing: values for SVG, with where the run stands."""

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from zhoudao.conduct.flows.models import ALIVE, Incident, Run, Task
from zhoudao.conduct.flows.queries.tasks import TaskView, numbers_of, view_of
from zhoudao.conduct.flows.versions import Version, version_of
from zhoudao.engines.bpmn.drawing import layout
from zhoudao.engines.bpmn.graph import PROCESS, Edge, Graph, Shape
from zhoudao.engines.bpmn.marking import Marking, load
from zhoudao.engines.bpmn.queries import Upcoming, upcoming
from zhoudao.engines.decisions.expressions import evaluate
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

_LINE, _LETTERS, _LINES, _MARGIN = 15, 14, 4, 12
_FOCUS = (360.0, 190.0)


@frozen
class TextLine:
    """One line of a label, centred at x, y."""

    text: str
    x: float
    y: float


@frozen
class ShapeView:
    """`form`: task, gateway, event or area; `state`: done, skipped, current, next or idle."""

    id: str
    form: str
    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float
    state: str
    lines: tuple[TextLine, ...]

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def radius(self) -> float:
        return self.width / 2

    @property
    def diamond(self) -> str:
        """The corners of a gateway."""
        x, y = self.middle
        return f"{x},{self.y} {self.x + self.width},{y} {x},{self.y + self.height} {self.x},{y}"


@frozen
class EdgeView:
    """A sequence flow; `points` as SVG wants them."""

    id: str
    name: str
    points: str
    state: str


@frozen
class FlowView:
    """One run of one flow, drawn, with its open tasks and what likely comes next."""

    run_id: UUID
    version_id: UUID
    key: str
    name: str
    version: int
    status: str
    started_at: datetime
    ended_at: datetime | None
    view_box: str
    focus: str
    """The part of the drawing around where the run stands."""
    shapes: tuple[ShapeView, ...]
    edges: tuple[EdgeView, ...]
    tasks: tuple[TaskView, ...] = ()
    next_steps: tuple[str, ...] = ()
    incidents: tuple[str, ...] = field(default=())
    """What keeps it from going on, as codes."""
    cost: Decimal | None = None
    """Of the steps people did so far, by their standard."""


def case_flow(case_id: UUID, *, at: datetime, viewer: Viewer | None = None, language: str = "") -> FlowView | None:
    """The case's flow at a moment: the one it walks, else its last; None when it never had one (four statements)."""
    runs = list(Run.objects.filter(object_id=case_id, object_type="case").order_by("-started_at", "-id"))
    roots = [run for run in runs if run.parent_id is None]
    run = next((run for run in roots if run.status in ALIVE), roots[0] if roots else None)
    if run is None:
        return None
    walking = [each for each in runs if run.id in (each.id, each.root_id)]
    return _view(run, walking, _Reader(viewer, language or (viewer.language if viewer else ""), at))


@frozen
class _Reader:
    viewer: Viewer | None
    language: str
    at: datetime


def _view(run: Run, walking: list[Run], reader: _Reader) -> FlowView:
    version = version_of(run.version_id)
    marking = load(version.graph, bytes(run.marking))
    ahead = upcoming(version.graph, marking, run.data, evaluate=evaluate) if run.status in ALIVE else ()
    following = [step for step in ahead if step.when == "next"]
    states = _states(version.graph, run, marking, following[:1])
    shapes, edges, box = _draw(version.graph, states, reader.language)
    ids = [each.id for each in walking]
    tasks = _tasks(ids)
    return FlowView(
        run_id=run.id,
        version_id=version.id,
        key=version.key,
        name=pick(version.names, reader.language),
        version=version.number,
        status=run.status,
        started_at=run.started_at,
        ended_at=run.ended_at,
        view_box=box,
        focus=_focus(shapes, box),
        shapes=shapes,
        edges=edges,
        tasks=_views([task for task in tasks if task.completed_at is None], reader),
        next_steps=tuple(pick(step.text, reader.language) or step.name for step in following),
        incidents=tuple(Incident.objects.filter(run__in=ids, resolved_at=None).values_list("code", flat=True)),
        cost=cost_of(tasks),
    )


def version_drawing(version: Version, language: str) -> tuple[tuple[ShapeView, ...], tuple[EdgeView, ...], str]:
    """A version nobody walks, drawn."""
    return _draw(version.graph, {}, language)


def drawn(
    version: Version, states: dict[str, str], language: str
) -> tuple[tuple[ShapeView, ...], tuple[EdgeView, ...], str]:
    """A version with what stands where: its shapes, its lines and their box."""
    return _draw(version.graph, states, language)


def step_drawing(
    version: Version, element: str, language: str
) -> tuple[tuple[ShapeView, ...], tuple[EdgeView, ...], str]:
    """The part of a version's drawing around one step, which stands out; what lies beyond is left away."""
    shapes, edges, box = _draw(version.graph, {element: "current"}, language)
    focus = _focus(shapes, box)
    left, top, width, height = (float(part) for part in focus.split())
    near = [
        shape
        for shape in shapes
        if shape.x < left + width
        and left < shape.x + shape.width
        and shape.y < top + height
        and top < shape.y + shape.height
    ]
    return tuple(near), edges, focus


def _tasks(run_ids: list[UUID]) -> list[Task]:
    """What people have to do and have done, oldest first."""
    rows = Task.objects.filter(run__in=run_ids, cancelled_at=None)
    return list(rows.select_related("team", "assignee", "run").order_by("opened_at", "id"))


def _views(found: list[Task], reader: _Reader) -> tuple[TaskView, ...]:
    numbers = numbers_of(found)
    return tuple(view_of(task, reader.viewer, numbers, reader.language, at=reader.at) for task in found)


def cost_of(tasks: Iterable[Task]) -> Decimal | None:
    """What the steps done so far cost by their standard, each time they were done; none where no step says."""
    done = [task for task in tasks if task.completed_at is not None and task.added_to is None]
    costs = [version_of(task.run.version_id).graph.node(task.element).step.cost for task in done]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if known else None


def _states(graph: Graph, run: Run, marking: Marking, following: Iterable[Upcoming]) -> dict[str, str]:
    states = {graph.nodes[index].id: "done" for index in run.passed if index < len(graph.nodes)}
    states |= {graph.nodes[index].id: "skipped" for index in run.skipped if index < len(graph.nodes)}
    states |= {step.element: "next" for step in following if step.element not in states}
    if run.status not in ALIVE:
        return states
    for token in marking.tokens:
        node = graph.nodes[token.node]
        if node.kind != "boundary":  # an armed boundary event is not where the work is
            states[node.id] = "current"
        while node.scope != PROCESS:
            node = graph.nodes[node.scope]
            states[node.id] = "current"
    return states


def _draw(
    graph: Graph, states: dict[str, str], language: str
) -> tuple[tuple[ShapeView, ...], tuple[EdgeView, ...], str]:
    shapes, edges = layout(graph)
    ends = {flow.id: (graph.nodes[flow.source].id, graph.nodes[flow.target].id) for flow in graph.flows}
    known = {node.id: node.kind.value for node in graph.nodes}
    drawn = tuple(_shape(shape, known, states) for shape in sorted(shapes, key=lambda each: -each.width * each.height))
    lines = tuple(_edge(edge, ends, states) for edge in edges)
    return drawn, lines, _box(shapes, edges)


def _shape(shape: Shape, known: dict[str, str], states: dict[str, str]) -> ShapeView:
    kind = known.get(shape.id, "")
    form = _FORMS.get(kind, "task" if kind else "area")
    return ShapeView(
        id=shape.id,
        form=form,
        kind=kind or shape.kind,
        name=shape.name,
        x=shape.x,
        y=shape.y,
        width=shape.width,
        height=shape.height,
        state=states.get(shape.id, "idle"),
        lines=_label(shape, form),
    )


_FORMS = {
    **dict.fromkeys(("start", "end", "catch", "throw", "boundary"), "event"),
    **dict.fromkeys(("exclusive", "parallel", "inclusive", "event_based"), "gateway"),
    "subprocess": "area",
}


def _label(shape: Shape, form: str) -> tuple[TextLine, ...]:
    """Inside a task, below an event or gateway, at the head of an area."""
    lines = _wrap(shape.name)
    x = shape.x + shape.width / 2
    if form == "task":
        top = shape.y + shape.height / 2 - _LINE * (len(lines) - 1) / 2
    elif form == "area":
        top = shape.y + _LINE
    else:
        top = shape.y + shape.height + _LINE
    return tuple(TextLine(text, x, top + _LINE * place) for place, text in enumerate(lines))


def _wrap(name: str) -> list[str]:
    """Lines of at most 14 Latin or 7 Chinese letters; what does not fit ends with an ellipsis."""
    lines, width = [""], 0
    for letter in name:
        size = 2 if ord(letter) > 0x2E80 else 1
        if width + size > _LETTERS or letter == "\n":
            cut = lines[-1].rfind(" ") if letter != " " and ord(letter) < 0x2E80 else -1
            rest = lines[-1][cut + 1 :] if cut > 0 else ""
            lines[-1] = lines[-1][:cut] if cut > 0 else lines[-1]
            lines.append(rest)
            width = sum(2 if ord(each) > 0x2E80 else 1 for each in rest)
        lines[-1] += letter if lines[-1] or letter not in " \n" else ""
        width += size
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], lines[_LINES - 1][:-1] + "…"]


def _edge(edge: Edge, ends: dict[str, tuple[str, str]], states: dict[str, str]) -> EdgeView:
    source, target = (states.get(end, "idle") for end in ends.get(edge.id, ("", "")))
    is_done = source == "done" and target in ("done", "current")
    points = " ".join(f"{x:g},{y:g}" for x, y in edge.points)
    return EdgeView(edge.id, edge.name, points, "done" if is_done else "idle")


def _focus(shapes: Iterable[ShapeView], box: str) -> str:
    """Wide enough for a step with half of what is before and behind it, within the whole."""
    left, top, width, height = (float(part) for part in box.split())
    current = [shape for shape in shapes if shape.state == "current" and shape.form != "area"]
    if not current or width <= _FOCUS[0]:
        return box
    x, y = current[0].middle
    wide, high = _FOCUS[0], min(_FOCUS[1], height)
    start = min(max(x - wide / 2, left), left + width - wide)
    above = min(max(y - high / 2, top), top + height - high)
    return f"{start:g} {above:g} {wide:g} {high:g}"


def _box(shapes: Iterable[Shape], edges: Iterable[Edge]) -> str:
    corners = [(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height + _LINE) for shape in shapes]
    corners += [(x, y, x, y) for edge in edges for x, y in edge.points]
    if not corners:
        return "0 0 0 0"
    left, top = min(each[0] for each in corners) - _MARGIN, min(each[1] for each in corners) - _MARGIN
    right, bottom = max(each[2] for each in corners) + _MARGIN, max(each[3] for each in corners) + _MARGIN
    return f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
