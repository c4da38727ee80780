"""An order is stopped out of the case in which its customer asks for the money back; it goes on, or is cancelled."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.commands import merge_customers
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.parcels.tests.depot import open_review, ready, sent

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


def asking(shop: Shop) -> tuple[Case, Order]:
    """Miss Wang's case, and her order that has not left."""
    open_review(shop.now)
    case, order = shop.hears("我不想要了，退钱"), ready(at=shop.now)
    merge_customers(loser_id=order.customer_id, survivor_id=case.customer_id, at=shop.now, by=BY)
    return case, order


def test_it_stops_with_the_case_as_evidence_and_goes_on_after_all(shop: Shop) -> None:
    case, order = asking(shop)
    client, pane = as_(shop, "admin"), f"/desk/cases/{case.number}/orders/"
    path = f"{pane}{order.number}/stop/"
    assert "Wants the money back: stop it" in text(client.get(pane))
    for _ in range(2):
        part = text(client.post(path, {"do": "stop"}))
    assert "nothing is sent" in part
    assert "Wants the money back" not in part
    held = Hold.objects.get()
    assert (held.reason, held.evidence["case"]) == ("refund_requested", case.number)
    assert Event.objects.filter(type="cases.OrderStopped", primary_id=case.id).count() == 1
    assert case.number in text(client.get("/desk/orders/holds/")), "the workbench says which case"
    assert f"Order {order.number} was stopped" in text(client.get(f"/desk/cases/{case.number}/"))
    assert "Wants the money back: stop it" in text(client.post(path, {"do": "release"}))
    assert Order.objects.get().commercial == "approved"
    assert "ended this already" in text(client.post(path, {"do": "release"}))


def test_it_is_cancelled_out_of_the_case(shop: Shop) -> None:
    case, order = asking(shop)
    client, path = as_(shop, "admin"), f"/desk/cases/{case.number}/orders/{order.number}/stop/"
    client.post(path, {"do": "stop"})
    part = text(client.post(path, {"do": "cancel"}))
    assert "Cancelled" in part
    assert (Order.objects.get().commercial, Hold.objects.get().ending) == ("cancelled", "cancelled")
    assert "Wants the money back" not in part


def test_what_left_is_refused_in_words(shop: Shop) -> None:
    case, order = asking(shop)
    sent(order, at=shop.now)
    client, pane = as_(shop, "admin"), f"/desk/cases/{case.number}/orders/"
    assert "Wants the money back" not in text(client.get(pane))
    assert "goods have left" in text(client.post(f"{pane}{order.number}/stop/", {"do": "stop"}))
    assert client.post(f"{pane}{order.number}/stop/", {"do": "x"}).status_code == 400
    assert not Hold.objects.exists()


def test_only_orders_of_the_cases_customer_and_only_for_who_may(shop: Shop) -> None:
    case, order = asking(shop)
    other = ready(at=shop.now, claims=[], external_number="of-another")
    path = f"/desk/cases/{case.number}/orders/{other.number}/stop/"
    if other.customer_id != order.customer_id:
        assert as_(shop, "admin").post(path, {"do": "stop"}).status_code == 404
    pane = f"/desk/cases/{case.number}/orders/"
    reader = as_(shop, "zhou")
    assert "Wants the money back" not in text(reader.get(pane))
    assert reader.post(f"{pane}{order.number}/stop/", {"do": "stop"}).status_code == 403
    assert not Hold.objects.exists()


def test_the_pane_costs_few_statements(shop: Shop) -> None:
    case, order = asking(shop)
    client = as_(shop, "admin")
    client.post(f"/desk/cases/{case.number}/orders/{order.number}/stop/", {"do": "stop"})
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/desk/cases/{case.number}/orders/")
    assert len(asked) <= 10


def test_what_will_hardly_leave_in_time_says_so_until_it_left(shop: Shop) -> None:
    _case, order = asking(shop)
    client, path = as_(shop, "admin"), f"/desk/orders/{order.number}/"
    late = '<span class="chip chip-bad" title="'
    assert late not in text(client.get(path))
    Order.objects.filter(id=order.id).update(late_at=shop.now)
    assert late in text(client.get(path))
    sent(Order.objects.get(id=order.id), at=shop.now)
    assert late not in text(client.get(path))
