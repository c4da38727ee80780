"""Orders that go out as one, in a browser: seen in the list, looked at, sent as one, taken apart."""

import pytest
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.orders.tests.test_together import shop, sign_in, two
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import Order

__all__ = ["desk", "shop", "sign_in", "two"]
pytestmark = IN_BROWSER


@pytest.mark.parametrize("width", [1440, 390])
def test_a_clerk_sees_looks_and_sends_them_as_one(shop: Shop, two: tuple[Order, Order], desk: Desk, width: int) -> None:
    assert Order.objects.count() == len(two)
    page = desk("admin", "/desk/orders/", width=width)
    shot(page, f"together-list-{width}")
    page.locator("a.chip", has_text="可合单").first.click()
    expect(page.locator("#together")).to_contain_text("可合单")
    shot(page, f"together-order-{width}")
    page.get_by_role("button", name="预览合单").click()
    expect(page.locator("h1")).to_contain_text("合单")
    expect(page.locator("main")).to_contain_text("¥243.99")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shot(page, f"together-preview-{width}")
    page.get_by_role("button", name="确认合单").click()
    expect(page.locator("#together")).to_contain_text("已合单")
    shot(page, f"together-done-{width}")
    page.get_by_role("button", name="重新分开").click()
    expect(page.locator("#together")).to_contain_text("可合单")
    assert Order.objects.filter(merged_into=None).count() == 2
