"""From a complaint to its cause's cases, in a real browser."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


def test_a_complaint_is_answered_by_phone_and_its_cause_leads_back_to_it(shop: Shop, desk: Desk) -> None:
    case = shop.hears("我要投诉，桌子是坏的", who="anna")
    page = desk("admin", f"/desk/cases/{case.number}/")
    page.locator("#complaint").get_by_role("link", name="记录").click()
    page.get_by_label("电话").check()
    page.locator("#id_words").fill("已道歉，明天换货")
    page.locator("#id_cause").select_option("product")
    page.locator("#id_product").fill("餐桌")
    page.locator("#id_cost").fill("50")
    shot(page, "complaint-answer")
    page.locator("form.panel .button-main").click()
    expect(page.locator("#complaint")).to_contain_text("已道歉，明天换货")
    viewer = shop.viewer("admin")
    resolve_case(case_id=case.id, outcome="compensated", cause="product", viewer=viewer, at=shop.now)
    for number, cause in enumerate(["logistics", "product", "service", "logistics"]):
        other = shop.hears("我要投诉", who=f"visitor-{number}")
        resolve_case(case_id=other.id, outcome="solved", cause=cause, viewer=viewer, at=shop.now)

    page.goto(page.url.split("/desk/")[0] + "/desk/causes/")
    expect(page.locator("#chart-causes canvas")).to_be_visible()
    shot(page, "causes")
    page.locator(".table tbody tr").filter(has_text="50").get_by_role("link").last.click()
    expect(page.locator("#list .row, .rows .row").first).to_be_visible()
    assert Case.objects.filter(cause="product").count() == 2


def test_the_causes_fit_a_telephone_at_night(shop: Shop, desk: Desk) -> None:
    case = shop.hears("我要投诉", who="anna")
    resolve_case(case_id=case.id, outcome="solved", cause="service", viewer=shop.viewer("admin"), at=shop.now)
    page = desk("admin", "/desk/causes/", width=390, is_dark=True)
    expect(page.locator("#chart-causes canvas")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "causes-phone-dark")
