"""Learned from the past, judged on what came later: moments cut by time, and what is not known yet made up for."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.forecast.facts import RUNNING, Numbers, Seconds

_LEAST_SEEN = 0.05  # no row stands for more than twenty


class Slice(NamedTuple):
    """Rows of one stretch of time whose outcome was known when it ended, and what each counts."""

    rows: NDArray[np.int64]
    weight: Numbers


def cuts(at: Seconds, shares: tuple[float, ...]) -> list[int]:
    """The times before which these shares of the moments lie."""
    return [int(np.quantile(at, share, method="lower")) for share in shares]


def sliced(at: Seconds, known: Seconds, *, since: int, until: int) -> Slice:
    """The moments after `since`, up to `until`, whose outcome was `known` by then.

    Whatever ends late is known less often, and forgetting it would make all look fast. A row with so much still to come
    is weighed by how many moments of the stretch were early enough to see as much: inverse probability of censoring.
    Source: Robins and Rotnitzky (1992); Bang and Tsiatis, "Median regression with censored cost data" (2002).
    """
    here = (at > since) & (at <= until)
    seen = here & (known <= until) & (known < RUNNING)
    rows = np.nonzero(seen)[0]
    spans = np.sort(until - at[here])
    ahead = known[rows] - at[rows]
    could = 1 - np.searchsorted(spans, ahead, side="left") / max(len(spans), 1)
    return Slice(rows, 1 / np.maximum(could, _LEAST_SEEN))


def unknown_share(at: Seconds, known: Seconds, *, since: int, until: int) -> float:
    """How many of the stretch's moments have no outcome yet, 0 to 1."""
    here = (at > since) & (at <= until)
    return float(np.mean(known[here] > until)) if here.any() else 0.0
