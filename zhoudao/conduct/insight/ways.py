"""The ways cases go, as rows of a page."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.narrowing import token_of
from zhoudao.conduct.insight.spans import percent, span
from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.engines.mining.variants import Variants, marks_of_ways

SHOWN, LONG = 12, 14


def ways_shown(log: Log, found: Variants, took: Times, raw: tuple[str, ...]) -> list[dict[str, Any]]:
    """The most frequent `SHOWN` ways of a log whose steps are told in words; `took` how long each case took, `raw` the
    log's own names of its steps.
    """
    marks, so_far = marked(log, raw, found.example[:SHOWN]), 0
    rows = []
    for way in range(min(SHOWN, len(found))):
        steps = found.steps(log, way)
        count = int(found.count[way])
        so_far += count
        rows.append(
            {
                "key": f"{int(marks[way]):016x}",
                "steps": [(log.activities[step], f"tone-{int(step) % 12}") for step in steps[:LONG]],
                "more": max(len(steps) - LONG, 0), "count": f"{count:,}",
                "share": percent(count / len(log.cases)),
                "so_far": percent(so_far / len(log.cases)),
                "took": span(float(np.median(took[found.of == way]))),
            }
        )  # fmt: skip
    return rows


def ways_named(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Ways in a line of words, by their tokens."""
    return {
        row["key"]: " → ".join([name for name, _tone in row["steps"][:5]] + ["…"] * (len(row["steps"]) > 5))
        for row in rows
    }


def marked(log: Log, raw: tuple[str, ...], cases: Codes) -> NDArray[np.uint64]:
    """The numbers of these cases' ways, which stand for them in an address."""
    return marks_of_ways(log, np.array([int(token_of(name), 16) for name in raw], np.uint64), cases)
