"""Key nodes as their page shows them: words, pictures and figures that the analyst makes for the web, which has no
numpy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhoudao.conduct.insight import charts
from zhoudao.conduct.insight.calibrating import Calibrated
from zhoudao.conduct.insight.key_nodes import KeyNode, KeyNodes
from zhoudao.conduct.insight.named import step_words
from zhoudao.conduct.insight.noted import said
from zhoudao.conduct.insight.own_log import DONE
from zhoudao.conduct.insight.rated import Rated, rated
from zhoudao.conduct.insight.spans import SECOND, percent, span
from zhoudao.conduct.insight.words import told
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.mining.findings import Finding, Kind
from zhoudao.engines.simulation.results import Estimate
from zhoudao.ground.accounts.models import Team
from zhoudao.kit.languages import LANGUAGES, pick

SCHEMA = 1
_LEAST_BETWEEN = 0.005


@dataclass(frozen=True, eq=False)
class Studied:
    """What a page is made of: the flow (and its key for goals), its calibration, what was found, the figures of the
    report, and what customers said by case (None: the cases are none that customers rate).
    """

    graph: Graph
    flow: str
    made: Calibrated
    found: KeyNodes
    figures: Mapping[str, Any]
    behind: frozenset[str]
    ratings: Mapping[str, int] | None = None
    is_own: bool = False
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", {node.id: node.name or node.id for node in self.graph.nodes})


def key_pages(one: Studied) -> dict[str, Any]:
    """The body of a study: `pages` by language, `names` of the steps, `flow`, and `figures` for programs."""
    said_ = {each.element: _rated(one, each.element) for each in one.found.nodes}
    rooms = {each.element: _room(one, each.element) for each in one.found.nodes}
    pages = {}
    for language in (each.lower() for each in LANGUAGES):
        with translation.override(language):
            pages[language] = {
                "cards": [
                    _card(one, at, each, said_[each.element], rooms[each.element])
                    for at, each in enumerate(one.found.nodes)
                ],
                "facts": _facts(one),
                "notes": [said(note, one.names) for note in one.made.notes if note.code != "crew"],
            }
    return {
        "schema": SCHEMA, "pages": pages, "flow": one.flow,
        "names": {each.element: one.names[each.element] for each in one.found.nodes},
        "figures": [_figures(each, said_[each.element]) for each in one.found.nodes],
    }  # fmt: skip


def _figures(each: KeyNode, rating: Rated | None) -> dict[str, Any]:
    def interval(of: Estimate) -> list[float]:
        return [of.mean, of.low, of.high]

    rate = None if rating is None or not rating.is_enough else [rating.change, rating.low, rating.high]
    return {
        "element": each.element, "median_seconds": interval(each.median), "p90_seconds": interval(each.p90),
        "rating": rate, "share": each.place.share, "between": each.place.between, "is_cut": each.place.is_cut,
    }  # fmt: skip


def _facts(one: Studied) -> list[tuple[str, str]]:
    found = one.found
    return [
        (_("Half of the cases take at most, as simulated"), span(found.median.mean * SECOND)),
        (_("Nine of ten take at most, as simulated"), span(found.p90.mean * SECOND)),
        (_("Each step taken to need less"), percent(found.faster)),
        (_("Times simulated, each with the same luck"), f"{found.replications}"),
    ]


def _card(
    one: Studied, at: int, each: KeyNode, rating: Rated | None, room: tuple[float, float] | None
) -> dict[str, Any]:
    name = one.names[each.element]
    return {
        "place": at + 1, "element": each.element, "name": name,
        "median": _gained(each.median, one.found.faster, name), "p90": _ninth(each.p90),
        "is_clear": bool(each.median.high < 0 or each.p90.high < 0),
        "picture": str(_picture(one, each)), "links": _links(each), "who": _who(one, each.element),
        "room": _room_words(room), "rating": _rating_words(rating, one.found.faster),
        "problem": _problem(one, each.element), "cases": _cases(one, each.element),
    }  # fmt: skip


def _gained(change: Estimate, faster: float, name: str) -> str:
    values = {"step": name, "share": percent(faster), **_sooner(change)}
    if change.high < 0:
        return _(
            "If “{step}” took {share} less time, half of all cases would be done {time} sooner ({low} to {high})."
        ).format(**values)
    return _("If “{step}” took {share} less time, half of all cases would not surely be done any sooner.").format(
        **values
    )


def _ninth(change: Estimate) -> str:
    if change.high < 0:
        return _("Nine of ten would be done {time} sooner ({low} to {high}).").format(**_sooner(change))
    return _("Nine of ten would not surely be done any sooner.")


def _sooner(change: Estimate) -> dict[str, str]:
    return {
        "time": span(-change.mean * SECOND), "low": span(-change.high * SECOND), "high": span(-change.low * SECOND)
    }  # fmt: skip


def _picture(one: Studied, each: KeyNode) -> str:
    """Hours gained, on one scale for all steps."""
    every = [-bound for node in one.found.nodes for of in (node.median, node.p90) for bound in (of.low, of.high)]
    rows = [
        charts.Gain(words, -of.mean, -of.high, -of.low, span(-of.mean * SECOND))
        for words, of in ((_("Half of the cases"), each.median), (_("Nine of ten"), each.p90))
    ]
    title = _("How much sooner cases would be done if “{step}” took less time").format(step=one.names[each.element])
    return charts.gains(rows, title, least=min([0.0, *every]), most=max([1.0, *every]))


def _links(each: KeyNode) -> list[str]:
    place = each.place
    words = [_("{share} of the cases pass it").format(share=percent(place.share))]
    if place.visits > 1.05:
        words.append(_("each of these {times} times").format(times=f"{place.visits:.1f}"))
    if place.before:
        words.append(ngettext("{n} step leads to it", "{n} steps lead to it", place.before).format(n=place.before))
    if place.behind:
        words.append(ngettext("{n} step follows it", "{n} steps follow it", place.behind).format(n=place.behind))
    words.append(_("there is no way around it") if place.is_cut else _("there are ways around it"))
    if place.between >= _LEAST_BETWEEN:
        share = percent(place.between)
        words.append(_("{share} of the shortest ways between others lead through it").format(share=share))
    return words


def _who(one: Studied, element: str) -> str:
    """The team of the step, else who did it, in words."""
    team = one.graph.node(element).step.team
    if team and not team.startswith("="):
        return _team_words(team) if one.is_own else team
    crews = {note.values["pool"]: note.values["members"] for note in one.made.notes if note.code == "crew"}
    pools = one.made.scenario["tasks"].get(element, {}).get("pools", [])
    people = sum(crews.get(pool, 0) for pool in pools)
    return ngettext("{n} person", "{n} people", people).format(n=people) if people else _("nobody is named")


def _team_words(code: str) -> str:
    """A team of ours by name (one statement); a code that is nobody's stays what it is."""
    names = Team.objects.filter(code=code).values_list("names", flat=True).first()
    return pick(names or {}, translation.get_language() or "") or code


