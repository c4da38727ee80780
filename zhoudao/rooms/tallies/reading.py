"""The boards' figures out of the tallies, corrected by what nobody has counted yet: exact at the moment of reading.

Cost: days × groups, plus the cases changed in the last few seconds; not the cases there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef

from zhoudao.ground.accounts.reach import within
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.tallies.changed import changed_since, overlooked
from zhoudao.rooms.tallies.commands import Key, keys_of, keys_of_share, matters_of, row_of
from zhoudao.rooms.tallies.matters import Amounts, summed
from zhoudao.rooms.tallies.matters import Key as MatterKey
from zhoudao.rooms.tallies.models import Count, Tallied
from zhoudao.rooms.tallies.shares import NO_TEAM, NOW, Share, shares

BEFORE = " before"
Tree = dict[tuple[bool, str, str, str], Amounts]  # by whether it was before, kind, cause and product
_TRIES = 3
_UNCOUNTED = 20_000
_GROUPS = {
    "": "NULL::text",
    "team": "team_id::text",
    "store": "store_id::text",
    "channel": "channel",
    "day": "day::text",
}
_READ = """
    SELECT concat([group], CASE WHEN day < %(since)s THEN %(before)s END), figure, bucket, sum(count)::bigint FROM (
        SELECT day, store_id, team_id, channel, figure, bucket, count FROM tallies_tally
        WHERE (day = %(now)s OR day >= %(start)s AND day < %(end)s) AND [scope]
        UNION ALL SELECT * FROM unnest(%(days)s::date[], %(stores)s::uuid[], %(teams)s::uuid[], %(channels)s::text[],
                                       %(figures)s::text[], %(buckets)s::int[], %(counts)s::int[])
    ) AS one
    WHERE figure NOT IN ('back', 'back_again') OR day - bucket::int < %(start)s
    GROUP BY 1, 2, 3
"""
_TREE = """
    SELECT day < %(since)s, kind, cause, product, sum(cases)::int, sum(solved)::int, sum(repeats)::int,
           sum(answers)::bigint, sum(granted)::bigint FROM (
        SELECT day, store_id, team_id, channel, kind, cause, product, cases, solved, repeats, answers, granted
          FROM tallies_mattertally WHERE day >= %(start)s AND day < %(end)s AND [scope]
        UNION ALL SELECT * FROM unnest(
            %(c0)s::date[], %(c1)s::uuid[], %(c2)s::uuid[], %(c3)s::text[], %(c4)s::text[], %(c5)s::text[],
            %(c6)s::text[], %(c7)s::int[], %(c8)s::int[], %(c9)s::int[], %(c10)s::bigint[], %(c11)s::bigint[]
        ) AS fresh (day) WHERE day >= %(start)s AND day < %(end)s
    ) AS one
    GROUP BY 1, 2, 3, 4
"""
_WAITS = """
    SELECT team.id, (SELECT min(waits_since) FROM tallies_tallied
                     WHERE team_id = team.id AND waits_since IS NOT NULL AND [scope]
                       AND NOT case_id = ANY(%(uncounted)s))
    FROM (SELECT id FROM accounts_team UNION ALL SELECT %(no_team)s::uuid) AS team
"""


@frozen
class Uncounted:
    """What is to be added and taken away, the cases that is about, and each as it stands."""

    number: int
    delta: dict[Key, int] = field(default_factory=dict)
    case_ids: frozenset[UUID] = frozenset()
    standing: Sequence[Share] = ()
    tree: Mapping[MatterKey, Amounts] = field(default_factory=dict)


@frozen
class Figures:
    """Counts by (figure, bucket), for each group; the only group is "" where none was asked for."""

    groups: Mapping[str, Mapping[tuple[str, int], int]]

    def of(self, group: str = "") -> Mapping[tuple[str, int], int]:
        """One group's counts."""
        return self.groups.get(group, {})

    def count(self, figure: str, group: str = "") -> int:
        """How many, whatever the bucket."""
        return sum(n for (name, _bucket), n in self.of(group).items() if name == figure)

    def spread(self, figure: str, group: str = "") -> dict[int, int]:
        """How many in each bucket."""
        return {bucket: n for (name, bucket), n in self.of(group).items() if name == figure and n}


