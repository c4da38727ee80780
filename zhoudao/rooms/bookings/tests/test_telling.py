"""Customers are told of their bookings: once each, by their own way, not at night, and never what is no longer true."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.bookings.commands import telling
from zhoudao.rooms.bookings.commands.booking import Asked, book
from zhoudao.rooms.bookings.commands.changing import cancel_booking, confirm_coming, move_booking
from zhoudao.rooms.bookings.commands.serving import note_arrival, note_missed
from zhoudao.rooms.bookings.commands.telling import Reminders, save_reminders, send_letter
from zhoudao.rooms.bookings.commands.watching import register_kinds, tell_of_misfits
from zhoudao.rooms.bookings.models import Booking, Letter
from zhoudao.rooms.bookings.queries.misfits import misfits_in
from zhoudao.rooms.bookings.refusals import RemindersUnsound
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.staff.absences import note_absence

pytestmark = pytest.mark.django_db(transaction=True)
THEM = By("visitor:x")


@pytest.fixture
def salon() -> Salon:
    return open_salon(open_shop())


def for_a_case(salon: Salon, clock: str = "14:00", day: Any = WEDNESDAY) -> Booking:
    """A booking of somebody who chats."""
    case = salon.shop.hears("桌子什么时候到？")
    asked = Asked(salon.slot(clock, day=day), uuid4(), "desk", Told(words="看看"), case_id=case.id, is_ours=True)
    return book(asked, by=By("user:x"), now=salon.now)


def tell_until(salon: Salon, at: datetime) -> list[str]:
    """The clock goes on to `at`; what customers were told, in order."""
    while (letter := Letter.objects.filter(due_at__lte=at).order_by("due_at", "id").first()) is not None:
        assert letter.due_at is not None
        send_letter(letter.id, at=letter.due_at, real_now=letter.due_at)
    return [one.text for one in Message.objects.filter(is_auto=True, text__contains="/b/").order_by("sent_at", "id")]


def test_they_are_told_at_once_a_day_and_two_hours_before(salon: Salon) -> None:
    booking = for_a_case(salon, day=WEDNESDAY + timedelta(days=1))
    due = dict(booking.letters.values_list("kind", "due_at"))
    assert due == {
        "made": salon.shop.now,
        "first": moment("14:00"),
        "second": moment("12:00", WEDNESDAY + timedelta(days=1)),
    }
    told = tell_until(salon, booking.starts_at)
    assert len(told) == 3
    assert all(booking.token in text for text in told)
    assert booking.number in told[0]
    assert "看看" not in "".join(told), "what they said is not repeated"
    booking.refresh_from_db()
    assert booking.case is not None
    assert booking.conversation_id == booking.case.conversation_id


def test_nobody_is_woken_up(salon: Salon) -> None:
    early = for_a_case(salon, "09:00")
    due = dict(early.letters.values_list("kind", "due_at"))
    assert due["second"] == moment("20:30", salon.shop.now.date()), "not at seven: the evening before"
    assert "first" not in due, "it was booked less than a day before"


def test_moved_there_are_new_reminders_and_the_old_ones_are_told_nobody(salon: Salon) -> None:
    booking = for_a_case(salon)
    tell_until(salon, salon.shop.now)
    move_booking(booking_id=booking.id, starts_at=moment("16:00"), by=THEM, now=salon.now)
    due = {kind: due_at for kind, due_at in booking.letters.filter(sent_at=None).values_list("kind", "due_at")}
    assert due["second"] == moment("14:00")
    told = tell_until(salon, moment("15:59"))
    assert len(told) == 4, "made, moved, first, second"
    assert "16:00" in told[-1]
    assert not any("14:00" in text for text in told[1:])


def test_cancelled_there_is_one_more_letter_and_no_reminder(salon: Salon) -> None:
    booking = for_a_case(salon)
    tell_until(salon, salon.shop.now)
    cancel_booking(booking_id=booking.id, by=THEM, at=salon.shop.now)
    told = tell_until(salon, moment("15:00"))
    assert len(told) == 2
    assert "取消" in told[-1]


def test_who_is_here_is_reminded_of_nothing_and_who_missed_it_is_offered_another_time(salon: Salon) -> None:
    here, missed = for_a_case(salon, "14:00"), for_a_case(salon, "14:00")
    tell_until(salon, salon.shop.now)
    note_arrival(booking_id=here.id, by=THEM, at=salon.shop.now)
    assert not here.letters.filter(sent_at=None).exists()
    note_missed(booking_id=missed.id, by=THEM, at=moment("14:20"))
    assert "没能" in tell_until(salon, moment("15:00"))[-1]


def test_killed_half_way_it_is_told_once(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    booking, write = for_a_case(salon), reply
    letter = booking.letters.get(kind="made")

    def killed(**asked: Any) -> Message:
        write(**asked)
        raise KeyboardInterrupt

    monkeypatch.setattr(telling, "reply", killed)
    with pytest.raises(KeyboardInterrupt):
        send_letter(letter.id, at=salon.shop.now, real_now=salon.shop.now)
    assert not Message.objects.filter(is_auto=True).exists()
    monkeypatch.setattr(telling, "reply", write)
    for _ in range(3):
        send_letter(letter.id, at=salon.shop.now, real_now=salon.shop.now)
    assert Message.objects.filter(is_auto=True, text__contains=booking.token).count() == 1


def test_who_left_an_address_gets_mail_and_who_left_a_phone_is_called(salon: Salon) -> None:
    Channel.objects.create(code="mail", kind="email", store=salon.shop.cast.stores["web"])
    by_mail, by_phone = (
        salon.books("14:00", email="wang@example.com"),
        salon.books("15:00", name="陈", phone="13900000000"),
    )
    tell_until(salon, salon.shop.now)
    mail = Message.objects.get(is_auto=True)
    assert (mail.status, mail.conversation.channel.code) == ("queued", "mail")
    assert mail.conversation.subject == by_mail.number
    assert by_phone.letters.get(kind="made").spared == "not_wanted"
    again = salon.books("16:00", email="WANG@example.com")
    tell_until(salon, salon.shop.now)
    assert again.customer_id == by_mail.customer_id
    assert Message.objects.filter(is_auto=True, conversation=mail.conversation).count() == 2, "one person, one thread"


def test_confirmed_twice_is_confirmed_once(salon: Salon) -> None:
    booking = for_a_case(salon)
    for _ in range(2):
        confirm_coming(booking_id=booking.id, by=THEM, at=salon.shop.now)
    booking.refresh_from_db()
    assert booking.confirmed_at == salon.shop.now


def test_reminders_are_set_for_all_stores_and_make_sense(salon: Salon) -> None:
    admin, at = salon.viewer("admin"), salon.shop.now
    save_reminders(Reminders(0, 60, False, None, None), viewer=admin, at=at)
    booking = for_a_case(salon)
    assert set(booking.letters.values_list("kind", flat=True)) == {"made", "second"}
    note_missed(booking_id=booking.id, by=THEM, at=moment("14:20"))
    assert not booking.letters.filter(kind="missed").exists()
    for wrong in (Reminders(60, 120, True, None, None), Reminders(-60, 0, True, None, None)):
        with pytest.raises(RemindersUnsound):
            save_reminders(wrong, viewer=admin, at=at)


def test_what_no_longer_fits_is_listed_with_a_suggestion_and_told_once(salon: Salon) -> None:
    register_kinds()
    luo, at = salon.counter.people["luo"], salon.shop.now
    booking = salon.books("10:00", person="luo")
    salon.books("14:00", person="luo")
    assert misfits_in(salon.store.id, salon.now) == []
    note_absence(user_id=luo.pk, starts_at=moment("09:00"), ends_at=moment("12:00"), by=THEM, at=at)
    [misfit] = misfits_in(salon.store.id, salon.now)
    assert (misfit.booking, misfit.why, misfit.colleague_id) == (booking, "away", salon.counter.people["xu"].pk)
    salon.books("10:00", person="xu")
    [misfit] = misfits_in(salon.store.id, salon.now)
    assert misfit.colleague_id is None
    assert misfit.next is not None
    assert misfit.next.starts_at == moment("11:00")
    told = tell_of_misfits(salon.store.id, at=at)
    assert (told, tell_of_misfits(salon.store.id, at=at)) == (2, 0), "Luo and Xu, once"
    assert Notice.objects.filter(kind="booking_misfit").count() == 2
    move_booking(booking_id=booking.id, starts_at=moment("11:00"), by=By("user:x"), now=salon.now)
    assert misfits_in(salon.store.id, salon.now) == []
