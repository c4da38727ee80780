"""The whole way of one order, each step where people and programs take it: the shop's post, the review that nobody has
to look at, picking and packing by scanner on a phone, the carrier's reports, the customer's mails and pages, and what
they say of it afterwards.
"""

import ipaddress
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhoudao.doors.channels import outbound
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.doors.channels.kinds.email.tests.conftest import make_channel
from zhoudao.doors.desk.fulfilment.tests.test_picking import depot
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk, shot
from zhoudao.doors.desk.inbox.tests.conftest import sign_in
from zhoudao.doors.storefronts.kinds.webhook.fake import send, signed
from zhoudao.doors.tracking.kinds.webhook import fake as carrier
from zhoudao.doors.tracking.port import readers
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.fulfilment.models import Tote
from zhoudao.rooms.fulfilment.tests.depot import EAN, GOODS, SONG, Depot
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.reports import read_reports
from zhoudao.rooms.parcels.commands.sources import add_source
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.stock.models import Balance
from zhoudao.rooms.voice.following_up import ask_after_order
from zhoudao.rooms.voice.models import OrderRating

__all__ = ["depot", "desk", "sign_in"]
pytestmark = IN_BROWSER
BUYER, NUMBER = "wang@example.com", "SF1357924680"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: made.now)
    return made


@pytest.fixture
def smtp(shop: Shop, settings: Any) -> Iterator[servers.Outgoing]:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1")]
    with servers.outgoing() as sink:
        make_channel(smtp_port=sink.port)
        yield sink


def works(shop: Shop) -> None:
    """What jobs and subscribers do, once around."""
    dispatch.drain()
    approve_passed(now=lambda: shop.now)
    dispatch.drain()
    later = datetime.now(UTC) + timedelta(minutes=1)
    for message_id in list(Message.objects.filter(status="queued").values_list("id", flat=True)):
        outbound.deliver_reply(message_id, at=shop.now, real_now=later)
    dispatch.drain()


def the_shop_is_set_up(desk: Desk) -> str:
    """An administrator gives the other side its address and secret; returns the secret."""
    page = desk("admin", "/desk/settings/shops/new/webhook/")
    page.locator("#shop-code").fill("mall")
    page.locator("input[name=asserts_identity]").check()
    page.locator("form.panel .button-main").click()
    secret = page.locator("output.secret").first.inner_text()
    expect(page.locator("#content")).to_contain_text("/hooks/orders/mall/")
    return secret


def the_shop_posts(address: str, secret: str) -> tuple[int, Any]:
    name, price, _bin = GOODS["LP-7"]
    order = {
        "number": "M-20260310-1",
        "payment": "captured",
        "lines": [{"sku": "LP-7", "quantity": 2, "price": f"{price / 100:.2f}", "name": name}],
        "shipping": "12.00",
        "total": f"{(2 * price + 1_200) / 100:.2f}",
        "buyer": {"external_id": "buyer-88", "name": "王小姐", "email": BUYER},
        "recipient": {
            "name": "王小姐", "phone": "13812348000", "province": "江苏省", "city": "南京市", "district": "鼓楼区",
            "address": "中山北路 88 号 501",
        },
    }  # fmt: skip
    said = {"type": "order.placed", "said_at": datetime.now(UTC).isoformat(), "order": order}
    return send(f"{address}/hooks/orders/mall/", *signed(said, secret, "post-1"))


def scans(page: Page, *what: str) -> None:
    """A scanner types and presses Enter."""
    for text in what:
        page.locator("#text").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("#text")).to_have_value("")


def is_picked_and_packed(desk: Desk, order: Order) -> None:
    """By one person with a phone and a scanner."""
    page = desk("song", "/desk/picking/new/?place=east", width=390)
    expect(page.locator("table")).to_contain_text(order.number)
    page.locator(".wave-make button").click()
    page.locator("button[value=release]").click()
    page.locator("a[href$='/walk/']").click()
    expect(page.locator(".station-bin")).to_have_text("A-01-02")
    scans(page, "A-01-02", EAN["CH-1"])
    expect(page.locator(".station-said.is-wrong")).to_be_visible()
    shot(page, "way-picking")
    tote = Tote.objects.get(order=order).code
    scans(page, EAN["LP-7"], tote, EAN["LP-7"], tote)
    expect(page.locator(".station-done")).to_be_visible()
    page.goto(page.url.split("/desk/")[0] + "/desk/picking/pack/")
    page.locator("#text").fill(order.number)
    page.keyboard.press("Enter")
    expect(page.locator(".tote-lines")).to_contain_text("台灯")
    scans(page, EAN["RG-3"])
    expect(page.locator(".station-said.is-wrong")).to_be_visible()
    scans(page, EAN["LP-7"], EAN["LP-7"])
    page.locator("#grams").fill("2400")
    page.locator("button[value=weigh]").click()
    page.locator("#carrier").select_option("sf")
    page.locator("#tracking").fill(NUMBER)
    shot(page, "way-packed")
    page.locator("button[value=leave]").click()
    expect(page.locator(".station-done")).to_be_visible()


