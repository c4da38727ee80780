"""Orders fetched beside something else: a case, a customer, the search."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.orders.pages import named, said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.rooms.cases.queries.orders import READ, customer_seen
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.queries.listing import orders_of
from zhoudao.rooms.parcels.models import Parcel


@require_GET
@permit("orders:read")
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The orders of a case's customer, fetched beside it."""
    case = case_or_404(viewer_of(request), number)
    return _drawn(request, orders_of(group_ids(case.customer_id)), is_person=False)


@require_GET
@permit("orders:read")
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """A person's orders with all their records, fetched beside their page."""
    group = customer_seen(viewer_of(request), customer_id)
    if not group:
        raise Http404
    return _drawn(request, orders_of(group), is_person=True)


@require_GET
@permit("orders:read")
def found(request: HttpRequest) -> HttpResponse:
    """The orders that the search's words name exactly: nothing at all when there is none."""
    viewer = viewer_of(request).within(READ)
    rows = named(viewer, request.GET.get("q", "").strip())
    return render(request, "desk/orders/_found.html", {"rows": [(one, said(one.total_minor, one)) for one in rows]})


def _drawn(request: HttpRequest, rows: list[Order], *, is_person: bool) -> HttpResponse:
    under_way: dict[UUID, list[Parcel]] = {}
    for parcel in Parcel.objects.filter(order__in=rows, delivered_at=None).order_by("handed_over_at", "id"):
        under_way.setdefault(parcel.order_id, []).append(parcel)
    shown = [(one, said(one.total_minor, one), under_way.get(one.id, [])) for one in rows]
    return render(request, "desk/orders/_of.html", {"rows": shown, "is_person": is_person})
