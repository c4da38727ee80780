"""A customer's moods as a small drawing: a dot a message, from upset below to pleased above."""

from collections.abc import Sequence
from typing import Any

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.moods import MOOD_LABELS
from zhoudao.rooms.cases.queries.moods import Point

_WIDTH, _HEIGHT, _EDGE = 272, 84, 8


@frozen
class Dot:
    """A point where it is drawn."""

    point: Point
    words: str
    x: str
    y: str


def drawn(points: Sequence[Point]) -> dict[str, Any]:
    """What the customer's page draws; nothing where no message tells a mood."""
    if not points:
        return {"moods": None}
    step = (_WIDTH - 2 * _EDGE) / max(len(points) - 1, 1)
    middle, half = _HEIGHT // 2, _HEIGHT // 2 - _EDGE
    start = _EDGE if len(points) > 1 else _WIDTH / 2
    dots = [
        Dot(one, str(MOOD_LABELS[one.word]), f"{start + place * step:.1f}", f"{middle - half * one.score / 100:.1f}")
        for place, one in enumerate(points)
    ]
    line = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    counts = [(code, words, sum(one.word == code for one in points)) for code, words in MOOD_LABELS.items()]
    size = {"width": _WIDTH, "height": _HEIGHT, "middle": middle}
    return {"moods": {"dots": dots, "line": line, "last": dots[-1], "counts": counts, "size": size}}
