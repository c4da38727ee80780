"""Writing in a real browser: held back when more was said, and no word lost by clicking about."""

import struct
import zlib

from playwright.sync_api import Route, expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, receive_message
from zhoudao.rooms.conversations.models import Draft, Message

__all__ = ["desk"]
pytestmark = IN_BROWSER


def test_a_reply_written_over_a_new_message_is_held_and_may_be_sent_anyway(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货")
    page = desk("wang", f"/desk/cases/{case.number}/")
    page.locator("#reply-text").fill("师傅下午到")
    shop.later(minutes=1)
    shop.hears("不用来了，已经好了", conversation_id=case.conversation_id)

    page.keyboard.press("Control+Enter")

    expect(page.locator("#conflict")).to_contain_text("不用来了，已经好了")
    expect(page.locator("#thread")).to_contain_text("不用来了，已经好了")
    expect(page.locator("#reply-text")).to_have_value("师傅下午到")
    shot(page, "held-back")
    assert not Message.objects.filter(direction="out", is_auto=False).exists()
    page.locator("#conflict button").click()
    expect(page.locator("#thread .message.is-out", has_text="师傅下午到")).to_be_visible()
    expect(page.locator("#reply-text")).to_have_value("")
    expect(page.locator("#conflict")).to_be_hidden()


def test_sending_twice_in_a_row_holds_nothing_back(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货")
    page = desk("wang", f"/desk/cases/{case.number}/")
    for text in ("第一句", "第二句", "第三句"):
        page.locator("#reply-text").fill(text)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#thread .message.is-out", has_text=text)).to_be_visible()
        expect(page.locator("#conflict")).to_be_hidden()


def test_a_file_chosen_or_pasted_goes_with_the_reply_alone_and_comes_back_when_it_is_taken_back(
    shop: Shop, desk: Desk
) -> None:
    case = shop.hears("怎么装？")
    page = desk("wang", f"/desk/cases/{case.number}/")
    page.locator("#enclose-input").set_input_files(
        {"name": "安装说明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 press twice"}
    )
    chip = page.locator("#enclosed .file", has_text="安装说明.pdf")
    expect(chip.locator("[data-remove]")).to_be_visible()
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          const picture = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
          held.items.add(new File([picture], "截图.png", {type: "image/png"}));
          const event = new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true});
          document.getElementById("reply-text").dispatchEvent(event);
        }"""
    )
    expect(page.locator("#enclosed .file", has_text="截图.png").locator("[data-remove]")).to_be_visible()
    shot(page, "enclosed")
    page.locator("[data-remove]").nth(1).click()
    expect(page.locator("#enclosed .file")).to_have_count(1)
    page.reload()
    expect(chip).to_be_visible()
    page.locator("[role=tab][data-mode=note]").click()
    expect(chip).to_be_hidden()
    page.locator("[role=tab][data-mode=reply]").click()
    page.locator("#composer [name=then][value='']").click()
    expect(page.locator("#thread .message.is-out .file", has_text="安装说明.pdf")).to_be_visible()
    expect(page.locator("#enclosed .file")).to_have_count(0)
    page.locator("#thread .message.is-out.is-waiting button").click()
    expect(chip).to_be_visible()
    assert Message.objects.get(direction="out", is_auto=False).status == "undone"


def test_words_begun_survive_leaving_the_case_at_once_and_reloading(shop: Shop, desk: Desk) -> None:
    shop.hears("什么时候发货")
    other = shop.hears("发票", who="visitor-2")
    page = desk("zhao", "/desk/?view=all")
    page.locator(".row-link", has_text="什么时候").first.click()
    page.locator("#reply-text").fill("王小姐您好")
    page.locator(".row-link", has_text="发票").first.click()
    expect(page.locator("#case [data-case]")).to_have_attribute("data-number", other.number)
    expect(page.locator("#reply-text")).to_have_value("")
    page.locator(".row-link", has_text="什么时候").first.click()
    expect(page.locator("#reply-text")).to_have_value("王小姐您好")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("王小姐您好")


def test_words_come_back_also_while_they_are_still_on_their_way(shop: Shop, desk: Desk) -> None:
    shop.hears("什么时候发货")
    shop.hears("发票", who="visitor-2")
    page = desk("zhao", "/desk/?view=all")
    held: list[Route] = []

    def hold(route: Route) -> None:  # a slow line: nothing arrives
        held.append(route)

    page.route("**/draft/", hold)
    page.locator(".row-link", has_text="什么时候").first.click()
    page.locator("#reply-text").fill("王小姐您好")
    page.locator(".row-link", has_text="发票").first.click()
    expect(page.locator("#reply-text")).to_have_value("")
    page.locator("#reply-text").fill("发票今天开")
    page.locator(".row-link", has_text="什么时候").first.click()
    expect(page.locator("#reply-text")).to_have_value("王小姐您好")
    page.locator(".row-link", has_text="发票").first.click()
    expect(page.locator("#reply-text")).to_have_value("发票今天开")
    while held:
        held.pop().abort()
    page.unroute("**/draft/")
    expect(page.locator("#saved")).to_have_text("草稿已存")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("发票今天开")
    assert {draft.text for draft in Draft.objects.all()} == {"王小姐您好", "发票今天开"}


def test_taking_back_gives_the_words_back_beside_what_was_begun(shop: Shop, desk: Desk) -> None:
    case = shop.hears("什么时候发货")
    page = desk("wang", f"/desk/cases/{case.number}/")
    page.locator("#reply-text").fill("第一段")
    page.keyboard.press("Control+Enter")
    undo = page.locator("#thread .message.is-out.is-waiting button")
    expect(undo).to_be_visible()
    page.locator("#reply-text").fill("第二段")
    undo.click()
    expect(page.locator("#reply-text")).to_have_value("第一段\n\n第二段")
    expect(page.locator("#thread .message.is-out.is-waiting")).to_have_count(0)
    page.keyboard.press("r")
    page.locator("#reply-text").press("Control+Enter")
    expect(page.locator("#thread .message.is-out", has_text="第二段")).to_be_visible()
    assert not Draft.objects.exists()


def a_picture(shade: int) -> bytes:
    """A grey PNG of 40 by 30 dots."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    rows = (b"\0" + bytes([shade]) * 40) * 30
    head = struct.pack(">IIBBBBB", 40, 30, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_picture_is_read_at_five_times_its_size_turned_and_followed_by_the_next(shop: Shop, desk: Desk) -> None:
    uploads = [Upload("铭牌.png", a_picture(60)), Upload("小票.png", a_picture(200))]
    claims = [Claim("visitor", "visitor-1", scope="webchat")]
    inbound = Inbound(channel="webchat", external_id="m-1", claims=claims, text="照片", uploads=uploads)
    conversation_id = receive_message(inbound=inbound, at=shop.now).conversation_id
    dispatch.drain()
    page = desk("admin", f"/desk/cases/{Case.objects.get(conversation_id=conversation_id).number}/")
    page.locator(".file-image").first.click()
    picture, size = page.locator("#lightbox img"), page.locator("#lightbox output")
    expect(picture).to_be_visible()
    before = picture.bounding_box()
    assert before is not None
    for _ in range(6):
        page.keyboard.press("+")
    expect(size).to_have_text("500%")
    after = picture.bounding_box()
    assert after is not None
    assert round(after["width"] / before["width"], 1) == 5
    shot(page, "lightbox")
    page.keyboard.press("0")
    page.keyboard.press("r")
    turned = picture.bounding_box()
    assert turned is not None
    assert round(turned["width"]) == round(before["height"])
    page.keyboard.press("ArrowRight")
    expect(picture).to_have_attribute("alt", "小票.png")
    page.mouse.move(720, 450)
    page.mouse.wheel(0, -100)
    expect(size).to_have_text("120%")
    page.keyboard.press("Escape")
    expect(page.locator("#lightbox")).to_be_hidden()
