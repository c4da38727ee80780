"""The demo company's exceptions: a fortnight of orders with something odd, judged, and some that wait right now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import take_hold
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.stock.models import Balance

_BY = By("system:demo")
_LAMP, _CHAIR, _SOFA = (
    Item("LP-7001", 1, 19_900, "护眼台灯"),
    Item("DC-2045", 2, 32_900, "北欧餐椅"),
    Item("SF-3201", 1, 429_900, "三人布艺沙发"),
)
_HOME = Recipient("何女士", "13312340011", "文三路 259 号 2 幢 601", "浙江省", "杭州市", "西湖区")
_PAST, _TODAY = 34, 8


@dataclass(frozen=True)
class _Odd:
    """Something odd, and whether it mostly is wrong."""

    change: Callable[[Submission], Submission]
    right: float


def _to(wanted: Submission, **more: Any) -> Submission:
    return replace(wanted, recipient=replace(wanted.recipient, **more))


_ODD = (
    _Odd(lambda one: replace(one, items=[replace(_LAMP, price_minor=59_700)]), 0.9),
    _Odd(lambda one: _to(one, phone=""), 0.95),
    _Odd(lambda one: _to(one, province="江苏省"), 1.0),
    _Odd(lambda one: replace(one, items=[replace(_LAMP, price_minor=36_900)]), 0.2),
    _Odd(lambda one: replace(one, remark="拍错了，不要了"), 1.0),
    _Odd(lambda one: replace(one, remark="请改寄到公司，谢谢"), 0.9),
    _Odd(lambda one: replace(one, items=[replace(_CHAIR, quantity=36)]), 0.5),
)
_UNKNOWN = Item("LP-7001-R", 1, 19_900, "护眼台灯 红色")


def live(*, at: datetime) -> None:
    """This will place them once: the past ones were cleared up, those of today wait."""
    if Hold.objects.exists():
        return
    rng = Random(49)  # noqa: S311  # what is odd, not a secret
    clerks = list(User.objects.filter(grants__role="order_clerk").order_by("email"))
    for n in range(_PAST):
        odd, when = _ODD[n % len(_ODD)], at - timedelta(days=13, hours=-9 * n, minutes=rng.randint(0, 50))
        order = _reviewed(odd.change(_order(f"P{n}", _LAMP, n)), when)
        _clear_up(order, clerks[n % len(clerks)] if clerks else None, rng.random() < odd.right, when, rng)
    for n in range(3 * _TODAY):
        when = at - timedelta(minutes=11 * n + 3)
        _reviewed(_order(f"C{n}", (_LAMP, _CHAIR, _SOFA)[n % 3], 100 + n), when)
    for n, odd in enumerate(_ODD):
        order = _reviewed(odd.change(_order(f"T{n}", _LAMP, 200 + n)), at - timedelta(minutes=17 * n + 5))
        if n == 1 and clerks:
            for hold in Hold.objects.filter(order=order):
                take_hold(hold_id=hold.id, owner_id=clerks[0].id, by=By(f"user:{clerks[0].id}"), at=at)
    first = _order("T8", _CHAIR, 300)
    _reviewed(first, at - timedelta(minutes=31))
    _reviewed(replace(first, external_number="XT9"), at - timedelta(minutes=4))
    _reviewed(_order("T11", _UNKNOWN, 302), at - timedelta(minutes=9))
    _short(at)


def _short(at: datetime) -> None:
    """More of something than lies anywhere."""
    known = Balance.objects.select_related("item").filter(available__gt=0).order_by("available", "id").first()
    if known is not None:
        item = Item(known.item_id, known.on_hand + 300, 9_900, str(known.item.names.get("zh-Hans", "")))
        _reviewed(_order("T10", replace(item, quantity=min(item.quantity, 900)), 301), at - timedelta(minutes=23))


def _order(number: str, item: Item, person: int) -> Submission:
    phone = f"133{12_340_000 + person:08d}"
    return Submission(
        source="web-shop",
        external_number=f"X{number}",
        items=[item],
        payment="captured",
        recipient=replace(_HOME, phone=phone, address=f"文三路 {person + 1} 号"),
        claims=[Claim("external", phone, scope="web-shop")],
        store="web",
    )


def _reviewed(wanted: Submission, at: datetime) -> Order:
    order = place_order(wanted, by=_BY, at=at).order
    review_order(order_id=order.id, at=at + timedelta(seconds=2))
    return approve_order(order_id=order.id, at=at + timedelta(seconds=3))


def _clear_up(order: Order, clerk: User | None, is_right: bool, at: datetime, rng: Random) -> None:
    by, when = By(f"user:{clerk.id}" if clerk else "system:demo"), at + timedelta(minutes=rng.randint(6, 170))
    outcome = "right" if is_right else "wrong"
    if is_right and rng.random() < 0.6:
        cancel_order(order_id=order.id, reason="mistake", outcome=outcome, by=by, at=when)
        return
    for hold in Hold.objects.filter(order=order).exclude(stage="done"):
        release_hold(hold_id=hold.id, outcome=outcome, by=by, at=when)
