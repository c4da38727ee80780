"""A working day without a mouse: from signing in to the next case, by keys alone."""

from typing import Any

from playwright.sync_api import Page, expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.ground.accounts.tests.cast import PASSWORD
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message

__all__ = ["desk"]
pytestmark = IN_BROWSER


def test_an_agent_signs_in_answers_notes_gives_closes_and_goes_on_by_keys_alone(
    shop: Shop, desk: Desk, live_server: Any
) -> None:
    shop.hears("发票怎么开", who="visitor-2")
    shop.later(minutes=1)
    shop.hears("什么时候发货")
    page = desk("wang", "/desk/?view=all")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/desk/?view=all")
    keys = page.keyboard

    tab_to(page, "[name=login]")
    keys.type("wang@example.com")
    tab_to(page, "[name=password]")
    keys.type(PASSWORD)
    keys.press("Enter")
    rows = page.locator("#rows > .row")
    expect(rows).to_have_count(2)

    keys.press("j")
    keys.press("Enter")
    first = Case.objects.get(id=str(rows.first.get_attribute("data-case")))
    expect(page.locator("#case [data-case]")).to_have_attribute("data-number", first.number)

    keys.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    keys.insert_text("今天下午发出")
    keys.press("Control+Enter")
    expect(page.locator("#thread .message.is-out", has_text="今天下午发出")).to_be_visible()

    keys.press("Escape")
    keys.press("n")
    expect(page.locator("#reply-text")).to_be_focused()
    keys.insert_text("仓库已确认")
    keys.press("Control+Enter")
    expect(page.locator("#thread .message", has_text="仓库已确认")).to_be_visible()

    keys.press("Escape")
    keys.press("a")
    expect(page.locator("#sheet-in [name=to]")).to_be_focused()
    choose(page, "#sheet-in [name=to]", f"member:{shop.cast.people['zhao'].pk}")
    tab_to(page, "#sheet-in [name=reason]")
    keys.press("Space")
    tab_to(page, "#sheet-in [name=words]")
    keys.insert_text("赵敏认识这位顾客")
    tab_to(page, "#sheet-in [type=submit]")
    keys.press("Enter")
    expect(page.locator("#sheet")).to_be_hidden()

    keys.press("e")
    expect(page.locator("#sheet-in [name=outcome]").first).to_be_focused()
    tab_to(page, "#sheet-in [name=cause]")
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator("[data-key=c]").first).to_be_attached()
    keys.press("c")
    expect(page.locator(".closed-note")).to_be_visible()
    shot(page, "by-keys")

    keys.press("j")
    keys.press("Enter")
    expect(page.locator("#case [data-case]")).not_to_have_attribute("data-number", first.number)
    first.refresh_from_db()
    assert first.status == "closed"
    assert first.owner_id == shop.cast.people["zhao"].pk
    said = Message.objects.filter(conversation=first.conversation_id, is_auto=False).order_by("created_at", "id")
    assert list(said.values_list("direction", "text")) == [
        ("in", "什么时候发货"),
        ("out", "今天下午发出"),
        ("note", "仓库已确认"),
    ]


def tab_to(page: Page, selector: str) -> None:
    """This will go there as a person does who has no mouse."""
    for _ in range(30):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}.")


def choose(page: Page, selector: str, value: str) -> None:
    """This will go down a list until it stands there."""
    for _ in range(30):
        if page.locator(selector).input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not in the list {selector}.")
