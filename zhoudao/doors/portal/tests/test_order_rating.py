"""After the delivery: asked once, on the own way, by day; rated on one page; what was poor becomes a case."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.followed import gather
from zhoudao.conduct.flows.heard import ORDERS
from zhoudao.conduct.flows.models import Followed
from zhoudao.conduct.flows.versions import version_of
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.tests.test_home_in_chromium import serious, shot
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM
from zhoudao.doors.portal.tests.test_tracking import says, text
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.tests.bazaar import BY, placed
from zhoudao.rooms.parcels.links import LOOK, tracking_path, tracking_token
from zhoudao.rooms.parcels.tests.depot import ready, sent
from zhoudao.rooms.voice.following_up import ask_after_order, on_event
from zhoudao.rooms.voice.models import OptOut, OrderAsking, OrderRating
from zhoudao.rooms.voice.opting import NewFollowUpRule, set_follow_up_rule
from zhoudao.rooms.voice.privacy import KEEPER

POOR = {"product": "1", "delivery": "5", "service": "4", "comment": "灯罩碎了，电话 13812348000"}
FINE = {"product": "5", "delivery": "4", "service": "5", "comment": ""}


@pytest.fixture
def order(shop: Shop) -> Order:
    """Miss Wang's order, delivered to her, who writes in the web chat; told to nobody yet."""
    order = ready(at=shop.now)
    sent(order, at=shop.now)
    says(shop, "delivered", 30)
    channel = Channel.objects.create(code="talk", kind="webchat", store=shop.cast.stores["web"])
    Conversation.objects.create(
        channel=channel, customer_id=order.customer_id, store=shop.cast.stores["web"], language="en",
        started_at=shop.now, last_message_at=shop.now,
    )  # fmt: skip
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    for event in Event.objects.filter(type="orders.OrderDelivered"):
        on_event(event)
        on_event(event)
    return Order.objects.get(id=order.id)


def asks(shop: Shop, order: Order, **later: float) -> OrderAsking:
    at = shop.now + timedelta(hours=30) + timedelta(**later)
    ask_after_order(order.id, at=at, real_now=at)
    ask_after_order(order.id, at=at, real_now=at)
    return OrderAsking.objects.get(order=order)


def page_of(order: Order, **given: str) -> Any:
    address = f"{tracking_path(order.id)}rate/?language=en"
    return Client().post(address, given) if given else Client().get(address)


def followed_up() -> list[str]:
    rows = Event.objects.filter(type="voice.OrderFollowedUp").order_by("id")
    return [one.attributes["outcome"] for one in rows]


def test_the_customer_is_asked_once_some_days_later_on_their_own_way(shop: Shop, order: Order) -> None:
    assert asks(shop, order, days=1).asked_at is None
    assert asks(shop, order, days=2, minutes=1).asked_at is not None
    written = Message.objects.get(direction="out")
    assert f"{tracking_path(order.id)}rate/" in written.text
    assert followed_up() == ["followed_up_asked"]
    asks(shop, order, days=9)
    assert Message.objects.filter(direction="out").count() == 1


@pytest.mark.parametrize("why", ["off", "off_here", "opted_out", "lately", "too_late", "rated", "unreached"])
def test_whoever_is_not_to_be_asked_is_not_and_the_flow_goes_on(shop: Shop, order: Order, why: str) -> None:
    days = 30 if why == "too_late" else 3
    if why.startswith("off"):
        given: dict[str, Any] = {"asks_orders": why != "off", "silent_stores": [order.store_id]}
        rule = NewFollowUpRule(True, 0, None, None, 7, **given)
        set_follow_up_rule(rule, by=BY, at=shop.now)
    elif why == "opted_out":
        OptOut.objects.create(customer_id=order.customer_id, since=shop.now)
    elif why == "lately":
        other = ready(at=shop.now, external_number="T-other")
        OrderAsking.objects.create(order=other, asked_at=shop.now + timedelta(days=1))
    elif why == "rated":
        page_of(order, **FINE)
    elif why == "unreached":
        Conversation.objects.update(ended_at=shop.now)
    asking = asks(shop, order, days=days)
    assert (asking.spared, asking.asked_at, asking.due_at) == (why.removesuffix("_here"), None, None)
    assert followed_up() == [f"followed_up_{why.removesuffix('_here')}"]
    assert not Message.objects.filter(direction="out").exists()


def test_nobody_is_woken_for_it(shop: Shop, order: Order) -> None:
    Channel.objects.filter(code="talk").update(kind="email")
    night = shop.now + timedelta(hours=30, days=2)
    night += timedelta(hours=(15 - night.hour) % 24)  # eleven at night in Shanghai
    ask_after_order(order.id, at=night, real_now=night)
    asking = OrderAsking.objects.get(order=order)
    assert asking.due_at is not None
    assert timedelta(hours=9) < asking.due_at - night <= timedelta(hours=10)
    assert not followed_up()


