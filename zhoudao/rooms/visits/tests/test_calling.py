"""Calling and serving: in order, by one, each step with its time."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.ground.accounts.models import Grant, Team, User
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.visits.commands.calling import call_next, call_number, note_left, note_no_show
from zhoudao.rooms.visits.commands.needs import Wanted, save_need
from zhoudao.rooms.visits.commands.serving import begin_serving, begin_step, finish_visit, hand_over
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Lap, State, Turn, Visit
from zhoudao.rooms.visits.queries.line import line_of, standing
from zhoudao.rooms.visits.refusals import (
    CounterUnnamed,
    LineUnknown,
    NeedUnknown,
    NobodyWaits,
    StepUnknown,
    StillServing,
    VisitElsewhere,
    VisitNotCalled,
    VisitNotFound,
    VisitOver,
)
from zhoudao.rooms.visits.tests.store import Counter, open_counter
from zhoudao.rooms.visits.waiting import time_until_free

pytestmark = pytest.mark.django_db(transaction=True)
SPAN = st.integers(0, 7200).map(lambda seconds: timedelta(seconds=seconds))


@pytest.fixture
def counter() -> Counter:
    return open_counter(open_shop())


def test_two_who_click_at_once_never_get_the_same_number(counter: Counter) -> None:
    expected = [counter.takes().number for _ in range(8)]
    got: list[str] = []
    begin = threading.Barrier(2)

    def work(name: str) -> None:
        try:
            begin.wait()
            for _ in range(4):
                visit = counter.calls(name, counter=name)
                got.append(visit.number)
                finish_visit(visit_id=visit.id, viewer=counter.viewer(name), at=counter.shop.now)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[name]) for name in ("luo", "xu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == expected
    with pytest.raises(NobodyWaits):
        counter.calls()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=st.lists(st.sampled_from("ABC"), min_size=1, max_size=12))
def test_who_came_first_is_called_first_within_the_priority_of_their_need(counter: Counter, letters: list[str]) -> None:
    Turn.objects.all().delete()
    Visit.objects.all().delete()
    taken = [counter.takes(letter, at=counter.shop.later(seconds=7)) for letter in letters]
    called = []
    for _ in taken:
        visit = counter.calls()
        called.append(visit.id)
        finish_visit(visit_id=visit.id, viewer=counter.viewer("luo"), at=counter.shop.now)
    first = [visit.id for visit in taken if visit.number[0] == "C"]
    assert called == first + [visit.id for visit in taken if visit.number[0] != "C"]


@given(free=st.lists(SPAN, min_size=1, max_size=4), ahead=st.lists(SPAN, max_size=8), more=SPAN)
def test_one_more_before_you_never_shortens_the_wait_and_one_more_counter_never_lengthens_it(
    free: list[timedelta], ahead: list[timedelta], more: timedelta
) -> None:
    wait = time_until_free(free, ahead)
    assert time_until_free(free, [*ahead, more]) >= wait
    assert time_until_free([*free, more], ahead) <= wait
    if len(free) == 1:
        assert wait == free[0] + sum(ahead, timedelta(0))


def test_a_counter_serves_one_number_at_a_time_and_only_its_own(counter: Counter) -> None:
    counter.takes()
    counter.takes()
    with pytest.raises(CounterUnnamed):
        counter.calls(counter=" ")
    first = counter.calls()
    with pytest.raises(StillServing):
        counter.calls()
    xu = counter.viewer("xu")
    for wrong in (begin_serving, finish_visit, note_no_show):
        with pytest.raises(VisitElsewhere):
            wrong(visit_id=first.id, viewer=xu, at=counter.shop.now)
    assert counter.calls("xu", counter="2").number == "A002"


def test_who_calls_in_two_stores_at_once_has_one_number(counter: Counter) -> None:
    there = counter.shop.cast.stores["hangzhou"]
    Grant.objects.create(user=counter.people["luo"], role="store_staff", store=there)
    wanted, admin = Wanted({"en": "Advice"}, "A", "inquiry"), counter.shop.viewer("admin")
    need = save_need(store_id=there.id, need_id=None, wanted=wanted, viewer=admin, at=counter.shop.now)
    counter.takes()
    take_number(Asked(there.id, need.id, uuid4()), at=counter.shop.now)
    luo, refused = counter.viewer("luo"), []

    def call_there() -> None:
        try:
            call_next(store_id=there.id, counter="1", viewer=luo, at=counter.shop.now)
        except StillServing as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    second = threading.Thread(target=call_there)
    with transaction.atomic():
        counter.calls()
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it waits for what the first becomes"
    second.join()
    assert len(refused) == 1
    assert Visit.objects.filter(state=State.CALLED).count() == 1


def test_a_team_opens_the_queue_of_its_store_and_a_team_of_no_store_none(counter: Counter) -> None:
    counter.takes()
    user = User.objects.create_user(email="qian@example.com", password="x" * 14, name="钱多")
    team = Team.objects.create(code="springers", names={"zh-Hans": "机动"})
    Grant.objects.create(user=user, role="store_staff", team=team)
    counter.people["qian"] = user
    with pytest.raises(LineUnknown):
        counter.calls("qian")
    team.store = counter.store
    team.save()
    assert counter.calls("qian").number == "A001"


def test_another_stores_numbers_are_like_numbers_that_do_not_exist(counter: Counter) -> None:
    visit = counter.takes()
    hu = counter.viewer("hu")
    for wrong in (begin_serving, finish_visit, note_no_show, note_left):
        for visit_id in (visit.id, uuid4()):
            with pytest.raises(VisitNotFound):
                wrong(visit_id=visit_id, viewer=hu, at=counter.shop.now)
    with pytest.raises(LineUnknown):
        call_next(store_id=counter.store.id, counter="1", viewer=hu, at=counter.shop.now)
    with pytest.raises(LineUnknown):
        call_next(store_id=counter.store.id, counter="1", viewer=counter.shop.viewer("wang"), at=counter.shop.now)


def test_called_again_then_nobody_came(counter: Counter) -> None:
    luo, visit = counter.viewer("luo"), counter.takes()
    with pytest.raises(VisitNotCalled):
        note_no_show(visit_id=visit.id, viewer=luo, at=counter.shop.now)
    with pytest.raises(VisitNotCalled):
        begin_serving(visit_id=visit.id, viewer=luo, at=counter.shop.now)
    called = counter.shop.later(minutes=4)
    counter.calls()
    again = call_number(visit_id=visit.id, counter="1", viewer=luo, at=counter.shop.later(minutes=1))
    assert (again.calls, Turn.objects.get().called_at) == (2, called), "the wait ends with the first call"
    gone = note_no_show(visit_id=visit.id, viewer=luo, at=counter.shop.later(minutes=1))
    assert (gone.state, Turn.objects.get().outcome) == (State.NO_SHOW, "no_show")
    with pytest.raises(VisitOver):
        finish_visit(visit_id=visit.id, viewer=luo, at=counter.shop.now)


def test_only_some_needs_are_served_or_one_number_out_of_turn(counter: Counter) -> None:
    luo, last = counter.viewer("luo"), counter.takes("A")
    counter.takes("B")
    assert counter.calls(need_ids=[counter.needs["B"].id]).number == "B001"
    finish_visit(visit_id=Visit.objects.get(number="B001").id, viewer=luo, at=counter.shop.now)
    counter.takes("C")
    assert call_number(visit_id=last.id, counter="1", viewer=luo, at=counter.shop.now).state == State.CALLED


def test_steps_are_timed_with_a_tap_each(counter: Counter) -> None:
    luo, visit = counter.viewer("luo"), counter.takes()
    register, inspect = [step["code"] for step in counter.needs["A"].steps]
    counter.calls()
    begin_step(visit_id=visit.id, step=register, viewer=luo, at=counter.shop.now)
    begin_step(visit_id=visit.id, step=inspect, viewer=luo, at=counter.shop.later(seconds=90))
    begin_step(visit_id=visit.id, step=inspect, viewer=luo, at=counter.shop.later(seconds=30))
    begin_step(visit_id=visit.id, step=register, viewer=luo, at=counter.shop.later(seconds=5))
    with pytest.raises(StepUnknown):
        begin_step(visit_id=visit.id, step="coffee", viewer=luo, at=counter.shop.now)
    finish_visit(visit_id=visit.id, viewer=luo, at=counter.shop.later(seconds=10))
    laps = [(lap.code, lap.ended_at - lap.began_at) for lap in Lap.objects.order_by("began_at") if lap.ended_at]
    spans = [timedelta(seconds=seconds) for seconds in (90, 30, 10)]
    assert laps == list(zip([register, inspect, register], spans, strict=True))
    told = Event.objects.filter(primary_id=visit.id, type__startswith="visits.Step").order_by("seq")
    assert [event.type.removeprefix("visits.Step") for event in told] == ["Begun", "Ended"] * 3
    assert [event.attributes["seconds"] for event in told if event.type.endswith("Ended")] == [90, 30, 10]


def test_handed_over_they_keep_their_place_by_arrival_and_both_lines_are_measured(counter: Counter) -> None:
    luo, visit = counter.viewer("luo"), counter.takes("A")
    counter.shop.later(minutes=2)
    later = counter.takes("B")
    counter.calls()
    begin_serving(visit_id=visit.id, viewer=luo, at=counter.shop.now)
    with pytest.raises(NeedUnknown):
        hand_over(visit_id=visit.id, need_id=uuid4(), viewer=luo, at=counter.shop.now)
    hand_over(visit_id=visit.id, need_id=counter.needs["B"].id, viewer=luo, at=counter.shop.later(minutes=3))
    again = counter.calls(need_ids=[counter.needs["B"].id])
    assert (again.id, again.calls) == (visit.id, 1), "before who came later, and called there for the first time"
    finish_visit(visit_id=visit.id, viewer=luo, at=counter.shop.later(minutes=1))
    turns = Turn.objects.filter(visit=visit).order_by("id")
    assert [(turn.need_id, turn.outcome) for turn in turns] == [
        (counter.needs["A"].id, "handed_over"), (counter.needs["B"].id, "done"),
    ]  # fmt: skip
    assert counter.calls().id == later.id


def test_a_wait_is_told_only_when_enough_was_measured(counter: Counter) -> None:
    line = line_of("nanjing")
    assert line is not None
    for _ in range(4):
        counter.takes()
        counter.serves(10)
    visits = [counter.takes() for _ in range(3)]
    assert standing(line, at=counter.shop.now).wait_of(visits[2].id) is None, "four are too few"
    counter.serves(10)
    seen = standing(line, at=counter.shop.now)
    assert seen.before(visits[2].id) == 1
    assert seen.wait_of(visits[2].id) == timedelta(minutes=10)
    assert seen.wait_for(counter.needs["C"]) == timedelta(0), "called before the others"
    counter.calls()
    begin_serving(visit_id=visits[1].id, viewer=counter.viewer("luo"), at=counter.shop.now)
    assert standing(line, at=counter.shop.later(minutes=4)).wait_of(visits[2].id) == timedelta(minutes=6)
    assert standing(line, at=counter.shop.later(minutes=9)).wait_of(visits[2].id) == timedelta(minutes=2)
