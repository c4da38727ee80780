"""A promised call is a step of the flow `call_back`: opened at its time, done with what came of it, given up with it.

The room of bookings knows nothing of it; without that flow people are still told, and write the result at the booking.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows.commands.running import cancel_run, start_version
from zhoudao.conduct.flows.holding import hold_runs_of
from zhoudao.conduct.flows.models import ALIVE, Task
from zhoudao.conduct.flows.registry import Call
from zhoudao.conduct.flows.subjects import subject_of
from zhoudao.conduct.flows.versions import live_version
from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.commands.calling import CLOCK, EARLY, look_at_call
from zhoudao.rooms.bookings.commands.serving import Author, note_called
from zhoudao.rooms.bookings.models import Booking, State, Where

FLOW = "call_back"


@transaction.atomic
def open_call(booking_id: UUID, *, at: datetime) -> None:
    """This will make a promised call somebody's step when its time has come; safe to repeat."""
    if look_at_call(booking_id, at=at) is not None:
        _begin(booking_id, at)


def on_moved(event: Event) -> None:
    """A call to be made at another time is no step before that; by somebody else, it is theirs."""
    _end(event, "booking_moved")
    booking = Booking.objects.select_related("service").filter(id=event.primary_id, state=State.BOOKED).first()
    if booking is None or booking.service.where != Where.PHONE:
        return
    if booking.starts_at - EARLY <= event.occurred_at:
        _begin(booking.id, event.occurred_at)


def on_over(event: Event) -> None:
    """Nobody is to be called any more."""
    _end(event, "booking_over")


def note_call(call: Call) -> dict[str, str]:
    """This will write what came of the call to its booking: its words are sealed there, and stay nowhere else."""
    done = Task.objects.filter(run=call.run_id, completed_at__isnull=False, result__has_key="outcome")
    task = done.order_by("-completed_at", "-id").first()
    if call.object_type != "booking" or task is None:
        return {}
    by = By(task.completed_by, call.by.store_id)
    outcome, note = task.result["outcome"], task.result.get("note", "")
    author = Author(by, _name_of(task.completed_by))
    note_called(booking_id=call.object_id, outcome=outcome, note=note, author=author, at=call.at)
    Task.objects.filter(id=task.id).update(result={"outcome": outcome})
    return {"note": ""} if note else {}


def _begin(booking_id: UUID, at: datetime) -> None:
    subject = subject_of("booking", booking_id)
    version = live_version(FLOW, subject.store_id, unless_walking=booking_id)
    if version is not None:
        start_version(version, "booking", booking_id, subject, at=at, by=By(CLOCK, subject.store_id))


def _end(event: Event, why: str) -> None:
    by = By(event.actor, event.store_id, event.channel)
    for run in hold_runs_of(event.primary_id, ALIVE):
        if run.started_at <= event.occurred_at:  # a newer one is for the time it was moved to
            cancel_run(run_id=run.id, why=why, at=event.occurred_at, by=by)


def _name_of(actor: str) -> str:
    kind, _, id_ = actor.partition(":")
    user_id = uuid_in(id_) if kind == "user" else None
    return User.objects.filter(id=user_id).values_list("name", flat=True).first() or "" if user_id else ""
