"""The way of one exception in a browser: found, looked at, put right, and the detector's precision moves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import bought, open_review, passed, shelf

__all__ = ["desk"]
pytestmark = IN_BROWSER
LAMP = Item("LP-7", 1, 5_000, "台灯")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    open_review(shop.now)
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    for n in range(6):
        passed(f"earlier-{n}", LAMP, at=shop.now - timedelta(days=n + 2))
    return shop


@pytest.fixture
def sign_in(shop: Shop) -> Callable[[str], Client]:
    def sign(name: str) -> Client:
        client = Client()
        client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return sign


def comes(shop: Shop, *orders: Order) -> None:
    """The orders are reviewed behind their intake, and what passes is approved."""
    dispatch.drain()
    approve_passed(now=lambda: shop.now)


@pytest.mark.parametrize("width", [1440, 390])
def test_an_abnormal_amount_is_held_put_right_and_the_precision_moves(shop: Shop, desk: Desk, width: int) -> None:
    shelf("LP-7", 5, at=shop.now)
    dear = bought("dear", Item("LP-7", 1, 15_000, "台灯"), at=shop.now)
    comes(shop, dear)
    page = desk("admin", "/desk/orders/holds/", width=width)
    expect(page.locator(".hold-table")).to_contain_text("平时 ¥50.00（相差 3.0 倍，参照 6 笔）")
    shot(page, f"holds-{width}")
    page.get_by_role("button", name="领取").click()
    expect(page.locator(".hold-table")).to_contain_text("处理中")
    page.get_by_role("link", name="修正").click()
    page.get_by_label("单价: 台灯").fill("50.00")
    page.get_by_role("button", name="保存并重新审单").click()
    expect(page.locator(".order-axes")).to_contain_text("已审核")
    expect(page.locator("#holds")).to_contain_text("已修正 · 确有问题")
    dear.refresh_from_db()
    assert (dear.total_minor, dear.fulfilment) == (5_000, "reserved")
    page.goto(page.url.split("/desk/")[0] + "/desk/orders/detectors/")
    row = page.locator(".detector-table tr", has_text="金额异常")
    expect(row).to_contain_text("100%")
    shot(page, f"detectors-{width}")


def test_chosen_by_keyboard_several_are_released_after_a_look(shop: Shop, desk: Desk) -> None:
    orders = [bought(f"w{n}", LAMP, at=shop.now, remark="不要了") for n in range(3)]
    comes(shop, *orders)
    page = desk("admin", "/desk/orders/holds/")
    page.locator("[data-all=hold]").focus()
    page.keyboard.press("Space")
    assert page.locator("input[name=hold]:checked").count() == 3
    page.locator(".page-head h1").click()
    page.keyboard.press("b")
    expect(page.locator("h1")).to_contain_text("放行 3 条异常")
    expect(page.locator(".release-sums")).to_contain_text("3 单将审核通过")
    shot(page, "holds-preview")
    page.get_by_label("误报").check()
    page.get_by_role("button", name="放行").click()
    expect(page.locator("#toasts")).to_contain_text("已放行 3 条")
    assert set(Hold.objects.values_list("outcome", flat=True)) == {"wrong"}


def test_one_is_released_from_its_row_with_what_was_found(shop: Shop, desk: Desk) -> None:
    comes(shop, bought("one", LAMP, at=shop.now, remark="不要了"))
    page = desk("admin", "/desk/orders/holds/")
    page.get_by_role("button", name="放行", exact=True).click()
    shot(page, "holds-release")
    page.get_by_role("button", name="误报").click()
    expect(page.locator("#toasts")).to_contain_text("订单继续")
    assert Order.objects.get(external_number=Order.objects.latest("recorded_at").external_number).open_holds == 0
