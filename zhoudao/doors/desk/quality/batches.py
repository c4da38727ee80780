"""What comes back by batch: beside the causes by product, and as a file. How little may be known is said with it."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.quality.asking import chosen
from zhoudao.doors.desk.quality.behind import FAULTS
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.sheets import TYPES, Cell, written
from zhoudao.rooms.quality.queries.batches import UNKNOWN, Batch, Known, by_batch
from zhoudao.rooms.quality.queries.causes import Share, causes
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.targets.exporting import note_export

MOST, MOST_BATCHES = 20, 8  # products, and batches of one: the rest is in the file
_LITTLE = 0.5  # of a product's pieces: where of fewer the batch is known, its rates say little of the product
Behind = Callable[..., str]


@frozen
class Line:
    """One batch's row: its shares in words, and where the returns behind are."""

    batch: Batch
    rate: str
    span: str
    faults: str
    address: str
    fault_address: str
    found_address: str


@frozen
class Group:
    """One product's batches. `known` says of how much of it the batch is known; `is_little`: of less than half."""

    name: str
    known: Known
    share: str
    is_little: bool
    lines: list[Line]
    unknown: Line
    left_out: int


def exact(share: float | None) -> str:
    """A share to a tenth of a per cent."""
    return "—" if share is None else f"{share * 100:.1f}%"


def spanned(share: Share) -> str:
    """Where the true share lies."""
    low, high = share.span
    return f"{low * 100:.1f}–{high * 100:.1f}%" if share.of else ""


def groups(found: list[Known], name: Callable[[str], str], behind: Behind) -> list[Group]:
    """The products whose batches are known, as the page shows them."""
    return [
        Group(
            name=name(one.sku),
            known=one,
            share=exact(one.share.value),
            is_little=(one.share.value or 0) < _LITTLE,
            lines=[_line(each, each.batch, behind) for each in one.batches[:MOST_BATCHES]],
            unknown=_line(one.unknown, UNKNOWN, behind),
            left_out=len(one.batches) - MOST_BATCHES,
        )
        for one in found[:MOST]
    ]


@require_GET
@permit("quality:read")
def as_file(request: HttpRequest) -> HttpResponse:
    """Every batch that is known of a product delivered in these days, and behind each product's what is not known."""
    viewer, at, form = viewer_of(request), clock.now(), request.GET.get("format", "csv")
    if form not in TYPES:
        raise BadRequest("format")
    asked = chosen(request.GET, viewer, at=at)
    products = {one.sku: one for one in causes(asked.cohort, currency=clock.currency()).products}
    found = by_batch(asked.cohort, {sku: one.delivered for sku, one in products.items()})
    names = {one.sku: str(one) for one in Item.objects.filter(sku__in=[one.sku for one in found])}
    rows = [
        _row(each, names.get(one.sku, products[one.sku].name if one.sku in products else ""), one)
        for one in found
        for each in [*one.batches, one.unknown]
    ]
    note_export("batches", form, len(rows), viewer=viewer, at=at)
    header = [
        *("SKU", _("Product"), _("Batch (empty: not known)"), _("Pieces delivered")),
        *(
            _("Delivered too lately to be judged"),
            _("Pieces asked back"),
            _("Return rate"),
            _("At least"),
            _("At most"),
        ),
        *(_("Faulty or not as described"), _("Returns"), _("Known only since they came back")),
        *(_("Packed as another batch"), _("Share of pieces whose batch is known")),
    ]
    response = HttpResponse(written(form, _("Batches"), header, rows), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="batches-{asked.first}-{asked.last}.{form}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _line(one: Batch, code: str, behind: Behind) -> Line:
    return Line(
        batch=one,
        rate=exact(one.rate.value),
        span=spanned(one.rate),
        faults=exact(one.faults.value),
        address=behind(sku=one.sku, batch=code),
        fault_address=behind(sku=one.sku, batch=code, why=FAULTS),
        found_address=behind(sku=one.sku, batch=code, known="back"),
    )


def _row(one: Batch, name: str, known: Known) -> list[Cell]:
    low, high = one.rate.span
    return [
        *(one.sku, name, one.batch, one.delivered, one.young, one.back),
        *(round(one.rate.value or 0.0, 4), round(low, 4), round(high, 4)),
        *(one.faults.hits, one.returns, one.found, one.other, round(known.share.value or 0.0, 4)),
    ]