def the_carrier_says(address: str, secret: str, id_: str, at: datetime, state: str, place: str) -> None:
    report = {
        "carrier": "sf",
        "tracking_number": NUMBER,
        "events": [{"at": at.isoformat(), "state": state, "text": f"快件在{place}", "place": place}],
    }
    assert carrier.send(f"{address}/hooks/tracking/depot/", id_, report, secret) == 202
    read_reports(readers(), now=lambda: at)


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def links_in(mails: list[EmailMessage], path: str) -> list[str]:
    """The addresses of ours that these mails lead to, without the host."""
    return [found for mail in mails for found in re.findall(rf"https?://[^/\s]+({path}[^\s<]+)", words_of(mail))]


def test_from_the_shops_post_to_the_stars(
    shop: Shop, depot: Depot, desk: Desk, smtp: servers.Outgoing, live_server: Any
) -> None:
    tracking = new_secret()
    add_source(code="depot", kind="webhook", secrets={"signing": tracking}, by=SONG, at=shop.now)
    secret = the_shop_is_set_up(desk)
    assert the_shop_posts(live_server.url, secret) == (202, {"status": "taken"})
    assert the_shop_posts(live_server.url, secret)[1] == {"status": "repeated"}
    works(shop)
    order = Order.objects.get()
    assert (order.commercial, order.fulfilment, order.open_holds) == ("approved", "reserved", 0), "nobody touched it"
    assert Balance.objects.get(item_id="LP-7").reserved == 2

    page = desk("admin", f"/desk/orders/{order.number}/")
    expect(page.locator("#content")).to_contain_text("M-20260310-1")
    shot(page, "way-order")
    is_picked_and_packed(desk, order)
    works(shop)
    order.refresh_from_db()
    assert (order.fulfilment, Parcel.objects.get().tracking_number) == ("shipped", NUMBER)
    balance = Balance.objects.get(item_id="LP-7")
    assert (balance.on_hand, balance.reserved) == (18, 0)

    [link] = dict.fromkeys(links_in(smtp.mails, "/t/"))
    page = desk("admin", link, width=390)
    expect(page.locator("main")).to_contain_text(order.number)
    for hours, state, place in (
        (6, "in_transit", "南京市"),
        (20, "out_for_delivery", "鼓楼区"),
        (3, "delivered", "鼓楼区"),
    ):
        shop.later(hours=hours)
        the_carrier_says(live_server.url, tracking, f"r-{hours}", shop.now, state, place)
        works(shop)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment) == ("completed", "delivered")
    page.reload()
    shot(page, "way-tracking")
    told = list(Event.objects.filter(primary_id=order.id).order_by("seq").values_list("type", flat=True))
    assert told[-2:] == ["orders.OrderDelivered", "orders.OrderCompleted"]
    assert [mail["Subject"] for mail in smtp.mails] == [f"您的订单 {order.number}"] * 4
    the_customer_is_asked(shop, desk, order, smtp)


def the_customer_is_asked(shop: Shop, desk: Desk, order: Order, smtp: servers.Outgoing) -> None:
    """Some days later, by a link of their own; what they say stands on the order's page."""
    shop.later(days=3)
    ask_after_order(order.id, at=shop.now, real_now=datetime.now(UTC))
    works(shop)
    [link] = links_in(smtp.mails[-1:], "/t/")
    assert link.endswith("/rate/")
    page = desk("admin", link, width=390)
    for name, score in (("product", 5), ("delivery", 4), ("service", 5)):
        page.locator(f"label[for={name}-{score}]").click()
    page.locator("#comment").fill("灯很亮，包装结实")
    shot(page, "way-rating")
    page.locator("#rating button").click()
    expect(page.locator("h1")).to_contain_text("感谢")
    works(shop)
    rating = OrderRating.objects.get(order=order)
    assert (rating.product, rating.delivery, rating.service) == (5, 4, 5)
    assert Event.objects.filter(primary_id=order.id, type="voice.OrderFollowedUp").count() == 1
    page = desk("admin", f"/desk/orders/{order.number}/")
    expect(page.locator("#content")).to_contain_text("灯很亮，包装结实")
    shot(page, "way-after")
