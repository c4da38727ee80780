"""A process map as data for the page that draws it: steps, paths, and some cases that walk along them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.following import FollowMap
from zhoudao.engines.mining.log import Log

STEPS, PATHS, WALKS, LONG = 200, 3_000, 300, 200


def drawn(log: Log, found: FollowMap, keys: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The most frequent `STEPS` steps and the `PATHS` paths between them, times in seconds. `cut` says how many of each
    were left out; `walks` are up to `WALKS` cases spread over the log, each as [step, second since the first].
    `keys` are tokens of steps, by which what is shown may be filtered.
    """
    tokens = {code: token for token, code in (keys or {}).items()}
    there = int((found.steps.count > 0).sum())
    order = np.argsort(-found.steps.count, kind="stable")[: min(STEPS, there)]
    kept = np.zeros(len(log.activities), np.bool_)
    kept[order] = True
    edges = found.edges
    paths = np.nonzero(kept[edges.source] & kept[edges.target])[0]
    paths = paths[np.argsort(-edges.count[paths], kind="stable")][:PATHS]
    return {
        "steps": [_step(log, found, int(code)) | {"key": tokens.get(int(code), "")} for code in order],
        "paths": [_path(found, int(path)) for path in paths],
        "cases": len(log.cases),
        "cut": [there - len(order), len(edges.count) - len(paths)],
        "walks": _walks(log, kept),
    }


def _step(log: Log, found: FollowMap, code: int) -> dict[str, Any]:
    steps = found.steps
    return {
        "id": code, "name": log.activities[code], "count": int(steps.count[code]), "cases": int(steps.cases[code]),
        "starts": int(steps.starts[code]), "ends": int(steps.ends[code]), "service": round(steps.median[code] / 1e6, 3),
    }  # fmt: skip


def _path(found: FollowMap, path: int) -> list[float]:
    """[from, to, how often, in how many cases, median, p90, total], times in seconds."""
    edges = found.edges
    times = (edges.median[path], edges.p90[path], edges.total[path])
    whole = [int(each[path]) for each in (edges.source, edges.target, edges.count, edges.cases)]
    return [*whole, *(round(float(each) / 1e6, 3) for each in times)]


def _walks(log: Log, kept: NDArray[np.bool_]) -> list[list[list[int]]]:
    chosen = np.unique(np.linspace(0, len(log.cases) - 1, WALKS).astype(np.int64))[: len(log.cases)]
    first = int(log.end.min()) if len(log) else 0
    walks = []
    for case in chosen:
        rows = log.of(int(case))
        steps = [
            [int(step), int((at - first) // 1_000_000)]
            for step, at in zip(log.activity[rows][:LONG], log.end[rows][:LONG], strict=True) if kept[step]
        ]  # fmt: skip
        if len(steps) > 1:
            walks.append(steps)
    return walks
