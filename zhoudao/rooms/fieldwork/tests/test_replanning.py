"""Days are planned anew: promised times stay, others come, and nobody is dropped silently."""

from datetime import date
from random import Random
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.fieldwork.commands.changing import cancel_visit, move_visit
from zhoudao.rooms.fieldwork.commands.going import begin_visit, end_visit, set_off
from zhoudao.rooms.fieldwork.commands.replanning import Outcome, propose, replan, take_over
from zhoudao.rooms.fieldwork.commands.watching import REPLAN_JOB, note_overrun, overrunning
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.queries.visits import to_plan_anew
from zhoudao.rooms.fieldwork.tests.network import US, WEDNESDAY, Network, clock, moment, open_network
from zhoudao.rooms.staff.absences import note_absence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network() -> Network:
    network = open_network(open_shop())
    network.saves("he", brands=[], latitude=None, longitude=None)
    return network


def away(network: Network, name: str, day: date = WEDNESDAY) -> None:
    since, until = moment("00:00", day), moment("23:59", day)
    note_absence(user_id=network.id_of(name), starts_at=since, ends_at=until, by=US, at=network.now)


def again(network: Network, cause: str = "engineer_away", **more: Any) -> Outcome:
    return replan(day=WEDNESDAY, cause=cause, at=more.get("at", network.now), rng=Random(1))


def lined_up() -> list[tuple[str, str]]:
    jobs = ProcrastinateJob.objects.filter(task_name=REPLAN_JOB, status="todo").order_by("id")
    return [(job.args["day"], job.args["cause"]) for job in jobs]


def test_whoever_is_away_is_replaced_at_the_promised_time(network: Network) -> None:
    visit = network.asks()
    was, name = visit.starts_at, network.who(visit)
    away(network, name)
    assert again(network) == Outcome(reassigned=1)
    visit.refresh_from_db()
    assert visit.starts_at == was
    assert {network.who(visit), name} == {"gao", "he"}
    [event] = Event.objects.filter(type="fieldwork.VisitReassigned")
    assert event.attributes["was_id"] == str(network.id_of(name))
    assert again(network) == Outcome(), "planned anew twice nothing changes"


def test_what_nobody_can_keep_is_a_persons_and_is_planned_anew_by_them(network: Network) -> None:
    visit = network.asks(skill="fridge")
    was = visit.time[0]
    away(network, "gao")
    assert again(network) == Outcome(unplanned=1)
    [left] = to_plan_anew()
    assert (left.id, left.lacking) == (visit.id, "time")
    assert left.state == "unplanned"
    [event] = Event.objects.filter(type="fieldwork.VisitUnplanned")
    assert event.attributes["cause"] == "engineer_away"
    assert replan(day=date(2026, 3, 12), cause="shorter_way", at=network.now, rng=Random(1)) == Outcome(proposed=1)
    left.refresh_from_db()
    assert (clock(left.proposed_at), left.proposed_engineer_id) == ("03-12 08:15", network.id_of("gao"))
    assert left.proposed_at is not None
    move_visit(visit_id=left.id, starts_at=left.proposed_at, was_at=None, by=US, at=network.now)
    assert not to_plan_anew().exists()
    planned = Visit.objects.get(id=left.id)
    assert (planned.state, planned.lacking) == ("planned", "")
    assert planned.proposed_at is None
    assert Event.objects.filter(type="fieldwork.VisitPlanned", attributes__again=True).count() == 1
    assert planned.starts_at != was


def test_a_day_that_changed_meanwhile_is_not_overwritten(network: Network) -> None:
    visit = network.asks()
    away(network, network.who(visit))
    proposal = propose(day=WEDNESDAY, at=network.now, rng=Random(1))
    move_visit(visit_id=visit.id, starts_at=moment("16:00"), was_at=visit.starts_at, by=US, at=network.now)
    assert take_over(proposal, day=WEDNESDAY, cause="engineer_away", at=network.now) is None
    visit.refresh_from_db()
    assert clock(visit.starts_at) == "03-11 16:00"


