"""Resolution, complaints and their times, by grade, store, team or channel: out of the tallies, else recounted."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.queries import resolving
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.queries.resolving import GRADES, NO_GRADE, Settled
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.tallies.queries import percentile
from zhoudao.rooms.tallies.reading import NotCounted, Reader
from zhoudao.rooms.tallies.shares import NO_TEAM

Counts = Counter[tuple[str, int]]


def settled(
    viewer: Viewer, asked: Asked, by: str, *, at: datetime, zone: ZoneInfo
) -> tuple[Settled, dict[str, Settled]]:
    """All together, and by grade, store, team or channel (at most eleven statements)."""
    try:
        found = Reader(viewer, asked, at=at, zone=zone).figures("" if by == "grade" else by)
    except NotCounted:
        return resolving.settled(viewer, asked)[""], resolving.settled(viewer, asked, by)
    groups: dict[str, Counts] = {group: Counter(dict(counts)) for group, counts in found.groups.items()}
    whole = sum(groups.values(), Counts())
    if by == "grade":
        rows = {name: _of(whole, place) for place, name in enumerate((NO_GRADE, *GRADES))}
    else:
        rows = {key: _of(counts) for key, counts in _named(groups, by).items()}
    return _of(whole), {key: one for key, one in rows.items() if one.opened}


def _named(groups: Mapping[str, Counts], by: str) -> dict[str, Counts]:
    """By what an address says: a channel by its kind, no team as nothing."""
    if by == "team":
        return {"" if key == str(NO_TEAM) else key: counts for key, counts in groups.items()}
    if by != "channel":
        return dict(groups)
    kinds, found = dict(Channel.objects.values_list("code", "kind")), dict[str, Counts]()
    for code, counts in groups.items():
        found.setdefault(kinds.get(code, ""), Counts()).update(counts)
    return found


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
