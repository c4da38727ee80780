"""Products for programs: found, read whole with price and stock, saved, and narrowed to what somebody needs."""

import re
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from zhoudao.conduct.offering.guiding import AnswerUnsound, Pick, advise, store_places
from zhoudao.conduct.offering.offers import Offer, offers
from zhoudao.conduct.offering.words import reasons
from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Cursor, Line, Name
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.catalogue.commands.saving import MOST_VARIANTS, Said, Sort, save_product
from zhoudao.rooms.catalogue.models import Product
from zhoudao.rooms.catalogue.queries.finding import PAGE, Wanted, category_named, product_named, products
from zhoudao.rooms.stock.reach import places_seen

router = Router(tags=["products"])
_CODE = re.compile(r"[a-z0-9_-]{1,60}")
_Slug = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]+$")]
_Words = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
_Value = bool | Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)] | Line
_Values = Annotated[dict[Code, _Value], Field(max_length=40)]
_Names = Annotated[dict[Code, Name], Field(max_length=3)]


class ShelfItem(Schema):
    """How many may be promised from one place; only of places the token may see."""

    warehouse: str
    store: str | None
    available: int


class SkuItem(Schema):
    """One SKU: what is its own, its list price in minor units, and its shelves."""

    sku: str
    options: dict[str, bool | float | str]
    price_minor: int | None
    currency: str | None
    is_stopped: bool
    shelves: list[ShelfItem]


class FaultItem(Schema):
    """What is known to go wrong, by language, and what to do. `told`: customers read it."""

    names: dict[str, str]
    advice: dict[str, str]
    sku: str
    told: bool


class ProductItem(Schema):
    """A product as lists have it."""

    code: str
    kind: str
    names: dict[str, str]
    brand: str
    sold_from: date | None
    sold_until: date | None
    skus: list[str]


class ProductWhole(ProductItem):
    """A product whole. `values`: by line of the kind's specification, what all SKUs share."""

    descriptions: dict[str, str]
    values: dict[str, bool | float | str]
    serial_pattern: str
    successor: str | None
    variants: list[SkuItem]
    faults: list[FaultItem]


class ProductPage(Schema):
    """A page, by code; `next` is the cursor of the following one."""

    items: list[ProductItem]
    next: str | None


class SkuIn(Schema):
    """One SKU with what is its own of the specification."""

    model_config = ConfigDict(extra="forbid")

    sku: Name
    options: _Values = {}


class ProductIn(Schema):
    """A product said whole. `names` and `descriptions` by `zh-Hans zh-Hant en`; of `values` a choice is its code."""

    model_config = ConfigDict(extra="forbid")

    code: _Slug
    kind: Code
    names: _Names
    brand: Name = ""
    descriptions: Annotated[dict[Code, _Words], Field(max_length=3)] = {}
    values: _Values = {}
    serial_pattern: Code = ""
    sold_from: date | None = None
    sold_until: date | None = None
    successor: Line = ""
    variants: Annotated[list[SkuIn], Field(max_length=MOST_VARIANTS)] = []


