"""Pictures of a diagnosis as SVG: they need no script, print, and follow light and dark by their classes."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 640.0
_BAR = '<rect x="{}" y="{}" width="{}" height="{}" class="{}" fill-opacity="{}"><title>{}</title></rect>'
_LINE = '<line x1="{}" x2="{}" y1="{}" y2="{}" class="{}"/>'
Values = Sequence[float]


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Row(NamedTuple):
    """A lying bar: its parts, what each says, and the total in words."""

    name: str
    values: Values
    says: Sequence[str]
    total: str


class Whisker(NamedTuple):
    """A lying bar with the range in which its value lies, the value in words, and what it says when pointed at."""

    name: str
    value: float
    ends: tuple[float, float]
    words: str
    says: str


class Dot(NamedTuple):
    """A point by two numbers; `is_front` is on the line; `look` is a class of its own, or empty."""

    x: float
    y: float
    is_front: bool
    look: str
    says: str


class Mark(NamedTuple):
    """A line at a place among bars, with words."""

    place: float
    words: str


def _svg(height: float, parts: Iterable[str], title: str, *, width: float = WIDTH, look: str = "") -> SafeString:
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg class="picture{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        look, f"{width:g}", f"{height:g}", title, title, drawn,
    )  # fmt: skip


def _text(x: float, y: float, words: str, look: str = "") -> SafeString:
    return format_html('<text x="{}" y="{}" class="{}">{}</text>', f"{x:.1f}", f"{y:.1f}", look, words)


def _bar(box: Box, look: str, says: str = "", shade: float = 1) -> SafeString:
    numbers = (f"{max(each, 0):.1f}" for each in box)
    return format_html(_BAR, *numbers, look, f"{shade:.3f}", says)


def _line(box: Box, look: str) -> SafeString:
    """From (x, y), as far right and down as the box is wide and high."""
    places = (f"{each:.1f}" for each in (box.x, box.x + box.width, box.y, box.y + box.height))
    return format_html(_LINE, *places, look)


def _named(x: float, y: float, name: str, most: int, look: str) -> SafeString:  # fmt: skip
    return format_html("<g><title>{}</title>{}</g>", name, _text(x, y, short(name, most), look))  # fmt: skip


def short(words: str, most: int) -> str:
    """A name that fits; Chinese characters count twice.

    >>> short("Resolve ticket", 8), short("等待客户答复", 8)
    ('Resolve…', '等待客户…')
    """
    room = most
    for place, letter in enumerate(words):
        room -= 2 if ord(letter) > 0x2E7F else 1
        if room < 0:
            return words[:place].rstrip() + "…"
    return words


def columns(
    values: Values, labels: Sequence[str], says: Sequence[str], title: str, marks: Sequence[Mark] = ()
) -> SafeString:
    """Bars side by side; `labels` stand under some of them ("" for none)."""
    floor, top, left = 168.0, 26.0, 8.0
    wide, most = (WIDTH - 2 * left) / max(len(values), 1), max([*values, 1e-9])
    parts = [_line(Box(left, floor, WIDTH - 2 * left, 0), "axis")]
    for place, value in enumerate(values):
        tall = (floor - top) * value / most
        parts.append(_bar(Box(left + place * wide + 0.5, floor - tall, wide - 1, tall), "bar", says[place]))
        if labels[place]:
            at, look = (left, "small") if place == 0 else (left + (place + 0.5) * wide, "middle small")
            parts.append(_text(at, floor + 16, labels[place], look))
    for number, (at, words) in enumerate(marks):
        x, is_left = left + at * wide, at * wide < WIDTH * 0.7
        parts.append(_line(Box(x, 14 * number + 4, 0, floor - 14 * number - 4), "mark"))
        parts.append(_text(x + (4 if is_left else -4), 12 + 14 * number, words, "small" if is_left else "small end"))
    return _svg(190, parts, title)


def stacked(rows: Sequence[Row], title: str) -> SafeString:
    """Lying bars, each of parts."""
    left, right, tall = 190.0, 70.0, 24.0
    most = max([sum(row.values) for row in rows] or [1]) or 1
    parts = []
    for place, row in enumerate(rows):
        y, x = place * tall + 4, left
        parts.append(_named(left - 8, y + 13, row.name, 27, "end"))
        for part, value in enumerate(row.values):
            wide = (WIDTH - left - right) * value / most
            parts.append(_bar(Box(x, y, wide, tall - 7), f"part-{part}", row.says[part]))
            x += wide
        parts.append(_text(x + 6, y + 13, row.total, "small"))
    return _svg(len(rows) * tall + 6, parts, title)


def whiskers(rows: Sequence[Whisker], title: str) -> SafeString:
    """Lying bars, each with its range as a thin line at its end."""
    left, right, tall = 190.0, 90.0, 26.0
    most = max([max(row.value, row.ends[1]) for row in rows] or [1]) or 1
    parts = []
    for place, row in enumerate(rows):
        y, unit = place * tall + 4, (WIDTH - left - right) / most
        parts.append(_named(left - 8, y + 13, row.name, 27, "end"))
        parts.append(_bar(Box(left, y, row.value * unit, tall - 8), "bar", row.says, 1 if place else 0.5))
        low, high = (left + max(end, 0) * unit for end in row.ends)
        parts.append(_line(Box(low, y + (tall - 8) / 2, high - low, 0), "range"))
        parts += [_line(Box(end, y + 4, 0, tall - 16), "range") for end in (low, high)]
        parts.append(_text(max(high, left + row.value * unit) + 6, y + 13, row.words, "small"))
    return _svg(len(rows) * tall + 6, parts, title)


def lines(series: Sequence[tuple[str, Values]], labels: Sequence[tuple[float, str]], title: str) -> SafeString:
    """Lines over one axis from left to right; `labels` are (0 to 1, words); a legend names them."""
    left, right, top, floor = 34.0, 150.0, 8.0, 188.0
    most = max([max(values, default=0) for _name, values in series] or [1]) or 1
    parts = [_line(Box(left, floor, WIDTH - right - left, 0), "axis")]
    parts += [_text(left - 6, top + 8, f"{most:,.0f}", "end small"), _text(left - 6, floor, "0", "end small")]
    for at, words in labels:
        parts.append(_text(left + (WIDTH - left - right) * at, floor + 16, words, "small middle" if at else "small"))
    for place, (name, values) in enumerate(series):
        step = (WIDTH - left - right) / max(len(values) - 1, 1)
        points = " ".join(f"{left + n * step:.1f},{floor - (floor - top) * v / most:.1f}" for n, v in enumerate(values))
        parts.append(format_html('<polyline points="{}" class="line-{}"/>', points, place))
        y = top + 10 + place * 17
        parts.append(_line(Box(WIDTH - right + 10, y - 4, 16, 0), f"line-{place}"))
        parts.append(_named(WIDTH - right + 30, y, name, 18, "small"))
    return _svg(210, parts, title)


def scatter(
    dots: Sequence[Dot],
    axes: tuple[str, str],
    written: tuple[Callable[[float], str], Callable[[float], str]],
    title: str,
) -> SafeString:
    """Points, those in front joined by a line; the axes are named and end with the least and most there is."""
    left, right, top, floor = 90.0, 30.0, 26.0, 250.0
    ends = [
        (min(values, default=0.0), max(values, default=1.0)) for values in zip(*((d.x, d.y) for d in dots), strict=True)
    ]
    if not ends:
        return SafeString("")
    (low, high), (least, most) = ends

    def placed(dot: Dot) -> tuple[float, float]:
        across = (dot.x - low) / ((high - low) or 1)
        return left + (WIDTH - left - right) * across, floor - (floor - top) * (dot.y - least) / ((most - least) or 1)

    parts = [
        _line(Box(left - 8, floor + 8, WIDTH - right - left + 16, 0), "axis"),
        _line(Box(left - 8, top, 0, floor + 8 - top), "axis"),
    ]
    parts += [
        _text(left - 12, floor + 4, written[1](least), "small end"),
        _text(left - 12, top + 4, written[1](most), "small end"),
    ]
    parts += [
        _text(left, floor + 24, written[0](low), "small"),
        _text(WIDTH - right, floor + 24, written[0](high), "small end"),
    ]
    parts += [
        _text(left - 8, 12, axes[1], "small"),
        _text((left + WIDTH - right) / 2, floor + 24, axes[0], "small middle"),
    ]
    front = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(placed, (dot for dot in dots if dot.is_front)))
    parts.append(format_html('<polyline points="{}" class="line-0"/>', front))
    for dot in sorted(dots, key=lambda each: (each.is_front, bool(each.look))):
        x, y = (f"{each:.1f}" for each in placed(dot))
        look = f"dot{' is-front' if dot.is_front else ''}{f' is-{dot.look}' if dot.look else ''}"
        size = "6" if dot.look else "4" if dot.is_front else "2.5"
        parts.append(
            format_html(
                '<circle cx="{}" cy="{}" r="{}" class="{}"><title>{}</title></circle>', x, y, size, look, dot.says
            )
        )
    return _svg(floor + 34, parts, title)


def grid(
    rows: Sequence[str], heads: Sequence[str], values: Sequence[Values], title: str, left: float = 110
) -> SafeString:
    """A table of shades: `values[row][column]`, darkest the largest; `heads` "" for none."""
    most, tall = max([max(row, default=0) for row in values] or [1]) or 1, 21.0
    wide = (WIDTH - left) / max(len(heads), 1)
    parts: list[str] = [_text(left + (n + 0.5) * wide, 12, words, "middle small") for n, words in enumerate(heads)]
    for row, name in enumerate(rows):
        y = 18 + row * tall
        parts.append(_named(left - 8, y + tall * 0.7, name, int(left) // 7, "end small"))
        for column, value in enumerate(values[row]):
            box = Box(left + column * wide + 0.5, y, wide - 1, tall - 1)
            parts.append(_bar(box, "shade", f"{name} · {heads[column]}: {value:,.0f}", value / most))
    return _svg(20 + len(rows) * tall, parts, title)


class Track(NamedTuple):
    """A line with gaps: places from left to right, values or None there; `low`, `high` of a band around it, or ()."""

    name: str
    places: Values
    values: Sequence[float | None]
    low: Values = ()
    high: Values = ()


class Frame(NamedTuple):
    """What the paper shows: places `x` from left to right, values `y` lowest and highest, and the words for these
    two.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    ends: tuple[str, str]

    def at(self, place: float, value: float) -> tuple[float, float]:
        """Where it lies on the paper."""
        across = (place - self.x[0]) / ((self.x[1] - self.x[0]) or 1)
        up = (value - self.y[0]) / ((self.y[1] - self.y[0]) or 1)
        return 66 + (WIDTH - 66 - 130) * across, 196 - (196 - 22) * min(max(up, 0), 1)


