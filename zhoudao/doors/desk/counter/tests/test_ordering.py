"""Orders at the counter: scanned, priced from the list, placed once, with a slip; what is wrong is said where it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.counter.tests.test_counter import wrote
from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.reviewing import open_review
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.tests.shelf import SONG
from zhoudao.rooms.voice import order_news

SignIn = Callable[[str], Client]
PATH = "/desk/counter/order/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    open_review(shop.now)
    name_item(sku="CH-1", names={"zh-Hans": "北欧餐椅"}, barcode="6901234567892")
    name_item(sku="LP-7", names={"zh-Hans": "护眼台灯"})
    name_item(sku="LP-8", names={"zh-Hans": "落地台灯"})
    set_list_prices(prices={"CH-1": 12_900, "LP-7": 5_000}, currency="CNY", by=BY, at=shop.now)
    store, terms = shop.cast.stores["nanjing"], Terms({"zh-Hans": "南京店"})
    here = open_warehouse(code="nanjing", terms=terms, store_id=store.id, by=SONG, at=shop.now)
    east = open_warehouse(code="east", terms=Terms({"zh-Hans": "东仓"}), by=SONG, at=shop.now)
    receive_stock(goods=[Goods(here.id, "CH-1", 3), Goods(east.id, "CH-1", 40)], by=SONG, at=shop.now)


def form(*rows: tuple[str, str, str], **differs: Any) -> dict[str, Any]:
    return {
        "submission_id": str(uuid4()),
        "store": "nanjing",
        "phone": "138 1234 8000",
        "name": "王小姐",
        "way": "counter",
        "payment": "captured",
        "do": "place",
        "sku": [sku for sku, _price, _quantity in rows],
        "name_of": [f"商品 {sku}" for sku, _price, _quantity in rows],
        "price": [price for _sku, price, _quantity in rows],
        "quantity": [quantity for _sku, _price, quantity in rows],
        **differs,
    }


CHAIRS = ("CH-1", "129.00", "2")


def test_a_scan_adds_a_line_with_its_price_and_what_lies_here_and_again_one_more(sign_in: SignIn) -> None:
    luo = sign_in("luo")
    page = luo.post(PATH, form(do="add", words="6901234567892"))
    [row] = page.context["rows"]
    assert (row.sku, row.name, row.price, row.quantity, row.here, row.elsewhere) == (
        "CH-1", "北欧餐椅", "129.00", "1", 3, 40,
    )  # fmt: skip
    page = luo.post(PATH, form(CHAIRS, do="add", words="CH-1"))
    assert [row.quantity for row in page.context["rows"]] == ["3"]
    assert page.context["total"] == "¥387.00"


def test_words_that_may_mean_several_are_chosen_from_and_the_only_one_is_taken(sign_in: SignIn) -> None:
    luo = sign_in("luo")
    page = luo.post(PATH, form(do="add", words="台灯"))
    assert [row.sku for row in page.context["found"]] == ["LP-7", "LP-8"]
    page = luo.post(PATH, form(do="pick:LP-8", words="台灯"))
    assert [(row.sku, row.price) for row in page.context["rows"]] == [("LP-8", "")], "nobody has priced it"
    page = luo.post(PATH, form(CHAIRS, do="add", words="护眼"))
    assert [row.sku for row in page.context["rows"]] == ["CH-1", "LP-7"]
    page = luo.post(PATH, form(CHAIRS, do="add", words="没有的东西"))
    assert (page.context["is_lost"], len(page.context["rows"])) == (True, 1)
    page = luo.post(PATH, form(CHAIRS, ("LP-7", "50.00", "1"), do="drop:CH-1", remark="周末来取"))
    assert [row.sku for row in page.context["rows"]] == ["LP-7"]
    assert "周末来取" in page.content.decode(), "what was typed stays"


def test_it_is_placed_for_the_store_with_a_slip_that_leads_to_it(sign_in: SignIn, shop: Shop) -> None:
    page = sign_in("luo").post(PATH, form(CHAIRS, remark="周末来取"), follow=True)
    order = Order.objects.get()
    assert (order.source, order.store.code, order.total_minor, order.payment) == (
        "counter",
        "nanjing",
        25_800,
        "captured",
    )
    assert recipient_of(order).phone.endswith("13812348000")
    shown = page.content.decode()
    assert order.number in shown
    assert "¥258.00" in shown
    assert "/t/" in shown
    assert not Identity.objects.filter(kind="phone", suggested=False).exists(), "nobody has checked the number"
    sign_in("luo").post(PATH, form(CHAIRS, way="counter"))
    assert Customer.objects.filter(orders__isnull=False).distinct().count() == 1, "who gave the same number here"


def test_pressed_twice_or_at_once_it_is_one_order_and_changed_under_the_same_key_it_is_refused(sign_in: SignIn) -> None:
    given = form(CHAIRS)
    luo = sign_in("luo")

    def press(_turn: int) -> str:
        try:
            return luo.post(PATH, given)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert Order.objects.count() == 1
    again = luo.post(PATH, {**given, "quantity": ["5"]})
    assert (again.status_code, Order.objects.count()) == (422, 1)


def test_a_customer_who_was_found_is_whose_order_it_is_and_hears_of_it(sign_in: SignIn, shop: Shop) -> None:
    case = wrote(shop, "你好", name="王小姐")
    luo = sign_in("luo")
    page = luo.post("/desk/counter/find/", {"words": "13812348000"}, follow=True)
    who = page.context["who"]
    assert f"{PATH}?who=" in page.content.decode()
    assert "王" in luo.get(PATH, {"who": who}).content.decode()
    luo.post(PATH, form(CHAIRS, who=who, phone="", name=""))
    order = Order.objects.get()
    assert Identity.objects.filter(customer_id=order.customer_id, kind="phone", suggested=False).exists()
    order_news.on_event(Event.objects.get(type="orders.OrderPlaced"))
    told = Message.objects.filter(conversation=case.conversation, direction="out", actor="system:orders")
    assert order.number in "".join(told.values_list("text", flat=True))


def test_delivered_it_needs_who_and_where_and_the_address_is_reviewed(sign_in: SignIn) -> None:
    luo = sign_in("luo")
    page = luo.post(PATH, form(CHAIRS, way="counter-delivery"))
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"province", "city", "address"})
    where = {"province": "江苏省", "city": "南京市", "district": "鼓楼区", "address": "中山北路 88 号"}
    luo.post(PATH, form(CHAIRS, way="counter-delivery", **where))
    order = Order.objects.get()
    assert (order.source, order.province, recipient_of(order).address) == (
        "counter-delivery",
        "江苏省",
        "中山北路 88 号",
    )


@pytest.mark.parametrize(
    ("rows", "differs", "where"),
    [
        ((), {}, "__all__"),
        ((CHAIRS,), {"phone": ""}, "phone"),
        ((CHAIRS,), {"phone": "12"}, "phone"),
        ((CHAIRS,), {"store": "beijing"}, "store"),
        ((CHAIRS,), {"way": "by-owl"}, "way"),
        ((CHAIRS,), {"submission_id": "x"}, "submission_id"),
        ((("CH-1", "129.00", "0"),), {}, "row"),
        ((("CH-1", "129.00", "²"),), {}, "row"),
        ((("CH-1", "1.005", "1"),), {}, "row"),
        ((("CH-1", "", "1"),), {}, "row"),
        ((("CH-1", "NaN", "1"),), {}, "row"),
        ((("CH-1", "999999999999", "9999"),), {}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_placed(
    sign_in: SignIn, rows: tuple[tuple[str, str, str], ...], differs: dict[str, Any], where: str
) -> None:
    page = sign_in("luo").post(PATH, form(*rows, **differs))
    assert (page.status_code, Order.objects.count()) == (422, 0)
    faults = [row.fault for row in page.context["rows"]]
    assert any(faults) if where == "row" else where in page.context["form"].errors


def test_a_page_takes_few_statements_and_other_stores_slips_do_not_exist(sign_in: SignIn, shop: Shop) -> None:
    luo = sign_in("luo")
    luo.post(PATH, form(CHAIRS))
    with CaptureQueriesContext(connection) as asked:
        luo.post(PATH, form(CHAIRS, ("LP-7", "50.00", "1"), ("LP-8", "70.00", "1"), do="add", words="台灯"))
    assert len(asked) <= 12
    number = Order.objects.get().number
    other = User.objects.create_user(email="bei@example.com", password="x" * 14, name="贝贝")  # a test's
    store = Store.objects.create(code="hefei", names={"zh-Hans": "合肥店"}, kind="shop")
    Grant.objects.create(user=other, role="store_staff", store=store)
    shop.cast.people["bei"] = other
    bei = sign_in("bei")
    assert bei.get(f"{PATH}{number}/").status_code == 404
    assert bei.post(PATH, form(CHAIRS)).status_code == 422
    assert luo.get(f"{PATH}{number}/").status_code == 200
