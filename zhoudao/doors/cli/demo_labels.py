"""The demo company's prepaid return labels: a small pool of numbers, and a lamp that comes back with one of them."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.sheets import written
from zhoudao.rooms.aftersales.commands.requesting import Wish, request_return
from zhoudao.rooms.aftersales.queries.for_customers import address_back
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.placing import Taking, place_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.return_labels.commands.bringing import bring_numbers
from zhoudao.rooms.return_labels.commands.taking import take_label
from zhoudao.rooms.return_labels.models import Pool
from zhoudao.rooms.return_labels.queries.offering import label_fee_of, offered_to

_BY, _LINK = By("system:demo"), By("customer:link")
_SOURCE, _KEY = "sold-lamps", UUID("0190b5a0-0000-7000-8000-000000000075")
_POOLS = (("sf", "SF7100", 40, 365), ("zto", "ZT7300", 12, 90))
_DAY = timedelta(days=1)


def live(*, at: datetime) -> None:
    """This will bring the numbers, and have one used; once."""
    if Pool.objects.exists():
        return
    day = at.astimezone(clock.zone()).date()
    rows = [
        (carrier, f"{begins}{n:08d}", day + timedelta(days=lasting))
        for carrier, begins, count, lasting in _POOLS
        for n in range(1, count + 1)
    ]
    bring_numbers(content=written("csv", "", ("carrier", "number", "valid until"), rows), day=day, by=_BY, at=at)
    _send_back(_sold(at), at - timedelta(hours=5))


def _sold(at: datetime) -> Order:
    submission = Submission(
        source=_SOURCE,
        external_number="L00001",
        items=[Item("LP-7", 1, 19_900, "台灯")],
        payment="captured",
        recipient=Recipient("何静", "13820007500", "漕溪北路 88 号 1502", "上海市", "上海市", "徐汇区"),
        claims=[Claim("external", "lamp-1", scope="web-shop")],
        store="web",
        placed_at=at - 5 * _DAY,
    )
    past = Past(at - 5 * _DAY, at - 4 * _DAY, at - 2 * _DAY)
    place_orders([Taking(submission, past)], by=_BY, at=at)
    return Order.objects.get(source=_SOURCE)


def _send_back(order: Order, at: datetime) -> None:
    """For no reason, by its customer; with a label, where the company's own policy has one."""
    wish = Wish("return_refund", "no_reason", {order.lines.get().id: 1})
    request = request_return(order_id=order.id, wish=wish, key=_KEY, by=_LINK, at=at)
    if offered_to(request, address_back(request), at):
        fee = label_fee_of(request) or 0
        take_label(request_id=request.id, carrier="sf", fee_minor=fee, language="zh-hans", by=_LINK, at=at)
