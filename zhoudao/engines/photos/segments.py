"""Signs made of seven segments, read where lines of text were found: text models take them for other letters (a small b
for 6, EE for 33 on its head).

A short line is laid flat and upright, its signs are parted where no column is lit, and each is told by which of its
seven places are lit.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from zhoudao.engines.photos.drawing import SEGMENTS
from zhoudao.engines.photos.found import Box, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_MOST_SIGNS, _MOST_PLACES = 6, 4
_TALL = 120  # pixels a line is laid flat to, without its margin
_MARGINS = (
    0.1,
    -0.05,
    -0.15,
)  # of its height, on each side: of a box around the signs, and of one around their display
_LEANS = (0.0, 0.06, 0.12, 0.18)  # how far a sign may lean to the right, as a share of its height
_ZONES = {  # top, bottom, left, right as shares of a sign
    "a": (0.0, 0.13, 0.3, 0.7), "b": (0.18, 0.4, 0.8, 1.0), "c": (0.6, 0.82, 0.8, 1.0), "d": (0.87, 1.0, 0.3, 0.7),
    "e": (0.6, 0.82, 0.0, 0.2), "f": (0.18, 0.4, 0.0, 0.2), "g": (0.44, 0.56, 0.3, 0.7),
}  # fmt: skip
_HOLES = ((0.2, 0.38), (0.62, 0.8))  # what is never lit
_SIGNS = {
    frozenset(lit): sign for sign, lit in reversed(SEGMENTS.items())
}  # digits go before letters of the same shape
_SIGNS |= {frozenset("abcfg"): "9", frozenset("abcf"): "7"}  # as some makers draw them


def segments_on(picture: "Pixels", lines: Sequence[Line], how: str) -> tuple[Line, ...]:
    """What short lines of text say if they are made of seven segments; none where they are not."""
    found = []
    for box in _places(lines):
        ways = [read for margin in _MARGINS if (read := _read(picture, box, margin, how)) is not None]
        found += sorted(ways, key=lambda each: -each.confidence)[:1]
    return tuple(found)


def _places(lines: Sequence[Line]) -> Iterator[Box]:
    """Where short lines are; and all of them as one, where a model saw a code in pieces."""
    short = [one for one in lines if len(one.text.replace(" ", "")) <= _MOST_SIGNS][:_MOST_PLACES]
    yield from (one.box for one in short)
    if 2 <= len(short) <= 3:
        yield _around([one.box for one in short])


def _around(boxes: Sequence[Box]) -> Box:
    """The smallest box around others, turned as the tallest of them is."""
    import numpy as np

    tallest = np.array(max(boxes, key=lambda box: float(np.hypot(*(np.array(box[3]) - np.array(box[0]))))))
    along = tallest[1] - tallest[0]
    along = along / max(1e-6, float(np.hypot(*along)))
    turn = np.array([along, (-along[1], along[0])])
    there = np.vstack([np.array(box) for box in boxes]) @ turn.T
    (left, top), (right, bottom) = there.min(0), there.max(0)
    back = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) @ turn
    return tuple((float(x), float(y)) for x, y in back)


def _read(picture: "Pixels", box: Box, margin: float, how: str) -> Line | None:
    import numpy as np

    lit = _lit(picture, box, margin)
    runs, leant = max((_runs(_leaning(lit, lean)) for lean in _LEANS), key=lambda each: (len(each[0]), -each[2]))[:2]
    rows = np.flatnonzero(leant.any(axis=1))
    if not 1 <= len(runs) <= _MOST_SIGNS or len(rows) < _TALL // 3:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    wide = max(end - start for start, end in runs)
    signs = [_sign(leant[top:bottom, start:end], wide) for start, end in runs]
    if not all(sign for sign, _sure in signs):
        return None
    sure = tuple(each for _sign, each in signs)
    return Line("".join(sign for sign, _sure in signs), min(sure), box, how, sure)


def _lit(picture: "Pixels", box: Box, share: float) -> Any:
    """The place laid flat, each point lit or not: what differs from most of it."""
    import cv2
    import numpy as np

    corners = np.array(box, np.float32)
    wide = float(np.hypot(*(corners[1] - corners[0])))
    tall = max(1.0, float(np.hypot(*(corners[3] - corners[0]))))
    margin, width = _TALL * share, min(1_200.0, _TALL * wide / tall)
    flat = np.array(
        [(margin, margin), (margin + width, margin), (margin + width, margin + _TALL), (margin, margin + _TALL)],
        np.float32,
    )
    size = (round(width + 2 * margin), round(_TALL + 2 * margin))
    way = cv2.getPerspectiveTransform(corners, flat)
    seen: Any = cv2.warpPerspective(picture, way, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    differs = np.abs(seen.astype(np.int16) - np.median(seen, axis=(0, 1))).max(axis=2).astype(np.uint8)
    _threshold, lit = cv2.threshold(cv2.GaussianBlur(differs, (5, 5), 0), 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return cv2.morphologyEx(lit, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))


def _leaning(lit: Any, lean: float) -> Any:
    """The same with signs that lean to the right set upright."""
    import cv2
    import numpy as np

    height, width = lit.shape
    shear = np.array([[1, lean, -lean * height / 2], [0, 1, 0]], np.float32)
    return cv2.warpAffine(lit, shear, (width, height), flags=cv2.INTER_NEAREST)


def _runs(lit: Any) -> tuple[list[tuple[int, int]], Any, int]:
    """Where lit columns begin and end, what they are of, and how many there are."""
    import numpy as np

    columns = lit.sum(axis=0) > 1
    edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]]).astype(np.int8)))
    runs = [(int(start), int(end)) for start, end in edges.reshape(-1, 2) if end - start >= 6]
    return runs, lit, int(columns.sum())


def _sign(lit: Any, wide: int) -> tuple[str, float]:
    """The sign and how sure that is; a narrow one is a 1, where both its places are lit."""
    height, width = lit.shape
    if width < 0.5 * wide or width < 0.3 * height:
        full = float(lit.any(axis=1).mean())
        return ("1", full) if full > 0.8 else ("", 0.0)
    holes = [
        lit[round(top * height) : round(bottom * height), round(0.35 * width) : round(0.65 * width)]
        for top, bottom in _HOLES
    ]
    if max(float(hole.mean()) for hole in holes) > 0.4:
        return "", 0.0
    filled = {}
    for name, (top, bottom, left, right) in _ZONES.items():
        zone = lit[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
        along = zone.max(axis=0 if name in "adg" else 1)
        filled[name] = float(along.mean())
    on = frozenset(name for name, share in filled.items() if share > 0.5)
    return _SIGNS.get(on, ""), min(abs(share - 0.5) * 2 for share in filled.values())
