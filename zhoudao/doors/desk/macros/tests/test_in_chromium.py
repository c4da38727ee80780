"""Choosing in the list and doing the same to all, by keyboard."""

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.teamwork.macros import NewMacro, save_macro
from zhoudao.rooms.teamwork.steps import Steps

pytestmark = IN_BROWSER


def test_x_chooses_b_does_and_all_is_taken_back(shop: Shop, desk: Desk) -> None:
    for number in range(4):
        shop.later(minutes=1)
        shop.hears("什么时候发货", who=f"visitor-{number}")
    save_macro(
        NewMacro("升级投诉", Steps(kind="complaint", tier="urgent", note="批量升级")),
        viewer=shop.viewer("zhao"),
        at=shop.now,
    )
    page = desk("zhao", "/desk/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("#rows > .is-picked")).to_have_count(3)
    expect(page.locator("#picked-count")).to_contain_text("3")
    page.keyboard.press("b")
    expect(page.locator("#sheet h2")).to_contain_text("3")
    shot(page, "bulk-choose")
    page.locator("#sheet .bulk-macro", has_text="升级投诉").click()
    page.locator("#sheet .button-main").click()
    expect(page.locator("#sheet .bulk-lines li")).to_have_count(3)
    shot(page, "bulk-preview")
    page.locator("#sheet .button-main").click()
    expect(page.locator("#sheet [data-batch=done]")).to_be_visible()
    shot(page, "bulk-done")
    assert Case.objects.filter(kind="complaint", tier="urgent").count() == 3
    page.locator("#sheet .button", has_text="撤回").click()
    expect(page.locator("#sheet [data-batch=undone]")).to_be_visible()
    assert not Case.objects.filter(kind="complaint").exists()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#picked")).to_be_hidden()


def test_writing_a_macro(shop: Shop, desk: Desk) -> None:
    page = desk("zhao", "/desk/macros/new/")
    page.locator("#id_title").fill("转售后")
    page.locator("#id_to").select_option(label="售后")
    page.locator("#id_reason").select_option("other_skill")
    shot(page, "macro-new")
    page.locator("form .button-main").click()
    expect(page.locator(".table")).to_contain_text("转售后")
    shot(page, "macros")
