"""Small logs for tests."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log


def of(rows: Sequence[tuple[Any, ...]]) -> Log:
    """A log of (case, activity, end), (…, begun) or (…, begun, resource)."""
    begun = np.array([row[3] for row in rows], np.int64) if rows and len(rows[0]) > 3 else None
    people = [row[4] for row in rows] if rows and len(rows[0]) > 4 else None
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows],
        end=np.array([row[2] for row in rows], np.int64),
        begun=begun, resource=people,
    )  # fmt: skip
