"""What comes back and why: products, carriers, places, what was found, and what it all cost."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.tiles import Tile
from zhoudao.doors.desk.quality.asking import PERIODS, Chosen, chosen
from zhoudao.doors.desk.quality.batches import exact, groups, spanned
from zhoudao.doors.desk.quality.behind import BROKEN, FAULTS, WRONG
from zhoudao.doors.desk.quality.drawing import bars
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import Condition
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.quality import figures
from zhoudao.rooms.quality.queries.batches import by_batch
from zhoudao.rooms.quality.queries.causes import RIPE, Product, Share, causes, ways
from zhoudao.rooms.stock.models import Item, Warehouse

MOST = 50


@frozen
class Line:
    """One row of a table: what it is called, its shares in words, and where the returns behind are."""

    name: str
    product: Product
    rate: str
    span: str
    faults: str
    paid_back: str
    cost: str
    per_return: str
    address: str
    fault_address: str


@require_GET
@permit("quality:read")
def page(request: HttpRequest) -> HttpResponse:
    """All of it (at most twelve statements)."""
    viewer = viewer_of(request)
    asked = chosen(request.GET, viewer, at=clock.now())
    found, went = causes(asked.cohort, currency=clock.currency()), ways(asked.cohort)
    known = by_batch(asked.cohort, {one.sku: one.delivered for one in found.products})
    shown = [one for one in found.products if one.rate.hits][:MOST] or found.products[:MOST]
    skus = {one.sku for one in shown} | {one.sku for one in known}
    items = {one.sku: one for one in Item.objects.filter(sku__in=skus)}
    called_there = {one.sku: one.name for one in found.products}
    places = {one.id: str(one) for one in Warehouse.objects.filter(id__in=[key for key in went.places if key])}

    def name(one: Product) -> str:
        return str(items.get(one.sku) or one.name)

    context: dict[str, Any] = {
        "chosen": asked,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "ripe_days": RIPE.days,
        "tiles": _tiles(asked, found.whole),
        "whole": found.whole,
        "lines": [_line(asked, name(one), one) for one in shown],
        "left_out": sum(1 for one in found.products if one.rate.hits) - len(shown),
        "bars": bars(shown, name, lambda one, why: behind(asked, sku=one.sku, why=why)),
        "legend": [(one.value, one.label, found.whole.reasons.get(one, 0)) for one in Reason],
        "batches": groups(
            known,
            lambda sku: str(items.get(sku) or called_there.get(sku, sku)),
            lambda **part: behind(asked, **part),
        ),
        "carriers": _ways(asked, {code: (called(code), one) for code, one in went.carriers.items()}, BROKEN, "carrier"),
        "places": _ways(asked, _named(went.places, places), WRONG, "place"),
        "conditions": [one.label for one in Condition],
        "found": _found(asked, found.whole),
        **{f"of_{one.code.removeprefix('quality.')}": one for one in _ALL},
    }
    return render(request, "desk/quality/page.html", context)


_ALL = (
    *(figures.RATE, figures.FAULTS, figures.PAID_BACK, figures.COST, figures.PER_RETURN),
    *(figures.CARRIER, figures.PLACE, figures.FOUND, figures.RETURNED, figures.DELIVERED, figures.BATCH),
)


def behind(asked: Chosen, **part: str) -> str:
    """Where the returns behind a figure are."""
    return f"{reverse('quality_returns')}?{asked.query}&{urlencode(part)}"


def money(minor: int | None) -> str:
    """An amount of the company's currency."""
    return "—" if minor is None else Money(minor, clock.currency()).format(get_language() or "")


def _tiles(asked: Chosen, whole: Product) -> list[Tile]:
    of = _("{hits} of {n} pieces").format
    rate, faults = of(hits=whole.rate.hits, n=whole.delivered), of(hits=whole.faults.hits, n=whole.delivered)
    cases = _("{n} returns").format(n=whole.returns)
    rows = [
        (figures.RATE, exact(whole.rate.value), rate, {}),
        (figures.FAULTS, exact(whole.faults.value), faults, {"why": FAULTS}),
        (figures.PAID_BACK, money(whole.paid_back), cases, {}),
        (figures.COST, money(whole.cost), cases, {}),
        (figures.PER_RETURN, money(whole.per_return), cases, {}),
    ]
    return [Tile(metric, figure, under, behind(asked, **part)) for metric, figure, under, part in rows]


def _line(asked: Chosen, name: str, one: Product) -> Line:
    return Line(
        name=name,
        product=one,
        rate=exact(one.rate.value),
        span=spanned(one.rate),
        faults=exact(one.faults.value),
        paid_back=money(one.paid_back) if one.paid_back else "—",
        cost=money(one.cost) if one.cost else "—",
        per_return=money(one.per_return),
        address=behind(asked, sku=one.sku),
        fault_address=behind(asked, sku=one.sku, why=FAULTS),
    )


def _named(shares: dict[UUID | None, Share], names: dict[UUID, str]) -> dict[str, tuple[str, Share]]:
    unknown = _("Not known")
    return {str(key or ""): (names.get(key, unknown) if key else unknown, one) for key, one in shares.items()}


def _ways(
    asked: Chosen, shares: dict[str, tuple[str, Share]], why: str, which: str
) -> list[tuple[str, Share, str, str, str]]:
    rows = sorted(shares.items(), key=lambda one: (-one[1][1].of, one[0]))
    return [
        (name, one, exact(one.value), spanned(one), behind(asked, why=why, **{which: code}) if code else "")
        for code, (name, one) in rows
    ]


def _found(asked: Chosen, whole: Product) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """By reason, how many pieces were found in which condition; reasons of which none was inspected are left out."""
    rows = []
    for reason in Reason:
        counts = [(one, whole.found.get((reason.value, one.value), 0)) for one in Condition]
        if any(count for _one, count in counts):
            where = [behind(asked, why=reason.value, condition=one.value) for one in Condition]
            cells = [(str(one.label), count, to) for (one, count), to in zip(counts, where, strict=True)]
            rows.append((str(reason.label), cells))
    return rows
