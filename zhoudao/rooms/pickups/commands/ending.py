"""A pick-up's end: called off, come to nothing, or left to a person."""

from datetime import datetime

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.pickups.answers import FAILED_FOR, STUCK_FOR
from zhoudao.rooms.pickups.commands.holding import SYSTEM, tell
from zhoudao.rooms.pickups.events import PickupCalledOff, PickupFailed, PickupStuck
from zhoudao.rooms.pickups.models import Pickup, State


def call_off_now(pickup: Pickup, *, by: By, at: datetime) -> None:
    """This will end a held pick-up as it was wanted."""
    pickup.state, pickup.ended_at, pickup.next_at, pickup.trouble = State.CANCELLED, at, None, ""
    pickup.save()
    fact = PickupCalledOff(pickup.request.number, pickup.number, f"called_off_{pickup.called_off_for}")
    tell(pickup, fact, by=by, at=at)


def fail(pickup: Pickup, trouble: str, *, by: By = SYSTEM, at: datetime) -> None:
    """This will end a held pick-up nobody comes for."""
    assert trouble in FAILED_FOR
    pickup.state, pickup.ended_at, pickup.next_at, pickup.trouble = State.FAILED, at, None, trouble
    pickup.save()
    tell(pickup, PickupFailed(pickup.request.number, pickup.number, f"pickup_{trouble}"), by=by, at=at)


def stick(pickup: Pickup, trouble: str, *, at: datetime) -> None:
    """This will leave a held pick-up to a person; once for the same trouble."""
    assert trouble in STUCK_FOR
    if (pickup.state, pickup.trouble) == (State.STUCK, trouble):
        return
    pickup.state, pickup.next_at, pickup.trouble = State.STUCK, None, trouble
    pickup.save()
    tell(pickup, PickupStuck(pickup.request.number, pickup.number, f"pickup_{trouble}"), by=SYSTEM, at=at)
