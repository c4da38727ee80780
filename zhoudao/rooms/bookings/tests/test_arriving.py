"""Who has an appointment is one visit in the store's queue, called at their time; and calls are made when promised."""

from datetime import timedelta

import pytest

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.bookings import handlers
from zhoudao.rooms.bookings.commands.arriving import check_in
from zhoudao.rooms.bookings.commands.calling import calls_due, look_at_call
from zhoudao.rooms.bookings.commands.changing import move_booking
from zhoudao.rooms.bookings.commands.serving import begin_booking, finish_booking, note_missed
from zhoudao.rooms.bookings.commands.watching import register_kinds
from zhoudao.rooms.bookings.models import Booking, State
from zhoudao.rooms.bookings.queries.figures import Asked, behind, counted
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.visits.commands.calling import call_number, note_no_show
from zhoudao.rooms.visits.commands.serving import begin_serving, finish_visit
from zhoudao.rooms.visits.models import Line
from zhoudao.rooms.visits.refusals import NobodyWaits

pytestmark = pytest.mark.django_db(transaction=True)
DESK = By("user:x")


@pytest.fixture
def salon() -> Salon:
    dispatch.subscribe("bookings", handlers.TYPES, handlers.on_event)
    return open_salon(open_shop())


def arrives(salon: Salon, booking: Booking, clock: str) -> Booking:
    salon.shop.now = moment(clock)
    return check_in(booking_id=booking.id, source="kiosk", by=DESK, at=salon.shop.now)


def test_they_are_called_at_their_time_before_who_only_came(salon: Salon) -> None:
    booking = salon.books("10:00", person="luo")
    salon.shop.now = moment("09:30")
    early = salon.counter.takes("A")
    here = arrives(salon, booking, "09:50")
    assert here.visit is not None
    assert check_in(booking_id=booking.id, source="kiosk", by=DESK, at=salon.shop.now).visit == here.visit
    salon.counter.takes("C")
    salon.shop.now = moment("09:55")
    assert salon.counter.calls("xu").number.startswith("C"), "before their time they wait like everybody"
    salon.shop.now = moment("10:00")
    assert salon.counter.calls("luo") == here.visit
    early.refresh_from_db()
    assert early.state == "waiting"


def test_who_comes_too_late_waits_like_everybody_and_only_their_colleague_calls_them(salon: Salon) -> None:
    booking = salon.books("10:00", person="luo")
    salon.shop.now = moment("09:30")
    first = salon.counter.takes("A")
    here = arrives(salon, booking, "10:20")
    assert here.visit is not None
    assert here.visit.due_at is None
    assert salon.counter.calls("xu") == first
    begin_serving(visit_id=first.id, viewer=salon.viewer("xu"), at=salon.shop.now)
    finish_visit(visit_id=first.id, viewer=salon.viewer("xu"), at=salon.shop.now)
    with pytest.raises(NobodyWaits):
        salon.counter.calls("xu")
    call_number(visit_id=here.visit.id, counter="2", viewer=salon.viewer("xu"), at=salon.shop.now)


def test_the_booking_follows_its_number_and_its_result_is_written_after(salon: Salon) -> None:
    luo, booking = salon.viewer("luo"), salon.books("10:00", person="luo")
    arrives(salon, booking, "10:00")
    visit = salon.counter.calls("luo")
    begin_serving(visit_id=visit.id, viewer=luo, at=moment("10:05"))
    dispatch.drain()
    booking.refresh_from_db()
    assert (booking.state, booking.began_at) == (State.SERVING, moment("10:05"))
    finish_visit(visit_id=visit.id, viewer=luo, at=moment("10:25"))
    dispatch.drain()
    booking.refresh_from_db()
    assert (booking.state, booking.ended_at, booking.outcome) == (State.DONE, moment("10:25"), "")
    finish_booking(booking_id=booking.id, outcome="repair", note="水泵", viewer=luo, at=moment("10:30"))
    booking.refresh_from_db()
    assert (booking.outcome, booking.ended_at) == ("repair", moment("10:25"))


