"""The tiles of the front door, as shipped and as they stand."""

from typing import Any

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.entrances.models import Tile
from zhoudao.rooms.entrances.targets import LINK, target_of

ICONS = (
    *("message-circle", "package", "megaphone", "wrench", "calendar", "phone", "map-pin", "circle-help", "sparkles"),
    *("heart-handshake", "gift", "rotate-ccw", "truck", "shield", "star", "store", "clock", "list-checks", "book-open"),
)
SHIPPED: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    (
        "message-circle",
        "chat",
        {"zh-Hans": "在线咨询", "zh-Hant": "線上諮詢", "en": "Ask a question"},
        {"zh-Hans": "马上开始聊天", "zh-Hant": "馬上開始聊天", "en": "Chat with us now"},
    ),
    (
        "package",
        "help:order",
        {"zh-Hans": "我的订单到哪了", "zh-Hant": "我的訂單到哪了", "en": "Where is my order"},
        {"zh-Hans": "查物流、改订单、要发票", "zh-Hant": "查物流、改訂單、要發票", "en": "Track, change, invoice"},
    ),
    (
        "wrench",
        "help:return",
        {"zh-Hans": "退换与维修", "zh-Hant": "退換與維修", "en": "Return or repair"},
        {"zh-Hans": "坏了、错了、不想要了", "zh-Hant": "壞了、錯了、不想要了", "en": "Broken, wrong, not wanted"},
    ),
    (
        "megaphone",
        "help:complaint",
        {"zh-Hans": "投诉", "zh-Hant": "投訴", "en": "Complain"},
        {"zh-Hans": "我们调查并答复您", "zh-Hant": "我們調查並答覆您", "en": "We look into it and answer"},
    ),
    (
        "calendar",
        "booking",
        {"zh-Hans": "预约到店", "zh-Hant": "預約到店", "en": "Book a visit"},
        {"zh-Hans": "试用、测量、咨询、上门", "zh-Hant": "試用、測量、諮詢、到府", "en": "Fitting, advice, drop-off"},
    ),
    (
        "phone",
        "help:call",
        {"zh-Hans": "请给我回电", "zh-Hant": "請給我回電", "en": "Ask for a call"},
        {"zh-Hans": "选一个方便的时间", "zh-Hant": "選一個方便的時間", "en": "At a time that suits you"},
    ),
    (
        "map-pin",
        "stores",
        {"zh-Hans": "查找门店", "zh-Hant": "查找門市", "en": "Find a store"},
        {"zh-Hans": "地址、取号、等候时间", "zh-Hant": "地址、取號、等候時間", "en": "Where, and how long the wait is"},
    ),
    (
        "sparkles",
        "help:advice",
        {"zh-Hans": "专属建议", "zh-Hant": "專屬建議", "en": "Advice for you"},
        {"zh-Hans": "选购、定制、长期养护", "zh-Hant": "選購、訂製、長期養護", "en": "Choosing, fitting, care"},
    ),
]


@frozen
class ShownTile:
    """A tile whose target there is."""

    icon: str
    names: dict[str, str]
    hints: dict[str, str]
    address: str
    is_outside: bool


def ensure_shipped_tiles(tiles: Any = Tile) -> None:
    """This will lay the shipped tiles where there are none. A migration gives the model of its own time."""
    if tiles.objects.exists():
        return
    for position, (icon, target, names, hints) in enumerate(SHIPPED):
        tiles.objects.create(position=position, icon=icon, target=target, names=names, hints=hints)


def tiles_shown() -> list[ShownTile]:
    """What customers are offered, in order (one statement); a tile that opens what nobody offers is left out."""
    shown = []
    for tile in Tile.objects.filter(is_shown=True).order_by("position", "id"):
        target = target_of(tile.target)
        address = tile.address if tile.target == LINK else target.address if target else ""
        if address:
            shown.append(ShownTile(tile.icon, tile.names, tile.hints, address, tile.target == LINK))
    return shown
