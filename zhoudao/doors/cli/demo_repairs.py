"""The demo company's repairs: machines in every state, from the customer's word to the signature."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.fieldwork.refusals import VisitRefused
from zhoudao.rooms.orders.commands.placing import Taking, place_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.repairs.commands.describing import list_serials, set_error_code, set_masks
from zhoudao.rooms.repairs.commands.ending import hand_back, sign_off
from zhoudao.rooms.repairs.commands.quoting import Priced, send_quote
from zhoudao.rooms.repairs.commands.requesting import How, Said, request_for_line
from zhoudao.rooms.repairs.commands.triaging import Judged, triage_repair
from zhoudao.rooms.repairs.commands.visiting import plan_visit
from zhoudao.rooms.repairs.commands.working import begin_repair, check_repair, finish_repair
from zhoudao.rooms.repairs.kinds import Place
from zhoudao.rooms.repairs.models import Make, Repair
from zhoudao.rooms.stock.commands.naming import name_items
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Warehouse

_BY = By("system:demo")
_SOURCE, _GROUND = "sold-machines", UUID("0190b5a0-0000-7000-8000-000000000067")
_LINK = By("customer:link")
_MAKES = (
    ("WM-8001", "滚筒洗衣机 8 公斤", "海鸥", "washer", 299_900),
    ("FR-4402", "双门冰箱 440 升", "海鸥", "fridge", 379_900),
    ("TV-5503", "55 寸电视", "海鸥", "television", 259_900),
    ("NB-1406", "14 寸笔记本电脑", "青山", "computer", 459_900),
)
_PARTS = (("PUMP-1", "排水泵"), ("SEAL-1", "门封圈"), ("BOARD-1", "洗衣机主板"), ("BATTERY-1", "笔记本电池"))
_CITIES = (
    ("江苏省", "南京市", "鼓楼区", "中山北路 30 号 1203"),
    ("上海市", "上海市", "徐汇区", "漕溪北路 88 号 502"),
    ("浙江省", "杭州市", "西湖区", "文三路 478 号 1102"),
    ("北京市", "北京市", "朝阳区", "建国路 93 号 1801"),
)
_DAY = timedelta(days=1)
CLERK, ENGINEER, CHECKER = "孙伟", "朱刚", "马欣"


@frozen
class _One:
    """Whose machine, how old, what is wrong with it, and how far its repair has come."""

    buyer: str
    sku: str
    months: int
    symptom: str
    words: str
    error_code: str = ""
    then: "Callable[[Repair, datetime], None] | None" = None


def live(*, at: datetime) -> None:
    """This will sell machines in the past and have some of them break; once."""
    if Order.objects.filter(source=_SOURCE).exists():
        return
    for sku, _name, brand, category, _price in _MAKES:
        Make.objects.get_or_create(sku=sku, defaults={"brand": brand, "category": category})
    _described(at)
    name_items([(sku, {"zh-Hans": name}, None) for sku, name, *_ in _MAKES])
    name_items([(sku, {"zh-Hans": name}, None) for sku, name in _PARTS])
    place = Warehouse.objects.filter(closed_at=None).order_by("priority", "code").first()
    if place is not None:
        receive_stock(goods=[Goods(place.id, sku, 6) for sku, _ in _PARTS], reference="DN-67", by=_BY, at=at)
    for number, one in enumerate(_ALL):
        order = _sold(one, number, at)
        asked_at = at - timedelta(hours=30 - 4 * number)
        repair = request_for_line(
            order_id=order.id,
            line_id=order.lines.get().id,
            serial=f"{one.sku[:2]}26-{4_100_000 + 37 * number}",
            said=Said(one.symptom, one.error_code, one.words),
            how=How(uuid5(_GROUND, one.buyer)),
            by=_LINK,
            at=asked_at,
        )
        if one.then is not None:
            one.then(repair, asked_at + timedelta(hours=1))
    _sold(_UNBROKEN, len(_ALL), at)  # whose label there is to try


def _described(at: datetime) -> None:
    """What photos of the washing machine may show: the label beside the demo shop is one of its own."""
    set_masks(sku="WM-8001", masks="ZD-####-AAAA", by=_BY, at=at)
    list_serials(sku="WM-8001", text="ZD-0814-KQRS\nZD-0815-KQRS\nZD-0816-KQRS", by=_BY, at=at)
    for code, fault, severity, simplified, traditional, english in _CODES:
        words = {"zh-Hans": simplified, "zh-Hant": traditional, "en": english}
        set_error_code(sku="WM-8001", code=code, fault=fault, severity=severity, words=words, by=_BY, at=at)


def _sold(one: _One, number: int, at: datetime) -> Order:
    name, price = next((name, price) for sku, name, _brand, _category, price in _MAKES if sku == one.sku)
    placed_at = at - timedelta(days=30 * one.months)
    province, city, district, street = _CITIES[number % len(_CITIES)]
    submission = Submission(
        source=_SOURCE,
        external_number=f"M{number:05d}",
        items=[Item(one.sku, 1, price, name)],
        payment="captured",
        recipient=Recipient(one.buyer, f"138{20_000_000 + number}", street, province, city, district),
        claims=[Claim("external", f"machine-{number}", scope="web-shop")],
        store="web",
        placed_at=placed_at,
    )
    past = Past(placed_at, placed_at + _DAY, placed_at + 3 * _DAY)
    place_orders([Taking(submission, past)], by=_BY, at=at)
    return Order.objects.get(source=_SOURCE, external_number=f"M{number:05d}")


def _by(name: str) -> By:
    """One of the demo company's people."""
    found = User.objects.filter(name=name).order_by("pk").first()
    return By(f"user:{found.pk}") if found else By(f"system:{name}")


