"""Programs book: free times, one booking for a key, moved, cancelled, and nobody else's store."""

from typing import Any

import pytest

from zhoudao.conduct.flows.calls import open_call
from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.cases.tests.shop import Shop


@pytest.fixture
def salon(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Salon:
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return open_salon(shop)


def wanted(salon: Salon, at: str = "10:00", **differs: Any) -> dict[str, Any]:
    usual = {"service": str(salon.services["test"].id), "store": "nanjing", "starts_at": moment(at).isoformat()}
    return usual | {"name": "王小姐", "phone": "13812348000", "words": "漏水"} | differs


def test_from_free_times_to_a_cancelled_booking(salon: Salon, program: Program) -> None:
    asked = {"service": salon.services["test"].id, "store": "nanjing", "first": f"{WEDNESDAY}"}
    free = program.get("/bookings/slots", **asked).data["items"]
    assert len(free) == 16
    assert free[0]["people"] == 2
    made = [program.post("/bookings", wanted(salon), **{"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    number = made[0].data["number"]
    assert Booking.objects.get().number == number
    assert "王" not in str(made[0].data), "who reads customers reads them there"
    moved = program.patch(f"/bookings/{number}", {"starts_at": moment("11:00").isoformat()})
    assert moved.data["starts_at"].startswith("2026-03-11T03:00")
    for _ in range(2):
        assert program.post(f"/bookings/{number}/cancel").data["state"] == "cancelled"
    assert program.get(f"/bookings/{number}").data["state"] == "cancelled"
    assert [one["number"] for one in program.get("/bookings", store="nanjing").data["items"]] == [number]


def test_what_cannot_be_is_said_by_code(salon: Salon, program: Program) -> None:
    for _ in range(2):
        program.post("/bookings", wanted(salon))
    assert code_of(program.post("/bookings", wanted(salon))) == (409, "slot_taken")
    assert code_of(program.post("/bookings", wanted(salon, "14:00", phone="12")))[0] == 422
    assert code_of(program.post("/bookings", wanted(salon, "14:00", phone=""))) == (422, "contact_missing")
    assert code_of(program.post("/bookings", wanted(salon, store="web"))) == (404, "service_unknown")
    assert code_of(program.post("/bookings", wanted(salon, case="C2026-999999"))) == (422, "case_unknown")
    assert code_of(program.get("/bookings/B2026-999999")) == (404, "booking_not_found")
    asked = {"service": salon.services["test"].id, "store": "nanjing", "first": "2026-03-11", "last": "2026-05-11"}
    assert code_of(program.get("/bookings/slots", **asked)) == (422, "period_invalid")


def test_a_program_of_another_store_sees_and_books_nothing_here(salon: Salon, program: Program) -> None:
    booking = salon.books("10:00")
    other = Program(EVERYTHING, store=salon.shop.cast.stores["hangzhou"])
    assert other.get("/bookings").data["items"] == []
    assert code_of(other.get(f"/bookings/{booking.number}")) == (404, "booking_not_found")
    assert code_of(other.post(f"/bookings/{booking.number}/cancel")) == (404, "booking_not_found")
    assert code_of(other.post("/bookings", wanted(salon))) == (404, "service_unknown")


def test_pages_follow_one_another(salon: Salon, program: Program) -> None:
    from datetime import timedelta

    days = [one for n in range(20) if (one := WEDNESDAY + timedelta(days=n)).weekday() < 5]
    for day in days:
        for at in ("09:00", "14:00"):
            salon.books(at, day=day)
    first = program.get("/bookings").data
    second = program.get("/bookings", cursor=first["next"]).data
    numbers = [one["number"] for one in first["items"] + second["items"]]
    assert len(first["items"]) == 25
    assert len(set(numbers)) == len(numbers) == 2 * len(days)


def test_a_promised_call_is_a_step_like_others(salon: Salon, program: Program) -> None:
    ensure_shipped_flows(salon.shop.now)
    booking = salon.books("10:00", "call")
    open_call(booking.id, at=moment("09:58"))
    (task,) = program.get("/tasks").data["items"]
    assert (task["object_type"], task["booking"], task["case"]) == ("booking", booking.number, None)
    assert task["due_at"].startswith("2026-03-11T02:05")
    assert "not_reached" in task["fields"][0]["options"]
    program.post(f"/tasks/{task['id']}/complete", {"result": {"outcome": "bought"}})
    booking.refresh_from_db()
    assert (booking.state, booking.outcome) == ("done", "bought")