class NotCounted(Exception):
    """The tallies cannot answer this now: they are being counted, the period is none of whole days, or a kind of case
    is asked for."""


class Reader:
    """Reads for one viewer at one moment; what is uncounted is looked up once.

    Raises (every method): NotCounted
    """

    def __init__(self, viewer: Viewer, asked: Asked, *, at: datetime, zone: ZoneInfo) -> None:
        self._viewer, self._asked, self._at, self._zone = viewer, asked, at, zone
        self._days = _day(asked.start, zone), _day(asked.end, zone)
        self._uncounted: Uncounted | None = None
        self._codes = _codes(asked.channel)

    def figures(self, by: str = "", *, since: date = NOW) -> Figures:
        """All counts of the period and of now, by `team`, `store`, `channel` or `day` (one statement more).

        What is of days before `since` has `BEFORE` behind its group.
        """
        for _ in range(_TRIES):
            uncounted = self._look()
            scope, values = _scope(self._viewer, self._asked, self._codes)
            columns = [list(column) for column in zip(*uncounted.delta, strict=True)] or [[] for _ in range(6)]
            names = ("days", "stores", "teams", "channels", "figures", "buckets")
            values |= dict(zip(names, columns, strict=True)) | {"counts": list(uncounted.delta.values())}
            values |= {"since": since, "before": BEFORE, "now": NOW, "start": self._days[0], "end": self._days[1]}
            sql = _READ.replace("[group]", _GROUPS[by]).replace("[scope]", scope)
            groups: dict[str, dict[tuple[str, int], int]] = defaultdict(dict)
            for group, figure, bucket, n in _fetch(sql, values):
                groups[group][figure, bucket] = n
            if self._is_current():
                return Figures(groups)
        raise NotCounted(NotCounted.__doc__)

    def tree(self, *, since: date) -> Tree:
        """By whether it was before `since`, kind, cause and product (one statement more)."""
        for _ in range(_TRIES):
            uncounted = self._look()
            scope, values = _scope(self._viewer, self._asked, self._codes)
            rows = [(*key, *amounts) for key, amounts in uncounted.tree.items()]
            columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(12)]
            values |= {f"c{place}": column for place, column in enumerate(columns)}
            values |= {"since": since, "start": self._days[0], "end": self._days[1]}
            found = {(row[0], *row[1:4]): Amounts(*row[4:]) for row in _fetch(_TREE.replace("[scope]", scope), values)}
            if self._is_current():
                return {key: amounts for key, amounts in found.items() if amounts.cases}
        raise NotCounted(NotCounted.__doc__)

    def waits(self) -> dict[UUID, datetime]:
        """Since when whoever has waited longest with each team waits (one statement more)."""
        for _ in range(_TRIES):
            uncounted = self._look()
            scope, values = _scope(self._viewer, self._asked, self._codes)
            values |= {"uncounted": list(uncounted.case_ids), "no_team": NO_TEAM}
            found: dict[UUID, datetime] = {}
            for team_id, since in _fetch(_WAITS.replace("[scope]", scope), values):
                if since is not None:
                    found[team_id] = since
            for share in uncounted.standing:
                if share.waits_since is not None:
                    found[share.team_id] = min(share.waits_since, found.get(share.team_id, share.waits_since))
            if self._is_current():
                return found
        raise NotCounted(NotCounted.__doc__)

    def _look(self) -> Uncounted:
        """What happened since the last count (eight statements where something did, else three)."""
        if self._uncounted is None:
            self._uncounted = self._find()
        return self._uncounted

    def _find(self) -> Uncounted:
        count = Count.objects.filter(id=1, is_whole=True, zone=self._zone.key).first()
        midnights = all(moment.astimezone(self._zone).time().isoformat() == "00:00:00" for moment in self._ends())
        if count is None or not midnights or self._asked.kind:
            raise NotCounted(NotCounted.__doc__)
        changed = changed_since(count, settled=False, most=_UNCOUNTED)
        if changed.events >= _UNCOUNTED:
            raise NotCounted(NotCounted.__doc__)
        case_ids = changed.case_ids | set(overlooked(self._at)) | set(self._elsewhere())
        if not case_ids:
            return Uncounted(count.number)
        delta: Counter[Key] = Counter()
        old = [
            row
            for row in Tallied.objects.filter(case_id__in=case_ids)
            if self._holds(row.store_id, row.team_id, row.channel)
        ]
        for row in old:
            delta.subtract(keys_of(row))
        standing = [one for one in shares(list(case_ids), at=self._at, zone=self._zone) if self._sees(one)]
        for share in standing:
            delta.update(keys_of_share(share))
        first, end = self._days
        kept = {key: n for key, n in delta.items() if n and (key[0] == NOW or first <= key[0] < end)}
        tree = summed([*matters_of(old, -1), *matters_of(map(row_of, standing), 1)])
        return Uncounted(count.number, kept, frozenset(case_ids), standing, tree)

    def _ends(self) -> Iterable[datetime]:
        return self._asked.start, self._asked.end

    def _elsewhere(self) -> Iterable[UUID]:
        """A viewer's own cases in others' teams and stores: theirs to see, but not among their teams' tallies."""
        viewer = self._viewer
        if viewer.user_id is None or viewer.is_everywhere or not viewer.own:
            return []
        inside = Case.objects.filter(within(viewer), id=OuterRef("pk"))
        return Case.objects.filter(~Exists(inside), owner_id=viewer.user_id).values_list("id", flat=True)

    def _is_current(self) -> bool:
        """Whether nobody counted meanwhile; else all is looked up anew."""
        assert self._uncounted is not None
        is_current = Count.objects.filter(id=1, number=self._uncounted.number).exists()
        self._uncounted = self._uncounted if is_current else None
        return is_current

    def _holds(self, store_id: UUID, team_id: UUID, channel: str) -> bool:
        """The same as `_scope`, for a row in hand."""
        return self._viewer.sees(store_id, team_id) and self._narrows(store_id, team_id, channel)

    def _narrows(self, store_id: UUID, team_id: UUID, channel: str) -> bool:
        asked, codes = self._asked, self._codes
        fits = asked.team_id in (None, team_id) and asked.store_id in (None, store_id)
        return fits and (codes is None or channel in codes)

    def _sees(self, share: Share) -> bool:
        own = self._viewer.own and self._viewer.user_id is not None and share.owner_id == self._viewer.user_id
        if own:
            return self._narrows(share.store_id, share.team_id, share.channel)
        return self._holds(share.store_id, share.team_id, share.channel)


