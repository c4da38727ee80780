"""What a person's incidents tell them, and that nobody writes to whoever was forgotten."""

import gc
from datetime import timedelta

import pytest

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.commands import erase_customer
from zhoudao.rooms.customers.commands.exporting import export_customer
from zhoudao.rooms.incidents.commands.joining import join_cases, leave_incident
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.rounds import SAY, Wanted, ask_round, begin_round, extend_round, work_round
from zhoudao.rooms.incidents.commands.treating import Moment
from zhoudao.rooms.incidents.looking import seen_between
from zhoudao.rooms.incidents.models import Affected, Incident, Round, RoundItem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def incident_with(shop: Shop, *cases: Case) -> Incident:
    zhao = shop.viewer("zhao")
    incident = open_incident(Description("支付页面打不开"), viewer=zhao, at=shop.now)
    join_cases(incident_id=incident.id, case_ids=[case.id for case in cases], viewer=zhao, at=shop.now)
    return incident


def begun(shop: Shop, incident: Incident) -> Round:
    zhao = shop.viewer("zhao")
    wanted = Wanted({"zh-Hans": "支付故障，我们正在修复。"})
    row = ask_round(wanted, kind=SAY, incident_id=incident.id, viewer=zhao, at=shop.now)
    return begin_round(round_id=row.id, viewer=zhao, at=shop.now, real_now=shop.now)


def work(shop: Shop, row: Round) -> None:
    work_round(row.id, Moment(shop.viewer("zhao"), shop.now, shop.now))


def erased(shop: Shop, case: Case) -> None:
    resolve_case(case_id=case.id, outcome="answered", cause="product", viewer=shop.viewer("zhao"), at=shop.now)
    erase_customer(customer_id=case.customer_id, at=shop.now, by=By("user:admin"))


def written_to(case: Case) -> bool:
    return Message.objects.filter(conversation=case.conversation_id, direction="out", is_auto=False).exists()


def test_an_export_tells_of_which_incidents_ones_cases_were_part_and_what_was_done(shop: Shop) -> None:
    case, other = shop.hears("付不了款", who="v-1"), shop.hears("付不了款", who="v-2")
    incident = incident_with(shop, case, other)
    joined = shop.now
    work(shop, begun(shop, incident))
    shop.later(minutes=5)
    leave_incident(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)
    told = export_customer(customer_id=case.customer_id, viewer=shop.viewer("admin"), at=shop.now)["incidents"]
    assert told == [
        {
            "incident": incident.number,
            "case": case.number,
            "how": "hand",
            "joined_at": joined.isoformat(),
            "left_at": shop.now.isoformat(),
            "rounds": [{"kind": "say", "state": "done", "done_at": joined.isoformat()}],
        }
    ]


def test_whoever_is_forgotten_while_a_round_runs_is_not_written_to_and_the_others_are(shop: Shop) -> None:
    case, other = shop.hears("付不了款", who="v-1"), shop.hears("付不了款", who="v-2")
    row = begun(shop, incident_with(shop, case, other))
    erased(shop, case)
    item = RoundItem.objects.get(round=row, case=case)
    assert (item.state, item.refusal) == ("refused", "Unreachable")
    work(shop, row)
    assert not written_to(case)
    assert written_to(other)
    assert Affected.objects.filter(case=case, left_at=None).exists()


def test_looking_for_surges_keeps_nobodys_words_in_memory(shop: Shop) -> None:
    case = shop.hears("付不了款独角", who="v-1")
    assert any("独角" in one.pieces for one in seen_between(shop.now - timedelta(hours=1), shop.now))
    erased(shop, case)
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is frozenset and "独角" in one]


def test_a_round_begun_or_said_again_later_leaves_the_forgotten_alone(shop: Shop) -> None:
    case, other = shop.hears("付不了款", who="v-1"), shop.hears("付不了款", who="v-2")
    incident = incident_with(shop, case, other)
    erased(shop, case)
    row = begun(shop, incident)
    work(shop, row)
    extend_round(round_id=row.id, viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)
    work(shop, row)
    assert RoundItem.objects.get(round=row, case=case).refusal == "Unreachable"
    assert not written_to(case)
    assert written_to(other)
