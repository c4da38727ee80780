"""Stopping the sale of something: new orders are held by their review, those that are under way by the clock.

Each order in a transaction of its own, and found anew at every round: so however a stop, its end, an approval and a
correction fall together, nothing stays held in vain and nothing leaves.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.commands.holds import end_hold, held_together, open_hold
from zhoudao.rooms.orders.models import LEFT, OPEN, Ending, Hold, Order, OrderLine, Outcome, Reason, SaleStop, Stage
from zhoudao.rooms.orders.refusals import HoldOver
from zhoudao.rooms.orders.stop_events import BatchResumed, BatchStopped, SaleResumed, SaleStopped

BY = By("system:stop")
_FIRST, _LOOKED_AT_WITHIN = 1, timedelta(days=30)  # the longest a hold may be due: the stop decides, not the clock
_STILL_HERE = Order.objects.filter(commercial__in=OPEN, reviewed_at__isnull=False).exclude(fulfilment__in=LEFT)


@transaction.atomic
def stop_sale(
    *, sku: str, batch: str = "", reference: str, besides: Iterable[About] = (), by: By, at: datetime
) -> SaleStop:
    """This will let nothing of a SKU, or of one batch of it, leave until the stop is lifted; stopped twice for the same
    is stopped once.
    """
    stop, is_new = SaleStop.objects.get_or_create(
        sku=sku, batch=batch, reference=reference, lifted_at=None, defaults={"stopped_at": at, "stopped_by": by.actor}
    )
    if is_new:
        fact = BatchStopped(sku, batch, reference) if batch else SaleStopped(sku, reference)
        record(fact, at=at, by=by, about=[About("sale_stop", stop.id), *besides])
    return stop


@transaction.atomic
def lift_stop(
    *, sku: str, batch: str = "", reference: str, besides: Iterable[About] = (), by: By, at: datetime
) -> bool:
    """This will let a SKU, or a batch of it, be sold again, as far as nothing else stops it; says whether it was
    stopped for this.
    """
    rows = SaleStop.objects.select_for_update().filter(sku=sku, batch=batch, reference=reference, lifted_at=None)
    stop = rows.first()
    if stop is None:
        return False
    stop.lifted_at, stop.lifted_by = at, by.actor
    stop.save(update_fields=["lifted_at", "lifted_by"])
    fact = BatchResumed(sku, batch, reference) if batch else SaleResumed(sku, reference)
    record(fact, at=at, by=by, about=[About("sale_stop", stop.id), *besides])
    return True


def stopped_skus(skus: Iterable[str] | None = None) -> dict[str, SaleStop]:
    """What is stopped as a whole, of these or of all, by the stop that came first (one statement)."""
    rows = SaleStop.objects.filter(lifted_at=None, batch="").order_by("-stopped_at", "-id")
    rows = rows if skus is None else rows.filter(sku__in=list(skus))
    return {stop.sku: stop for stop in rows}


def stopped_batches(skus: Iterable[str]) -> dict[str, set[str]]:
    """Which batches of these are stopped, by SKU (one statement)."""
    found: dict[str, set[str]] = {}
    rows = SaleStop.objects.filter(lifted_at=None, sku__in=list(skus)).exclude(batch="")
    for sku, batch in rows.values_list("sku", "batch"):
        found.setdefault(sku, set()).add(batch)
    return found


def to_hold(limit: int) -> list[UUID]:
    """Orders with something stopped that are not held for it and have not left, nor were let go by a person since."""
    found: list[UUID] = []
    for stop in stopped_skus().values():
        rows = _with_any(_STILL_HERE.all(), [stop.sku]).exclude(Exists(_holds("pk").exclude(stage=Stage.DONE)))
        rows = rows.exclude(Exists(_let_go("pk", stop.stopped_at)))
        found += rows.order_by("id").values_list("id", flat=True)[: limit - len(found)]
    return list(dict.fromkeys(found))


def to_free(limit: int) -> list[UUID]:
    """Holds of orders with nothing stopped any more."""
    rows = Hold.objects.filter(reason=Reason.SALE_STOPPED).exclude(stage=Stage.DONE)
    lines = OrderLine.objects.filter(order=OuterRef("order_id"), sku__in=list(stopped_skus()))
    return list(rows.exclude(Exists(lines)).order_by("id").values_list("id", flat=True)[:limit])


@transaction.atomic
def hold_stopped(order_id: UUID, *, at: datetime) -> Hold | None:
    """This will hold an order that has something stopped, as long as it has not left; safe to repeat."""
    order = hold_order(order_id)
    stops = stopped_skus(OrderLine.objects.filter(order=order).values_list("sku", flat=True))
    since = min((stop.stopped_at for stop in stops.values()), default=None)
    is_ready = order.commercial in OPEN and order.reviewed_at is not None and order.fulfilment not in LEFT
    if since is None or not is_ready or _known(order, since):
        return None
    skus = sorted(stops)
    said = {"kind": "sku", "evidence": evidence_of(skus), "priority": _FIRST}
    due_at = at + _LOOKED_AT_WITHIN
    return open_hold(order_id=order_id, reason=Reason.SALE_STOPPED, due_at=due_at, said=said, by=BY, at=at)


@transaction.atomic
def free_unstopped(hold_id: UUID, *, at: datetime) -> None:
    """This will end the hold of an order with nothing stopped any more; safe to repeat."""
    try:
        order, hold = held_together(hold_id)
    except HoldOver:
        return
    if not stopped_skus(OrderLine.objects.filter(order=order).values_list("sku", flat=True)):
        end_hold(order, hold, ending=Ending.FIXED, outcome=Outcome.RIGHT, by=BY, at=at)
        order.save(update_fields=["open_holds"])


def evidence_of(skus: Sequence[str]) -> dict[str, str | int]:
    """As a hold keeps it: one of them, and how many."""
    return {"sku": skus[0], "skus": len(skus)}


def _known(order: Order, since: datetime) -> bool:
    holds = Hold.objects.filter(order=order, reason=Reason.SALE_STOPPED)
    is_open = holds.exclude(stage=Stage.DONE).exists()
    return is_open or holds.filter(ending=Ending.RELEASED, opened_at__gte=since).exists()


def _with_any(orders: QuerySet[Order], skus: list[str]) -> QuerySet[Order]:
    return orders.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), sku__in=skus)))


def _holds(order: str) -> QuerySet[Hold]:
    return Hold.objects.filter(order=OuterRef(order), reason=Reason.SALE_STOPPED)


def _let_go(order: str, since: datetime) -> QuerySet[Hold]:
    return _holds(order).filter(ending=Ending.RELEASED, opened_at__gte=since)
