"""Our own cases as the forecast reads them: what happened when, and what was promised at each moment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection

from zhoudao.conduct.insight.own_log import BESIDE
from zhoudao.engines.forecast.facts import RUNNING, Moments, Trails
from zhoudao.engines.forecast.training import Promised
from zhoudao.engines.worktime import worked
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.promise_rules import KIND_LABELS

MOST_CASES = 8_000
TRAITS = ("kind", "tier", "channel", "store")
NOT_RUNNING = 1e6
"""Minutes left of a promise that does not run."""
_WHOLE = "c.opened_at >= %(since)s ORDER BY c.opened_at DESC, c.id LIMIT %(most)s"
_OPEN = """
    (c.status IN ('new', 'open', 'waiting', 'snoozed') OR c.opened_at >= %(at)s::timestamptz - interval '1 day'
     OR c.resolved_at >= %(at)s::timestamptz - interval '7 days')
"""
# Merged cases end with another, not with a solution: they tell nothing.
_CASES = """
    SELECT c.id, coalesce(t.code, ''), c.kind, c.tier, coalesce(h.kind, ''), s.code,
           extract(epoch FROM c.opened_at)::bigint,
           CASE WHEN c.status IN ('resolved', 'closed')
                THEN extract(epoch FROM coalesce(c.resolved_at, c.closed_at))::bigint END
      FROM cases_case c
      JOIN accounts_store s ON s.id = c.store_id
      LEFT JOIN accounts_team t ON t.id = c.team_id
      LEFT JOIN conversations_conversation v ON v.id = c.conversation_id
      LEFT JOIN conversations_channel h ON h.id = v.channel_id
     WHERE c.status <> 'merged' AND [where]
"""
_EVENTS = """
    SELECT c.place - 1, e.type || coalesce(':' || nullif(e.attributes ->> 'step', ''), ''),
           extract(epoch FROM e.occurred_at)::bigint
      FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS c(id, place)
      JOIN eventlog_event e ON e.object_ids @> ARRAY[c.id]
     WHERE e.type <> ALL (%(beside)s) AND e.occurred_at <= %(at)s
     ORDER BY c.place, e.occurred_at, e.xid, e.id
"""
_PROMISES = """
    SELECT case_id, kind, target_minutes, calendar_id, started_at, pauses::text, broken_at, ended_at
      FROM cases_promise WHERE case_id = ANY(%(ids)s::uuid[]) ORDER BY case_id, started_at, id
