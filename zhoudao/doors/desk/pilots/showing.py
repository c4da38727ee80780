"""A pilot's parts made ready for its page."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.conduct.insight import charts
from zhoudao.conduct.pilots.models import Finding, Pilot, Stage
from zhoudao.conduct.pilots.outcomes import Outcome, outcome
from zhoudao.doors.desk.pilots.words import amount
from zhoudao.ground.accounts.models import Store
from zhoudao.kit.frozen import frozen

CLOSE = 0.25  # standardised mean differences up to here are called close
_FEATURES: dict[str, LazyText] = {
    "size": gettext_lazy("How much there is"),
    "level": gettext_lazy("Level"),
    "spread": gettext_lazy("How much it varies"),
    "trend": gettext_lazy("Where it was heading"),
}


@frozen
class StoreLine:
    """One store among those to choose from."""

    store: Store
    side: str
    weekly: str
    level: str


def stage_steps(pilot: Pilot) -> list[tuple[str, str]]:
    """The stages in order: each with `done`, `here` or nothing."""
    stages = [Stage.RUN, Stage.OVER] if pilot.is_everywhere else list(Stage)
    at = stages.index(Stage(pilot.stage))
    states = ["done" if place < at else "here" if place == at else "" for place in range(len(stages))]
    return [(str(stage.label), state) for stage, state in zip(stages, states, strict=True)]


def store_lines(pilot: Pilot, stores: Iterable[Store], body: dict[str, Any], *, is_taken: bool) -> list[StoreLine]:
    """Every store with its level before, and the side it has: as kept, or as proposed."""
    of, levels, proposal = outcome(pilot.primary), body.get("levels", {}), body.get("proposal")
    sides = {place.store_id: str(place.side) for place in pilot.places.all()}
    found = []
    for store in stores:
        side = sides.get(store.id, "")
        if is_taken and proposal:
            side = next((name for name, codes in proposal.items() if store.code in codes), "")
        known = levels.get(store.code)
        weekly, level = (f"{known['weekly']:.1f}", amount(of, known["level"])) if known else ("–", "–")
        found.append(StoreLine(store, side, weekly, level))
    return found


def balance_lines(rows: list[dict[str, Any]] | None) -> list[tuple[str, str, bool]]:
    """Features with how far the sides lie apart, and whether that is close."""
    return [
        (str(_FEATURES.get(row["feature"], row["feature"])), f"{row['apart']:+.2f}", abs(row["apart"]) <= CLOSE)
        for row in rows or []
    ]


def sides_picture(of: Outcome, weekly: dict[str, list[float | None]] | None) -> SafeString | str:
    """Both sides by week before the start; a week without cases is drawn as the one before it."""
    if not weekly or len(weekly["pilot"]) < 2:
        return ""
    names = {"pilot": _("Pilot stores"), "control": _("Control stores")}
    series = [(names[side], _filled(values)) for side, values in weekly.items()]
    labels = [(0.0, _("{n} weeks before").format(n=len(weekly["pilot"]))), (1.0, _("now"))]
    return charts.lines(series, labels, _("{outcome} by week").format(outcome=of.title))


def _filled(values: list[float | None]) -> list[float]:
    found, last = [], next((value for value in values if value is not None), 0.0)
    for value in values:
        last = last if value is None else value
        found.append(last)
    return found


def watch_lines(pilot: Pilot, finding: Finding | None) -> list[tuple[str, str, str]]:
    """What the stop rules say of every outcome: title, words, colour."""
    if finding is None or not finding.body:
        return []
    lines = []
    for code, seen in finding.body["outcomes"].items():
        of = outcome(code)
        if seen["stop"] == "harm":
            lines.append((str(of.title), _("worse than chance explains"), "bad"))
        elif seen["stop"] == "benefit":
            lines.append((str(of.title), _("better than chance explains"), "good"))
        elif seen["reason"] or seen["low"] is None:
            lines.append((str(of.title), _("too little is known yet"), ""))
        else:
            between = _("between {low} and {high}").format(low=amount(of, seen["low"]), high=amount(of, seen["high"]))
            lines.append((str(of.title), _("no sign of harm: the change lies {between}").format(between=between), ""))
    return lines
