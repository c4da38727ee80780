"""Carriers' pools of prepaid numbers: offered or not, and their lack heard of once."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.parcels.events import carrier_word
from zhoudao.rooms.return_labels.events import PoolChanged, PoolRanLow
from zhoudao.rooms.return_labels.models import Pool
from zhoudao.rooms.return_labels.queries.offering import free_numbers
from zhoudao.rooms.return_labels.refusals import LabelNotFound, PoolUnsound
from zhoudao.rooms.return_labels.telling import tell_low

_BY = By("system:clock")
_MOST = 100_000


@transaction.atomic
def change_pool(*, carrier: str, is_offered: bool, warn_at: int, by: By, at: datetime) -> Pool:
    """This will say whether a carrier's labels are offered, and from how many left on that is heard of.

    Raises: LabelNotFound (no number of it was ever brought), PoolUnsound
    """
    pool = Pool.objects.select_for_update().filter(carrier=carrier).first()
    if pool is None:
        raise LabelNotFound(LabelNotFound.__doc__)
    if not 0 <= warn_at <= _MOST:
        raise PoolUnsound(PoolUnsound.__doc__)
    pool.is_offered, pool.warn_at = is_offered, warn_at
    pool.save(update_fields=["is_offered", "warn_at"])
    fact = PoolChanged(carrier_word(carrier), is_offered, warn_at)
    record(fact, at=at, by=by, about=[About("label_pool", pool.id)])
    return pool


@transaction.atomic
def look_at_pool(pool_id: UUID, *, at: datetime, zone: str) -> None:
    """This will tell those who keep the numbers when few can be used any more, once until there are enough again. Days
    are those of head office.
    """
    pool = Pool.objects.select_for_update().get(id=pool_id)
    if not pool.is_offered:
        return
    left = free_numbers(at.astimezone(ZoneInfo(zone)).date()).filter(pool=pool)[: pool.warn_at + 1].count()
    if left > pool.warn_at:
        if pool.warned_at is not None:
            pool.warned_at = None
            pool.save(update_fields=["warned_at"])
    elif pool.warned_at is None:
        pool.warned_at = at
        pool.save(update_fields=["warned_at"])
        fact = PoolRanLow(carrier_word(pool.carrier), left)
        record(fact, at=at, by=_BY, about=[About("label_pool", pool.id)])
        tell_low(pool, left, at=at)
