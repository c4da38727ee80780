"""A working day without a mouse: from signing in to the next case, by keys alone."""

import re
from typing import Any

import pytest
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
    sign_in(page)
    first = opened(page)
    write(page, "r", "今天下午发出")
    write(page, "n", "仓库已确认")
    give(page, shop)
    resolve_and_close(page)
    shot(page, "by-keys")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case [data-case]")).not_to_have_attribute("data-number", first.number)
    first.refresh_from_db()
    assert (first.status, first.owner_id) == ("closed", shop.cast.people["zhao"].pk)
    said = Message.objects.filter(conversation=first.conversation_id, is_auto=False).order_by("created_at", "id")
    assert list(said.values_list("direction", "text")) == [
        ("in", "什么时候发货"),
        ("out", "今天下午发出"),
        ("note", "仓库已确认"),
    ]


def test_a_sheet_that_is_done_is_not_opened_again_by_what_is_drawn_at_that_moment(shop: Shop, desk: Desk) -> None:
    shop.hears("什么时候发货")
    page = desk("wang", "/desk/?view=all")
    opened(page)
    page.keyboard.press("a")
    expect(page.locator("#sheet-in [name=to]")).to_be_focused()
    page.evaluate(
        """() => {
          document.dispatchEvent(new CustomEvent("desk:notice", { detail: { closes: true } }));
          document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: {} } }));
        }"""
    )
    expect(page.locator("#sheet")).to_be_hidden()


def sign_in(page: Page) -> None:
    tab_to(page, "[name=login]")
    page.keyboard.type("wang@example.com")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#rows > .row")).to_have_count(2)


def opened(page: Page) -> Case:
    """The first case of the list."""
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    first = Case.objects.get(id=str(page.locator("#rows > .row").first.get_attribute("data-case")))
    expect(page.locator("#case [data-case]")).to_have_attribute("data-number", first.number)
    return first


def write(page: Page, key: str, text: str) -> None:
    """An answer or a note, as the key says, and out of the field again."""
    page.keyboard.press(key)
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message", has_text=text)).to_be_visible()
    page.keyboard.press("Escape")


def give(page: Page, shop: Shop) -> None:
    """The case to 赵敏, with why."""
    page.keyboard.press("a")
    expect(page.locator("#sheet-in [name=to]")).to_be_focused()
    choose(page, "#sheet-in [name=to]", f"member:{shop.cast.people['zhao'].pk}")
    tab_to(page, "#sheet-in [name=reason]")
    page.keyboard.press("Space")
    tab_to(page, "#sheet-in [name=words]")
    page.keyboard.insert_text("赵敏认识这位顾客")
    tab_to(page, "#sheet-in [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_hidden()


def resolve_and_close(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.locator("#sheet-in [name=outcome]").first).to_be_focused()
    tab_to(page, "#sheet-in [name=cause]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator("[data-key=c]").first).to_be_attached()
    page.keyboard.press("c")
    expect(page.locator(".closed-note")).to_be_visible()


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


@pytest.mark.parametrize("width", [1440, 390])
def test_the_boards_other_figures_are_one_menu_which_keys_open_walk_and_close(
    shop: Shop, desk: Desk, width: int
) -> None:
    page = desk("zhao", "/desk/board/", width=width)
    button, menu = page.get_by_role("button", name="更多指标"), page.locator("#more-figures")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    items = menu.locator("a")
    expect(items.first).to_be_focused()
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(items.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/board/resolution/"))
