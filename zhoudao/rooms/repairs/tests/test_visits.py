"""Repairs at the customer's place: planned with an engineer who can, begun and ended with the visit, signed there."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.fieldwork.commands.going import begin_visit, end_visit
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.refusals import NobodyAble
from zhoudao.rooms.fieldwork.sealed import told_of
from zhoudao.rooms.fieldwork.tests.network import Network, open_network
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.repairs.commands.ending import sign_off
from zhoudao.rooms.repairs.commands.visiting import begin_there, finish_there, plan_visit
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.refusals import NotNow
from zhoudao.rooms.repairs.tables import TRIAGE, ensure_default_tables
from zhoudao.rooms.repairs.tests.workshop import CLERK, asked, judged, sold, told

pytestmark = pytest.mark.django_db(transaction=True)
SHANGHAI = Recipient("王小姐", "138 1234 8000", "漕溪北路 88 号 1203", "上海市", "上海市", "徐汇区")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def network(shop: Shop) -> Network:
    return open_network(shop)


def judged_field(network: Network) -> Repair:
    """Miss Wang's machine in Shanghai leaks: an engineer is to come."""
    repair = asked(sold(network.now, recipient=SHANGHAI), at=network.now)
    Device.objects.filter(id=repair.device_id).update(brand="")
    return judged(repair, place="field", at=network.now)


def plans(network: Network, repair: Repair) -> Visit:
    return plan_visit(repair_id=repair.id, by=CLERK, at=network.now)


def test_an_engineer_who_can_is_sent_to_where_it_stands_once(network: Network) -> None:
    repair = judged_field(network)
    visit = plans(network, repair)
    assert plans(network, repair) == visit
    assert (visit.subject_id, visit.skill, visit.minutes, visit.customer_id) == (
        repair.id, "washer", 60, repair.customer_id,
    )  # fmt: skip
    assert network.who(visit) in ("gao", "he")
    assert told_of(visit).street == "徐汇区 漕溪北路 88 号 1203"
    assert visit.conversation_id == repair.conversation_id


def test_what_the_table_asks_a_certification_for_is_for_those_who_hold_it(network: Network) -> None:
    ensure_default_tables(network.now)
    live = DecisionVersion.objects.get(key=TRIAGE, is_live=True)
    content = {**live.content, "rules": [one | {"certification": "'gas'"} for one in live.content["rules"]]}
    asks = live.tests[1] | {"expect": live.tests[1]["expect"] | {"certification": "gas"}}
    publish(key=TRIAGE, content=content, inputs=live.inputs, tests=[asks], by=CLERK, at=network.now)
    repair = judged_field(network)
    network.saves("gao", certified={})
    with pytest.raises(NobodyAble), transaction.atomic():
        plans(network, repair)
    network.saves("gao", certified={"gas": None})
    visit = plans(network, repair)
    assert (visit.certification, network.who(visit)) == ("gas", "gao")


def test_what_nobody_can_do_is_said_and_what_is_for_the_workshop_is_not_planned(network: Network) -> None:
    repair = judged_field(network)
    Repair.objects.filter(id=repair.id).update(skill="clocks")
    with pytest.raises(NobodyAble), transaction.atomic():
        plans(network, repair)
    bench = judged(repair, place="bench", at=network.now)
    with pytest.raises(NotNow):
        plans(network, bench)


def test_begun_and_done_on_the_phone_it_is_signed_for_there(network: Network) -> None:
    repair = judged_field(network)
    visit = plans(network, repair)
    assert visit.starts_at is not None
    by, at = By(f"user:{visit.engineer_id}"), visit.starts_at
    begin_there(repair_id=repair.id, by=by, at=at)
    repair = finish_there(repair_id=repair.id, is_solved=True, by=by, at=at + timedelta(minutes=40))
    dispatch.drain()
    visit.refresh_from_db()
    repair.refresh_from_db()
    assert (repair.state, visit.state, visit.outcome) == ("ready", "done", "fixed")
    repair = sign_off(repair_id=repair.id, name="王小姐", drawn=None, by=by, at=at + timedelta(minutes=45))
    assert (repair.state, repair.handing) == ("closed", "there")
    assert told(repair).count("RepairDone") == 1


@pytest.mark.parametrize(
    ("outcome", "state", "where"),
    [("fixed", "ready", "field"), ("unfixed", "reported", "field"), ("taken_along", "in_repair", "bench")],
)
def test_what_is_said_on_the_visit_happens_to_the_repair(
    network: Network, outcome: str, state: str, where: str
) -> None:
    repair = judged_field(network)
    visit = plans(network, repair)
    assert visit.starts_at is not None
    by, at = By(f"user:{visit.engineer_id}"), visit.starts_at
    begin_visit(visit_id=visit.id, by=by, at=at)
    dispatch.drain()
    repair.refresh_from_db()
    assert (repair.state, repair.repaired_by) == ("in_repair", by.actor)
    end_visit(visit_id=visit.id, outcome=outcome, by=by, at=at + timedelta(hours=1))
    dispatch.drain()
    repair.refresh_from_db()
    assert (repair.state, repair.place) == (state, where)


def test_what_was_not_solved_is_judged_anew_and_visited_again(network: Network) -> None:
    repair = judged_field(network)
    first = plans(network, repair)
    by = By(f"user:{first.engineer_id}")
    begin_there(repair_id=repair.id, by=by, at=network.now + timedelta(hours=3))
    finish_there(repair_id=repair.id, is_solved=False, by=by, at=network.now + timedelta(hours=4))
    network.shop.later(hours=5)
    judged(repair, "pump", place="field", at=network.now)
    assert plans(network, repair).id != first.id
