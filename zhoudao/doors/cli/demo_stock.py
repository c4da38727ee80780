"""The demo company's stock: a warehouse and the shops, filled with goods of the tau-bench shop (MIT, see NOTICE)."""

import json
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.stock.commands.correcting import correct_stock, set_safety, transfer
from zhoudao.rooms.stock.commands.naming import name_items
from zhoudao.rooms.stock.commands.receiving import expect_receipt, receive_stock
from zhoudao.rooms.stock.commands.reserving import Way, reserve
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Warehouse

_GOODS = Path(__file__).parent / "demo_data" / "stock.json"
_NAMES = {"zh-Hans": "昆山中心仓", "zh-Hant": "崑山中心倉", "en": "Kunshan warehouse"}
_WHERE = {
    "shanghai-jingan": ("上海", 31.23, 121.45),
    "nanjing": ("江苏", 32.04, 118.78),
    "hangzhou": ("浙江", 30.25, 120.16),
    "chengdu": ("四川", 30.66, 104.08),
    "guangzhou": ("广东", 23.13, 113.33),
    "beijing": ("北京", 39.92, 116.45),
}
_GROUND = UUID("0190b5a0-0000-7000-8000-000000000045")
_DAY = timedelta(days=1)


def fill_shelves(*, at: datetime) -> None:
    """This will open the places and let five weeks of goods come, move and go, as far as pages show them."""
    rows = json.loads(_GOODS.read_text())
    worker = User.objects.filter(grants__role="warehouse_worker").order_by("email").first()
    by = By(f"user:{worker.pk}" if worker else "system:demo")
    began = at - 35 * _DAY
    centre = open_warehouse(
        code="kunshan",
        terms=Terms(
            _NAMES,
            "江苏",
            "昆山",
            31.38,
            120.95,
            1_200,
            10,
            street="花桥镇物流大道 88 号 3 号库",
            phone="0512-5550 0188",
        ),
        by=by,
        at=began,
    )
    shops = [_shop(store, by, began) for store in Store.objects.filter(kind="shop").order_by("code")]
    name_items([_named(row) for row in rows])
    skus = [row["sku"] for row in rows]
    rng = Random(45)  # noqa: S311  # how many of what, not a secret
    _receive(_some(centre, skus, 120, rng), by, began)
    for shop in shops:
        wanted = [(sku, rng.randint(2, 8)) for sku in rng.sample(skus, 40)]
        transfer(source_id=centre.id, target_id=shop.id, goods=wanted, by=by, at=began + _DAY)
    _live(centre, skus, rng, by, at)


def _live(centre: Warehouse, skus: list[str], rng: Random, by: By, at: datetime) -> None:
    for days in range(30, 1, -2):
        when = at - days * _DAY
        goods = [Goods(centre.id, sku, rng.randint(1, 6)) for sku in rng.sample(skus, 8)]
        purpose = Purpose("order", uuid5(_GROUND, f"{days}"))
        reserve(purpose=purpose, goods=goods, way=Way.MOST, by=By("system:demo"), at=when)
        if days > 4:
            ship(purpose=purpose, by=by, at=when + timedelta(hours=5))
    _receive(_some(centre, rng.sample(skus, 30), 20, rng), by, at - 9 * _DAY)
    for sku in rng.sample(skus, 12):
        set_safety(warehouse_id=centre.id, sku=sku, safety=rng.randint(5, 25), by=by, at=at - 8 * _DAY)
    for sku in skus[:2]:
        set_safety(warehouse_id=centre.id, sku=sku, safety=150, by=by, at=at - 2 * _DAY)
        due_date = (at + rng.randint(2, 6) * _DAY).date()
        expect_receipt(goods=Goods(centre.id, sku, 200), due_date=due_date, reference="PO-20451", by=by, at=at)
    correct_stock(
        warehouse_id=centre.id, sku=skus[0], difference=-2, reason="damaged", by=by, at=at - timedelta(hours=20)
    )


def _some(place: Warehouse, skus: list[str], most: int, rng: Random) -> list[Goods]:
    return [Goods(place.id, sku, rng.randint(most // 2, most)) for sku in skus]


def _receive(goods: list[Goods], by: By, at: datetime) -> None:
    receive_stock(goods=goods, reference=f"DN-{at:%m%d}", by=by, at=at)


def _shop(store: Store, by: By, at: datetime) -> Warehouse:
    province, latitude, longitude = _WHERE.get(store.code, ("", None, None))
    terms = Terms(
        store.names, province, store.city, latitude, longitude, 60, 50, street=store.street, phone=store.phone
    )
    return open_warehouse(code=store.code, terms=terms, store_id=store.id, by=by, at=at)


def _named(row: dict[str, Any]) -> tuple[str, dict[str, str], str]:
    """With a barcode of thirteen digits, so that a scanner has something to read."""
    return row["sku"], {tag: row[tag] for tag in ("zh-Hans", "zh-Hant", "en")}, _barcode(row["sku"])


def _barcode(sku: str) -> str:
    """Source: GS1 General Specifications, check digit of EAN-13."""
    digits = f"690{zlib.crc32(sku.encode()) % 10**9:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
