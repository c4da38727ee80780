"""Telling by text message whom nothing else reaches: agreed to, not at night, not without end, once.

The gateway is asked by a job; until it has taken a message the letter is due again, so that what was lost with its
process is sent by the clock. The letter's id is the message's: twice is one message to the gateway.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.commands.holding import tell
from zhoudao.rooms.bookings.events import TextsRefused, ToldByText
from zhoudao.rooms.bookings.models import Booking, Letter, ReminderRule
from zhoudao.rooms.bookings.told import told_of
from zhoudao.rooms.bookings.wording import letter_text
from zhoudao.rooms.entrances.commands.gateway import gateway

JOB = "channels.text_letter"
MOST_ATTEMPTS = 5
MOST_A_DAY = 8  # to one number, whoever typed it
_AGAIN = timedelta(minutes=2)
_ACTOR = "system:bookings"


@frozen
class Text:
    """A message for the gateway."""

    number: str
    words: str
    language: str


def why_not(booking: Booking, rule: ReminderRule, *, at: datetime) -> str:
    """Why they cannot be told by text message, as a code; empty when they can."""
    if booking.phone_index is None:
        return "no_way"
    if not rule.texts:
        return "off"
    if not booking.may_text:
        return "not_wanted"
    if gateway() is None:
        return "no_gateway"
    same = Letter.objects.filter(booking__phone_index=booking.phone_index, by_text=True)
    lately = same.filter(sent_at__gt=at - timedelta(days=1), sent_at__lte=at)
    return "too_many" if lately.count() >= MOST_A_DAY else ""


def begin_text(letter: Letter, *, at: datetime) -> None:
    """This will hand a held letter to the job that asks the gateway; the caller saves it."""
    if letter.attempts >= MOST_ATTEMPTS:
        letter.spared = "failed"
        return
    letter.by_text, letter.attempts = True, letter.attempts + 1
    letter.due_at = at + _AGAIN * letter.attempts
    app.configure_task(JOB).defer(letter_id=str(letter.id))


def text_of(letter_id: UUID) -> Text | None:
    """What is to be sent; None when it was, or is no longer to be."""
    letter = Letter.objects.filter(id=letter_id, by_text=True, sent_at=None, spared="").first()
    if letter is None:
        return None
    booking = Booking.objects.select_related("service", "store").get(id=letter.booking_id)
    number = told_of(booking).phone
    return Text(number, letter_text(booking, letter.kind), booking.language) if number else None


@transaction.atomic
def text_went(letter_id: UUID, *, at: datetime) -> None:
    """This will note that the gateway took it."""
    letter = Letter.objects.select_for_update().filter(id=letter_id, sent_at=None).first()
    if letter is None:
        return
    letter.sent_at, letter.due_at, letter.failure = at, None, ""
    letter.save(update_fields=["sent_at", "due_at", "failure"])
    booking = Booking.objects.get(id=letter.booking_id)
    tell(booking, ToldByText(booking.number, letter.kind), by=By(_ACTOR), at=at)


@transaction.atomic
def text_failed(letter_id: UUID, *, why: str, is_final: bool) -> None:
    """This will note why it did not leave; the clock tries it again while that may help."""
    letter = Letter.objects.select_for_update().filter(id=letter_id, sent_at=None).first()
    if letter is None:
        return
    letter.failure = why[:200]
    if is_final or letter.attempts >= MOST_ATTEMPTS:
        letter.spared, letter.due_at = "failed", None
    letter.save(update_fields=["failure", "spared", "due_at"])


@transaction.atomic
def refuse_texts(*, booking_id: UUID, by: By, at: datetime) -> None:
    """This will send no more text messages about it; twice is once."""
    booking = Booking.objects.select_for_update(of=("self",)).get(id=booking_id)
    if booking.may_text:
        booking.may_text = False
        booking.save(update_fields=["may_text"])
        tell(booking, TextsRefused(booking.number), by=by, at=at)
