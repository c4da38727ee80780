"""A handbook's text: a flow version's own graph as one team needs it, in one language; a function of these alone."""

from collections.abc import Iterator
from datetime import timedelta

from zhoudao.conduct.flows.queries import FieldView
from zhoudao.conduct.flows.queries.diagram import EdgeView, ShapeView, step_drawing
from zhoudao.conduct.flows.queries.tasks import fields_of
from zhoudao.conduct.flows.versions import Version
from zhoudao.engines.bpmn.comparing import compare
from zhoudao.engines.bpmn.graph import ACTIVITIES, Graph, Kind, Node
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

_BY_HAND = (Kind.USER, Kind.MANUAL)


@frozen
class Neighbour:
    """What comes before or after a step. `kind`: person, system, decision, event or end; `when` is the way's name."""

    name: str
    kind: str
    when: str
    detail: str = ""


@frozen
class Page:
    """One step of the position, with all its people must know."""

    element: str
    number: int
    name: str
    is_anybodys: bool
    purpose: str
    instructions: str
    text: str
    target: timedelta | None
    is_business: bool
    done_on: str
    protected: frozenset[str]
    fields: tuple[FieldView, ...]
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    limits: tuple[Neighbour, ...]
    shapes: tuple[ShapeView, ...]
    edges: tuple[EdgeView, ...]
    box: str

    @property
    def decisions(self) -> tuple[Neighbour, ...]:
        """The decision tables asked right before or after it."""
        return tuple(dict.fromkeys(one for one in (*self.before, *self.after) if one.kind == "decision"))


def teams_of(graph: Graph) -> tuple[str, ...]:
    """The codes of the teams that have steps in this flow, in file order."""
    named = (node.step.team for node in graph.nodes if node.kind in _BY_HAND)
    return tuple(dict.fromkeys(team for team in named if team and not team.startswith("=")))


def pages(version: Version, team: str, language: str) -> tuple[Page, ...]:
    """The steps of a team in file order; those without a fixed team may fall to anybody and stand in every handbook."""
    found = _theirs(version.graph, team)
    return tuple(_page(version, node, number, language) for number, node in enumerate(found, 1))


def changes(before: Graph, after: Graph, team: str) -> dict[str, list[str]]:
    """What differs for a team between two versions: ids of its steps by added, removed, changed."""
    theirs = {node.id for graph in (before, after) for node in _theirs(graph, team)}
    was, now = ({node.id for node in _theirs(graph, team)} for graph in (before, after))
    differing = {change.element for change in compare(before, after) if change.what == "changed"}
    around = {element for element in was & now if _around(before, element) != _around(after, element)}
    return {
        "added": sorted(now - was),
        "removed": sorted(was - now),
        "changed": sorted(theirs & was & now & (differing | around)),
    }


def _theirs(graph: Graph, team: str) -> list[Node]:
    hand = [node for node in graph.nodes if node.kind in _BY_HAND]
    return [node for node in hand if node.step.team in ("", team) or node.step.team.startswith("=")]


def _page(version: Version, node: Node, number: int, language: str) -> Page:
    step = node.step
    shapes, edges, box = step_drawing(version, node.id, language)
    return Page(
        element=node.id,
        number=number,
        name=node.name or node.id,
        is_anybodys=step.team == "" or step.team.startswith("="),
        purpose=pick(step.purpose, language),
        instructions=pick(step.instructions, language),
        text=pick(step.text, language),
        target=step.target,
        is_business=step.business,
        done_on=step.done_on,
        protected=step.protected,
        fields=fields_of(step.form, language),
        before=tuple(_before(version.graph, node)),
        after=tuple(_after(version.graph, node)),
        limits=tuple(_limits(version.graph, node)),
        shapes=shapes,
        edges=edges,
        box=box,
    )


def _around(graph: Graph, element: str) -> tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]:
    node = graph.node(element)
    return tuple(_before(graph, node)), tuple(_after(graph, node))


def _before(graph: Graph, node: Node) -> Iterator[Neighbour]:
    """The steps and events from which this one is reached without another in between."""
    todo, seen = [graph.flows[flow].source for flow in node.incoming], set[int]()
    for index in todo:
        if index in seen:
            continue
        seen.add(index)
        other = graph.nodes[index]
        if other.kind is Kind.START and other.scope >= 0:
            todo += [graph.flows[flow].source for flow in graph.nodes[other.scope].incoming]
        elif _stands_for_itself(other):
            yield _neighbour(other, "")
        else:
            todo += [graph.flows[flow].source for flow in other.incoming]


def _after(graph: Graph, node: Node) -> Iterator[Neighbour]:
    """What follows, by each way: the system's own steps until the next that somebody waits for."""
    todo: list[tuple[int, str]] = [(graph.flows[flow].target, _way(graph, flow)) for flow in node.outgoing]
    seen = set[int]()
    for index, way in todo:
        if index in seen:
            continue
        seen.add(index)
        other = graph.nodes[index]
        if _stands_for_itself(other):
            yield _neighbour(other, way)
        if other.kind not in (*_BY_HAND, Kind.CATCH, Kind.END, Kind.EVENT_BASED, Kind.CALL, Kind.SUBPROCESS):
            todo += [(graph.flows[flow].target, _way(graph, flow) or way) for flow in other.outgoing]


def _limits(graph: Graph, node: Node) -> Iterator[Neighbour]:
    """What may happen while it is open: time limits, messages, refusals."""
    for index in node.boundaries:
        yield _neighbour(graph.nodes[index], "")


def _way(graph: Graph, flow: int) -> str:
    return graph.flows[flow].name


def _stands_for_itself(node: Node) -> bool:
    return node.kind in ACTIVITIES or node.kind in (Kind.START, Kind.END, Kind.CATCH)


def _neighbour(node: Node, way: str) -> Neighbour:
    kinds = {Kind.USER: "person", Kind.MANUAL: "person", Kind.RULE: "decision", Kind.END: "end"}
    events = (Kind.START, Kind.CATCH, Kind.BOUNDARY)
    kind = "event" if node.kind in events else kinds.get(node.kind, "system")
    return Neighbour(node.name or node.id, kind, way, node.step.command or node.step.decision)
