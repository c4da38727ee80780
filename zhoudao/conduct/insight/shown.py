"""A diagnosis as a reader sees it: words, figures and pictures, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from numpy.typing import NDArray

from zhoudao.conduct.insight import charts
from zhoudao.conduct.insight.spans import amount, day, moment, percent, span
from zhoudao.conduct.insight.ways import ways_shown
from zhoudao.conduct.insight.words import Told, cause_name, told
from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.finding import teams
from zhoudao.engines.mining.findings import Finding
from zhoudao.engines.mining.following import follow_map
from zhoudao.engines.mining.waiting import CAUSES

FINDINGS, ROWS, LINES = 25, 12, 6


@dataclass(frozen=True)
class Shown:
    """One finding of the list: its place, in words, its time, its share, and how long its bar is (0 to 100),
    and its money where hours have a cost."""

    place: int
    finding: Finding
    told: Told
    time: str
    share: str
    bar: int
    money: str = ""


def shown(found: Diagnosis, raw: tuple[str, ...], warnings: Sequence[str] = ()) -> dict[str, Any]:
    """What the template of a report needs; `raw` are the log's own names of its steps."""
    return {
        "facts": _facts(found),
        "notes": [*warnings, *_notes(found)],
        "findings": _findings(found),
        "costs": _costs(found),
        "left_out": max(len(found.findings) - FINDINGS, 0),
        "pictures": _pictures(found),
        "causes": [(f"part-{place}", cause_name(cause)) for place, cause in enumerate(CAUSES)] if found.waits else [],
        "variants": ways_shown(found.log, found.variants, found.took, raw),
        "ways": f"{len(found.variants):,}",
        "repeats": _repeats(found),
        "checks": _checks(found),
        "hands": _hands(found),
    }


def _facts(found: Diagnosis) -> list[tuple[str, str]]:
    log = found.log
    begun = int(found.first.min())
    return [
        (pgettext("process", "Cases"), f"{len(log.cases):,}"),
        (_("Events"), f"{len(log):,}"),
        (_("Kinds of step"), f"{len(log.activities):,}"),
        (_("People or systems"), f"{len(log.resources):,}" if log.resource is not None else "–"),
        (_("From – to"), f"{day(begun, found.zone)} – {day(int(log.end.max()), found.zone)}"),
        (_("A case takes, in the middle"), span(float(np.median(found.took)))),
        (_("One in ten takes longer than"), span(float(np.percentile(found.took, 90)))),
        (_("Ways through"), f"{len(found.variants):,}"),
    ]


def _notes(found: Diagnosis) -> list[str]:
    notes = []
    if found.log.begun is None:
        notes.append(_("The log says when steps ended, not when they began: time between two ends is called wait."))
    if found.waits is None:
        notes.append(_("Nobody is named in the log, so why work waits cannot be told."))
    elif found.waits.estimated:
        notes.append(
            _("To tell why work waits, a step was taken to begin when its case and its person were both free.")
        )
    open_cases = int((found.log.end[found.log.offsets[1:] - 1] > found.log.end.max() - 86_400_000_000).sum())
    if open_cases:
        notes.append(
            ngettext(
                "%(n)s case had an event on the last day of the log: it may not be over.",
                "%(n)s cases had an event on the last day of the log: they may not be over.",
                open_cases,
            ) % {"n": f"{open_cases:,}"}
        )  # fmt: skip
    return notes


def _findings(found: Diagnosis) -> list[Shown]:
    sizes = [(each.money or 0.0) if _is_by_money(found) else each.hours for each in found.findings]
    most = max(sizes, default=0.0) or 1.0
    return [
        Shown(
            place, each, told(each), span(each.hours * 3.6e9), percent(each.share), round(100 * size / most),
            amount(each.money, found.costs.rates.currency) if found.costs and each.money is not None else "",
        )
        for place, (each, size) in enumerate(zip(found.findings[:FINDINGS], sizes, strict=False), 1)
    ]  # fmt: skip


def _is_by_money(found: Diagnosis) -> bool:
    return found.costs is not None and found.costs.rates.lying > 0


def _costs(found: Diagnosis) -> dict[str, Any]:
    """What the whole of it costs, and one case; what an hour was taken to cost."""
    if found.costs is None:
        return {}
    rates, parts = found.costs.rates, found.costs.parts
    names = (_("Work"), _("Cases that lie"), pgettext("cost", "Material"))
    return {
        "parts": [(name, amount(part, rates.currency)) for name, part in zip(names, parts, strict=True) if part],
        "whole": amount(sum(parts), rates.currency),
        "a_case": amount(sum(parts) / len(found.log.cases), rates.currency),
        "work": amount(rates.work, rates.currency),
        "lying": amount(rates.lying, rates.currency),
        "estimated": found.costs.estimated,
        "first": _is_by_money(found),
    }


def _pictures(found: Diagnosis) -> dict[str, Any]:
    return {
        "took": _took(found),
        "begun": _begun(found),
        "waits": _waits(found) if found.waits else "",
        "waiting": _waiting(found),
        "week": _week(found),
        "hands": _hand_grid(found),
    }


def _took(found: Diagnosis) -> Any:
    """Cases by how long they took: up to the 98th percentile in equal stretches, the rest in the last."""
    top = max(float(np.percentile(found.took, 98)), 1.0)
    counts, edges = np.histogram(np.minimum(found.took, top), bins=40, range=(0, top))
    labels = [span(edges[n]) if n % 8 == 0 else "" for n in range(40)]
    says = [f"{span(edges[n])} – {span(edges[n + 1])}: {counts[n]:,}" for n in range(40)]
    says[-1] = _("{since} and longer: {count}").format(since=span(edges[39]), count=f"{counts[-1]:,}")
    middle, late = float(np.median(found.took)), float(np.percentile(found.took, 90))
    marks = [
        charts.Mark(40 * middle / top, _("half: {span}").format(span=span(middle))),
        charts.Mark(40 * min(late / top, 1), _("90 %: {span}").format(span=span(late))),
    ]
    return charts.columns(counts.tolist(), labels, says, _("How long cases take"), marks)