def test_called_in_vain_nobody_came_after_all(salon: Salon) -> None:
    booking = salon.books("10:00", person="luo")
    arrives(salon, booking, "10:00")
    visit = salon.counter.calls("luo")
    note_no_show(visit_id=visit.id, viewer=salon.viewer("luo"), at=salon.shop.now)
    dispatch.drain()
    booking.refresh_from_db()
    assert booking.state == State.NO_SHOW


def test_without_a_line_or_numbers_a_colleague_fetches_them(salon: Salon) -> None:
    Line.objects.update(is_paused=True)
    here = arrives(salon, salon.books("10:00"), "09:58")
    assert (here.state, here.visit) == (State.ARRIVED, None)
    fitting = arrives(salon, salon.books("14:00", "fitting"), "14:00")
    assert fitting.visit is None


def test_whoever_promised_a_call_is_told_once_when_it_is_due_and_others_when_it_was_not_made(salon: Salon) -> None:
    register_kinds()
    people = salon.counter.people
    Grant.objects.filter(user=people["luo"]).update(role="team_lead")
    booking = salon.books("10:00", "call", person="xu")
    assert calls_due(moment("09:57")) == []
    assert calls_due(moment("09:58")) == [booking.id]
    assert [look_at_call(booking.id, at=moment("09:58")) for _ in range(2)] == [booking, None]
    assert Notice.objects.get(kind="booking_call").user == people["xu"]
    assert look_at_call(booking.id, at=moment("10:05")) == booking
    assert look_at_call(booking.id, at=moment("10:06")) is None
    assert {one.user for one in Notice.objects.filter(kind="call_missed")} == {people["xu"], people["luo"]}
    assert Event.objects.filter(type="bookings.CallLate", primary_id=booking.id).count() == 1
    assert calls_due(moment("18:00")) == []


def test_a_call_that_was_made_or_moved_is_not_looked_at_again(salon: Salon) -> None:
    register_kinds()
    booking = salon.books("10:00", "call", person="xu")
    look_at_call(booking.id, at=moment("09:58"))
    begin_booking(booking_id=booking.id, viewer=salon.viewer("xu"), at=moment("10:00"))
    assert look_at_call(booking.id, at=moment("10:05")) is None
    assert not Notice.objects.filter(kind="call_missed").exists()
    other = salon.books("11:00", "call", person="xu")
    move_booking(booking_id=other.id, starts_at=moment("14:00"), by=DESK, now=salon.now)
    assert calls_due(moment("13:57")) == []
    assert calls_due(moment("13:58")) == [other.id]
    assert salon.books("15:00", "test").next_at is None


def test_figures_equal_an_independent_recount(salon: Salon) -> None:
    luo = salon.viewer("luo")
    for clock, arrived, began in (
        ("09:00", "08:55", "09:04"),
        ("10:00", "10:10", "10:12"),
        ("11:00", "10:58", "10:59"),
    ):
        booking = salon.books(clock, "fitting")
        arrives(salon, booking, arrived)
        begin_booking(booking_id=booking.id, viewer=luo, at=moment(began))
        finish_booking(
            booking_id=booking.id, outcome="solved", note="", viewer=luo, at=moment(began) + timedelta(hours=1)
        )
    salon.shop.now = moment("08:00")
    note_missed(booking_id=salon.books("14:00", "fitting").id, by=DESK, at=moment("15:00"))
    salon.books("16:00", "test")
    asked = Asked(salon.store, WEDNESDAY, WEDNESDAY)
    row = counted(asked)[None]
    seen = list(Booking.objects.all())
    waits = sorted(
        max(timedelta(0), b.began_at - max(b.arrived_at, b.starts_at)) for b in seen if b.began_at and b.arrived_at
    )
    leads = sorted(b.starts_at - b.booked_at for b in seen)
    assert (row.booked, row.kept, row.no_shows, row.over) == (5, 3, 1, 4)
    assert row.no_show == 0.25
    assert row.waiting == waits[1] == timedelta(minutes=2)
    assert row.lead == leads[2]
    assert row.booked == behind(asked, "bookings.booked", None).count()
    assert row.kept == behind(asked, "bookings.kept", None).count()
    assert row.no_shows == behind(asked, "bookings.no_show", None).count()
    assert len(waits) == behind(asked, "bookings.waiting", None).count()
    assert counted(Asked(salon.store, WEDNESDAY + timedelta(1), WEDNESDAY + timedelta(1)))[None].booked == 0