class NeedIn(Schema):
    """Answers by the code of the kind's questions: an amount, a number, `yes`, or the place of an answer from 0.
    `near`: the code of a place, for the nearest store.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Code
    answers: Annotated[dict[Code, Line], Field(max_length=8)]
    near: Code = ""


class NamedItem(Schema):
    """A product that fits, or misses by least: `score` from 0 to 1, reasons for and against in words."""

    code: str
    sku: str
    score: float
    reasons: list[str]
    lacks: list[str]
    nearest: str | None
    kilometres: int | None


class AdviceItem(Schema):
    """At most three that fit; `misses` only where none does. Counts are of SKUs on sale."""

    picks: list[NamedItem]
    misses: list[NamedItem]
    fitting: int
    looked_at: int


@operations.get(router, "", scope="products:read", answer=ProductPage)
def list_products(
    request: HttpRequest, q: Line = "", kind: Code = "", on_sale: bool = False, cursor: Cursor = ""
) -> ProductPage:
    """Products by code; `q` finds by any part of name, brand, code or SKU."""
    after = _after(cursor)
    day = clock.now().date() if on_sale else None
    rows = products(Wanted(q, kind, sold_on=day, after=after))
    shown = rows[:PAGE]
    following = paging.write(shown[-1].code) if len(rows) > PAGE else None
    return ProductPage(items=[ProductItem(**_plain(one)) for one in shown], next=following)


@operations.post(router, "", scope="products:write", answers={201: ProductWhole})
def put_product(request: HttpRequest, wanted: ProductIn) -> Status[ProductWhole]:
    """Declare a product, or say anew, whole, what it is; pictures and faults stay."""
    viewer = viewer_in(request)
    said = Said(
        code=wanted.code,
        category=wanted.kind,
        names=wanted.names,
        sorts=[Sort(one.sku, _written(one.options)) for one in wanted.variants],
        brand=wanted.brand,
        descriptions=wanted.descriptions,
        values=_written(wanted.values),
        serial_pattern=wanted.serial_pattern,
        sold_from_date=wanted.sold_from,
        sold_until_date=wanted.sold_until,
        successor=wanted.successor,
    )
    save_product(said=said, by=By(viewer.actor), at=clock.now())
    return Status(201, _whole(wanted.code, viewer))


@operations.post(router, "/advice", scope="products:read", answers={200: AdviceItem})
def advise_product(request: HttpRequest, need: NeedIn) -> Status[AdviceItem]:
    """At most three products that fit a need, and why; where nothing fits, what misses by least."""
    category = category_named(need.kind)
    if category is None:
        raise Refused(404, "category_unknown", "There is no such kind of product.")
    near = next((one for one in store_places() if one.code == need.near), None)
    try:
        found = advise(category, need.answers, day=clock.now().date(), near=near)
    except AnswerUnsound as error:
        raise Refused(422, "answer_unsound", str(error)) from error
    attributes = {one.code: one for one in category.attributes.all()}

    def named(one: Pick) -> NamedItem:
        said = reasons(one.chosen, attributes, found.fitting)
        return NamedItem(
            code=one.product.code,
            sku=one.variant.sku,
            score=round(one.chosen.score, 4),
            reasons=[each.words for each in said if each.is_for],
            lacks=[each.words for each in said if not each.is_for],
            nearest=one.near.place.code if one.near else None,
            kilometres=one.kilometres,
        )

    picks, misses = [named(one) for one in found.picks], [named(one) for one in found.misses]
    return Status(200, AdviceItem(picks=picks, misses=misses, fitting=found.fitting, looked_at=found.looked_at))


@operations.get(router, "/{code}", scope="products:read", answer=ProductWhole)
def one_product(request: HttpRequest, code: _Slug) -> ProductWhole:
    """One product with price and stock of each SKU."""
    return _whole(code, viewer_in(request))


def _whole(code: str, viewer: Viewer) -> ProductWhole:
    found = product_named(code)
    if found is None:
        raise Refused(404, "product_unknown", "There is no such product.")
    places = [one.id for one in places_seen(viewer)]
    known = offers([one.sku for one in found.variants.all()], places)
    return ProductWhole(
        **_plain(found),
        descriptions=found.descriptions,
        values=found.values,
        serial_pattern=found.serial_pattern,
        successor=found.successor.code if found.successor else None,
        variants=[_sku(one.sku, one.options, known[one.sku]) for one in found.variants.all()],
        faults=[
            FaultItem(names=one.names, advice=one.advice, sku=one.sku, told=one.is_told) for one in found.faults.all()
        ],
    )


def _plain(one: Product) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.category.code,
        "names": one.names,
        "brand": one.brand,
        "sold_from": one.sold_from_date,
        "sold_until": one.sold_until_date,
        "skus": [each.sku for each in one.variants.all()],
    }


def _sku(sku: str, options: dict[str, bool | float | str], offer: Offer) -> SkuItem:
    shelves = [
        ShelfItem(
            warehouse=one.place.code, store=one.place.store.code if one.place.store else None, available=one.available
        )
        for one in offer.shelves
    ]
    return SkuItem(
        sku=sku,
        options=options,
        price_minor=offer.price.minor if offer.price else None,
        currency=offer.price.currency if offer.price else None,
        is_stopped=offer.is_stopped,
        shelves=shelves,
    )


def _written(values: dict[str, bool | float | str]) -> dict[str, object]:
    """As people write them: a flag as yes or no."""
    return {code: ("yes" if one else "no") if isinstance(one, bool) else one for code, one in values.items()}


def _after(cursor: str) -> str:
    code = paging.read(cursor) if cursor else ""
    if cursor and not _CODE.fullmatch(code):
        raise paging.BadCursor
    return code
