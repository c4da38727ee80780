"""Folding a carrier's marks to where a parcel stands now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

PENDING, INFO, TRANSIT, OUT = "pending", "info_received", "in_transit", "out_for_delivery"
FAILED, PICKUP, DELIVERED, EXCEPTION, EXPIRED = (
    "attempt_fail",
    "available_for_pickup",
    "delivered",
    "exception",
    "expired",
)
# How far along each is: of two marks of one moment the further one counts.
STATES = (PENDING, INFO, EXPIRED, TRANSIT, OUT, FAILED, EXCEPTION, PICKUP, DELIVERED)
_RANK = {state: rank for rank, state in enumerate(STATES)}
_PAPER = (PENDING, INFO)  # said of papers, not of the parcel: they undo nothing that was seen


@dataclass(frozen=True)
class Mark:
    """What a carrier said once: when, which of STATES, and where. `key` tells equal moments apart."""

    at: datetime
    state: str
    place: str = ""
    key: bytes = b""


@dataclass(frozen=True)
class Standing:
    """Where it stands since when; `last_at` and `place` are of the newest mark, `delivered_at` the first delivery."""

    state: str
    since: datetime | None = None
    last_at: datetime | None = None
    place: str = ""
    delivered_at: datetime | None = None


def fold(marks: Iterable[Mark]) -> Standing:
    """Where a parcel stands. Marks come in any order and any number of times; the answer is the same.

    The newest mark counts, with two exceptions: what is said of papers undoes nothing that was seen of the parcel, and
    what was delivered stays delivered (carriers scan late, and signatures are entered in the evening).

    >>> from datetime import UTC
    >>> at = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
    >>> fold([Mark(at[2], "in_transit"), Mark(at[1], "delivered"), Mark(at[0], "info_received")]).state
    'delivered'
    """
    known = sorted(set(marks), key=lambda one: (one.at, _RANK[one.state], one.place, one.key))
    if not known:
        return Standing(PENDING)
    last = known[-1]
    place = next((one.place for one in reversed(known) if one.place), "")
    done = next((one for one in known if one.state == DELIVERED), None)
    if done is not None:
        return Standing(DELIVERED, done.at, last.at, place, done.at)
    seen = [one for one in known if one.state not in _PAPER] or known
    state = seen[-1].state
    since = seen[-1].at
    for one in reversed(seen):
        if one.state != state:
            break
        since = one.at
    return Standing(state, since, last.at, place)
