"""The plan of a programme as a picture: a bar a milestone, the phases in their order, today as a line."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhoudao.kit.frozen import frozen

Across = Callable[[date], float]
WIDTH, LEFT, ROW, TOP = 900, 210, 26, 30
_ROW = (
    '<text x="0" y="{}" class="small">{}</text>'
    '<rect x="{}" y="{}" width="{}" height="14" rx="4" class="gantt-bar is-{}"><title>{}</title></rect>'
)
_MARK = '<line x1="{}" x2="{}" y1="18" y2="{}" class="axis"/><text x="{}" y="12" class="small middle">{}</text>'


@frozen
class Bar:
    """One milestone: `state` is done, late, open or ahead; `says` is read where it is pointed at."""

    name: str
    first: date
    last: date
    state: str
    says: str


def gantt(bars: Sequence[Bar], today: date, title: str) -> SafeString:
    """The picture as SVG; empty without bars."""
    if not bars:
        return SafeString("")
    first = min(bar.first for bar in bars)
    last = max(*(bar.last for bar in bars), first + timedelta(days=6))
    height = TOP + ROW * len(bars) + 6

    def across(day: date) -> float:
        return LEFT + (WIDTH - LEFT - 10) * (day - first).days / ((last - first).days + 1)

    drawn = format_html_join("", _ROW, (_bar(n, bar, across) for n, bar in enumerate(bars)))
    stops = [first + (last - first) * n / 4 for n in range(5)]
    places = [(f"{across(at):.1f}", f"{at:%m-%d}") for at in stops]
    marks = format_html_join("", _MARK, ((x, x, height, x, words) for x, words in places))
    line = SafeString("")
    if first <= today <= last:
        x = f"{across(today):.1f}"
        line = format_html('<line x1="{}" x2="{}" y1="18" y2="{}" class="mark"/>', x, x, height)
    return format_html(
        '<svg class="picture gantt" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}{}{}</svg>',
        WIDTH, height, title, title, marks, drawn, line,
    )  # fmt: skip


def _bar(n: int, bar: Bar, across: Across) -> tuple[str, ...]:
    top, begun = TOP + ROW * n, across(bar.first)
    width = max(across(bar.last + timedelta(days=1)) - begun, 4.0)
    name = bar.name if len(bar.name) <= 16 else f"{bar.name[:15]}…"
    return f"{top + 12}", name, f"{begun:.1f}", f"{top}", f"{width:.1f}", bar.state, bar.says
