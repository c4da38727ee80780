"""Whether figures meet their targets, looked at after each count: who leads hears of a miss once, until it is good."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.targets import BASELINE_DAYS, Verdict, judge
from zhoudao.rooms.targets.commands import tell
from zhoudao.rooms.targets.events import TargetMetAgain, TargetMissed
from zhoudao.rooms.targets.history import days_of, whole_days
from zhoudao.rooms.targets.models import Shortfall, Target
from zhoudao.rooms.targets.telling import tell_missed

_ACTOR = "system:analyst"


def watch_targets(*, at: datetime) -> int:
    """This will look at every target in force; returns how many shortfalls were opened or closed. Safe to repeat."""
    ids = Target.objects.filter(ended_at=None).order_by("id").values_list("id", flat=True)
    return sum(watch_target(target_id, at=at) for target_id in ids)


@transaction.atomic
def watch_target(target_id: UUID, *, at: datetime) -> bool:
    """This will judge the whole days since a target was set, and open or close its shortfall."""
    target = Target.objects.select_for_update(of=("self",)).select_related("store").filter(id=target_id).first()
    if target is None or target.ended_at is not None:
        return False
    today = whole_days(target.store_id, at)
    since = max(whole_days(target.store_id, target.set_at), today - timedelta(days=BASELINE_DAYS))
    last = today - timedelta(days=1)
    days = days_of(target.store_id, {target.metric}, since=since, until=last).get(target.metric, ())
    verdict = judge(days, target.rule)
    known = target.shortfalls.filter(closed_at=None).first()
    if known is not None:
        return _go_on(known, verdict, last, at)
    return _open(target, verdict, last, at) if verdict.is_alarming else False


def _open(target: Target, verdict: Verdict, last: date, at: datetime) -> bool:
    newest = verdict.missed[-1]
    if target.shortfalls.filter(last_date__gte=newest.day).exists():
        return False  # of these days was told already
    row = Shortfall.objects.create(
        target=target,
        first_date=verdict.missed[0].day,
        last_date=last,
        missed=len(verdict.missed),
        of=verdict.looked_at,
        is_sudden=verdict.is_sudden,
        value=newest.value or 0.0,
        opened_at=at,
    )
    fact = TargetMissed(target.metric, row.value, row.missed, row.of, row.is_sudden)
    tell(target, fact, actor=_ACTOR, at=at)
    tell_missed(row, at=at)
    return True


def _go_on(row: Shortfall, verdict: Verdict, last: date, at: datetime) -> bool:
    is_over = verdict.is_met and not verdict.is_alarming
    if not is_over and row.last_date >= last:
        return False
    if is_over:
        row.closed_at, row.why = at, "good"
        tell(row.target, TargetMetAgain(row.target.metric), actor=_ACTOR, at=at)
    elif verdict.missed:
        row.last_date, row.missed, row.of = last, len(verdict.missed), verdict.looked_at
        row.value = verdict.missed[-1].value or 0.0
    row.save()
    return is_over
