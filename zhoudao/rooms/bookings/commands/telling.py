"""What customers are told of their bookings, by the way they are usually answered: once each, never at night.

What is due is planned beside the change, in its transaction; the clock sends it. A letter and that it was sent are one
transaction, so that a process killed half-way has told nobody, and the next one does.
"""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.commands.texting import begin_text, why_not
from zhoudao.rooms.bookings.events import RemindersChanged
from zhoudao.rooms.bookings.models import Booking, Letter, ReminderRule, State
from zhoudao.rooms.bookings.refusals import RemindersUnsound
from zhoudao.rooms.bookings.ways import thread_to
from zhoudao.rooms.bookings.wording import letter_text
from zhoudao.rooms.conversations.commands import reply

ACTOR = "system:bookings"
_A_WEEK = 7 * 24 * 60
_COMPANY = UUID(int=1)
_AT_ONCE = frozenset(["made", "moved", "cancelled"])
_STATE_OF = {"cancelled": State.CANCELLED, "missed": State.NO_SHOW}


def reminder_rule() -> ReminderRule:
    """The rule as it stands."""
    return ReminderRule.objects.filter(id=1).first() or ReminderRule()


@frozen
class Reminders:
    """When customers are reminded; minutes before, 0 never."""

    first_minutes: int
    second_minutes: int
    tells_missed: bool
    quiet_from: time | None
    quiet_until: time | None
    texts: bool = True


@transaction.atomic
def save_reminders(wanted: Reminders, *, viewer: Viewer, at: datetime) -> ReminderRule:
    """This will remind of what is booked from now on in this way. Raises: RemindersUnsound."""
    first, second = wanted.first_minutes, wanted.second_minutes
    is_timely = 0 <= second <= _A_WEEK and 0 <= first <= _A_WEEK and (not first or not second or first > second)
    if not is_timely or (wanted.quiet_from is None) != (wanted.quiet_until is None):
        raise RemindersUnsound(RemindersUnsound.__doc__)
    rule, _ = ReminderRule.objects.update_or_create(id=1, defaults=asdict(wanted))
    fact = RemindersChanged(first, second)
    record(fact, at=at, by=By(viewer.actor), about=[About("company", _COMPANY)])
    return rule


def plan_letters(booking: Booking, kind: str, *, at: datetime) -> None:
    """This will tell the customer what has just happened, and remind them before it takes place.

    What was planned for an earlier time, or is no longer true, is told nobody.
    """
    Letter.objects.filter(booking=booking, sent_at=None, spared="").delete()
    rule = reminder_rule()
    if kind == "missed" and not rule.tells_missed:
        return
    due = {kind: at if kind in _AT_ONCE else _after(booking, rule, at)}
    if booking.state == State.BOOKED:
        due |= _reminders(booking, rule, at)
    rows = [Letter(booking=booking, kind=code, about=booking.starts_at, due_at=when) for code, when in due.items()]
    Letter.objects.bulk_create(rows, ignore_conflicts=True)


def drop_letters(booking: Booking) -> None:
    """This will tell nothing more: they are here."""
    Letter.objects.filter(booking=booking, sent_at=None, spared="").delete()


@transaction.atomic
def send_letter(letter_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will tell what is due, if it is still true; safe to repeat."""
    rows = Letter.objects.select_for_update(of=("self",), skip_locked=True).filter(id=letter_id, due_at__lte=at)
    letter = rows.first()
    if letter is None:
        return
    booking = Booking.objects.select_related("service", "store", "customer").get(id=letter.booking_id)
    letter.due_at = None
    is_true = booking.state == _STATE_OF.get(letter.kind, State.BOOKED) and booking.starts_at == letter.about
    if not is_true or (letter.kind in ("first", "second") and booking.starts_at <= at):
        letter.spared = "over"
    elif (thread_id := thread_to(booking, at=at, actor=ACTOR)) is None:
        _text(letter, booking, at)
    else:
        _write(letter, booking, thread_id, at, real_now)
    letter.save()


def _text(letter: Letter, booking: Booking, at: datetime) -> None:
    """A telephone wakes people: what somebody else changed at night is told in the morning, if that is in time."""
    rule = reminder_rule()
    letter.spared = why_not(booking, rule, at=at)
    is_answer = letter.kind == "made" and booking.source == "portal"
    morning = at if is_answer else _after(booking, rule, at)
    if letter.spared:
        return
    if morning > at and booking.starts_at - morning >= timedelta(minutes=30):
        letter.due_at = morning
    else:
        begin_text(letter, at=at)


def _write(letter: Letter, booking: Booking, thread_id: UUID, at: datetime, real_now: datetime) -> None:
    reply(
        conversation_id=thread_id,
        text=letter_text(booking, letter.kind),
        by=By(ACTOR, store_id=booking.store_id),
        author_name="",
        at=at,
        real_now=real_now,
        is_auto=True,
        expects_answer=False,
    )
    letter.sent_at = at
    if booking.conversation_id != thread_id:
        Booking.objects.filter(id=booking.id).update(conversation=thread_id)


def _reminders(booking: Booking, rule: ReminderRule, at: datetime) -> dict[str, datetime]:
    """Each in time, or not at all: who books an hour before needs no reminder a day before."""
    wanted = {"first": rule.first_minutes, "second": rule.second_minutes}
    due = {
        code: _awake(booking, rule, booking.starts_at - timedelta(minutes=minutes))
        for code, minutes in wanted.items()
        if minutes
    }
    ahead = {code: when for code, when in due.items() if when > at + timedelta(minutes=30)}
    return {code: when for code, when in ahead.items() if code == "first" or when != ahead.get("first")}


def _awake(booking: Booking, rule: ReminderRule, due: datetime) -> datetime:
    """The moment itself; at night the next morning, or, when it begins before that is over, the evening before."""
    morning = _after(booking, rule, due)
    if morning == due or booking.starts_at - morning >= timedelta(minutes=30):
        return morning
    zone = ZoneInfo(booking.store.zone)
    assert rule.quiet_from is not None
    evening = datetime.combine(due.astimezone(zone).date(), rule.quiet_from, tzinfo=zone)
    if evening > due:
        evening -= timedelta(days=1)
    return (evening - timedelta(minutes=30)).astimezone(due.tzinfo)


def _after(booking: Booking, rule: ReminderRule, at: datetime) -> datetime:
    return after_quiet(at, begins=rule.quiet_from, ends=rule.quiet_until, zone=ZoneInfo(booking.store.zone))
