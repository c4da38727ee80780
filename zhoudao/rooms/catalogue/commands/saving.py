"""Products: declared and changed, whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import grams
from zhoudao.kit.ids import uuid7
from zhoudao.kit.text import fold
from zhoudao.rooms.catalogue.events import ProductSaved
from zhoudao.rooms.catalogue.models import Attribute, Category, Product, Variant
from zhoudao.rooms.catalogue.refusals import (
    CategoryUnknown,
    ProductUnsound,
    SkuTaken,
    SkuUnsound,
    SuccessorUnsound,
    ValueUnsound,
)
from zhoudao.rooms.catalogue.serials import pattern_of
from zhoudao.rooms.catalogue.specification import read_values
from zhoudao.rooms.catalogue.wording import descriptions, in_languages

MOST_VARIANTS = 200
_LONGEST_NAME, _LONGEST_SKU, _LONGEST_CODE, _LONGEST_CHAIN = 120, 80, 60, 20


@frozen
class Sort:
    """One SKU, with what is its own of the specification, as it is written."""

    sku: str
    options: Mapping[str, object]


@frozen
class Said:
    """What a product is to be. `values` as they are written, by attribute code; `successor`: its code."""

    code: str
    category: str
    names: Mapping[str, str]
    sorts: Sequence[Sort]
    brand: str = ""
    descriptions: Mapping[str, str] | None = None
    values: Mapping[str, object] | None = None
    serial_pattern: str = ""
    sold_from_date: date | None = None
    sold_until_date: date | None = None
    successor: str = ""


@transaction.atomic
def save_product(*, said: Said, by: By, at: datetime) -> Product:
    """This will declare a product or say anew, whole, what it is; its pictures and faults stay.

    Raises: CategoryUnknown, ProductUnsound, ValueUnsound, SkuUnsound, SkuTaken, SuccessorUnsound, PatternUnsound
    """
    category = Category.objects.filter(code=said.category).first()
    if category is None:
        raise CategoryUnknown(said.category)
    _check(said)
    known = Product.objects.select_for_update().filter(code=said.code).first()
    product = known or Product(id=uuid7(), code=said.code)
    attributes = list(category.attributes.order_by("position"))
    product.category, product.names = category, in_languages(said.names, _LONGEST_NAME)
    product.brand, product.descriptions = " ".join(said.brand.split())[:60], descriptions(said.descriptions or {})
    product.values = read_values(attributes, said.values or {})
    product.serial_pattern = pattern_of(said.serial_pattern)
    product.sold_from_date, product.sold_until_date = said.sold_from_date, said.sold_until_date
    product.successor, product.changed_at = _successor(product, said.successor), at
    product.words = fold(
        " ".join([said.code, product.brand, *product.names.values(), *(one.sku for one in said.sorts)])
    )
    product.grams = grams(product.words)
    product.save()
    _put(product, attributes, said.sorts)
    fact = ProductSaved(product.code, len(said.sorts), known is None)
    record(fact, at=at, by=by, about=[About("product", product.id)])
    return product


def _check(said: Said) -> None:
    words = said.code.replace("-", "").replace("_", "")
    is_named = bool(in_languages(said.names, _LONGEST_NAME)) and len(said.code) <= _LONGEST_CODE
    if not (is_named and words.isascii() and words.isalnum() and said.code == said.code.lower()):
        raise ProductUnsound(said.code)
    if said.sold_from_date and said.sold_until_date and said.sold_from_date > said.sold_until_date:
        raise ProductUnsound(said.code)
    skus = [one.sku for one in said.sorts]
    for sku in skus:
        if not 1 <= len(sku) <= _LONGEST_SKU or sku != sku.strip() or not sku.isprintable():
            raise SkuUnsound(sku[:_LONGEST_SKU])
    if len(set(skus)) < len(skus) or len(skus) > MOST_VARIANTS:
        raise SkuUnsound(next((sku for sku in skus if skus.count(sku) > 1), ""))


def _successor(product: Product, code: str) -> Product | None:
    if not code:
        return None
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise SuccessorUnsound(code)
    step: Product | None = found
    for _turn in range(_LONGEST_CHAIN):
        if step is None:
            return found
        if step.id == product.id:
            break
        step = step.successor
    raise SuccessorUnsound(code)


def _put(product: Product, attributes: Sequence[Attribute], sorts: Sequence[Sort]) -> None:
    options = [one for one in attributes if one.is_option]
    known = {one.sku: one for one in product.variants.all()}
    taken = Variant.objects.filter(sku__in=[one.sku for one in sorts]).exclude(product=product).first()
    if taken is not None:
        raise SkuTaken(taken.sku)
    product.variants.exclude(sku__in=[one.sku for one in sorts]).delete()
    for place, one in enumerate(sorts):
        variant = known.get(one.sku) or Variant(product=product, sku=one.sku)
        try:
            variant.options = read_values(options, one.options)
        except ValueUnsound as error:
            raise ValueUnsound(f"{one.sku}: {error.detail}") from error
        variant.whole, variant.position = product.values | variant.options, place
        variant.save()
