"""Pictures of name plates and displays with known contents, as a phone would take them: for measuring and for trying.

The same generator and the same words are the same picture. What distorts is drawn from it, by level: 0 as printed,
1 mild, 2 medium, 3 hard (any angle, small, blurred).
"""

from typing import TYPE_CHECKING, Any

from zhoudao.kit.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Chance = np.random.Generator

CODES = ("Code128", "QRCode", "DataMatrix")
_WIDTH, _HEIGHT = 1_600, 1_200
# a b c d e f g: top, upper right, lower right, bottom, lower left, upper left, middle
SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", "A": "abcefg", "B": "cdefg", "C": "adef", "D": "bcdeg", "E": "adefg", "F": "aefg",
    "H": "bcefg", "L": "def", "O": "abcdef", "P": "abefg", "S": "afgcd", "U": "bcdef",
}  # fmt: skip


@frozen
class Level:
    """How much a picture is distorted: `turn` in degrees each way, `skew` as a share of its side, `shade` as a share of
    brightness, `blur` and `noise` as deviations (pixels, of 255), `scale`, and the quality of JPEG.
    """

    turn: float
    skew: float
    shade: float
    blur: tuple[float, float]
    noise: float
    scale: tuple[float, float]
    quality: int


LEVELS = (
    Level(0, 0, 0, (0, 0), 0, (1, 1), 95),
    Level(8, 0.02, 0.25, (0.3, 0.8), 4, (0.85, 1), 85),
    Level(25, 0.05, 0.45, (0.8, 1.4), 8, (0.75, 1), 70),
    Level(180, 0.07, 0.55, (1.3, 2.0), 10, (0.55, 0.7), 55),
)


def plate(rng: "Chance", *, serial: str, code: str = "", sku: str = "WM-8", lines: tuple[str, ...] = ()) -> "Pixels":
    """A name plate: brand, model, what it draws, its serial number in print and, where `code` names a kind of `CODES`,
    as that code; `lines` are printed below.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    dark, light = (20, 22, 26), (246, 246, 243)
    ink, paper = (light, (52, 56, 62)) if not code and rng.random() < 0.3 else (dark, light)
    picture = Image.new("RGB", (940, 560), paper)
    pen: Any = ImageDraw.Draw(picture)
    pen.rectangle((8, 8, 931, 551), outline=ink, width=3)
    pen.text((40, 32), "SEAGULL", font=_font(52), fill=ink)
    pen.text((560, 42), f"MODEL {sku}", font=_font(32), fill=ink)
    for row, words in enumerate(("220-240V~ 50Hz 2000W", "IPX4  8.0 kg  max 1.0 MPa")):
        pen.text((40, 112 + 44 * row), words, font=_font(28), fill=ink)
    pen.text((40, 212), f"S/N: {serial}", font=_font(int(rng.integers(34, 46))), fill=ink)
    for row, words in enumerate(lines):
        pen.text((40, 272 + 34 * row), words, font=_font(24), fill=ink)
    if code:
        square = code != "Code128"
        drawn = _encoded(code, serial, 6 if square else int(rng.integers(3, 5)), 90)
        if drawn.shape[1] > 860:
            drawn = _encoded(code, serial, 3, 90)
        picture.paste(Image.fromarray(drawn), (640 if square else 40, 290 if square else 340))
    return np.asarray(picture, dtype=np.uint8)


def display(rng: "Chance", *, code: str, is_segmented: bool) -> "Pixels":
    """The display of a device that shows an error code, in letters or in seven segments."""
    import numpy as np
    from PIL import Image, ImageDraw

    if is_segmented:
        glow, panel = [((255, 60, 40), (24, 12, 12)), ((90, 255, 140), (10, 22, 14)), ((20, 26, 20), (176, 190, 168))][
            int(rng.integers(3))
        ]
        return _segmented(code, glow, panel)
    ink, panel = [((30, 36, 30), (182, 196, 170)), ((235, 240, 245), (18, 30, 60))][int(rng.integers(2))]
    picture = Image.new("RGB", (760, 360), panel)
    pen: Any = ImageDraw.Draw(picture)
    pen.text((60, 50), "ERROR", font=_font(60), fill=ink)
    pen.text((60, 150), code, font=_font(130), fill=ink)
    return np.asarray(picture, dtype=np.uint8)


def photographed(picture: "Pixels", level: int, rng: "Chance") -> bytes:
    """The picture on something, as a phone at this level (0 to 3) takes it: a JPEG of 1600 × 1200."""
    import cv2
    import numpy as np

    how = LEVELS[level]
    size = (_WIDTH, _HEIGHT)
    way = _way(picture, how, rng)
    scene = _ground(rng, is_plain=level == 0)
    seen = cv2.warpPerspective(picture, way, size, flags=cv2.INTER_LINEAR)
    over = cv2.warpPerspective(np.full(picture.shape[:2], 255, np.uint8), way, size)
    scene[over > 127] = seen[over > 127]
    lit: Any = scene.astype(np.float32) * _light(how, rng)[..., None]
    if how.blur[1]:
        lit = cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(*how.blur)))
    if how.noise:
        lit = lit + rng.normal(0, how.noise, lit.shape)
    taken = cv2.cvtColor(np.clip(lit, 0, 255).astype(np.uint8), cv2.COLOR_RGB2BGR)
    _done, content = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, how.quality])
    return content.tobytes()


def _way(picture: "Pixels", how: Level, rng: "Chance") -> Any:
    """From the picture's corners to where they are seen."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    scale = float(rng.uniform(*how.scale)) * min(1.0, 1_150 / width)
    turn = np.deg2rad(float(rng.uniform(-how.turn, how.turn)))
    ends = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float32) / 2
    turned = ends @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32) * scale
    skewed = turned + rng.uniform(-how.skew, how.skew, (4, 2)) * (width * scale, height * scale)
    seen = skewed + (_WIDTH / 2, _HEIGHT / 2) + rng.uniform(-40, 40, 2) * (how.turn > 0)
    middle = np.array([width / 2, height / 2], np.float32)
    return cv2.getPerspectiveTransform(ends + middle, seen.astype(np.float32))


