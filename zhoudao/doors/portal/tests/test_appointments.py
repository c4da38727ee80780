"""Who has an appointment checks in at the kiosk by its number and their phone's end; everything else is one answer."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.portal.kiosk.looking import CASES
from zhoudao.ground.installation import clock
from zhoudao.rooms.bookings.models import State
from zhoudao.rooms.bookings.tests.salon import Salon, moment, open_salon
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.visits.commands.devices import offer_pairing
from zhoudao.rooms.visits.models import Visit

PATH = "/kiosk/appointment/"


@pytest.fixture
def salon(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Salon:
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return open_salon(shop)


@pytest.fixture
def screen(salon: Salon) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    code = offer_pairing(store_id=salon.store.id, name="Door", viewer=salon.viewer("luo"), at=salon.shop.now)
    client.post("/kiosk/pair/", {"code": code})
    return client


def says(screen: Client, number: str, digits: str = "8000") -> Any:
    page = screen.get("/kiosk/")
    assert page.status_code == 200
    turn = screen.get(PATH).context["turn"]
    return screen.post(PATH, {"number": number, "digits": digits, "turn": turn}, follow=True)


def test_they_get_the_number_of_the_line_and_twice_is_once(salon: Salon, screen: Client) -> None:
    assert "I have an appointment" in screen.get("/kiosk/").content.decode()
    booking = salon.books("10:00")
    salon.shop.now = moment("09:50")
    for _ in range(2):
        shown = says(screen, booking.number.lower())
        assert "A001" in shown.content.decode()
    booking.refresh_from_db()
    assert (booking.state, Visit.objects.count()) == (State.ARRIVED, 1)
    fitting = salon.books("10:00", "fitting")
    assert "A colleague fetches you" in says(screen, fitting.number).content.decode()


def test_what_is_not_theirs_or_not_today_gets_one_answer_and_guessing_ends(salon: Salon, screen: Client) -> None:
    booking = salon.books("10:00")
    told = {says(screen, booking.number).content, says(screen, "B2026-999999").content}
    salon.shop.now = moment("09:50")
    told.add(says(screen, booking.number, "0000").content)
    assert all(b"do not belong together" in one for one in told)
    for _ in range(CASES.count):
        says(screen, booking.number, "0001")
    assert says(screen, booking.number).status_code == 429
    booking.refresh_from_db()
    assert booking.state == State.BOOKED
