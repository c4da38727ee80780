"""Mentioning and being told, in a real browser."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


def test_an_at_in_a_note_finds_a_colleague_who_is_told(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货？")
    page = desk("zhao", f"/desk/cases/{case.number}/")
    page.keyboard.press("n")
    page.keyboard.type("请 @李")
    expect(page.locator("#offers .offer")).to_have_count(1)
    shot(page, "mention")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_have_value("请 @李强 ")
    page.keyboard.type("看一下")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .is-note")).to_contain_text("@李强")
    assert Notice.objects.get().user == shop.cast.people["li"]

    other = desk("li", "/desk/")
    expect(other.locator(".bell-count")).to_have_text("1")
    other.locator("#bell").click()
    expect(other.locator("#sheet .notice")).to_contain_text(case.number)
    shot(other, "notices")
    other.locator("#sheet .notice a").click()
    other.wait_for_url(f"**/desk/cases/{case.number}/")
    expect(other.locator("#watchers")).to_contain_text("李强")
    expect(other.locator("#bell-news")).to_be_empty()


def test_an_at_in_a_reply_offers_nobody(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货？")
    page = desk("zhao", f"/desk/cases/{case.number}/")
    page.keyboard.press("r")
    page.keyboard.type("请写到 a@李")
    page.wait_for_timeout(300)
    expect(page.locator("#offers")).to_be_hidden()


def test_choices_are_kept(shop: Shop, desk: Desk) -> None:
    page = desk("li", "/desk/notices/choices/")
    page.locator("#way-mentioned").select_option("browser")
    page.locator("#id_quiet_from").fill("22:00")
    page.locator("#id_quiet_until").fill("08:00")
    page.locator("form .button-main").first.click()
    expect(page.locator("#way-mentioned")).to_have_value("browser")
    expect(page.locator("#id_quiet_from")).to_have_value("22:00")
    shot(page, "choices")