def _room(one: Studied, element: str) -> tuple[float, float] | None:
    """Seconds that the quickest quarter of its cases spend there at most, and that half of them do."""
    spent = one.made.seconds(element)[1]
    return None if len(spent) < 4 else (float(np.quantile(spent, 0.25)), float(np.quantile(spent, 0.5)))


def _room_words(room: tuple[float, float] | None) -> str:
    if room is None:
        return _("Too few cases passed it to say what is possible.")
    quick, middle = (span(each * SECOND) for each in room)
    return _("Half of its cases spend up to {middle} here, the quickest quarter up to {quick}.").format(
        middle=middle, quick=quick
    )


def _rated(one: Studied, element: str) -> Rated | None:
    if one.ratings is None:
        return None
    cases, spent = one.made.seconds(element)
    names = [one.made.seen.log.cases[int(case)] for case in cases]
    kept = [at for at, name in enumerate(names) if name in one.ratings]
    return rated(spent[kept], [one.ratings[names[at]] for at in kept], faster=one.found.faster)


def _rating_words(rating: Rated | None, faster: float) -> str:
    if rating is None:
        return _("These are no cases that customers rate.")
    if not rating.is_enough:
        return ngettext(
            "{n} case that passed it was rated: not enough to say anything of satisfaction.",
            "{n} cases that passed it were rated: not enough to say anything of satisfaction.",
            rating.cases,
        ).format(n=rating.cases)
    values = {
        "change": f"{rating.change:+.2f}", "low": f"{rating.low:+.2f}", "high": f"{rating.high:+.2f}",
        "n": rating.cases, "share": percent(faster),
    }  # fmt: skip
    if rating.is_clear:
        return _(
            "Ratings go with its time: {share} less goes with {change} points ({low} to {high}; {n} rated cases). That "
            "they go together does not say that one makes the other."
        ).format(**values)
    return _("Ratings do not clearly go with its time ({change} points, {low} to {high}; {n} rated cases).").format(
        **values
    )


def _problem(one: Studied, element: str) -> dict[str, str] | None:
    """The finding of the report that costs most time at this step."""
    meant = {name for name, elements in one.made.elements.items() if element in elements}
    for place, row in enumerate(one.figures["findings"]):
        kind = Kind(row["kind"])
        steps = row["what"][:1] if kind is Kind.CAUSE else row["what"]
        if row["of"] or not meant & {_step(name, one.is_own) for name in steps}:
            continue
        named = tuple(step_words(name) if one.is_own and kind is not Kind.CAUSE else name for name in row["what"])
        if kind is Kind.CAUSE and one.is_own:
            named = (step_words(row["what"][0]), row["what"][1])
        words = told(
            Finding(kind, named, row["hours"], row["share"], row["count"], row["cases"], tuple(row["examples"]))
        )
        return {"title": words.title, "advice": words.advice, "of": f"f{place}",
                "time": span(row["hours"] * 3600 * SECOND)}  # fmt: skip
    return None


def _step(code: str, is_own: bool) -> str:
    """What an activity of the report is called in the log that was simulated."""
    return code.partition(":")[2] if is_own and code.startswith(DONE) else code


def _cases(one: Studied, element: str) -> str:
    """By what name the report keeps the cases of this step, where it does."""
    meant = {name for name, elements in one.made.elements.items() if element in elements}
    activities: Sequence[Mapping[str, Any]] = one.figures["activities"]
    for code, row in enumerate(activities):
        if _step(row["name"], one.is_own) in meant and f"s{code}" in one.behind:
            return f"s{code}"
    return ""
