"""Where the elements stand on paper: as drawn in the file, or laid out simply from left to right."""

from math import isfinite

from lxml import etree

from zhoudao.engines.bpmn.extensions import BPMN
from zhoudao.engines.bpmn.graph import ACTIVITIES, GATEWAYS, PROCESS, Edge, Graph, Node, Shape

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_STEP_X, _STEP_Y, _MARGIN = 160.0, 110.0, 40.0


def read(root: etree._Element) -> tuple[tuple[Shape, ...], tuple[Edge, ...]]:
    """The shapes and edges of the first diagram; unreadable ones are left out."""
    named = {element.get("id"): element for element in root.iter() if element.get("id") and _in_model(element)}
    shapes, edges = [], []
    for drawn in root.iter(f"{{{_DI}}}BPMNShape", f"{{{_DI}}}BPMNEdge"):
        element = named.get(drawn.get("bpmnElement"))
        if element is None:
            continue
        name, tag = element.get("name", ""), etree.QName(element).localname
        numbers = [_point(part) for part in drawn if part.get("x") is not None]
        box = drawn.find(f"{{{_DC}}}Bounds")
        if box is not None and (size := _point(box, "width", "height")) and (corner := _point(box)):
            shapes.append(Shape(element.get("id", ""), tag, name, *corner, *size))
        elif box is None and len(numbers) > 1 and all(numbers):
            edges.append(Edge(element.get("id", ""), name, tuple(point for point in numbers if point)))
    return tuple(shapes), tuple(edges)


def _in_model(element: etree._Element) -> bool:
    return etree.QName(element).namespace == BPMN


def _point(element: etree._Element, first: str = "x", second: str = "y") -> tuple[float, float] | None:
    try:
        point = float(element.get(first, "")), float(element.get(second, ""))
    except ValueError:
        return None
    return point if all(isfinite(number) for number in point) else None


def layout(graph: Graph) -> tuple[tuple[Shape, ...], tuple[Edge, ...]]:
    """What to draw: the file's own drawing when it shows every node, else one of ours."""
    drawn = {shape.id for shape in graph.shapes}
    if graph.nodes and all(node.id in drawn for node in graph.nodes):
        return graph.shapes, graph.edges
    shapes = {shape.id: shape for shape in _placed(graph)}
    edges = (
        _line(flow.id, flow.name, shapes[graph.nodes[flow.source].id], shapes[graph.nodes[flow.target].id])
        for flow in graph.flows
    )
    return tuple(shapes.values()), tuple(edges)


def _placed(graph: Graph) -> list[Shape]:
    sizes: dict[int, tuple[float, float]] = {}
    places: dict[int, tuple[float, float]] = {}
    scopes = [PROCESS, *(node.index for node in graph.nodes if node.kind == "subprocess")]
    for scope in reversed(scopes):
        inside = [node for node in graph.nodes if node.scope == scope]
        sizes[scope] = _scope(graph, inside, sizes, places)
    shapes = []
    for node in graph.nodes:
        x, y = _absolute(graph, node, places)
        width, height = sizes.get(node.index) or _size(node)
        shapes.append(Shape(node.id, node.kind, node.name, x, y, width, height))
    return shapes


def _scope(
    graph: Graph,
    inside: list[Node],
    sizes: dict[int, tuple[float, float]],
    places: dict[int, tuple[float, float]],
) -> tuple[float, float]:
    """Puts the nodes of one scope into columns by distance from the start; boundary events on their host's edge."""
    columns: dict[int, list[Node]] = {}
    far = _distances(graph, inside)
    for node in inside:
        if node.host is None:
            columns.setdefault(far.get(node.index, 0), []).append(node)
    x, bottom = _MARGIN, _MARGIN
    for column in sorted(columns):
        y, widest = _MARGIN, 0.0
        for node in columns[column]:
            width, height = sizes.get(node.index) or _size(node)
            places[node.index] = (x, y + max(0.0, (80 - height) / 2))
            y += max(_STEP_Y, height + 30)
            widest = max(widest, width)
        x, bottom = x + max(_STEP_X, widest + 60), max(bottom, y)
    for node in inside:
        if node.host is not None and node.host in places:
            left, top = places[node.host]
            height = (sizes.get(node.host) or _size(graph.nodes[node.host]))[1]
            offset = graph.nodes[node.host].boundaries.index(node.index) * 44
            places[node.index] = (left + 20 + offset, top + height - 18)
    return x, bottom


def _distances(graph: Graph, inside: list[Node]) -> dict[int, int]:
    """Steps from the start of a scope, breadth first; what nothing leads to stands at 0."""
    far = {node.index: 0 for node in inside if not node.incoming and node.host is None}
    todo = list(far)
    for index in todo:
        node = graph.nodes[index]
        exits = node.outgoing + tuple(flow for event in node.boundaries for flow in graph.nodes[event].outgoing)
        for flow in exits:
            target = graph.flows[flow].target
            if target not in far:
                far[target] = far[index] + 1
                todo.append(target)
    return far


def _absolute(graph: Graph, node: Node, places: dict[int, tuple[float, float]]) -> tuple[float, float]:
    x, y = places.get(node.index, (_MARGIN, _MARGIN))
    while node.scope != PROCESS:
        node = graph.nodes[node.scope]
        left, top = places.get(node.index, (_MARGIN, _MARGIN))
        x, y = x + left, y + top
    return x, y


def _size(node: Node) -> tuple[float, float]:
    if node.kind in ACTIVITIES:
        return 100.0, 80.0
    return (50.0, 50.0) if node.kind in GATEWAYS else (36.0, 36.0)


def _line(name: str, label: str, source: Shape, target: Shape) -> Edge:
    start = (source.x + source.width, source.y + source.height / 2)
    end = (target.x, target.y + target.height / 2)
    middle = (start[0] + end[0]) / 2
    bends = () if start[1] == end[1] else ((middle, start[1]), (middle, end[1]))
    return Edge(name, label, (start, *bends, end))
