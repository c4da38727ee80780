"""Returns for programs: what may come back, asked for, decided, taken in and inspected; refused by name."""

from typing import Any, get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api import return_bodies as bodies
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.events import DECLINED_FOR
from zhoudao.rooms.aftersales.models import ASKABLE, REASONS_ASKED, Condition, Disposition, ReturnRequest, State
from zhoudao.rooms.aftersales.tests.returns import delivered
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.models import Balance, Warehouse

pytestmark = pytest.mark.django_db
CHAIR = [{"position": 1, "quantity": 1}]


@pytest.fixture
def order(shop: Shop) -> Order:
    """Miss Wang's two chairs and a lamp, delivered just now."""
    Warehouse.objects.create(code="back", names={"en": "Back"}, kind="warehouse")
    return delivered(at=clock.now())


def wanted(order: Order, **more: Any) -> dict[str, Any]:
    return {"order": order.number, "kind": "return_refund", "reason": "no_reason", "lines": CHAIR} | more


def expected_of(order: Order) -> int:
    """What was paid for the first chair."""
    return int(12_900 - order.lines.get(position=1).unit_parts("discount")[0])


def test_the_description_names_every_word() -> None:
    assert get_args(bodies.ReturnKind) == tuple(one.value for one in ASKABLE)
    assert get_args(bodies.ReturnReason) == tuple(one.value for one in REASONS_ASKED)
    assert get_args(bodies.ReturnState) == tuple(State.values)
    assert get_args(bodies.DeclineReason) == tuple(DECLINED_FOR)
    assert get_args(bodies.PieceCondition) == tuple(Condition.values)
    assert get_args(bodies.PieceDisposition) == tuple(Disposition.values)


def test_what_is_possible_is_said_without_asking_for_it(order: Order, program: Program) -> None:
    asked = {"order": order.number, "reason": "no_reason", "lines": CHAIR}
    found = {one["kind"]: one for one in program.post("/returns/options", asked).data["items"]}
    assert set(found) == {one.value for one in ASKABLE}
    assert (found["exchange"]["price_minor"], found["exchange"]["amount_minor"]) == (expected_of(order), 0)
    back = found["return_refund"]
    expected = expected_of(order)
    assert (back["is_allowed"], back["auto"], back["amount_minor"], back["currency"]) == (True, True, expected, "CNY")
    assert (found["refund_only"]["is_allowed"], found["refund_only"]["why"]) == (False, "keeps_goods")
    assert not ReturnRequest.objects.exists()


def test_one_goes_its_whole_way(order: Order, program: Program) -> None:
    made = program.post("/returns", wanted(order, words="太高了"))
    assert (made.status_code, made.data["state"], made.data["order"]) == (201, "approved", order.number)
    path = f"/returns/{made.data['number']}"
    sent = program.post(f"{path}/sent", {"carrier": "yto", "tracking_number": "YT1234567890"}).data
    assert (sent["state"], sent["tracking_number"]) == ("sent", "YT1234567890")
    goods = [{"sku": "CH-1", "quantity": 1}]
    here = program.post(f"{path}/receive", {"warehouse": "back", "goods": goods}).data
    assert (here["state"], here["warehouse"], here["pieces"][0]["is_here"]) == ("received", "back", True)
    finding = goods[0] | {"condition": "used", "disposition": "restock", "lost_percent": 20, "batch": " l 7"}
    assert code_of(program.post(f"{path}/inspect", {"findings": [finding | {"batch": "?"}]})) == (422, "batch_unsound")
    done = program.post(f"{path}/inspect", {"findings": [finding]}).data
    [piece], [refund] = done["pieces"], done["refunds"]
    assert (done["state"], piece["condition"], piece["is_accepted"]) == ("inspected", "used", True)
    assert piece["batch"] == "L7"
    assert (refund["state"], refund["currency"]) == ("approved", "CNY")
    assert 0 < refund["amount_minor"] < 12_900
    assert Balance.objects.get(warehouse__code="back", item_id="CH-1").on_hand == 1
    assert program.get(path).data == done


