"""Prepaid labels for programs: offered with their fee, chosen once, got as a file, put back; refused by name."""

from base64 import b64decode
from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.doors.api.tests.test_pickups import path
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.commands.sheets import finish_sheet
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.tests.pool import brought

__all__ = ["path"]
pytestmark = pytest.mark.django_db


def test_it_is_chosen_once_got_as_a_file_and_put_back(path: str, program: Program) -> None:
    [number, _other] = brought(2, at=clock.now())
    assert program.get(f"{path}/label/offer").data == {"carriers": ["sf"], "fee_minor": 800, "currency": "CNY"}
    assert code_of(program.get(f"{path}/label")) == (404, "label_not_found")
    made = program.post(f"{path}/label", {"fee_minor": 800, "carrier": "sf"})
    assert (made.status_code, made.data["tracking_number"], made.data["state"]) == (201, number, "asked")
    assert made.data["pdf"] is None
    assert program.post(f"{path}/label", {"fee_minor": 800}).data["tracking_number"] == number
    assert program.get(f"{path}/label/offer").data["carriers"] == []
    assert program.get(path).data["tracking_number"] == number
    finish_sheet(LabelSheet.objects.get(), b"%PDF-")
    got = program.get(f"{path}/label").data
    assert (got["state"], b64decode(got["pdf"])) == ("done", b"%PDF-")
    assert program.post(f"{path}/label/put-back", {}).data["carriers"] == ["sf"]
    assert PrepaidNumber.objects.filter(taken_at=None).count() == 2


def test_the_parcels_number_says_that_it_came_with_the_label(path: str, program: Program) -> None:
    brought(1, at=clock.now())
    number = program.post(f"{path}/label", {"fee_minor": 800}).data["tracking_number"]
    program.post(f"{path}/receive", {"warehouse": "back", "goods": [{"sku": "CH-1", "quantity": 1}], "parcel": number})
    assert PrepaidNumber.objects.get().request.fetched_minor == 800  # type: ignore[union-attr]  # it has one
    assert code_of(program.post(f"{path}/label/put-back", {})) == (409, "already_over")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"fee_minor": 0}, 409, "label_fee_changed"),
        ({"fee_minor": 800, "carrier": "zto"}, 409, "label_not_offered"),
        ({"fee_minor": -1}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    path: str, program: Program, body: dict[str, Any], status: int, code: str
) -> None:
    brought(1, at=clock.now())
    answer = program.post(f"{path}/label", body)
    assert answer.status_code == status
    if code != "invalid":
        assert code_of(answer) == (status, code)
    assert PrepaidNumber.objects.get().taken_at is None


def test_a_courier_comes_first_and_of_no_return_nothing_is_known(shop: Shop, path: str, program: Program) -> None:
    brought(1, at=clock.now())
    offer = program.get(f"{path}/pickup/offer").data
    program.post(f"{path}/pickup", {"starts_at": offer["times"][1]["starts_at"], "fee_minor": offer["fee_minor"]})
    assert code_of(program.post(f"{path}/label", {"fee_minor": 800})) == (409, "courier_comes")
    for ending in ("offer", "put-back", ""):
        act = program.post if ending == "put-back" else program.get
        given: tuple[Any, ...] = ({},) if ending == "put-back" else ()
        assert act(f"/returns/R2026-999999/label/{ending}".rstrip("/"), *given).status_code == 404
