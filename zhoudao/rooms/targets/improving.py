"""What somebody does about a missed target: given, ticked, asked for when it is late."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.targets.commands import may_set, tell
from zhoudao.rooms.targets.events import ImprovementDone, ImprovementGiven
from zhoudao.rooms.targets.history import may_see
from zhoudao.rooms.targets.models import Improvement, Shortfall
from zhoudao.rooms.targets.refusals import ImprovementUnsound, NotTheirsToDo, ShortfallNotFound
from zhoudao.rooms.targets.telling import tell_improvement, tell_late

MOST, _LONGEST, _FARTHEST_DAYS = 40, 200, 730


@transaction.atomic
def give_improvement(
    *, shortfall_id: UUID, words: str, owner_id: UUID, due_date: date, viewer: Viewer, at: datetime
) -> Improvement:
    """This will give somebody something to do about a shortfall until a day; they are told.

    Raises: ShortfallNotFound, NotTheirsToDo, ImprovementUnsound
    """
    row = _hold(shortfall_id, viewer)
    if viewer.user_id is None or not may_set(viewer, row.target.store_id):
        raise NotTheirsToDo
    said = mask_personal(clip(words.replace("\0", "").strip(), _LONGEST))[0]
    ahead = (due_date - at.astimezone(clock.zone()).date()).days
    is_full = row.improvements.count() >= MOST
    if (
        not said
        or not 0 <= ahead <= _FARTHEST_DAYS
        or is_full
        or owner_id not in {one.id for one in people(row.target.store_id)}
    ):
        raise ImprovementUnsound
    one = Improvement.objects.create(
        shortfall=row, words=said, owner_id=owner_id, due_date=due_date, added_at=at, added_by_id=viewer.user_id
    )
    fact = ImprovementGiven(row.target.metric, str(one.id), str(owner_id), due_date.isoformat())
    tell(row.target, fact, actor=viewer.actor, at=at)
    tell_improvement(one, by=viewer, at=at)
    return one


@transaction.atomic
def tick_improvement(
    *, shortfall_id: UUID, improvement_id: UUID, is_done: bool, viewer: Viewer, at: datetime
) -> Improvement:
    """This will note that it is done, or is not after all. Safe to repeat.

    Raises: ShortfallNotFound, NotTheirsToDo
    """
    row = _hold(shortfall_id, viewer)
    one = row.improvements.filter(id=improvement_id).first()
    if one is None:
        raise ShortfallNotFound
    if viewer.user_id != one.owner_id and not may_set(viewer, row.target.store_id):
        raise NotTheirsToDo
    if (one.done_at is not None) != is_done:
        one.done_at, one.done_by_id = (at, viewer.user_id) if is_done else (None, None)
        one.save(update_fields=["done_at", "done_by"])
        tell(row.target, ImprovementDone(row.target.metric, str(one.id), is_done), actor=viewer.actor, at=at)
    return one


@transaction.atomic
def remind_of_improvement(improvement_id: UUID, *, at: datetime) -> bool:
    """This will tell once that an improvement is late; safe to repeat."""
    rows = Improvement.objects.select_for_update(of=("self",)).select_related("shortfall__target__store")
    one = rows.filter(id=improvement_id).first()
    today = at.astimezone(clock.zone()).date()
    if one is None or one.done_at or one.told_late_at or one.due_date >= today:
        return False
    one.told_late_at = at
    one.save(update_fields=["told_late_at"])
    tell_late(one, at=at)
    return True


def people(store_id: UUID | None) -> list[User]:
    """Who may have something to improve: whoever reads this place's figures, by name (two statements)."""
    found = User.objects.filter(is_active=True).prefetch_related("grants").order_by("name", "email")
    return [user for user in found if _reads(viewers.of_user(user), store_id)]


def _reads(viewer: Viewer, store_id: UUID | None) -> bool:
    return viewer.may("metrics:read") and may_see(viewer.within("metrics:read"), store_id)


def _hold(shortfall_id: UUID, viewer: Viewer) -> Shortfall:
    rows = Shortfall.objects.select_for_update(of=("self", "target")).select_related("target__store")
    row = rows.filter(id=shortfall_id).first()
    if row is None or not may_see(viewer.within("metrics:read"), row.target.store_id):
        raise ShortfallNotFound
    return row