def _judged(repair: Repair, at: datetime) -> None:
    judged = Judged(repair.proposed, repair.place, repair.minutes)
    triage_repair(repair_id=repair.id, judged=judged, by=_by(CLERK), at=at)


def _quoted(repair: Repair, at: datetime) -> None:
    _judged(repair, at)
    parts = [Priced("BATTERY-1", 1, 39_900)] if repair.part_sku == "BATTERY-1" else []
    send_quote(repair_id=repair.id, labour_minor=12_000, parts=parts, valid_days=7, by=_by(CLERK), at=at)


def _planned(repair: Repair, at: datetime) -> None:
    _judged(repair, at)
    if Repair.objects.get(id=repair.id).place == Place.FIELD:
        with suppress(VisitRefused):  # nobody near can do it: it waits for a person
            plan_visit(repair_id=repair.id, by=_by(CLERK), at=at)


def _on_the_bench(repair: Repair, at: datetime) -> None:
    triage_repair(repair_id=repair.id, judged=Judged(repair.proposed, Place.BENCH, 60), by=_by(CLERK), at=at)
    begin_repair(repair_id=repair.id, by=_by(ENGINEER), at=at + timedelta(hours=1))


def _signed(repair: Repair, at: datetime) -> None:
    _on_the_bench(repair, at)
    finish_repair(repair_id=repair.id, is_solved=True, by=_by(ENGINEER), at=at + timedelta(hours=2))
    check_repair(repair_id=repair.id, is_passed=True, by=_by(CHECKER), at=at + timedelta(hours=3))
    hand_back(repair_id=repair.id, handing="counter", by=_by(CLERK), at=at + timedelta(hours=4))
    sign_off(repair_id=repair.id, name="陈女士", drawn=None, by=_by(CLERK), at=at + timedelta(hours=4))


_CODES = (
    (
        "E18",
        "pump",
        "repair",
        "排水不畅，请先清理过滤网。",
        "排水不暢，請先清理濾網。",
        "Clean the filter.",
    ),
    (
        "E30",
        "control",
        "stop",
        "漏水保护，请关水龙头并断电。",
        "漏水保護，請關水龍頭並斷電。",
        "Water leaks: close the tap.",
    ),
    ("F03", "pump", "watch", "水没有排完。", "水沒有排完。", "Water is left inside."),
)
_UNBROKEN = _One("欧阳女士", "WM-8001", 3, "", "")
_ALL = (
    _One("王小姐", "WM-8001", 5, "code", "甩干时停下，显示 E18，地上有水。", "E18"),
    _One("李先生", "WM-8001", 8, "leak", "门下面漏水。", then=_planned),
    _One("赵女士", "NB-1406", 20, "power", "充不上电。", then=_quoted),
    _One("周先生", "TV-5503", 9, "picture", "画面有竖线。", then=_planned),
    _One("吴女士", "NB-1406", 3, "dead", "开不了机。", then=_on_the_bench),
    _One("陈女士", "NB-1406", 4, "dead", "有时开不了机。", then=_signed),
)
