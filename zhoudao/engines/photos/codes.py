"""Barcodes and matrix codes of a picture; and the places that look like a barcode, straightened and cleaned for another
look.

Source: zxing-cpp reads; where bars lie is found by how much the gradients around a point agree on one direction
(J. Bigün, G. Granlund: Optimal orientation detection of linear symmetry, 1987).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zhoudao.engines.photos.found import Code
from zhoudao.kit.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MOST_CODES, LONGEST_TEXT = 12, 400
_MOST_PLACES = 3
_LOOKED_AT = 900  # pixels of the longer side on which bars are looked for
_WIDEST = 1_500  # pixels of a straightened place


@frozen
class Place:
    """Where bars lie: the middle, length along and across them in pixels, and how far they are turned in degrees."""

    x: float
    y: float
    length: float
    height: float
    turn: float


def codes_on(gray: "Pixels", how: str) -> tuple[Code, ...]:
    """All codes zxing reads on a picture in shades of grey as it is."""
    import zxingcpp

    found = []
    for one in zxingcpp.read_barcodes(gray)[:MOST_CODES]:
        corners = (one.position.top_left, one.position.top_right, one.position.bottom_right, one.position.bottom_left)
        if one.valid and 0 < len(one.text) <= LONGEST_TEXT:
            box = tuple((float(each.x), float(each.y)) for each in corners)
            found.append(Code(str(one.format), one.text, box, how))
    return tuple(found)


def retries(gray: "Pixels") -> Iterator[tuple[str, "Pixels"]]:
    """The picture again, each time prepared otherwise: the places where bars lie straightened and enlarged, as they are
    and without noise and sharpened; then all of it with its contrast evened out, and sharpened.
    """
    import cv2

    for number, place in enumerate(places_of_bars(gray)):
        straight = straightened(gray, place)
        yield f"place-{number}", straight
        calm = cv2.medianBlur(straight, 5)
        yield f"place-{number}-sharp", _sharp(calm, 3.0)
        tall = cv2.resize(cv2.blur(straight, (1, max(3, straight.shape[0] // 4))), (straight.shape[1], 160))
        yield f"place-{number}-drawn", _sharp(tall, 4.0)
    even = _same(cv2.createCLAHE(3.0, (8, 8)).apply(gray))
    yield "contrast", even
    yield "sharp", _sharp(cv2.medianBlur(even, 3), 2.5)


def places_of_bars(gray: "Pixels") -> list[Place]:
    """Where bars lie, the strongest first; in pixels of the picture given."""
    import cv2
    import numpy as np

    factor = min(1.0, _LOOKED_AT / max(gray.shape))
    small: Any = cv2.GaussianBlur(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), (3, 3), 0)
    across, down = cv2.Scharr(small, cv2.CV_32F, 1, 0), cv2.Scharr(small, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.blur(one, (25, 25)) for one in (across * across, down * down, across * down))
    energy = xx + yy
    agreed = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (energy + 1e-3)
    strong = energy > max(float(np.percentile(energy, 99)) * 0.15, 4_000.0)
    mask = ((agreed > 0.7) & strong).astype(np.uint8)
    count, labels, stats, _middles = cv2.connectedComponentsWithStats(mask)
    found = []
    for label in np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:_MOST_PLACES] + 1 if count > 1 else ():
        if stats[label, cv2.CC_STAT_AREA] >= 600:
            inside = labels == label
            two = 2 * float(xy[inside].mean()), float((xx - yy)[inside].mean())
            found.append(_place(np.argwhere(inside)[:, ::-1], float(np.degrees(np.arctan2(*two)) / 2), factor))
    return found


def _place(points: Any, turn: float, factor: float) -> Place:
    """The smallest upright box around points, as seen by who looks along the bars' direction."""
    import numpy as np

    angle = np.radians(turn)
    along = points @ np.array([np.cos(angle), np.sin(angle)])
    beside = points @ np.array([-np.sin(angle), np.cos(angle)])
    u, v = (along.max() + along.min()) / 2, (beside.max() + beside.min()) / 2
    x, y = u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)
    return Place(x / factor, y / factor, np.ptp(along) / factor, np.ptp(beside) / factor, turn)


def straightened(gray: "Pixels", place: Place) -> "Pixels":
    """A place of bars with its bars upright and a margin on both sides, two to four times as large."""
    import cv2
    import numpy as np

    margin = 0.12 * place.length + 24
    wide, tall = place.length + 2 * margin, max(place.height * 0.8, 24.0)
    scale = max(1.0, min(4.0, _WIDEST / wide))
    turn: Any = cv2.getRotationMatrix2D((place.x, place.y), place.turn, scale)
    turn[0, 2] += wide * scale / 2 - place.x
    turn[1, 2] += tall * scale / 2 - place.y
    size = (round(wide * scale), round(tall * scale))
    seen = cv2.warpAffine(gray, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return _same(cv2.normalize(seen, np.zeros_like(seen), 0, 255, cv2.NORM_MINMAX))


def _sharp(gray: Any, strength: float) -> "Pixels":
    import cv2

    soft = cv2.GaussianBlur(gray, (0, 0), 3)
    return _same(cv2.addWeighted(gray, 1 + strength, soft, -strength, 0))


def _same(pixels: Any) -> "Pixels":
    """OpenCV gives what it got; its types do not say so."""
    same: Pixels = pixels
    return same