def test_the_order_stands_at_the_follow_up_until_it_was_asked_about(shop: Shop, order: Order) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    heard = gather(list(Event.objects.filter(type__in=ORDERS).order_by("xid", "id")))
    row = Followed.objects.get(order=order)
    assert version_of(row.version_id).graph.nodes[row.node].id == "follow_up"
    asks(shop, order, days=3)
    gather(list(Event.objects.filter(type__in=ORDERS).exclude(id__in=heard).order_by("xid", "id")))
    row.refresh_from_db()
    assert version_of(row.version_id).graph.nodes[row.node].id == "done"
    assert row.ended_at is not None


def test_looking_rates_nothing_and_three_scores_are_kept_once_an_order(shop: Shop, order: Order) -> None:
    assert text(page_of(order)).count('type="radio"') == 15
    assert not OrderRating.objects.exists()
    assert page_of(order, product="5", delivery="9", service="x").status_code == 409
    assert page_of(order, **FINE).status_code == 303
    rating = OrderRating.objects.get()
    assert (rating.scores, Case.objects.count()) == ((5, 4, 5), 0)
    assert page_of(order, **(FINE | {"service": "3"})).status_code == 303
    assert [one.attributes["changed"] for one in Event.objects.filter(type="voice.OrderRated").order_by("id")] == [
        False, True,
    ]  # fmt: skip
    OrderRating.objects.update(rated_at=shop.now - timedelta(days=2))
    assert page_of(order, **FINE).status_code == 409
    assert OrderRating.objects.get().service == 3


def test_a_poor_rating_is_a_case_once_with_the_order_attached_and_masked(shop: Shop, order: Order) -> None:
    for _ in range(2):
        assert page_of(order, **POOR).status_code == 303
    page_of(order, **(POOR | {"delivery": "2"}))
    dispatch.drain()
    case = Case.objects.get()
    assert (case.kind, case.conversation.order_number if case.conversation else "") == ("feedback", order.number)
    said = Message.objects.get(direction="in")
    assert "灯罩碎了" in said.text
    assert "13812348000" not in said.text + OrderRating.objects.get().comment


def test_who_only_looks_rates_nothing_and_what_is_under_way_is_not_rated(shop: Shop, order: Order) -> None:
    look = f"/t/{tracking_token(order.id, LOOK)}/rate/"
    assert Client().post(look, FINE).status_code == 404
    waiting = ready(at=shop.now, external_number="T-wait")
    assert "as soon as it has arrived" in text(page_of(waiting))
    assert page_of(waiting, **FINE).status_code == 409
    assert not OrderRating.objects.exists()


def test_please_do_not_ask_me_again_holds_for_everything(shop: Shop, order: Order) -> None:
    assert page_of(order, asking="stop").status_code == 302
    assert OptOut.objects.count() == 1
    assert asks(shop, order, days=3).spared == "opted_out"
    page_of(order, asking="go_on")
    assert not OptOut.objects.exists()


def test_the_tracking_page_offers_the_rating_and_the_door_to_after_sales(shop: Shop, order: Order) -> None:
    shown = text(Client().get(f"{tracking_path(order.id)}?language=en"))
    assert "rate/?language=en" in shown
    given = {"form_token": guard.issue(), "wish": "repair", "words": "The lamp flickers"}
    assert Client().post(f"{tracking_path(order.id)}ask/?language=en", given).status_code == 303
    dispatch.drain()
    case = Case.objects.get()
    assert (case.kind, case.conversation.order_number if case.conversation else "") == ("after_sales", order.number)
    assert "It needs a repair: The lamp flickers" in Message.objects.get(direction="in").text


def test_whose_data_is_forgotten_leaves_scores_and_no_words(shop: Shop, order: Order) -> None:
    page_of(order, **POOR)
    assert "灯罩碎了" in str(KEEPER.held([order.customer_id]))
    KEEPER.forget([order.customer_id], shop.now)
    rating = OrderRating.objects.get()
    assert (rating.comment, rating.product, OrderAsking.objects.get().due_at) == ("", 1, None)


def test_nobody_is_asked_of_what_was_delivered_elsewhere(shop: Shop) -> None:
    elsewhere = placed(at=shop.now)
    past = Past(*(shop.now - timedelta(days=days) for days in (9, 8, 5)))
    remember_past(order_id=elsewhere.id, past=past, by=BY)
    on_event(Event.objects.get(type="orders.OrderDelivered"))
    assert followed_up() == ["followed_up_too_late"]
    assert not OrderAsking.objects.exists()


@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_it_is_rated_on_a_phone_and_by_keyboard(
    shop: Shop, order: Order, live_server: Any, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Any
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="zh-CN")
        page.goto(f"{live_server.url}{tracking_path(order.id)}")
        page.get_by_role("link", name="评价").click()
        page.wait_for_load_state()  # a click waits for an answer, not for its page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = serious(page)
        shot(page, f"order-rating-{width}-{scheme}")
        for name in ("product", "delivery"):
            page.locator(f"label[for={name}-4]").click()
        page.locator("#service-1").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.get_by_role("button", name="提交").click()
        page.get_by_text("感谢您的评价").first.wait_for()
        shot(page, f"order-rated-{width}-{scheme}")
        browser.close()
        connections.close_all()
    assert found == []
    assert OrderRating.objects.get().scores == (4, 4, 3)