def tracks(
    series: Sequence[Track], frame: Frame, *, title: str, labels: Sequence[Mark], marks: Sequence[Mark]
) -> SafeString:
    """Lines over one axis; `labels` stand under it, `marks` are upright lines with words above."""
    left, right = frame.at(frame.x[0], 0)[0], frame.at(frame.x[1], 0)[0]
    parts: list[str] = [_line(Box(left, 196, right - left, 0), "axis")]
    parts += [_text(left - 6, 26, frame.ends[1], "end small"), _text(left - 6, 196, frame.ends[0], "end small")]
    parts += [_text(frame.at(place, 0)[0], 212, words, "middle small") for place, words in labels]
    for place, words in marks:
        x = frame.at(place, 0)[0]
        parts += [_line(Box(x, 14, 0, 182), "mark"), _text(x + 4, 12, words, "small")]
    parts += [_band(one, frame, number) for number, one in enumerate(series) if one.low]
    for number, one in enumerate(series):
        parts += [_polyline(run, frame, number) for run in _runs(one)]
        parts.append(_line(Box(right + 10, 28 + number * 17, 16, 0), f"line-{number}"))
        parts.append(_named(right + 30, 32 + number * 17, one.name, 15, "small"))
    return _svg(218, parts, title)


def _runs(one: Track) -> Iterable[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for place, value in zip(one.places, one.values, strict=True):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _polyline(run: Sequence[tuple[float, float]], frame: Frame, number: int) -> SafeString:
    if len(run) == 1:
        x, y = frame.at(*run[0])
        return _bar(Box(x - 2, y - 2, 4, 4), f"part-{number}")
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (frame.at(*point) for point in run))
    return format_html('<polyline points="{}" class="line-{}"/>', points, number)


