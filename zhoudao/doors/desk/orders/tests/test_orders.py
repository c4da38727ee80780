"""The orders' pages: listed, opened, ended, looked at with a reason, and beside cases and customers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.followed import TYPES, gather
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.commands import merge_customers
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.queries.finding import orders_with_sku
from zhoudao.rooms.orders.tests.bazaar import BY, placed

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], Client]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


def as_(shop: Shop, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    user = shop.cast.people[name]
    user.language = "en"
    user.save()
    client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_is_narrowed_by_each_axis_store_and_day_and_goes_on(shop: Shop) -> None:
    for n in range(27):
        placed(at=shop.now, external_number=f"N-{n}")
    one = Order.objects.order_by("placed_at", "id").first()
    assert one is not None
    Order.objects.filter(id=one.id).update(
        commercial="approved", payment="captured", fulfilment="packed", store=shop.cast.stores["nanjing"],
        placed_at=shop.now.replace(day=2),
    )  # fmt: skip
    client = as_(shop, "admin")
    first = client.get("/desk/orders/")
    assert text(first).count("who-link") == 25
    assert text(client.get("/desk/orders/", {"cursor": first.context["next"]})).count("who-link") == 2
    for asked in ("commercial=approved", "payment=captured", "fulfilment=packed", "store=nanjing", "day=2026-03-02"):
        found = text(client.get(f"/desk/orders/?{asked}"))
        assert (found.count("who-link"), one.number in found) == (1, True), asked
    assert text(client.get("/desk/orders/?commercial=completed")).count("who-link") == 0
    assert client.get("/desk/orders/?day=yesterday").status_code == 400
    assert client.get("/desk/orders/?cursor=x").status_code == 400


def test_a_page_costs_few_statements_however_much_is_on_it(shop: Shop) -> None:
    for _ in range(30):
        order = placed(at=shop.now)
    client = as_(shop, "admin")
    for path, most in (("/desk/orders/", 12), (f"/desk/orders/{order.number}/", 12), ("/desk/orders/found/?q=T", 12)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= most, (path, [one["sql"][:90] for one in asked])


def test_the_page_shows_goods_amounts_and_a_recipient_that_is_masked(shop: Shop) -> None:
    order = placed(at=shop.now)
    page = text(as_(shop, "admin").get(f"/desk/orders/{order.number}/"))
    for words in ("餐椅", "CH-1", "310.00", "王**", "南京市", "To be reviewed", f"Order {order.number} was placed"):
        assert words in page, words
    for secret in ("王小姐", "中山北路", "13812348000", "13912340000"):
        assert secret not in page, secret


def test_a_look_at_the_recipient_has_a_reason_and_is_told(shop: Shop) -> None:
    order, client = placed(at=shop.now), as_(shop, "admin")
    path = f"/desk/orders/{order.number}/recipient/"
    assert "中山北路" not in text(client.get(path))
    assert "中山北路 88 号" in text(client.post(path, {"reason": "送货"}))
    assert "The recipient of order" in text(client.get(f"/desk/orders/{order.number}/"))
    assert as_(shop, "zhou").post(path, {"reason": "x"}).status_code == 403


def test_it_is_cancelled_with_a_reason_once_or_completed(shop: Shop) -> None:
    order, other, client = placed(at=shop.now), placed(at=shop.now), as_(shop, "admin")
    path = f"/desk/orders/{order.number}/act/"
    refused = client.post(path, {"do": "cancel", "reason": "x"})
    assert (refused.status_code, "Choose why" in text(refused)) == (422, True)
    done = client.post(path, {"do": "cancel", "reason": "no_stock"}, follow=True)
    assert "It cannot be had" in text(done)
    assert client.post(path, {"do": "complete"}).status_code == 422
    assert client.post(path, {"do": "burn"}).status_code == 400
    client.post(f"/desk/orders/{other.number}/act/", {"do": "complete"})
    assert Order.objects.get(id=other.id).commercial == "completed"
    assert as_(shop, "zhou").post(path, {"do": "complete"}).status_code == 403, "an analyst only reads"


def test_a_case_is_opened_about_an_order_once_and_both_show_each_other(shop: Shop) -> None:
    order, client = placed(at=shop.now), as_(shop, "admin")
    asked = {"words": "客户来电：少了一把椅子", "kind": "order_exception", "asked_id": str(order.id)}
    path = f"/desk/orders/{order.number}/case/"
    assert client.post(path, {"words": " ", "kind": "inquiry"}).status_code == 422
    for _ in range(2):
        assert client.post(path, asked).status_code == 302
    dispatch.drain()
    case = Case.objects.get(conversation__order_number=order.number)
    assert (case.kind, case.customer_id, case.store_id) == ("order_exception", order.customer_id, order.store_id)
    assert case.number in text(client.get(f"/desk/orders/{order.number}/"))
    assert order.number in text(client.get(f"/desk/cases/{case.number}/orders/"))
    assert order.number in text(client.get(f"/desk/customers/{order.customer_id}/orders/"))
    assert f"Order {order.number} was placed" in text(client.get(f"/desk/customers/{order.customer_id}/?kind=orders"))
    assert f"/desk/cases/{case.number}/orders/" in text(client.get(f"/desk/cases/{case.number}/side/"))


def test_who_may_see_a_customers_case_sees_their_orders_also_of_joined_records(shop: Shop) -> None:
    case, order = shop.hears("我的椅子呢？"), placed(at=shop.now)
    wang = as_(shop, "wang")
    assert wang.get(f"/desk/orders/{order.number}/").status_code == 404
    assert order.number not in text(wang.get("/desk/orders/"))
    merge_customers(loser_id=order.customer_id, survivor_id=case.customer_id, at=shop.now, by=BY)
    assert order.number in text(wang.get(f"/desk/cases/{case.number}/orders/"))
    assert wang.get(f"/desk/orders/{order.number}/").status_code == 200


def test_the_search_finds_orders_by_number_phone_and_name(shop: Shop) -> None:
    order, client = placed(at=shop.now), as_(shop, "admin")
    sku = order.lines.get(position=1).sku
    for words in (order.number, order.external_number, "13812348000", "王小姐", sku, sku.lower()):
        assert order.number in text(client.get("/desk/orders/found/", {"q": words})), words
        assert order.number in text(client.get("/desk/orders/", {"q": words})), words
        page = text(client.get("/desk/search/", {"q": words}))
        assert "/desk/orders/found/?q=" in page
    assert text(client.get("/desk/orders/found/", {"q": "nothing"})).strip() == ""
    assert "No such order" in text(client.get("/desk/orders/", {"q": "nothing"}))


def test_its_page_shows_the_way_it_follows_and_where_it_stands(shop: Shop) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    order = placed(at=shop.now)
    client = as_(shop, "admin")
    assert "way-steps" not in text(client.get(f"/desk/orders/{order.number}/"))
    heard = gather(list(Event.objects.filter(type__in=TYPES)))
    found = text(client.get(f"/desk/orders/{order.number}/"))
    assert '<li class="is-current" aria-current="step">规则审单</li>' in found
    assert found.count('<li class="is-next">') == 8
    cancel_order(order_id=order.id, reason="mistake", by=BY, at=shop.now)
    gather(list(Event.objects.filter(type__in=TYPES).exclude(id__in=heard)))
    over = text(client.get(f"/desk/orders/{order.number}/"))
    assert "is-next" not in over
    assert "is-current" not in over


def test_an_item_finds_the_newest_orders_in_which_it_is_that_may_be_seen(shop: Shop) -> None:
    orders = [placed(external_number=f"N-{n}", at=shop.now + timedelta(minutes=n)) for n in range(22)]
    sku = orders[0].lines.get(position=1).sku
    found = orders_with_sku(Q(), sku)
    assert [one.id for one in found] == [one.id for one in orders[:1:-1]]
    assert orders_with_sku(Q(id=orders[3].id), sku) == [orders[3]]
    assert orders_with_sku(Q(), sku + "x") == orders_with_sku(Q(), " ") == []
