"""A customer takes a number on the phone, is called, is told so by the phone itself, is served, and is done."""

import pytest
from playwright.sync_api import Page, expect

from zhoudao.doors.desk.counter.tests.conftest import desk, open_shop, shop, sign_in
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.visits.models import Lap, State, Visit
from zhoudao.rooms.visits.tests.store import Counter, open_counter

__all__ = ["desk", "open_shop", "shop", "sign_in"]
pytestmark = IN_BROWSER


@pytest.fixture
def counter(shop: Shop) -> Counter:
    """With a morning behind it, so that waits are known."""
    counter = open_counter(shop)
    for letter in "AAAAABBBBBCCCCC":
        counter.takes(letter)
        counter.serves({"A": 12, "B": 9, "C": 3}[letter])
    counter.takes("B", name="赵先生")
    return counter


def customer(page: Page, address: str, *, is_dark: bool = False) -> Page:
    """A phone of their own: no session, no cookies."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark" if is_dark else "light"
    )
    phone = context.new_page()
    phone.goto(address)
    return phone


def test_a_visit_from_the_poster_to_the_end(counter: Counter, desk: Desk) -> None:
    staff = desk("luo", "/desk/counter/queue/poster/")
    address = staff.locator(".slip-link").inner_text()
    shot(staff, "queue-poster")
    base = staff.url.partition("/desk/")[0]
    phone = customer(staff, base + "/s/" + address.partition("/s/")[2], is_dark=True)
    shot(phone, "queue-take-dark")
    phone.get_by_text("提前告诉我们您是谁").click()
    phone.get_by_label("称呼").or_(phone.locator("#id_name")).first.fill("王小姐")
    phone.get_by_role("button", name="维修送修").click()
    expect(phone.locator(".ticket-number")).to_have_text("A006")
    expect(phone.locator(".turn")).to_contain_text("您前面还有 1 位")
    expect(phone.locator(".facts")).to_contain_text("约 9 分钟")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(phone, "queue-number-dark")

    staff.goto(base + "/desk/counter/queue/")
    staff.locator("#counter-name").fill("3")
    staff.locator(".queue-mine .button-main").click()
    expect(staff.locator(".queue-list li")).to_have_count(2)
    shot(staff, "queue-desk")
    for do, then in (("n", "顾客已到"), ("b", "办结并叫下一位"), ("n", "顾客已到")):  # by keyboard alone
        staff.keyboard.press(do)
        expect(staff.locator("#queue")).to_contain_text(then)
    expect(staff.locator("#own-number")).to_have_text("A006")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator(".turn")).to_contain_text("请到 3 号柜台")
    expect(phone).to_have_title("A006：请到 3 号柜台")
    shot(phone, "queue-called-dark")

    staff.keyboard.press("b")
    expect(staff.locator(".queue-step")).to_have_count(2)
    staff.keyboard.press("1")
    expect(staff.locator(".queue-step.is-running")).to_have_count(1)
    shot(staff, "queue-serving")
    wall = customer(staff, base + "/s/nanjing/wall/")
    wall.set_viewport_size({"width": 1440, "height": 900})
    expect(wall.locator("#body")).to_contain_text("A006")
    shot(wall, "queue-wall")
    staff.keyboard.press("e")
    expect(staff.locator(".blank")).to_contain_text("没有人在等")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator(".turn")).to_contain_text("已办结")
    visit = Visit.objects.get(number="A006")
    assert (visit.state, visit.counter) == (State.DONE, "3")
    assert Lap.objects.filter(turn__visit=visit, ended_at__isnull=False).count() == 1


def test_the_queue_on_a_phone_and_its_settings(counter: Counter, desk: Desk) -> None:
    counter.takes("A", name="王小姐", phone="13812348000", case_number="C2026-000001")
    counter.takes("C")
    phone = desk("luo", "/desk/counter/queue/", width=390, is_dark=True)
    phone.locator("#counter-name").fill("1")
    phone.locator(".queue-mine .button-main").click()
    phone.locator(".queue-call").click()
    expect(phone.locator("#own-number")).to_have_text("C006")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(phone, "queue-desk-phone-dark")
    phone.goto(phone.url.replace("/queue/", "/"))
    expect(phone.locator(".queue-strip")).to_contain_text("C006")
    shot(phone, "counter-strip-phone-dark")
    phone.locator(".queue-strip").get_by_text("打开柜台登记").click()
    expect(phone.locator(".queue-about")).to_contain_text("C006")
    shot(phone, "counter-number-phone-dark")
    page = desk("luo", "/desk/counter/queue/figures/")
    expect(page.locator(".queue-tiles .tile")).to_have_count(5)
    shot(page, "queue-figures")
    page.locator("tbody a").nth(1).click()
    expect(page.locator("table.is-stacked tbody tr").first).to_contain_text("A005")
    shot(page, "queue-behind")
    page = desk("admin", "/desk/counter/queue/needs/?store=nanjing")
    page.locator(".queue-need summary").first.click()
    shot(page, "queue-needs")


def test_without_scripts_it_works_all_the_same(counter: Counter, desk: Desk) -> None:
    staff = desk("luo", "/desk/counter/queue/")
    browser = staff.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-TW", java_script_enabled=False)
    phone = context.new_page()
    phone.goto(staff.url.partition("/desk/")[0] + "/s/nanjing/")
    phone.get_by_role("button", name="选购咨询").click()
    expect(phone.locator(".ticket-number")).to_have_text("B007")
    expect(phone.locator(".turn")).to_contain_text("您前面還有 1 位")
    phone.get_by_text("不需要了").click()
    phone.get_by_role("button", name="退出排隊").click()
    expect(phone.locator(".turn")).to_contain_text("已不在排隊中")
    assert Visit.objects.get(number="B007").state == State.LEFT
