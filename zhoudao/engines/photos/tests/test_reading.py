"""Photos are opened under limits and read step by step. The OCR is loaded once."""

import io
import itertools
import socket
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from zhoudao.engines.photos.drawing import display, photographed, plate
from zhoudao.engines.photos.found import Found
from zhoudao.engines.photos.opening import (
    LONGEST,
    PhotoBroken,
    PhotoMoves,
    PhotoTooLarge,
    PhotoTooSmall,
    PhotoUnknown,
    open_photo,
)
from zhoudao.engines.photos.reading import read_photo


def sent(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG that says it is as large as this, in a hundred bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + made


def test_fifty_megapixels_are_opened_small_and_bombs_not_at_all() -> None:
    large = sent(Image.new("RGB", (8_160, 6_144), "white"), "JPEG", quality=30)
    assert max(open_photo(large).shape) == LONGEST
    for width, height in ((50_000, 50_000), (10_000, 5_000), (60_000, 30)):
        with pytest.raises(PhotoTooLarge):
            open_photo(claims(width, height))


def test_moving_broken_tiny_and_other_files_are_refused_by_name() -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    moving = sent(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=90)
    whole = sent(Image.effect_noise((300, 300), 60), "JPEG")
    refused = {
        PhotoMoves: [moving],
        PhotoBroken: [whole[: len(whole) // 2], claims(400, 400)],
        PhotoTooSmall: [sent(Image.new("RGB", (8, 200)))],
        PhotoUnknown: [b"", b"<svg/>", b"GIF89a" + bytes(40), whole[:2], sent(frames[0], "TIFF")],
    }
    for kind, contents in refused.items():
        for content in contents:
            with pytest.raises(kind):
                open_photo(content)


def test_a_photo_stands_upright_and_what_is_clear_is_white() -> None:
    rows = np.zeros((40, 80, 3), np.uint8)
    rows[:, 40:] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    turned = open_photo(sent(Image.fromarray(rows), "PNG", exif=exif))
    assert turned.shape == (80, 40, 3)
    assert (turned[:40].max(), turned[41:].min()) == (0, 255)
    assert open_photo(sent(Image.new("RGBA", (30, 30), (0, 0, 0, 0)))).min() == 255
    assert open_photo(sent(Image.new("LA", (30, 30), (0, 0)))).min() == 255


@pytest.mark.parametrize("kind", ["Code128", "QRCode", "DataMatrix"])
@pytest.mark.parametrize("level", [1, 2])
def test_a_code_is_read_off_a_photo_taken_askew(kind: str, level: int) -> None:
    rng = np.random.default_rng(41)
    photo = photographed(plate(rng, serial="ZD-0815-KQRS", code=kind), level, rng)
    found = read_photo(photo, is_enough=lambda so_far: any(one.text == "ZD-0815-KQRS" for one in so_far.codes))
    assert [one.text for one in found.codes] == ["ZD-0815-KQRS"]
    assert "text" not in found.steps


def test_bars_are_straightened_where_they_cannot_be_read_as_they_are() -> None:
    rng = np.random.default_rng(54)
    photo = photographed(plate(rng, serial="ZD-0815-KQRS", code="Code128"), 2, rng)
    found = read_photo(photo, is_enough=lambda so_far: bool(so_far.codes))
    assert [(one.kind, one.text) for one in found.codes] == [("Code 128", "ZD-0815-KQRS")]
    assert found.codes[0].how.startswith("place-")


def test_print_and_displays_are_read_with_how_sure_each_letter_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("it looked for something outside"))
    rng = np.random.default_rng(43)
    photo = photographed(plate(rng, serial="ZD-0815-KQRS"), 1, rng)
    found = read_photo(photo, is_enough=lambda so_far: bool(so_far.lines))
    (line,) = [one for one in found.lines if "KQRS" in one.text]
    assert line.text.replace(" ", "").endswith("ZD-0815-KQRS")
    assert len(line.signs) == len(line.text.replace(" ", ""))
    shown = photographed(display(rng, code="EE", is_segmented=True), 1, rng)
    read = read_photo(shown, is_enough=lambda so_far: "segments" in so_far.steps)
    assert "EE" in [one.text for one in read.lines], "which the OCR takes for 33"


def test_when_time_is_up_text_is_still_looked_at_once_and_it_is_said() -> None:
    seconds = itertools.count(0, 100)
    photo = sent(Image.effect_noise((400, 300), 40).convert("RGB"))
    found = read_photo(photo, is_enough=lambda _found: False, clock=lambda: next(seconds))
    assert (found.steps, found.is_cut_short) == (("text",), True)
    assert found.codes == Found().codes


def test_nothing_heavy_is_imported_with_the_engine() -> None:
    heavy = "cv2 numpy PIL zxingcpp rapidocr onnxruntime"
    code = (
        "import sys; from zhoudao.engines.photos import faults, reading, serials"
        f"; print([name for name in '{heavy}'.split() if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_photo_not_sent_whole_is_refused_also_where_others_fill_them_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image, ImageFile

    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint sets it
    file = io.BytesIO()
    Image.effect_noise((640, 480), 90).convert("RGB").save(file, "JPEG")
    with pytest.raises(PhotoBroken):
        open_photo(file.getvalue()[: len(file.getvalue()) // 2])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True
