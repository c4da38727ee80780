"""The demo company's allocation: two more warehouses, a month of orders sent from where they are nearest, and one look
at what other rules would have cost.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.ending import complete_order
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.rehearsing import begin_rehearsal, work_rehearsal
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.models import Rehearsal
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.warehouses import Terms, change_warehouse, open_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Balance, Warehouse

_BY = By("system:demo")
_ORDERS, _GOODS = 48, 14
_MORE = (
    (
        "foshan",
        {"zh-Hans": "佛山南方仓", "zh-Hant": "佛山南方倉", "en": "Foshan warehouse"},
        ("广东", "佛山", 23.02, 113.12),
        ("南海区桂澜北路 6 号", "0757-5550 0189"),
    ),
    (
        "longquanyi",
        {"zh-Hans": "成都西部仓", "zh-Hant": "成都西部倉", "en": "Chengdu warehouse"},
        ("四川", "成都", 30.56, 104.27),
        ("龙泉驿区成龙大道二段 1666 号", "028-5550 0190"),
    ),
)
_PEOPLE = (
    ("王小姐", "江苏省", "南京市", "鼓楼区", "中山北路"),
    ("陈先生", "上海市", "上海市", "徐汇区", "漕溪北路"),
    ("李女士", "浙江省", "杭州市", "西湖区", "文三路"),
    ("周先生", "广东省", "广州市", "天河区", "体育西路"),
    ("吴女士", "四川省", "成都市", "武侯区", "人民南路四段"),
    ("郑先生", "北京市", "北京市", "朝阳区", "建国路"),
    ("孙女士", "湖北省", "武汉市", "洪山区", "珞喻路"),
    ("冯先生", "广东省", "深圳市", "南山区", "深南大道"),
)


def live(*, at: datetime) -> None:
    """This will do it once."""
    centre = Warehouse.objects.filter(code="kunshan", closed_at=None).first()
    if Rehearsal.objects.exists() or centre is None:
        return
    for place in Warehouse.objects.filter(closed_at=None):
        _price(place, at)
    rng = Random(52)  # noqa: S311  # who buys what, not a secret
    items = [
        Item(one.item_id, 1, 9_900 + 1_000 * n, str(one.item.names.get("zh-Hans", one.item_id))[:80])
        for n, one in enumerate(_best(centre))
    ]
    for code, names, where, (street, phone) in _MORE:
        terms = Terms(names, *where, 300, 10, parcel_minor=650, way_minor=70, street=street, phone=phone)
        place = open_warehouse(code=code, terms=terms, by=_BY, at=at - timedelta(days=31))
        goods = [Goods(place.id, item.sku, rng.randint(20, 60)) for item in rng.sample(items, _GOODS - 4)]
        receive_stock(goods=goods, reference="DN-52", by=_BY, at=at - timedelta(days=31))
    for n in range(_ORDERS):
        _sent(n, rng.sample(items, rng.choice((1, 1, 2))), at - timedelta(hours=15 * (_ORDERS - n)), at)
    _look(at)


def _price(place: Warehouse, at: datetime) -> None:
    terms = Terms(
        place.names,
        place.province,
        place.city,
        place.latitude,
        place.longitude,
        place.daily_capacity,
        place.priority,
        street=place.street,
        phone=place.phone,
    )
    change_warehouse(
        warehouse_id=place.id,
        terms=replace(terms, parcel_minor=600 if place.store_id is None else 900, way_minor=80),
        by=_BY,
        at=at,
    )


def _best(place: Warehouse) -> list[Balance]:
    rows = Balance.objects.filter(warehouse=place, available__gt=20).select_related("item")
    return list(rows.order_by("-available", "item_id")[:_GOODS])


def _sent(n: int, items: list[Item], when: datetime, at: datetime) -> None:
    name, province, city, district, street = _PEOPLE[n % len(_PEOPLE)]
    phone = f"136{52_000_000 + n:08d}"
    wanted = Submission(
        source="web-shop",
        external_number=f"A{n:05d}",
        items=items,
        payment="captured",
        recipient=Recipient(name, phone, f"{street} {n + 1} 号", province, city, district),
        claims=[Claim("external", phone, scope="web-shop")],
        store="web",
        placed_at=when,
        promised_at=when + timedelta(days=4),
    )
    order = place_order(wanted, by=_BY, at=when).order
    review_order(order_id=order.id, at=when + timedelta(seconds=2))
    order = approve_order(order_id=order.id, at=when + timedelta(seconds=3))
    if order.commercial == "approved" and at - when > timedelta(days=2):
        complete_order(order_id=order.id, by=_BY, at=when + timedelta(hours=40))


def _look(at: datetime) -> None:
    manager = User.objects.filter(grants__role__in=("process_manager", "administrator"), is_active=True)
    user = manager.order_by("-grants__role", "email").first()
    if user is not None:
        row = begin_rehearsal(
            criteria="parcels, cost",
            version=None,
            since=at - timedelta(days=31),
            until=at + timedelta(hours=1),
            user_id=user.pk,
            at=at,
        )
        work_rehearsal(row.id, at=at)
