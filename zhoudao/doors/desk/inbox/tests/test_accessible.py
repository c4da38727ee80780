"""Screen readers and weak eyes: axe finds nothing serious on the pages people live in."""

from pathlib import Path
from typing import Any

import pytest

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.tests.bazaar import placed

__all__ = ["desk"]
pytestmark = IN_BROWSER
AXE = Path(__file__).parents[5] / "node_modules/axe-core/axe.min.js"  # put there by `make dev`
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PAGES = (
    "/desk/?view=all",
    "/desk/board/",
    "/desk/board/transfers/",
    "/desk/board/effort/",
    "/board/wall/",
    "/desk/causes/",
    "/desk/routing/",
    "/desk/approvals/",
    "/desk/customers/",
    "/desk/incidents/",
    "/desk/incidents/new/",
    "/desk/risks/",
    "/desk/risks/new/",
    "/desk/search/?q=椅子",
    "/desk/tasks/",
    "/desk/orders/",
    "/desk/counter/",
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


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_nothing_keeps_a_screen_reader_or_weak_eyes_out(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    case = shop.hears("您好，椅子的腿断了，什么时候能修？", who="visitor-1")
    page = desk("admin", f"/desk/cases/{case.number}/", width=width, is_dark=is_dark)
    page.emulate_media(reduced_motion="reduce")  # a sheet that is still fading in is judged by half its colour
    page.locator("#case-side h2, #case-side h3").first.wait_for(state="attached")
    found = [_serious(page)]
    page.locator(".promise-button").first.click()
    page.locator("#sheet-in h2, #sheet-in h1").first.wait_for()
    found.append(_serious(page))
    origin = page.evaluate("location.origin")
    order = placed(claims=[], customer_id=case.customer_id, at=shop.now)
    for address in (*PAGES, f"/desk/orders/{order.number}/"):
        answer = page.goto(origin + address)
        assert answer is not None
        assert answer.status == 200, address
        found.append(_serious(page))
    assert [each for each in found if each] == []


def _serious(page: Any) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("(rules) => axe.run(document, rules).then((result) => result.violations)", RULES)
    return [
        f"{page.url}: {one['id']} at {[node['target'] for node in one['nodes'][:3]]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]
