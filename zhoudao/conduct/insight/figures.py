"""A diagnosis as figures for programs: `diagnosis.json`. Times in seconds, names as the log has them."""

from typing import Any

import numpy as np

from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.findings import Finding
from zhoudao.engines.mining.waiting import CAUSES

SCHEMA = 1
VARIANTS = 1_000


def figures(found: Diagnosis) -> dict[str, Any]:
    """Everything a report shows and more, as plain values."""
    log, steps, edges = found.log, found.map.steps, found.map.edges
    return {
        "schema": SCHEMA,
        "log": {
            "cases": len(log.cases), "events": len(log), "activities": len(log.activities),
            "resources": len(log.resources), "first": int(found.first.min()) / 1e6, "last": int(log.end.max()) / 1e6,
            "zone": found.zone, "has_beginnings": log.begun is not None,
        },
        "duration": "begin - end of the event before" if log.begun is not None else "end - end of the event before",
        "case_seconds": _spread(found.took),
        "activities": [
            {
                "name": name, "count": int(steps.count[code]), "cases": int(steps.cases[code]),
                "starts": int(steps.starts[code]), "ends": int(steps.ends[code]),
                "service_median": steps.median[code] / 1e6, "service_total": int(steps.total[code]) / 1e6,
                "repeats_at_once": int(found.again.at_once[code]), "repeats_later": int(found.again.later[code]),
            }
            for code, name in enumerate(log.activities)
        ],
        "edges": [
            {
                "from": log.activities[edges.source[at]], "to": log.activities[edges.target[at]],
                "count": int(edges.count[at]), "cases": int(edges.cases[at]), "median": edges.median[at] / 1e6,
                "p90": edges.p90[at] / 1e6, "total": int(edges.total[at]) / 1e6,
            }
            for at in range(len(edges.count))
        ],
        "variants": [
            {
                "cases": int(found.variants.count[at]),
                "activities": [log.activities[step] for step in found.variants.steps(log, at)],
            }
            for at in range(min(len(found.variants), VARIANTS))
        ],
        "variants_in_all": len(found.variants),
        "waiting": _waiting(found),
        "reopened": {
            "closing": [log.activities[step] for step in found.reopened.closing], "cases": len(found.reopened.cases),
        },
        "costs": _costs(found),
        "findings": [_finding(each) for each in found.findings],
    }  # fmt: skip


def _spread(took: Any) -> dict[str, float]:
    return {
        "mean": float(np.mean(took)) / 1e6, "median": float(np.median(took)) / 1e6,
        "p90": float(np.percentile(took, 90)) / 1e6, "total": int(took.sum()) / 1e6,
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    money = {} if one.money is None else {"money": round(one.money, 2)}
    return {
        "kind": one.kind.value, "what": list(one.what), "of": one.of, "hours": one.hours, "share": one.share,
        "count": one.count, "cases": one.cases, "examples": list(one.examples), **one.figures, **money,
    }  # fmt: skip


def _costs(found: Diagnosis) -> dict[str, Any] | None:
    if found.costs is None:
        return None
    work, lying, material = (round(part, 2) for part in found.costs.parts)
    return {
        "currency": found.costs.rates.currency, "work_hour": found.costs.rates.work,
        "lying_hour": found.costs.rates.lying, "work": work, "lying": lying, "material": material,
        "estimated": found.costs.estimated,
    }  # fmt: skip


def _waiting(found: Diagnosis) -> dict[str, Any] | None:
    if found.waits is None:
        return None
    sums = {}
    for step, name in enumerate(found.log.activities):
        parts = found.waits.parts[found.log.activity == step].sum(axis=0)
        sums[name] = {cause: int(parts[place]) / 1e6 for place, cause in enumerate(CAUSES)}
    return {"estimated": found.waits.estimated, "by_activity": sums}
