"""A repair's case walks its five steps by what happens to the repair, and ends by itself."""

from typing import Any

import pytest

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import Run, RunStatus
from zhoudao.conduct.flows.tests.test_returns_walk import open_steps
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.repairs.commands.ending import cancel_repair, hand_back, sign_off
from zhoudao.rooms.repairs.commands.working import begin_repair, check_repair, finish_repair
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.tests.workshop import CLERK, LIU, MA, asked, judged, sold
from zhoudao.rooms.voice.models import Asking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings: Any) -> Shop:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    opened = open_shop()
    ensure_shipped_flows(opened.now)
    return opened


@pytest.fixture
def repair(shop: Shop) -> Repair:
    order = sold(at=shop.now)
    return asked(order, at=shop.later(days=1))


def case_of(repair: Repair) -> Case:
    dispatch.drain()
    repair.refresh_from_db()
    return Case.objects.get(conversation=repair.conversation)


def test_a_covered_one_is_judged_repaired_checked_and_signed_for_and_its_customer_is_asked(
    shop: Shop, repair: Repair
) -> None:
    case = case_of(repair)
    assert (case.kind, open_steps(case)) == ("after_sales", ["judge"])
    judged(repair, at=shop.later(hours=1))
    case = case_of(repair)
    assert (open_steps(case), case.awaits_us) == (["work"], False)
    begin_repair(repair_id=repair.id, by=LIU, at=shop.later(hours=1))
    finish_repair(repair_id=repair.id, is_solved=True, by=LIU, at=shop.later(hours=1))
    assert open_steps(case_of(repair)) == ["check"]
    check_repair(repair_id=repair.id, is_passed=True, by=MA, at=shop.later(minutes=30))
    assert open_steps(case_of(repair)) == ["hand"]
    hand_back(repair_id=repair.id, handing="counter", by=CLERK, at=shop.later(hours=1))
    sign_off(repair_id=repair.id, name="王小姐", drawn=None, by=CLERK, at=shop.later(minutes=1))
    case = case_of(repair)
    assert (open_steps(case), case.status, case.outcome, case.cause) == ([], Status.RESOLVED, "solved", "product")
    assert set(Run.objects.filter(object_id=case.id).values_list("status", flat=True)) == {RunStatus.COMPLETED}
    assert Asking.objects.filter(case=case).exists()


def test_not_solved_it_is_judged_again_and_not_passed_it_is_repaired_again(shop: Shop, repair: Repair) -> None:
    judged(repair, at=shop.later(hours=1))
    begin_repair(repair_id=repair.id, by=LIU, at=shop.later(hours=1))
    case_of(repair)
    finish_repair(repair_id=repair.id, is_solved=False, by=LIU, at=shop.later(hours=1))
    assert open_steps(case_of(repair)) == ["judge"]
    judged(repair, at=shop.later(hours=1))
    begin_repair(repair_id=repair.id, by=LIU, at=shop.later(hours=1))
    case_of(repair)
    finish_repair(repair_id=repair.id, is_solved=True, by=LIU, at=shop.later(hours=1))
    case_of(repair)
    check_repair(repair_id=repair.id, is_passed=False, by=MA, at=shop.later(minutes=30))
    assert open_steps(case_of(repair)) == ["work"]


def test_what_the_warranty_does_not_cover_waits_for_the_customers_word_and_may_be_called_off(
    shop: Shop, repair: Repair
) -> None:
    case_of(repair)
    judged(repair, is_covered=False, at=shop.later(hours=1))
    assert open_steps(case_of(repair)) == ["offer"]
    cancel_repair(repair_id=repair.id, reason="customer", by=CLERK, at=shop.later(hours=1))
    case = case_of(repair)
    assert (open_steps(case), case.status, case.outcome) == ([], Status.RESOLVED, "answered")
