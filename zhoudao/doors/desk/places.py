"""The places of the desk: what the rail shows to whom."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.accounts.roles import SIGNED_IN

register = template.Library()
_PLACES: list[tuple[str, str, str, LazyText, str, bool]] = [
    ("cases:read", "desk", "inbox", _("Workspace"), "g i", False),
    ("tasks:read", "tasks", "list-checks", _("Tasks"), "g t", False),
    ("metrics:read", "board", "gauge", _("Board"), "g b", False),
    ("intake:read", "intake", "mail-warning", _("Intake"), "g m", False),
    ("flows:read", "flows", "workflow", _("Flows"), "g f", False),
    ("team:read", "settings", "settings", _("Settings"), "g s", True),
    (SIGNED_IN, "profile", "user", _("My profile"), "g p", True),
]


@dataclass(frozen=True)
class Place:
    """One drawing of the rail; those `is_below` stand at its foot."""

    address: str
    drawing: str
    words: LazyText
    key: str
    is_below: bool
    is_here: bool


@register.inclusion_tag("desk/parts/rail.html", takes_context=True)
def rail(context: dict[str, Any]) -> dict[str, list[Place]]:
    """The places this viewer may go to, where they are marked."""
    request = context["request"]
    viewer = viewer_of(request)
    found = [
        (address, *entry[2:])
        for entry in _PLACES
        if viewer.may(entry[0]) and (address := _address(entry[1])) is not None
    ]
    here = max((place[0] for place in found if request.path.startswith(place[0])), key=len, default="")
    return {"places": [Place(*place, is_here=place[0] == here) for place in found]}


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
