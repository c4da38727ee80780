"""The search in a real browser: typed, walked through by keyboard, opened, narrowed, on a phone."""

from django.db import transaction
from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.commands.replying import note_on_case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message

pytestmark = IN_BROWSER
SAID = [
    "咖啡機的退款到了嗎？",
    "我要退款，訂單 O2026-000777",
    "发票抬头改一下",
    "The refund (退款) has not arrived, order A-100",
]


@transaction.atomic
def talks(shop: Shop) -> None:
    for number, text in enumerate(SAID):
        claims = [
            Claim("visitor", f"v-{number}", scope="webchat"),
            Claim("phone", f"1381234800{number}", verified=True),
        ]
        inbound = Inbound("webchat", f"t-{number}", claims, name=f"王小姐{number or ''}", text=text)
        receive_message(inbound=inbound, at=shop.later(minutes=7))
    case = shop.hears("还在等退款", who="v-1")
    note_on_case(case_id=case.id, text="已催财务退款", viewer=shop.viewer("zhao"), at=shop.later(minutes=3))


def test_from_the_list_by_keyboard_alone_to_the_message_that_was_meant(shop: Shop, desk: Desk) -> None:
    talks(shop)
    page = desk("zhao", "/desk/")
    page.keyboard.press("/")
    page.keyboard.type("退款")
    page.keyboard.press("Enter")
    expect(page.locator("#finds .find")).to_have_count(5)
    expect(page.locator("#finds mark").first).to_have_text("退款")
    expect(page.locator('#finder-tabs [data-kind=""] .view-count')).to_have_text("5")
    shot(page, "found")

    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#finds .find-link").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    wanted = page.locator("#finds .find-link").nth(1).get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")
    expect(page.locator(f"#{wanted.partition('#')[2]}")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#search")).to_have_value("退款")


def test_results_follow_what_is_typed_and_filters_narrow_them(shop: Shop, desk: Desk) -> None:
    talks(shop)
    page = desk("zhao", "/desk/search/")
    expect(page.locator("#search")).to_be_focused()
    shot(page, "empty")
    page.keyboard.type("REFUND")
    expect(page.locator("#finds .find")).to_have_count(1)
    page.fill("#search", "退款")
    expect(page.locator("#finds .find")).to_have_count(5)
    page.click('#finder-tabs [data-kind="note"]')
    expect(page.locator("#finds .find")).to_have_count(1)
    expect(page.locator("#finds .find")).to_contain_text("备注")
    page.click(".finder-more summary")
    page.select_option("select[name=channel]", "email")
    expect(page.locator("#results .blank")).to_contain_text("没有找到")
    shot(page, "nothing")
    page.click("#results .blank a")
    expect(page.locator("#finds .find")).to_have_count(5)


def test_a_phone_number_leads_to_its_customer_on_a_phone_in_the_dark(shop: Shop, desk: Desk) -> None:
    talks(shop)
    page = desk("zhao", "/desk/search/?q=138-1234-8001", width=390, is_dark=True)
    expect(page.locator(".finder-exact .is-customer")).to_contain_text("王")
    expect(page.locator(".finder-exact a.find-link")).to_have_count(1)
    shot(page, "phone-exact")
    page.goto(page.url.partition("?")[0] + "?q=退款")
    expect(page.locator("#finds .find")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "phone-found")


def test_the_palette_offers_to_search_for_what_is_typed(shop: Shop, desk: Desk) -> None:
    talks(shop)
    page = desk("zhao", "/desk/board/")
    page.keyboard.press("Control+k")
    page.keyboard.type("A-100")
    page.locator("#palette [role=option]").last.click()
    expect(page.locator("#finds mark")).to_have_text("A-100")
