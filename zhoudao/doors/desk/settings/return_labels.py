"""Prepaid numbers for returns: how many of each carrier are left, brought by file, offered or not."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from zhoudao.doors.desk.orders.lists import TROUBLES
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now, zone
from zhoudao.kit.tables import TableUnreadable
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.return_labels.commands.bringing import MOST_NUMBERS, bring_numbers
from zhoudao.rooms.return_labels.commands.pools import change_pool
from zhoudao.rooms.return_labels.queries.pools import pools
from zhoudao.rooms.return_labels.refusals import LabelRefused, Wrong

_HERE = "settings_return_labels"
_SHOWN = 30
_WRONG: dict[str, LazyText] = {
    "carrier": gettext_lazy("“%(detail)s” is no carrier that we know"),
    "number": gettext_lazy(
        "“%(detail)s” is no tracking number (in Excel, write the column as text: long numbers lose their end)"
    ),
    "day": gettext_lazy("“%(detail)s” is no day like 2026-12-31"),
    "over": gettext_lazy("its last day, %(detail)s, is over"),
    "place": gettext_lazy("there is no open warehouse with the code “%(detail)s”"),
    "twice": gettext_lazy("the same number as in row %(detail)s"),
    "known": gettext_lazy("%(detail)s is here already, used or not"),
}
_TROUBLES: dict[str, LazyText] = {
    **TROUBLES,
    "many": gettext_lazy("It is too long: at most {most} numbers at once."),
    "none": gettext_lazy("It has no rows below its titles."),
}


@require_safe
@permit("settings:read")
def labels(request: HttpRequest) -> HttpResponse:
    """The pools, and the form that brings more."""
    return _page(request)


@require_POST
@permit("settings:write")
def bring(request: HttpRequest) -> HttpResponse:
    """A file of numbers: all of it or nothing."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > settings.FILE_LIMIT_BYTES:
        return _page(request, refusal=_("Choose a file.") if file is None else str(_TROUBLES["large"]))
    today = now().astimezone(zone()).date()
    try:
        counts = bring_numbers(content=file.read(), day=today, by=By(viewer_of(request).actor), at=now())
    except LabelRefused as refused:
        return _page(request, refusal=said(refused), wrong=getattr(refused, "wrong", ()))
    except TableUnreadable as refused:
        words = str(_TROUBLES.get(refused.code, _TROUBLES["unreadable"]))
        return _page(request, refusal=words.format(where=refused.where, most=f"{MOST_NUMBERS:,}"))
    for carrier, count in counts.items():
        words = ngettext(
            "%(count)s number of %(carrier)s was taken.", "%(count)s numbers of %(carrier)s were taken.", count
        )
        messages.success(request, words % {"count": count, "carrier": called(carrier)})
    return redirect(_HERE)


@require_POST
@permit("settings:write")
def change(request: HttpRequest) -> HttpResponse:
    """Whether a carrier's labels are offered, and when few are left."""
    given, warn_at = request.POST, request.POST.get("warn_at", "")
    try:
        change_pool(
            carrier=given.get("carrier", "")[:30],
            is_offered=bool(given.get("is_offered")),
            warn_at=int(warn_at) if warn_at.isdecimal() and len(warn_at) < 10 else -1,
            by=By(viewer_of(request).actor),
            at=now(),
        )
    except LabelRefused as refused:
        return _page(request, refusal=said(refused))
    messages.success(request, _("Saved."))
    return redirect(_HERE)


def _page(request: HttpRequest, *, refusal: str = "", wrong: Sequence[Wrong] = ()) -> HttpResponse:
    context = {
        "pools": [(one, called(one.pool.carrier)) for one in pools(now().astimezone(zone()).date())],
        "refusal": refusal,
        "wrong": [(one.row, _WRONG[one.why] % {"detail": one.detail}) for one in wrong[:_SHOWN]],
        "more": max(0, len(wrong) - _SHOWN),
        "most": f"{MOST_NUMBERS:,}",
        "may_write": viewer_of(request).may("settings:write"),
    }
    return settings_page(request, "return_labels.html", context, here=_HERE, status=422 if refusal else 200)
