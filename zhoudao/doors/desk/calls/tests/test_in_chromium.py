"""Noting a call in a real browser, on a desk and on a phone."""

from django.db import transaction
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel

pytestmark = IN_BROWSER


def test_a_call_is_noted_and_its_case_opens(shop: Shop, desk: Desk) -> None:
    web = shop.cast.stores["web"]
    Channel.objects.create(code="hotline", kind="phone", store=web, names={"zh-Hans": "客服热线"})
    page = desk("wang", "/desk/calls/?caller=13812348000")
    page.locator("#id_summary").fill("什么时候发货？")
    page.locator("#id_wait").fill("0:40")
    page.locator("#id_talk").fill("3:20")
    shot(page, "calls")
    page.locator("form .button-main").click()
    expect(page.locator("#noted")).to_contain_text("正在建立工单")
    with transaction.atomic():
        dispatch.drain()
    page.locator("#noted a", has_text="打开工单").click()
    expect(page.locator("#thread .message.is-out")).to_contain_text("3 分钟 20 秒")
    case = Case.objects.get()
    page = desk("wang", "/desk/calls/?caller=138 1234 8000", width=390, is_dark=True)
    expect(page.locator("main")).to_contain_text(case.number)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(page, "calls-phone")
