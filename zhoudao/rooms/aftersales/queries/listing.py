"""Returns and refunds as they are listed and found."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhoudao.ground.accounts.grants import roles_at
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.codes import Code
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import OPEN, Refund, RefundState, ReturnPiece, ReturnRequest, State, Stray
from zhoudao.rooms.cases.queries.orders import seen_orders
from zhoudao.rooms.cases.queries.people import may_see
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import is_number, tidied_number
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.reach import places_kept

READ, WRITE, INSPECT = "returns:read", "returns:write", "returns:inspect"
TEAM = "after_sales"  # whose work returns are
COUNTER = "counter"  # the channel of what was handed over in a store
APPROVE, PAY = "refunds:approve", "refunds:pay"
PAGE, MOST_COUNTED = 25, 1_000
_NUMBER = re.compile(r"R(\d{4})-?(\d{1,9})", re.IGNORECASE | re.ASCII)
_WORDS = frozenset(State.values)


@frozen
class ReturnPage:
    """Returns, and where the next page begins (None at the end)."""

    rows: list[ReturnRequest]
    next: UUID | None


def return_page(viewer: Viewer, *, state: str = "", kind: str = "", after: UUID | None = None) -> ReturnPage:
    """The newest returns that may be seen (one statement); `state` may be `open`."""
    rows = ReturnRequest.objects.filter(seen_returns(viewer))
    if state == "open":
        rows = rows.filter(closed_at=None)
    elif state in _WORDS:
        rows = rows.filter(state=Code(state))
        rows = rows.filter(closed_at=None) if State(state) in OPEN else rows
    if kind:
        rows = rows.filter(kind=kind)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.select_related("order", "store").order_by("-id")[: PAGE + 1])
    return ReturnPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def returns_named(viewer: Viewer, words: str) -> list[ReturnRequest]:
    """The returns these words name exactly: their number, their order's, or their parcel's (one statement)."""
    rows = ReturnRequest.objects.filter(seen_returns(viewer)).filter(named(words))
    return list(rows.select_related("order", "store").order_by("-id")[:PAGE])


def named(words: str) -> Q:
    """Returns of exactly this number, or of this order or parcel."""
    text = words.strip()[:80]
    match = _NUMBER.fullmatch(text)
    if match:
        return Q(number=f"R{match[1]}-{match[2].zfill(6)}")
    by_order = Q(order__number=text.upper()) | Q(order__external_number=text)
    number = tidied_number(text)
    return by_order | Q(tracking_number=number) if is_number(number) else by_order


def seen_returns(viewer: Viewer, permission: str = READ) -> Q:
    """Returns of the orders somebody may see; all of them for the company's team for after-sales."""
    viewer = viewer.within(permission)
    if viewer.is_everywhere:
        return Q()
    theirs_to_do = Team.objects.filter(id__in=viewer.teams or (), store=None, code=TEAM)
    return Q(Exists(Order.objects.filter(seen_orders(viewer), pk=OuterRef("order_id")))) | Q(Exists(theirs_to_do))


def return_for(viewer: Viewer, number: str, permission: str = READ) -> ReturnRequest | None:
    """One return the viewer may read where this permission is theirs, also by a joined record of the customer's."""
    if not (viewer.may(READ) and viewer.may(permission)):
        return None
    viewer = viewer.within(permission)
    rows = ReturnRequest.objects.filter(number=number)
    rows = rows.select_related("order__store", "order__customer", "store", "warehouse", "conversation", "replacement")
    if viewer.is_everywhere:
        return rows.first()
    found = rows.annotate(is_seen=seen_returns(viewer, permission)).first()
    if found is None or found.is_seen:
        return found
    joined = found.order.customer.merged_into_id is not None or found.order.customer.has_joined
    return found if joined and may_see(viewer, group_ids(found.customer_id)) else None