def _ground(rng: "Chance", *, is_plain: bool) -> Any:
    """What lies around it: brushed metal or painted tin."""
    import cv2
    import numpy as np

    tone = rng.integers(90, 200, 3)
    ground = np.broadcast_to(tone, (_HEIGHT, _WIDTH, 3)).astype(np.float32)
    if is_plain:
        return ground.astype(np.uint8)
    grain = cv2.GaussianBlur(rng.normal(0, 40, (_HEIGHT, _WIDTH)).astype(np.float32), (0, 0), 12, sigmaY=1)
    return np.clip(ground + grain[..., None], 0, 255).astype(np.uint8)


def _light(how: Level, rng: "Chance") -> Any:
    """Brightness over the picture: falling off to one side, with the edge of a shadow."""
    import numpy as np

    down, right = np.mgrid[-1 : 1 : _HEIGHT * 1j, -1 : 1 : _WIDTH * 1j].astype(np.float32)
    side, edge = rng.uniform(0, 2 * np.pi), rng.uniform(-0.6, 0.6)
    along = np.cos(side) * right + np.sin(side) * down
    shadow = 1 / (1 + np.exp(-(along - edge) * 12))
    return 1 - how.shade * (0.25 * (along + 1) + 0.5 * shadow)


def _encoded(kind: str, text: str, scale: int, tall: int) -> "Pixels":
    import numpy as np
    import zxingcpp

    made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    drawn = np.asarray(made.to_image(scale=scale, add_quiet_zones=True), dtype=np.uint8)
    if kind == "Code128":
        return np.repeat(drawn[:1], tall * 2, axis=0)
    return drawn


def _segmented(code: str, glow: tuple[int, int, int], panel: tuple[int, int, int]) -> "Pixels":
    """In seven segments, leaning a little, as they are made."""
    import cv2
    import numpy as np

    wide, tall, thick, gap = 120, 220, 26, 44
    picture = np.full((tall + 140, (wide + gap) * len(code) + 160, 3), panel, np.uint8)
    for place, letter in enumerate(code):
        left, top = 80 + place * (wide + gap), 70
        for segment in SEGMENTS[letter]:
            x0, y0, x1, y1 = _ends(segment, wide, tall)
            lean = 22
            start = (left + x0 + round(lean * (1 - y0 / tall)), top + y0)
            end = (left + x1 + round(lean * (1 - y1 / tall)), top + y1)
            cv2.line(picture, start, end, glow, thick, cv2.LINE_AA)
    return picture


def _ends(segment: str, wide: int, tall: int) -> tuple[int, int, int, int]:
    """Where a segment lies, a little apart from the others."""
    half, off = tall // 2, 20
    return {
        "a": (off, 0, wide - off, 0),
        "b": (wide, off, wide, half - off),
        "c": (wide, half + off, wide, tall - off),
        "d": (off, tall, wide - off, tall),
        "e": (0, half + off, 0, tall - off),
        "f": (0, off, 0, half - off),
        "g": (off, half, wide - off, half),
    }[segment]


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
