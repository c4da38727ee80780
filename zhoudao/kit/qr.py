"""QR codes as one SVG path, for posters and slips: no picture library, nothing inline that a strict policy refuses."""

import sys

from zhoudao.kit.frozen import frozen

# qrcode takes the picture library along wherever it is installed (WeasyPrint brings it); we draw without it, and the
# web processes have no room for it
_pictures = sys.modules.get("PIL")
sys.modules["PIL"] = None  # type: ignore[assignment]  # how Python is told that there is no such module
try:
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode
finally:
    del sys.modules["PIL"]
    if _pictures is not None:
        sys.modules["PIL"] = _pictures

QUIET_ZONE = 4  # modules of white around it, as readers expect


@frozen
class Drawing:
    """`path` in a square of `size` modules, the quiet zone included."""

    size: int
    path: str


def qr_path(text: str) -> Drawing:
    """The QR code of a text: each row's dark runs as one path."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = [run for y, row in enumerate(matrix) for run in _runs([bool(cell) for cell in row], y)]
    return Drawing(len(matrix), "".join(runs))


def _runs(row: list[bool], y: int) -> list[str]:
    """`M x y h length v 1 h -length z` for each run of dark modules."""
    found, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            found.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return found