def test_two_engineers_swap_their_visits_where_both_have_to(network: Network) -> None:
    first = network.asks(starts_at=moment("10:00"), engineer_id=network.id_of("gao"))
    second = network.asks(starts_at=moment("10:00"), engineer_id=network.id_of("he"))
    Visit.objects.filter(id=first.id).update(brand="haibo")
    Visit.objects.filter(id=second.id).update(skill="fridge")
    network.saves("gao", brands=["lemen"])
    assert again(network) == Outcome(reassigned=2)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (network.who(first), network.who(second)) == ("he", "gao")


def test_what_takes_longer_is_noted_once_and_the_next_visit_is_saved(network: Network) -> None:
    first = network.asks(starts_at=moment("09:00"), engineer_id=network.id_of("gao"))
    second = network.asks(starts_at=moment("10:15"), engineer_id=network.id_of("gao"))
    begin_visit(visit_id=first.id, by=US, at=moment("09:00"))
    assert overrunning(moment("10:10"), limit=9) == []
    late = moment("10:50")
    assert overrunning(late, limit=9) == [first.id]
    for _ in range(2):
        note_overrun(visit_id=first.id, at=late)
    assert overrunning(late, limit=9) == []
    assert Event.objects.filter(type="fieldwork.VisitOverran").count() == 1
    dispatch.drain()
    assert lined_up() == [("2026-03-11", "visit_overran")]
    assert again(network, "visit_overran", at=late) == Outcome(reassigned=1)
    second.refresh_from_db()
    assert (network.who(second), clock(second.starts_at)) == ("he", "03-11 10:15")
    end_visit(visit_id=first.id, outcome="fixed", by=US, at=late)
    assert again(network, at=late) == Outcome()


def test_a_few_minutes_late_sends_nobody_else(network: Network) -> None:
    first = network.asks(starts_at=moment("09:00"), engineer_id=network.id_of("gao"))
    network.asks(starts_at=moment("10:15"), engineer_id=network.id_of("gao"))
    begin_visit(visit_id=first.id, by=US, at=moment("09:20"))
    assert again(network, "visit_overran", at=moment("10:15")) == Outcome()


def test_whoever_is_on_the_way_goes_on(network: Network) -> None:
    visit = network.asks(skill="fridge")
    set_off(visit_id=visit.id, by=US, at=moment("08:00"))
    away(network, "gao")
    assert again(network, at=moment("08:05")) == Outcome()


def test_an_absence_a_cancelled_visit_and_a_lost_one_line_their_days_up_once(network: Network) -> None:
    visit, other = network.asks(skill="fridge"), network.asks(skill="fridge")
    away(network, "gao")
    away(network, "he", date(2026, 3, 20))
    dispatch.drain()
    assert lined_up() == [("2026-03-11", "engineer_away")], "on the twentieth he has nothing to do"
    cancel_visit(visit_id=other.id, by=US, at=network.now)
    dispatch.drain()
    assert len(lined_up()) == 1
    again(network)
    dispatch.drain()
    assert [day for day, _cause in lined_up()] == ["2026-03-11", "2026-03-10"]
    visit.refresh_from_db()
    assert visit.state == "unplanned"


def test_the_customer_is_told_of_each_change_in_their_thread_and_language(network: Network) -> None:
    case = network.shop.hears("洗衣机坏了")
    visit = network.asks(skill="fridge", customer_id=case.customer_id, conversation_id=case.conversation_id)
    away(network, "gao")
    again(network)
    dispatch.drain()
    texts = list(
        Message.objects.filter(conversation=case.conversation_id, direction="out", text__contains=visit.number)
        .order_by("created_at", "id")
        .values_list("text", flat=True)
    )
    assert len(texts) == 2
    assert "3月11日 星期三 08:15" in texts[0]
    assert texts[1].startswith("很抱歉")
    assert all(f"/v/{visit.token}/" in one for one in texts)
    dispatch.drain()
    assert Message.objects.filter(direction="out", text__contains=visit.number).count() == 2


def test_whoever_was_forgotten_is_told_nothing(network: Network) -> None:
    case = network.shop.hears("洗衣机坏了")
    type(case.customer).objects.filter(id=case.customer_id).update(erased_at=network.now)
    network.asks(customer_id=case.customer_id, conversation_id=case.conversation_id)
    dispatch.drain()
    assert not Message.objects.filter(direction="out", text__contains="/v/").exists()
