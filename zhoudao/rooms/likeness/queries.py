"""Like cases side by side: where the same thing is served most differently, and exactly which cases those are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Sum

from zhoudao.engines.comparing.ranks import Verdict, associated, compared, held, quartiles
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import currency
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.board import Asked, scope
from zhoudao.rooms.likeness.figures import CONSISTENCY
from zhoudao.rooms.teamwork.models import Goodwill

FEWEST = 8  # cases a group needs to be judged
MOST = 10_000
NONE = "none"
FIGURES = frozenset([CONSISTENCY.code])
FIELDS = {
    "channel": "conversation__channel__kind",
    "store": "store_id",
    "team": "team_id",
    "person": "owner_id",
}
MEASURES = ("reply", "solution", "granted", "outcome")


class Like(NamedTuple):
    """What makes cases alike."""

    kind: str
    cause: str
    tier: str
    grade: str


@frozen
class Part:
    """One group's like cases, as far as they were measured."""

    like: Like
    by: str
    key: str
    measure: str


@frozen
class Group:
    """One channel, store, team or person: how many cases, and how they were served.

    Times in minutes, grants in minor units: the quarter, the half and the three quarters. Outcomes: the commonest.
    """

    key: str
    count: int
    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0
    outcomes: tuple[tuple[str, int], ...] = ()


@frozen
class Finding:
    """Like cases that are served differently, the groups by how they do it."""

    like: Like
    measure: str
    groups: tuple[Group, ...]
    small: int  # cases in groups too small to be judged
    verdict: Verdict


@frozen
class Comparison:
    """Findings that stand, the greatest difference first; of how many; cases with nobody to compare with (`alone`)."""

    findings: tuple[Finding, ...]
    made: int
    cases: int
    alone: int


@dataclass
class _Served:
    """What was measured of one group's like cases."""

    count: int = 0
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    outcomes: Counter[str] = field(default_factory=Counter)


def compare(viewer: Viewer, asked: Asked, by: str) -> Comparison:
    """All like cases solved in the period, by channel, store, team or person (three statements)."""
    found: dict[Like, dict[str, _Served]] = defaultdict(lambda: defaultdict(_Served))
    rows = _rows(viewer, asked)
    granted = _granted(rows)
    cases = 0
    for like, key, row in _read(rows, by):
        cases += 1
        served = found[like][key]
        served.count += 1
        served.times["solution"].append((row["resolved_at"] - row["opened_at"]).total_seconds() / 60)
        served.times["granted"].append(float(granted.get(row["id"], 0)))
        if row["first_human_contact_at"]:
            reply = row["first_human_contact_at"] - row["opened_at"]
            served.times["reply"].append(reply.total_seconds() / 60)
        served.outcomes[row["outcome"]] += 1
    made = [one for like, groups in sorted(found.items()) for one in _findings(like, groups)]
    stands = held([one.verdict.p for one in made])
    standing = [one for one, is_held in zip(made, stands, strict=True) if is_held]
    standing.sort(key=lambda one: (-one.verdict.share, one.verdict.p, one.like, one.measure))
    compared_cases = sum(
        served.count for groups in found.values() if len(_judged(groups)) > 1 for served in _judged(groups).values()
    )
    return Comparison(tuple(standing), len(made), cases, cases - compared_cases)


def cases_of(viewer: Viewer, asked: Asked, part: Part) -> QuerySet[Case]:
    """The cases of one group, newest change first.

    Raises: KeyError (no such way to group)
    """
    rows = (
        _rows(viewer, asked)
        .filter(**part.like._asdict())
        .filter(**{FIELDS[part.by]: None if part.key == NONE else part.key})
    )
    if part.measure == "reply":
        rows = rows.filter(first_human_contact_at__isnull=False)
    return rows.order_by("-updated_at", "-id")


def _rows(viewer: Viewer, asked: Asked) -> QuerySet[Case]:
    """The newest solved ones: from the moment on at which there would be too many (one statement)."""
    rows = scope(viewer, asked).filter(
        status__in=[Status.RESOLVED, Status.CLOSED], resolved_at__gte=asked.start, resolved_at__lt=asked.end
    )
    since = rows.order_by("-resolved_at").values_list("resolved_at", flat=True)[MOST : MOST + 1].first()
    return rows.filter(resolved_at__gt=since) if since else rows


def _read(rows: QuerySet[Case], by: str) -> Iterator[tuple[Like, str, Mapping[str, Any]]]:
    wanted = ("id", *Like._fields, "outcome", "opened_at", "first_human_contact_at", "resolved_at")
    for row in rows.order_by().annotate(part=F(FIELDS[by])).values(*wanted, "part").iterator():
        yield Like(*(row[name] for name in Like._fields)), str(row["part"] or NONE), row


def _granted(rows: QuerySet[Case]) -> dict[object, int]:
    given = Goodwill.objects.filter(
        case__in=rows.order_by().values("id"), state=Goodwill.State.GRANTED, currency=currency()
    )
    return dict(given.order_by().values_list("case_id").annotate(minor=Sum("amount_minor")))


def _judged(groups: Mapping[str, _Served]) -> dict[str, _Served]:
    return {key: served for key, served in groups.items() if served.count >= FEWEST}


def _findings(like: Like, groups: Mapping[str, _Served]) -> Iterator[Finding]:
    everybody = sum(served.count for served in groups.values())
    for measure in MEASURES[:3]:
        values = {key: one.times[measure] for key, one in groups.items() if len(one.times[measure]) >= FEWEST}
        verdict = compared(values)
        if verdict is not None:
            shown = [Group(key, len(each), *quartiles(each)) for key, each in values.items()]
            shown.sort(key=lambda one: (-one.middle, -one.high, one.key))
            seen = sum(one.count for one in shown)
            whole = sum(len(one.times[measure]) for one in groups.values())
            yield Finding(like, measure, tuple(shown), whole - seen, verdict)
    judged = _judged(groups)
    verdict = associated({key: served.outcomes for key, served in judged.items()})
    if verdict is not None:
        ends = [Group(key, one.count, outcomes=tuple(one.outcomes.most_common())) for key, one in judged.items()]
        ends.sort(key=lambda one: (-one.count, one.key))
        yield Finding(like, "outcome", tuple(ends), everybody - sum(one.count for one in ends), verdict)
