"""A screen at the entrance is paired by a colleague; a customer drops something off, and nothing of them is left."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from zhoudao.doors.desk.counter.tests.conftest import desk, open_shop, shop, sign_in
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.tests.store import Counter, open_counter

__all__ = ["desk", "open_shop", "shop", "sign_in"]
pytestmark = IN_BROWSER


@pytest.fixture
def counter(shop: Shop) -> Counter:
    counter = open_counter(shop)
    for letter in "AAAAABBBBB":
        counter.takes(letter)
        counter.serves({"A": 12, "B": 9}[letter])
    counter.takes("B")
    return counter


def test_paired_used_and_empty_for_the_next(counter: Counter, desk: Desk) -> None:
    staff = desk("luo", "/desk/counter/queue/devices/")
    base = staff.url.partition("/desk/")[0]
    screen = paired(staff, base)
    screen.get_by_text("取号").tap()
    shot(screen, "kiosk-check-in")
    screen.get_by_text("维修送修").tap()
    expect(screen.locator(".number")).to_have_text("A006")
    expect(screen.locator(".qr")).to_be_visible()
    shot(screen, "kiosk-number")
    screen.get_by_text("用完了").tap()
    assert Visit.objects.get(number="A006").source == "kiosk"

    case = dropped_off(screen)
    screen.get_by_text("查询进度").tap()
    screen.locator("#number").fill(case.number)
    screen.locator("#digits").fill("0000")
    screen.locator(".big").tap()
    expect(screen.locator(".turn")).to_be_visible()
    shot(screen, "kiosk-case")
    screen.get_by_text("用完了").tap()
    expect(screen.locator("h1")).to_contain_text("欢迎")
    screen.go_back()
    expect(screen.locator("h1")).to_contain_text("欢迎")
    expect(screen.locator("body")).not_to_contain_text(case.number)
    screen.emulate_media(color_scheme="dark")
    screen.set_viewport_size({"width": 390, "height": 844})
    screen.goto(base + "/kiosk/")
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(screen, "kiosk-start-phone-dark")

    staff.goto(base + "/desk/counter/queue/devices/")
    shot(staff, "kiosk-devices")
    staff.locator("table .linkish").click()
    expect(staff.locator("table")).to_contain_text("已停用")
    screen.reload()
    expect(screen.locator("h1")).to_contain_text("还不属于")


def paired(staff: Page, base: str) -> Page:
    """A tablet, after a colleague made a code and typed it there."""
    staff.locator("#device-name").fill("门口平板")
    staff.locator(".queue-offer .button-main").click()
    code = staff.locator(".queue-code").inner_text()
    shot(staff, "kiosk-code")
    browser = staff.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN", has_touch=True)
    screen = context.new_page()
    screen.clock.install()
    screen.goto(base + "/kiosk/")
    shot(screen, "kiosk-pair")
    screen.locator("#code").fill(code)
    screen.locator(".big").tap()
    expect(screen.locator("h1")).to_contain_text("欢迎")
    shot(screen, "kiosk-start")
    return screen


def dropped_off(screen: Page) -> Case:
    """Something is left for repair; the receipt goes away by itself."""
    screen.get_by_text("自助交件").tap()
    screen.locator("#id_name").fill("陈先生")
    screen.locator("#id_phone").fill("13912340000")
    screen.locator("#id_text").fill("磨豆机不转了，请检修")
    shot(screen, "kiosk-drop-off")
    screen.locator(".big").tap()
    expect(screen.locator(".done")).to_be_visible()
    with transaction.atomic():
        dispatch.drain()
    case = Case.objects.get()
    screen.reload()
    expect(screen.locator(".number")).to_have_text(case.number)
    shot(screen, "kiosk-receipt")
    screen.clock.run_for(42_000)
    expect(screen.locator("h1")).to_contain_text("欢迎")
    expect(screen.locator("body")).not_to_contain_text(case.number)
    return case
