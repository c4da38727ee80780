"""A guide as a page: its questions with what was answered, and what comes of it in words."""

from collections.abc import Mapping
from typing import Any

from zhoudao.conduct.offering.guiding import Advice, AnswerUnsound, Pick, advise, store_places
from zhoudao.conduct.offering.sheets import fields, money
from zhoudao.conduct.offering.words import Reason, reasons
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.catalogue.models import Attribute, Category
from zhoudao.rooms.catalogue.specification import shown


@frozen
class Named:
    """One product that is named, as a page shows it."""

    pick: Pick
    price: str
    options: str
    reasons: list[Reason]
    percent: int


def guided(category: Category, given: Mapping[str, str]) -> dict[str, Any]:
    """What a page of a guide shows: `fields`, `places` and, once anything was answered (`asked`), `named` or the
    `misses`, with the counts behind them.
    """
    questions, places = list(category.questions.all()), store_places()
    near = next((one for one in places if one.code == given.get("near", "")), None)
    page: dict[str, Any] = {"places": places, "near": near, "asked": "go" in given}
    try:
        advice = advise(category, given, day=clock.now().date(), near=near) if page["asked"] else None
    except AnswerUnsound as refusal:
        return page | {"fields": fields(questions, given, refusal.code), "asked": False, "is_wrong": True}
    page["fields"] = fields(questions, given)
    return page | (_found(advice, {one.code: one for one in category.attributes.all()}) if advice else {})


def _percent(one: Pick) -> int:
    """A hundred only where nothing is lacking."""
    is_whole = all(found.is_met for found in one.chosen.judged)
    return 100 if is_whole else min(99, round(100 * one.chosen.score))


def _found(advice: Advice, attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    def named(one: Pick) -> Named:
        lines = [attributes[code] for code in one.variant.options if code in attributes]
        options = " · ".join(shown(line, one.variant.options[line.code]) for line in lines)
        said = reasons(one.chosen, attributes, advice.fitting)
        return Named(one, money(one.offer.price), options, said, _percent(one))

    return {
        "advice": advice,
        "named": [named(one) for one in advice.picks],
        "misses": [named(one) for one in advice.misses],
    }
