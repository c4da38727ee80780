"""Orders that shops posted and that could not be taken: why, to be tried again or put aside."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.queries.orders import CLEAR_UP, WRITE
from zhoudao.rooms.orders.commands.posts import dismiss_post, try_again, wake_taker
from zhoudao.rooms.orders.models import StorefrontPost
from zhoudao.rooms.orders.queries.storefronts import failed_posts, is_failed
from zhoudao.rooms.orders.refusals import FAULTS

REASONS: Mapping[str, LazyText] = {
    "json": gettext_lazy("This is no JSON at all."),
    "shape": gettext_lazy("This is not written as agreed."),
    "field": gettext_lazy("It has a field that nobody knows here."),
    "currency": gettext_lazy("It is in another currency than the shop was set up with."),
    "payment": gettext_lazy("Nobody knows this payment status here."),
    "test": gettext_lazy("A test order of the shop."),
    "deleted": gettext_lazy("The shop deleted it: see whether the order is still wanted, and cancel it if not."),
    "OrderUnsound": gettext_lazy("Some of it is not acceptable."),
    "OrderStoreUnknown": gettext_lazy("The store that sells for this shop is closed."),
    "AlreadyOnItsWay": gettext_lazy(
        "The shop changed or cancelled it after picking had begun: stop the parcel, or take it back as a return."
    ),
    "OrderOver": gettext_lazy("The shop changed or cancelled it after it was completed or cancelled here."),
    "CustomerNotFound": gettext_lazy("Its customer was erased."),
}


@require_safe
@permit("orders:write")
def posts(request: HttpRequest) -> HttpResponse:
    """What waits for a person, the newest first."""
    _only_whose_it_is(request)
    page = failed_posts(before=uuid_in(request.GET.get("cursor", "")))
    rows = [(post, order, why_of(post)) for post, order in page.rows]
    return render(request, "desk/orders/storefronts.html", {"rows": rows, "next": page.next})


@require_POST
@permit("orders:write")
def act(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """One of them is tried again, or put aside."""
    _only_whose_it_is(request)
    if not is_failed(post_id):
        raise Http404
    do = request.POST.get("do")
    if do == "again":
        if try_again(post_id):
            wake_taker()
            messages.success(request, _("It is tried again; if it still cannot be taken, it is back here in a moment."))
        else:
            messages.error(request, _("What it said was destroyed after three months; look in the shop."))
    elif do == "dismiss":
        dismiss_post(post_id, by=By(viewer_of(request).actor), at=clock.now())
        messages.success(request, _("It is put aside."))
    else:
        return HttpResponseBadRequest()
    return redirect("storefront_posts")


def why_of(post: StorefrontPost) -> list[tuple[str, str]]:
    """What is wrong, each with its place in what was posted."""
    known = REASONS.get(post.reason) or FAULTS.get(post.reason)
    if known is None:
        return [(_("We could not take it ourselves (%(what)s); it was tried six times.") % {"what": post.reason}, "")]
    faults = [(str(FAULTS[code]), where) for where, code in post.faults if code in FAULTS]
    where = ", ".join(str(one[0]) for one in post.faults) if post.faults and not faults else ""
    return faults or [(str(known), where)]


def _only_whose_it_is(request: HttpRequest) -> None:
    """What is no order yet is of no store: for whoever works in the whole company, or clears up its exceptions."""
    viewer = viewer_of(request)
    if not viewer.within(WRITE).is_everywhere and not viewer.may(CLEAR_UP):
        raise PermissionDenied
