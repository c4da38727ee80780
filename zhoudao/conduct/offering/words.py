"""Why a product is named, in words: what it has of what was asked, and what it lacks."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.conduct.offering.guiding import PRICE
from zhoudao.engines.guiding.choosing import Chosen, Goal, Judged
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.kit.money import Money
from zhoudao.rooms.catalogue.models import Attribute, Typed
from zhoudao.rooms.catalogue.specification import shown

_WORTH_SAYING = 0.5  # of the others it is ahead of


@frozen
class Reason:
    """One sentence, and whether it speaks for the product."""

    words: str
    is_for: bool


def reasons(one: Chosen, attributes: Mapping[str, Attribute], fitting: int) -> list[Reason]:
    """Why it is named, what weighs most first, and then what it lacks; `fitting` have what must be."""
    weighty = sorted(one.judged, key=lambda found: (not found.is_met, -found.wish.weight))
    return [Reason(_said(found, attributes.get(found.wish.attribute), fitting), found.is_met) for found in weighty]


def _said(one: Judged, attribute: Attribute | None, fitting: int) -> str:
    if one.wish.attribute == PRICE:
        return _price(one)
    if attribute is None:  # taken out of the specification since
        return one.wish.attribute
    if one.actual is None:
        return _("Nobody has said its %(name)s") % {"name": attribute}
    if one.is_met and one.ahead is not None and one.ahead >= _WORTH_SAYING and fitting > 1 and attribute.praise:
        return _("%(name)s %(value)s: %(praise)s than %(share)d %% of the others that fit") % {
            "name": attribute,
            "value": shown(attribute, one.actual),
            "praise": pick(attribute.praise, get_language()),
            "share": round(100 * one.ahead),
        }
    return _number(one, attribute) if attribute.typed == Typed.NUMBER else _plain(one, attribute)


def _price(one: Judged) -> str:
    if one.actual is None:
        return _("Its price is not known here")
    if one.is_met:
        return _("Within your budget: %(price)s of %(budget)s") % {
            "price": _money(float(one.actual)),
            "budget": _money(float(one.wish.value)),
        }
    return _("%(more)s over your budget") % {"more": _money(one.short or 0)}


def _number(one: Judged, attribute: Attribute) -> str:
    said = {
        "name": attribute,
        "value": shown(attribute, one.actual),
        "wanted": shown(attribute, _plainly(one.wish.value)),
        "short": shown(attribute, _plainly(one.short or 0)),
    }
    if one.is_met and one.wish.goal == Goal.LEAST:
        return _("%(name)s %(value)s: at least %(wanted)s, as you asked") % said
    if one.is_met:
        return _("%(name)s %(value)s: at most %(wanted)s, as you asked") % said
    if one.wish.goal == Goal.LEAST:
        return _("%(name)s %(value)s: %(short)s less than you asked for") % said
    return _("%(name)s %(value)s: %(short)s more than you asked for") % said


def _plain(one: Judged, attribute: Attribute) -> str:
    if attribute.typed == Typed.FLAG:
        return (_("It has: %(name)s") if one.is_met else _("It lacks: %(name)s")) % {"name": attribute}
    said = {"name": attribute, "value": shown(attribute, one.actual), "wanted": shown(attribute, one.wish.value)}
    return (_("%(name)s: %(value)s, as you asked") if one.is_met else _("%(name)s: %(value)s, not %(wanted)s")) % said


def _plainly(value: object) -> float:
    number = round(float(str(value)), 6)
    return int(number) if number == int(number) else number


def _money(minor: float) -> str:
    return Money(round(minor), clock.currency()).format(get_language() or "")
