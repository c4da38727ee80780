"""The tree of reasons as a picture: each reason's height is its share, what it is made of stands to its right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.tallies.reasons import Node, Path

HEIGHT, _LEAST, _WORDY, _GAP = 440.0, 3.0, 17.0, 1.5
_COLUMNS = ((0, 30), (30, 40), (70, 30))  # per cent of the width: kinds, causes, products
_WITHOUT_PRODUCTS = ((0, 40), (40, 60))
_TONES = {kind: place for place, kind in enumerate(Kind.values)}


@frozen
class Box:
    """One reason's place: `x` and `width` in per cent, `y` and `height` in pixels; `line` says what it is."""

    x: int
    width: int
    y: float
    height: float
    tone: int
    line: Any

    @property
    def is_wordy(self) -> bool:
        """Whether there is room for a name."""
        return self.height >= _WORDY

    @property
    def middle(self) -> float:
        """Where the name stands."""
        return round(min(self.height / 2 + 5, 22.0), 1)


@dataclass
class _Drawing:
    """What is drawn: `scale` pixels for each of `size`."""

    size: Callable[[Node], int]
    scale: float
    lines: Mapping[Path, Any]
    columns: Sequence[tuple[int, int]]
    boxes: list[Box] = field(default_factory=list)

    def place(self, node: Node, top: float) -> None:
        """This will draw what is under a reason, from `top` down."""
        for one in sorted(node.under, key=lambda under: (-self.size(under), str(under.path))):
            height = self.size(one) * self.scale
            if height >= _LEAST:
                x, width = self.columns[one.path.depth - 1]
                tone = _TONES.get(one.path.kind or "", 0)
                self.boxes.append(Box(x, width, round(top, 1), round(height - _GAP, 1), tone, self.lines[one.path]))
                self.place(one, top)
            top += height


def drawn(root: Node, size: Callable[[Node], int], lines: Mapping[Path, Any]) -> list[Box]:
    """Boxes from the top, the largest first; what would be a hair is left to the table. Nothing to draw: none."""
    whole = size(root)
    if not whole:
        return []
    has_products = any(size(one) for kind in root.under for cause in kind.under for one in cause.under)
    drawing = _Drawing(size, HEIGHT / whole, lines, _COLUMNS if has_products else _WITHOUT_PRODUCTS)
    drawing.place(root, 0.0)
    return drawing.boxes
