"""From a finding to what was reached, in a real browser; and every page on a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.conduct.improvement.commands import programmes as milestones
from zhoudao.conduct.improvement.commands.suggestions import suggest
from zhoudao.conduct.improvement.models import Initiative
from zhoudao.conduct.improvement.tests.test_audits import an_audit
from zhoudao.conduct.improvement.tests.test_initiatives import begun, moved, with_measure
from zhoudao.conduct.improvement.tests.test_programmes import a_programme, deployed
from zhoudao.doors.desk.improvement.tests.test_pages import a_report
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


def test_a_finding_is_improved_from_the_report_to_the_decision(shop: Shop, desk: Desk) -> None:
    report = a_report(shop)
    page = desk("admin", reverse("report", args=[report.id]))
    page.locator(".finding-improve a").first.click()
    expect(page.locator(".redesign").first).to_be_visible()
    shot(page, "improve-new")
    page.locator(".redesign button").first.click()
    expect(page.locator(".pdca-steps .is-current")).to_have_text("计划")
    page.locator("input[name=words]").fill("一人跟到底")
    page.keyboard.press("Enter")
    page.locator(".pdca-go .button-main").click()
    expect(page.locator(".pdca-steps .is-current")).to_have_text("实施")
    page.locator("button[value=tick]").click()
    page.locator(".pdca-go .button-main").click()
    expect(page.locator(".pdca-steps .is-current")).to_have_text("检查")
    page.locator("#value").fill("1")
    page.keyboard.press("Enter")
    page.locator(".pdca-go .button-main").click()
    expect(page.locator(".pdca-steps .is-current")).to_have_text("处置")
    page.locator(".choice", has_text="固化为标准").click()
    page.locator("#reason").fill("目标达到")
    shot(page, "improve-decide")
    page.locator("#decision .button-main").click()
    expect(page.locator(".pdca-decided")).to_contain_text("固化为标准")
    assert Initiative.objects.get().stage == "closed"
    page.goto(page.url.partition("/desk/")[0] + reverse("register"))
    expect(page.locator(".line", has_text="固化为标准")).to_be_visible()


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_every_page_of_it_fits(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    one = begun(shop)
    with_measure(shop, one, is_done=True)
    moved(shop, one, "do")
    begun(shop, owner="wang")
    suggest(words="先问订单号，再问其他", benefit="少一次来回", viewer=shop.viewer("wang"), at=shop.now)
    version = deployed(shop)
    programme = a_programme(shop, version.key)
    who: dict[str, Any] = {"programme_id": programme.id, "viewer": shop.viewer("admin")}
    today, lead = shop.now.date(), shop.cast.people["admin"].pk
    for n, phase in enumerate(("as_is", "redesign", "pilot")):
        days = (today + timedelta(days=10 * n - 12), today + timedelta(days=10 * n - 4))
        milestones.add_milestone(phase=phase, words=f"第 {n} 步", owner_id=lead, days=days, **who)
    milestones.add_budget_line(words="培训", planned_minor=500_000, **who)
    audit = an_audit(shop)
    pages = {
        "programmes": reverse("programmes"),
        "programme": reverse("programme", args=[programme.id]),
        "programme-report": reverse("programme_report", args=[programme.id]),
        "readiness": f"{reverse('readiness', args=[programme.id])}?step=look",
        "audits": reverse("audits"),
        "audit": reverse("audit", args=[audit.id]),
        "sheet": reverse("initiative_sheet", args=[one.id]),
        "register": reverse("register"),
        "register-list": reverse("register_list"),
        "initiative": reverse("initiative", args=[one.id]),
        "initiative-new": reverse("initiative_new"),
        "answering": reverse("suggestions_of_all"),
        "suggestions": reverse("suggestions"),
    }
    page = desk("admin", pages["register"], width=width, is_dark=is_dark)
    for name, address in pages.items():
        answer = page.goto(page.url.partition("/desk/")[0] + address)
        assert answer is not None
        assert answer.ok, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        shot(page, f"{name}-{width}")
