"""Products as pages show them: what each costs, its specification, several side by side, and a guide's form."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from zhoudao.conduct.offering.offers import Offer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.kit.money import Money
from zhoudao.rooms.catalogue.models import Asks, Attribute, Better, Product, Question
from zhoudao.rooms.catalogue.specification import shown

_WAYS = {Better.MORE: max, Better.LESS: min}


@frozen
class Row:
    """One line of a comparison: what it tells of, each product's value, whether they differ, which are the best."""

    name: str
    cells: tuple[str, ...]
    differs: bool
    best: tuple[bool, ...]

    @property
    def pairs(self) -> list[tuple[str, bool]]:
        """Each value with whether it is the best."""
        return list(zip(self.cells, self.best, strict=True))


@frozen
class Field:
    """One question of a guide as a form shows it. `choices`: what is sent, what is read, whether it is chosen."""

    code: str
    name: str
    asks: str
    unit: str
    given: str
    choices: tuple[tuple[str, str, bool], ...]
    is_must: bool
    is_wrong: bool


def money(amount: Money | None) -> str:
    """An amount in the reader's language, a dash where nobody said it."""
    return amount.format(get_language() or "") if amount else "–"


def price_of(product: Product, known: Mapping[str, Offer]) -> str:
    """What it costs: from the cheapest of its SKUs to the dearest."""
    prices = sorted(_prices(product, known))
    if not prices:
        return "–"
    lowest, highest = money(prices[0]), money(prices[-1])
    return (
        lowest if prices[0] == prices[-1] else _("%(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
    )


def available_of(product: Product, known: Mapping[str, Offer]) -> int:
    """How many of all its SKUs may be promised, in all places that were asked for."""
    return sum(known[one.sku].available for one in product.variants.all() if one.sku in known)


def specification(product: Product, attributes: Sequence[Attribute]) -> list[tuple[str, str]]:
    """What is known of it, line by line; of what its SKUs differ in, all there is."""
    lines = [(str(one), _said(product, one)) for one in attributes]
    return [(name, value) for name, value in lines if value != "–"]


def options_of(options: Mapping[str, Any], attributes: Sequence[Attribute]) -> str:
    """What one SKU has of its own, in words."""
    return " · ".join(shown(one, options[one.code]) for one in attributes if one.code in options)


def comparison(
    compared: Sequence[Product], known: Mapping[str, Offer], attributes: Sequence[Attribute], *, is_counted: bool
) -> list[Row]:
    """Products side by side: price, stock (`is_counted`: in figures), then each line that one of them has. Of kinds
    that tell of the same thing by the same code, it is one line.
    """
    rows = [_priced(compared, known), _stocked(compared, known, is_counted)]
    lines: dict[str, Attribute] = {}
    for one in attributes:
        lines.setdefault(one.code, one)
    for attribute in lines.values():
        cells = tuple(_said(product, attribute) for product in compared)
        if any(cell != "–" for cell in cells):
            rows.append(_row(str(attribute), cells, _best(compared, attribute)))
    return rows


def fields(questions: Sequence[Question], given: Mapping[str, str], wrong: str = "") -> list[Field]:
    """A guide's questions with what was answered; `wrong` is the code of the one whose answer is none."""
    return [_field(one, given.get(one.code, "")[:40], one.code == wrong) for one in questions]


def _field(one: Question, given: str, is_wrong: bool) -> Field:
    choices: list[tuple[str, str]] = []
    if one.asks == Asks.CHOICE:
        choices = [(str(n), pick(each["names"], get_language())) for n, each in enumerate(one.answers)]
    elif one.asks == Asks.FLAG:
        choices = [("yes", pgettext("specification", "Yes")), ("no", _("It does not matter"))]
    drawn = tuple((value, words, value == given) for value, words in choices)
    unit = one.attribute.unit if one.attribute else ""
    return Field(one.code, str(one), one.asks, unit, given, drawn, one.is_must, is_wrong)


def _prices(product: Product, known: Mapping[str, Offer]) -> list[Money]:
    found = (known[one.sku].price for one in product.variants.all() if one.sku in known)
    return [one for one in found if one is not None]


def _said(product: Product, attribute: Attribute) -> str:
    values = [one.whole.get(attribute.code) for one in product.variants.all()] or [product.values.get(attribute.code)]
    said = dict.fromkeys(shown(attribute, value) for value in values if value is not None)
    return " / ".join(said) or "–"


def _row(name: str, cells: tuple[str, ...], best: tuple[bool, ...]) -> Row:
    return Row(name, cells, len(set(cells)) > 1, best if any(best) and not all(best) else (False,) * len(cells))


def _priced(compared: Sequence[Product], known: Mapping[str, Offer]) -> Row:
    lowest = [min((one.minor for one in _prices(product, known)), default=None) for product in compared]
    least = min((one for one in lowest if one is not None), default=None)
    cells = tuple(price_of(product, known) for product in compared)
    return _row(_("Price"), cells, tuple(one is not None and one == least for one in lowest))


def _stocked(compared: Sequence[Product], known: Mapping[str, Offer], is_counted: bool) -> Row:
    counts = [available_of(product, known) for product in compared]
    cells = tuple(str(one) if is_counted else _("In stock") if one else _("Not in stock now") for one in counts)
    return _row(_("Stock"), cells, (False,) * len(compared))


def _best(compared: Sequence[Product], attribute: Attribute) -> tuple[bool, ...]:
    if not attribute.better:
        return (False,) * len(compared)
    best = _WAYS[Better(attribute.better)]
    found: list[float | None] = []
    for product in compared:
        values = [one.whole[attribute.code] for one in product.variants.all() if attribute.code in one.whole]
        found.append(best(values) if values else None)
    known = [one for one in found if one is not None]
    return tuple(one is not None and one == best(known) for one in found)
