"""Orders out of lists: rows of a number are one order, each cell is understood or named, each order taken once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands.importing import Tally, take_list
from zhoudao.rooms.orders.lists.mapping import Join, MapUnsound, OrderMap, guess, shipped_map
from zhoudao.rooms.orders.lists.reading import orders_in, read_list
from zhoudao.rooms.orders.lists.telling import harmless, reasons, rows_of, wrong_rows
from zhoudao.rooms.orders.lists.values import CellUnsound, minor, moment, pieces
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.tests.bazaar import BY, TEN

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIST = """订单编号,商品编码,商品名称,数量,单价,运费,下单时间,收货人,手机,城市,付款状态
1001,CH-1,餐椅,2,"1,299.00",12.00,2026/3/1 9:30,王小姐,13812348000,南京市,已付款
1001,LP-7,台灯,1,¥50,12.00,2026/3/1 9:30,王小姐,13812348000,南京市,已付款
1002,CH-1,餐椅,0.5,129,,2026年3月2日,陈先生,,,
1003,CH-1,餐椅,1,十元,,三月,李女士,,,
1004,CH-1,餐椅,1,129,5,,李女士,,,
1001,RUG,地毯,1,79,,,,,,
1004,LP-7,台灯,1,50,6,,赵女士,,,也许
1.0023E+17,CH-1,餐椅,1,129,,,,,,
1005,CH-1,餐椅,1,0,,,,,,
"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def web() -> Store:
    return Store.objects.get_or_create(code="web", defaults={"names": {}, "kind": "web"})[0]


def plan(text: str = LIST, **more: Any) -> OrderMap:
    return OrderMap("shop", guess(read_list(text.encode()).titles), **more)


def taken(content: bytes, how: OrderMap, **more: Any) -> Tally:
    tally = Tally()
    for tally in take_list(orders_in(read_list(content), how), by=BY, at=TEN, **more):
        assert tally.orders
    return tally


def test_the_titles_of_shops_are_understood_and_can_be_missing() -> None:
    assert guess(["订单编号", "商品编码", "单价", "收货人手机", "Order Date", "x"]) == {
        "external_number": "订单编号", "sku": "商品编码", "price": "单价", "placed_at": "Order Date",
    }  # fmt: skip
    assert guess(["external_number", "SKU", "Price", "order no"])["external_number"] == "external_number"
    with pytest.raises(MapUnsound, match="price"):
        OrderMap("shop", {"external_number": "a", "sku": "b"}).check()


def test_rows_of_a_number_are_one_order_wherever_they_stand() -> None:
    tally = taken(LIST.encode("gb18030"), plan())
    assert (tally.orders, tally.placed, tally.before, len(tally.wrong)) == (6, 1, 0, 5)
    order = Order.objects.get()
    assert (order.external_number, order.goods_minor, order.shipping_minor) == ("1001", 272_700, 1_200)
    assert (order.payment, order.placed_at) == ("captured", datetime(2026, 3, 1, 1, 30, tzinfo=UTC))
    assert recipient_of(order).phone == "13812348000"
    assert list(order.lines.order_by("position").values_list("sku", "quantity", "price_minor")) == [
        ("CH-1", 2, 129_900), ("LP-7", 1, 5_000), ("RUG", 1, 7_900)
    ]  # fmt: skip
    again = taken(LIST.encode().replace(b"0.5", b"5"), plan())
    assert (again.placed, again.before, len(again.wrong)) == (1, 1, 4), "put right, only that order is taken"


def test_what_is_wrong_is_said_with_its_rows_and_column() -> None:
    how = plan()
    wrong = {rows_of(one): " ".join(reasons(one, how)) for one in taken(LIST.encode(), how).wrong}
    assert set(wrong) == {"4", "5", "6, 8", "9", "10"}
    assert wrong["4"] == "Quantity (数量): A quantity is a whole number from 1 to 9,999."
    assert "(单价): This is no amount" in wrong["5"]
    assert "(下单时间): This is no time" in wrong["5"]
    assert all(part in wrong["6, 8"] for part in ("(运费): The rows", "(收货人): The rows", "(付款状态): This word"))
    assert "(订单编号): A spreadsheet cut" in wrong["9"]
    assert "(单价) #1: A price is above zero" in wrong["10"]
    rows = list(wrong_rows(read_list(LIST.encode()), how, taken(LIST.encode(), how).wrong))
    assert [row[0] for row in rows] == ["Row", "4", "5", "6", "8", "9", "10"]
    assert rows[3][2:4] == ["1004", "CH-1"]
    assert [harmless(one) for one in ("=1+1", "-5.00", "@x", "+86", "王")] == ["'=1+1", "-5.00", "'@x", "+86", "王"]


def test_a_trial_says_the_same_and_takes_nothing() -> None:
    trial = taken(LIST.encode(), plan(), is_trial=True)
    assert not Order.objects.exists()
    assert not Event.objects.exists()
    real = taken(LIST.encode(), plan())
    assert (trial.placed, [one.rows for one in trial.wrong]) == (real.placed, [one.rows for one in real.wrong])


def test_other_contents_and_foreign_stores_are_told_in_their_rows(web: Store) -> None:
    simple = "order no,sku,price,store\n1,A,5,\n2,A,5,nowhere\n"
    how = plan(simple)
    assert taken(simple.encode(), how).placed == 1
    changed = taken(simple.replace("1,A,5", "1,A,6").encode(), how)
    said = [reasons(one, how)[0] for one in changed.wrong]
    assert said[0].startswith("It came before with other contents, as O2026-")
    assert "no such store" in said[1]
    other = Store.objects.create(code="nanjing", names={})
    refused = taken(simple.replace("1,A,5", "3,A,5").encode(), how, only_stores=frozenset([other.id]))
    assert (refused.placed, len(refused.wrong)) == (0, 2)


