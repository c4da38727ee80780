"""The green lane: a customer exchanges a lamp on a phone, the new one is picked, packed and shipped before the old one
is back, the old one is scanned in later, and the customer is told at each step.
"""

from playwright.sync_api import expect

from tests.stories.test_order_way import links_in, scans, shop, smtp, words_of, works
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.doors.desk.fulfilment.tests.test_picking import depot
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.inbox.tests.conftest import sign_in
from zhoudao.rooms.aftersales.models import Purse, ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import BY, delivered, policy_with
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.fulfilment.models import Tote
from zhoudao.rooms.fulfilment.tests.depot import EAN, Depot
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.stock.models import Balance

__all__ = ["depot", "desk", "shop", "sign_in", "smtp"]
pytestmark = IN_BROWSER
BUYER, NUMBER = "wang@example.com", "SF3333333333"


def bought(shop: Shop) -> Order:
    """Two chairs and a lamp, delivered; the buyer's address is proven, and the policy trusts them."""
    order = delivered(at=shop.now)
    proven = Claim("email", BUYER, verified=True)
    note_identities(customer_id=order.customer_id, claims=[proven], at=shop.now, by=BY)
    policy_with("e5", instant="true", risk_limit="1000")
    return order


def the_customer_asks(desk: Desk, order: Order) -> ReturnRequest:
    """The lamp, for the same again: agreed to at once, and the new one goes first."""
    page = desk("admin", f"{tracking_path(order.id)}?language=zh-hans", width=390)
    page.locator("a[href*='/return/']").first.click()
    page.get_by_label("台灯", exact=False).first.check()
    page.get_by_label("不合适").check()
    shot(page, "exchange-pick")
    page.get_by_role("button", name="看看可以怎么办").click()
    expect(page.locator("main")).to_contain_text("我们马上发出新的，不等您的寄到。")
    page.get_by_role("radio", name="换货").check()
    shot(page, "exchange-ways")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已同意")
    shot(page, "exchange-asked")
    return ReturnRequest.objects.select_related("replacement").get()


def the_new_one_leaves(desk: Desk, order: Order) -> None:
    """Picked and packed by one person with a phone and a scanner."""
    page = desk("song", "/desk/picking/new/?place=east", width=390)
    expect(page.locator("table")).to_contain_text(order.number)
    page.locator(".wave-make button").click()
    page.locator("button[value=release]").click()
    page.locator("a[href$='/walk/']").click()
    expect(page.locator(".station-bin")).to_have_text("A-01-02")
    scans(page, "A-01-02", EAN["LP-7"], Tote.objects.get(order=order).code)
    expect(page.locator(".station-done")).to_be_visible()
    page.goto(page.url.split("/desk/")[0] + "/desk/picking/pack/")
    page.locator("#text").fill(order.number)
    page.keyboard.press("Enter")
    scans(page, EAN["LP-7"])
    page.locator("#grams").fill("1200")
    page.locator("button[value=weigh]").click()
    page.locator("#carrier").select_option("sf")
    page.locator("#tracking").fill(NUMBER)
    page.locator("button[value=leave]").click()
    expect(page.locator(".station-done")).to_be_visible()


def the_old_one_is_scanned_in(desk: Desk, request: ReturnRequest) -> None:
    page = desk("song", "/desk/returns/station/?place=east", width=390)
    page.locator("#text").fill(request.number)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(request.number)
    scans(page, EAN["LP-7"])
    expect(page.locator(".tote-lines")).to_contain_text("1/1")
    page.locator(".return-inspect button[type=submit]").click()
    expect(page.locator(".station-done")).to_be_visible()


def test_the_new_lamp_is_shipped_before_the_old_one_is_back(
    shop: Shop, depot: Depot, desk: Desk, smtp: servers.Outgoing
) -> None:
    order, lamps = bought(shop), Balance.objects.get(item_id="LP-7").on_hand
    works(shop)
    smtp.mails.clear()
    request = the_customer_asks(desk, order)
    new = request.replacement
    assert new is not None
    works(shop)
    new.refresh_from_db()
    assert (new.commercial, new.fulfilment, new.payment, request.state) == (
        "approved", "reserved", "captured", "approved",
    )  # fmt: skip
    the_new_one_leaves(desk, new)
    works(shop)
    new.refresh_from_db()
    request.refresh_from_db()
    assert (new.fulfilment, request.state, request.received_at) == ("shipped", "approved", None)
    assert Balance.objects.get(item_id="LP-7").on_hand == lamps - 1
    shop.later(days=3)
    the_old_one_is_scanned_in(desk, request)
    works(shop)
    request.refresh_from_db()
    worth = order.lines.get(position=2).paid_minor
    assert (request.state, request.owed_minor, Balance.objects.get(item_id="LP-7").on_hand) == ("replaced", 0, lamps)
    assert (Purse.objects.get(order=order).paid_minor, Purse.objects.get(order=new).taken_minor) == (worth, worth)
    page = desk("admin", f"/desk/orders/{order.number}/")
    expect(page.locator("#returns")).to_contain_text(new.number)
    page = desk("admin", f"/desk/orders/{new.number}/")
    expect(page.locator("#content")).to_contain_text(request.number)
    page = desk("admin", f"/desk/returns/{request.number}/")
    shot(page, "exchange-desk")
    page = desk("admin", f"{tracking_path(order.id)}return/{request.number}/?language=zh-hans", width=390)
    expect(page.get_by_role("heading", level=1)).to_have_text("已为您换发。")
    shot(page, "exchange-done")
    told = [words_of(mail) for mail in smtp.mails]
    for word in ("先把新的发出", new.number, NUMBER, "已收到", "已验货"):
        assert any(word in text for text in told), (word, told)
    assert links_in(smtp.mails, "/t/") != []
