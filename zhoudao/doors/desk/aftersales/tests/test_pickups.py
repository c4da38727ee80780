"""A colleague has a return fetched for its customer: ordered, moved, called off; and what needs a person."""

import re
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.aftersales.tests.test_returns import as_, shop, somebody, text
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import asked, delivered
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.pickups.answers import REFUSED, UNHEARD, Said
from zhoudao.rooms.pickups.commands.answering import note_said
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.tests.fetching import ready, times
from zhoudao.rooms.stock.models import Warehouse

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_(shop: Shop) -> ReturnRequest:
    """A chair that may be fetched for 12.00."""
    request = asked(delivered(at=shop.now), at=shop.now)
    ready()
    Warehouse.objects.exclude(code="back").update(closed_at=shop.now)
    return request


def does(client: Client, request: ReturnRequest, do: str, **given: str) -> Any:
    return client.post(f"/desk/returns/{request.number}/pickup/", {"do": do} | given, follow=True)


def book(client: Client, request: ReturnRequest, shop: Shop, **more: str) -> Any:
    shown = text(client.get(f"/desk/returns/{request.number}/"))
    key = re.search(r'name="key" value="([^"]+)"', shown)
    assert key
    given = {"key": key[1], "fee": "1200", "starts": times(shop.now)[1].starts_at.isoformat()}
    return does(client, request, "book", **given | more)


def test_it_is_ordered_moved_and_called_off_for_its_customer(shop: Shop, request_: ReturnRequest) -> None:
    clerk = as_(shop, "admin")
    shown = text(clerk.get(f"/desk/returns/{request_.number}/"))
    for words in ("Have a courier fetch it", "CN¥12.00, kept from the refund", "138 **** 8000"):
        assert words in shown, words
    assert "138 1234 8000" not in shown
    done = text(book(clerk, request_, shop))
    assert "the customer is told" in done
    one = Pickup.objects.get()
    assert (one.state, one.asked_by) == ("asked", f"user:{shop.cast.people['admin'].pk}")
    assert one.number in done
    assert "Being ordered" in text(clerk.get("/desk/returns/"))
    does(clerk, request_, "move", starts=times(shop.now)[3].starts_at.isoformat())
    one.refresh_from_db()
    assert one.starts_at == times(shop.now)[3].starts_at
    does(clerk, request_, "call_off")
    one.refresh_from_db()
    assert (one.state, one.called_off_for) == ("cancelled", "colleague")
    assert "Have a courier fetch it" in text(clerk.get(f"/desk/returns/{request_.number}/"))


def test_what_cannot_be_is_said_in_words(shop: Shop, request_: ReturnRequest) -> None:
    clerk = as_(shop, "admin")
    for change, words in (
        ({"fee": "0"}, "otherwise than it was shown"),
        ({"starts": "never"}, "This time cannot be had"),
        ({"phone": "call me"}, "under which telephone"),
    ):
        answer = book(clerk, request_, shop, **change)
        assert (answer.status_code, words in text(answer)) == (422, True), change
    assert does(clerk, request_, "call_off").status_code == 422
    assert does(clerk, request_, "dance").status_code == 400
    assert not Pickup.objects.exists()


def test_what_is_stuck_is_asked_again_or_ended_by_whoever_looked(shop: Shop, request_: ReturnRequest) -> None:
    clerk = as_(shop, "admin")
    book(clerk, request_, shop)
    one = Pickup.objects.get()
    Pickup.objects.update(attempts=2, told_at=shop.now, is_unsure=True)
    how: dict[str, Any] = {"pickup_id": one.id, "at": shop.now, "real_now": shop.now, "attempt": 2}
    note_said(said=Said(UNHEARD, "too_slow"), **how)
    note_said(said=Said(REFUSED, "refused"), **how)
    shown = text(clerk.get(f"/desk/returns/{request_.number}/"))
    assert "an attempt before may have ordered a courier" in shown
    assert "Needs a person" in shown
    assert "Call the courier off" not in shown
    Pickup.objects.update(told_at=one.asked_at.replace(year=2020))
    assert "second courier" in text(does(clerk, request_, "again"))
    CourierService.objects.update(is_active=False)
    does(clerk, request_, "none")
    one.refresh_from_db()
    assert (one.state, one.trouble) == ("failed", "by_hand")


def test_who_only_reads_returns_orders_nobody(shop: Shop, request_: ReturnRequest) -> None:
    reader = somebody("analyst")
    shown = text(reader.get(f"/desk/returns/{request_.number}/"))
    assert "Have a courier fetch it" not in shown
    starts = times(shop.now)[1].starts_at.isoformat()
    assert does(reader, request_, "book", fee="1200", starts=starts).status_code in (403, 404)
    assert not Pickup.objects.exists()
