"""Orders taken down on the telephone: read out of what was said, put right, placed only when a person says so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.cases.commands.closing import close_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.commands.reviewing import review_order
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.reviewing import open_review
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.tests.shelf import SONG

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(transaction=True)
SAID = (
    "要两把北欧餐椅，再要一盏护眼台灯，不对，是三盏。送到江苏省南京市鼓楼区中山北路88号，我叫王小明，"
    "电话幺三八幺二三四八零零零。麻烦送货前打电话。"
)


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    open_review(shop.now)
    name_item(sku="CH-1", names={"zh-Hans": "北欧餐椅"})
    name_item(sku="LP-7", names={"zh-Hans": "护眼台灯"})
    name_item(sku="LP-8", names={"zh-Hans": "落地台灯"})
    set_list_prices(prices={"CH-1": 12_900, "LP-7": 5_000, "LP-8": 7_000}, currency="CNY", by=BY, at=shop.now)
    east = open_warehouse(code="east", terms=Terms({"zh-Hans": "东仓"}), by=SONG, at=shop.now)
    receive_stock(goods=[Goods(east.id, sku, 40) for sku in ("CH-1", "LP-7", "LP-8")], by=SONG, at=shop.now)
    Channel.objects.create(code="hotline", kind="phone", store=shop.cast.stores["web"], names={"zh-Hans": "客服热线"})


def rang(luo: Client, text: str) -> Case:
    """A call that was noted, and its case."""
    call = {
        "call_id": str(uuid4()), "channel": "hotline", "caller": "138 1234 8000", "name": "王小姐",
        "summary": text, "wait": "0:10", "talk": "3:20", "started_at": "", "ended_by": "customer",
    }  # fmt: skip
    assert luo.post("/desk/calls/", call).status_code == 302
    dispatch.drain()
    return Case.objects.order_by("-opened_at", "-id")[0]


def path(case: Case) -> str:
    return f"/desk/cases/{case.number}/order/"


def form_of(page: Any, **differs: Any) -> dict[str, Any]:
    """What a browser would send of the page as it stands."""
    form, rows = page.context["form"], page.context["rows"]
    return {
        **{name: str(form[name].value() or "") for name in form.fields},
        "text": page.context["text"],
        "sku": [row.sku for row in rows],
        "name_of": [row.name for row in rows],
        "price": [row.price for row in rows],
        "quantity": [row.quantity for row in rows],
        "do": "place",
        **differs,
    }


def test_a_call_is_read_put_right_and_placed_with_its_case(sign_in: SignIn, shop: Shop) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)
    page = admin.get(path(case))
    assert [(row.sku, row.quantity, row.price) for row in page.context["rows"]] == [
        ("CH-1", "2", "129.00"),
        ("LP-7", "3", "50.00"),
    ]
    filled = {name: page.context["form"][name].value() for name in ("name", "phone", "city", "district", "address")}
    assert filled == {
        "name": "王小明", "phone": "13812348000", "city": "南京市", "district": "鼓楼区", "address": "中山北路88号",
    }  # fmt: skip
    assert page.context["form"]["remark"].value() == "麻烦送货前打电话"
    assert Order.objects.count() == 0, "nothing is placed by reading"
    shown = page.content.decode()
    assert '<mark class="heard-goods" id="find-0">两把</mark>' in shown
    assert 'href="#find-phone"' in shown
    placed = admin.post(path(case), form_of(page, quantity=["4", "3"], remark="周末送"))
    order = Order.objects.get()
    assert placed["Location"] == f"/desk/orders/{order.number}/"
    assert (order.source, order.store, order.customer_id) == ("phone", case.store, case.customer_id)
    assert (order.total_minor, order.payment, order.city) == (4 * 12_900 + 3 * 5_000, "pending", "南京市")
    assert recipient_of(order).phone == "+8613812348000"
    assert order.external_number.startswith(f"{case.number}/")
    told = Event.objects.get(type="cases.OrderTaken")
    assert (told.primary_id, told.attributes["order"]) == (case.id, order.number)
    assert order.number in admin.get(f"/desk/cases/{case.number}/").content.decode()
    assert case.number in admin.get(f"/desk/orders/{order.number}/").content.decode()
    assert review_order(order_id=order.id, at=shop.now).reviewed_at == shop.now, "as any order"
    assert not Hold.objects.filter(order=order).exists()


def test_the_review_holds_what_is_odd_about_it(sign_in: SignIn, shop: Shop) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)
    admin.post(path(case), form_of(admin.get(path(case)), province="浙江省"))
    order = Order.objects.get()
    review_order(order_id=order.id, at=shop.now)
    assert Hold.objects.filter(order=order, reason="undeliverable").exists()


def test_pressed_twice_or_at_once_it_is_one_order_and_changed_under_the_same_key_it_is_refused(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)
    given = form_of(admin.get(path(case)))

    def press(_turn: int) -> str:
        try:
            return admin.post(path(case), given)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert Order.objects.count() == 1
    assert Event.objects.filter(type="cases.OrderTaken").count() == 1
    again = admin.post(path(case), {**given, "quantity": ["9", "3"]})
    assert (again.status_code, Order.objects.count()) == (422, 1)
    assert Event.objects.filter(type="orders.OrderRepeatRefused").count() == 1


def test_what_has_two_readings_is_asked_beside_the_field_and_not_guessed(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    case = rang(admin, "台灯两盏，北欧餐椅两三把，来一台火星吸尘器")
    page = admin.get(path(case))
    [choice] = page.context["choices"]
    assert (choice.said, choice.quantity, [one[1] for one in choice.options]) == ("台灯 … 两盏", 2, ["LP-7", "LP-8"])
    [row] = page.context["rows"]
    assert (row.sku, row.quantity, row.hint.level) == ("CH-1", "", "check")
    assert "文字中没有确切的数字。" in page.content.decode()
    assert [one.words for one in page.context["unknown"]] == ["火星吸尘器"]
    refused = admin.post(path(case), form_of(page))
    assert (refused.status_code, Order.objects.count()) == (422, 0)
    assert refused.context["rows"][0].fault
    chosen = admin.post(path(case), form_of(page, do="take:2:LP-8"))
    assert [(row.sku, row.quantity) for row in chosen.context["rows"]] == [("CH-1", ""), ("LP-8", "2")]
    assert chosen.context["choices"] == []
    assert chosen.context["rows"][1].hint.said == "台灯 … 两盏"


def test_text_typed_during_the_call_is_read_and_keeps_what_was_typed_in_other_fields(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    case = rang(admin, "想下个单")
    page = admin.get(path(case))
    assert page.context["rows"] == []
    given = form_of(page, do="read", text="落地台灯 ２ 盏，送上海市徐汇区漕溪北路18号", name="李雷", sku=[])
    page = admin.post(path(case), given)
    assert [(row.sku, row.quantity) for row in page.context["rows"]] == [("LP-8", "2")]
    assert [page.context["form"][name].value() for name in ("name", "city")] == ["李雷", "上海市"]
    more = admin.post(path(case), form_of(page, do="add", words="护眼"))
    assert [row.sku for row in more.context["rows"]] == ["LP-8", "LP-7"]
    assert more.context["form"]["submission_id"].value() == page.context["form"]["submission_id"].value()
    gone = admin.post(path(case), form_of(more, do="drop:LP-8"))
    assert [row.sku for row in gone.context["rows"]] == ["LP-7"]
    assert "漕溪北路18号" in gone.content.decode()


def test_hidden_numbers_are_shown_to_who_may_and_it_is_written_down(sign_in: SignIn, shop: Shop) -> None:
    admin = sign_in("admin")
    case = rang(admin, "两把北欧餐椅，电话13812348000")
    assert "13812348000" not in Message.objects.get(conversation=case.conversation, direction="in").text
    page = admin.get(path(case))
    assert page.context["form"]["phone"].value() in (None, "")
    assert "13812348000" not in page.content.decode()
    assert "部分数字被隐藏。" in page.content.decode()
    before = Unmasking.objects.count()
    page = admin.post(path(case), form_of(page, do="unmask"))
    assert page.context["form"]["phone"].value() == "13812348000"
    assert 'value="unmask"' not in page.content.decode()
    assert Unmasking.objects.count() == before + 1
    clerk = User.objects.create_user(email="dan@example.com", password="x" * 14, name="罗丹")
    Grant.objects.create(user=clerk, role="store_staff", store=case.store)
    shop.cast.people["dan"] = clerk
    page = sign_in("dan").post(path(case), form_of(page, do="unmask", text="", phone=""))
    assert "13812348000" not in page.content.decode()
    assert Unmasking.objects.count() == before + 1


@pytest.mark.parametrize(
    ("differs", "where"),
    [
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "415 555"}, "phone"),
        ({"city": ""}, "city"),
        ({"address": ""}, "address"),
        ({"payment": "later"}, "payment"),
        ({"submission_id": "x"}, "submission_id"),
        ({"sku": []}, "__all__"),
        ({"quantity": ["0", "1"]}, "row"),
        ({"quantity": ["10000", "1"]}, "row"),
        ({"quantity": ["两", "1"]}, "row"),
        ({"price": ["0", "1"]}, "row"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_placed(
    sign_in: SignIn, differs: dict[str, Any], where: str
) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)
    page = admin.post(path(case), form_of(admin.get(path(case)), **differs))
    assert (page.status_code, Order.objects.count()) == (422, 0)
    assert any(row.fault for row in page.context["rows"]) if where == "row" else where in page.context["form"].errors


def test_no_text_and_a_hundred_thousand_characters_are_pages_all_the_same(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    case = rang(admin, "想下个单")
    page = admin.get(path(case))
    empty = admin.post(path(case), form_of(page, do="read", text=" \0 "))
    assert (empty.status_code, empty.context["rows"], "<textarea" in empty.content.decode()) == (200, [], True)
    long = admin.post(path(case), form_of(page, do="read", text="北欧餐椅两把。" + "嗯" * 100_000))
    assert [row.quantity for row in long.context["rows"]] == ["2"]
    assert "只读取了前 8000 个字符。" in long.content.decode().replace("8,000", "8000")
    assert len(long.content) < 200_000


def test_anothers_case_does_not_exist_and_who_may_place_nothing_sees_no_button(sign_in: SignIn, shop: Shop) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)
    given = form_of(admin.get(path(case)))
    assert f"{path(case)}" in admin.get(f"/desk/cases/{case.number}/").content.decode()
    assert path(case) in admin.get("/desk/calls/").content.decode()
    analyst = User.objects.create_user(email="ana@example.com", password="x" * 14, name="安娜")
    Grant.objects.create(user=analyst, role="analyst")
    elsewhere = User.objects.create_user(email="els@example.com", password="x" * 14, name="艾丝")
    Grant.objects.create(user=elsewhere, role="store_staff", store=shop.cast.stores["nanjing"])
    Grant.objects.create(user=elsewhere, role="analyst")
    shop.cast.people.update(ana=analyst, els=elsewhere)
    assert path(case) not in sign_in("ana").get(f"/desk/cases/{case.number}/").content.decode()
    assert sign_in("ana").get(path(case)).status_code == 403
    els = sign_in("els")
    assert path(case) not in els.get(f"/desk/cases/{case.number}/").content.decode(), "reads it, and no more"
    assert (els.get(path(case)).status_code, els.post(path(case), given).status_code) == (404, 404)
    assert Order.objects.count() == 0


def test_in_a_closed_case_nothing_is_placed(sign_in: SignIn, shop: Shop) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)
    given = form_of(admin.get(path(case)))
    case.refresh_from_db()
    close_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, outcome="answered", cause="product")
    page = admin.post(path(case), given)
    assert (page.status_code, Order.objects.count()) == (422, 0)
    assert page.context["form"].non_field_errors() == ["工单已结束。"]
    assert path(case) not in admin.get(f"/desk/cases/{case.number}/").content.decode()


def test_a_page_takes_few_statements_however_much_was_said(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    case = rang(admin, SAID)

    def cost(**differs: Any) -> int:
        given = form_of(admin.get(path(case)), do="read", **differs)
        clock.forget()
        with CaptureQueriesContext(connection) as asked:
            assert admin.post(path(case), given).status_code == 200
        return len(asked)

    assert cost() == cost(text=SAID * 40) <= 12