def _band(one: Track, frame: Frame, number: int) -> SafeString:
    there = [frame.at(*point) for point in zip(one.places, one.high, strict=True)]
    back = [frame.at(*point) for point in zip(reversed(one.places), reversed(one.low), strict=True)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*there, *back])
    return format_html('<polygon points="{}" class="part-{}" fill-opacity="0.14"/>', points, number)


class Range(NamedTuple):
    """A value and what it may lie between (None: no bound on that side), in words; without a value only the words."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    look: str


def ranges(rows: Sequence[Range], *, sides: tuple[str, str], title: str) -> SafeString:
    """Values with their intervals around nought, one below the other; `sides` say what left and right of it means."""
    known = [abs(each) for row in rows for each in (row.value, row.low, row.high) if each is not None]
    most, left, right = max([*known, 1e-9]) * 1.05, 170.0, 470.0
    middle, floor = (left + right) / 2, 30.0 + 26 * len(rows)

    def across(value: float) -> float:
        return middle + (right - left) / 2 * value / most

    parts: list[str] = [_line(Box(middle, 20, 0, floor - 20), "axis")]
    parts += [_text(middle - 6, 12, "← " + sides[0], "end small"), _text(middle + 6, 12, sides[1] + " →", "small")]
    for number, row in enumerate(rows):
        y = 38.0 + 26 * number
        parts += [_named(left - 8, y + 4, row.name, 24, "end"), _text(right + 8, y + 4, row.words, "small")]
        if row.value is not None:
            low = left if row.low is None else across(row.low)
            high = right if row.high is None else across(row.high)
            parts.append(_bar(Box(low, y - 1, high - low, 2), row.look))
            parts.append(_bar(Box(across(row.value) - 4, y - 4, 8, 8), row.look, row.words))
    return _svg(floor, parts, title)


class Gain(NamedTuple):
    """A lying bar from zero with its interval, in any unit; `words` is what it comes to."""

    name: str
    value: float
    low: float
    high: float
    words: str


def gains(rows: Sequence[Gain], title: str, *, least: float, most: float) -> SafeString:
    """Bars with intervals over a scale from `least` (at most zero) to `most`, so that several pictures compare. It is
    narrow, to be read on a phone.
    """
    left, right, tall, width = 112.0, 84.0, 26.0, 440.0

    def place(value: float) -> float:
        return left + (width - left - right) * (value - least) / (most - least)

    parts: list[str] = [_line(Box(place(0), 2, 0, len(rows) * tall), "axis")]
    for number, row in enumerate(rows):
        y, low, high = number * tall + 6, place(row.low), place(row.high)
        begin, end = sorted((place(0), place(row.value)))
        parts.append(_named(left - 8, y + 12, row.name, 22, "end"))
        parts.append(_bar(Box(begin, y, end - begin, tall - 10), "bar", f"{row.name}: {row.words}", 0.55))
        parts.append(_line(Box(low, y + 8, high - low, 0), "whisker"))
        parts += [_line(Box(each, y + 3, 0, 10), "whisker") for each in (low, high)]
        parts.append(_text(max(high, place(0)) + 6, y + 12, row.words, "small"))
    return _svg(len(rows) * tall + 8, parts, title, width=width, look=" is-narrow")
