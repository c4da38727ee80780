"""What a flow does after its case is solved goes on when the case closes by itself; what was to solve it does not."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.conduct.flows.commands import complete_task, due_timers, ensure_shipped_flows, fire_timer
from zhoudao.conduct.flows.models import Run, Task
from zhoudao.conduct.flows.versions import version_of
from zhoudao.doors.clock.knocks import cases_to_close
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import reopen_case, resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message

pytestmark = pytest.mark.django_db(transaction=True)
FOUND = {"finding": "阀门老化", "responsible_department": "after_sales"}
PLANNED = {
    "answer": "accepted",
    "result": "reached",
    "price": 500,
    "all_done": True,
    "approved": True,
    "satisfied": True,
}


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    ensure_shipped_flows(shop.now)
    return shop


def begins(shop: Shop, kind: str) -> Case:
    claims = [Claim("visitor", "v-1", scope="webchat")]
    inbound = Inbound("webchat", "m-1", claims, text="洗衣机漏水没人管", kind=kind)
    received = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    return Case.objects.get(conversation_id=received.conversation_id)


def open_steps(case: Case) -> list[str]:
    rows = Task.objects.filter(object_id=case.id, completed_at=None, cancelled_at=None)
    return list(rows.order_by("opened_at").values_list("element", flat=True))


def does(shop: Shop, case: Case, element: str, **result: object) -> None:
    """Somebody does a step."""
    task = Task.objects.get(object_id=case.id, element=element, completed_at=None, cancelled_at=None)
    complete_task(task_id=task.id, result=result, by=By("user:sun"), at=shop.later(minutes=10))
    dispatch.drain()


def answers(shop: Shop, case: Case) -> None:
    viewer, at = shop.viewer("admin"), shop.later(minutes=10)
    reply_to_case(case_id=case.id, text="已为您更换阀门。", viewer=viewer, at=at, real_now=at)
    dispatch.drain()


def solves(shop: Shop, case: Case) -> None:
    viewer = shop.viewer("admin")
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=viewer, at=shop.later(minutes=10))
    dispatch.drain()


def clock_strikes(shop: Shop, **after: float) -> None:
    """Time passes, and everything the clock looks for is done."""
    at = shop.later(**after)
    for _what, call in cases_to_close(at, datetime.now(UTC)):
        call()
    for timer_id in due_timers(at, limit=50):
        fire_timer(timer_id, at)
    dispatch.drain()


def status(case: Case) -> str:
    return Case.objects.values_list("status", flat=True).get(id=case.id)


def run_of(case: Case) -> Run:
    return Run.objects.get(object_id=case.id, parent=None)


def test_the_customer_is_called_back_after_their_complaint_has_closed(shop: Shop) -> None:
    case = begins(shop, "complaint")
    does(shop, case, "investigate", **FOUND)
    answers(shop, case)
    solves(shop, case)
    assert open_steps(case) == ["follow_up"]
    clock_strikes(shop, days=2)
    assert (status(case), open_steps(case), run_of(case).status) == ("closed", ["follow_up"], "running")
    shop.later(hours=20)
    does(shop, case, "follow_up", satisfied=True)
    assert (run_of(case).status, open_steps(case)) == ("completed", [])


def test_who_is_not_content_before_the_call_is_looked_after_anew(shop: Shop) -> None:
    case = begins(shop, "complaint")
    does(shop, case, "investigate", **FOUND)
    answers(shop, case)
    solves(shop, case)
    reopen_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.later(hours=1))
    dispatch.drain()
    assert (status(case), open_steps(case)) == ("open", ["investigate"])
    assert Run.objects.filter(object_id=case.id).count() == 1


def test_a_step_that_was_to_solve_it_ends_with_the_case(shop: Shop) -> None:
    case = begins(shop, "complaint")
    solves(shop, case)
    assert open_steps(case) == ["investigate"]
    clock_strikes(shop, days=2)
    assert (status(case), open_steps(case), run_of(case).status) == ("closed", [], "cancelled")


def test_a_service_that_was_bought_is_reviewed_and_kept_up_for_a_month(shop: Shop) -> None:
    case = begins(shop, "value_added")
    for _ in range(20):
        (element,) = open_steps(case) or [""]
        if element == "review":
            break
        if element == "present":
            answers(shop, case)
        elif element:
            does(shop, case, element, **filled(case, element))
        else:
            shop.later(minutes=5)
            shop.hears("好的，就这样", who="v-1")
    solves(shop, case)
    clock_strikes(shop, days=2)
    assert (status(case), open_steps(case)) == ("closed", ["review"])
    does(shop, case, "review", **filled(case, "review"))
    assert open_steps(case) == []
    clock_strikes(shop, days=30)
    assert open_steps(case) == ["maintenance"]
    does(shop, case, "maintenance", **filled(case, "maintenance"))
    assert run_of(case).status == "completed"
    assert run_of(case).ended_at == shop.now
    assert shop.now - case.opened_at > timedelta(days=32)


def filled(case: Case, element: str) -> dict[str, object]:
    """Something sensible in every field of a step's form."""
    form = version_of(run_of(case).version_id).graph.node(element).step.form
    usual = {"number": 1, "date": "2026-04-01"} | dict.fromkeys(("boolean", "confirm", "signature", "file"), True)
    return {one.name: PLANNED.get(one.name, usual.get(one.type, "是")) for one in form}
