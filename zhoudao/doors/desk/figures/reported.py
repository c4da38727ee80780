"""A report in words: what it kept are codes and numbers, so everybody reads it in their language."""

from datetime import date
from typing import Any

from django.utils.translation import get_language

from zhoudao.doors.desk.figures.asking import Days, Place, cases_address
from zhoudao.doors.desk.figures.words import distance, worded
from zhoudao.engines.targets import Rule, misses
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import LOWER, Metric, metric
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.targets.models import Report


@frozen
class Line:
    """A figure of the period. `level` is good, bad or none (no target); `way` better, worse or empty."""

    about: Metric
    value: str
    before: str
    change: str
    way: str
    usual: str
    target: str
    level: str
    address: str


def shown(report: Report) -> dict[str, Any]:
    """For page and paper; figures that are not counted any more are left out."""
    place = Place(report.store, (), is_everywhere=report.store_id is None)
    days, names = Days(report.first_date, report.last_date), causes(offered=False)
    lines = [_line(one, place, days) for one in report.content["figures"] if _known(one["code"])]
    alarms = [
        (metric(one["code"]), one, date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))
        for one in report.content["alarms"]
        if _known(one["code"])
    ]
    order = {"bad": 0, "good": 1, "none": 2}
    return {
        "report": report,
        "place": str(report.store) if report.store else pick(clock.company(), get_language()),
        "lines": sorted(lines, key=lambda line: order[line.level]),
        "alarms": alarms,
        "causes": [(names.get(one["code"], one["code"]) or "—", one) for one in report.content["causes"]],
    }


def _line(one: dict[str, Any], place: Place, days: Days) -> Line:
    about, value, before, target = metric(one["code"]), one["value"], one["before"], one["target"]
    change = None if before is None else value - before
    is_lower = about.better == LOWER
    said = "" if change is None else _signed(about, change)
    is_seen = change is not None and any(digit in said for digit in "123456789")  # not what rounds to nothing
    missed = target is not None and misses(Rule(target, is_lower, needed=1, of=1), value)
    return Line(
        about=about,
        value=worded(about, value),
        before=worded(about, before),
        change=said,
        way="" if not is_seen or not about.better else "better" if said.startswith("−") == is_lower else "worse",
        usual=worded(about, one["usual"]) if one["usual"] is not None else "",
        target=worded(about, target) if target is not None else "",
        level="none" if target is None else "bad" if missed else "good",
        address=cases_address(about, place, days),
    )


def _signed(about: Metric, change: float) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return sign + distance(about, abs(change))


def _known(code: str) -> bool:
    try:
        metric(code)
    except KeyError:
        return False
    return True
