"""What is foretold of open cases is noted, and where a team wants it, who is likely to be failed goes before others."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from zhoudao.ground.eventlog.recording import Entry, record_all
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import about, by_of
from zhoudao.rooms.cases.commands.queueing import ROUTING, fill_queues
from zhoudao.rooms.cases.models import WORKING, Case, CaseOutlook
from zhoudao.rooms.cases.outlooks import CALM, HURRIED, CaseHurried, Reason
from zhoudao.rooms.cases.staffing import lock_routing
from zhoudao.rooms.staff.models import TeamSettings

FIRST = 1
"""The rank nobody is hurried beyond: 0 is for emergencies."""
_NOTE = """
    INSERT INTO cases_caseoutlook (case_id, low_seconds, mid_seconds, high_seconds, risk, reasons, made_at, model_id)
    SELECT c.id, f.low, f.mid, f.high, f.risk, f.reasons, %(at)s, %(model)s
      FROM unnest(%(ids)s::uuid[], %(low)s::bigint[], %(mid)s::bigint[], %(high)s::bigint[], %(risk)s::float8[],
                  %(reasons)s::jsonb[]) AS f(id, low, mid, high, risk, reasons)
      JOIN cases_case c ON c.id = f.id AND c.status IN ('new', 'open', 'waiting', 'snoozed')
     ORDER BY c.id
    ON CONFLICT (case_id) DO UPDATE SET low_seconds = excluded.low_seconds, mid_seconds = excluded.mid_seconds,
        high_seconds = excluded.high_seconds, risk = excluded.risk, reasons = excluded.reasons,
        made_at = excluded.made_at, model_id = excluded.model_id
"""
_FORGET = """
    DELETE FROM cases_caseoutlook o
     WHERE NOT EXISTS (SELECT FROM unnest(%(ids)s::uuid[]) AS f(id) WHERE f.id = o.case_id)
"""


@frozen
class Foretold:
    """What is foretold of one case (as `models.CaseOutlook`)."""

    case_id: UUID
    low_seconds: int
    mid_seconds: int
    high_seconds: int
    risk: float | None
    reasons: tuple[Reason, ...] = ()


@transaction.atomic
def note_outlooks(foretold: Sequence[Foretold], *, model_id: UUID, at: datetime) -> int:
    """This will keep what is foretold of open cases in place of what was before (two statements, however many); of
    others nothing is kept any more. Returns of how many it is kept.
    """
    asked: dict[str, Any] = {
        "at": at, "model": model_id, "ids": [one.case_id for one in foretold],
        "low": [one.low_seconds for one in foretold], "mid": [one.mid_seconds for one in foretold],
        "high": [one.high_seconds for one in foretold], "risk": [one.risk for one in foretold],
        "reasons": [json.dumps([[why.code, why.amount, why.what] for why in one.reasons]) for one in foretold],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, asked)
        kept = int(cursor.rowcount)
        cursor.execute(_FORGET, asked)
    return kept


def forget_outlooks() -> int:
    """This will say nothing of any case any more, for nothing can be said; returns 0, of how many something is. Cases
    that were hurried keep their place.
    """
    CaseOutlook.objects.all().delete()
    return 0


@transaction.atomic
def hurry_risky(*, at: datetime) -> int:
    """This will let cases in line that are likely to miss a promise stand one rank higher, in teams that want it, and
    put back those that are no longer likely to, or whose team no longer wants it; returns how many moved.

    The rule: from a risk of 70 % a case nobody has yet goes one rank up, once, never to rank 0; it goes back below
    50 %. Within a rank whoever waited longest still comes first. A rank the rules gave anew meanwhile stays.
    """
    lock_routing()
    wanting = set(TeamSettings.objects.filter(hurries=True).values_list("team_id", flat=True))
    moved = [*_raised(wanting), *_lowered(wanting)]
    if moved:
        entries = [Entry(fact, about(case), by_of(case, ROUTING)) for case, fact in moved]
        record_all(entries, at=at, by=by_of(moved[0][0], ROUTING))
        fill_queues(sorted({case.team_id for case, _ in moved if case.team_id}), at=at)
    return len(moved)


def _raised(wanting: set[UUID]) -> list[tuple[Case, CaseHurried]]:
    risky = _held().filter(outlook__risk__gte=HURRIED, outlook__rank_before=None, rank__gt=FIRST, team__in=wanting)
    return [_move(case, case.rank - 1, before=case.rank) for case in risky]


def _lowered(wanting: set[UUID]) -> list[tuple[Case, CaseHurried]]:
    moved = []
    for case in _held().filter(outlook__rank_before__isnull=False):
        outlook = case.outlook
        if case.team_id in wanting and outlook.risk is not None and outlook.risk >= CALM:
            continue
        assert outlook.rank_before is not None  # that is what was asked for
        if case.rank == outlook.rank_after:
            moved.append(_move(case, outlook.rank_before, before=None))
        else:  # the rules gave it another rank meanwhile
            CaseOutlook.objects.filter(case=case).update(rank_before=None, rank_after=None)
    return moved


def _move(case: Case, rank: int, *, before: int | None) -> tuple[Case, CaseHurried]:
    previous, case.rank = case.rank, rank
    case.save(update_fields=["rank"])
    CaseOutlook.objects.filter(case=case).update(rank_before=before, rank_after=None if before is None else rank)
    return case, CaseHurried(round((case.outlook.risk or 0) * 100), rank, previous)


def _held() -> "QuerySet[Case]":
    """Cases in line, those somebody holds at this moment left for the next time."""
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("outlook", "conversation__channel").filter(owner=None, status__in=WORKING).order_by("id")
