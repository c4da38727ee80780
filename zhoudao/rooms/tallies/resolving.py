"""Resolution, complaints and their times, by grade, store, team or channel: out of the tallies, else recounted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries import resolving
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.queries.resolving import GRADES, NO_GRADE, Settled
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.tallies.queries import percentile
from zhoudao.rooms.tallies.reading import BEFORE, NotCounted, Reader
from zhoudao.rooms.tallies.shares import NO_TEAM

Counts = Counter[tuple[str, int]]


@frozen
class Both:
    """All together and by key, of the period and of the one of the same length before."""

    whole: Settled
    rows: Mapping[str, Settled]
    whole_before: Settled
    rows_before: Mapping[str, Settled]


def settled(viewer: Viewer, asked: Asked, by: str, *, at: datetime, zone: ZoneInfo) -> Both:
    """By grade, store, team or channel (at most five statements, and twelve where something is uncounted)."""
    before = asked.before()
    try:
        reader = Reader(viewer, replace(asked, start=before.start), at=at, zone=zone)
        found = reader.figures("" if by == "grade" else by, since=asked.start.astimezone(zone).date())
    except NotCounted:
        whole, whole_before = resolving.settled(viewer, asked)[""], resolving.settled(viewer, before)[""]
        return Both(whole, resolving.settled(viewer, asked, by), whole_before, resolving.settled(viewer, before, by))
    kinds = dict(Channel.objects.values_list("code", "kind")) if by == "channel" else {}
    parts = {
        is_before: {
            key.removesuffix(BEFORE): counts
            for key, counts in found.groups.items()
            if key.endswith(BEFORE) == is_before
        }
        for is_before in (False, True)
    }
    return Both(*_read(parts[False], by, kinds), *_read(parts[True], by, kinds))


def _read(
    groups: Mapping[str, Mapping[tuple[str, int], int]], by: str, kinds: Mapping[str, str]
) -> tuple[Settled, dict[str, Settled]]:
    """By what an address says: a channel by its kind, no team as nothing."""
    named: dict[str, Counts] = {}
    for key, counts in groups.items():
        said = kinds.get(key, "") if by == "channel" else key
        named.setdefault("" if said == str(NO_TEAM) else said, Counts()).update(counts)
    whole = sum(named.values(), Counts())
    if by == "grade":
        rows = {name: _of(whole, place) for place, name in enumerate((NO_GRADE, *GRADES))}
    else:
        rows = {key: _of(counts) for key, counts in named.items()}
    return _of(whole), {key: one for key, one in rows.items() if one.opened}


def _of(counts: Mapping[tuple[str, int], int], grade: int | None = None) -> Settled:
    """Of one grade's place, or all; times are not kept by grade."""
    fits = {key: n for key, n in counts.items() if grade in (None, key[1])}

    def count(figure: str) -> int:
        return sum(n for (name, _bucket), n in fits.items() if name == figure)

    def spread(figure: str) -> dict[int, int]:
        return {bucket: n for (name, bucket), n in counts.items() if name == figure and n} if grade is None else {}

    replies, solutions = spread("complaint_reply"), spread("complaint_solution")
    return Settled(
        opened=count("cohort"),
        solved=count("settled"),
        complaints=count("complaint"),
        answered=sum(replies.values()),
        settled=sum(solutions.values()),
        reply=percentile(replies, 0.5),
        solution=percentile(solutions, 0.5),
    )
