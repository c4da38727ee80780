"""A promised call at the desk: in the list of steps, with who is to be called, the number and the result."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from zhoudao.conduct.flows.calls import open_call
from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import Task
from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.tests.salon import Salon, open_salon
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["open_shop", "shop", "sign_in"]
Signs = Callable[[str], Client]


@pytest.fixture
def salon(shop: Shop) -> Salon:
    ensure_shipped_flows(shop.now)
    return open_salon(shop)


def due(salon: Salon) -> tuple[Booking, Task]:
    booking = salon.books("10:00", "call", person="luo", words="想问安装")
    salon.shop.now = booking.starts_at - timedelta(minutes=1)
    open_call(booking.id, at=salon.shop.now)
    return booking, Task.objects.get(object_id=booking.id)


def test_it_is_found_called_and_done_in_the_list_of_steps(salon: Salon, sign_in: Signs) -> None:
    luo, (booking, task) = sign_in("luo"), due(salon)
    assert booking.number in luo.get("/desk/tasks/", {"mine": "1"}).content.decode()
    page = luo.get(f"/desk/tasks/{task.id}/").content.decode()
    assert "想问安装" in page
    assert "13812348000" not in page
    assert f"/desk/bookings/{booking.id}/" in page
    assert "没有打通" in page
    refused = luo.post(f"/desk/tasks/{task.id}/", {"outcome": "", "note": "没讲完"})
    assert refused.status_code == 422
    assert "想问安装" in refused.content.decode()
    luo.post(f"/desk/tasks/{task.id}/", {"outcome": "solved", "note": "已讲清"})
    booking.refresh_from_db()
    assert (booking.state, booking.outcome) == ("done", "solved")
    assert "已讲清" in luo.get(f"/desk/bookings/{booking.id}/").content.decode()


def test_whoever_promised_it_is_shown_the_number_and_that_is_noted(salon: Salon, sign_in: Signs) -> None:
    luo, (booking, _task) = sign_in("luo"), due(salon)
    path = f"/desk/bookings/{booking.id}/"
    assert "13812348000" not in luo.get(path).content.decode()
    assert 'href="tel:+8613812348000"' in luo.post(f"{path}act/", {"do": "number"}).content.decode()
    assert Event.objects.filter(type="bookings.NumberShown", primary_id=booking.id).count() == 1
    xu = sign_in("xu")
    refused = xu.post(f"{path}act/", {"do": "number"})
    assert refused.status_code == 422
    assert "13812348000" not in refused.content.decode()
    assert sign_in("hu").post(f"{path}act/", {"do": "number"}).status_code == 404
    luo.post(f"{path}act/", {"do": "finish", "outcome": "solved"})
    assert luo.post(f"{path}act/", {"do": "number"}).status_code == 422, "over is over"


def test_beside_the_customer_it_is_one_press_away(salon: Salon, sign_in: Signs) -> None:
    luo, (booking, task) = sign_in("admin"), due(salon)
    page = luo.get(f"/desk/customers/{booking.customer_id}/bookings/").content.decode()
    assert f"/desk/tasks/{task.id}/" in page
    assert "tel:+8613812348000" in luo.get(f"/desk/tasks/{task.id}/").content.decode()
    luo.post(f"/desk/tasks/{task.id}/", {"outcome": "not_reached"})
    page = luo.get(f"/desk/customers/{booking.customer_id}/bookings/").content.decode()
    assert f"/desk/tasks/{task.id}/" not in page
