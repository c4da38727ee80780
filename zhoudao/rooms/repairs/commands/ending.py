"""The end of a repair: handed back, signed for, paid, over; or given up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files import store as files
from zhoudao.ground.files.kinds import kind_of
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.repairs.commands.holding import hold_repair, tell
from zhoudao.rooms.repairs.commands.parts import let_go
from zhoudao.rooms.repairs.events import (
    ENDED_FOR,
    DeviceHandedBack,
    RepairCancelled,
    RepairClosed,
    RepairPaid,
    RepairSignedOff,
)
from zhoudao.rooms.repairs.kinds import BEFORE_WORK, Handing, State
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.refusals import (
    NameUnsaid,
    NotNow,
    ReasonUnsaid,
    ReferenceUnsaid,
    SignatureUnsound,
    StillToPay,
)
from zhoudao.rooms.repairs.sealed import seal_name

MOST_SIGNATURE = 500_000  # bytes of a drawn signature
_LONGEST_NAME, _LONGEST = 60, 80
_CUSTOMERS = (State.REPORTED, State.TRIAGED, State.QUOTED, State.APPROVED)


@transaction.atomic
def hand_back(*, repair_id: UUID, handing: str, label: Label | None = None, by: By, at: datetime) -> Repair:
    """This will note how its customer has it again: over the counter, or by parcel with its number.

    Raises: RepairNotFound, NotNow, ReasonUnsaid, StillToPay, CarrierUnsound, TrackingNumberUnsound
    """
    if handing not in Handing.values:
        raise ReasonUnsaid(ReasonUnsaid.__doc__)
    repair = hold_repair(repair_id, State.READY)
    if repair.is_owing:
        raise StillToPay(StillToPay.__doc__)
    if handing == Handing.PARCEL:
        label = (label or Label("", "")).sound()
        repair.carrier, repair.tracking_number = label.carrier, label.tracking_number
    _hand(repair, handing, by=by, at=at)
    repair.save()
    return repair


@transaction.atomic
def sign_off(*, repair_id: UUID, name: str, drawn: bytes | None, by: By, at: datetime) -> Repair:
    """This will note who signed for it, with what they drew if they did; with that it has been handed over. What is
    paid, or costs nothing, is over then. Signed twice is signed once.

    Raises: RepairNotFound, NotNow, NameUnsaid, SignatureUnsound
    """
    words = " ".join(name.split())[:_LONGEST_NAME]
    if not words:
        raise NameUnsaid(NameUnsaid.__doc__)
    if drawn is not None and (kind_of(drawn) != "image/png" or len(drawn) > MOST_SIGNATURE):
        raise SignatureUnsound(SignatureUnsound.__doc__)
    repair = hold_repair(repair_id)
    if repair.signed_at is not None:
        return repair
    if repair.state not in (State.READY, State.HANDED):
        raise NotNow(NotNow.__doc__)
    owner = repair.customer
    seal_name(repair, owner.key_id, words)
    if drawn is not None:
        repair.signature = files.keep(drawn, subject_id=owner.id, key_id=owner.key_id)
    repair.signed_at = at
    if repair.state == State.READY:
        _hand(repair, Handing.THERE if repair.place == "field" else Handing.COUNTER, by=by, at=at)
    facts: list[Fact] = [RepairSignedOff(repair.number, drawn is not None)]
    if not repair.is_owing:
        facts.append(_close(repair, State.CLOSED, "", at))
    repair.save()
    tell(repair, *facts, by=by, at=at)
    return repair


@transaction.atomic
def note_paid(*, repair_id: UUID, reference: str, by: By, at: datetime) -> Repair:
    """This will note that what was agreed to was paid by hand, to the cent; what was signed for is over then. The same
    twice is once.

    Raises: RepairNotFound, NotNow, ReferenceUnsaid
    """
    words = " ".join(reference.split())[:_LONGEST]
    if not words:
        raise ReferenceUnsaid(ReferenceUnsaid.__doc__)
    repair = hold_repair(repair_id)
    if repair.paid_at is not None and repair.paid_reference == words:
        return repair
    if not repair.is_owing or not repair.is_open:
        raise NotNow(NotNow.__doc__)
    repair.paid_at, repair.paid_by, repair.paid_reference = at, by.actor, words
    facts: list[Fact] = [RepairPaid(repair.number, repair.owed_minor, repair.currency)]
    if repair.signed_at is not None:
        facts.append(_close(repair, State.CLOSED, "", at))
    repair.save()
    tell(repair, *facts, by=by, at=at)
    return repair


@transaction.atomic
def close_repair(*, repair_id: UUID, by: By, at: datetime) -> Repair:
    """This will end a repair that was handed back and paid, also without a signature. Closed twice is closed once.

    Raises: RepairNotFound, NotNow, StillToPay
    """
    repair = hold_repair(repair_id)
    if repair.state == State.CLOSED:
        return repair
    if repair.state != State.HANDED:
        raise NotNow(NotNow.__doc__)
    if repair.is_owing:
        raise StillToPay(StillToPay.__doc__)
    fact = _close(repair, State.CLOSED, "", at)
    repair.save()
    tell(repair, fact, by=by, at=at)
    return repair


@transaction.atomic
def cancel_repair(*, repair_id: UUID, reason: str, is_customers: bool = False, by: By, at: datetime) -> Repair:
    """This will end a repair that is not done after all; its parts are free again. Its customer may as long as nobody
    waits for parts or works on it, a colleague also later. Cancelled twice is cancelled once.

    Raises: RepairNotFound, NotNow, ReasonUnsaid
    """
    if reason not in ENDED_FOR:
        raise ReasonUnsaid(ReasonUnsaid.__doc__)
    repair = hold_repair(repair_id)
    if repair.state == State.CANCELLED:
        return repair
    if repair.state not in (_CUSTOMERS if is_customers else (*BEFORE_WORK, State.IN_REPAIR)):
        raise NotNow(NotNow.__doc__)
    let_go(repair, by=by, at=at)
    _close(repair, State.CANCELLED, reason, at)
    repair.owed_minor = repair.owed_minor if repair.paid_at else 0
    repair.save()
    tell(repair, RepairCancelled(repair.number, f"ended_{reason}"), by=by, at=at)
    return repair


@transaction.atomic
def give_up(*, repair_id: UUID, reason: str, by: By, at: datetime) -> Repair:
    """This will end a repair that cannot be done; its parts go back. What its customer gets instead, a return, a refund
    or another device, is a colleague's to ask for on the order.

    Raises: RepairNotFound, NotNow, ReasonUnsaid
    """
    if reason not in ENDED_FOR:
        raise ReasonUnsaid(ReasonUnsaid.__doc__)
    repair = hold_repair(repair_id)
    if repair.state == State.BEYOND:
        return repair
    if repair.state not in (*BEFORE_WORK, State.IN_REPAIR, State.DONE):
        raise NotNow(NotNow.__doc__)
    let_go(repair, by=by, at=at)
    fact = _close(repair, State.BEYOND, reason, at)
    repair.owed_minor = repair.owed_minor if repair.paid_at else 0
    repair.save()
    tell(repair, fact, by=by, at=at)
    return repair


def _hand(repair: Repair, handing: str, *, by: By, at: datetime) -> None:
    repair.state, repair.handing, repair.handed_at = State.HANDED, handing, at
    tell(repair, DeviceHandedBack(repair.number, f"handed_{handing}"), by=by, at=at)


def _close(repair: Repair, state: State, reason: str, at: datetime) -> RepairClosed:
    repair.state, repair.ended_for, repair.closed_at = state, reason, at
    return RepairClosed(repair.number, state.value, f"ended_{reason}" if reason else "")
