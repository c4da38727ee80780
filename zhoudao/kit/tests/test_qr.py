"""A QR code is drawn as the picture the library itself would make."""

import re

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from zhoudao.kit.qr import QUIET_ZONE, qr_path


def test_the_path_fills_exactly_the_dark_modules() -> None:
    text = "https://shop.example.com/p/4dGq8_3kd0-abcdefghijklmnop/"
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    wanted = {(x, y) for y, row in enumerate(code.get_matrix()) for x, cell in enumerate(row) if cell}
    drawing = qr_path(text)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawing.path)
    assert all(length == back for _, _, length, back in runs)
    drawn = {(int(x) + step, int(y)) for x, y, length, _ in runs for step in range(int(length))}
    assert (drawn, drawing.size) == (wanted, len(code.get_matrix()))
    assert "".join("".join(f"M{x} {y}h{n}v1h-{n}z") for x, y, n, _ in runs) == drawing.path, "and nothing else"
