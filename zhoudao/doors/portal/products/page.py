"""`/products/`: what is on sale, without an account and without scripts. Stock is said in words, never in figures."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from zhoudao.conduct.offering.asking import guided
from zhoudao.conduct.offering.offers import Offer, Shelf, offers
from zhoudao.conduct.offering.sheets import comparison, money, options_of, price_of, specification
from zhoudao.doors.portal.home.showing import home_page, language_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.files.store import read
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.rooms.catalogue.models import Category, Picture, Product
from zhoudao.rooms.catalogue.queries.finding import (
    MOST_COMPARED,
    PAGE,
    Wanted,
    attributes_of,
    categories,
    category_named,
    kinds_sold,
    product_named,
    products,
    products_named,
)


@permit(PUBLIC)
@require_safe
def products_list(request: HttpRequest) -> HttpResponse:
    """What is on sale, by words and kind."""
    language_of(request)  # what follows is said in it
    given = request.GET
    day = clock.now().date()
    sold = kinds_sold(day)
    kinds = [one for one in categories() if one.code in sold]
    chosen = next((one for one in kinds if one.code == given.get("kind", "")), None)
    words, after = (given.get(name, "").strip()[:80].replace("\0", "") for name in ("q", "after"))
    rows = products(Wanted(words, chosen.code if chosen else "", sold_on=day, after=after[:60]))
    known = _known(rows[:PAGE])
    query = {
        "q": words,
        "kind": chosen.code if chosen else "",
        "after": rows[PAGE - 1].code if len(rows) > PAGE else "",
    }
    context = {
        "rows": [(one, price_of(one, known)) for one in rows[:PAGE]],
        "kinds": kinds,
        "chosen": chosen,
        "words": words,
        "next": urlencode({name: value for name, value in query.items() if value}) if query["after"] else "",
        "has_guide": bool(chosen and _asks(chosen)),
    }
    return _page(request, "list.html", context)


@permit(PUBLIC)
@require_safe
def product(request: HttpRequest, product: str) -> HttpResponse:
    """One product on sale: what it is, costs and has, in which stores it lies, and what we know goes wrong."""
    language_of(request)  # what follows is said in it
    found = _sold(product)
    known, attributes = _known([found]), attributes_of(found.category_id)
    sorts = [
        (one, options_of(one.options, attributes), money(known[one.sku].price), _stores(known[one.sku]))
        for one in found.variants.all()
        if not known[one.sku].is_stopped
    ]
    context = {
        "product": found,
        "description": pick(found.descriptions, get_language()),
        "lines": specification(found, attributes),
        "sorts": sorts,
        "price": price_of(found, known),
        "faults": [one for one in found.faults.all() if one.is_told],
        "pictures": list(found.pictures.all()),
        "rest": request.GET.getlist("p")[: MOST_COMPARED - 1],
    }
    return _page(request, "product.html", context)


@permit(PUBLIC)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four side by side, what differs marked."""
    language_of(request)  # what follows is said in it
    day = clock.now().date()
    asked = products_named([one[:60] for one in request.GET.getlist("p")][:MOST_COMPARED])
    compared = [one for one in asked if one.is_sold(day)]
    if not compared:
        return redirect("portal:products")
    attributes = [one for each in dict.fromkeys(one.category_id for one in compared) for one in attributes_of(each)]
    rows = comparison(compared, _known(compared), attributes, is_counted=False)
    return _page(request, "compare.html", {"compared": compared, "rows": rows})


@permit(PUBLIC)
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Which kinds have a guide."""
    language_of(request)  # what follows is said in it
    return _page(request, "guides.html", {"kinds": [one for one in categories() if _asks(one)]})


@permit(PUBLIC)
@require_safe
def guide(request: HttpRequest, category: str) -> HttpResponse:
    """The questions of one kind; answered, at most three products and why, or what misses by least."""
    language_of(request)  # what follows is said in it
    chosen = category_named(category)
    if chosen is None or not chosen.questions.all():
        raise Http404
    return _page(request, "guide.html", {"kind": chosen, **guided(chosen, request.GET.dict())})


@permit(PUBLIC)
@require_safe
def picture(request: HttpRequest, product: str, image_id: UUID) -> HttpResponse:
    """A picture of what is on sale, small unless it is asked for large."""
    rows = Picture.objects.select_related("product", "large", "small")
    found = rows.filter(product__code=product, id=image_id).first()
    if found is None or not found.product.is_sold(clock.now().date()):
        raise Http404
    file = found.large if request.GET.get("size") == "large" else found.small
    answer = HttpResponse(read(file), content_type=file.content_type)
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


def _sold(code: str) -> Product:
    found = product_named(code)
    if found is None or not found.is_sold(clock.now().date()):
        raise Http404
    return found


def _known(rows: Sequence[Product]) -> dict[str, Offer]:
    return offers([sort.sku for one in rows for sort in one.variants.all()])


def _stores(offer: Offer) -> list[Shelf]:
    """The stores where some lie."""
    return [one for one in offer.shelves if one.place.store_id and one.available]


def _asks(kind: Category) -> bool:
    return bool(getattr(kind, "questions_many", 0))


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return home_page(request, f"products/{template}", context)
