"""The order board itself."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS
from zhoudao.doors.desk.board.tiles import Tile
from zhoudao.doors.desk.order_board.asking import Chosen, chosen, place_ids, places_of
from zhoudao.doors.desk.tags import lasting, percent
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.figures import PICKS_PER_HOUR, WRONG_PICKS
from zhoudao.rooms.fulfilment.queries.board import Hands, hands, most_wrong
from zhoudao.rooms.orders import figures
from zhoudao.rooms.orders.queries.board import Flow, PlaceLoad, flow, loads
from zhoudao.rooms.parcels.figures import FRESH, LATE
from zhoudao.rooms.parcels.queries.board import Carrier, carriers
from zhoudao.rooms.stock.models import Item, Warehouse

_NOBODY = Hands()


@frozen
class PlaceLine:
    """A place with its load (None: nothing to pack), its hands, and the addresses of what is behind."""

    place: Warehouse
    load: PlaceLoad | None
    hands: Hands
    packed: str
    wrong: str

    @property
    def said(self) -> str:
        """How full it was; a place far from full is told by tenths."""
        share = self.load.share if self.load else None
        return percent(share) if share is None or share >= 0.1 else f"{share * 100:.1f}%"


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """From placing to the door: each figure with its meaning and the way to what is behind (at most 12 statements)."""
    viewer, at = viewer_of(request), clock.now()
    asked = chosen(request.GET, viewer, at=at)
    places = places_of(asked, viewer)
    ids, period = place_ids(places), asked.asked
    worked, packed = hands(ids, period.start, period.end), loads(ids, asked.first, asked.last)
    wrong = most_wrong(ids, period.start, period.end)
    names = {item.sku: str(item) for item in Item.objects.filter(sku__in=[sku for sku, _n in wrong])}
    context = {
        "chosen": asked,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "tiles": [*_tiles(asked, flow(period)), _of_hands(asked, list(worked.values()))],
        "lines": [
            PlaceLine(
                one,
                packed.get(one.id),
                worked.get(one.id, _NOBODY),
                _address(asked, figures.LOAD.code, place=one.id),
                _address(asked, WRONG_PICKS.code, place=one.id),
            )
            for one in places
            if one.id in packed or one.id in worked
        ],
        "carriers": [_carrier(asked, one) for one in carriers(period.seen, at=at)],
        "wrong": [(names.get(sku, sku), sku, n) for sku, n in wrong],
        "load": figures.LOAD,
        "speed": PICKS_PER_HOUR,
        "wrong_picks": WRONG_PICKS,
        "fresh": FRESH,
        "late": LATE,
    }
    return render(request, "desk/order_board/board.html", context)


def _tiles(asked: Chosen, found: Flow) -> list[Tile]:
    rows = [
        (figures.APPROVED, str(found.approved), _("reviewed and approved"), "calm"),
        (
            figures.TOUCHLESS,
            percent(found.touchless_share),
            _("{n} were held").format(n=found.held),
            "calm",
        ),
        (figures.APPROVAL_TIME, lasting(found.approval_minutes), _("half are quicker"), "calm"),
        (figures.TO_SHIP, lasting(found.ship_minutes), _("{n} left").format(n=found.shipped), "calm"),
        (
            figures.ON_TIME,
            percent(found.on_time_share),
            _("{missed} of {n} missed").format(missed=found.missed, n=found.promised),
            "soon" if found.missed else "calm",
        ),
    ]
    return [Tile(one, figure, under, _address(asked, one.code), level) for one, figure, under, level in rows]


def _of_hands(asked: Chosen, found: list[Hands]) -> Tile:
    wrong, judged = sum(one.wrong for one in found), sum(one.judged for one in found)
    figure = "—" if not judged else f"{wrong / judged * 100:.1f}%"
    under = _("{wrong} of {n} scans").format(wrong=wrong, n=judged)
    return Tile(WRONG_PICKS, figure, under, _address(asked, WRONG_PICKS.code), "soon" if wrong else "calm")


def _carrier(asked: Chosen, found: Carrier) -> tuple[Carrier, str, str]:
    silent, late = (_address(asked, code, carrier=found.code) for code in (FRESH.code, LATE.code))
    return found, silent, late


def _address(asked: Chosen, figure: str, **more: Any) -> str:
    return f"{reverse('order_numbers')}?{urlencode({'figure': figure} | more)}&{asked.query}"
