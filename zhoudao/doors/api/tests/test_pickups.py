"""Couriers for programs: offered with their times and fee, ordered once, moved, called off; refused by name."""

from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import asked, delivered
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.sealed import sender_of
from zhoudao.rooms.pickups.tests.fetching import ready
from zhoudao.rooms.stock.models import Warehouse

pytestmark = pytest.mark.django_db
ONCE = {"Idempotency-Key": "one"}


@pytest.fixture
def path(shop: Shop) -> str:
    """A chair that may be fetched for 12.00."""
    order = delivered(at=clock.now())
    ready()
    Warehouse.objects.exclude(code="back").update(closed_at=clock.now())
    return f"/returns/{asked(order, at=clock.now()).number}"


def wanted(program: Program, path: str, **more: Any) -> dict[str, Any]:
    offer = program.get(f"{path}/pickup/offer").data
    assert (offer["is_offered"], offer["fee_minor"], offer["currency"]) == (True, 1_200, "CNY")
    return {"starts_at": offer["times"][1]["starts_at"], "fee_minor": offer["fee_minor"]} | more


def test_it_is_ordered_once_moved_and_called_off(path: str, program: Program) -> None:
    body = wanted(program, path, name="李先生", phone="13911112222", address="长江路 5 号")
    made = program.post(f"{path}/pickup", body, **ONCE)
    assert (made.status_code, made.data["state"], made.data["fee_minor"]) == (201, "asked", 1_200)
    assert program.post(f"{path}/pickup", body, **ONCE).data["number"] == made.data["number"]
    assert "李先生" not in str(made.data)
    assert sender_of(Pickup.objects.get()).phone == "+8613911112222"
    assert program.get(path).data["pickup"]["number"] == made.data["number"]
    assert program.get(f"{path}/pickup/offer").data["is_offered"] is False
    again = program.post(f"{path}/pickup", body)
    assert code_of(again) == (409, "pickup_there")
    assert program.post(f"{path}/pickup/move", {"starts_at": body["starts_at"]}).status_code == 200
    assert program.post(f"{path}/pickup/cancel", {}).data["state"] == "cancelled"
    assert program.post(f"{path}/pickup/move", {"starts_at": body["starts_at"]}).status_code == 409


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"starts_at": "2020-01-01T09:00:00+08:00"}, 422, "window_gone"),
        ({"fee_minor": 0}, 409, "fee_changed"),
        ({"phone": "call me"}, 422, "sender_unsound"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    path: str, program: Program, change: dict[str, Any], status: int, code: str
) -> None:
    found = program.post(f"{path}/pickup", wanted(program, path) | change)
    assert code_of(found) == (status, code)
    assert not Pickup.objects.exists()


def test_without_a_service_nothing_is_offered_and_of_no_return_nothing_is_known(path: str, program: Program) -> None:
    body = wanted(program, path)
    CourierService.objects.update(is_active=False)
    assert program.get(f"{path}/pickup/offer").data["is_offered"] is False
    found = program.post(f"{path}/pickup", body)
    assert code_of(found) == (409, "pickup_not_offered")
    assert program.post(f"{path}/pickup/cancel", {}).status_code == 404
    assert program.get("/returns/R2026-999999/pickup/offer").status_code == 404
    assert program.get(path).data["pickup"] is None
    assert ReturnRequest.objects.get().state == "approved"
