"""Staffings as their page shows them, in the language that is active; and a plan as changes. No numpy."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhoudao.conduct.insight.altering import Change
from zhoudao.conduct.insight.charts import Dot, scatter
from zhoudao.conduct.insight.spans import percent
from zhoudao.conduct.insight.verdicts import SHARE, TIME, duration, known, money, value_of


class PlanRow(NamedTuple):
    """One plan worth choosing: where it stands among all, its people, what a week costs, what it gives."""

    at: int
    people: str
    week_cost: str
    value: str
    range: str
    is_now: bool
    is_advised: bool


def plans_shown(staffing: Mapping[str, Any], *, target: float | None, week_cost: float | None) -> dict[str, Any]:
    """What the template of staffings needs. Advised is the cheapest that reaches `target`, or the best that costs no
    more than `week_cost` a week.
    """
    aim = str(staffing["aim"])
    fronts = [(at, plan) for at, plan in enumerate(staffing["plans"]) if plan["is_front"]]
    advised = _advised(fronts, aim, target, week_cost)
    return {
        "rows": [_row(staffing, at, plan, is_advised=at == advised) for at, plan in fronts],
        "picture": _picture(staffing, advised),
        "aim": _aim_words(aim),
        "count": len(staffing["plans"]),
        "is_all": staffing["is_all"],
        "is_none_advised": advised is None and (target is not None or week_cost is not None),
    }


def changes_of_plan(staffing: Mapping[str, Any], at: int) -> tuple[Change, ...]:
    """What a plan changes in the variant it was made for. Raises: IndexError."""
    if at < 0:
        raise IndexError(at)
    plan, found = staffing["plans"][at], []
    for place, was, to in zip(staffing["places"], staffing["now"], plan["people"], strict=True):
        if was != to:
            which = {"pool": place["pool"], **({"calendar": place["calendar"]} if place["calendar"] else {})}
            found.append({"do": "people", **which, "to": to, "was": was})
    return tuple(found)


def people_words(staffing: Mapping[str, Any], at: int) -> str:
    """Who is there by a plan."""
    places = staffing["places"]
    several = {place["pool"] for place in places if sum(each["pool"] == place["pool"] for each in places) > 1}
    names = [
        f"{place['pool']} ({place['calendar'] or place['hours']})" if place["pool"] in several else place["pool"]
        for place in places
    ]
    counts = staffing["plans"][at]["people"]
    return _(", ").join(f"{name} {count}" for name, count in zip(names, counts, strict=True))


def _aim_words(aim: str) -> str:
    what, _bar, of = aim.partition("|")
    return _("Promise “{name}” kept").format(name=of) if what == "kept" else _("Nine of ten cases are done within")


def _row(staffing: Mapping[str, Any], at: int, plan: Mapping[str, Any], *, is_advised: bool) -> PlanRow:
    value, range_ = value_of(SHARE if staffing["aim"].startswith("kept") else TIME, plan["value"])
    is_now = plan["people"] == staffing["now"]
    return PlanRow(at, people_words(staffing, at), money(plan["week_cost"]), value, range_, is_now, is_advised)


def _advised(
    fronts: list[tuple[int, Any]], aim: str, target: float | None, week_cost: float | None
) -> int | None:  # fmt: skip
    sign = -1 if aim.startswith("kept") else 1
    able = [(at, plan) for at, plan in fronts if known(plan["value"])]
    if target is not None:
        return next((at for at, plan in able if sign * plan["value"][0] <= sign * target), None)
    if week_cost is not None:
        return next((at for at, plan in reversed(able) if plan["week_cost"] <= week_cost), None)
    return None


def _picture(staffing: Mapping[str, Any], advised: int | None) -> SafeString:
    """Every plan that can do the work: how dear, how good; those worth choosing joined by a line."""
    written = percent if staffing["aim"].startswith("kept") else duration
    dots = []
    for at, plan in enumerate(staffing["plans"]):
        value = known(plan["value"])
        if value is None:
            continue
        look = "advised" if at == advised else "now" if plan["people"] == staffing["now"] else ""
        says = f"{people_words(staffing, at)}: {money(plan['week_cost'])}, {written(value.mean)}"
        dots.append(Dot(plan["week_cost"], value.mean, plan["is_front"], look, says))
    words = (_("cost of a week"), _aim_words(staffing["aim"]))
    return scatter(dots, words, (money, written), _("What staffings cost and give"))
