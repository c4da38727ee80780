"""A need narrowed to a few products: the questions of a kind, what their answers want, and what fits."""

from collections.abc import Mapping, Sequence
from datetime import date

from zhoudao.conduct.offering.offers import Offer, Shelf, nearest, offers
from zhoudao.engines.guiding.choosing import Candidate, Chosen, Goal, Value, Wish, guide
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.catalogue.models import Asks, Better, Category, Product, Question, Variant
from zhoudao.rooms.catalogue.queries.finding import Wanted, products
from zhoudao.rooms.catalogue.refusals import ValueUnsound
from zhoudao.rooms.catalogue.specification import read_value
from zhoudao.rooms.stock.models import Warehouse

PRICE = "$price"  # no attribute has such a code
MOST_PRODUCTS = 500
_DEAREST = 10**12
_WAYS = {Better.MORE: 1, Better.LESS: -1}


class AnswerUnsound(Exception):
    """This is no answer to the question."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{AnswerUnsound.__doc__} {code}")


@frozen
class Pick:
    """A product that fits, in the variant that fits best: why and why not, what it costs, and where the nearest is."""

    product: Product
    variant: Variant
    offer: Offer
    chosen: Chosen
    near: Shelf | None
    kilometres: int | None


@frozen
class Advice:
    """At most three that fit, best first; else those that miss by least. Counts are of SKUs on sale."""

    picks: tuple[Pick, ...]
    misses: tuple[Pick, ...]
    fitting: int
    looked_at: int
    unknown: int


def wishes_of(questions: Sequence[Question], given: Mapping[str, str]) -> list[Wish]:
    """What the answers want, by question code; what was not answered, or does not matter, wants nothing.

    Raises: AnswerUnsound
    """
    found = []
    for one in questions:
        value = _value(one, given.get(one.code, "").strip())
        if value is not None:
            attribute = one.attribute.code if one.attribute else PRICE
            found.append(Wish(one.code, attribute, Goal(one.aim), value, float(one.weight), one.is_must))
    return found


def advise(category: Category, given: Mapping[str, str], *, day: date, near: Warehouse | None = None) -> Advice:
    """The products of a kind that fit best. `category` comes with its attributes and questions (six statements).

    Raises: AnswerUnsound
    """
    wishes = wishes_of(list(category.questions.all()), given)
    sold = products(Wanted(category=category.code, sold_on=day), most=MOST_PRODUCTS)
    sorts = {one.sku: (product, one) for product in sold for one in product.variants.all()}
    known = offers(sorts)
    candidates = [
        Candidate(sku, product.code, _facts(variant, known[sku]))
        for sku, (product, variant) in sorts.items()
        if not known[sku].is_stopped
    ]
    better = {one.code: _WAYS[Better(one.better)] for one in category.attributes.all() if one.better}
    found = guide(candidates, wishes, better | {PRICE: -1})

    def pick(one: Chosen) -> Pick:
        product, variant = sorts[one.code]
        where = nearest(known[one.code], near) if near else None
        return Pick(product, variant, known[one.code], one, *(where or (None, None)))

    picks, misses = tuple(map(pick, found.best)), tuple(map(pick, found.nearest))
    return Advice(picks, misses, found.fitting, found.looked_at, found.unknown)


def store_places() -> list[Warehouse]:
    """The stock of stores that are open, to choose the nearest from (one statement)."""
    rows = Warehouse.objects.filter(closed_at=None, store__isnull=False, store__closed_at=None)
    return list(rows.select_related("store").order_by("city", "code")[:500])


def _facts(variant: Variant, offer: Offer) -> dict[str, Value]:
    facts: dict[str, Value] = dict(variant.whole)
    return facts | ({PRICE: float(offer.price.minor)} if offer.price else {})


def _value(one: Question, text: str) -> Value | None:
    if not text:
        return None
    if one.asks == Asks.BUDGET:
        return _budget(one, text)
    if one.asks == Asks.CHOICE:
        if not (text.isascii() and text.isdigit() and int(text[:4]) < len(one.answers)):
            raise AnswerUnsound(one.code)
        wanted: Value | None = one.answers[int(text[:4])]["value"]
        return wanted
    assert one.attribute is not None
    try:
        value = read_value(one.attribute, text)
    except ValueUnsound as error:
        raise AnswerUnsound(one.code) from error
    return (value or None) if one.asks == Asks.FLAG else value


def _budget(one: Question, text: str) -> Value:
    try:
        minor = Money.of(text.replace(",", "").removeprefix("¥"), clock.currency()).minor
    except BadAmount as error:
        raise AnswerUnsound(one.code) from error
    if not 0 < minor < _DEAREST:
        raise AnswerUnsound(one.code)
    return float(minor)