_PAIRS = "(SELECT * FROM unnest(%(in_stores)s::uuid[], %(in_teams)s::uuid[]))"


def _codes(kind: str) -> list[str] | None:
    """The channels of a kind (one statement); None: it was not asked for."""
    return list(Channel.objects.filter(kind=kind).values_list("code", flat=True)) if kind else None


def _scope(viewer: Viewer, asked: Asked, codes: list[str] | None) -> tuple[str, dict[str, Any]]:
    sql, values = ["true"], dict[str, Any]()
    if not viewer.is_everywhere:
        sql.append(
            "(store_id = ANY(%(my_stores)s) OR team_id = ANY(%(my_teams)s) OR (store_id, team_id) IN " + _PAIRS + ")"
        )
        values |= {"my_stores": list(viewer.stores or ()), "my_teams": list(viewer.teams or ())}
        pairs = sorted(viewer.both)
        values |= {"in_stores": [store for store, _team in pairs], "in_teams": [team for _store, team in pairs]}
    if codes is not None:
        sql.append("channel = ANY(%(codes)s)")
        values["codes"] = codes
    for name, value in (("team_id", asked.team_id), ("store_id", asked.store_id)):
        if value:
            sql.append(f"{name} = %({name})s")
            values[name] = value
    return " AND ".join(sql), values


def _fetch(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
