"""One photo read, step by step, until what was found is enough or time is up: codes as they are, codes of prepared
pictures, text, and short lines of it as seven segments.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from zhoudao.engines.photos.found import Found
from zhoudao.engines.photos.opening import open_photo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

SECONDS = 2.5  # a step is not begun after that
_FOR_CODES = 0.5  # of it, before text is looked at
_OF_TEXT = ("text", "segments", "text-contrast")
_Look = Callable[[str, Found], Found]  # of the step's name and what was found before it


def read_photo(
    content: bytes,
    *,
    is_enough: Callable[[Found], bool],
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """What is on a photo. Each step is begun only while what was found so far is not enough and time is left; text is
    looked for once however long codes took.

    Raises: PhotoUnread (PhotoUnknown, PhotoBroken, PhotoTooLarge, PhotoTooSmall, PhotoMoves), ModelsMissing
    """
    began = clock()
    picture = open_photo(content)
    found = Found()
    for step, is_first_text, look in _steps(picture):
        left = seconds - (clock() - began)
        if _is_late(step, left, seconds) and not is_first_text:
            found = Found(found.codes, found.lines, found.steps, is_cut_short=True)
            continue
        more = look(step, found)
        codes = tuple({(one.kind, one.text): one for one in (*more.codes, *found.codes)}.values())
        found = Found(codes, (*found.lines, *more.lines), (*found.steps, step), found.is_cut_short)
        if is_enough(found):
            return found
    return found


def _is_late(step: str, left: float, seconds: float) -> bool:
    """Whether it is too late to begin a step."""
    return left < 0 if step in _OF_TEXT else left < seconds * (1 - _FOR_CODES)


def _steps(picture: "Pixels") -> Iterator[tuple[str, bool, _Look]]:
    """Every step with its name, whether it is the first look at text, and what it does; prepared as they are begun."""
    import cv2

    from zhoudao.engines.photos.codes import retries
    from zhoudao.engines.photos.lines import lines_on
    from zhoudao.engines.photos.segments import segments_on

    cv2.setNumThreads(1)
    gray: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    yield "plain", False, partial(_codes_of, gray)
    for name, prepared in retries(gray):
        yield name, False, partial(_codes_of, prepared)
    yield "text", True, lambda step, _found: Found(lines=lines_on(picture, step))
    yield "segments", False, lambda step, found: Found(lines=segments_on(picture, found.lines, step))
    yield "text-contrast", False, lambda step, _found: Found(lines=lines_on(_evened(picture), step, is_upright=True))


def _codes_of(prepared: "Pixels", step: str, _found: Found) -> Found:
    from zhoudao.engines.photos.codes import codes_on

    return Found(codes=codes_on(prepared, step))


def _evened(picture: "Pixels") -> "Pixels":
    """The picture with its light evened out, half as large again where it is small."""
    import cv2
    import numpy as np

    shade: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    shade[:, :, 0] = cv2.createCLAHE(3.0, (8, 8)).apply(np.ascontiguousarray(shade[:, :, 0]))
    even: Any = cv2.cvtColor(shade, cv2.COLOR_LAB2RGB)
    if max(even.shape) <= 1_000:
        even = cv2.resize(even, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    return np.asarray(even, dtype=np.uint8)
