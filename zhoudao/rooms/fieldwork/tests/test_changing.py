"""Moving, giving away, cancelling a visit; and what the engineer says on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.fieldwork.commands.changing import cancel_visit, move_visit, reassign
from zhoudao.rooms.fieldwork.commands.going import begin_visit, end_visit, miss_visit, set_off
from zhoudao.rooms.fieldwork.commands.network import close_point, retire_engineer
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.refusals import (
    EngineerInUse,
    OutcomeUnknown,
    PointInUse,
    SlotTaken,
    StillOut,
    TooLateToChange,
    VisitChanged,
    VisitRefused,
    VisitTooFarOn,
)
from zhoudao.rooms.fieldwork.tests.network import CUSTOMER, PUDONG, SUZHOU, US, Network, clock, moment, open_network

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network() -> Network:
    return open_network(open_shop())


def types(visit: Visit) -> list[str]:
    rows = Event.objects.filter(primary_id=visit.id).order_by("seq")
    return [one.removeprefix("fieldwork.") for one in rows.values_list("type", flat=True)]


def test_a_visit_is_moved_once_and_its_old_time_is_free(network: Network) -> None:
    visit = network.asks(skill="fridge")
    was = visit.starts_at
    for _ in range(2):
        visit = move_visit(visit_id=visit.id, starts_at=moment("14:00"), was_at=was, by=CUSTOMER, at=network.now)
    assert (clock(visit.starts_at), visit.moves) == ("03-11 14:00", 1)
    assert types(visit) == ["VisitPlanned", "VisitMoved"]
    assert network.asks(skill="fridge").starts_at == was


def test_of_a_customer_and_a_clerk_who_move_it_at_once_one_is_told(network: Network) -> None:
    visit = network.asks(skill="fridge")

    def move(who: By, clock_: str) -> str:
        try:
            moved = move_visit(
                visit_id=visit.id, starts_at=moment(clock_), was_at=visit.starts_at, by=who, at=network.now
            )
            return clock(moved.starts_at)
        except VisitChanged:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = set(pool.map(move, (US, CUSTOMER), ("14:00", "16:00")))
    visit.refresh_from_db()
    assert results == {"told", clock(visit.starts_at)}
    assert visit.moves == 1


def test_a_slot_that_was_taken_meanwhile_is_refused_and_the_old_time_stays(network: Network) -> None:
    first, second = network.asks(skill="fridge"), network.asks(skill="fridge")
    with pytest.raises(SlotTaken):
        move_visit(visit_id=second.id, starts_at=first.time[0], was_at=second.starts_at, by=CUSTOMER, at=network.now)
    second.refresh_from_db()
    assert clock(second.starts_at) == "03-11 09:30"
    for when in (network.now - timedelta(hours=1), network.now + timedelta(days=300)):
        with pytest.raises(SlotTaken):
            move_visit(visit_id=second.id, starts_at=when, was_at=second.starts_at, by=US, at=network.now)


def test_customers_change_it_until_two_hours_before(network: Network) -> None:
    visit = network.asks(skill="fridge")

    def late(when: datetime) -> None:
        move_visit(visit_id=visit.id, starts_at=moment("14:00"), was_at=visit.starts_at, by=CUSTOMER, at=when)

    with pytest.raises(TooLateToChange):
        late(visit.time[0] - timedelta(minutes=119))
    with pytest.raises(TooLateToChange):
        cancel_visit(visit_id=visit.id, by=CUSTOMER, at=visit.time[0] - timedelta(minutes=119))
    late(visit.time[0] - timedelta(minutes=120))
    with pytest.raises(SlotTaken):  # nothing is offered to them before parts come
        move_visit(
            visit_id=visit.id, starts_at=moment("08:00"), was_at=moment("14:00"), by=CUSTOMER, at=moment("05:00")
        )


def test_somebody_else_makes_it_at_the_same_time_if_they_are_able(network: Network) -> None:
    visit = network.asks(PUDONG, brand="haibo", starts_at=moment("10:00"))
    assert network.who(visit) == "he"
    for _ in range(2):
        visit = reassign(visit_id=visit.id, engineer_id=network.id_of("gao"), by=US, at=network.now)
    assert network.who(visit) == "gao"
    assert types(visit) == ["VisitPlanned", "VisitReassigned"]
    early = network.asks(PUDONG, brand="haibo")
    with pytest.raises(SlotTaken):  # from Xujiahui nobody is there at a quarter past eight
        reassign(visit_id=early.id, engineer_id=network.id_of("gao"), by=US, at=network.now)
    with pytest.raises(SlotTaken):
        reassign(visit_id=visit.id, engineer_id=network.id_of("lin"), by=US, at=network.now)


def test_cancelled_twice_is_cancelled_once_and_its_time_is_free(network: Network) -> None:
    visit = network.asks(skill="fridge")
    for _ in range(2):
        cancel_visit(visit_id=visit.id, by=CUSTOMER, at=network.now)
    assert types(visit) == ["VisitPlanned", "VisitCancelled"]
    with pytest.raises(VisitTooFarOn):
        move_visit(visit_id=visit.id, starts_at=moment("14:00"), was_at=visit.starts_at, by=US, at=network.now)
    assert network.asks(skill="fridge").starts_at == visit.starts_at


def test_a_visit_from_setting_off_to_its_end_each_tapped_twice(network: Network) -> None:
    visit, at = network.asks(skill="fridge"), moment("08:05")
    for _ in range(2):
        set_off(visit_id=visit.id, by=US, at=at)
    for _ in range(2):
        begin_visit(visit_id=visit.id, by=US, at=at + timedelta(minutes=20))
    with pytest.raises(OutcomeUnknown):
        end_visit(visit_id=visit.id, outcome="perhaps", by=US, at=at)
    with pytest.raises(VisitTooFarOn):
        cancel_visit(visit_id=visit.id, by=US, at=at)
    for _ in range(2):
        end_visit(visit_id=visit.id, outcome="fixed", by=US, at=at + timedelta(hours=1))
    assert types(visit) == ["VisitPlanned", "EngineerSetOff", "VisitBegun", "VisitDone"]
    [begun] = Event.objects.filter(type="fieldwork.VisitBegun")
    assert begun.attributes["minutes_late"] == 10
    with pytest.raises(VisitTooFarOn):
        miss_visit(visit_id=visit.id, why="door_closed", by=US, at=at)


def test_nobody_is_on_two_visits_at_once(network: Network) -> None:
    first, second = network.asks(skill="fridge"), network.asks(skill="fridge")
    set_off(visit_id=first.id, by=US, at=moment("08:00"))
    for command in (set_off, begin_visit):
        with pytest.raises(StillOut):
            command(visit_id=second.id, by=US, at=moment("08:00"))
    for _ in range(2):
        miss_visit(visit_id=first.id, why="door_closed", by=US, at=moment("08:30"))
    begin_visit(visit_id=second.id, by=US, at=moment("08:40"))
    assert types(first) == ["VisitPlanned", "EngineerSetOff", "VisitMissed"]


def test_what_is_unknown_or_over_is_refused_by_name(network: Network) -> None:
    visit = network.asks(SUZHOU)
    with pytest.raises(VisitTooFarOn):
        end_visit(visit_id=visit.id, outcome="fixed", by=US, at=network.now)
    with pytest.raises(VisitRefused):
        set_off(visit_id=visit.subject_id, by=US, at=network.now)
    with pytest.raises(PointInUse):
        close_point(point_id=network.points["suzhou"].id, by=US, at=network.now)
    with pytest.raises(EngineerInUse):
        retire_engineer(user_id=network.id_of("lin"), by=US, at=network.now)
    cancel_visit(visit_id=visit.id, by=US, at=network.now)
    retire_engineer(user_id=network.id_of("lin"), by=US, at=network.now)
    assert close_point(point_id=network.points["suzhou"].id, by=US, at=network.now).closed_at == network.now
