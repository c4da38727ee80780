"""Products as a list, one whole, and several side by side."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from zhoudao.conduct.offering.behind import cases_about, notices_about, returns_about
from zhoudao.conduct.offering.offers import Offer, offers
from zhoudao.conduct.offering.sheets import (
    available_of,
    comparison,
    money,
    options_of,
    price_of,
    specification,
)
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.files.store import read
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.rooms.catalogue.models import Attribute, Picture, Product, Typed, Variant
from zhoudao.rooms.catalogue.queries.finding import (
    MOST_COMPARED,
    PAGE,
    Wanted,
    attributes_of,
    categories,
    facets_of,
    product_named,
    product_of,
    products,
    products_named,
)
from zhoudao.rooms.catalogue.specification import read_value
from zhoudao.rooms.stock.reach import places_seen


@require_GET
@permit("products:read")
def products_list(request: HttpRequest) -> HttpResponse:
    """Products by code, narrowed by words, kind and specification; those to compare are ticked."""
    viewer, given = viewer_of(request), request.GET
    kinds = categories()
    chosen = next((one for one in kinds if one.code == given.get("kind", "")), None)
    facets = facets_of(attributes_of(chosen.id)) if chosen else []
    wanted = _wanted(given, chosen.code if chosen else "", facets)
    rows = products(wanted)
    known = _known(viewer, rows[:PAGE])
    query = given.copy()
    query["after"] = rows[PAGE - 1].code if len(rows) > PAGE else ""
    context = {
        "rows": [(one, price_of(one, known), available_of(one, known)) for one in rows[:PAGE]],
        "next": query.urlencode() if query["after"] else "",
        "kinds": kinds,
        "chosen": chosen,
        "facets": [_facet(one, given) for one in facets],
        "words": wanted.words,
        "only": given.get("only", ""),
        "day": clock.now().date(),
        "is_narrowed": bool(wanted.words or chosen or given.get("only")),
        "may_write": viewer.may("products:write"),
        "sees_stock": viewer.may("stock:read"),
        "most": MOST_COMPARED,
    }
    return render(request, "desk/catalogue/products.html", context)


@require_GET
@permit("products:read")
def product(request: HttpRequest, product: str) -> HttpResponse:
    """One product whole: what it is, what it costs, where it lies, what is known to go wrong, what was said of it."""
    viewer, found = viewer_of(request), product_named(product)
    if found is None:
        raise Http404
    skus = [one.sku for one in found.variants.all()]
    known, attributes = _known(viewer, [found]), attributes_of(found.category_id)
    context = {
        "product": found,
        "pictures": list(found.pictures.all()),
        "description": pick(found.descriptions, get_language()),
        "lines": specification(found, attributes),
        "sorts": [_sort(one, attributes, known) for one in found.variants.all()],
        "price": price_of(found, known),
        "is_sold": found.is_sold(clock.now().date()),
        "faults": list(found.faults.all()),
        "notices": notices_about(viewer, skus),
        "cases": cases_about(viewer, skus),
        "returns": returns_about(viewer, skus),
        "may_write": viewer.may("products:write"),
        "sees_stock": viewer.may("stock:read"),
    }
    return render(request, "desk/catalogue/product.html", context)


@require_GET
@permit("products:read")
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four side by side, what differs marked."""
    viewer = viewer_of(request)
    compared = products_named([one[:60] for one in request.GET.getlist("p")][:MOST_COMPARED])
    if not compared:
        return redirect("products")
    attributes = [one for each in dict.fromkeys(one.category_id for one in compared) for one in attributes_of(each)]
    known = _known(viewer, compared)
    rows = comparison(compared, known, attributes, is_counted=True)
    context = {
        "compared": [(one, _without(compared, one)) for one in compared],
        "rows": rows,
        "differing": sum(one.differs for one in rows),
        "may_more": len(compared) < MOST_COMPARED,
    }
    return render(request, "desk/catalogue/compare.html", context)


@require_GET
@permit("products:read")
def of_sku(request: HttpRequest) -> HttpResponse:
    """From a line of an order, return or repair to its product; where no product has the SKU, that is said."""
    sku = request.GET.get("sku", "").replace("\0", "")[:80]
    found = product_of(sku)
    if found is not None:
        return redirect("product", found.code)
    context = {"sku": sku, "may_write": viewer_of(request).may("products:write")}
    return render(request, "desk/catalogue/no_product.html", context, status=404)


@require_GET
@permit("products:read")
def picture(request: HttpRequest, product: str, image_id: UUID) -> HttpResponse:
    """A picture of a product, small unless it is asked for large."""
    rows = Picture.objects.select_related("large", "small").filter(product__code=product, id=image_id)
    found = rows.first()
    if found is None:
        raise Http404
    file = found.large if request.GET.get("size") == "large" else found.small
    answer = HttpResponse(read(file), content_type=file.content_type)
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


def _sort(one: Variant, attributes: Sequence[Attribute], known: Mapping[str, Offer]) -> dict[str, Any]:
    """One SKU: what is its own, what it costs, and where it lies."""
    offer = known[one.sku]
    return {"sort": one, "options": options_of(one.options, attributes), "offer": offer, "price": money(offer.price)}


def _known(viewer: Viewer, rows: Sequence[Product]) -> dict[str, Offer]:
    """Prices, and the stock of the places somebody may see."""
    places = [one.id for one in places_seen(viewer)]
    return offers([sort.sku for one in rows for sort in one.variants.all()], places)


def _wanted(given: QueryDict, category: str, facets: Sequence[Attribute]) -> Wanted:
    fits: dict[str, object] = {}
    limits: dict[str, dict[str, float]] = {"least": {}, "most": {}}
    for one in facets:
        if one.typed == Typed.NUMBER:
            for way, found in limits.items():
                number = _number(given.get(f"{way}.{one.code}", ""))
                found.update({one.code: number} if number is not None else {})
        elif (text := given.get(f"is.{one.code}", "")) and (text in one.choices or text in ("yes", "no")):
            fits[one.code] = read_value(one, text)
    words = given.get("q", "").strip()[:80].replace("\0", "")
    day = clock.now().date() if given.get("only") == "sold" else None
    after = given.get("after", "")[:60].replace("\0", "")
    return Wanted(words, category, fits, limits["least"], limits["most"], day, after)


def _number(text: str) -> float | None:
    plain = text.strip()
    if not plain or len(plain) > 12 or not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        return None
    return float(plain)


def _facet(one: Attribute, given: QueryDict) -> dict[str, Any]:
    """What the form shows of one line: its choices, or its two ends."""
    chosen, choices = given.get(f"is.{one.code}", ""), []
    if one.typed == Typed.CHOICE:
        choices = [(code, pick(names, get_language()), code == chosen) for code, names in one.choices.items()]
    ends = {way: given.get(f"{way}.{one.code}", "")[:12] for way in ("least", "most")}
    return {"line": one, "choices": choices, "chosen": chosen, **ends}


def _without(compared: Sequence[Product], gone: Product) -> str:
    return urlencode([("p", one.code) for one in compared if one.code != gone.code])
