"""A flow as an SVG with what happened on it: how often each step was done or left out, and each line gone along."""

from collections.abc import Iterator, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhoudao.conduct.insight.charts import short
from zhoudao.engines.bpmn.drawing import layout
from zhoudao.engines.bpmn.graph import Edge, Graph, Shape

_ROUND = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
_MARGIN, _LETTER = 30.0, 7.0
_BOX = '<rect x="{}" y="{}" width="{}" height="{}" rx="8"/>'
_LOZENGE = '<path d="M{} {}L{} {}L{} {}L{} {}Z"/>'


def flow_picture(
    graph: Graph, *, done: Mapping[str, int], left_out: Mapping[str, int], passed: Mapping[str, int], title: str
) -> SafeString:  # fmt: skip
    """The drawing of the flow's file (or ours where it has none), with counts by the ids of its elements and flows."""
    shapes, edges = layout(graph)
    parts = [*_lines(edges, passed), *(part for shape in shapes for part in _shape(shape, done, left_out))]
    return _paper(shapes, parts, title)


def flow_shaded(graph: Graph, *, shades: Mapping[str, float], says: Mapping[str, str], title: str) -> SafeString:
    """The drawing with each step as dark as its shade, 0 to 1, and what it says written on it, by the steps' ids."""
    shapes, edges = layout(graph)
    parts = list(_lines(edges, {edge.id: 1 for edge in edges}, are_counted=False))
    for shape in shapes:
        if shape.kind in _ROUND or shape.kind.endswith("Gateway"):
            parts += _shape(shape, {}, {})
        else:
            parts += _shaded(shape, shades.get(shape.id, 0.0), says.get(shape.id, ""))
    return _paper(shapes, parts, title)


def _shaded(shape: Shape, shade: float, said: str) -> Iterator[SafeString]:
    middle, centre = shape.x + shape.width / 2, shape.y + shape.height / 2
    drawn = format_html(_BOX, *(f"{each:.1f}" for each in (shape.x, shape.y, shape.width, shape.height)))
    dark = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8" class="flow-shade" fill-opacity="{}"/>',
        *(f"{each:.1f}" for each in (shape.x, shape.y, shape.width, shape.height)), f"{shade * 0.7:.3f}",
    )  # fmt: skip
    yield format_html('<g class="flow-task"><title>{}</title>{}{}', f"{shape.name}: {said}", drawn, dark)
    lines = _in_lines(shape.name, int((shape.width - 8) / _LETTER))
    for number, words in enumerate(lines):
        yield _words(middle, centre - 4 - 15 * (len(lines) - 1 - number), words, shape.width + 8)
    if said:
        yield format_html(
            '<text x="{}" y="{}" class="flow-count">{}</text>', f"{middle:.1f}", f"{centre + 16:.1f}", said
        )
    yield SafeString("</g>")


def _paper(shapes: tuple[Shape, ...], parts: list[SafeString], title: str) -> SafeString:
    right = max([shape.x + shape.width for shape in shapes] or [0]) + _MARGIN
    low = max([shape.y + shape.height for shape in shapes] or [0]) + _MARGIN * 1.5
    left, top = (min([number(shape) for shape in shapes] or [0]) - _MARGIN for number in (_x, _y))
    box = f"{left:.0f} {top:.0f} {right - left:.0f} {low - top:.0f}"
    return format_html(
        '<svg class="flow-picture" viewBox="{}" width="{}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        box, f"{right - left:.0f}", title, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _x(shape: Shape) -> float:
    return shape.x


def _y(shape: Shape) -> float:
    return shape.y


def _lines(
    edges: tuple[Edge, ...], passed: Mapping[str, int], *, are_counted: bool = True
) -> Iterator[SafeString]:  # fmt: skip
    most = max([passed.get(edge.id, 0) for edge in edges] or [0]) or 1
    for edge in edges:
        times = passed.get(edge.id, 0)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge.points)
        wide = f"{1 + 5 * times / most:.1f}" if are_counted else "1.2"
        look = "flow-line" if times else "flow-line is-never"
        yield format_html('<polyline points="{}" class="{}" stroke-width="{}"/>', points, look, wide)
        if are_counted and times and len(edge.points) > 1:
            (x, y), (ahead, below) = edge.points[:2]
            place = (f"{x + 0.5 * (ahead - x):.1f}", f"{y + 0.5 * (below - y) - 5:.1f}")
            yield format_html('<text x="{}" y="{}" class="flow-count">{}</text>', *place, f"{times:,}")


def _shape(shape: Shape, done: Mapping[str, int], left_out: Mapping[str, int]) -> Iterator[SafeString]:
    middle, centre = shape.x + shape.width / 2, shape.y + shape.height / 2
    if shape.kind in _ROUND:
        round_ = (f"{middle:.1f}", f"{centre:.1f}", f"{shape.width / 2:.1f}", f"flow-event is-{shape.kind}")
        yield format_html('<circle cx="{}" cy="{}" r="{}" class="{}"/>', *round_)
        yield _words(middle, shape.y + shape.height + 14, shape.name, 160)
        return
    if shape.kind.endswith("Gateway"):
        corners = (middle, shape.y, shape.x + shape.width, centre, middle, shape.y + shape.height, shape.x, centre)
        drawn = format_html(_LOZENGE, *(f"{each:.1f}" for each in corners))
        yield format_html('<g class="flow-gateway">{}</g>', drawn)
        yield _words(middle, shape.y - 6, shape.name, 160)
        return
    missing = left_out.get(shape.id, 0)
    look = "flow-task is-left-out" if missing else "flow-task"
    drawn = format_html(_BOX, *(f"{each:.1f}" for each in (shape.x, shape.y, shape.width, shape.height)))
    said = _("{name}: done {done}, left out {missing}").format(
        name=shape.name, done=f"{done.get(shape.id, 0):,}", missing=f"{missing:,}"
    )
    yield format_html('<g class="{}"><title>{}</title>{}', look, said, drawn)
    lines = _in_lines(shape.name, int((shape.width - 8) / _LETTER))
    for number, words in enumerate(lines):
        yield _words(middle, centre - 4 - 15 * (len(lines) - 1 - number), words, shape.width + 8)
    if shape.id in done:
        place = (f"{middle:.1f}", f"{centre + 14:.1f}")
        yield format_html('<text x="{}" y="{}" class="flow-count">{}</text>', *place, _counts(shape, done, missing))
    yield SafeString("</g>")


def _in_lines(words: str, room: int) -> list[str]:
    """A name on one line if it fits, else on two, the second cut to what fits.

    >>> _in_lines("Take in charge ticket", 12), _in_lines("Wait", 12)
    (['Take in', 'charge ticket'], ['Wait'])
    """
    if short(words, room) == words:
        return [words]
    half = len(words) // 2
    breaks = [place for place, letter in enumerate(words) if letter == " "]
    at = min(breaks, key=lambda place: abs(place - half)) if breaks else half
    return [short(words[:at].strip(), room), short(words[at:].strip(), room + 2)]


def _counts(shape: Shape, done: Mapping[str, int], missing: int) -> str:
    times = f"{done.get(shape.id, 0):,}"
    return f"{times} · −{missing:,}" if missing else times


def _words(x: float, y: float, words: str, room: float) -> SafeString:
    if not words:
        return SafeString("")
    kept = short(words, max(int(room / _LETTER), 3))
    return format_html('<text x="{}" y="{}">{}</text>', f"{x:.1f}", f"{y:.1f}", kept)