def test_a_person_or_system_decides_what_the_policy_does_not(order: Order, program: Program) -> None:
    refused = program.post("/returns", wanted(order, kind="refund_only"))
    assert code_of(refused) == (422, "not_eligible")
    first = program.post("/returns", wanted(order, kind="refund_only", exception=True)).data
    assert (first["state"], first["is_exception"]) == ("requested", True)
    path = f"/returns/{first['number']}"
    assert code_of(program.post(f"{path}/approve")) == (403, "own_refund")
    assert code_of(program.post(f"{path}/decline", {"reason": "x"})) == (422, "invalid")
    declined = program.post(f"{path}/decline", {"reason": "no_evidence"}).data
    assert (declined["state"], declined["declined_for"]) == ("declined", "no_evidence")
    assert code_of(program.post(f"{path}/approve")) == (409, "already_decided")
    second = program.post("/returns", wanted(order, kind="refund_only", exception=True)).data
    assert Program(EVERYTHING).post(f"/returns/{second['number']}/approve").data["state"] == "inspected"


def test_an_exchange_says_what_is_sent_instead(order: Order, program: Program) -> None:
    made = program.post("/returns", wanted(order, kind="exchange"))
    assert (made.status_code, made.data["kind"]) == (201, "exchange")
    assert ReturnRequest.objects.get().replacement is not None
    other = [{"position": 2, "quantity": 1, "instead": "no-such"}]
    assert code_of(program.post("/returns", wanted(order, kind="exchange", lines=other))) == (422, "swap_unknown")


def test_it_is_withdrawn_as_long_as_nothing_came(order: Order, program: Program) -> None:
    path = f"/returns/{program.post('/returns', wanted(order)).data['number']}"
    assert program.post(f"{path}/withdraw").data["state"] == "cancelled"
    goods = [{"sku": "CH-1", "quantity": 1}]
    assert code_of(program.post(f"{path}/receive", {"warehouse": "back", "goods": goods})) == (409, "not_agreed")


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"lines": [{"position": 1, "quantity": 3}]}, (409, "more_than_delivered")),
        ({"lines": [{"position": 9, "quantity": 1}]}, (422, "no_piece_chosen")),
        ({"lines": [{"position": 1, "quantity": 0}]}, (422, "invalid")),
        ({"lines": []}, (422, "invalid")),
        ({"order": "O2026-999999"}, (404, "order_not_found")),
        ({"reason": "x"}, (422, "invalid")),
        ({"kind": "gift"}, (422, "invalid")),
        ({"more": 1}, (422, "invalid")),
        ({"reason": "damaged"}, (422, "photos_needed")),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    order: Order, program: Program, more: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert code_of(program.post("/returns", wanted(order) | more)) == answer
    assert not ReturnRequest.objects.exists()


def test_the_same_piece_is_asked_for_once_and_the_same_key_is_one_return(order: Order, program: Program) -> None:
    both = wanted(order, lines=[{"position": 1, "quantity": 2}])
    first, again = (program.post("/returns", both, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.data == again.data
    assert code_of(program.post("/returns", wanted(order))) == (409, "more_than_delivered")
    assert ReturnRequest.objects.count() == 1


def test_the_list_is_narrowed_and_goes_on(shop: Shop, program: Program) -> None:
    for number in range(28):
        program.post("/returns", wanted(delivered(at=clock.now(), external_number=f"L-{number}")))
    first = program.get("/returns", state="open").data
    second = program.get("/returns", state="open", cursor=first["next"]).data
    numbers = [one["number"] for one in first["items"] + second["items"]]
    assert (len(numbers), numbers, second["next"]) == (28, sorted(numbers, reverse=True), None)
    program.post(f"/returns/{numbers[0]}/withdraw")
    assert [one["number"] for one in program.get("/returns", state="cancelled").data["items"]] == numbers[:1]
    assert program.get("/returns", kind="refund_only").data["items"] == []
    with CaptureQueriesContext(connection) as asked:
        program.get("/returns")
    assert len(asked) <= 12


def test_others_returns_do_not_exist(order: Order, shop: Shop, program: Program) -> None:
    number = program.post("/returns", wanted(order)).data["number"]
    elsewhere = next(one for one in shop.cast.stores.values() if one.id != order.store_id)
    others = Program(EVERYTHING, store=elsewhere)
    assert others.get("/returns").data["items"] == []
    for answer in (others.get(f"/returns/{number}"), others.post(f"/returns/{number}/withdraw")):
        assert code_of(answer) == (404, "return_not_found")
    assert code_of(others.post("/returns", wanted(order))) == (404, "order_not_found")
