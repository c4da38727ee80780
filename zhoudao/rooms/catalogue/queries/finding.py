"""Products found by words, kind and specification; and one of them whole."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce

from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import needs, terms
from zhoudao.rooms.catalogue.models import Attribute, Category, KnownFault, Picture, Product, Question, Typed, Variant

PAGE, MOST_COMPARED = 25, 4
Facets = Mapping[str, object]


@frozen
class Wanted:
    """Which products: by words, of a kind (its code), whose specification fits (`is`: by attribute code the value;
    `least`, `most`: numbers), on sale on a day, behind which code.
    """

    words: str = ""
    category: str = ""
    fits: Facets | None = None
    least: Mapping[str, float] | None = None
    most: Mapping[str, float] | None = None
    sold_on: date | None = None
    after: str = ""


def products(wanted: Wanted, *, most: int = PAGE + 1) -> list[Product]:
    """Those that fit, by code, with kind, first pictures and variants (three statements)."""
    rows = _named(wanted.words) if wanted.words.strip() else Product.objects.all()
    if wanted.category:
        rows = rows.filter(category__code=wanted.category)
    if wanted.sold_on is not None:
        rows = rows.filter(sold_on(wanted.sold_on))
    inside = _inside(wanted)
    if inside is not None:
        rows = rows.filter(Exists(inside.filter(product=OuterRef("pk"))))
    if wanted.after:
        rows = rows.filter(code__gt=wanted.after)
    return list(_with_parts(rows).order_by("code")[:most])


def product_named(code: str) -> Product | None:
    """One product with kind, successor, variants, pictures and faults that last (four statements)."""
    rows = _with_parts(Product.objects.filter(code=code)).select_related("category", "successor")
    faults = KnownFault.objects.filter(ended_at=None).order_by("-noted_at", "-id")
    return rows.prefetch_related(Prefetch("faults", faults)).first()


def products_named(codes: Sequence[str]) -> list[Product]:
    """These products, each once, in the order asked (three statements)."""
    found = {one.code: one for one in _with_parts(Product.objects.filter(code__in=list(codes)))}
    return [found[code] for code in dict.fromkeys(codes) if code in found][:MOST_COMPARED]


def product_of(sku: str) -> Product | None:
    """The product a SKU is of (one statement)."""
    return Product.objects.filter(variants__sku=sku).first()


def products_of(skus: Iterable[str]) -> dict[str, Product]:
    """By SKU, the product it is of (one statement)."""
    rows = Variant.objects.filter(sku__in=list(skus)).select_related("product")
    return {one.sku: one.product for one in rows}


def attributes_of(category_id: Any) -> list[Attribute]:
    """What is told of products of a kind, in order (one statement)."""
    return list(Attribute.objects.filter(category_id=category_id).order_by("position", "code"))


def categories() -> list[Category]:
    """Kinds in order, each with how many questions its guide asks, `questions_many` (one statement)."""
    asked = Question.objects.filter(category=OuterRef("pk")).order_by().values("category")
    many = Coalesce(Subquery(asked.annotate(n=Count("id")).values("n")), 0)
    return list(Category.objects.annotate(questions_many=many).order_by("position", "code"))


def products_many() -> dict[str, int]:
    """By kind (its code), how many products there are (one statement)."""
    rows = Product.objects.order_by().values_list("category__code").annotate(n=Count("id"))
    return dict(rows)


def kinds_sold(day: date) -> frozenset[str]:
    """The codes of kinds of which something is on sale on a day (one statement)."""
    sold = Product.objects.filter(sold_on(day), category=OuterRef("pk"))
    return frozenset(Category.objects.filter(Exists(sold)).values_list("code", flat=True))


def category_named(code: str) -> Category | None:
    """One kind with its attributes and questions (three statements)."""
    asked = Question.objects.select_related("attribute").order_by("position", "code")
    rows = Category.objects.filter(code=code).prefetch_related(
        Prefetch("attributes", Attribute.objects.order_by("position", "code")), Prefetch("questions", asked)
    )
    return rows.first()


def sold_on(day: date) -> Q:
    """What customers are offered on a day."""
    begun = Q(sold_from_date=None) | Q(sold_from_date__lte=day)
    return begun & (Q(sold_until_date=None) | Q(sold_until_date__gte=day))


def facets_of(attributes: Iterable[Attribute]) -> list[Attribute]:
    """What a list is narrowed by: words nobody chooses from are left out."""
    return [one for one in attributes if one.is_facet and one.typed != Typed.TEXT]


def _inside(wanted: Wanted) -> QuerySet[Variant] | None:
    if not (wanted.fits or wanted.least or wanted.most):
        return None
    rows = Variant.objects.all()
    if wanted.fits:
        rows = rows.filter(whole__contains=dict(wanted.fits))
    for way, limits in (("gte", wanted.least or {}), ("lte", wanted.most or {})):
        for code, limit in limits.items():
            rows = rows.alias(here=KeyTransform(code, "whole")).filter(**{f"here__{way}": limit})
    return rows


def _named(words: str) -> QuerySet[Product]:
    wanted = terms(words)
    found, rows = needs(wanted), Product.objects.all()
    if found.grams:
        rows = rows.filter(grams__contains=list(found.grams))
    for term in wanted:
        rows = rows.filter(words__contains=term)
    return rows


def _with_parts(rows: QuerySet[Product]) -> QuerySet[Product]:
    variants = Variant.objects.order_by("position", "sku")
    pictures = Picture.objects.order_by("position", "id")
    return rows.select_related("category").prefetch_related(
        Prefetch("variants", variants), Prefetch("pictures", pictures)
    )
