"""Returns for programs: what may come back, asked for, decided, on its way, taken in, inspected."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.pickups import item
from zhoudao.doors.api.return_bodies import (
    ChosenIn,
    DeclineIn,
    InspectIn,
    LineIn,
    OptionItem,
    OptionList,
    ReceiveIn,
    RefundItem,
    ReturnIn,
    ReturnItem,
    ReturnList,
    ReturnPieces,
    ReturnsAsked,
    ReturnWhole,
    SentIn,
)
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.commands.deciding import approve_return, decline_return, note_sent, withdraw_return
from zhoudao.rooms.aftersales.commands.inspecting import Finding, inspect_return
from zhoudao.rooms.aftersales.commands.receiving import receive_return
from zhoudao.rooms.aftersales.commands.requesting import Wish, request_return
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.pieces import chosen, had_of
from zhoudao.rooms.aftersales.queries.eligibility import Option, asker_of, options_of
from zhoudao.rooms.aftersales.queries.listing import WRITE, return_for, return_here, return_page
from zhoudao.rooms.aftersales.refusals import NoPieceChosen, ReturnNotFound, WarehouseUnknown
from zhoudao.rooms.aftersales.swaps import swaps_of
from zhoudao.rooms.cases.queries.orders import order_for
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderNotFound
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.pickups.queries.offering import pickup_of
from zhoudao.rooms.stock.models import Warehouse

router = Router(tags=["returns"])


@operations.get(router, "", scope="returns:read", answer=ReturnList)
def returns(request: HttpRequest, asked: Query[ReturnsAsked]) -> ReturnList:
    """Returns of the orders the caller may see."""
    after = paging.read_id(asked.cursor) if asked.cursor else None
    page = return_page(viewer_in(request), state=asked.state, kind=asked.kind, after=after)
    items = [ReturnItem(**_fields(one)) for one in page.rows]
    return ReturnList(items=items, next=paging.write(str(page.next)) if page.next else None)


@operations.post(router, "/options", scope="returns:read", answers={200: OptionList})
def options(request: HttpRequest, wanted: ChosenIn) -> OptionList:
    """What the policy gives for these pieces and this reason. Nothing is asked for by this."""
    order = _order(viewer_in(request), wanted.order, "returns:read")
    pieces = chosen(had_of(order), _counts(order, wanted.lines))
    swaps = swaps_of(order, pieces, _swaps(order, wanted.lines))
    found = options_of(asker_of(order), wanted.reason, pieces, at=clock.now(), swaps=swaps)
    return OptionList(items=[_option(one, order.currency) for one in found])


@operations.post(router, "", scope="returns:write", answers={201: ReturnWhole})
def ask(request: HttpRequest, wanted: ReturnIn) -> Status[ReturnWhole]:
    """Ask for a return: what the policy gives at once is agreed to at once. Photos are added on its page."""
    viewer = viewer_in(request)
    order = _order(viewer, wanted.order, WRITE)
    made = request_return(
        order_id=order.id,
        wish=Wish(
            wanted.kind,
            wanted.reason,
            _counts(order, wanted.lines),
            words=wanted.words,
            swaps=_swaps(order, wanted.lines),
        ),
        key=uuid7(),
        is_exception=wanted.exception,
        by=By(viewer.actor, channel="api"),
        at=clock.now(),
    )
    return Status(201, _whole(made.id))


@operations.get(router, "/{return_number}", scope="returns:read", answer=ReturnWhole)
def one_return(request: HttpRequest, return_number: str) -> ReturnWhole:
    """One return with its pieces and refunds."""
    return _whole(_find(viewer_in(request), return_number, "returns:read"))


@operations.post(router, "/{return_number}/approve", scope="returns:write", answers={200: ReturnWhole})
def approve(request: HttpRequest, return_number: str) -> ReturnWhole:
    """Agree to what waits for a person; an exception by another than asked for it."""
    viewer = viewer_in(request)
    found = _find(viewer, return_number, WRITE)
    approve_return(request_id=found, by=By(viewer.actor), at=clock.now())
    return _whole(found)


@operations.post(router, "/{return_number}/decline", scope="returns:write", answers={200: ReturnWhole})
def decline(request: HttpRequest, return_number: str, wanted: DeclineIn) -> ReturnWhole:
    """Do not agree: its pieces may be asked for again."""
    viewer = viewer_in(request)
    found = _find(viewer, return_number, WRITE)
    decline_return(request_id=found, reason=wanted.reason, by=By(viewer.actor), at=clock.now())
    return _whole(found)


@operations.post(router, "/{return_number}/withdraw", scope="returns:write", answers={200: ReturnWhole})
def withdraw(request: HttpRequest, return_number: str) -> ReturnWhole:
    """End it for its customer, as long as nothing came or was promised."""
    viewer = viewer_in(request)
    found = _find(viewer, return_number, WRITE)
    withdraw_return(request_id=found, by=By(viewer.actor), at=clock.now())
    return _whole(found)


@operations.post(router, "/{return_number}/sent", scope="returns:write", answers={200: ReturnWhole})
def sent(request: HttpRequest, return_number: str, wanted: SentIn) -> ReturnWhole:
    """Note with which carrier and number it is on its way back."""
    viewer = viewer_in(request)
    found = _find(viewer, return_number, WRITE)
    label = Label(wanted.carrier, wanted.tracking_number)
    note_sent(request_id=found, label=label, by=By(viewer.actor), at=clock.now())
    return _whole(found)


@operations.post(router, "/{return_number}/receive", scope="returns:inspect", answers={200: ReturnWhole})
def receive(request: HttpRequest, return_number: str, wanted: ReceiveIn) -> ReturnWhole:
    """Take in what is here of it, at any door."""
    viewer = viewer_in(request)
    found = _here(viewer, return_number)
    place = Warehouse.objects.filter(code=wanted.warehouse, closed_at=None).values_list("id", flat=True).first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    counts: Counter[str] = Counter()
    for goods in wanted.goods:
        counts[goods.sku] += goods.quantity
    receive_return(
        request_id=found,
        counts=counts,
        warehouse_id=place,
        key=uuid7(),
        parcel=wanted.parcel,
        by=By(viewer.actor),
        at=clock.now(),
    )
    return _whole(found)


@operations.post(router, "/{return_number}/inspect", scope="returns:inspect", answers={200: ReturnWhole})
def inspect(request: HttpRequest, return_number: str, wanted: InspectIn) -> ReturnWhole:
    """Note what was found: the goods are booked where they go, and what is to be paid is promised."""
    viewer = viewer_in(request)
    found = _here(viewer, return_number)
    findings = [
        Finding(one.sku, one.quantity, one.condition, one.disposition, one.lost_percent, one.batch)
        for one in wanted.findings
    ]
    inspect_return(
        request_id=found,
        findings=findings,
        key=uuid7(),
        postage_minor=wanted.postage_minor,
        by=By(viewer.actor),
        at=clock.now(),
    )
    return _whole(found)


def _order(viewer: Viewer, number: str, permission: str) -> Order:
    found = order_for(viewer, number, permission)
    if found is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    return found


def _counts(order: Order, lines: Sequence[LineIn]) -> dict[UUID, int]:
    ids = dict(order.lines.values_list("position", "id"))
    counts: dict[UUID, int] = {}
    for one in lines:
        if one.position not in ids:
            raise NoPieceChosen(NoPieceChosen.__doc__)
        counts[ids[one.position]] = counts.get(ids[one.position], 0) + one.quantity
    return counts


def _swaps(order: Order, lines: Sequence[LineIn]) -> dict[UUID, str]:
    ids = dict(order.lines.values_list("position", "id"))
    return {ids[one.position]: one.instead for one in lines if one.instead and one.position in ids}


def _find(viewer: Viewer, number: str, permission: str) -> UUID:
    found = return_for(viewer, number, permission)
    if found is None:
        raise ReturnNotFound(ReturnNotFound.__doc__)
    return found.id


def _here(viewer: Viewer, number: str) -> UUID:
    found = return_here(viewer, number)
    if found is None:
        raise ReturnNotFound(ReturnNotFound.__doc__)
    return found.id


def _option(one: Option, currency: str) -> OptionItem:
    terms = one.terms
    return OptionItem(
        kind=one.kind.value,
        is_allowed=terms.is_allowed,
        why=terms.why,
        auto=terms.is_auto,
        instant=terms.is_instant,
        photos=terms.needs_photos,
        ships_back=terms.ships_back,
        currency=currency,
        amount_minor=one.back_minor,
        price_minor=one.price_minor,
        due_minor=one.due_minor,
        until=one.until,
    )


def _whole(request_id: UUID) -> ReturnWhole:
    found = ReturnRequest.objects.select_related("order", "warehouse").get(id=request_id)
    names = ("is_here", "condition", "disposition", "batch", "is_accepted")
    alike = Counter(
        (one.order_line.position, one.order_line.sku, *(getattr(one, name) for name in names))
        for one in found.pieces.select_related("order_line")
    )
    pieces = [
        ReturnPieces(position=key[0], sku=key[1], quantity=count, **dict(zip(names, key[2:], strict=True)))
        for key, count in sorted(alike.items())
    ]
    refunds = [
        RefundItem(**{name: getattr(one, name) for name in RefundItem.model_fields})
        for one in found.refunds.order_by("id")
    ]
    courier = pickup_of(found)
    return ReturnWhole(**_fields(found), pieces=pieces, refunds=refunds, pickup=item(courier) if courier else None)


def _fields(found: ReturnRequest) -> dict[str, Any]:
    named = {name: getattr(found, name) for name in ReturnItem.model_fields if name not in ("order", "warehouse")}
    return named | {"order": found.order.number, "warehouse": found.warehouse.code if found.warehouse else None}