def _begun(found: Diagnosis) -> Any:
    counts, edges = np.histogram(found.first, bins=found.edges)
    every = max(len(counts) // 6, 1)
    labels = [day(int(edges[n]), found.zone) if n % every == 0 else "" for n in range(len(counts))]
    says = [f"{moment(int(edges[n]), found.zone)}: {count:,}" for n, count in enumerate(counts)]
    return charts.columns(counts.tolist(), labels, says, _("How many cases begin"))


def _waits(found: Diagnosis) -> Any:
    assert found.waits is not None  # only then asked for
    sums = np.zeros((len(found.log.activities), len(CAUSES)))
    for cause in range(len(CAUSES)):
        np.add.at(sums[:, cause], found.log.activity, found.waits.parts[:, cause])
    order = [step for step in np.argsort(-sums.sum(axis=1), kind="stable")[:ROWS] if sums[step].sum() > 0]
    rows = [
        charts.Row(
            found.log.activities[step],
            sums[step].tolist(),
            [f"{cause_name(cause)}: {span(sums[step, place])}" for place, cause in enumerate(CAUSES)],
            span(sums[step].sum()),
        )
        for step in order
    ]
    return charts.stacked(rows, _("Why work waits before each step")) if rows else ""


def _waiting(found: Diagnosis) -> Any:
    order = np.argsort(-found.waiting.sum(axis=1), kind="stable")[:LINES]
    series = [(found.log.activities[step], found.waiting[step].tolist()) for step in order if found.waiting[step].any()]
    stops = [(n / 4, day(int(found.edges[round(n * (len(found.edges) - 1) / 4)]), found.zone)) for n in range(4)]
    return charts.lines(series, stops, _("How many cases wait before each step")) if series else ""


def _week(found: Diagnosis) -> Any:
    from zhoudao.engines.mining.calendars import HOUR, clock_of

    clock = clock_of(found.zone, found.log)
    offset = clock.offset[np.searchsorted(clock.since, found.log.end, side="right") - 1]
    hour = ((found.log.end + offset - 4 * 24 * HOUR) // HOUR) % 168
    counts = np.bincount(hour, minlength=168).reshape(7, 24)
    days = [
        pgettext("week", "Mon"), pgettext("week", "Tue"), pgettext("week", "Wed"), pgettext("week", "Thu"),
        pgettext("week", "Fri"), pgettext("week", "Sat"), pgettext("week", "Sun"),
    ]  # fmt: skip
    heads = [str(each) for each in range(24)]
    return charts.grid(days, heads, counts.tolist(), _("When steps are done"), left=56)


def _of_hands(found: Diagnosis) -> tuple[str, NDArray[np.int32], tuple[str, ...]] | None:
    """By whom cases are held: a column of teams if the log has one, else its resources."""
    log = found.log
    for name in teams(log):
        column = log.columns[name]
        if len(column.values) <= 400 and (column.codes >= 0).mean() > 0.5:
            return name, column.codes, column.values
    return None if log.resource is None else ("", log.resource, log.resources)


def _hand_grid(found: Diagnosis) -> Any:
    named = _of_hands(found)
    if named is None:
        return ""
    _of, codes, names = named
    edges = follow_map(found.log, np.where(codes < 0, len(names), codes).astype(np.int32), len(names) + 1).edges
    apart = (edges.source != edges.target) & (edges.source < len(names)) & (edges.target < len(names))
    size = np.bincount(edges.source[apart], edges.count[apart], len(names))
    size = size + np.bincount(edges.target[apart], edges.count[apart], len(names))
    order = [int(each) for each in np.argsort(-size, kind="stable")[:ROWS] if size[each] > 0]
    place = {code: n for n, code in enumerate(order)}
    table = np.zeros((len(order), len(order)))
    for edge in np.nonzero(apart)[0]:
        one, other = int(edges.source[edge]), int(edges.target[edge])
        if one in place and other in place:
            table[place[one], place[other]] = edges.count[edge]
    heads = [charts.short(names[each], 8) for each in order]
    if not order:
        return ""
    return charts.grid([names[each] for each in order], heads, table.tolist(), _("Who hands to whom"))


def _hands(found: Diagnosis) -> str:
    named = _of_hands(found)
    return (named[0] or _("resource")) if named else ""


def _repeats(found: Diagnosis) -> list[dict[str, str]]:
    order = np.argsort(-found.again.time, kind="stable")[:ROWS]
    return [
        {
            "name": found.log.activities[step], "at_once": f"{found.again.at_once[step]:,}",
            "later": f"{found.again.later[step]:,}", "cases": f"{found.again.cases[step]:,}",
            "time": span(int(found.again.time[step])),
        }
        for step in order if found.again.cases[step]
    ]  # fmt: skip


def _checks(found: Diagnosis) -> list[dict[str, str]]:
    names = found.log.activities
    return [
        {
            "name": names[check.step], "count": f"{check.count:,}", "passes": percent(check.passes),
            "goes_on": names[check.goes_on] if check.goes_on >= 0 else _("the case ends"), "wait": span(check.wait),
            "time": span(check.time),
        }
        for check in found.checks[:ROWS]
    ]  # fmt: skip
