"""Stock for programs: read by place, booked once, refused by name."""

import pytest

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.stock.tests.shelf import Shelf, open_shelf


@pytest.fixture
def shelf(shop: Shop) -> Shelf:
    return open_shelf(shop.cast.stores["nanjing"])


def body(**differs: object) -> dict[str, object]:
    return {"kind": "receipt", "warehouse": "east", "sku": "table", "quantity": 5} | differs


def test_a_receipt_with_a_key_is_booked_once_and_read(shelf: Shelf, program: Program) -> None:
    for _ in range(2):
        answer = program.post("/stock/movements", body(), **{"Idempotency-Key": "k"})
        assert answer.status_code == 201
    assert answer.data["items"][0]["available"] == 5
    program.post("/stock/movements", body(kind="transfer", to="shop", quantity=2))
    program.post("/stock/movements", body(kind="correction", reason="lost", quantity=-3))
    found = program.get("/stock").data["items"]
    assert sorted((one["warehouse"], one["on_hand"]) for one in found) == [("east", 0), ("shop", 2)]
    assert [one["warehouse"] for one in program.get("/stock", low="true").data["items"]] == ["east"]
    assert program.get("/stock", q="lamp").data["items"] == []


def test_what_cannot_be_is_said_by_code(shelf: Shelf, program: Program) -> None:
    program.post("/stock/movements", body())
    for differs, expected in (
        ({"quantity": 0}, (422, "quantity_unsound")),
        ({"quantity": 0.5}, (422, "invalid")),
        ({"quantity": 10**9}, (422, "invalid")),
        ({"sku": " "}, (422, "sku_unsound")),
        ({"warehouse": "nowhere"}, (404, "warehouse_unknown")),
        ({"kind": "transfer", "to": "east"}, (422, "same_place")),
        ({"kind": "transfer", "to": "shop", "quantity": 6}, (409, "not_enough")),
        ({"kind": "correction"}, (422, "correction_unexplained")),
        ({"kind": "correction", "reason": "whim"}, (422, "correction_unexplained")),
    ):
        assert code_of(program.post("/stock/movements", body(**differs))) == expected, differs
    assert program.get("/stock").data["items"][0]["on_hand"] == 5
    assert code_of(program.get("/stock", cursor="x"))[1] == "cursor_invalid"


def test_a_program_of_one_store_sees_and_books_that_stores_stock_only(shelf: Shelf, program: Program) -> None:
    program.post("/stock/movements", body())
    own = Program(EVERYTHING, store=shelf.places["shop"].store)
    assert own.get("/stock").data["items"] == []
    assert code_of(own.post("/stock/movements", body())) == (404, "warehouse_unknown")
    assert own.post("/stock/movements", body(warehouse="shop")).status_code == 201
    other = Program(EVERYTHING, store=None)
    assert len(other.get("/stock").data["items"]) == 2


def test_pages_follow_one_another(shelf: Shelf, program: Program) -> None:
    for number in range(30):
        shelf.receives(f"sku-{number:02d}", 1)
    first = program.get("/stock").data
    second = program.get("/stock", cursor=first["next"]).data
    assert [one["sku"] for one in first["items"] + second["items"]] == [f"sku-{n:02d}" for n in range(30)]
