"""Air purifiers as a shop may sell them. Others take them from here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.catalogue.commands.kinds import Asked, Line, save_category, save_questions
from zhoudao.rooms.catalogue.commands.saving import Said, Sort, save_product
from zhoudao.rooms.catalogue.models import Category, Product

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
ZHAO = By("user:zhao")


def both(chinese: str, english: str) -> dict[str, str]:
    """A name in two languages."""
    return {"zh-Hans": chinese, "en": english}


FILTERS = {"hepa": both("高效", "HEPA"), "carbon": both("活性炭", "Carbon")}
COLOURS = {"white": both("白色", "White"), "black": both("黑色", "Black")}
LINES = [
    Line("noise", both("噪音", "Noise"), "number", "dB", better="less", praise=both("更安静", "quieter")),
    Line("room", both("适用面积", "Room"), "number", "m²", better="more"),
    Line("filter", both("滤网", "Filter"), "choice", choices=FILTERS),
    Line("night", both("夜间模式", "Night mode"), "flag"),
    Line("colour", both("颜色", "Colour"), "choice", choices=COLOURS, is_option=True),
]
HOW_QUIET = [(both("卧室", "Bedroom"), "40"), (both("无所谓", "It does not matter"), "")]
QUESTIONS = [
    Asked("budget", both("预算是多少？", "What may it cost?"), "budget", weight=3),
    Asked("room", both("房间多大？", "How large is the room?"), "number", "room", "at_least", weight=3),
    Asked("noise", both("要多安静？", "How quiet?"), "choice", "noise", "at_most", HOW_QUIET, is_must=True),
    Asked("night", both("要夜间模式吗？", "A night mode?"), "flag", "night", "is"),
]


def purifiers() -> Category:
    """The kind, with its specification and questions."""
    names = {"zh-Hans": "空气净化器", "zh-Hant": "空氣清淨機", "en": "Air purifiers"}
    save_category(code="air-purifiers", names=names, lines=LINES, by=ZHAO, at=NOW)
    return save_questions(code="air-purifiers", questions=QUESTIONS, by=ZHAO, at=NOW)


def purifier(code: str, name: str, skus: Mapping[str, str], **values: object) -> Product:
    """One product; `skus`: by number the colour."""
    sorts = [Sort(sku, {"colour": colour}) for sku, colour in skus.items()]
    said = Said(code, "air-purifiers", {"zh-Hans": name, "en": code}, sorts, "静风", {"zh-Hans": "安静。"}, values)
    return save_product(said=said, by=ZHAO, at=NOW)


def picture(size: tuple[int, int] = (2000, 1000), kind: str = "PNG") -> bytes:
    """One colour all over."""
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", size, "#335ab4").save(file, kind)
    return file.getvalue()