def test_broken_off_it_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhoudao.rooms.orders.commands.importing.AT_ONCE", 4)
    text = "order no,sku,price\n" + "".join(f"{n},A,5\n" for n in range(10))
    broken = take_list(orders_in(read_list(text.encode()), plan(text)), by=BY, at=TEN)
    next(broken)
    broken.close()
    assert Order.objects.count() == 4
    rest = taken(text.encode(), plan(text))
    assert (rest.placed, rest.before, Order.objects.count()) == (6, 4, 10)
    assert Event.objects.filter(type="orders.OrderPlaced").count() == 10


def test_several_files_are_joined_and_history_is_told_at_its_times() -> None:
    how = shipped_map("olist")
    assert how is not None
    orders = (
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
        "order_delivered_customer_date,order_estimated_delivery_date\n"
        "o1,c1,delivered,2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,"
        "2017-10-20 21:25:13,2017-10-18 00:00:00\n"
        "o2,c2,canceled,2017-10-03 10:00:00,2017-10-03 11:00:00,,,2017-10-18 00:00:00\n"
        "o3,c2,unavailable,2017-10-03 10:00:00,,,,2017-10-18 00:00:00\n"
    )
    others = {
        "order_items": "order_id,product_id,price,freight_value\no1,p1,58.9,13.29\no1,p1,58.9,13.29\no2,p2,5,1\n",
        "customers": "customer_id,customer_unique_id,customer_city,customer_state\nc1,u,sao paulo,SP\nc2,u,campos,RJ\n",
        "products": "product_id,product_category_name\np1,cool_stuff\n",
    }
    read = {name: read_list(text.encode()) for name, text in others.items()}
    *_, tally = take_list(orders_in(read_list(orders.encode()), how, read), by=BY, at=TEN)
    assert (tally.placed, [list(one.rows) for one in tally.wrong]) == (2, [[4]])
    first, second = Order.objects.order_by("external_number")
    assert (first.commercial, first.fulfilment, first.total_minor, first.currency) == (
        "completed",
        "delivered",
        14_438,
        "BRL",
    )
    assert (first.shipping_minor, first.line_count, first.province) == (2_658, 2, "SP")
    assert (second.commercial, second.customer_id) == ("cancelled", first.customer_id)
    assert OrderLine.objects.get(order=first, position=1).name == "cool_stuff"
    told = {event.type: event for event in Event.objects.filter(primary_id=first.id)}
    assert told["orders.OrderDelivered"].occurred_at == datetime(2017, 10, 20, 23, 25, 13, tzinfo=UTC), "in summer time"
    assert told["orders.OrderDelivered"].attributes["is_late"] is True
    assert all(event.attributes["is_history"] for event in Event.objects.filter(type="orders.OrderPlaced"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01 09:30:00", "2026-03-01T09:30:00+08:00"),
        ("2026/3/1 9:30", "2026-03-01T09:30:00+08:00"),
        ("2026年3月1日", "2026-03-01T00:00:00+08:00"),
        ("2026-03-01T01:30:00Z", "2026-03-01T01:30:00+00:00"),
        ("46082.395833333336", "2026-03-01T09:30:00+08:00"),
        ("", None),
    ],
)
def test_times_as_lists_write_them(text: str, expected: str | None) -> None:
    found = moment(text, SHANGHAI)
    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize("text", ["morning", "2026-13-01", "31/12/2026", "2026-02-30 10:00", "9999999999"])
def test_no_time_is_no_time(text: str) -> None:
    with pytest.raises(CellUnsound):
        moment(text, SHANGHAI)


def test_amounts_and_pieces() -> None:
    assert [minor(text, "CNY") for text in ("1,299.00", "¥ 50", "0.5", "", "12")] == [129_900, 5_000, 50, 0, 1_200]
    assert (minor("1200", "JPY"), pieces(""), pieces("1,200"), pieces("3.0")) == (1_200, 1, 1_200, 3)
    for wrong in ("12.345", "十元", "NaN", "1e5x"):
        with pytest.raises(CellUnsound):
            minor(wrong, "CNY")
    for wrong in ("0.5", "-1", "two", "1e3"):
        with pytest.raises(CellUnsound):
            pieces(wrong)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([], "JSON object"),
        ({"source": "a b", "columns": {}}, "source"),
        ({"source": "a", "columns": {}, "colour": 1}, "colour"),
        ({"source": "a"}, "whole"),
        ({"source": "a", "columns": {"external_number": "a", "sku": "b", "price": "c"}, "zone": "Mars/One"}, "zone"),
        ({"source": "a", "columns": {"external_number": "a", "sku": "b", "price": "c", "x": "d"}}, "no x"),
        ({"source": "a", "columns": {}, "currency": "元"}, "currency"),
    ],
)
def test_a_map_that_cannot_be_is_refused(wrong: object, says: str) -> None:
    with pytest.raises(MapUnsound, match=says):
        OrderMap.of(wrong)


def test_a_map_comes_back_as_it_was_kept_and_names_columns_that_are_missing() -> None:
    how = OrderMap("a", {"external_number": "no", "sku": "s", "price": "p"}, join=(Join("items", "no"),))
    assert OrderMap.of(how.stored()) == how
    with pytest.raises(MapUnsound, match="no column s, p"):
        list(orders_in(read_list(b"no\n1\n"), OrderMap("a", how.columns)))
    with pytest.raises(MapUnsound, match="further file"):
        list(orders_in(read_list(b"no,s,p\n1,A,5\n"), how, {"items": read_list(b"x\n1\n")}))
    with pytest.raises(MapUnsound, match="first row"):
        read_list(b",,\n")
    assert (shipped_map("../x"), shipped_map("none")) == (None, None)
