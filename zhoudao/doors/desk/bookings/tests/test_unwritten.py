"""No result is forgotten: what is over without one is listed, by store and person, and written in the list."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.rooms.bookings.commands.changing import cancel_booking
from zhoudao.rooms.bookings.commands.serving import finish_booking
from zhoudao.rooms.bookings.models import State
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.tests.test_telling import THEM
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/bookings/unwritten/"
Signs = Callable[[str], Client]


@pytest.fixture
def salon(shop: Shop) -> Salon:
    return open_salon(shop)


def test_what_is_over_is_listed_by_person_and_written_in_the_list(salon: Salon, sign_in: Signs) -> None:
    luo, people = sign_in("luo"), salon.counter.people
    of_luo, of_xu = salon.books("10:00", person="luo"), salon.books("11:00", person="xu")
    over, later = salon.books("09:00", person="luo"), salon.books("17:00", person="luo")
    gone = salon.books("14:00", person="xu")
    cancel_booking(booking_id=gone.id, by=THEM, at=salon.shop.now)
    salon.shop.now = moment("15:00")
    viewer = salon.viewer("luo")
    finish_booking(booking_id=over.id, outcome="solved", note="", viewer=viewer, at=salon.shop.now)
    page = luo.get(PATH, {"store": "nanjing"}).content.decode()
    listed = {one for one in (of_luo, of_xu, over, later, gone) if f"/{one.id}/act/" in page}
    assert listed == {of_luo, of_xu}
    assert "王小姐" not in page
    mine = luo.get(PATH, {"store": "nanjing", "person": f"{people['luo'].pk}"}).content.decode()
    assert f"/{of_luo.id}/act/" in mine
    assert f"/{of_xu.id}/act/" not in mine
    day = luo.get("/desk/bookings/", {"store": "nanjing"}).content.decode()
    assert PATH in day
    back = luo.post(
        f"/desk/bookings/{of_luo.id}/act/",
        {"do": "finish", "outcome": "bought", "from": "unwritten", "person": people["luo"].pk},
    )
    assert back["Location"] == f"{PATH}?store=nanjing&person={people['luo'].pk}"
    luo.post(f"/desk/bookings/{of_xu.id}/act/", {"do": "missed", "from": "unwritten"})
    of_luo.refresh_from_db()
    assert (of_luo.state, of_luo.outcome, of_luo.arrived_at) == (State.DONE, "bought", None)
    assert "都已记录" in luo.get(PATH, {"store": "nanjing"}).content.decode()


def test_a_choice_that_is_none_is_said_in_the_list(salon: Salon, sign_in: Signs) -> None:
    luo, booking = sign_in("luo"), salon.books("10:00")
    salon.shop.now = moment("15:00")
    answer = luo.post(f"/desk/bookings/{booking.id}/act/", {"do": "finish", "from": "unwritten"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(PATH)
    assert "请选择" in answer.content.decode()


def test_other_stores_and_wrong_cursors_show_nothing(salon: Salon, sign_in: Signs) -> None:
    booking = salon.books("10:00")
    salon.shop.now = moment("15:00")
    assert f"{booking.id}" not in sign_in("hu").get(PATH, {"store": "nanjing"}).content.decode()
    for wrong in ("x", "2026-03-11~x", f"2026-03-11T00:00:00~{booking.id}"):
        assert sign_in("luo").get(PATH, {"store": "nanjing", "cursor": wrong}).status_code == 400


def test_pages_follow_one_another_at_the_same_few_statements(
    salon: Salon, sign_in: Signs, django_assert_max_num_queries: Any
) -> None:
    luo = sign_in("luo")
    days = [WEDNESDAY + timedelta(days=n) for n in (0, 1, 2, 5, 6)]
    made = {
        salon.books(clock, day=day, name="客户").id
        for day in days
        for clock in ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00")
    }
    salon.shop.now = moment("18:00", days[-1])
    luo.get(PATH, {"store": "nanjing"})
    with django_assert_max_num_queries(12):
        first = luo.get(PATH, {"store": "nanjing"})
    page, cursor = first.context["page"], first.context["page"].next
    assert len(page.rows) == 25
    second = luo.get(PATH, {"store": "nanjing", "cursor": cursor}).context["page"]
    assert {one.id for one, _told in [*page.rows, *second.rows]} == made
    assert len(made) == 30
    assert second.next == ""
