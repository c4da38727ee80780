"""Counting: what changed since the last time, everything once at the beginning, and whether it is right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from zhoudao.rooms.cases.models import Case, Effort
from zhoudao.rooms.tallies import matters
from zhoudao.rooms.tallies.changed import changed_since, overlooked, position
from zhoudao.rooms.tallies.matters import AMOUNTS, Amounts, summed
from zhoudao.rooms.tallies.models import Count, MatterTally, Tallied, Tally
from zhoudao.rooms.tallies.shares import Entry, Share, shares

MOST = 2_000
Key = tuple[date, UUID, UUID, str, str, int]
_ADD = """
    INSERT INTO tallies_tally AS known (day, store_id, team_id, channel, figure, bucket, count)
    SELECT * FROM unnest(%s::date[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::int[], %s::int[])
    ON CONFLICT (day, store_id, team_id, channel, figure, bucket) DO UPDATE SET count = known.count + excluded.count
"""


@transaction.atomic
def sweep(*, at: datetime, zone: str, most: int = MOST) -> int:
    """This will count what up to `most` events changed, and what has become late; returns how many cases it looked at.

    In an installation counted for the first time, or for another zone, it begins anew and reads some cases each time.
    """
    count = Count.objects.select_for_update(skip_locked=True).filter(id=1).first()
    if count is None or count.zone != zone:
        if count is None and Count.objects.filter(id=1).exists():
            return 0  # somebody else is counting
        count = _begin(zone)
    found = changed_since(count, settled=True, most=most)
    late = overlooked(at, most=most)
    fill = [] if count.is_whole else list(_next_cases(count, most))
    case_ids = {*found.case_ids, *late, *fill}
    if found.border is not None:
        count.cursor_xid, count.cursor_id = found.border
    if not count.is_whole:
        count.filled_to, count.is_whole = (fill[-1] if fill else count.filled_to), len(fill) < most
    Effort.objects.filter(case_id__in=late, is_fresh=True).update(is_fresh=False)  # before it is read
    _count(sorted(case_ids), at=at, zone=ZoneInfo(zone))
    count.number += 1
    count.save()
    return max(len(case_ids), found.events)


@transaction.atomic
def count_again(case_ids: Sequence[UUID], *, at: datetime, zone: str) -> None:
    """This will count cases anew that no event tells of: a judged mood changes what they add."""
    count = Count.objects.select_for_update().filter(id=1, zone=zone).first() if case_ids else None
    if count is not None:
        _count(sorted(case_ids), at=at, zone=ZoneInfo(zone))
        count.number += 1
        count.save(update_fields=["number"])


def rebuild(*, at: datetime, zone: str) -> Iterator[int]:
    """This will count everything anew, in short transactions; yields how many cases each took."""
    with transaction.atomic():
        Count.objects.select_for_update().filter(id=1).first()
        _begin(zone)
    while True:
        looked_at = sweep(at=at, zone=zone)
        yield looked_at
        if Count.objects.get(id=1).is_whole:
            return


def differences(*, at: datetime, zone: str) -> list[tuple[Key, int, int]]:
    """Where the tallies differ from a count of all cases as they are now: (what, kept, counted)."""
    counted: Counter[Key] = Counter()
    for ids in _parts(list(Case.objects.order_by("id").values_list("id", flat=True))):
        for share in shares(ids, at=at, zone=ZoneInfo(zone)):
            counted.update(keys_of_share(share))
            for key, amounts, _times in matters_of([row_of(share)], 1):
                counted.update(_each(key, amounts))
    rows = Tally.objects.exclude(count=0)
    kept = {(row.day, row.store_id, row.team_id, row.channel, row.figure, row.bucket): row.count for row in rows}
    for one in MatterTally.objects.iterator():
        of = matters.Key(*(getattr(one, name) for name in matters.Key._fields))
        kept |= _each(of, Amounts(*(getattr(one, name) for name in AMOUNTS)))
    keys = sorted(kept.keys() | counted.keys(), key=str)
    return [(key, kept.get(key, 0), counted[key]) for key in keys if kept.get(key, 0) != counted[key]]


def _each(key: matters.Key, amounts: Amounts) -> dict[Key, int]:
    """The amounts of a reason one by one, each under its own name."""
    reason = f"{key.kind}/{key.cause}/{key.product}"
    place = key.day, key.store_id, key.team_id, key.channel
    return {(*place, f"{reason}:{name}", 0): n for name, n in zip(AMOUNTS, amounts, strict=True) if n}


def packed(entries: Iterable[Entry]) -> list[str]:
    """Entries as they are kept."""
    return [f"{day.isoformat()}|{figure}|{bucket}" for day, figure, bucket in entries]


def unpacked(kept: Iterable[str]) -> list[Entry]:
    """Kept entries again."""
    parts = [one.split("|") for one in kept]
    return [(date.fromisoformat(day), figure, int(bucket)) for day, figure, bucket in parts]


def _begin(zone: str) -> Count:
    Tally.objects.all().delete()
    MatterTally.objects.all().delete()
    Tallied.objects.all().delete()
    xid, id_ = position()
    known = Count.objects.filter(id=1).first()
    anew = {"number": known.number + 1 if known else 1, "filled_to": None, "is_whole": False}
    fields = {"zone": zone, "cursor_xid": xid, "cursor_id": id_, **anew}
    return Count.objects.update_or_create(id=1, defaults=fields)[0]


def _next_cases(count: Count, most: int) -> Sequence[UUID]:
    rows = Case.objects.order_by("id")
    if count.filled_to is not None:
        rows = rows.filter(id__gt=count.filled_to)
    return list(rows.values_list("id", flat=True)[:most])


def _count(case_ids: Sequence[UUID], *, at: datetime, zone: ZoneInfo) -> None:
    for ids in _parts(case_ids):
        old, new = Tallied.objects.in_bulk(ids), shares(ids, at=at, zone=zone)
        delta: Counter[Key] = Counter()
        for row in old.values():
            delta.subtract(keys_of(row))
        for share in new:
            delta.update(keys_of_share(share))
        add({key: n for key, n in delta.items() if n})
        matters.add(summed([*matters_of(old.values(), -1), *matters_of((row_of(share) for share in new), 1)]))
        Tallied.objects.bulk_create(
            [row_of(share) for share in new],
            update_conflicts=True,
            unique_fields=["case_id"],
            update_fields=["store_id", "team_id", "channel", "entries", "matter", "due_at", "waits_since"],
        )


def _parts(case_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (case_ids[start : start + MOST] for start in range(0, len(case_ids), MOST))


def add(delta: dict[Key, int]) -> None:
    """This will add to the tallies (one statement)."""
    if delta:
        columns = [list(column) for column in zip(*delta, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [*columns, list(delta.values())])


def keys_of(row: Tallied) -> list[Key]:
    """Where a case was counted."""
    place = row.store_id, row.team_id, row.channel
    return [(day, *place, figure, bucket) for day, figure, bucket in unpacked(row.entries)]


def keys_of_share(share: Share) -> list[Key]:
    """Where a case is to be counted."""
    place = share.store_id, share.team_id, share.channel
    return [(day, *place, figure, bucket) for day, figure, bucket in share.entries]


def matters_of(rows: Iterable[Tallied], times: int) -> Iterator[tuple[matters.Key, Amounts, int]]:
    """What these add to the tree of reasons."""
    for row in rows:
        matter = matters.unpacked(row.matter)
        if matter is not None:
            yield matter.key(row.store_id, row.team_id, row.channel), matter.amounts, times


def row_of(share: Share) -> Tallied:
    """A case as it is remembered."""
    return Tallied(
        case_id=share.case_id,
        store_id=share.store_id,
        team_id=share.team_id,
        channel=share.channel,
        entries=packed(share.entries),
        matter=share.matter.packed() if share.matter else [],
        due_at=share.due_at,
        waits_since=share.waits_since,
    )
