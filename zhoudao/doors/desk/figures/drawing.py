"""A figure's days as a drawing: a line with gaps where nothing was measured, the usual band, the target."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from zhoudao.engines.targets import Baseline, Day
from zhoudao.kit.frozen import frozen

SMALL, LARGE = (120.0, 28.0), (960.0, 240.0)
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 12.0, 12.0, 26.0


@frozen
class Dot:
    """One day where it stands."""

    x: float
    y: float
    day: Day
    is_missed: bool = False


@frozen
class Chart:
    """Ready to be drawn. `lines` are polylines' points, `band` is (top, height), `marks` are the scale's (y, value)."""

    width: float
    height: float
    left: float
    right: float
    floor: float
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    band: tuple[float, float] | None
    middle: float | None
    target: float | None
    marks: tuple[tuple[float, float], ...]
    dates: tuple[tuple[float, date], ...]

    @property
    def breadth(self) -> float:
        """Of the drawn days."""
        return round(self.right - self.left, 1)


def spark(days: Sequence[Day], target: float | None) -> Chart | None:
    """A small one, without scale."""
    return _chart(days, None, target, *SMALL, edges=(2.0, 2.0, 3.0, 3.0), missed=frozenset())


def history(
    days: Sequence[Day], usual: Baseline | None, target: float | None, missed: frozenset[date] = frozenset()
) -> Chart | None:
    """A large one."""
    return _chart(days, usual, target, *LARGE, edges=(_LEFT, _RIGHT, _TOP, _BOTTOM), missed=missed)


def _chart(
    days: Sequence[Day],
    usual: Baseline | None,
    target: float | None,
    width: float,
    height: float,
    *,
    edges: tuple[float, float, float, float],
    missed: frozenset[date],
) -> Chart | None:
    """None where nothing was measured."""
    measured = [one for one in days if one.value is not None]
    if not measured:
        return None
    left, right, top, bottom = edges
    low, high = _range(measured, usual, target)
    first, span = measured[0].day, max(1, (measured[-1].day - measured[0].day).days)

    def across(day: date) -> float:
        return round(left + (day - first).days / span * (width - left - right), 1)

    def up(value: float) -> float:
        return round(height - bottom - (value - low) / (high - low) * (height - top - bottom), 1)

    dots = tuple(Dot(across(one.day), up(one.value or 0.0), one, one.day in missed) for one in measured)
    band = None
    if usual is not None:
        upper, lower = up(min(high, usual.middle + usual.spread)), up(max(low, usual.middle - usual.spread))
        band = (upper, round(max(1.0, lower - upper), 1))
    steps = [low + (high - low) * part / 4 for part in range(5)]
    middles = [first + timedelta(days=round(span * part / 4)) for part in range(5)]
    return Chart(
        width=width,
        height=height,
        left=left,
        right=width - right,
        floor=height - bottom,
        lines=tuple(" ".join(f"{dot.x},{dot.y}" for dot in run) for run in _runs(dots)),
        dots=dots,
        band=band,
        middle=up(usual.middle) if usual else None,
        target=up(target) if target is not None else None,
        marks=tuple((up(value), value) for value in steps),
        dates=tuple((across(day), day) for day in dict.fromkeys(middles)),
    )


def _range(measured: Sequence[Day], usual: Baseline | None, target: float | None) -> tuple[float, float]:
    """From zero, unless all lies far above it."""
    values = [one.value for one in measured if one.value is not None]
    values += [usual.middle, usual.middle + usual.spread] if usual else []
    values += [target] if target is not None else []
    low, high = min(values), max(values)
    low = 0.0 if low < high / 2 or low == high else max(0.0, low - (high - low) / 2)
    return low, high if high > low else low + 1.0


def _runs(dots: Sequence[Dot]) -> Iterator[list[Dot]]:
    """Days that follow one another: a day without a value breaks the line."""
    run: list[Dot] = []
    for dot in dots:
        if run and (dot.day.day - run[-1].day.day).days > 1:
            yield run
            run = []
        run.append(dot)
    yield run
