"""Programs cancel single pieces: once however often asked, with their own rights, and told what comes back."""

import pytest

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import purse, waiting
from zhoudao.rooms.orders.models import Order

pytestmark = pytest.mark.django_db
CHAIR = {"lines": [{"position": 1, "quantity": 1}]}


@pytest.fixture
def order(program: Program) -> Order:
    return waiting(at=clock.now())


def path(order: Order) -> str:
    return f"/orders/{order.number}/cancel-pieces"


def test_cancelled_by_a_program_it_says_what_is_left_and_what_comes_back(program: Program, order: Order) -> None:
    done = program.post(path(order), CHAIR)
    assert done.status_code == 200, done.data
    request = ReturnRequest.objects.get()
    said = {"pieces": 1, "less_minor": 12_983, "back_minor": 12_983, "refund_of": request.number}
    assert (done.data["cancelled"], done.data["total_minor"]) == (said, 31_000 - 12_983)
    assert [(line["sku"], line["quantity"]) for line in done.data["lines"]] == [("CH-1", 1), ("LP-7", 1)]
    [listed] = program.get("/returns", kind="cancel").data["items"]
    assert (listed["number"], listed["kind"], listed["reason"]) == (request.number, "cancel", "not_sent")
    [refund] = program.get(f"/returns/{request.number}").data["refunds"]
    assert (refund["amount_minor"], refund["state"]) == (12_983, "approved")


def test_asked_again_with_its_key_it_is_once_and_without_it_another(program: Program, order: Order) -> None:
    answers = [program.post(path(order), CHAIR, **{"Idempotency-Key": "k"}) for _ in range(3)]
    assert answers[0].data == answers[1].data == answers[2].data
    assert Cancellation.objects.count() == 1
    two = {"lines": [{"position": 1, "quantity": 1}, {"position": 2, "quantity": 1}], "reason": "no_stock"}
    last = program.post(path(order), two)
    assert (last.data["commercial"], last.data["cancel_reason"]) == ("cancelled", "no_stock")
    assert purse(order) == (31_000, 31_000, 0)
    assert code_of(program.post(path(order), CHAIR)) == (409, "order_over")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "invalid"),
        ([{"position": 1, "quantity": 0}], "invalid"),
        ([{"position": 1, "quantity": -1}], "invalid"),
        ([{"position": 1, "quantity": 0.5}], "invalid"),
        ([{"position": 1, "quantity": 10**9}], "invalid"),
        ([{"position": 1, "quantity": 3}], "not_that_many"),
        ([{"position": 1, "quantity": 1}] * 3, "not_that_many"),
        ([{"position": 7, "quantity": 1}], "not_that_many"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    program: Program, order: Order, lines: list[dict[str, int]], code: str
) -> None:
    assert code_of(program.post(path(order), {"lines": lines})) == (422, code)
    assert (Cancellation.objects.count(), Order.objects.get(id=order.id).total_minor) == (0, 31_000)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"fulfilment": "picking"}, "picking_begun"),
        ({"fulfilment": "shipped"}, "already_on_its_way"),
        ({"is_split": True}, "sent_in_parts"),
        ({"source": "replacement"}, "sent_for_return"),
    ],
)
def test_what_cannot_be_cancelled_any_more_is_a_conflict(
    program: Program, order: Order, changed: dict[str, object], code: str
) -> None:
    Order.objects.filter(id=order.id).update(**changed)
    assert code_of(program.post(path(order), CHAIR)) == (409, code)


def test_only_with_the_right_and_of_ones_own_store(program: Program, order: Order) -> None:
    assert Program(["orders:read"]).post(path(order), CHAIR).status_code == 403
    elsewhere = Store.objects.create(code="elsewhere", names={"zh-Hans": "别处"})
    assert Program(EVERYTHING, store=elsewhere).post(path(order), CHAIR).status_code == 404
    assert program.post("/orders/O2026-999999/cancel-pieces", CHAIR).status_code == 404
    assert Cancellation.objects.count() == 0
