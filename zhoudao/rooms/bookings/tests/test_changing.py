"""Moving, cancelling, and the day itself: arrived, under way, done with a result, or not come."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.rooms.bookings.commands.changing import cancel_booking, move_booking
from zhoudao.rooms.bookings.commands.serving import (
    begin_booking,
    finish_booking,
    note_arrival,
    note_missed,
    take_back,
)
from zhoudao.rooms.bookings.models import Booking, State
from zhoudao.rooms.bookings.refusals import (
    BookingNotFound,
    BookingOver,
    NotArrived,
    OutcomeUnknown,
    SlotTaken,
    TooEarly,
    TooLateToChange,
)
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.told import note_of
from zhoudao.rooms.cases.tests.shop import open_shop

pytestmark = pytest.mark.django_db(transaction=True)
THEM, US = By("visitor:x"), By("user:x")


@pytest.fixture
def salon() -> Salon:
    return open_salon(open_shop())


def test_moved_it_frees_the_old_time_and_keeps_its_person_when_that_can_be(salon: Salon) -> None:
    booking = salon.books("10:00", person="xu")
    salon.books("14:00", person="luo")
    moved = move_booking(booking_id=booking.id, starts_at=moment("10:30"), by=US, now=salon.now)
    assert (moved.person, moved.moves) == (salon.counter.people["xu"], 1), "its own old time is no obstacle"
    assert "09:30" in salon.free()
    told = Event.objects.get(type="bookings.BookingMoved").attributes
    assert (told["was_at"], told["whose"]) == (moment("10:00").isoformat(), "by_us")


def test_when_the_new_time_is_taken_the_old_one_stays(salon: Salon) -> None:
    booking = salon.books("10:00")
    salon.books("14:00")
    salon.books("14:00")
    with pytest.raises(SlotTaken):
        move_booking(booking_id=booking.id, starts_at=moment("14:00"), by=US, now=salon.now)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.state) == (moment("10:00"), State.BOOKED)


def test_customers_change_it_until_two_hours_before(salon: Salon) -> None:
    booking = salon.books("14:00", day=salon.shop.now.date())
    salon.shop.now = moment("12:30", salon.shop.now.date())
    with pytest.raises(TooLateToChange):
        move_booking(booking_id=booking.id, starts_at=moment("10:00"), by=THEM, now=salon.now)
    with pytest.raises(TooLateToChange):
        cancel_booking(booking_id=booking.id, by=THEM, at=salon.shop.now)
    assert move_booking(booking_id=booking.id, starts_at=moment("10:00"), by=US, now=salon.now)
    assert cancel_booking(booking_id=booking.id, by=THEM, at=salon.shop.now).state == State.CANCELLED


def test_cancelled_twice_is_cancelled_once_and_the_time_is_free(salon: Salon) -> None:
    booking = salon.books("10:00")
    salon.books("10:00")
    for _ in range(2):
        cancel_booking(booking_id=booking.id, by=THEM, at=salon.shop.now)
    assert Event.objects.filter(type="bookings.BookingCancelled").count() == 1
    assert "10:00" in salon.free()
    with pytest.raises(BookingOver):
        move_booking(booking_id=booking.id, starts_at=moment("11:00"), by=US, now=salon.now)


def test_cancelling_and_moving_at_once_leave_one_of_them(salon: Salon) -> None:
    booking = salon.books("10:00")

    def change(number: int) -> str:
        try:
            if number % 2:
                move_booking(booking_id=booking.id, starts_at=moment("11:00"), by=US, now=salon.now)
            else:
                cancel_booking(booking_id=booking.id, by=US, at=salon.shop.now)
        except BookingOver:
            return "over"
        finally:
            connection.close()
        return "moved" if number % 2 else "cancelled"

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(change, range(6)))
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED
    assert Event.objects.filter(type="bookings.BookingCancelled").count() == 1
    assert Event.objects.filter(type="bookings.BookingMoved").count() == done.count("moved")


def test_from_arrival_to_result(salon: Salon) -> None:
    luo, booking = salon.viewer("luo"), salon.books("10:00")
    with pytest.raises(NotArrived):
        finish_booking(booking_id=booking.id, outcome="solved", note="", viewer=luo, at=moment("10:00"))
    for _ in range(2):
        note_arrival(booking_id=booking.id, by=By(luo.actor), at=moment("09:50"))
    begin_booking(booking_id=booking.id, viewer=luo, at=moment("10:05"))
    with pytest.raises(OutcomeUnknown):
        finish_booking(booking_id=booking.id, outcome="nonsense", note="", viewer=luo, at=moment("10:30"))
    done = finish_booking(
        booking_id=booking.id, outcome="repair", note="水泵坏了，电话 13812348000", viewer=luo, at=moment("10:30")
    )
    assert (done.state, note_of(done)) == (State.DONE, "水泵坏了，电话 13812348000")
    assert "水泵" not in str(bytes(done.note_sealed or b""))
    told = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            told[language] = [line.text for line in timeline([booking.customer_id or booking.id])]
    assert told["en"][-1] == f"Booking {booking.number} took place: Taken in for repair"
    assert not set(told["zh-hans"]) & set(told["en"])
    early = Event.objects.get(type="bookings.CustomerArrived").attributes["minutes_early"]
    assert early == 10


def test_finished_early_the_rest_of_the_time_is_free_again(salon: Salon) -> None:
    luo = salon.viewer("luo")
    booking = salon.books("10:00", person="luo")
    salon.books("10:00", person="xu")
    begin_booking(booking_id=booking.id, viewer=luo, at=moment("09:55"))
    finish_booking(booking_id=booking.id, outcome="solved", note="", viewer=luo, at=moment("10:02"))
    assert "10:30" in salon.free()


def test_the_result_is_a_note_in_the_case(salon: Salon) -> None:
    case = salon.shop.hears("磨豆机漏水")
    booking = salon.books("10:00")
    Booking.objects.filter(id=booking.id).update(case=case)
    luo = salon.viewer("luo")
    begin_booking(booking_id=booking.id, viewer=luo, at=moment("10:00"))
    finish_booking(booking_id=booking.id, outcome="repair", note="水泵坏了", viewer=luo, at=moment("10:20"))
    assert case.conversation is not None
    note = case.conversation.messages.get(direction="note")
    assert note.text == f"{booking.number}: 水泵坏了"
    with translation.override("en"):
        assert any("took place" in line.text for line in timeline([case.id]))


def test_nobody_came_and_came_after_all(salon: Salon) -> None:
    luo, booking = salon.viewer("luo"), salon.books("10:00")
    with pytest.raises(TooEarly):
        note_missed(booking_id=booking.id, viewer=luo, by=US, at=moment("09:59"))
    note_missed(booking_id=booking.id, viewer=luo, by=US, at=moment("10:20"))
    assert take_back(booking_id=booking.id, viewer=luo, at=moment("10:30")).state == State.BOOKED
    note_missed(booking_id=booking.id, viewer=luo, by=US, at=moment("10:40"))
    with pytest.raises(BookingOver):
        take_back(booking_id=booking.id, viewer=luo, at=moment("10:40", WEDNESDAY + timedelta(days=1)))


def test_another_stores_booking_does_not_exist(salon: Salon) -> None:
    hu, booking = salon.viewer("hu"), salon.books("10:00")
    for act in (begin_booking, take_back):
        with pytest.raises(BookingNotFound):
            act(booking_id=booking.id, viewer=hu, at=moment("10:00"))
