"""Asking and answering in a real browser."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


def test_one_department_asks_another_answers(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货")
    page = desk("zhao", f"/desk/cases/{case.number}/")
    expect(page.locator("#errands")).to_be_visible()
    page.keyboard.press("d")
    page.locator("#sheet select[name=team]").select_option(label="售后")
    page.locator("#sheet textarea").fill("这台机器还在保修期吗？")
    shot(page, "errand-ask")
    page.locator("#sheet .button-main").click()
    expect(page.locator("#errands")).to_contain_text("这台机器还在保修期吗")
    shot(page, "errand-side")

    other = desk("sun", "/desk/errands/", width=390)
    other.locator(".task-row").click()
    other.locator("#answer").fill("在保，到明年三月")
    shot(other, "errand-answer")
    other.locator("form .button-main").click()
    expect(other.locator(".task-row")).to_have_count(0)
    page.reload()
    expect(page.locator("#thread .is-note")).to_contain_text("在保，到明年三月")
