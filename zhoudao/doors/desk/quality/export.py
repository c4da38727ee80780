"""Products and what comes back of them as a file for a spreadsheet; that somebody took it is noted."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.quality.asking import chosen
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.kit.sheets import TYPES, Cell, written
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.quality.queries.causes import Product, causes
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.targets.exporting import note_export


@require_GET
@permit("quality:read")
def products(request: HttpRequest) -> HttpResponse:
    """Every product of which a piece was delivered."""
    viewer, at, form = viewer_of(request), clock.now(), request.GET.get("format", "csv")
    if form not in TYPES:
        raise BadRequest("format")
    asked, currency = chosen(request.GET, viewer, at=at), clock.currency()
    found = causes(asked.cohort, currency=currency)
    names = {one.sku: str(one) for one in Item.objects.filter(sku__in=[one.sku for one in found.products])}
    rows = [_row(one, names.get(one.sku, one.name), currency) for one in found.products]
    note_export("quality", form, len(rows), viewer=viewer, at=at)
    header = [
        *("SKU", _("Product"), _("Pieces delivered"), _("Delivered too lately to be judged"), _("Pieces asked back")),
        *(_("Return rate"), _("At least"), _("At most"), _("Returns"), *(str(one.label) for one in Reason)),
        *(_("Paid back"), _("What it cost us"), pgettext("money", "Currency")),
    ]
    response = HttpResponse(written(form, _("Quality of goods"), header, rows), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="quality-{asked.first}-{asked.last}.{form}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _row(one: Product, name: str, currency: str) -> list[Cell]:
    low, high = one.rate.span
    share = one.rate.value or 0.0
    return [
        *(one.sku, name, one.delivered, one.young, one.rate.hits, round(share, 4), round(low, 4), round(high, 4)),
        *(one.returns, *(one.reasons.get(reason, 0) for reason in Reason)),
        *(str(Money(one.paid_back, currency).amount), str(Money(one.cost, currency).amount), currency),
    ]
