"""A person says what the fault is, where it is repaired, and who pays: the table's proposal confirmed or corrected."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.commands.holding import hold_repair, tell
from zhoudao.rooms.repairs.commands.parts import plan_part
from zhoudao.rooms.repairs.events import RepairTriaged, WarrantyChecked
from zhoudao.rooms.repairs.judging import LEAST_MINUTES, MOST_MINUTES
from zhoudao.rooms.repairs.kinds import Fault, Place, State
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.refusals import DeviceDisputed, TriageUnsound
from zhoudao.rooms.repairs.warranties import GOODWILL, MISUSE, Standing, standing

_BY_HAND = {True: GOODWILL, False: MISUSE}


@frozen
class Judged:
    """What a person says: the fault, where and in how many minutes. `is_covered` only where it is otherwise than the
    warranty says: granted, or refused as it was damaged.
    """

    fault: str
    place: str
    minutes: int
    is_covered: bool | None = None


@transaction.atomic
def triage_repair(*, repair_id: UUID, judged: Judged, by: By, at: datetime) -> Repair:
    """This will note what the fault is. What is covered is repaired next, for all else a quote is made. Until somebody
    works on it, it can be judged anew.

    Raises: RepairNotFound, NotNow, TriageUnsound, DeviceDisputed
    """
    if judged.fault not in Fault.values or judged.place not in Place.values:
        raise TriageUnsound(TriageUnsound.__doc__)
    if not LEAST_MINUTES <= judged.minutes <= MOST_MINUTES:
        raise TriageUnsound(TriageUnsound.__doc__)
    repair = hold_repair(repair_id, State.REPORTED, State.TRIAGED, State.APPROVED)
    if repair.device.is_disputed:
        raise DeviceDisputed(DeviceDisputed.__doc__)
    was_covered, is_first = (repair.is_covered, repair.covered_why), not repair.fault
    repair.fault, repair.place, repair.minutes = judged.fault, judged.place, judged.minutes
    repair.triaged_at, repair.triaged_by = at, by.actor
    _cover(repair, judged, at)
    has_agreed = repair.quotes.filter(is_accepted=True).exists()
    repair.state = State.APPROVED if repair.is_covered or has_agreed else State.TRIAGED
    if repair.is_covered and repair.paid_at is None:
        repair.owed_minor = 0
    repair.save()
    if is_first and repair.part_sku and repair.fault == repair.proposed:
        plan_part(repair, repair.part_sku, 1, 0)
    facts: list[Fact] = []
    if (repair.is_covered, repair.covered_why) != was_covered:
        facts.append(WarrantyChecked(repair.number, repair.is_covered, f"warranty_{repair.covered_why}"))
    tell(repair, *facts, _fact(repair), by=by, at=at)
    return repair


def _cover(repair: Repair, judged: Judged, at: datetime) -> None:
    """The part that the fault means may have a term of its own; a person's word goes before the table's."""
    day = repair.asked_at.astimezone(ZoneInfo(repair.store.zone)).date()
    found: Standing = standing(repair.device, day, repair.fault)
    repair.is_covered, repair.covered_why = found.is_covered, found.why
    repair.covered_until, repair.warranty_version = found.until, found.version
    if judged.is_covered is not None and judged.is_covered != found.is_covered:
        repair.is_covered, repair.covered_why = judged.is_covered, _BY_HAND[judged.is_covered]


def _fact(repair: Repair) -> RepairTriaged:
    return RepairTriaged(
        repair.number,
        f"fault_{repair.fault}",
        f"fault_{repair.proposed}",
        repair.confidence,
        repair.fault != repair.proposed,
        f"repaired_{repair.place}",
        repair.minutes,
        repair.is_covered,
    )
