"""The demo company's products, of the tau-bench shop (MIT, see NOTICE) and of its own orders, with drawn pictures.

What tau-bench does not say of a product (noise, size, weight) is made up here, as its prices in yuan are.
"""

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.catalogue.commands.kinds import Asked, Line, save_category, save_questions
from zhoudao.rooms.catalogue.commands.saving import Said, Sort, save_product
from zhoudao.rooms.catalogue.commands.showing import add_picture, note_fault
from zhoudao.rooms.catalogue.models import Product
from zhoudao.rooms.entrances.commands.tiles import TileSaid, save_tile
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.stock.commands.naming import name_items
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Warehouse

_PRODUCTS = Path(__file__).parent / "demo_data" / "products.json"
_BY = By("system:demo")
_TILE = TileSaid(
    {"zh-Hans": "帮我选", "zh-Hant": "幫我選", "en": "Help me choose"},
    {"zh-Hans": "几个问题，选出合适的", "zh-Hant": "幾個問題，選出合適的", "en": "A few questions, and what fits"},
    "list-checks",
    "guide",
    position=90,
)
_SIDE = 480
_TINTS = ("#dfe8f7", "#e3f1e6", "#f7ead9", "#f3e2ea", "#e6e4f5")
_INK, _BODY = "#335ab4", "#ffffff"


def live(*, at: datetime) -> int:
    """This will say what the company sells; returns how many products that makes. Twice is once."""
    if Product.objects.exists():
        return 0
    said = json.loads(_PRODUCTS.read_text(encoding="utf-8"))
    for place, kind in enumerate(said["kinds"]):
        _declare(kind, place, at)
    for product in said["products"]:
        _sell(product, at)
    _stock(said["products"], at)
    for fault in said["faults"]:
        note_fault(**fault, by=_BY, at=at)
    save_tile(tile_id=None, said=_TILE, by=_BY, at=at)
    return len(said["products"])


def _declare(kind: dict[str, Any], place: int, at: datetime) -> None:
    lines = [Line(**one) for one in kind["lines"]]
    save_category(code=kind["code"], names=kind["names"], lines=lines, position=10 * place, by=_BY, at=at)
    asked = []
    for one in kind["questions"]:
        answers = [(each["names"], each["value"]) for each in one["answers"]]
        asked.append(Asked(**one | {"answers": answers}))
    if asked:
        save_questions(code=kind["code"], questions=asked, by=_BY, at=at)


def _sell(product: dict[str, Any], at: datetime) -> None:
    said = Said(
        code=product["code"],
        category=product["kind"],
        names=product["names"],
        sorts=[Sort(one["sku"], one["options"]) for one in product["sorts"]],
        brand=product["brand"],
        descriptions=product["descriptions"],
        values=product["values"],
        serial_pattern=product["serial"],
    )
    save_product(said=said, by=_BY, at=at)
    if product["draws"]:
        add_picture(code=product["code"], content=drawing(product["draws"], product["code"]), by=_BY, at=at)


def _stock(products: list[dict[str, Any]], at: datetime) -> None:
    """What no other part of the demo keeps lies in the central warehouse and in two of three shops."""
    sorts = [(one, product) for product in products for one in product["sorts"]]
    prices = {one["sku"]: one["price"] for one, _product in sorts if one["price"]}
    set_list_prices(prices=prices, currency="CNY", by=_BY, at=at)
    kept = [(one["sku"], product["names"]) for one, product in sorts if one["stock"]]
    name_items([(sku, names, None) for sku, names in kept])
    centre = Warehouse.objects.filter(code="kunshan").first()
    shops = list(Warehouse.objects.filter(kind="store", closed_at=None).order_by("code"))
    goods = [Goods(centre.id, sku, 24) for sku, _names in kept] if centre else []
    for n, (sku, _names) in enumerate(kept):
        goods += [Goods(shop.id, sku, 1 + (n + m) % 5) for m, shop in enumerate(shops) if (n + m) % 3]
    if goods:
        receive_stock(goods=goods, reference="DN-P", by=_BY, at=at)


def drawing(kind: str, code: str) -> bytes:
    """A plain drawing of a kind of thing, in a tint of its own, as PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (_SIDE, _SIDE), _TINTS[sum(code.encode()) % len(_TINTS)])
    _SHAPES[kind](ImageDraw.Draw(picture))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _tower(pen: Any) -> None:
    pen.rounded_rectangle((150, 80, 330, 400), 36, fill=_BODY, outline=_INK, width=6)
    for row in range(6):
        pen.line((185, 180 + 28 * row, 295, 180 + 28 * row), fill=_INK, width=6)
    pen.ellipse((222, 108, 258, 144), outline=_INK, width=6)


def _cup(pen: Any) -> None:
    pen.rounded_rectangle((120, 90, 360, 390), 24, fill=_BODY, outline=_INK, width=6)
    pen.rectangle((160, 190, 320, 350), fill="#eef2fa", outline=_INK, width=6)
    pen.line((240, 190, 240, 230), fill=_INK, width=10)
    pen.rounded_rectangle((200, 270, 280, 346), 14, fill=_BODY, outline=_INK, width=6)
    pen.arc((266, 282, 310, 328), 270, 90, fill=_INK, width=6)


def _vacuum(pen: Any) -> None:
    pen.line((330, 70, 180, 330), fill=_INK, width=14)
    pen.rounded_rectangle((236, 150, 316, 260), 26, fill=_BODY, outline=_INK, width=6)
    pen.rounded_rectangle((100, 320, 260, 392), 22, fill=_BODY, outline=_INK, width=6)


def _lamp(pen: Any) -> None:
    pen.line((240, 380, 190, 220), fill=_INK, width=12)
    pen.line((190, 220, 290, 130), fill=_INK, width=12)
    pen.polygon(((262, 100), (350, 180), (300, 220), (226, 150)), fill=_BODY, outline=_INK)
    pen.rounded_rectangle((160, 372, 330, 404), 14, fill=_BODY, outline=_INK, width=6)


_SHAPES: dict[str, Callable[[Any], None]] = {"tower": _tower, "cup": _cup, "vacuum": _vacuum, "lamp": _lamp}
