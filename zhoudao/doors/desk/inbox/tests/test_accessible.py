"""Screen readers, weak eyes, phones: axe finds nothing serious on any page, and none is wider than its screen."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk
from zhoudao.doors.desk.orders.tests.test_allocating import open_places, sent, tried
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.storefronts import add_storefront
from zhoudao.rooms.orders.tests.bazaar import BY, placed
from zhoudao.rooms.stock.commands.naming import name_item

__all__ = ["desk"]
pytestmark = IN_BROWSER
AXE = Path(__file__).parents[5] / "node_modules/axe-core/axe.min.js"  # put there by `make dev`
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"resultTypes": ["violations"], "runOnly": TAGS}
PAGES = (
    "/desk/?view=all",
    "/desk/board/",
    "/desk/board/transfers/",
    "/desk/board/resolution/",
    "/desk/board/consistency/",
    "/desk/board/errors/",
    "/desk/reasons/",
    "/desk/settings/costs/",
    "/desk/board/effort/",
    "/desk/figures/",
    "/desk/figures/cases.first_reply/",
    "/desk/figures/alarms/",
    "/board/wall/",
    "/desk/causes/",
    "/desk/routing/",
    "/desk/approvals/",
    "/desk/customers/",
    "/desk/customers/?of=leaving",
    "/desk/incidents/",
    "/desk/incidents/new/",
    "/desk/risks/",
    "/desk/risks/new/",
    "/desk/search/?q=椅子",
    "/desk/tasks/",
    "/desk/orders/",
    "/desk/orders/holds/",
    "/desk/orders/detectors/",
    "/desk/orders/what-if/",
    "/desk/orders/prices/",
    "/desk/orders/lists/",
    "/desk/orders/board/said/",
    "/desk/counter/",
    "/desk/counter/order/",
    "/desk/bookings/",
    "/desk/bookings/new/",
    "/desk/settings/bookings/",
    "/desk/stock/",
    "/desk/stock/move/",
    "/desk/settings/warehouses/",
    "/desk/flows/bends/",
    "/desk/flows/bends/limits/",
    "/desk/handbooks/",
    "/desk/settings/",
    "/desk/settings/causes/",
    "/desk/settings/on-call/",
    "/desk/profile/",
)
MORE_PAGES = (
    "/api/v1/docs",
    "/desk/notices/",
    "/desk/notices/choices/",
    "/desk/errands/",
    "/desk/calls/",
    "/desk/intake/",
    "/desk/channels/",
    "/desk/replies/",
    "/desk/macros/",
    "/desk/approvals/limits/",
    "/desk/customers/organisations/",
    "/desk/customers/suggestions/",
    "/desk/bookings/figures/",
    "/desk/bookings/unwritten/",
    "/desk/bookings/misfits/",
    "/desk/counter/queue/",
    "/desk/counter/queue/figures/",
    "/desk/counter/queue/needs/",
    "/desk/stock/counts/",
    "/desk/picking/",
    "/desk/picking/new/",
    "/desk/picking/bins/",
    "/desk/picking/pack/",
    "/desk/picking/pack/?only=back",
    "/desk/flows/",
    "/desk/flows/tables/",
    "/desk/flows/incidents/",
    "/desk/settings/stores/",
    "/desk/settings/teams/",
    "/desk/settings/channels/",
    "/desk/settings/promises/",
    "/desk/settings/tracking/",
    "/desk/settings/tracking/new/kuaidi100/",
    "/desk/orders/unknown/",
    "/desk/settings/calendars/",
    "/desk/settings/portal/",
    "/desk/settings/portal/texts/",
    "/desk/settings/tokens/",
    "/desk/settings/webhooks/",
    "/desk/settings/follow-up/",
    "/desk/settings/shops/",
    "/desk/settings/shops/new/shopify/",
    "/desk/settings/shops/mall/",
    "/desk/orders/shops/",
)
SAID = "北欧餐椅两三把，台灯两盏，来一台火星吸尘器。送到江苏省南京市鼓楼区中山北路88号，我叫王小明，送货前请打电话。"
LOOKS = pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
# What is wider than its page, and words of which a line holds one or two characters.
CRAMPED = """() => {
  const main = document.querySelector("main, body"), found = [];
  if ([document.documentElement, main].some((each) => each.scrollWidth > each.clientWidth + 1)) found.push("too wide");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim();
    const { clipPath, whiteSpaceCollapse } = getComputedStyle(texts.currentNode.parentElement);
    if (clipPath !== "none" || whiteSpaceCollapse === "preserve") continue; // only heard; lines of its own
    if (!texts.currentNode.parentElement.checkVisibility()) continue;
    range.selectNodeContents(texts.currentNode);
    const lines = words.length < 4 ? [] : [...range.getClientRects()];
    const widest = Math.max(...lines.map((line) => line.width));
    if (lines.length > 2 && widest > 2 && words.length / lines.length < 3) found.push(words);
  }
  return found;
}"""


@LOOKS
def test_nothing_keeps_a_screen_reader_or_weak_eyes_out(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    case = shop.hears("您好，椅子的腿断了，什么时候能修？", who="visitor-1")
    page = desk("admin", f"/desk/cases/{case.number}/", width=width, is_dark=is_dark)
    page.emulate_media(reduced_motion="reduce")  # a sheet that is still fading in is judged by half its colour
    page.locator("#case-side h2, #case-side h3").first.wait_for(state="attached")
    found = [_serious(page)]
    page.locator(".promise-button").first.click()
    page.locator("#sheet-in h2, #sheet-in h1").first.wait_for()
    found.append(_serious(page))
    order = placed(claims=[], customer_id=case.customer_id, at=shop.now)
    open_hold(order_id=order.id, reason="other", due_at=shop.now, by=BY, at=shop.now)
    open_places(shop)
    sent_one, seen_one = sent(shop), tried(shop)
    for sku, name in (("CH-1", "北欧餐椅"), ("LP-7", "护眼台灯"), ("LP-8", "落地台灯")):
        name_item(sku=sku, names={"zh-Hans": name})
    rang = shop.hears(f"{SAID}电话13812348000。", who="visitor-2")
    orders = (
        f"/desk/cases/{rang.number}/order/",
        f"/desk/orders/{order.number}/",
        f"/desk/orders/{order.number}/correct/",
        f"/desk/orders/{sent_one.number}/",
        f"/desk/orders/what-if/{seen_one.id}/",
    )
    found += [_at(page, address) for address in (*PAGES, *orders)]
    assert [each for each in found if each] == []


@LOOKS
def test_nor_out_of_what_people_set_up_and_look_after(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    case = shop.hears("您好，椅子的腿断了，什么时候能修？", who="visitor-1")
    terms: dict[str, Any] = {"currency": "CNY", "asserts_identity": False, "secret": "s" * 40}
    add_storefront(code="mall", kind="shopify", store_id=case.store_id, by=BY, at=shop.now, **terms)
    flow = FlowVersion.objects.get(key="complaint")
    page = desk("admin", f"/desk/flows/versions/{flow.id}/", width=width, is_dark=is_dark)
    page.locator("#flow .djs-shape").first.wait_for()
    found = [_serious(page)]
    found += [_at(page, address) for address in (*MORE_PAGES, f"/desk/customers/{case.customer_id}/")]
    assert [each for each in found if each] == []


def _at(page: Page, address: str) -> list[str]:
    """What is wrong with the page at an address."""
    answer = page.goto(page.evaluate("location.origin") + address)
    assert answer is not None
    assert answer.status == 200, address
    return [*_serious(page), *(f"{address}: {words}" for words in page.evaluate(CRAMPED))]


def _serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("(rules) => axe.run(document, rules).then((result) => result.violations)", RULES)
    return [
        f"{page.url}: {one['id']} at {[node['target'] for node in one['nodes'][:3]]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]
