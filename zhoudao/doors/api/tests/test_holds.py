"""What holds orders, for programs: listed, opened, taken, released, put right, cancelled; refused by name."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api.holds import HoldOutcome, HoldReason
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.models import Hold, Order, Outcome, Reason
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.orders.tests.reviewing import open_review

pytestmark = pytest.mark.django_db
BY = By("user:wu")


@pytest.fixture
def held(shop: Shop) -> Hold:
    """Miss Wang's order, held by hand for its remark."""
    open_review(shop.now)
    order = placed(at=shop.now)
    return open_hold(order_id=order.id, reason="remark", due_at=shop.now + timedelta(hours=4), by=BY, at=shop.now)


def test_the_description_names_every_reason() -> None:
    assert get_args(HoldReason) == tuple(Reason.values)
    assert get_args(HoldOutcome) == tuple(Outcome.values)


def test_an_order_is_held_taken_and_released(shop: Shop, program: Program) -> None:
    open_review(shop.now)
    order = placed(at=shop.now)
    due = (clock.now() + timedelta(hours=2)).isoformat()
    made = program.post("/holds", {"order": order.number, "reason": "other", "due_at": due})
    assert made.status_code == 201
    assert (made.data["stage"], made.data["open_holds"], made.data["order"]) == ("pending", 1, order.number)
    path = f"/holds/{made.data['id']}"
    again = program.post("/holds", {"order": order.number, "reason": "other", "due_at": due})
    assert code_of(again) == (409, "hold_already_open")
    admin = shop.cast.people["admin"]
    taken = program.post(f"{path}/take", {"owner_id": str(admin.id)})
    assert (taken.data["stage"], taken.data["owner_id"]) == ("working", str(admin.id))
    assert code_of(program.post(f"{path}/take", {"owner_id": str(shop.cast.people["wang"].id)})) == (409, "hold_taken")
    assert program.post(f"{path}/put-back").data["stage"] == "pending"
    assert code_of(program.post(f"{path}/release", {"outcome": "x"})) == (422, "invalid")
    done = program.post(f"{path}/release", {"outcome": "wrong"}).data
    assert (done["stage"], done["ending"], done["outcome"], done["open_holds"]) == ("done", "released", "wrong", 0)
    assert code_of(program.post(f"{path}/release", {"outcome": "wrong"})) == (409, "hold_over")
    assert program.get(path).data == done


def test_it_is_put_right_or_cancelled(held: Hold, shop: Shop, program: Program) -> None:
    path = f"/holds/{held.id}"
    fixed = program.post(f"{path}/fix", {"lines": [{"position": 1, "quantity": 1, "price_minor": 12900}]})
    assert fixed.status_code == 200
    assert Order.objects.get().lines.get(position=1).quantity == 1
    assert code_of(program.post(f"{path}/fix", {})) == (422, "nothing_changed")
    wrong = program.post(f"{path}/fix", {"lines": [{"position": 77, "quantity": 1, "price_minor": 1}]})
    assert code_of(wrong) == (422, "order_unsound")
    done = program.post(f"{path}/cancel", {"reason": "customer", "outcome": "right"}).data
    assert (done["commercial"], done["ending"], done["outcome"]) == ("cancelled", "cancelled", "right")


def test_the_list_is_narrowed_and_goes_on(shop: Shop, program: Program) -> None:
    open_review(shop.now)
    for n in range(28):
        order = placed(at=shop.now)
        due_at = clock.now() + timedelta(hours=1 + n)
        open_hold(order_id=order.id, reason="other" if n else "remark", due_at=due_at, by=BY, at=clock.now())
    first = program.get("/holds").data
    second = program.get("/holds", cursor=first["next"]).data
    dues = [one["due_at"] for one in first["items"] + second["items"]]
    assert (len(dues), dues, second["next"]) == (28, sorted(dues), None)
    [remark] = program.get("/holds", reason="remark").data["items"]
    admin = shop.cast.people["admin"]
    program.post(f"/holds/{remark['id']}/take", {"owner_id": str(admin.id)})
    for asked in ({"owner_id": str(admin.id)}, {"stage": "working"}):
        assert [one["id"] for one in program.get("/holds", **asked).data["items"]] == [remark["id"]], asked
    assert remark["id"] not in [one["id"] for one in program.get("/holds", unowned="true").data["items"]]
    assert program.get("/holds", late="true").data["items"] == []
    Hold.objects.filter(id=remark["id"]).update(opened_at=shop.now, due_at=shop.now)
    assert [one["id"] for one in program.get("/holds", late="true").data["items"]] == [remark["id"]]
    assert program.get("/holds", stage="done").data["items"] == []
    program.post(f"/holds/{remark['id']}/release", {"outcome": "unsure"})
    assert [one["id"] for one in program.get("/holds", stage="done").data["items"]] == [remark["id"]]
    assert code_of(program.get("/holds", stage="x")) == (422, "invalid")


def test_only_who_works_on_orders_gets_one(held: Hold, shop: Shop, program: Program) -> None:
    for owner in (None, "01980000-0000-7000-8000-000000000000", str(shop.cast.people["zhou"].id)):
        answer = program.post(f"/holds/{held.id}/take", {"owner_id": owner} if owner else {})
        assert code_of(answer) == (422, "owner_unknown"), owner
    assert Hold.objects.get().stage == "pending"


def test_others_holds_do_not_exist(held: Hold, shop: Shop) -> None:
    stores = {one.code: one for one in shop.cast.stores.values()}
    others = Program(EVERYTHING, store=next(one for one in stores.values() if one.id != held.order.store_id))
    assert others.get("/holds").data["items"] == []
    for path, sent in (("", None), ("/release", {"outcome": "right"}), ("/cancel", {}), ("/take", {}), ("/fix", {})):
        address = f"/holds/{held.id}{path}"
        answer = others.get(address) if sent is None else others.post(address, sent)
        assert code_of(answer)[0] in (404, 422), path
    sent_order: Any = {"order": held.order.number, "reason": "other", "due_at": shop.now.isoformat()}
    assert code_of(others.post("/holds", sent_order)) == (404, "order_not_found")
    assert Hold.objects.get().stage == "pending"


def test_the_list_costs_few_statements(held: Hold, program: Program) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert program.get("/holds").status_code == 200
    assert len(asked) <= 5
