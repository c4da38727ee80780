"""Booking a time: what is free, taken once, held while a form is filled in, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import TimestamptzRange

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.booking import (
    Asked,
    Slot,
    book,
    confirm_hold,
    hold_slot,
    let_go_of_expired,
    release_hold,
)
from zhoudao.rooms.bookings.models import Booking, State
from zhoudao.rooms.bookings.queries.slots import Now, free_times
from zhoudao.rooms.bookings.refusals import ContactMissing, ContactUnsound, HoldOver, ServiceUnknown, SlotTaken
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.told import Told, told_of
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.staff.absences import end_absence, note_absence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon() -> Salon:
    return open_salon(open_shop())


def test_times_lie_in_the_shifts_of_who_does_it(salon: Salon) -> None:
    free = salon.free()
    assert (free[0], free[-1]) == ("09:00", "17:30")
    assert "11:30" in free
    assert "12:00" not in free, "the break belongs to nobody"
    assert len(free) == 6 + 10


def test_a_booking_takes_its_person_with_what_is_kept_free_after_it(salon: Salon) -> None:
    first = salon.books("10:00")
    second = salon.books("10:00")
    assert {first.person, second.person} == {salon.counter.people["luo"], salon.counter.people["xu"]}
    free = salon.free()
    assert "10:00" not in free
    assert "10:30" not in free, "ten minutes are kept free after a test"
    assert "09:30" not in free, "and the one before would run into it"
    assert "11:00" in free
    with pytest.raises(SlotTaken):
        salon.books("10:00")


def test_places_are_taken_one_by_one_and_no_people(salon: Salon) -> None:
    rooms = [salon.books("14:00", "fitting").unit for _ in range(2)]
    assert rooms == [1, 2]
    with pytest.raises(SlotTaken):
        salon.books("14:00", "fitting")
    assert "14:00" in salon.free("test")


def test_work_is_spread_and_a_wish_for_somebody_is_kept(salon: Salon) -> None:
    xu = salon.counter.people["xu"]
    assert salon.books("09:00", person="xu").person == xu
    assert salon.books("16:00").person == salon.counter.people["luo"], "who has less to do that day"
    with pytest.raises(SlotTaken):
        salon.books("09:00", person="xu")


def test_customers_keep_to_lead_time_and_horizon_and_colleagues_need_not(salon: Salon) -> None:
    today = salon.shop.now.date()
    assert salon.free(day=today)[0] == "11:00", "one hour ahead"
    assert salon.free(day=today, is_ours=True)[0] == "10:00"
    assert salon.free(day=WEDNESDAY + timedelta(days=60)) == []
    assert salon.free(day=WEDNESDAY + timedelta(days=56), is_ours=True)
    with pytest.raises(SlotTaken):
        hold_slot(salon.slot("10:30", day=today), asked_id=uuid4(), source="portal", now=salon.now)


def test_who_is_away_is_not_booked(salon: Salon) -> None:
    by, people = By("user:x"), salon.counter.people
    away = note_absence(
        user_id=people["luo"].pk, starts_at=moment("09:00"), ends_at=moment("12:00"), by=by, at=salon.shop.now
    )
    assert salon.books("09:00").person == people["xu"]
    assert "09:00" not in salon.free()
    end_absence(absence_id=away.id, by=by, at=salon.shop.now)
    assert "09:00" in salon.free()


def test_asked_twice_is_one_booking_and_says_so_once(salon: Salon) -> None:
    asked_id = uuid4()
    assert salon.books(asked_id=asked_id) == salon.books(asked_id=asked_id)
    made = Event.objects.get(type="bookings.BookingMade")
    assert made.attributes["number"].startswith("B2026-")
    assert "王" not in str(made.attributes)


def test_a_hold_keeps_the_time_and_lets_it_go(salon: Salon) -> None:
    slot, now = salon.slot("10:00", "call"), salon.now
    holds = [hold_slot(slot, asked_id=uuid4(), source="portal", now=now) for _ in range(2)]
    with pytest.raises(SlotTaken):
        hold_slot(slot, asked_id=uuid4(), source="portal", now=now)
    later = Now(now.at, now.real + timedelta(minutes=9))
    with pytest.raises(HoldOver):
        confirm_hold(token=holds[0].token, told=Told("王小姐", "13812348000"), now=later)
    third = hold_slot(slot, asked_id=uuid4(), source="portal", now=later)
    assert not Booking.objects.filter(id=holds[0].id).exists()
    booked = confirm_hold(token=third.token, told=Told("王小姐", "13812348000"), now=later)
    assert confirm_hold(token=third.token, told=Told(), now=later) == booked, "sent twice"
    assert booked.state == State.BOOKED
    fourth = hold_slot(slot, asked_id=uuid4(), source="portal", now=later)
    release_hold(fourth.token)
    assert hold_slot(slot, asked_id=uuid4(), source="portal", now=later)
    assert let_go_of_expired(real_now=later.real) == 0
    assert let_go_of_expired(real_now=later.real + timedelta(minutes=8)) == 1
    assert Booking.objects.get() == booked


def test_who_chooses_another_time_lets_the_first_one_go(salon: Salon) -> None:
    first = hold_slot(salon.slot("10:00"), asked_id=uuid4(), source="portal", now=salon.now)
    second = hold_slot(salon.slot("11:00"), asked_id=uuid4(), source="portal", now=salon.now, let_go=first.id)
    assert list(Booking.objects.all()) == [second]


def test_what_they_say_is_sealed_and_makes_a_record_that_opens_nothing(salon: Salon) -> None:
    booking = salon.books(words="磨豆机漏水，电话 13899990000", email="Wang@Example.com", answers={"q": "型号甲"})
    told = told_of(booking)
    assert (told.phone, told.email, told.answers) == ("+8613812348000", "wang@example.com", {"q": "型号甲"})
    assert told.masked.name == "王**"
    assert "13899990000" not in told.masked.words
    assert "磨豆机" not in str(bytes(booking.told_sealed or b""))
    again = salon.books("11:00", email="wang@example.com")
    assert booking.customer_id == again.customer_id, "the same number and address find the same record"
    assert Customer.objects.get().identities.filter(kind="phone", suggested=True).count() == 1


def test_what_is_missing_or_wrong_is_refused_and_takes_nothing(salon: Salon) -> None:
    wrongs: list[dict[str, Any]] = [{"phone": "12"}, {"email": "x@"}]
    lacks: list[dict[str, Any]] = [{"name": " "}, {"phone": ""}]
    for wrong in wrongs:
        with pytest.raises(ContactUnsound):
            salon.books(**wrong)
    for missing in lacks:
        with pytest.raises(ContactMissing):
            salon.books(**missing)
    with pytest.raises(ServiceUnknown):
        book(Asked(Slot(uuid4(), salon.store.id, moment("10:00")), uuid4(), "desk"), by=By("user:x"), now=salon.now)
    assert not Booking.objects.exists()
    assert not Customer.objects.exists()


def test_the_last_time_is_taken_by_one_of_many(salon: Salon) -> None:
    slot = salon.slot("10:00")

    def one(number: int) -> bool:
        asked = Asked(slot, uuid4(), "desk", Told(f"客户{number}", f"138000000{number:02d}"), is_ours=True)
        try:
            book(asked, by=By("user:x"), now=salon.now)
        except SlotTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(one, range(32)))
    assert sum(won) == 2, "Luo and Xu are free then, nobody else"
    assert Booking.objects.values("person").distinct().count() == 2


def test_the_database_itself_refuses_a_person_or_a_place_taken_twice(salon: Salon) -> None:
    for first in (salon.books("10:00"), salon.books("14:00", "fitting")):
        again = Booking.objects.get(id=first.id)
        again.id, again.number, again.token, again.asked_id = (
            uuid4(),
            f"X{first.number}",
            f"{first.token}x"[-40:],
            uuid4(),
        )
        again.busy = TimestamptzRange(first.starts_at + timedelta(minutes=29), first.ends_at + timedelta(minutes=90))
        with pytest.raises(IntegrityError, match="one_booking_a"), transaction.atomic():
            again.save(force_insert=True)
        Booking.objects.filter(id=first.id).update(state=State.CANCELLED)
        again.save(force_insert=True)


def test_a_month_of_times_costs_few_statements(salon: Salon, django_assert_max_num_queries: object) -> None:
    for clock in ("09:00", "10:00", "13:00"):
        salon.books(clock)
    days = (WEDNESDAY, WEDNESDAY + timedelta(days=28))
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # a fixture's function
        assert len(free_times(salon.offer("test"), days, salon.now)) > 200
