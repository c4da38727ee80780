"""A figure's cases in parts (store, team, channel, kind), and what each part adds: exact, from the cases themselves."""

from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.models import Promise
from zhoudao.rooms.cases.queries import effort
from zhoudao.rooms.cases.queries.again import came_again, comes_again
from zhoudao.rooms.cases.queries.board import SHARES, SLOW, Asked, kept_or_missed, minutes_until, scope

SPLITS = effort.SPLITS
Parts = dict[str, tuple[float, float]]  # cases, and what is added up over them
_SUMS = {figures.EFFORT_CONTACTS.code: ("contacts", 1.0), figures.EFFORT_WAITING.code: ("waited_seconds", 60.0)}


def can_part(code: str) -> bool:
    """Whether this figure can be taken apart."""
    return code in SHARES or code in SLOW or code in _SUMS or code == figures.KEPT.code


def parts(viewer: Viewer, asked: Asked, code: str, split: str, *, limit: float) -> Parts:
    """Per part (its id or code, `none`): how many cases, and how many of them count. Of times: those longer than
    `limit` minutes; of efforts: their sum (one statement).

    Raises: KeyError (this figure cannot be taken apart)
    """
    if code == figures.KEPT.code:
        return _promises(viewer, asked, SPLITS[split])
    if code in _SUMS:
        name, unit = _SUMS[code]
        solved = effort.counted(viewer, asked).order_by().values(key=F(SPLITS[split]))
        return _read(solved.annotate(n=Count("id"), hit=Cast(Sum(f"effort__{name}"), FloatField()) / unit))
    rows = scope(viewer, asked)
    if code in SLOW:
        base, field = SLOW[code]
        timed = rows.filter(base(asked)).annotate(minutes=minutes_until(field))
        return _counted(timed, split, Q(minutes__gt=limit))
    base, hit = SHARES[code]
    rows = came_again(comes_again(rows)).filter(base(asked))
    return _counted(rows, split, hit(asked))


def _counted(rows: QuerySet[Any], split: str, hit: Q) -> Parts:
    return _read(rows.order_by().values(key=F(SPLITS[split])).annotate(n=Count("id"), hit=Count("id", filter=hit)))


def _promises(viewer: Viewer, asked: Asked, field: str) -> Parts:
    kept, missed = kept_or_missed(asked)
    rows = Promise.objects.filter(kept | missed, case__in=scope(viewer, asked).order_by())
    return _read(rows.values(key=F(f"case__{field}")).annotate(n=Count("id"), hit=Count("id", filter=kept)))


def _read(rows: Any) -> Parts:
    return {str(row["key"] or effort.NONE): (float(row["n"]), float(row["hit"] or 0)) for row in rows}
