"""Products said anew: names, specification, SKUs, pictures, faults."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.catalogue.words import said
from zhoudao.doors.desk.catalogue.writing import names_in
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import LANGUAGES
from zhoudao.rooms.catalogue.commands.saving import Said, Sort, save_product
from zhoudao.rooms.catalogue.commands.showing import add_picture, drop_picture, end_fault, note_fault
from zhoudao.rooms.catalogue.models import Attribute, Category, Product, Typed, Values
from zhoudao.rooms.catalogue.queries.finding import attributes_of, categories, category_named, product_named
from zhoudao.rooms.catalogue.refusals import CatalogueRefused, ProductUnsound
from zhoudao.rooms.catalogue.specification import shown

_EMPTY_ROWS, _MOST_ROWS = 2, 202


@require_http_methods(["GET", "POST"])
@permit("products:write")
def product_edit(request: HttpRequest, product: str = "") -> HttpResponse:
    """A new product of a kind, or one as it is."""
    found = product_named(product) if product else None
    if product and found is None:
        raise Http404
    category = found.category if found else category_named(request.GET.get("kind", "")[:40])
    if category is None:
        return render(request, "desk/catalogue/new.html", {"kinds": categories(), "sku": request.GET.get("sku", "")})
    attributes, refusal = attributes_of(category.id), ""
    if request.method == "POST":
        try:
            asked = _said(request.POST, category, attributes, found)
            saved = save_product(said=asked, by=By(viewer_of(request).actor), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("product", saved.code)
        except CatalogueRefused as error:
            refusal = said(error)
    context = _form(request, category, attributes, found) | {"refusal": refusal}
    return render(request, "desk/catalogue/edit.html", context, status=422 if refusal else 200)


@require_POST
@permit("products:write")
def act(request: HttpRequest, product: str) -> HttpResponse:
    """A picture or a known fault, added or taken away; back on the product's page."""
    if not Product.objects.filter(code=product).exists():
        raise Http404
    work = _WORK.get(request.POST.get("do", ""))
    if work is None:
        return HttpResponseBadRequest()
    try:
        work(request, product, By(viewer_of(request).actor))
        messages.success(request, _("Saved."))
    except CatalogueRefused as error:
        messages.error(request, said(error))
    return redirect("product", product)


def _said(given: QueryDict, category: Category, attributes: list[Attribute], found: Product | None) -> Said:
    sorts = []
    for row in range(_MOST_ROWS):
        sku = given.get(f"sku-{row}", "").strip()
        if sku:
            options = {one.code: given.get(f"option-{row}-{one.code}", "") for one in attributes if one.is_option}
            sorts.append(Sort(sku, options))
    return Said(
        code=found.code if found else given.get("code", "").strip(),
        category=category.code,
        names={tag: given.get(f"name-{tag}", "") for tag in LANGUAGES},
        sorts=sorts,
        brand=given.get("brand", ""),
        descriptions={tag: given.get(f"description-{tag}", "") for tag in LANGUAGES},
        values={one.code: given.get(f"value-{one.code}", "") for one in attributes},
        serial_pattern=given.get("serial_pattern", ""),
        sold_from_date=_day(given.get("sold_from_date", "")),
        sold_until_date=_day(given.get("sold_until_date", "")),
        successor=given.get("successor", "").strip(),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ProductUnsound(text[:20]) from error


def _form(
    request: HttpRequest, category: Category, attributes: list[Attribute], found: Product | None
) -> dict[str, Any]:
    """The form as it was sent, else as the product is."""
    given = request.POST if request.method == "POST" else None
    names, descriptions = (found.names, found.descriptions) if found else ({}, {})
    plain = ("brand", "serial_pattern", "sold_from_date", "sold_until_date")
    values = {name: given.get(name, "") if given else str(getattr(found, name, None) or "") for name in plain}
    values["code"] = found.code if found else given.get("code", "") if given else ""
    follows = found.successor.code if found and found.successor else ""
    values["successor"] = given.get("successor", "") if given else follows
    return {
        "product": found,
        "kind": category,
        "values": values,
        "names": [(tag, given.get(f"name-{tag}", "") if given else names.get(tag, "")) for tag in LANGUAGES],
        "descriptions": [
            (tag, given.get(f"description-{tag}", "") if given else descriptions.get(tag, "")) for tag in LANGUAGES
        ],
        "lines": [_input(one, f"value-{one.code}", given, found.values if found else {}) for one in attributes],
        "options": [one for one in attributes if one.is_option],
        "rows": _rows(attributes, found, given, request.GET.get("sku", "")[:80]),
    }


def _rows(
    attributes: list[Attribute], found: Product | None, given: QueryDict | None, sku: str
) -> list[dict[str, Any]]:
    options = [one for one in attributes if one.is_option]
    known: list[tuple[str, Values]] = [(one.sku, one.options) for one in found.variants.all()] if found else [(sku, {})]
    if given:
        known = [(given.get(f"sku-{row}", ""), {}) for row in range(_MOST_ROWS) if f"sku-{row}" in given]
    elif found:
        known += [("", {})] * _EMPTY_ROWS
    else:
        known += [("", {})] * _EMPTY_ROWS
    return [
        {
            "name": f"sku-{row}",
            "sku": one,
            "inputs": [_input(each, f"option-{row}-{each.code}", given, own) for each in options],
        }
        for row, (one, own) in enumerate(known)
    ]


def _input(one: Attribute, name: str, given: QueryDict | None, values: Values) -> dict[str, Any]:
    """One line of the specification as a form asks for it."""
    value = values.get(one.code)
    written = ("yes" if value else "no") if isinstance(value, bool) else "" if value is None else str(value)
    written = given.get(name, "") if given else written
    choices = [(code, shown(one, code)) for code in one.choices]
    if one.typed == Typed.FLAG:
        choices = [("yes", pgettext("specification", "Yes")), ("no", pgettext("specification", "No"))]
    return {"line": one, "name": name, "value": written, "choices": choices}


def _add_picture(request: HttpRequest, code: str, by: By) -> None:
    for file in request.FILES.getlist("picture")[:12]:
        add_picture(code=code, content=file.read(), by=by, at=clock.now())


def _drop_picture(request: HttpRequest, code: str, by: By) -> None:
    wanted = uuid_in(request.POST.get("picture", ""))
    if wanted:
        drop_picture(code=code, picture_id=wanted, by=by, at=clock.now())


def _note(request: HttpRequest, code: str, by: By) -> None:
    given = request.POST
    note_fault(
        code=code,
        names=names_in(given.get("fault", "")),
        advice=names_in(given.get("advice", "")),
        sku=given.get("sku", ""),
        is_told="is_told" in given,
        by=by,
        at=clock.now(),
    )


def _end(request: HttpRequest, code: str, by: By) -> None:
    wanted = uuid_in(request.POST.get("fault", ""))
    if wanted:
        end_fault(code=code, fault_id=wanted, by=by, at=clock.now())


_WORK: dict[str, Callable[[HttpRequest, str, By], None]] = {
    "picture": _add_picture,
    "drop": _drop_picture,
    "note": _note,
    "end": _end,
}