def may_note_paid(viewer: Viewer, request: ReturnRequest) -> bool:
    """Whether they may note that the customer paid a difference: who pays, and at the counter who takes goods in."""
    if return_for(viewer, request.number, PAY) is not None:
        return True
    return request.channel == COUNTER and return_for(viewer, request.number, INSPECT) is not None


def return_here(viewer: Viewer, number: str) -> ReturnRequest | None:
    """A return whose goods may be taken in wherever they came: nothing of it names its customer (one statement)."""
    if not viewer.may(INSPECT):
        return None
    rows = ReturnRequest.objects.filter(number=number).select_related("order", "store", "warehouse")
    return rows.first()


def returns_of_order(order_id: UUID) -> list[ReturnRequest]:
    """All returns of an order with their refunds, newest first (two statements)."""
    rows = ReturnRequest.objects.filter(order_id=order_id).select_related("replacement").prefetch_related("refunds")
    return list(rows.order_by("-id"))


def replaced_by(order: Order) -> ReturnRequest | None:
    """The return this order is sent for, with the order that was returned (one statement)."""
    return ReturnRequest.objects.filter(replacement=order).select_related("order").first()


def returns_of_orders(order_ids: Iterable[UUID]) -> Mapping[UUID, list[ReturnRequest]]:
    """The returns of several orders, newest first (one statement)."""
    found: dict[UUID, list[ReturnRequest]] = {}
    for one in ReturnRequest.objects.filter(order_id__in=list(order_ids)).order_by("-id"):
        found.setdefault(one.order_id, []).append(one)
    return found


def counted(viewer: Viewer) -> Mapping[str, int]:
    """How many open returns that may be seen stand at each state, at most `MOST_COUNTED` + 1 (a statement each)."""
    rows = ReturnRequest.objects.filter(seen_returns(viewer), closed_at=None)
    return {state.value: rows.filter(state=Code(state.value))[: MOST_COUNTED + 1].count() for state in OPEN}


def places_inspected(viewer: Viewer) -> QuerySet[Warehouse]:
    """Where somebody may take goods in and inspect them: places whose stock they could keep, by this right."""
    return places_kept(viewer, INSPECT)


def refund_page(viewer: Viewer, *, state: str = "", after: UUID | None = None) -> tuple[list[Refund], UUID | None]:
    """The newest refunds that may be seen, those still to be paid unless another state is asked for (one statement)."""
    seen = seen_returns(viewer)
    rows = (
        Refund.objects.filter(Exists(ReturnRequest.objects.filter(seen, pk=OuterRef("request_id")))) if seen else None
    )
    rows = Refund.objects.all() if rows is None else rows
    rows = rows.filter(state=state) if state in RefundState.values else rows.exclude(state__in=("paid", "refused"))
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.select_related("request", "order").order_by("-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def strays_at(places: Iterable[Warehouse]) -> list[Stray]:
    """Goods of no return in these places nobody has settled yet, the newest first (one statement)."""
    rows = Stray.objects.filter(settled_at=None, warehouse__in=list(places)).select_related("warehouse", "request")
    return list(rows.order_by("-id")[:100])


def aside_at(places: Iterable[Warehouse]) -> list[ReturnPiece]:
    """Pieces set aside in these places, those that wait longest first (one statement)."""
    rows = ReturnPiece.objects.filter(set_aside_at__isnull=False, request__warehouse__in=list(places))
    return list(rows.select_related("order_line", "request__warehouse").order_by("set_aside_at", "id")[:100])


def approving_roles(viewer: Viewer, request: ReturnRequest) -> tuple[str, ...]:
    """As what somebody approves this return's refunds: their roles that hold there and carry the right."""
    held = [one for one in viewer.held if one.carries(APPROVE)]
    return tuple(roles_at(held, request.store_id, None))


def numbers_of(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The numbers of these returns (one statement)."""
    return dict(ReturnRequest.objects.filter(id__in=list(ids)).values_list("id", "number"))
