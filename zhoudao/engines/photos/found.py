"""What was found on a photo, before anything of it is believed."""

from dataclasses import field

from zhoudao.kit.frozen import frozen

Box = tuple[tuple[float, float], ...]  # four corners in pixels of the opened picture, x then y


@frozen
class Code:
    """A barcode or matrix code: its kind (`Code 128`, `QR Code`, …), its text, where it is, the step that found it."""

    kind: str
    text: str
    box: Box
    how: str


@frozen
class Line:
    """A line of text with how sure it is (0 to 1), where it is, and the step that found it; `signs`: how sure each of
    its letters is, spaces left out, where that is known.
    """

    text: str
    confidence: float
    box: Box
    how: str
    signs: tuple[float, ...] = field(default_factory=tuple)


@frozen
class Found:
    """All of a photo. `steps` were walked in this order; `is_cut_short`: time was up before the last of them."""

    codes: tuple[Code, ...] = field(default_factory=tuple)
    lines: tuple[Line, ...] = field(default_factory=tuple)
    steps: tuple[str, ...] = field(default_factory=tuple)
    is_cut_short: bool = False
