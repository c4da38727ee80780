"""Orders fetched beside something else: a case, a customer, the search; and stopped out of a case."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.orders.pages import named, said
from zhoudao.doors.desk.words import said as refused
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.commands.cancelling import cancel_whole
from zhoudao.rooms.aftersales.queries.listing import returns_of_orders
from zhoudao.rooms.cases.commands.stopping import stop_order
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.orders import READ, WRITE, customer_seen, order_for
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.commands.refunding import refund_asked
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import LEFT, Hold, Order, OrderLine, Outcome, Reason, Stage
from zhoudao.rooms.orders.queries.listing import orders_of
from zhoudao.rooms.orders.refusals import HoldOver, OrderRefused
from zhoudao.rooms.parcels.models import Parcel


@require_GET
@permit("orders:read")
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The orders of a case's customer, fetched beside it."""
    viewer = viewer_of(request)
    return _beside_case(request, viewer, case_or_404(viewer, number))


@require_POST
@permit("orders:write")
def stop(request: HttpRequest, number: str, order_number: str) -> HttpResponse:
    """The customer wants their money back: the order stops; or it goes on after all, or is cancelled."""
    viewer = viewer_of(request)
    case, found = case_or_404(viewer, number), order_for(viewer, order_number, WRITE)
    if found is None or found.customer_id not in group_ids(case.customer_id):
        raise Http404
    do, refusal = request.POST.get("do", ""), ""
    if do not in ("stop", "release", "cancel"):
        return HttpResponseBadRequest()
    try:
        _stop(do, case.id, found, viewer)
    except (OrderRefused, CaseRefusal) as error:
        refusal = refused(error)
    return _beside_case(request, viewer, case, refusal=refusal)


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


def _stop(do: str, case_id: UUID, order: Order, viewer: Viewer) -> None:
    """Raises: OrderRefused, CaseRefusal."""
    asked: dict[str, Any] = {"by": By(viewer.actor), "at": clock.now()}
    if do == "stop":
        stop_order(case_id=case_id, order_id=order.id, viewer=viewer, at=clock.now())
    elif do == "cancel":
        cancel_whole(order_id=order.id, reason="customer", **asked)
    else:
        held = refund_asked(order.id)
        if held is None:
            raise HoldOver(HoldOver.__doc__)
        release_hold(hold_id=held.id, outcome=Outcome.UNSURE, **asked)


def _beside_case(request: HttpRequest, viewer: Viewer, case: Case, *, refusal: str = "") -> HttpResponse:
    rows = orders_of(group_ids(case.customer_id))
    more = {"case": case, "may_stop": viewer.may(WRITE), "may_return": viewer.may("returns:write"), "refusal": refusal}
    more["may_repair"] = viewer.may("repairs:write")
    more["goods"] = _goods(rows) if viewer.may("products:read") else {}
    return _drawn(request, rows, is_person=False, **more)


def _goods(rows: list[Order]) -> dict[UUID, list[OrderLine]]:
    """What was ordered, from which it is one step to the product (one statement)."""
    found: dict[UUID, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=rows).order_by("id"):
        found.setdefault(line.order_id, []).append(line)
    return found


def _drawn(request: HttpRequest, rows: list[Order], *, is_person: bool, **more: Any) -> HttpResponse:
    under_way: dict[UUID, list[Parcel]] = {}
    for parcel in Parcel.objects.filter(order__in=rows, delivered_at=None).order_by("handed_over_at", "id"):
        under_way.setdefault(parcel.order_id, []).append(parcel)
    held = [one.id for one in rows if one.open_holds] if more.get("may_stop") else []
    asked = Hold.objects.filter(order_id__in=held, reason=Reason.REFUND_REQUESTED).exclude(stage=Stage.DONE)
    stopped = set(asked.values_list("order_id", flat=True)) if held else set()
    returns = returns_of_orders([one.id for one in rows]) if more.get("may_return") else {}
    shown = [
        {
            "order": one,
            "returns": returns.get(one.id, []),
            "may_return": bool(more.get("may_return")) and one.fulfilment in LEFT,
            "total": said(one.total_minor, one),
            "parcels": under_way.get(one.id, []),
            "is_stopped": one.id in stopped,
            "may_stop": one.is_open and one.fulfilment not in LEFT,
            "goods": more.get("goods", {}).get(one.id, []),
        }
        for one in rows
    ]
    return render(request, "desk/orders/_of.html", {"rows": shown, "is_person": is_person, **more})
