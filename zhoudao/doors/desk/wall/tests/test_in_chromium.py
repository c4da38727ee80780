"""The wall in a real browser: it turns by itself, shows what is new, and asks for nothing."""

import re

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["desk", "shop", "sign_in"]
pytestmark = IN_BROWSER


def test_the_wall_shows_what_is_new_and_turns_by_itself(shop: Shop, desk: Desk) -> None:
    for number in range(3):
        shop.hears("桌子什么时候到？", who=f"visitor-{number}")
    shop.later(minutes=40)
    page = desk("admin", "/board/wall/?turn=team&every=10")
    expect(page.locator(".wall-tile .wall-figure").first).to_have_text("3")
    expect(page.locator(".wall-table tbody tr")).to_contain_text("40 分钟")
    box = page.locator(".wall-figure").first.bounding_box()
    assert box is not None
    assert box["height"] >= 50  # of 900: read from five metres
    shot(page, "wall-dark")
    page.clock.install()
    shop.hears("发票怎么开？", who="visitor-9")
    page.reload()
    expect(page.locator(".wall-tile .wall-figure").first).to_have_text("4")
    page.clock.run_for(11_000)
    expect(page.locator(".wall-head h1")).not_to_have_text("全部")
    expect(page.locator(".wall-head h1")).to_have_text(re.compile("\\S"))


def test_the_wall_fits_a_telephone_and_daylight(shop: Shop, desk: Desk) -> None:
    shop.hears("桌子什么时候到？")
    page = desk("admin", "/board/wall/?theme=light", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "wall-light-phone")
