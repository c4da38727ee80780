"""The workbench: what holds orders, by reason and stage, what is due first; taken, released, several at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.customers.finding import cursor_of, read_cursor
from zhoudao.doors.desk.orders.hold_words import evidence_of
from zhoudao.doors.desk.orders.pages import said as amount
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.kept import Kept
from zhoudao.rooms.cases.queries.orders import READ, WRITE, seen_orders
from zhoudao.rooms.orders.commands.holds import put_back, take_hold
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Hold, Outcome, Reason, Stage
from zhoudao.rooms.orders.queries.detectors import Through, through
from zhoudao.rooms.orders.queries.holds import HoldsAsked, chosen, hold_page, tally
from zhoudao.rooms.orders.refusals import OrderRefused

MOST = 100  # released with one click
_KEPT = ("reason", "stage", "whose")
_through: Kept[str, Through] = Kept(60.0)  # it reads all orders of a week


@require_GET
@permit("orders:read")
def holds(request: HttpRequest) -> HttpResponse:
    """The exceptions: open ones by when they are due, done ones the latest first."""
    viewer, query, at = viewer_of(request).within(READ), request.GET, clock.now()
    page = hold_page(seen_orders(viewer), _asked(viewer, query))
    kept = {name: query[name] for name in _KEPT if query.get(name)}
    counts = tally(seen_orders(viewer), at=at)
    context = {
        "rows": [_row(one) for one in page.rows],
        "next": cursor_of(page.next),
        "asked": kept,
        "kept": urlencode(kept),
        "others": urlencode({name: value for name, value in kept.items() if name != "reason"}),
        "reasons": [(one, counts.by_reason.get(one.value, 0)) for one in Reason if counts.by_reason.get(one.value)],
        "counts": counts,
        "total": counts.pending + counts.working,
        "through": _through.get("", lambda: through(at=at)) if viewer.is_everywhere else None,
        "may_write": viewer.may(WRITE),
        "me": viewer.user_id,
        "outcomes": Outcome.choices,
        "at": at,
        "here": request.get_full_path(),
    }
    return render(request, "desk/orders/holds.html", context)


@require_POST
@permit("orders:write")
def act(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Taken, put back or released; then back to where it was done."""
    viewer = viewer_of(request)
    found = _mine(viewer, [hold_id])
    if not found:
        raise Http404
    asked: dict[str, Any] = {"hold_id": hold_id, "by": By(viewer.actor), "at": clock.now()}
    try:
        do = request.POST.get("do")
        if do == "take" and viewer.user_id is not None:
            take_hold(owner_id=viewer.user_id, **asked)
        elif do == "back":
            put_back(**asked)
        elif do == "release":
            messages.success(request, _done(release_hold(outcome=request.POST.get("outcome", ""), **asked).open_holds))
        else:
            return HttpResponseBadRequest()
    except OrderRefused as refusal:
        messages.error(request, said(refusal))
    return redirect(_back(request))


@require_POST
@permit("orders:write")
def release(request: HttpRequest) -> HttpResponse:
    """Several at once: shown first, then done one by one; each that is not possible is named."""
    viewer = viewer_of(request)
    ids = [id_ for text in request.POST.getlist("hold") if (id_ := uuid_in(text))]
    found = _mine(viewer, ids[:MOST])
    outcome = request.POST.get("outcome", "")
    if "sure" not in request.POST or outcome not in Outcome.values or not found:
        return _preview(request, found, is_unsaid="sure" in request.POST)
    refused = []
    for hold in found:
        try:
            release_hold(hold_id=hold.id, outcome=outcome, by=By(viewer.actor), at=clock.now())
        except OrderRefused as refusal:
            refused.append(f"{hold.order.number}: {said(refusal)}")
    count = len(found) - len(refused)
    if count:
        messages.success(request, _("%(n)s released.") % {"n": count})
    for words in refused:
        messages.error(request, words)
    return redirect(_back(request))


def _preview(request: HttpRequest, found: Sequence[Hold], *, is_unsaid: bool) -> HttpResponse:
    """What will become of the orders behind them."""
    by_order: dict[UUID, int] = {}
    for hold in found:
        by_order[hold.order_id] = by_order.get(hold.order_id, 0) + 1
    free = {hold.order_id for hold in found if hold.order.open_holds <= by_order[hold.order_id]}
    context = {
        "rows": [_row(one) for one in found],
        "approved": len(free),
        "still_held": len(by_order) - len(free),
        "short": sum(one.reason == Reason.OUT_OF_STOCK and one.order_id in free for one in found),
        "outcomes": Outcome.choices,
        "back": _back(request),
        "is_unsaid": is_unsaid and bool(found),
    }
    return render(request, "desk/orders/release.html", context, status=422 if is_unsaid else 200)


def _asked(viewer: Viewer, query: QueryDict) -> HoldsAsked:
    stage = query.get("stage", "")
    reason = query.get("reason", "")
    whose = query.get("whose", "")
    return HoldsAsked(
        reason=reason if reason in Reason.values else "",
        stage=stage if stage in Stage.values else "open",
        owner_id=viewer.user_id if whose == "me" else None,
        is_nobodys=whose == "nobody",
        late_at=clock.now() if whose == "late" else None,
        after=read_cursor(query.get("cursor", "")),
    )


def _mine(viewer: Viewer, ids: Sequence[UUID]) -> list[Hold]:
    """Those that the viewer may change."""
    there = viewer.within(WRITE)
    return chosen(seen_orders(there), ids) if viewer.may(READ) and viewer.may(WRITE) else []


def _row(hold: Hold) -> dict[str, Any]:
    return {
        "hold": hold,
        "order": hold.order,
        "total": amount(hold.order.total_minor, hold.order),
        "why": evidence_of(hold),
    }


def _done(still: int) -> str:
    if still:
        return _("Released. The order still waits for %(n)s more.") % {"n": still}
    return _("Released: the order goes on.")


def _back(request: HttpRequest) -> str:
    """A page of ours, or the workbench."""
    back = request.POST.get("back", "")
    return back if back.startswith("/desk/orders/") and "\\" not in back else reverse("order_holds")
