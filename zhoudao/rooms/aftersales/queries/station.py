"""What a station of returns shows: what is expected, here, and to be inspected."""

from uuid import UUID

from django.db.models import Count, Q

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import BACK, ReturnRequest
from zhoudao.rooms.aftersales.queries.listing import named
from zhoudao.rooms.parcels.carriers import tidied_number

_MOST = 50


@frozen
class Expected:
    """Of one item of a return: how many are expected, here, and of those still to be inspected."""

    sku: str
    name: str
    expected: int
    here: int
    to_inspect: int


def expected_of(request: ReturnRequest) -> list[Expected]:
    """What a return consists of, item by item (one statement)."""
    here, new = Q(is_here=True), Q(is_here=True, condition="")
    rows = request.pieces.filter(is_live=True).values("order_line__sku", "order_line__name")
    counted = rows.annotate(n=Count("id"), here=Count("id", filter=here), new=Count("id", filter=new))
    return [
        Expected(row["order_line__sku"], row["order_line__name"], row["n"], row["here"], row["new"])
        for row in counted.order_by("order_line__sku")
    ]


def returns_scanned(text: str) -> list[ReturnRequest]:
    """The returns that what was scanned names: open ones first (one statement)."""
    if not text.strip():
        return []
    rows = ReturnRequest.objects.filter(named(text), kind__in=BACK).select_related("order")
    found = list(rows.order_by("-id")[:_MOST])
    return [one for one in found if one.is_open] or found


def is_label_of(request: ReturnRequest, text: str) -> bool:
    """Whether this is the number of its prepaid label (no statement)."""
    number = tidied_number(text)
    return request.is_labelled and bool(number) and number == request.tracking_number


def awaited_at(warehouse_id: UUID) -> list[ReturnRequest]:
    """Returns whose goods are in this place and not all inspected, those that wait longest first (one statement)."""
    rows = ReturnRequest.objects.filter(state="received", closed_at=None, warehouse=warehouse_id)
    return list(rows.select_related("order").order_by("received_at", "id")[:_MOST])
