"""Orders that were delivered and come back, for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.commands.cancelling import cancel_pieces
from zhoudao.rooms.aftersales.commands.inspecting import Finding, inspect_return
from zhoudao.rooms.aftersales.commands.receiving import receive_return
from zhoudao.rooms.aftersales.commands.requesting import Wish, request_return
from zhoudao.rooms.aftersales.models import Purse, ReturnRequest
from zhoudao.rooms.aftersales.tables import ensure_default_tables
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.parcels.commands.tracking import note_by_hand
from zhoudao.rooms.parcels.tests.depot import BY, CHAIR, LAMP, SF, TEN, lines_of, open_review, placed, sent, shelf
from zhoudao.rooms.stock.models import Warehouse

__all__ = ["BY", "CHAIR", "CLERK", "LAMP", "LINK", "SF", "TEN", "WORKER", "lines_of", "shelf"]
LINK, CLERK, WORKER, LEAD = By("customer:link"), By("user:clerk"), By("user:worker"), By("user:lead")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
A_DAY = timedelta(days=1)


def delivered(at: datetime = TEN, **more: Any) -> Order:
    """Miss Wang's two chairs (129.00 each) and a lamp (50.00), 10.00 off, 12.00 for the way: paid and delivered."""
    open_review()
    ensure_default_tables(at)
    order = placed(at=at, **({"payment": "captured"} | more))
    Order.objects.filter(id=order.id).update(commercial="approved", approved_at=at, reviewed_at=at)
    order.refresh_from_db()
    return sent_off(order, at)


def sent_off(order: Order, at: datetime = TEN + A_DAY) -> Order:
    """All of it leaves and arrives."""
    parcel = sent(order, label=SF.__class__("sf", f"SF{uuid4().int % 10**10:010d}"), at=at)
    note_by_hand(parcel_id=parcel.id, state="delivered", by=BY, at=at)
    return Order.objects.select_related("store", "customer").get(id=order.id)


def waiting(at: datetime = TEN, *, is_paid: bool = True, **more: Any) -> Order:
    """The same order, approved and kept, of which nobody has begun to pick anything."""
    open_review()
    ensure_default_tables(at)
    given: dict[str, Any] = {"payment": "captured" if is_paid else "pending", "remark": ""} | more
    for item in given.get("items", (CHAIR, LAMP)):
        shelf(item.sku, item.quantity, at=at)
    order = placed(at=at, **given)
    review_order(order_id=order.id, at=at)
    Hold.objects.filter(order=order).delete()
    Order.objects.filter(id=order.id).update(open_holds=0)
    approve_order(order_id=order.id, at=at)
    return Order.objects.select_related("store", "customer").get(id=order.id)


def cancelled(order: Order, counts: dict[int, int] | None = None, **more: Any) -> Cancellation:
    """So many pieces of its lines (by place): one chair unless said otherwise, on its own page."""
    lines = lines_of(order)
    given: dict[str, Any] = {"key": uuid4(), "by": LINK, "at": TEN + A_DAY / 24} | more
    return cancel_pieces(
        order_id=order.id, counts={lines[place]: count for place, count in (counts or {0: 1}).items()}, **given
    )


def wish(order: Order, counts: dict[int, int] | None = None, **more: Any) -> Wish:
    """So many of its lines (by place): one chair unless said otherwise, for no reason."""
    lines = lines_of(order)
    given: dict[str, Any] = {"kind": "return_refund", "reason": "no_reason"}
    return Wish(lines={lines[place]: count for place, count in (counts or {0: 1}).items()}, **(given | more))


def asked(order: Order, counts: dict[int, int] | None = None, **more: Any) -> ReturnRequest:
    """A request of it, made on its own page."""
    how = {name: more.pop(name) for name in ("key", "by", "at", "is_exception", "conversation_id") if name in more}
    given: dict[str, Any] = {"key": uuid4(), "by": LINK, "at": TEN + A_DAY} | how
    return request_return(order_id=order.id, wish=wish(order, counts, **more), **given)


def place(code: str = "back") -> UUID:
    """Where returns are taken in."""
    found = Warehouse.objects.filter(code=code).first() or Warehouse.objects.create(
        code=code, names={"zh-Hans": "退货仓"}, kind="warehouse"
    )
    return found.id


def here(request: ReturnRequest, at: datetime = TEN + 3 * A_DAY, **counts: int) -> ReturnRequest:
    """It arrived: all of it, or so many of each SKU (`CH_1=1`)."""
    wanted = {sku.replace("_", "-"): count for sku, count in counts.items()}
    if not wanted:
        for sku in request.pieces.filter(is_here=False).values_list("order_line__sku", flat=True):
            wanted[sku] = wanted.get(sku, 0) + 1
    return receive_return(request_id=request.id, counts=wanted, warehouse_id=place(), key=uuid4(), by=WORKER, at=at)


def found(request: ReturnRequest, *findings: Finding, at: datetime = TEN + 3 * A_DAY, **more: Any) -> ReturnRequest:
    """It was inspected."""
    given: dict[str, Any] = {"key": uuid4(), "by": WORKER, "at": at} | more
    return inspect_return(request_id=request.id, findings=findings, **given)


def policy_with(rule: str, **outputs: str) -> None:
    """This will publish the policy with another answer in one of its rows."""
    live = DecisionVersion.objects.get(key="aftersales.policy", is_live=True)
    rules = [{**one, **outputs} if one["_id"] == rule else one for one in live.content["rules"]]
    publish(
        key=live.key,
        content={**live.content, "rules": rules},
        inputs=live.inputs,
        tests=live.tests[:1],
        by=CLERK,
        at=TEN,
    )


def priced(**prices: int) -> None:
    """Items with list prices in CNY (`DESK_2=1_000`), three of each on a shelf."""
    for name, minor in prices.items():
        sku = name.replace("_", "-")
        shelf(sku, 3)
        set_list_prices(prices={sku: minor}, currency="CNY", by=CLERK, at=TEN)


def purse(order: Order) -> tuple[int, int, int]:
    """Taken, promised and paid back of its money."""
    one = Purse.objects.get(order=order)
    return one.taken_minor, one.promised_minor, one.paid_minor


def told(request: ReturnRequest) -> list[str]:
    """What happened to it, in order."""
    rows = Event.objects.filter(primary_id=request.id).order_by("seq")
    return [one.removeprefix("aftersales.") for one in rows.values_list("type", flat=True)]
