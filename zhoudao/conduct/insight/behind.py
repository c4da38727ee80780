"""The cases behind each number of a report: up to so many of each, those with the most time first."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.drawn import PATHS, STEPS
from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.log import Times

MOST = 100


def behind(found: Diagnosis) -> dict[str, list[str]]:
    """Names of cases by what they are behind: "s3" a step, "p3-5" a path, "f0" a finding (by place), "v0" a way."""
    log = found.log
    after = np.concatenate([log.case[1:] == log.case[:-1], [False]])
    rows = np.nonzero(after)[0]
    pair = log.activity[rows].astype(np.int64) * len(log.activities) + log.activity[rows + 1]
    gap = log.end[rows + 1] - log.end[rows]
    names: dict[str, list[str]] = {}
    shown = set(np.argsort(-found.map.steps.count, kind="stable")[:STEPS].tolist())
    for step in shown:
        own = np.nonzero(log.activity == step)[0]
        names[f"s{step}"] = _most(found, log.case[own], found.took[log.case[own]])
    order = np.argsort(pair, kind="stable")
    slots, first = np.unique(pair[order], return_index=True)
    ends = [*first[1:].tolist(), len(order)]  # none where no case has two events
    for slot, begin, end in zip(slots, first.tolist(), ends, strict=False):
        own = order[begin:end]
        one, other = divmod(int(slot), len(log.activities))
        if one in shown and other in shown and len(names) < PATHS:
            names[f"p{one}-{other}"] = _most(found, log.case[rows[own]], gap[own])
    for place, finding in enumerate(found.findings):
        names[f"f{place}"] = list(finding.examples)
    for way in range(min(len(found.variants), 50)):
        cases = np.nonzero(found.variants.of == way)[0]
        names[f"v{way}"] = _most(found, cases, found.took[cases])
    return names


def _most(found: Diagnosis, cases: NDArray[np.integer[Any]], time: Times) -> list[str]:
    order = np.lexsort((cases, -time))
    chosen = list(dict.fromkeys(cases[order][: 20 * MOST].tolist()))[:MOST]
    return [found.log.cases[case] for case in chosen]
