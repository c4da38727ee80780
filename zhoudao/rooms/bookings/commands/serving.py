"""What happens on the day: they arrive, it begins, it ends with a result, or nobody comes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip
from zhoudao.rooms.bookings.commands.calling import plan_call
from zhoudao.rooms.bookings.commands.holding import hold_booking, tell
from zhoudao.rooms.bookings.commands.telling import drop_letters, plan_letters
from zhoudao.rooms.bookings.events import (
    OUTCOMES,
    ArrivalTakenBack,
    BookingBegun,
    BookingDone,
    BookingMissed,
    CustomerArrived,
)
from zhoudao.rooms.bookings.models import COMING, HERE, Booking, State, Where
from zhoudao.rooms.bookings.reach import WRITE, booking_for
from zhoudao.rooms.bookings.refusals import BookingNotFound, BookingOver, NotArrived, OutcomeUnknown, TooEarly
from zhoudao.rooms.bookings.told import LONGEST_NOTE, seal_note
from zhoudao.rooms.conversations.commands import add_note

BACK_WITHIN = timedelta(hours=12)
NOT_REACHED = "not_reached"


@frozen
class Author:
    """Who says what came of it, and by what name they sign a note."""

    by: By
    name: str


@transaction.atomic
def note_arrival(*, booking_id: UUID, by: By, at: datetime) -> Booking:
    """This will note that they are in the store; twice is once. Raises: BookingNotFound, BookingOver."""
    booking = hold_booking(booking_id)
    if booking.state == State.BOOKED:
        tell(booking, *arrive(booking, at), by=by, at=at)
        booking.save(update_fields=["state", "arrived_at"])
    return booking


@transaction.atomic
def begin_booking(*, booking_id: UUID, viewer: Viewer, at: datetime) -> Booking:
    """This will note that it is under way; whoever begins it has arrived. Twice is once.

    Raises: BookingNotFound, BookingOver
    """
    booking = _held(booking_id, viewer)
    if booking.state != State.SERVING:
        facts = begin(booking, at)
        booking.save(update_fields=["state", "arrived_at", "began_at"])
        tell(booking, *facts, by=By(viewer.actor), at=at)
    return booking


@transaction.atomic
def finish_booking(*, booking_id: UUID, outcome: str, note: str, viewer: Viewer, at: datetime) -> Booking:
    """This will end it with what came of it, as a code and in words that only its readers see.

    Raises: BookingNotFound, BookingOver, NotArrived, OutcomeUnknown
    """
    if outcome not in OUTCOMES:
        raise OutcomeUnknown(OutcomeUnknown.__doc__)
    booking = _to_finish(booking_id, viewer)
    if booking.state == State.DONE:
        return _came_to(booking, outcome, note, viewer, at)
    if booking.state not in HERE and booking.service.where == Where.STORE and at < booking.ends_at:
        raise NotArrived(NotArrived.__doc__)
    _end(booking, outcome, note, Author(By(viewer.actor), viewer.name), at)
    return booking


@transaction.atomic
def note_called(*, booking_id: UUID, outcome: str, note: str, author: Author, at: datetime) -> None:
    """This will end a promised call as whoever made it says; what is over already stays as it is.

    Raises: OutcomeUnknown
    """
    if outcome not in (*OUTCOMES, NOT_REACHED):
        raise OutcomeUnknown(OutcomeUnknown.__doc__)
    rows = Booking.objects.select_for_update(of=("self",)).select_related("service", "store", "case")
    booking = rows.filter(id=booking_id, state__in=COMING).first()
    if booking is None:
        return
    if outcome != NOT_REACHED:
        _end(booking, outcome, note, author, at)
        return
    seal_note(booking, note)
    _miss(booking, author.by, at)
    _note_in_case(booking, note, author, at)


@transaction.atomic
def note_missed(*, booking_id: UUID, by: By, viewer: Viewer | None = None, at: datetime) -> Booking:
    """This will end a booking for which nobody came. Raises: BookingNotFound, BookingOver, TooEarly."""
    booking = _held(booking_id, viewer) if viewer else hold_booking(booking_id)
    if booking.state != State.BOOKED:
        raise BookingOver(BookingOver.__doc__)
    if at < booking.starts_at:
        raise TooEarly(TooEarly.__doc__)
    _miss(booking, by, at)
    return booking


@transaction.atomic
def take_back(*, booking_id: UUID, viewer: Viewer, at: datetime) -> Booking:
    """This will undo an arrival, a begin or a no-show that was noted by mistake within twelve hours.

    Raises: BookingNotFound, BookingOver (it took place, was cancelled, or its time was given away meanwhile)
    """
    if booking_for(viewer, booking_id, WRITE) is None:
        raise BookingNotFound(BookingNotFound.__doc__)
    booking = Booking.objects.select_for_update(of=("self",)).select_related("service").get(id=booking_id)
    is_missed = booking.state == State.NO_SHOW and booking.ended_at is not None and at - booking.ended_at <= BACK_WITHIN
    if not is_missed and (booking.state not in HERE or booking.visit_id is not None):
        raise BookingOver(BookingOver.__doc__)
    booking.state, booking.arrived_at, booking.began_at, booking.ended_at = State.BOOKED, None, None, None
    plan_call(booking)
    booking.save(update_fields=["state", "arrived_at", "began_at", "ended_at", "next_at"])
    tell(booking, ArrivalTakenBack(booking.number), by=By(viewer.actor), at=at)
    drop_letters(booking)
    return booking


def arrive(booking: Booking, at: datetime) -> list[Fact]:
    """This will put an arrival on a held booking; the caller saves it."""
    booking.state, booking.arrived_at = State.ARRIVED, at
    drop_letters(booking)
    return [CustomerArrived(booking.number, round((booking.starts_at - at).total_seconds() / 60))]


def begin(booking: Booking, at: datetime) -> list[Fact]:
    """This will put a begin on a held booking; the caller saves it."""
    is_met = booking.state == State.BOOKED and booking.service.where == Where.STORE
    facts = arrive(booking, at) if is_met else []
    booking.state, booking.began_at = State.SERVING, at
    drop_letters(booking)
    return [*facts, BookingBegun(booking.number)]


def _to_finish(booking_id: UUID, viewer: Viewer) -> Booking:
    """One under way, or one whose number was served and whose result nobody has written down yet."""
    rows = Booking.objects.select_for_update(of=("self",)).select_related("service", "store", "case")
    served = rows.filter(id=booking_id, state=State.DONE, outcome="").first()
    if served is not None and booking_for(viewer, booking_id, WRITE) is not None:
        return served
    return _held(booking_id, viewer)


def _came_to(booking: Booking, outcome: str, note: str, viewer: Viewer, at: datetime) -> Booking:
    booking.outcome = outcome
    seal_note(booking, note)
    booking.save(update_fields=["outcome", "note_sealed"])
    tell(booking, BookingDone(booking.number, outcome), by=By(viewer.actor), at=at)
    _note_in_case(booking, note, Author(By(viewer.actor), viewer.name), at)
    return booking


def _end(booking: Booking, outcome: str, note: str, author: Author, at: datetime) -> None:
    is_late = booking.state == State.BOOKED and at >= booking.ends_at  # nobody noted when they came
    facts = begin(booking, at) if booking.state != State.SERVING and not is_late else []
    booking.state, booking.ended_at, booking.outcome = State.DONE, at, outcome
    drop_letters(booking)
    seal_note(booking, note)
    booking.save(update_fields=["state", "arrived_at", "began_at", "ended_at", "outcome", "note_sealed"])
    tell(booking, *facts, BookingDone(booking.number, outcome), by=author.by, at=at)
    _note_in_case(booking, note, author, at)


def _miss(booking: Booking, by: By, at: datetime) -> None:
    booking.state, booking.ended_at = State.NO_SHOW, at
    booking.save(update_fields=["state", "ended_at", "note_sealed"])
    tell(booking, BookingMissed(booking.number, booking.starts_at.isoformat()), by=by, at=at)
    plan_letters(booking, "missed", at=at)


def _note_in_case(booking: Booking, note: str, author: Author, at: datetime) -> None:
    """What came of it is read where the matter is, on whichever channel it goes on."""
    thread = booking.case.conversation_id if booking.case else None
    if thread is not None and note.strip():
        text = f"{booking.number}: {clip(note.strip(), LONGEST_NOTE)}"
        add_note(conversation_id=thread, text=text, by=author.by, author_name=author.name, at=at)


def _held(booking_id: UUID, viewer: Viewer) -> Booking:
    if booking_for(viewer, booking_id, WRITE) is None:
        raise BookingNotFound(BookingNotFound.__doc__)
    return hold_booking(booking_id)