"""


@dataclass(frozen=True)
class Codes:
    """What the numbers of words stand for; 0 is what was not met when it was learned."""

    steps: Mapping[str, int]
    groups: Mapping[str, int]
    traits: Sequence[Mapping[str, int]] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"steps": dict(self.steps), "groups": dict(self.groups), "traits": [dict(one) for one in self.traits]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Codes":
        """As it was kept. Raises: KeyError"""
        return cls(told["steps"], told["groups"], tuple(told["traits"]))


class Clock(NamedTuple):
    """One promise of a case as it went."""

    kind: str
    target: timedelta
    calendar_id: UUID | None
    started_at: datetime
    pauses: list[tuple[datetime, datetime | None]]
    broken_at: datetime | None
    ended_at: datetime | None

    def runs(self, at: datetime) -> bool:
        """Whether it is owed then, and not missed yet."""
        is_over = self.ended_at is not None and self.ended_at <= at
        return self.started_at <= at and not is_over and (self.broken_at is None or self.broken_at > at)


class Read(NamedTuple):
    """Cases by place: their ids, trails and promises."""

    ids: list[UUID]
    trails: Trails
    clocks: dict[UUID, list[Clock]]
    codes: Codes


def past_cases(*, since: datetime, at: datetime) -> Read:
    """The cases that began lately, the newest `MOST_CASES`, and the codes of all their words (three statements)."""
    rows = _fetched(_CASES.replace("[where]", _WHOLE), {"since": since, "most": MOST_CASES})
    return _read(rows, None, at, [row[0] for row in rows])


def open_cases(codes: Codes, *, at: datetime) -> Read:
    """Every open case, and bare of events those that began or ended lately, for how busy it is (three statements)."""
    rows = _fetched(_CASES.replace("[where]", _OPEN), {"at": at})
    return _read(rows, codes, at, [row[0] for row in rows if row[7] is None])


def promised(read: Read, moments: Moments) -> Promised:
    """What ran at each moment: minutes left of each kind by its own calendar (`NOT_RUNNING` where none runs), whether
    one stands still; and whether any that ran then was missed in the end.
    """
    kinds = tuple(KIND_LABELS)
    facts = np.full((len(moments.at), len(kinds) + 1), NOT_RUNNING)
    facts[:, -1] = 0
    broken, known = np.zeros(len(moments.at)), np.full(len(moments.at), RUNNING)
    made = np.zeros(len(moments.at), np.bool_)
    for row, (case, second) in enumerate(zip(moments.case.tolist(), moments.at.tolist(), strict=True)):
        at = datetime.fromtimestamp(second, UTC)
        running = [clock for clock in read.clocks.get(read.ids[case], ()) if clock.runs(at)]
        for clock in running:
            left = clock.target - worked(clock.started_at, at, calendar(clock.calendar_id), clock.pauses)
            if clock.kind in kinds:
                facts[row, kinds.index(clock.kind)] = left / timedelta(minutes=1)
            facts[row, -1] = max(facts[row, -1], _stands_still(clock, at))
        made[row] = bool(running)
        broken[row], known[row] = _outcome(running)
    return Promised(made, facts, (*(f"due:{kind}" for kind in kinds), "paused"), broken, known)


def _outcome(running: Sequence[Clock]) -> tuple[float, int]:
    """Whether one of them was missed, and when that was known."""
    missed = [clock.broken_at for clock in running if clock.broken_at is not None]
    if missed:
        return 1.0, int(min(missed).timestamp())
    ends = [clock.ended_at for clock in running]
    if not ends or None in ends:
        return 0.0, RUNNING
    return 0.0, int(max(end for end in ends if end is not None).timestamp())


def _stands_still(clock: Clock, at: datetime) -> bool:
    return any(since <= at and (until is None or until > at) for since, until in clock.pauses)


def _read(rows: list[tuple[Any, ...]], codes: Codes | None, at: datetime, told: list[UUID]) -> Read:
    """`told`: of which the events are read, too."""
    wanted = set(told)
    rows = sorted(rows, key=lambda row: row[0] not in wanted)
    events = _fetched(_EVENTS, {"ids": [row[0] for row in rows[: len(told)]], "beside": list(BESIDE), "at": at})
    codes = codes or _codes(rows, events)
    clocks: dict[UUID, list[Clock]] = {}
    for case_id, *clock in _fetched(_PROMISES, {"ids": told}):
        clocks.setdefault(case_id, []).append(_clock(clock))
    return Read([row[0] for row in rows], _trails(rows, events, codes), clocks, codes)


def _codes(rows: list[tuple[Any, ...]], events: list[tuple[Any, ...]]) -> Codes:
    columns = list(zip(*rows, strict=True)) or [()] * 8
    words = [{row[1] for row in events}, *(set(column) for column in columns[1:6])]
    steps, groups, *traits = ({word: place for place, word in enumerate(sorted(found), 1)} for found in words)
    return Codes(steps, groups, traits)


def _trails(rows: list[tuple[Any, ...]], events: list[tuple[Any, ...]], codes: Codes) -> Trails:
    """A case of which nothing is told has one event: that it began."""
    known = {row[0] for row in events}
    bare = [(place, "", row[6]) for place, row in enumerate(rows) if place not in known]
    told = sorted([*events, *bare], key=lambda event: event[0])  # within a case as they came
    traits = [[one.get(row[2 + at], 0) for at, one in enumerate(codes.traits)] for row in rows]
    return Trails(
        case=np.array([event[0] for event in told], np.int32),
        step=np.array([codes.steps.get(event[1], 0) for event in told], np.int32),
        at=np.array([event[2] for event in told], np.int64),
        begun=np.array([row[6] for row in rows], np.int64),
        ended=np.array([RUNNING if row[7] is None else row[7] for row in rows], np.int64),
        group=np.array([codes.groups.get(row[1], 0) for row in rows], np.int32),
        traits=np.array(traits, np.int32).reshape(len(rows), len(TRAITS)),
        steps=len(codes.steps) + 1,
    )


def _clock(row: list[Any]) -> Clock:
    kind, minutes, calendar_id, started_at, pauses, broken_at, ended_at = row
    read = [(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in json.loads(pauses)]
    return Clock(kind, timedelta(minutes=minutes), calendar_id, started_at, read, broken_at, ended_at)


def _fetched(sql: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
