"""Taking an order down on the telephone in a real browser, on a desk and on a phone."""

from uuid import uuid4

from django.db import transaction
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.stock.commands.naming import name_item

pytestmark = IN_BROWSER
SAID = (
    "你好，要两把北欧餐椅，再要台灯一盏，不对，是三盏。送到江苏省南京市鼓楼区中山北路88号3单元502室，"
    "收件人王小明，电话13812348000。麻烦送货前打电话。"
)


def test_an_order_is_taken_down_from_a_call_at_phone_width_too(shop: Shop, desk: Desk) -> None:
    for sku, name in (("CH-1", "北欧餐椅"), ("LP-7", "护眼台灯"), ("LP-8", "落地台灯")):
        name_item(sku=sku, names={"zh-Hans": name})
    set_list_prices(prices={"CH-1": 12_900, "LP-7": 5_000, "LP-8": 7_000}, currency="CNY", by=BY, at=shop.now)
    for width, is_dark in ((1440, False), (390, True)):
        said = Inbound("webchat", str(uuid4()), [Claim("visitor", f"v-{width}", scope="webchat")], text=SAID)
        receive_message(inbound=said, at=shop.now)
        with transaction.atomic():
            dispatch.drain()
        case = Case.objects.order_by("-opened_at", "-id")[0]
        page = desk("admin", f"/desk/cases/{case.number}/", width=width, is_dark=is_dark)
        page.locator(f'a[href="/desk/cases/{case.number}/order/"]').first.click()
        expect(page.locator("#id_city")).to_have_value("南京市")
        expect(page.locator("#id_name")).to_have_value("王小明")
        expect(page.locator(".draft-said mark.heard-goods").first).to_have_text("两把")
        expect(page.locator("#id_phone")).to_have_value("")
        page.get_by_role("button", name="显示隐藏的号码").click()
        expect(page.locator("#id_phone")).to_have_value("13812348000")
        shot(page, f"order-by-phone-{width}")
        page.locator(".draft-choice .button", has_text="落地台灯").click()
        expect(page.locator('[name="quantity"]')).to_have_count(2)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits"
        page.locator('[name="quantity"]').first.fill("4")
        page.locator("#id_name").press("Enter")
        expect(page.locator("#id_phone")).to_have_value("13812348000")  # Enter in a field reads nothing anew
        expect(page.locator('[name="quantity"]').first).to_have_value("4")
        shot(page, f"order-by-phone-chosen-{width}")
        page.locator('.button-main[value="place"]').click()
        page.wait_for_url("**/desk/orders/O*/")
        order = Order.objects.order_by("-placed_at", "-id")[0]
        expect(page.locator("main")).to_contain_text(order.number)
        lines = OrderLine.objects.filter(order=order).order_by("position").values_list("sku", "quantity")
        assert (list(lines), order.source) == ([("CH-1", 4), ("LP-8", 3)], "phone")
        assert recipient_of(order).phone == "+8613812348000"
        assert order.customer_id == case.customer_id
    assert Order.objects.count() == 2
