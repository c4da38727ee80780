"""An order's parcels on its page: handed over by hand, put right, and seen by who may."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.tests.depot import ready, sent
from zhoudao.rooms.parcels.told import Said, Told

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_clerk_hands_over_part_of_an_order_then_the_rest(shop: Shop) -> None:
    order, client = ready(at=shop.now), as_(shop, "admin")
    path = f"/desk/orders/{order.number}/parcels/"
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert "Nothing has left yet" in page
    asked = {"carrier": "sf", "tracking_number": "sf 100200300", "pieces-1": "1", "pieces-2": ""}
    done = text(client.post(path, asked, follow=True))
    assert "SF100200300" in done
    assert "SF Express" in done
    assert "1 ×" in done
    assert "left with SF Express (pieces: 1, still to come: 2)" in done
    wrong = client.post(path, {"carrier": "sf", "tracking_number": "1", "pieces-1": "1"})
    assert (wrong.status_code, "4 to 40 letters" in text(wrong)) == (422, True)
    many = client.post(path, {"carrier": "sf", "tracking_number": "SF999999", "pieces-1": "x"})
    assert "more than is still to be handed over" in text(many)
    rest = {"carrier": "jd", "tracking_number": "JD55667788", "pieces-1": "1", "pieces-2": "1"}
    page = text(client.post(path, rest, follow=True))
    assert "Hand a parcel over" not in page
    assert Parcel.objects.count() == 2


def test_a_number_typed_wrongly_is_put_right(shop: Shop) -> None:
    order, other, client = ready(at=shop.now), ready(at=shop.now), as_(shop, "admin")
    asked = {"carrier": "sf", "tracking_number": "SF1111", "pieces-1": "2", "pieces-2": "1"}
    client.post(f"/desk/orders/{order.number}/parcels/", asked)
    parcel = Parcel.objects.get()
    right = {"carrier": "sf", "tracking_number": "SF2222"}
    assert client.post(f"/desk/orders/{other.number}/parcels/{parcel.id}/", right).status_code == 422
    assert "SF2222" in text(client.post(f"/desk/orders/{order.number}/parcels/{parcel.id}/", right, follow=True))
    assert as_(shop, "zhou").post(f"/desk/orders/{order.number}/parcels/{parcel.id}/", right).status_code == 403


def test_the_page_costs_few_statements_with_parcels_too(shop: Shop) -> None:
    order, client = ready(at=shop.now), as_(shop, "admin")
    asked = {"carrier": "sf", "tracking_number": "SF1111", "pieces-1": "1"}
    client.post(f"/desk/orders/{order.number}/parcels/", asked)
    with CaptureQueriesContext(connection) as counted:
        client.get(f"/desk/orders/{order.number}/")
    assert len(counted) <= 14, [  # one of them for the order's returns, one for its repairs
        one["sql"][:80] for one in counted
    ]


def test_a_parcel_is_found_by_its_number_and_seen_beside_its_customers_case(shop: Shop) -> None:
    case, client = shop.hears("我的椅子呢？"), as_(shop, "admin")
    order = ready(at=shop.now, claims=[], customer_id=case.customer_id)
    sent(order, at=shop.now)
    said = Said(shop.now, "in_transit", "已到达", "苏州转运中心")
    note_told(told=Told("sf", "SF1234567890", (said,)), source="test", at=shop.now)
    for words in ("SF1234567890", "sf 123 456 7890"):
        assert order.number in text(client.get("/desk/orders/found/", {"q": words})), words
        assert order.number in text(client.get("/desk/orders/", {"q": words})), words
    assert order.number not in text(client.get("/desk/orders/found/", {"q": "SF1234567899"}))
    beside = text(client.get(f"/desk/cases/{case.number}/orders/"))
    for words in ("SF1234567890", "苏州转运中心", "On its way"):
        assert words in beside, words
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert "What the carrier says" in page
    parcel = Parcel.objects.get()
    done = text(client.post(f"/desk/orders/{order.number}/parcels/{parcel.id}/delivered/", follow=True))
    assert "The parcel is delivered." in done
    assert order.number in text(client.get(f"/desk/customers/{order.customer_id}/?kind=orders"))
