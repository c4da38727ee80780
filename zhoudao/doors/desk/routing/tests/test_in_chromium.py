"""A lead's line and an agent's next case in a real browser, on a desk and on a phone."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.models import TeamSettings

pytestmark = IN_BROWSER


def test_a_lead_looks_at_the_line_and_changes_a_capacity(shop: Shop, desk: Desk) -> None:
    for number in range(11):
        shop.hears("请问桌子什么时候到？", who=f"v-{number}")
    shop.later(minutes=17)
    page = desk("zhao", "/desk/routing/reception/")
    expect(page.locator("#queue")).to_contain_text("能处理的人都在忙")
    shot(page, "routing")
    page.locator("#queue button", has_text="能处理的人都在忙").first.click()
    expect(page.locator("#sheet")).to_contain_text("王芳")
    shot(page, "routing-why")
    page.keyboard.press("Escape")
    page.locator("button[aria-label*=王芳]").click()
    page.locator("#sheet [name=capacity]").fill("9")
    shot(page, "routing-person")
    page.locator("#sheet .button-main").click()
    expect(page.locator("#queue")).to_contain_text("3/9")
    page = desk("zhao", "/desk/routing/reception/", width=390, is_dark=True)
    expect(page.locator("#queue")).to_contain_text("王芳")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(page, "routing-phone")


def test_an_agent_goes_away_comes_back_and_takes_the_next_case_by_key(shop: Shop, desk: Desk) -> None:
    TeamSettings.objects.update(pushes=False)
    first = shop.hears("请问桌子什么时候到？", who="a")
    second = shop.hears("我的椅子呢？", who="b")
    page = desk("wang", "/desk/?view=unassigned")
    expect(page.locator("#me")).to_contain_text("在岗")
    page.keyboard.press("y")
    expect(page.locator("#me")).to_contain_text("离开")
    page.locator("#me button").click()
    expect(page.locator("#me")).to_contain_text("在岗")
    page.goto(page.url.split("/desk/")[0] + f"/desk/cases/{second.number}/?view=unassigned")
    page.keyboard.press("t")
    expect(page.locator("#sheet")).to_contain_text("在下一个工单之前")
    shot(page, "routing-out-of-order")
    page.keyboard.press("Escape")
    page.keyboard.press("N")
    expect(page.locator("#content .case-number")).to_have_text(first.number)
    page.locator(".case-owner").click()
    expect(page.locator("#sheet")).to_contain_text("主动领取了下一个工单")
    shot(page, "routing-next")
    assert Case.objects.get(id=first.id).owner == shop.cast.people["wang"]
    page = desk("wang", "/desk/", width=390)
    expect(page.locator("#next-case")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(page, "routing-agent-phone")
