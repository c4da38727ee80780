"""The places of the desk: what the rail shows to whom."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise as LazyText
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.kit.frozen import frozen

register = template.Library()
_PLACES: list[tuple[str, str, str, LazyText, str, bool]] = [
    ("cases:read", "desk", "inbox", _("Workspace"), "g i", False),
    ("customers:read", "customers", "users", _("Customers"), "g c", False),
    ("orders:read", "orders", "package", _("Orders"), "g d", False),
    ("returns:read", "returns", "undo-2", _("Returns"), "g r", False),
    ("repairs:read", "repairs", "wrench", _("Repairs"), "g e", False),
    ("cases:read", "search", "search", _("Search"), "g /", False),
    ("tasks:read", "tasks", "list-checks", _("Tasks"), "g t", False),
    ("incidents:read", "incidents", "siren", _("Incidents"), "g x", False),
    ("messages:write", "calls", "phone", _("Calls"), "g l", False),
    ("counter:write", "counter", "store", _("Counter"), "g o", False),
    ("bookings:read", "bookings", "calendar", _("Bookings"), "g k", False),
    ("visits:make", "visits", "map-pin", pgettext_lazy("engineers", "Visits"), "g y", False),
    ("stock:read", "stock", "warehouse", _("Stock"), "g w", False),
    ("products:read", "products", "layers", _("Products"), "g a", False),
    ("picking:write", "waves", "scan-barcode", _("Fulfilment"), "g v", False),
    ("metrics:read", "board", "gauge", _("Board"), "g b", False),
    ("team:read", "routing", "split", _("Queues and routing"), "g q", False),
    ("intake:read", "intake", "mail-warning", _("Intake"), "g m", False),
    ("intake:read", "channels", "message-square", _("Channels"), "g h", False),
    ("articles:read", "knowledge", "book-open", _("Knowledge base"), "g a", False),
    ("flows:read", "flows", "workflow", _("Flows"), "g f", False),
    ("insight:read", "insight", "telescope", _("Diagnosis"), "g n", False),
    ("triage:read", "triage", "tag", _("What customers want"), "g a", False),
    ("suggestions:write", "suggestions", "sparkles", _("Suggestions"), "g j", True),
    ("team:read", "settings", "settings", _("Settings"), "g s", True),
    (SIGNED_IN, "profile", "user", _("My profile"), "g p", True),
]
# pages reached from a place whose address they do not lie below
_AT_HOME_IN = {
    "errands": "tasks",
    "handbooks": "tasks",
    "handbook": "tasks",
    "approvals": "tasks",
    "causes": "board",
    "reasons": "board",
    "transfers": "board",
    "resolution": "board",
    "consistency": "board",
    "errors": "board",
    "effort": "board",
    "figures": "board",
    "queue_figures": "board",
    "booking_figures": "board",
    "booking_numbers": "board",
    "queue_numbers": "board",
    "queue_needs": "settings",
    "replies": "settings",
    "macros": "settings",
    "risks": "settings",
    "quality": "returns",
    **dict.fromkeys(("lab", "experiment", "variant", "outlook"), "insight"),
    "pilots": "insight",
    "register": "insight",
    "programmes": "insight",
}


@frozen
class Place:
    """One drawing of the rail; those `is_below` stand at its foot."""

    address: str
    drawing: str
    words: LazyText
    key: str
    is_below: bool
    is_here: bool


@register.simple_tag(takes_context=True)
def rail(context: dict[str, Any]) -> SafeString:
    """The places this viewer may go to, where they are marked."""
    request = context["request"]
    viewer = viewer_of(request)
    seen = tuple(entry[1] for entry in _PLACES if viewer.may(entry[0]) and _address(entry[1]))
    return _drawn(seen, _here(request.path, seen), get_language())


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], permission: str) -> bool:
    """Whether this viewer may somewhere, for what a page leads to."""
    return viewer_of(context["request"]).may(permission)


def _here(path: str, seen: tuple[str, ...]) -> str:
    """The place a page belongs to: the longest address it lies below, '' when there is none."""
    homes = {name: name for name in seen} | {page: place for page, place in _AT_HOME_IN.items() if place in seen}
    passed = {page: len(address) for page in homes if (address := _address(page)) and path.startswith(address)}
    return homes[max(passed, key=lambda page: passed[page])] if passed else ""


@lru_cache(maxsize=256)
def _drawn(seen: tuple[str, ...], here: str, language: str | None) -> SafeString:
    """The rail with these places, in the active language."""
    places = [
        Place(_address(name) or "", *entry[2:], is_here=name == here) for entry in _PLACES if (name := entry[1]) in seen
    ]
    return render_to_string("desk/parts/rail.html", {"places": places})


@lru_cache(maxsize=32)
def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
