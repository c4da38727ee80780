"""A return that is fetched: offered for what it costs, asked for once, moved and called off on a page of its own."""

from typing import Any

import pytest

from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.returns import fetching
from zhoudao.doors.portal.tests.test_returns import LANGUAGES, field, path_of
from zhoudao.doors.portal.tests.test_tracking import browser, text
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import PNG, asked, delivered
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Inbound, receive_message
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.pickups.answers import ASSIGNED, BOOKED, COLLECTED, FAILED, Said
from zhoudao.rooms.pickups.commands.answering import note_said
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.sealed import Courier, sender_of
from zhoudao.rooms.pickups.tests.fetching import ready, times
from zhoudao.rooms.stock.models import Warehouse

ZHAO = Courier("赵师傅", "13900001111")


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two chairs and a lamp, delivered just now, where couriers are sent."""
    order = delivered(at=shop.now)
    ready()
    Warehouse.objects.exclude(code="back").update(closed_at=shop.now)
    return order


def page(request: ReturnRequest, path: str = "pickup/", language: str = "en", **given: str) -> Any:
    address = f"{path_of(request.order)}{request.number}/{path}?language={language}"
    return browser().post(address, given) if given else browser().get(address)


def form(request: ReturnRequest, **more: str) -> dict[str, str]:
    """What the page gives to order a courier."""
    shown = text(page(request))
    names = ("form_token", "fee", "starts")
    return {"do": "book"} | {name: field(shown, name) for name in names} | more


def hears(shop: Shop, said: str, **more: Any) -> Pickup:
    one = Pickup.objects.order_by("-id")[0]
    how: dict[str, Any] = {"at": shop.now, "real_now": shop.now}
    return note_said(pickup_id=one.id, said=Said(said, task="T1", reference="1", **more), **how)


def test_three_ways_are_named_with_what_they_cost_and_without_a_service_two(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    shown = text(page(request, ""))
    for words in ("We fetch it", "CN¥12.00, kept from your refund", "You send it", "You pay for sending it.",
                  "You bring it to a store", "Choose day and time"):  # fmt: skip
        assert words in shown, words
    CourierService.objects.update(is_active=False)
    without = text(page(request, ""))
    assert "We fetch it" not in without
    assert "You bring it to a store" in without
    assert page(request).status_code == 404


def test_what_is_our_fault_is_fetched_for_nothing(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now, reason="quality", photos=[PNG])
    assert request.state == "approved"
    assert "It costs you nothing." in text(page(request))
    assert page(request, **form(request)).status_code == 303
    assert Pickup.objects.get().fee_minor == 0


def test_day_time_and_address_are_chosen_known_ones_masked_and_it_is_asked_for_once(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    shown = text(page(request))
    for words in ("王**", "138 **** 8000", "江苏省", "Order the courier for CN¥12.00"):
        assert words in shown, words
    body = form(request, starts=times(shop.now)[2].starts_at.isoformat())
    assert [page(request, **body).status_code for _ in range(3)] == [303] * 3
    one = Pickup.objects.get()
    assert (one.starts_at, one.fee_minor, one.asked_by) == (times(shop.now)[2].starts_at, 1_200, "customer:link")
    assert sender_of(one).phone == "+8613812348000"
    stands = text(page(request))
    assert "We are ordering the courier." in stands
    assert all(secret not in shown + stands for secret in ("王小姐", "中山北路", "138 1234 8000"))


def test_another_address_and_telephone_are_taken_and_what_is_none_is_refused(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    answer = page(request, **form(request, phone="call me"))
    assert (answer.status_code, "under which telephone" in text(answer)) == (422, True)
    other = {"name": "李先生", "phone": "13911112222", "address": "长江路 5 号", "city": "苏州市"}
    assert page(request, **form(request, **other)).status_code == 303
    sender = sender_of(Pickup.objects.get())
    assert (sender.name, sender.phone, sender.city, sender.address) == (
        "李先生", "+8613911112222", "苏州市", "长江路 5 号",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts": "2020-01-01T09:00:00+08:00"}, "This time cannot be had"),
        ({"starts": "soon"}, "This time cannot be had"),
        ({"fee": "0"}, "has changed since you looked"),
        ({"fee": "-5"}, "has changed since you looked"),
        ({"form_token": "forged"}, "too old or was changed"),
    ],
)
def test_what_cannot_be_is_said_and_orders_nobody(shop: Shop, order: Order, change: dict[str, str], words: str) -> None:
    request = asked(order, at=shop.now)
    answer = page(request, **form(request) | change)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert not Pickup.objects.exists()


def test_the_courier_is_named_and_it_is_moved_and_called_off_until_it_is_fetched(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    page(request, **form(request))
    then = times(shop.now)[4].starts_at.isoformat()
    assert page(request, do="move", starts=then).status_code == 303
    assert Pickup.objects.get().starts_at == times(shop.now)[4].starts_at
    hears(shop, BOOKED)
    hears(shop, ASSIGNED, courier=ZHAO)
    shown = text(page(request))
    assert ZHAO.name in shown
    assert f'href="tel:{ZHAO.phone}"' in shown
    assert "Your courier is on duty." in text(page(request, ""))
    hears(shop, COLLECTED, tracking_number="JD0000000000001")
    late = page(request, do="call_off")
    assert (late.status_code, "too late for that" in text(late)) == (422, True)
    shown = text(page(request, ""))
    assert "JD0000000000001" in shown
    assert ZHAO.phone not in shown
    assert "How it comes back" not in shown


def test_called_off_or_come_to_nothing_another_may_be_asked_for(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    page(request, **form(request))
    assert page(request, do="call_off").status_code == 303
    assert "No courier comes." in text(page(request))
    page(request, **form(request))
    hears(shop, BOOKED)
    hears(shop, FAILED, trouble="not_taken")
    assert "The courier does not come. We are sorry." in text(page(request, ""))
    assert page(request, **form(request)).status_code == 303
    assert Pickup.objects.count() == 3


def test_links_that_only_look_and_returns_of_others_open_nothing(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    look = f"{path_of(order, 'l')}{request.number}/pickup/"
    assert browser().get(look).status_code == browser().get("/t/wrong/return/R1/pickup/").status_code == 404
    assert browser().get(f"{path_of(order)}R2026-999999/pickup/").status_code == 404
    assert browser().post(look, form(request)).status_code == 404


def test_whoever_asks_too_often_waits(shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(order, at=shop.now)
    monkeypatch.setattr(fetching, "_ACTS", Limit("return-pickup-test", 1, 3600))
    codes = [page(request, do="call_off").status_code for _ in range(3)]
    assert codes == [422, 422, 422]
    assert "wait a few minutes" in text(page(request, do="call_off"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_three_languages_in_at_most_twelve_statements(
    shop: Shop, order: Order, language: str, django_assert_max_num_queries: Any
) -> None:
    request = asked(order, at=shop.now)
    seen = []
    for _ in range(2):
        for path in ("", "pickup/"):
            page(request, path, language)
            with django_assert_max_num_queries(12):
                answer = page(request, path, language)
            assert answer.status_code == 200
            assert "<script" not in text(answer)
            assert "style=" not in text(answer)
            seen.append(text(answer))
        if not Pickup.objects.exists():
            page(request, **form(request))
            hears(shop, ASSIGNED, courier=ZHAO)
    words = {"zh-hans": "快递员什么时候来", "zh-hant": "快遞員什麼時候來", "en": "When shall the courier come?"}
    assert words[language] in seen[1]
    assert all(secret not in "".join(seen) for secret in ("王小姐", "中山北路", "138 1234 8000"))


@pytest.mark.django_db(transaction=True)
def test_the_customer_is_told_each_step_where_they_write_with_us(shop: Shop, order: Order) -> None:
    hello = Inbound(channel="webchat", external_id="hello", customer_id=order.customer_id, text="你好")
    receive_message(inbound=hello, at=shop.now)
    request = asked(order, at=shop.now)
    dispatch.drain()
    page(request, **form(request))
    for said, more in (
        (BOOKED, {}),
        (ASSIGNED, {"courier": ZHAO}),
        (COLLECTED, {"tracking_number": "JD0000000000001"}),
    ):
        hears(shop, said, **more)
    dispatch.drain()
    threads = Conversation.objects.filter(customer_id=order.customer_id)
    texts = "\n".join(Message.objects.filter(conversation__in=threads).values_list("text", flat=True))
    for words in ("京东", "已派快递员", "已取走您的退货", "上门取件费"):
        assert words in texts, (words, texts)
    assert ZHAO.phone not in texts
