"""The pages of settings: what stands in their column."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.permits import permission_of, viewer_of

_PAGES: list[tuple[str, LazyText, str]] = [
    ("settings_people", _("People"), "users"),
    ("settings_stores", _("Stores"), "store"),
    ("settings_warehouses", _("Warehouses"), "warehouse"),
    ("settings_network", _("Service network"), "map-pin"),
    ("settings_teams", _("Teams"), "users-round"),
    ("settings_channels", _("Channels"), "inbox"),
    ("settings_storefronts", _("Online shops"), "globe"),
    ("settings_tracking", pgettext_lazy("parcels", "Tracking"), "package"),
    ("settings_payments", _("Paying back"), "undo-2"),
    ("settings_couriers", _("Couriers"), "truck"),
    ("settings_return_labels", _("Return labels"), "tag"),
    ("settings_promises", _("Promises"), "timer"),
    ("settings_on_call", _("On call"), "siren"),
    ("settings_follow_up", _("Follow-up"), "star"),
    ("settings_causes", _("Causes"), "list-checks"),
    ("settings_costs", _("What work costs"), "timer"),
    ("risks", _("Risks"), "shield"),
    ("settings_calendars", _("Working hours"), "calendar"),
    ("settings_bookings", _("Bookings"), "calendar"),
    ("replies", _("Canned replies"), "message-square"),
    ("macros", _("Macros"), "zap"),
    ("settings_tokens", _("Tokens"), "key"),
    ("settings_portal", _("Portal"), "house"),
    ("settings_apps", _("Portal in own apps"), "smartphone"),
    ("settings_texts", _("Text messages"), "message-circle"),
    ("settings_webhooks", _("Webhooks"), "webhook"),
]


def settings_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str, status: int = 200
) -> HttpResponse:
    """One page beside the column of all this viewer may open."""
    viewer = viewer_of(request)
    pages = [
        {"words": words, "drawing": icon, "address": reverse(name), "is_here": name == here}
        for name, words, icon in _PAGES
        if viewer.may(permission_of(resolve(reverse(name)).func) or "")
    ]
    path = template if "/" in template else f"desk/settings/{template}"
    return render(request, path, {"pages": pages, **context}, status=status)
