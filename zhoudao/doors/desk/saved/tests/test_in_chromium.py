"""A saved view in a real browser."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


def test_a_view_is_put_together_opened_by_key_and_stands_out(shop: Shop, desk: Desk) -> None:
    shop.hears("什么时候发货")
    complaint = shop.hears("什么时候发货", who="visitor-2")
    Case.objects.filter(id=complaint.id).update(kind="complaint")
    page = desk("zhao", "/desk/?view=all")
    page.locator(".views-add").click()
    page.locator("#sheet #id_title").fill("本组投诉")
    page.locator("#sheet #id_kind").select_option("complaint")
    expect(page.locator("#view-finds")).to_contain_text("1")
    shot(page, "view-new")
    page.locator("#sheet .button-main").click()
    expect(page.locator("#saved-views a.view")).to_contain_text("本组投诉")
    expect(page.locator("#sheet")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("1")
    page.wait_for_url("**kind=complaint**")
    expect(page.locator("#rows > .row")).to_have_count(1)
    expect(page.locator("#saved-views a[aria-current]")).to_contain_text("本组投诉")
    shot(page, "view-saved")
