"""One of three things comes back: asked for by the customer on a phone, scanned in damaged by a clerk, a part of its
money paid back by the payment service, and the customer told at each step.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.stories.test_order_way import links_in, scans, shop, smtp, words_of
from zhoudao.doors.channels import outbound
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.inbox.tests.conftest import sign_in
from zhoudao.doors.payments import sending
from zhoudao.doors.payments.kinds.wechatpay.fake import Platform, running
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.aftersales.commands.services import add_service
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.queries.sending import due_refunds
from zhoudao.rooms.aftersales.tests.returns import BY, PNG, delivered, place
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_path

__all__ = ["desk", "shop", "sign_in", "smtp"]
pytestmark = IN_BROWSER
BUYER = "wang@example.com"


def works(shop: Shop) -> None:
    """What subscribers and jobs do, once around."""
    dispatch.drain()
    later = datetime.now(UTC) + timedelta(minutes=1)
    for refund_id in due_refunds(later, limit=9):
        sending.send(refund_id, real_now=lambda: later)
    dispatch.drain()
    for message_id in list(Message.objects.filter(status="queued").values_list("id", flat=True)):
        outbound.deliver_reply(message_id, at=shop.now, real_now=later)
    dispatch.drain()


def bought(shop: Shop, platform: Platform) -> Order:
    """Two chairs and a lamp, paid through the platform and delivered; the buyer's address is proven."""
    order = delivered(at=shop.now)
    proven = Claim("email", BUYER, verified=True)
    note_identities(customer_id=order.customer_id, claims=[proven], at=shop.now, by=BY)
    platform.payments[order.external_number] = order.total_minor
    add_service(code="wx", kind="wechatpay", config=platform.config, secrets=platform.secrets, by=BY, at=shop.now)
    place()
    return order


def the_customer_asks(desk: Desk, order: Order, folder: Path) -> ReturnRequest:
    """One of the two chairs, with a photo; the policy agrees at once."""
    (folder / "chair.png").write_bytes(PNG)
    page = desk("admin", f"{tracking_path(order.id)}?language=zh-hans", width=390)
    page.locator("a[href*='/return/']").first.click()
    page.get_by_label("餐椅").fill("1")
    page.get_by_label("不合适").check()
    page.get_by_role("button", name="看看可以怎么办").click()
    page.get_by_role("radio", name="退货退款").check()
    page.locator("#return-photos").set_input_files(folder / "chair.png")
    shot(page, "return-ways")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已同意")
    return ReturnRequest.objects.get()


def it_is_scanned_in_damaged(shop: Shop, desk: Desk, request: ReturnRequest) -> None:
    """By a clerk with a phone and a scanner: a lamp is not in it, the chair is, and it has lost a part of its worth."""
    song = User.objects.create_user(email="song@example.com", password="x" * 14, name="宋杰")
    Grant.objects.create(user=song, role="warehouse_worker")
    shop.cast.people["song"] = song
    page = desk("song", "/desk/returns/station/?place=back", width=390)
    page.locator("#text").fill(request.number)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(request.number)
    scans(page, "LP-7")
    expect(page.locator(".station-said.is-wrong")).to_be_visible()
    scans(page, "CH-1")
    expect(page.locator(".tote-lines")).to_contain_text("1/1")
    page.locator("select[name=condition-1]").select_option("damaged")
    page.locator("select[name=disposition-1]").select_option("scrap")
    page.locator("input[name=lost-1]").fill("40")
    shot(page, "return-inspect")
    page.locator(".return-inspect button[type=submit]").click()
    expect(page.locator(".station-done")).to_be_visible()


def test_one_of_three_comes_back_damaged_and_a_part_of_its_money_is_paid(
    shop: Shop, desk: Desk, smtp: servers.Outgoing, tmp_path: Path
) -> None:
    with running(Platform()) as platform:
        order = bought(shop, platform)
        works(shop)
        smtp.mails.clear()
        request = the_customer_asks(desk, order, tmp_path)
        works(shop)
        assert Case.objects.get(kind="after_sales", conversation__order_number=order.number)
        assert links_in(smtp.mails, "/t/") != []
        it_is_scanned_in_damaged(shop, desk, request)
        works(shop)
        works(shop)
        refund = Refund.objects.get()
        paid = order.lines.get(position=1)
        worth = paid.price_minor - paid.unit_parts("discount")[0]
        assert refund.amount_minor == worth - (worth * 40 + 50) // 100
        assert platform.paid == {refund.number: refund.amount_minor}
    request.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, request.state, order.payment) == ("paid", "refunded", "partially_refunded")
    page = desk("admin", f"/desk/returns/{request.number}/")
    expect(page.locator("#content")).to_contain_text(refund.number)
    expect(page.locator("#content")).to_contain_text("−40 %")
    shot(page, "return-desk")
    page = desk("admin", f"{tracking_path(order.id)}return/{request.number}/?language=zh-hans", width=390)
    expect(page.locator("main")).to_contain_text("40 %")
    shot(page, "return-customer")
    told = [words_of(mail) for mail in smtp.mails]
    for word in ("已同意", "已收到", "已验货", "已退款"):
        assert any(word in text for text in told), (word, told)
