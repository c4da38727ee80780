"""Where an order is sent from, in words and bars: the figures of every place, and what each lost by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from zhoudao.engines.allocation import Looked, Rule, RuleUnreadable, read_rules
from zhoudao.ground.eventlog.facts import word_of
from zhoudao.ground.eventlog.timeline import Line
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.rooms.orders.choices import looked_at
from zhoudao.rooms.orders.events import BY_HAND, OrderAllocated
from zhoudao.rooms.stock.models import Warehouse

CRITERIA: dict[str, LazyText] = {
    "own": pgettext_lazy("criterion", "the store's own stock"),
    "parcels": pgettext_lazy("criterion", "fewest parcels"),
    "distance": pgettext_lazy("criterion", "distance"),
    "cost": pgettext_lazy("criterion", "cost"),
    "load": pgettext_lazy("criterion", "load"),
    "priority": pgettext_lazy("criterion", "priority"),
    "equal": pgettext_lazy("criterion", "nothing but its name"),
}
_VERDICTS: dict[str, LazyText] = {
    "full": pgettext_lazy("place", "full that day"),
    "short": pgettext_lazy("place", "does not have all of it"),
}
_SHOWN = 12


@dataclass(frozen=True)
class PlaceRow:
    """A place as the table shows it; `km`, `cost` and `load` beside their shares of the longest bar, in percent."""

    name: str
    code: str
    is_chosen: bool
    verdict: str
    pieces: int
    km: int | None
    km_share: int
    cost: str
    cost_share: int
    load: int
    left: int | None


@dataclass(frozen=True)
class Explained:
    """Where it is sent from and why."""

    rows: Sequence[PlaceRow]
    more: int
    why: str
    decided: str
    criteria: str
    rules: int
    row: int | None
    packing_date: date
    parcels: int
    km: int | None
    cost: str
    waiting: int


def explained(happened: Sequence[Line], places: Sequence[Warehouse]) -> Explained | None:
    """The last choice among what happened to an order; None: it was never allocated."""
    line = next((one for one in reversed(happened) if one.type == OrderAllocated.name), None)
    if line is None:
        return None
    said, looked = line.attributes, looked_at(line.attributes)
    looked = sorted(looked, key=lambda one: (one.verdict != "chosen", one.verdict != "lost", one.site.km or 0))
    names = {place.code: str(place) for place in places}
    longest = max((one.site.km or 0 for one in looked), default=0) or 1
    dearest = max((one.site.cost for one in looked), default=0) or 1
    rows = []
    for one in looked[:_SHOWN]:
        site = one.site
        rows.append(
            PlaceRow(
                name=names.get(site.key, site.key),
                code=site.key,
                is_chosen=one.verdict == "chosen",
                verdict=_verdict(one),
                pieces=sum(said["plan"].get(site.key, {}).values()),
                km=site.km,
                km_share=round(100 * (site.km or 0) / longest),
                cost=amount(site.cost),
                cost_share=round(100 * site.cost / dearest),
                load=site.load,
                left=site.left,
            )
        )
    return Explained(
        rows=rows,
        more=max(0, len(looked) - _SHOWN),
        why=word_of(said["why"]),
        decided=_fixed(said) or _decided(said),
        criteria=criteria_words(said["criteria"]),
        rules=said["rules"],
        row=said["row"],
        packing_date=date.fromisoformat(said["packing_date"]),
        parcels=said["parcels"],
        km=said["km"],
        cost=amount(said["cost_minor"]),
        waiting=said["waiting"],
    )


def criteria_words(text: str) -> str:
    """Criteria in their order, in words: `fewest parcels ▸ distance (steps of 200 km)`."""
    try:
        return " ▸ ".join(_criterion(rule) for rule in read_rules(text))
    except RuleUnreadable:
        return text


def amount(minor: int) -> str:
    """An amount of the house's currency."""
    return Money(minor, clock.currency()).format(get_language() or "zh-hans")


def _criterion(rule: Rule) -> str:
    words = str(CRITERIA[rule.name])
    if rule.step == 1 or rule.name not in ("distance", "load", "cost"):
        return words
    unit = {"distance": f"{rule.step} km", "load": f"{rule.step}%", "cost": amount(rule.step)}[rule.name]
    return _("%(criterion)s (steps of %(step)s)") % {"criterion": words, "step": unit}


def _fixed(said: dict[str, Any]) -> str:
    """Why no other place was looked at; empty when all were."""
    why = said["why"].removeprefix("allocated_")
    if said["decided"] != "only":
        return ""
    if why in BY_HAND:
        return _("A person chose the place.")
    return _("The goods lie there already and stay.") if why == "stays" else ""


def _decided(said: dict[str, Any]) -> str:
    if said["decided"] == "only":
        return _("No other place could send it.")
    if said["decided"] not in CRITERIA:
        return ""
    return _("What made the difference: %(criterion)s.") % {"criterion": CRITERIA[said["decided"]]}


def _verdict(one: Looked) -> str:
    if one.verdict == "chosen":
        return _("sends it")
    if one.verdict == "lost":
        return _("worse by: %(criterion)s") % {"criterion": CRITERIA.get(one.by, one.by)}
    return str(_VERDICTS.get(one.verdict, one.verdict))
