"""A promised call is somebody's step at its time: done with a result, given up with the booking, never opened twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from zhoudao.conduct.flows import conductor, privacy
from zhoudao.conduct.flows.calls import open_call
from zhoudao.conduct.flows.commands import complete_task, ensure_shipped_flows
from zhoudao.conduct.flows.models import Run, RunStatus, Task
from zhoudao.conduct.flows.queries import open_tasks
from zhoudao.conduct.flows.refusals import FormIncomplete
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.booking import Asked, book
from zhoudao.rooms.bookings.commands.changing import cancel_booking, move_booking
from zhoudao.rooms.bookings.commands.serving import finish_booking, note_missed, take_back
from zhoudao.rooms.bookings.models import Booking, Letter, State
from zhoudao.rooms.bookings.tests.salon import Salon, moment, open_salon
from zhoudao.rooms.bookings.told import Told, note_of
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon() -> Salon:
    dispatch.subscribe("flows", conductor.TYPES, conductor.on_event)
    salon = open_salon(open_shop())
    ensure_shipped_flows(salon.shop.now)
    return salon


def due(salon: Salon, clock: str = "10:00") -> tuple[Booking, Task]:
    """A call whose time has come, and its step."""
    booking = salon.books(clock, "call", person="xu")
    salon.shop.now = booking.starts_at - timedelta(minutes=2)
    open_call(booking.id, at=salon.shop.now)
    return booking, Task.objects.get(object_id=booking.id, completed_at=None, cancelled_at=None)


def does(salon: Salon, task: Task, outcome: str, note: str = "", name: str = "xu") -> None:
    viewer = salon.viewer(name)
    result = {"outcome": outcome, "note": note}
    complete_task(task_id=task.id, result=result, by=By(viewer.actor), viewer=viewer, at=moment("10:08"))


def state(booking: Booking) -> tuple[str, str]:
    booking.refresh_from_db()
    return booking.state, booking.outcome


def test_at_its_time_it_is_a_step_of_whoever_promised_it_with_a_time_and_an_outcome(salon: Salon) -> None:
    booking, task = due(salon)
    assert (task.assignee, task.store) == (salon.counter.people["xu"], salon.store)
    assert task.due_at == moment("10:05")
    open_call(booking.id, at=moment("09:59"))
    open_call(booking.id, at=moment("10:06"))
    assert Task.objects.count() == 1
    (row,) = open_tasks(salon.viewer("xu"), at=moment("10:00"), mine=True).rows
    assert (row.booking_number, row.case_number, row.is_mine) == (booking.number, "", True)
    assert [one.id for one in open_tasks(salon.viewer("luo"), at=moment("10:00")).rows] == [task.id], (
        "the store sees it"
    )
    assert open_tasks(salon.shop.viewer("hu"), at=moment("10:00")).rows == []
    with pytest.raises(FormIncomplete):
        does(salon, task, "")
    does(salon, task, "follow_up", "下周再聊")
    assert state(booking) == (State.DONE, "follow_up")
    assert note_of(booking) == "下周再聊"
    run = Run.objects.get()
    assert run.status == RunStatus.COMPLETED
    task.refresh_from_db()
    assert "下周再聊" not in f"{task.result} {run.data}", "the words are sealed at the booking, and nowhere else"
    open_call(booking.id, at=moment("12:00"))
    assert Task.objects.count() == 1


def test_nobody_answered_and_they_are_offered_another_time(salon: Salon) -> None:
    booking, task = due(salon)
    does(salon, task, "not_reached")
    assert state(booking) == (State.NO_SHOW, "")
    assert Letter.objects.filter(booking=booking, kind="missed").exists()
    take_back(booking_id=booking.id, viewer=salon.viewer("xu"), at=moment("10:20"))
    dispatch.drain()
    open_call(booking.id, at=moment("10:20"))
    assert Task.objects.filter(object_id=booking.id, completed_at=None).count() == 1, "the call is to be made again"


def test_written_at_the_booking_the_step_is_done_by_itself(salon: Salon) -> None:
    booking, task = due(salon)
    viewer = salon.viewer("xu")
    finish_booking(booking_id=booking.id, outcome="solved", note="", viewer=viewer, at=moment("10:04"))
    dispatch.drain()
    task.refresh_from_db()
    assert (task.completed_by, Run.objects.get().status) == (viewer.actor, RunStatus.COMPLETED)
    assert state(booking) == (State.DONE, "solved")


@pytest.mark.parametrize("what", ["cancelled", "missed"])
def test_the_step_goes_with_the_booking(salon: Salon, what: str) -> None:
    booking, task = due(salon)
    if what == "cancelled":
        cancel_booking(booking_id=booking.id, by=By("user:x"), at=moment("10:01"))
    else:
        note_missed(booking_id=booking.id, by=By("user:x"), at=moment("10:03"))
    dispatch.drain()
    task.refresh_from_db()
    assert task.cancelled_at is not None
    open_call(booking.id, at=moment("10:06"))
    assert Run.objects.get().status == RunStatus.CANCELLED


def test_moved_it_waits_for_its_new_time_and_given_to_a_colleague_it_is_theirs_at_once(salon: Salon) -> None:
    booking, task = due(salon)
    luo = salon.counter.people["luo"]
    salon.shop.now = moment("09:59")
    move_booking(booking_id=booking.id, starts_at=moment("10:00"), person_id=luo.pk, by=By("user:x"), now=salon.now)
    dispatch.drain()
    open_call(booking.id, at=moment("09:59"))
    again = Task.objects.get(completed_at=None, cancelled_at=None)
    assert (again.assignee, again.id != task.id) == (luo, True)
    move_booking(booking_id=booking.id, starts_at=moment("15:00"), by=By("user:x"), now=salon.now)
    dispatch.drain()
    assert not Task.objects.filter(completed_at=None, cancelled_at=None).exists()
    open_call(booking.id, at=moment("14:58"))
    assert Task.objects.get(completed_at=None, cancelled_at=None).due_at == moment("15:05")


def test_of_a_case_the_note_is_read_there_by_its_authors_name(salon: Salon) -> None:
    case = salon.shop.hears("桌子什么时候到？")
    asked = Asked(
        salon.slot("10:00", "call"), case.id, "desk", Told(phone="13812348000"), case_id=case.id, is_ours=True
    )
    booking = book(asked, by=By("user:x"), now=salon.now)
    open_call(booking.id, at=moment("09:58"))
    task = Task.objects.get(object_id=booking.id)
    name = "xu" if task.assignee == salon.counter.people["xu"] else "luo"
    does(salon, task, "solved", "周五送到", name)
    note = Message.objects.get(text__contains="周五送到")
    assert note.author_name == salon.counter.people[name].name


def test_two_clocks_open_one_step(salon: Salon) -> None:
    booking = salon.books("10:00", "call", person="xu")

    def knock() -> None:
        open_call(booking.id, at=moment("09:58"))
        connections.close_all()

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Task.objects.filter(object_id=booking.id).count() == 1
    assert connection.is_usable()


def test_who_is_forgotten_is_called_no_more(salon: Salon) -> None:
    booking, task = due(salon)
    assert booking.customer_id is not None
    assert len(privacy.held([booking.customer_id])) == 1
    with transaction.atomic():
        privacy.forget([booking.customer_id], moment("10:00"))
    task.refresh_from_db()
    assert task.cancelled_at is not None
