"""Where the stores are, and whether numbers are given there."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.home.showing import home_page
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.rooms.visits.models import Line

_MOST = 500


@permit(PUBLIC)
@require_safe
def stores(request: HttpRequest) -> HttpResponse:
    """Every shop, by city and name; with a queue, the way to take a number and to see the wait."""
    asked = request.GET.get("city", "")[:60]
    found = Store.objects.filter(kind="shop", closed_at=None).order_by("city", "code")
    cities = sorted({one.city for one in found[:_MOST] if one.city})
    with_line = set(Line.objects.values_list("store_id", flat=True))
    rows = [(one, one.id in with_line) for one in found[:_MOST] if not asked or one.city == asked]
    return home_page(request, "stores.html", {"rows": rows, "cities": cities, "city": asked})
