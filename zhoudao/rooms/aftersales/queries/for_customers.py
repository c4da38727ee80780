"""A customer's own returns, as their pages show them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhoudao.engines.refunds import refund_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.commands.holding import check_paid
from zhoudao.rooms.aftersales.models import (
    REPLACES,
    Kind,
    Purse,
    Refund,
    RefundState,
    ReturnPiece,
    ReturnRequest,
    State,
)
from zhoudao.rooms.aftersales.pieces import pieces_of, taken_of
from zhoudao.rooms.aftersales.policies import terms_of
from zhoudao.rooms.aftersales.queries.eligibility import left_of_money, money_terms
from zhoudao.rooms.orders.models import Order, Payment
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.stock.models import Place, Warehouse

# Money that a colleague would give back is shown once somebody has approved it; what was cancelled, with its order.
_SHOWN = ~Q(kind__in=(Kind.ADJUSTMENT, Kind.CANCEL)) | Q(kind=Kind.ADJUSTMENT) & Exists(
    Refund.objects.filter(request=OuterRef("pk")).exclude(state__in=(RefundState.ASKED, RefundState.REFUSED))
)
_BEFORE_ANYTHING = (State.REQUESTED, State.APPROVED, State.INSPECTED)


def returns_of(order: Order) -> QuerySet[ReturnRequest]:
    """All returns of an order, the newest first."""
    return ReturnRequest.objects.filter(_SHOWN, order=order).order_by("-id")


def returns_of_people(records: Sequence[UUID], *, since: datetime) -> QuerySet[ReturnRequest]:
    """Returns of somebody's records that are open or were asked for since then, the newest first."""
    rows = ReturnRequest.objects.filter(_SHOWN, customer_id__in=records)
    return (rows.filter(closed_at=None) | rows.filter(asked_at__gte=since)).order_by("-id")


def return_named(order: Order, number: str) -> ReturnRequest | None:
    """The return of this order with this number, and whether there are shops to bring it to (one statement)."""
    rows = ReturnRequest.objects.select_related("store", "warehouse__store", "replacement")
    rows = rows.annotate(has_shops=Exists(Store.objects.filter(kind="shop", closed_at=None)))
    found = rows.filter(_SHOWN, order=order, number=number).first()
    if found is not None:
        found.order = order
    return found


def check_money(order: Order) -> None:
    """Whether money of this order can be paid back through us (no statement for one that is just paid).

    Raises: NotPaidYet, PaidBackElsewhere
    """
    if order.payment != Payment.CAPTURED and not Purse.objects.filter(order=order).exists():
        check_paid(order)


def sent_at(request: ReturnRequest) -> datetime | None:
    """When its customer first said that it is on its way (one statement)."""
    rows = Event.objects.filter(object_ids__contains=[request.id], type="aftersales.ReturnSent")
    return rows.order_by("occurred_at", "id").values_list("occurred_at", flat=True).first()


@frozen
class Expected:
    """What comes of pieces nobody has inspected yet, if they are as they were sent: so much is paid back, or is still
    to be paid for what is sent instead.
    """

    back_minor: int
    due_minor: int = 0


def expected_of(request: ReturnRequest, pieces: Sequence[ReturnPiece]) -> Expected:
    """What is expected (two statements). `pieces` come with their lines."""
    waiting = [one for one in pieces if one.is_live and one.refund_id is None and not one.condition]
    _taken, lowered = taken_of([one.order_line for one in waiting])
    parts = [pieces_of(one.order_line, [one.rank], lowered=lowered[one.order_line_id])[0] for one in waiting]
    agreed = request.label_minor if request.fetched_minor is None else request.fetched_minor
    pickup = (agreed or 0) if request.kind == Kind.RETURN_REFUND else 0
    terms = money_terms(terms_of(request), pickup_minor=pickup)
    money = refund_of(parts, terms, left_minor=left_of_money(request.order))
    if request.kind not in REPLACES or request.is_off:
        return Expected(money.total_minor)
    price = sum(one.wanted_minor for one in waiting)
    due = max(0, price - money.total_minor - money.over_minor)
    return Expected(max(0, money.total_minor - price), due)


def may_withdraw(request: ReturnRequest, pieces: Sequence[ReturnPiece], refunds: Sequence[Refund]) -> bool:
    """Whether nothing has come or been promised yet, as `withdraw_return` asks."""
    is_free = not any(one.is_here for one in pieces) and all(one.state == RefundState.REFUSED for one in refunds)
    return is_free and request.state in _BEFORE_ANYTHING


def place_back(request: ReturnRequest) -> Warehouse | None:
    """Where it goes, with the store it belongs to: where it was taken in, else whence it was sent, else the first
    warehouse that is open (two statements at most).
    """
    if request.warehouse is not None:
        return request.warehouse
    rows = Parcel.objects.filter(order_id=request.order_id, warehouse__closed_at=None, warehouse__isnull=False)
    sent = rows.select_related("warehouse__store").order_by("-handed_over_at", "-id").first()
    if sent is not None:
        return sent.warehouse
    places = Warehouse.objects.select_related("store").filter(kind=Place.WAREHOUSE, closed_at=None)
    return places.order_by("priority", "code").first()


@frozen
class Address:
    """Where something goes: a place's name, town, street and telephone, as far as they are known, and its id; a store's
    own has none.
    """

    name: str
    town: str
    street: str
    phone: str
    place_id: UUID | None = None


def address_back(request: ReturnRequest) -> Address:
    """Where a return goes: a place with its address, else the store's (two statements at most)."""
    return address_at(request, place_back(request))


def address_at(request: ReturnRequest, place: Warehouse | None) -> Address:
    """The address of a place, which came with its store; of none, the return's store's (no statement)."""
    if place is None:
        store = request.store
        return Address(str(store), store.city, store.street, store.phone)
    town = " ".join(dict.fromkeys(filter(None, (place.province, place.city))))
    street, phone = place.street, place.phone
    if place.store is not None:
        street, phone = street or place.store.street, phone or place.store.phone
    return Address(str(place), town, street, phone, place.id)
