"""The slash in a real composer."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.commands import Wording, save_reply

pytestmark = IN_BROWSER


def write(shop: Shop, title: str, shortcut: str, text: str) -> None:
    save_reply(Wording(title, {"zh-Hans": text}, shortcut), viewer=shop.viewer("wang"), at=shop.now)


def test_a_slash_finds_fills_and_sends_by_keyboard_alone(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货？")
    write(shop, "物流在途", "wl", "{{case.number}} 已发出，请查看 {{progress_url}}")
    write(shop, "问候", "wh", "您好，{{customer.name}}！")
    write(shop, "发票", "fp", "发票今天开出。")
    page = desk("wang", f"/desk/cases/{case.number}/")
    page.keyboard.press("r")
    page.keyboard.type("/w")
    expect(page.locator("#offers .offer")).to_have_count(2)
    shot(page, "slash")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("l")
    expect(page.locator("#offers .offer")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#offers")).to_be_hidden()
    expect(page.locator("#reply-text")).to_have_value(
        f"{case.number} 已发出，请查看 http://127.0.0.1:8000/p/{case.progress_token}/"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message.is-out", has_text="已发出")).to_be_visible()
    expect(page.locator("#reply-text")).to_have_value("")


def test_an_open_variable_is_shown_and_holds_the_reply_back(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货？")
    write(shop, "问候", "wh", "您好，{{customer.name}}！")
    page = desk("wang", f"/desk/cases/{case.number}/")
    page.locator("#offer-button").click()
    expect(page.locator("#offers .offer-missing")).to_contain_text("customer.name")
    page.keyboard.press("Tab")
    expect(page.locator("#unfilled")).to_contain_text("{{customer.name}}")
    shot(page, "unfilled")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .is-bad")).to_contain_text("{{customer.name}}")
    page.keyboard.type("王小姐")  # the variable was selected
    expect(page.locator("#reply-text")).to_have_value("您好，王小姐！")
    expect(page.locator("#unfilled")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message.is-out", has_text="王小姐")).to_be_visible()
    assert not Message.objects.filter(text__contains="{{").exists()


def test_escape_closes_the_list_and_nothing_opens_while_an_input_method_composes(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货？")
    write(shop, "问候", "wh", "您好！")
    page = desk("wang", f"/desk/cases/{case.number}/")
    page.keyboard.press("r")
    page.keyboard.type("/")
    expect(page.locator("#offers")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#offers")).to_be_hidden()
    expect(page.locator("#reply-text")).to_be_focused()
    page.locator("#reply-text").fill("")
    page.evaluate(
        "() => { const field = document.getElementById('reply-text'); field.value = '/w';"
        " field.setSelectionRange(2, 2);"
        " field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true })); }"
    )
    page.wait_for_timeout(300)
    expect(page.locator("#offers")).to_be_hidden()


def test_writing_one_shows_what_customers_will_read(shop: Shop, desk: Desk) -> None:
    page = desk("zhao", "/desk/replies/new/")
    page.locator("#id_title").fill("物流在途")
    page.locator("[name='body_zh-Hans']").fill("您的工单 ")
    page.locator("[data-variable='case.number']").click()
    expect(page.locator("#reply-preview")).to_contain_text("您的工单 C2026-000123")
    shot(page, "reply-new")
    page.locator("form .button-main").click()
    expect(page.locator(".table")).to_contain_text("物流在途")
    shot(page, "replies")
