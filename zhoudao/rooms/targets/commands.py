"""Setting what a figure is to reach, and taking it away."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.metrics.definitions import Metric, metric
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.targets.events import TargetEnded, TargetSet
from zhoudao.rooms.targets.history import usual_until, whole_days
from zhoudao.rooms.targets.models import Target
from zhoudao.rooms.targets.refusals import (
    FigureUnknown,
    NoBetterWay,
    NoTarget,
    NotTheirsToSet,
    ReasonMissing,
    RuleUnsound,
    TargetChanged,
    TargetUnsound,
)

SET, MOST_DAYS, LONGEST = "metrics:target", 14, 300


@frozen
class Wanted:
    """A target as somebody wants it. Times are in minutes, shares between 0 and 1."""

    value: float
    needed: int = 3
    of: int = 5
    is_sudden: bool = True
    reason: str = ""


def may_set(viewer: Viewer, store_id: UUID | None) -> bool:
    """Whether somebody sets targets of this store; of none: of the company."""
    return viewer.covers(SET, store_id=store_id)


@transaction.atomic
def set_target(
    *, code: str, store_id: UUID | None, wanted: Wanted, seen: UUID | None, viewer: Viewer, at: datetime
) -> Target:
    """This will have a figure aim at a value from now on; `seen` is the target its setter had before them.

    Raises: FigureUnknown, NotTheirsToSet, NoBetterWay, TargetUnsound, RuleUnsound, ReasonMissing, TargetChanged
    """
    about, setter = _figure(code, store_id, viewer)
    _check(about, wanted)
    before = _hold(code, store_id, seen)
    if before is not None:
        _end(before, viewer, at)
    base, until = usual_until(about, store_id, whole_days(store_id, at))
    target = Target(
        metric=code,
        store_id=store_id,
        value=wanted.value,
        needed=wanted.needed,
        of=wanted.of,
        is_sudden=wanted.is_sudden,
        base_middle=base.middle if base else None,
        base_spread=base.spread if base else None,
        base_days=base.days if base else 0,
        base_until=until if base else None,
        reason=mask_personal(clip(wanted.reason.replace("\0", "").strip(), LONGEST))[0],
        set_at=at,
        set_by_id=setter,
    )
    try:
        with transaction.atomic():
            target.save(force_insert=True)
    except IntegrityError as error:  # somebody else set the first one in the same moment
        raise TargetChanged from error
    was = before.value if before else None
    fact = TargetSet(code, wanted.value, was, wanted.needed, wanted.of, wanted.is_sudden)
    tell(target, fact, actor=viewer.actor, at=at)
    return target


@transaction.atomic
def end_target(*, code: str, store_id: UUID | None, seen: UUID | None, viewer: Viewer, at: datetime) -> Target:
    """This will take a target away; what it was stays in its history.

    Raises: FigureUnknown, NotTheirsToSet, TargetChanged, NoTarget
    """
    _figure(code, store_id, viewer)
    target = _hold(code, store_id, seen)
    if target is None:
        raise NoTarget
    _end(target, viewer, at)
    tell(target, TargetEnded(code, target.value), actor=viewer.actor, at=at)
    return target


def tell(target: Target, fact: Fact, *, actor: str, at: datetime) -> None:
    """This will record a fact about a target whose row is locked or new."""
    record(fact, at=at, by=By(actor, store_id=target.store_id), about=[About("target", target.id)])


def _figure(code: str, store_id: UUID | None, viewer: Viewer) -> tuple[Metric, UUID]:
    try:
        about = metric(code)
    except KeyError:
        raise FigureUnknown from None
    if not about.is_daily or (store_id and not Store.objects.filter(id=store_id, closed_at=None).exists()):
        raise FigureUnknown
    if viewer.user_id is None or not may_set(viewer, store_id):
        raise NotTheirsToSet
    return about, viewer.user_id


def _check(about: Metric, wanted: Wanted) -> None:
    if not about.better:
        raise NoBetterWay
    if not 0 <= wanted.value <= (1 if about.unit == "share" else 1e9):
        raise TargetUnsound
    if not 1 <= wanted.needed <= wanted.of <= MOST_DAYS:
        raise RuleUnsound
    if not wanted.reason.strip():
        raise ReasonMissing


def _hold(code: str, store_id: UUID | None, seen: UUID | None) -> Target | None:
    """The target in force, locked; refused where it is another one than was seen."""
    target = Target.objects.select_for_update().filter(Q(store=store_id), metric=code, ended_at=None).first()
    if (target.id if target else None) != seen:
        raise TargetChanged
    return target


def _end(target: Target, viewer: Viewer, at: datetime) -> None:
    target.ended_at, target.ended_by_id = at, viewer.user_id
    target.save(update_fields=["ended_at", "ended_by_id"])
    target.shortfalls.filter(closed_at=None).update(closed_at=at, why="changed")
