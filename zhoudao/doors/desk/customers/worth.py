"""What a customer is worth and what speaks for their leaving, with every reason: fetched when somebody looks."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.customers.views import group_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.rooms.worth.figures import LEAVING, VALUE
from zhoudao.rooms.worth.leaving import HIGH, Factor
from zhoudao.rooms.worth.queries import worth_of

REASONS: dict[str, LazyText] = {
    "silent_long": ngettext_lazy(
        "Usually buys every %(n)d day; the last time is more than three times as long ago",
        "Usually buys every %(n)d days; the last time is more than three times as long ago",
        "n",
    ),
    "silent": ngettext_lazy(
        "Usually buys every %(n)d day; the last time is more than twice as long ago",
        "Usually buys every %(n)d days; the last time is more than twice as long ago",
        "n",
    ),
    "complaints": ngettext_lazy("%(n)d complaint in half a year", "%(n)d complaints in half a year", "n"),
    "complaint": ngettext_lazy("%(n)d complaint in half a year", "%(n)d complaints in half a year", "n"),
    "late": ngettext_lazy("%(n)d open case with a missed promise", "%(n)d open cases with a missed promise", "n"),
    "open_long": ngettext_lazy("%(n)d case open for over a week", "%(n)d cases open for over a week", "n"),
    "came_back": ngettext_lazy(
        "%(n)d case came back after its solution", "%(n)d cases came back after their solution", "n"
    ),
    "refused": ngettext_lazy("Refused %(n)d time in half a year", "Refused %(n)d times in half a year", "n"),
    "upset": _("The last words sounded upset"),
    "rated_low": ngettext_lazy("The last rating was %(n)d star", "The last rating was %(n)d stars", "n"),
}


@require_GET
@permit("customers:read")
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """As it was counted the last time."""
    found = worth_of(group_or_404(viewer_of(request), customer_id))
    context = {
        "found": found,
        "bought": [one.format(get_language() or "") for one in found.bought] if found else [],
        "reasons": [(_words(one), one.points) for one in found.factors] if found else [],
        "share": min(100, found.points * 100 // (2 * HIGH)) if found else 0,
        "value": VALUE,
        "leaving": LEAVING,
    }
    return render(request, "desk/customers/_worth.html", context)


def _words(one: Factor) -> str:
    return str(REASONS[one.code] % {"n": one.number}) if one.code != "upset" else str(REASONS[one.code])
