"""The drawing of where a parcel is: over the country's capitals where both ends are known, else a line of its stops."""

from collections.abc import Sequence
from math import hypot

from zhoudao.engines.tracking.places import CAPITALS, HEIGHT, WIDTH, Spot, province_in, spot_of
from zhoudao.kit.frozen import frozen

_MARGIN, _LINE_HEIGHT = 60, 120
_BEND, _BEGUN = 0.18, 0.2
_NEAR = 75  # of the drawing: nearer than that names would lie on each other
_SIZE = 0.03  # of the width: how high a letter is


@frozen
class Stop:
    """A named point: `kind` is from, at or to; `anchor` is how its name stands to it."""

    name: str
    kind: str
    x: float
    y: float
    anchor: str = "middle"
    up: bool = True
    size: float = 18.0

    @property
    def small(self) -> float:
        """How large the point of an end is."""
        return round(self.size * 0.36, 1)

    @property
    def large(self) -> float:
        """How large the point of where it is is."""
        return round(self.size * 0.52, 1)

    @property
    def text_x(self) -> float:
        """Where its name begins, ends or has its middle."""
        return round(self.x + {"start": 1.1, "end": -1.1}.get(self.anchor, 0) * self.size * (self.kind == "at"), 1)

    @property
    def text_y(self) -> float:
        """Where its name stands."""
        if self.kind == "at" and self.anchor != "middle":
            return round(self.y + self.size * 0.36, 1)
        return round(self.y - self.size if self.up else self.y + 1.9 * self.size, 1)


@frozen
class Drawing:
    """`size` is a letter's; `gone` and `ahead` are drawn ways; `capitals` are faint points, none on a line of stops."""

    view: str
    size: float
    gone: str
    ahead: str
    stops: Sequence[Stop]
    capitals: Sequence[Spot] = ()

    @property
    def point(self) -> float:
        """How large a capital's point is."""
        return round(self.size * 0.16, 1)


def drawn(start: tuple[str, str], place: str, end: tuple[str, str], *, share: float) -> Drawing:
    """The way from (province, name) to (province, name). `place` is what the carrier says of where it is; `share` how
    much of the way is behind it, from 0 to 1, where the place says nothing.
    """
    origin, target = (province_in(one[0]) or province_in(one[1]) for one in (start, end))
    here = province_in(place)
    name = "" if any(place in one[1] or (one[1] and one[1] in place) for one in (start, end)) else place
    if 0 < share < 1 and here:
        share = {origin: min(share, _BEGUN), target: max(share, 1 - _BEGUN)}.get(here, share)
    if not (origin and target) or _far(spot_of(origin), spot_of(target)) < _NEAR:
        return _line(start[1] or start[0], name, end[1] or end[0], share)
    first, last = spot_of(origin), spot_of(target)
    now = spot_of(here) if here not in ("", origin, target) and 0 < share < 1 else _on_way(first, last, share)
    view, size = _view(first, now, last)
    is_below = first.y > last.y
    stops = [
        Stop(start[1] or origin, "from", first.x, first.y, up=not is_below, size=size),
        Stop(end[1] or target, "to", last.x, last.y, up=is_below, size=size),
    ]
    if 0 < share < 1:
        stops.append(Stop(name, "at", now.x, now.y, "start" if now.x >= min(first.x, last.x) else "end", size=size))
    gone = _arc(first, now) if share > 0 else ""
    ahead = _arc(now, last) if share < 1 else ""
    return Drawing(view, size, gone, ahead, stops, [spot_of(name) for name in CAPITALS])


def _view(*spots: Spot) -> tuple[str, float]:
    """The part of the country that is of interest, not smaller than half of it; and how high a letter is there."""
    wide = max(max(one.x for one in spots) - min(one.x for one in spots) + 2 * _MARGIN * 1.6, WIDTH * 0.5)
    high = wide * HEIGHT / WIDTH
    needed = max(one.y for one in spots) - min(one.y for one in spots) + 2 * _MARGIN * 1.3
    if needed > high:
        wide, high = needed * WIDTH / HEIGHT, needed
    x = (max(one.x for one in spots) + min(one.x for one in spots)) / 2 - wide / 2
    y = (max(one.y for one in spots) + min(one.y for one in spots)) / 2 - high / 2
    return f"{x:.0f} {y:.0f} {wide:.0f} {high:.0f}", round(wide * _SIZE, 1)


def _far(first: Spot, last: Spot) -> float:
    return hypot(first.x - last.x, first.y - last.y)


def _on_way(first: Spot, last: Spot, share: float) -> Spot:
    """A point of the arc between two."""
    middle = _middle(first, last)
    rest = 1 - share
    x = rest * rest * first.x + 2 * rest * share * middle.x + share * share * last.x
    y = rest * rest * first.y + 2 * rest * share * middle.y + share * share * last.y
    return Spot(round(x, 1), round(y, 1))


def _arc(first: Spot, last: Spot) -> str:
    if first == last:
        return ""
    middle = _middle(first, last)
    return f"M{first.x} {first.y} Q{middle.x} {middle.y} {last.x} {last.y}"


def _middle(first: Spot, last: Spot) -> Spot:
    x, y = (first.x + last.x) / 2, (first.y + last.y) / 2
    return Spot(round(x + (last.y - first.y) * _BEND, 1), round(y - abs(last.x - first.x) * _BEND, 1))


def _line(start: str, place: str, end: str, share: float) -> Drawing:
    y = _LINE_HEIGHT / 2 + 8
    left, right = float(_MARGIN), float(WIDTH - _MARGIN)
    now = round(left + (right - left) * share, 1)
    stops = [Stop(start, "from", left, y, "start"), Stop(end, "to", right, y, "end")]
    if 0 < share < 1:
        stops.append(Stop(place, "at", now, y, up=False))
    gone = f"M{left} {y} H{now}" if share > 0 else ""
    ahead = f"M{now} {y} H{right}" if share < 1 else ""
    return Drawing(f"0 0 {WIDTH} {_LINE_HEIGHT}", 18.0, gone, ahead, stops)
