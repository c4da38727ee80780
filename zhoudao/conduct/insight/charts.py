"""Pictures of a diagnosis as SVG: they need no script, print, and follow light and dark by their classes."""

from collections.abc import Iterable, Sequence
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


class Mark(NamedTuple):
    """A line at a place among bars, with words."""

    place: float
    words: str


def _svg(height: float, parts: Iterable[str], title: str) -> SafeString:
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg class="picture" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        f"{WIDTH:g}", f"{height:g}", title, title, drawn,
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
