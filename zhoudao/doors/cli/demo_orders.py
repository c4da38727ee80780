"""The demo company's orders: a fortnight of the web shop and the stores, so that orders are where customers are."""

from datetime import datetime, timedelta
from random import Random

from zhoudao.doors.cli.demo_parcels import send
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.handing_in import hand_in, read_in, save_map, settle, work_list
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.lists.mapping import OrderMap
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.stock.commands.naming import name_items

_COUNT = 60
_GOODS = (
    ("SF-3201", "三人布艺沙发", 429_900),
    ("CT-1102", "胡桃木茶几", 89_900),
    ("DC-2045", "北欧餐椅", 32_900),
    ("DT-2046", "可伸缩餐桌", 189_900),
    ("LP-7001", "护眼台灯", 19_900),
    ("MT-5102", "乳胶床垫 1.8 米", 359_900),
    ("DW-8801", "嵌入式洗碗机", 379_900),
    ("CF-6604", "半自动咖啡机", 159_900),
    ("BD-4410", "儿童成长床", 269_900),
    ("RG-9902", "羊毛地毯", 79_900),
)
_PEOPLE = (
    ("王小姐", "13812340001", "江苏省", "南京市", "鼓楼区", "中山北路 88 号 3 单元 501"),
    ("陈先生", "13912340002", "上海市", "上海市", "徐汇区", "漕溪北路 12 弄 6 号 1802"),
    ("李女士", "13712340003", "浙江省", "杭州市", "西湖区", "文三路 259 号 2 幢"),
    ("周先生", "13612340004", "广东省", "广州市", "天河区", "体育西路 101 号 2305"),
    ("吴女士", "13512340005", "四川省", "成都市", "武侯区", "人民南路四段 9 号"),
    ("郑先生", "13412340006", "北京市", "北京市", "朝阳区", "建国路 93 号 8 号楼"),
    ("孙女士", "15812340007", "湖北省", "武汉市", "洪山区", "珞喻路 1037 号"),
)
_LIST = """订单号,货号,商品名称,数量,单价,下单时间,收货人,手机
S-88101,DC-2045,北欧餐椅,4,329.00,2026-01-05 14:20,王小姐,13812340001
S-88101,DT-2046,可伸缩餐桌,1,1899.00,2026-01-05 14:20,王小姐,13812340001
S-88102,LP-7001,护眼台灯,2,199.00,2026-01-05 15:02,吴女士,13512340005
S-88103,RG-9902,羊毛地毯,0.5,799.00,2026-01-05 15:40,郑先生,13412340006
S-88104,CT-1102,胡桃木茶几,1,面议,2026-01-05 16:11,孙女士,15812340007
S-88105,MT-5102,乳胶床垫 1.8 米,1,3599.00,2026-01-05 17:30,周先生,13612340004
"""
_REMARKS = ("", "", "", "周末送货，提前电话联系", "请送到物业，谢谢", "需要开发票，抬头稍后提供")
_BY = By("system:demo")


def live(*, at: datetime) -> int:
    """This will place a fortnight's orders, the newest just now; what is old is over, mostly. Twice is once."""
    if Order.objects.exists():
        return 0
    rng = Random(7)  # noqa: S311  # what is bought, not a secret
    stores = list(Store.objects.exclude(kind="head_office").order_by("-kind", "code").values_list("code", flat=True))
    known = list(Customer.objects.filter(merged_into=None, erased_at=None).order_by("id").values_list("id", flat=True))
    for n in reversed(range(_COUNT)):
        placed_at = at - timedelta(minutes=7 + n * n * 5 + rng.randint(0, 4))
        is_web = rng.random() < 0.7
        wanted = _submission(n, "web" if is_web else rng.choice(stores), placed_at, rng)
        if n < len(known) and n % 2:  # of those who talk with us
            wanted = Submission(**{**wanted.__dict__, "customer_id": known[n], "claims": ()})
        order = place_order(wanted, by=_BY, at=at, is_history=True).order
        if at - placed_at > timedelta(days=4):
            _end(order, placed_at, rng)
        elif at - placed_at > timedelta(days=1):
            send(order, placed_at, at)
    name_items([(sku, {"zh-Hans": name}, None) for sku, name, _price in _GOODS])
    set_list_prices(prices={sku: price for sku, _name, price in _GOODS[5:]}, currency="CNY", by=_BY, at=at)
    _hand_in_a_list(at)
    return _COUNT


def _hand_in_a_list(at: datetime) -> None:
    """The till's list of a branch, of which two orders wait to be put right; and the map it was read with."""
    people = User.objects.filter(grants__role__in=("order_clerk", "administrator"), is_active=True)
    user = people.order_by("-grants__role", "email").first()  # a clerk, if there is one
    if user is None:
        return
    row = read_in(hand_in(name="中山路店 收银补录.csv", content=_LIST.encode(), user_id=user.pk, at=at).id)
    how = OrderMap("till", row.how["columns"], is_history=True)
    save_map(name="收银系统", how=how, by=_BY, at=at)
    settle(list_id=row.id, how=how, begins=True)
    work_list(row.id, by=_BY, at=at, only_stores=None)


def _submission(n: int, store: str, placed_at: datetime, rng: Random) -> Submission:
    person = rng.choice(_PEOPLE)
    items = [
        Item(sku, rng.choice((1, 1, 1, 2, 4)), price, name)
        for sku, name, price in rng.sample(_GOODS, rng.choice((1, 1, 2, 3)))
    ]
    goods = sum(item.quantity * item.price_minor for item in items)
    return Submission(
        source="web-shop" if store == "web" else "pos",
        external_number=f"{placed_at:%y%m%d}{n:06d}",
        items=items,
        discount_minor=rng.choice((0, 0, 5_000, goods // 20)),
        shipping_minor=rng.choice((0, 0, 9_900)),
        tax_minor=goods // 10,
        payment=rng.choice(("captured", "captured", "captured", "pending")),
        recipient=Recipient(person[0], person[1], person[5], *person[2:5]),
        remark=rng.choice(_REMARKS),
        claims=[Claim("external", person[1], scope="web-shop")],
        store=store,
        placed_at=placed_at,
        promised_at=placed_at + timedelta(days=rng.choice((3, 5, 7))),
    )


def _end(order: Order, placed_at: datetime, rng: Random) -> None:
    if rng.random() < 0.12:
        reason = rng.choice(("customer", "not_paid", "no_stock"))
        cancel_order(order_id=order.id, reason=reason, by=_BY, at=placed_at + timedelta(hours=5))
    else:
        hours = [timedelta(hours=rng.uniform(*span)) for span in ((0.2, 4), (5, 30), (40, 90))]
        remember_past(order_id=order.id, past=Past(*(placed_at + span for span in hours)), by=_BY)
