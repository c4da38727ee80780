"""The bench: begun with its parts, worked on, done, and looked at by somebody else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.repairs.commands.holding import hold_repair, tell
from zhoudao.rooms.repairs.commands.parts import take_kept
from zhoudao.rooms.repairs.commands.requesting import keep_photos
from zhoudao.rooms.repairs.events import RepairBegun, RepairChecked, RepairDone, WorkLogged
from zhoudao.rooms.repairs.kinds import OPEN, PhotoOf, Place, State
from zhoudao.rooms.repairs.models import Repair, Work
from zhoudao.rooms.repairs.refusals import OwnWork, WorkUnsound
from zhoudao.rooms.repairs.sealed import seal_work

_MOST_MINUTES, _LONGEST = 600, 2_000


@transaction.atomic
def begin_repair(*, repair_id: UUID, by: By, at: datetime) -> Repair:
    """This will have somebody begin to work on it, with the parts that are kept for it. Begun twice is begun once, and
    parts that were kept since are taken.

    Raises: RepairNotFound, NotNow, PartsMissing
    """
    repair = hold_repair(repair_id, State.APPROVED, State.WAITING, State.IN_REPAIR)
    take_kept(repair, by=by, at=at)
    if repair.state != State.IN_REPAIR:
        repair.state, repair.repaired_by = State.IN_REPAIR, by.actor
        repair.save(update_fields=["state", "repaired_by"])
        tell(repair, RepairBegun(repair.number), by=by, at=at)
    return repair


@transaction.atomic
def log_work(*, repair_id: UUID, minutes: int, words: str, key: UUID, by: By, at: datetime) -> Work:
    """This will note what was found and done, and how long it took. The same `key` twice is once.

    Raises: RepairNotFound, NotNow, WorkUnsound
    """
    if not 1 <= minutes <= _MOST_MINUTES:
        raise WorkUnsound(WorkUnsound.__doc__)
    repair = hold_repair(repair_id, State.IN_REPAIR)
    if known := Work.objects.filter(key=key).first():
        return known
    work = Work(repair=repair, minutes=minutes, key=key, at=at, actor=by.actor)
    seal_work(work, repair.customer.key_id, words.strip()[:_LONGEST])
    work.save(force_insert=True)
    tell(repair, WorkLogged(repair.number, minutes), by=by, at=at)
    return work


@transaction.atomic
def add_photos(*, repair_id: UUID, photos: Sequence[bytes], of: PhotoOf, by: By, at: datetime) -> Repair:
    """This will keep pictures of it, as it was and as it is. Raises: RepairNotFound, NotNow, NotAPhoto."""
    repair = hold_repair(repair_id, *OPEN)
    keep_photos(repair, photos, of=of, at=at)
    return repair


@transaction.atomic
def finish_repair(*, repair_id: UUID, is_solved: bool, by: By, at: datetime) -> Repair:
    """This will end the work on it: somebody else checks what is solved, at the customer's place the customer; what is
    not is judged anew.

    Raises: RepairNotFound, NotNow
    """
    repair = hold_repair(repair_id, State.IN_REPAIR)
    solved = State.READY if repair.place == Place.FIELD else State.DONE
    repair.state = solved if is_solved else State.REPORTED
    repair.is_solved, repair.repaired_at, repair.repaired_by = is_solved, at, by.actor
    repair.save(update_fields=["state", "is_solved", "repaired_at", "repaired_by"])
    minutes = repair.works.aggregate(n=Sum("minutes"))["n"] or 0
    tell(repair, RepairDone(repair.number, is_solved, minutes, f"repaired_{repair.place}"), by=by, at=at)
    return repair


@transaction.atomic
def check_repair(*, repair_id: UUID, is_passed: bool, by: By, at: datetime) -> Repair:
    """This will note what somebody else than who repaired it found: it is handed back, or repaired again.

    Raises: RepairNotFound, NotNow, OwnWork
    """
    repair = hold_repair(repair_id, State.DONE)
    if by.actor == repair.repaired_by or repair.works.filter(actor=by.actor).exists():
        raise OwnWork(OwnWork.__doc__)
    repair.state = State.READY if is_passed else State.IN_REPAIR
    repair.checked_at, repair.checked_by = at, by.actor
    repair.save(update_fields=["state", "checked_at", "checked_by"])
    tell(repair, RepairChecked(repair.number, is_passed), by=by, at=at)
    return repair
