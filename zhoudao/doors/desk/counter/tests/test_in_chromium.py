"""The counter in a real browser, on a phone and on a desk."""

from uuid import uuid4

from django.db import transaction
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message

pytestmark = IN_BROWSER


def test_a_clerk_finds_who_stands_there_and_opens_a_case(shop: Shop, desk: Desk) -> None:
    known = [Claim("visitor", "v-1", scope="webchat"), Claim("phone", "13812348000", verified=True)]
    said = Inbound("webchat", str(uuid4()), known, name="王小姐", text="磨豆机声音很大，刚买三天")
    receive_message(inbound=said, at=shop.now)
    with transaction.atomic():
        dispatch.drain()
    page = desk("luo", "/desk/counter/", width=390, is_dark=True)
    page.locator("#words").fill("13812348000")
    page.keyboard.press("Enter")
    expect(page.locator(".counter-person")).to_contain_text("磨豆机声音很大")
    page.locator("#id_text").fill("机器带来了，想换一台")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(page, "counter-phone-dark")
    page.locator("#visit .button-main").click()
    expect(page.locator("#slip")).to_contain_text("正在建立工单")
    with transaction.atomic():
        dispatch.drain()
    case = Case.objects.order_by("-opened_at", "-id")[0]
    expect(page.locator(".slip-number")).to_have_text(case.number)
    expect(page.locator(".qr")).to_be_visible()
    shot(page, "counter-slip-dark")
    page = desk("luo", "/desk/counter/")
    page.locator("#words").fill("13812348000")
    page.keyboard.press("Enter")
    expect(page.locator(".counter-case")).to_have_count(2)
    shot(page, "counter")
