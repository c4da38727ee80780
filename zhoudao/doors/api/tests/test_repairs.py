"""Repairs for programs: asked for once, read, listed page by page; refused by name."""

from typing import get_args

import pytest

from zhoudao.doors.api.repairs import RepairState, RepairSymptom
from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.repairs.kinds import State, Symptom
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.tests.workshop import SERIAL, asked, sold

pytestmark = pytest.mark.django_db


def test_the_description_names_every_symptom_and_state() -> None:
    assert get_args(RepairSymptom) == tuple(Symptom.values)
    assert get_args(RepairState) == tuple(State.values)


def test_a_repair_is_asked_for_and_says_who_pays(shop: Shop, program: Program) -> None:
    order = sold(clock.now())
    body = {"order": order.number, "line": 1, "symptom": "leak", "serial": SERIAL, "batch": "l 7", "words": "漏水"}
    made = program.post("/repairs", body)
    assert made.status_code == 201
    assert (made.data["is_covered"], made.data["proposed"], made.data["confidence"]) == (True, "seal", 75)
    assert made.data["batch"] == "L7"
    assert program.get(f"/repairs/{made.data['number']}").data == made.data
    assert code_of(program.post("/repairs", body)) == (409, "already_in_repair")
    assert code_of(program.post("/repairs", body | {"line": 9})) == (422, "line_unknown")
    assert code_of(program.post("/repairs", body | {"serial": "??"})) == (422, "serial_unsound")
    assert code_of(program.post("/repairs", body | {"symptom": "x"})) == (422, "invalid")
    assert code_of(program.post("/repairs", body | {"order": "O2026-999999"})) == (404, "order_not_found")
    assert code_of(program.get("/repairs/M2026-999999")) == (404, "repair_not_found")


def test_they_are_listed_page_by_page(shop: Shop, program: Program) -> None:
    order = sold(clock.now(), items=[Item("WM-8", 30, 299_900, "滚筒洗衣机")])
    made = [asked(order, f"WM-{n:06d}", at=clock.now()) for n in range(27)]
    first = program.get("/repairs").data
    rest = program.get(f"/repairs?cursor={first['next']}").data
    numbers = [one["number"] for one in (*first["items"], *rest["items"])]
    assert numbers == [one.number for one in reversed(made)]
    assert rest["next"] is None
    Repair.objects.filter(id=made[0].id).update(state="ready")
    assert [one["number"] for one in program.get("/repairs?state=ready").data["items"]] == [made[0].number]
    assert program.get("/repairs?place=bench").data["items"] == []
    assert code_of(program.get("/repairs?cursor=nonsense"))[0] == 422
