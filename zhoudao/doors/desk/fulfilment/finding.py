"""What fulfilment's pages ask first: whose place, which wave."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.fulfilment.commands.scanning import Scanned
from zhoudao.rooms.fulfilment.models import Outcome, Tote, Wave
from zhoudao.rooms.fulfilment.reach import places_worked
from zhoudao.rooms.orders.days import day_of
from zhoudao.rooms.orders.models import PlaceDay
from zhoudao.rooms.stock.models import Item, Warehouse

_PLACE = "picking_place"
SOUNDS = {
    Outcome.RIGHT: "right",
    Outcome.RIGHT_BIN: "step",
    Outcome.IN_HAND: "step",
    Outcome.BIN_FIRST: "hint",
    Outcome.NOTHING_LEFT: "hint",
    Outcome.STOPPED: "stopped",
    Outcome.BATCH_ASKED: "step",
    Outcome.BATCH: "right",
    Outcome.BATCH_STOPPED: "stopped",
}


def wave_or_404(viewer: Viewer, wave_id: UUID) -> Wave:
    """A wave of a place they work in."""
    rows = Wave.objects.select_related("warehouse").filter(id=wave_id, warehouse__in=places_worked(viewer))
    found = rows.first()
    if found is None:
        raise Http404
    return found


def tote_or_404(viewer: Viewer, tote_id: UUID) -> Tote:
    """A tote of a place they work in."""
    rows = Tote.objects.select_related("order", "wave", "warehouse").filter(warehouse__in=places_worked(viewer))
    found = rows.filter(id=tote_id).first()
    if found is None:
        raise Http404
    return found


def place_chosen(request: HttpRequest) -> tuple[Warehouse | None, list[Warehouse]]:
    """The place that is asked for, else that of last time, else the one with the most to do; and all of theirs."""
    places = list(places_worked(viewer_of(request)))
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("place", "")
    found = _of_code(places, asked) or _of_code(places, request.session.get(_PLACE, "")) or _busiest(places)
    if found is not None and found.code == asked and request.session.get(_PLACE) != asked:
        request.session[_PLACE] = asked
    return found, places


def _of_code(places: Sequence[Warehouse], code: str) -> Warehouse | None:
    return next((one for one in places if one.code == code), None)


def _busiest(places: Sequence[Warehouse]) -> Warehouse | None:
    """Where most waves are open, else where most parcels are to be packed."""
    if len(places) < 2:
        return places[0] if places else None
    waves = Wave.objects.filter(warehouse__in=places, ended_at=None)
    days = PlaceDay.objects.filter(place__in=places, date__gte=day_of(clock.now()) - timedelta(days=1))
    open_waves = dict(waves.values_list("warehouse").annotate(n=Count("id")))
    parcels = {} if open_waves else dict(days.values_list("place").annotate(n=Sum("parcels")))
    return max(places, key=lambda one: (open_waves.get(one.id, 0), parcels.get(one.id, 0)))


def name_of(sku: str) -> str:
    """What an item is called."""
    item = Item.objects.filter(sku=sku).first()
    return str(item) if item else sku


_SAID = {
    Outcome.RIGHT_BIN: _("Right bin. Now scan the item."),
    Outcome.BIN_FIRST: _("Scan the bin first."),
    Outcome.NOTHING_LEFT: _("Nothing is left to do here."),
    Outcome.RIGHT: _("Right: %(quantity)s × %(item)s"),
    Outcome.IN_HAND: _("Now scan the tote: %(tote)s"),
    Outcome.STOPPED: _("Stopped: %(orders)s. Leave it, its goods go back."),
    Outcome.BATCH_ASKED: _("Right: %(quantity)s × %(item)s"),
    Outcome.BATCH: _("Batch %(batch)s: %(item)s"),
    Outcome.BATCH_STOPPED: _("Batch %(batch)s of %(item)s is stopped. Put it aside, take another."),
    Outcome.WRONG_BIN: _("Wrong bin: %(text)s"),
    Outcome.WRONG_TOTE: _("Wrong tote: %(text)s. It goes into %(tote)s."),
    Outcome.SURPLUS: _("Too many of %(item)s. Put it back."),
    Outcome.UNKNOWN: _("Unknown barcode: %(text)s. Nothing of ours has it."),
    Outcome.WRONG_ITEM: _("Wrong item: %(text)s. Wanted: %(item)s"),
}
_WITH_BATCH = _("Right: %(quantity)s × %(item)s, batch %(batch)s")
_ALIEN = _("Wrong item: %(text)s does not belong here.")


def in_words(found: Scanned) -> str:
    """What a scan was, for the ear of somebody who looks at shelves."""
    is_alien = found.outcome == Outcome.WRONG_ITEM and not found.sku
    values = {
        "quantity": found.quantity,
        "item": name_of(found.sku) if found.sku else "",
        "text": found.text or "—",
        "tote": found.tote,
        "orders": ", ".join(found.stopped),
        "batch": found.batch,
    }
    words = _WITH_BATCH if found.outcome == Outcome.RIGHT and found.batch else _SAID[found.outcome]
    return str(_ALIEN if is_alien else words) % values
