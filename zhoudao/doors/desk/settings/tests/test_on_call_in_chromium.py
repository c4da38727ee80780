"""A lead fills an empty roster in the browser, sees the hole, closes it, and pages for a test."""

import pytest
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in
from zhoudao.ground.accounts.models import Grant
from zhoudao.rooms.cases.commands.paging import start_paging
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.models import Member

__all__ = ["desk", "shop", "sign_in"]
pytestmark = IN_BROWSER


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_an_empty_roster_is_filled_and_its_hole_closed(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    for name in ("wang", "li", "zhao"):
        Member.objects.get(user=shop.cast.people[name]).teams.add(shop.cast.teams["rapid_reaction"])
        Grant.objects.create(user=shop.cast.people[name], role="agent", team=shop.cast.teams["rapid_reaction"])
    page = desk("admin", "/desk/settings/on-call/", width=width, is_dark=is_dark)
    shot(page, f"on-call-empty-{width}")
    expect(page.locator(".duty")).to_have_count(0)
    page.locator("select[name=who-1]").select_option(label="王芳")
    page.locator("input[name=start-1]").fill("08:00")
    page.locator("input[name=end-1]").fill("20:00")
    page.locator("form.panel button[type=submit]").click()
    expect(page.locator("td.is-hole").first).to_be_attached()
    page.locator("select[name=who-2]").select_option(label="李强")
    page.locator("input[name=start-2]").fill("20:00")
    page.locator("input[name=end-2]").fill("07:00")
    page.locator("form.panel button[type=submit]").click()
    expect(page.locator("input[name=line][value='3']")).to_be_attached()
    expect(page.locator("td.is-hole").first).to_be_attached()
    shot(page, f"on-call-hole-{width}")
    page.locator("input[name=end-2]").fill("08:00")
    page.locator("form.panel button[type=submit]").click()
    expect(page.locator(".duty-full")).to_be_visible()
    expect(page.locator("td.is-hole")).to_have_count(0)
    page.locator("[hx-post$='/test/']").click()
    expect(page.locator("#on-call-tests tbody tr")).to_have_count(1)
    page.locator("#on-call-tests").scroll_into_view_if_needed()
    shot(page, f"on-call-tested-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if width > 700:
        _nobody_came(shop, page)


def _nobody_came(shop: Shop, page) -> None:  # type: ignore[no-untyped-def]  # Playwright's page
    shop.cast.teams["rapid_reaction"].on_call.all().delete()
    case = shop.hears("桌子什么时候到？")
    Case.objects.filter(id=case.id).update(tier="urgent", team=shop.cast.teams["rapid_reaction"])
    start_paging(case.id, at=shop.now)
    origin = page.evaluate("location.origin")
    page.goto(f"{origin}/desk/board/")
    expect(page.locator("#unreached a")).to_have_text(case.number)
    shot(page, "board-unreached")
    page.goto(f"{origin}/desk/cases/{case.number}/")
    expect(page.locator(".case-line .chip", has_text="呼叫中")).to_be_visible()
    shot(page, "case-paging")
    page.goto(f"{origin}/desk/settings/people/")
    expect(page.locator("#uncovered")).to_be_visible()
    shot(page, "people-uncovered")
    page.goto(f"{origin}/desk/notices/choices/")
    shot(page, "choices")
