"""Where an order is, for its customer: by a link, or by number and telephone; moved and asked about in place."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.tracking import page
from zhoudao.engines.tracking.drawing import drawn
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Inbound, ensure_desk, receive_message
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.links import LOOK, order_behind, tracking_path, tracking_token
from zhoudao.rooms.parcels.tests.depot import open_review, placed, ready, sent
from zhoudao.rooms.parcels.told import Said, Told

SECRETS = ("王小姐", "中山北路", "13812348000")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def looks(order: Order, **asked: str) -> Any:
    return browser().get(tracking_path(order.id), {"language": "en", **asked})


def says(shop: Shop, state: str, hours: int, place: str = "") -> None:
    said = Said(shop.now + timedelta(hours=hours), state, "派件员张师傅", place)
    note_told(told=Told("sf", "SF1234567890", (said,)), source="test", at=shop.now + timedelta(hours=hours))


def test_the_page_says_where_it_is_and_what_is_next_and_nothing_of_the_person(shop: Shop) -> None:
    order = ready(at=shop.now)
    first = text(looks(order))
    for words in (order.number, "We are getting it ready", "餐椅", "Send it somewhere else"):
        assert words in first, words
    sent(order, at=shop.now)
    says(shop, "in_transit", 5, "武汉转运中心")
    page_ = looks(order)
    shown = text(page_)
    for words in ("now in 武汉转运中心", "SF1234567890", "派件员张师傅", "where-at", 'aria-current="step"'):
        assert words in shown, words
    assert "Send it somewhere else" not in shown, "it has left"
    for secret in SECRETS:
        assert secret not in first + shown, secret
    assert (page_["Cache-Control"], page_["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    assert "<script" not in shown
    says(shop, "delivered", 30, "南京市")
    done = text(looks(order))
    assert "It has arrived." in done
    assert "Is anything wrong with it?" in done


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_it_speaks_three_languages_and_says_it_is_late(shop: Shop, language: str) -> None:
    order = ready(at=shop.now, promised_at=shop.now + timedelta(minutes=1), placed_at=shop.now)
    Order.objects.filter(id=order.id).update(promised_at=shop.now - timedelta(days=2))
    sent(order, at=shop.now)
    shown = looks(order, language=language)
    assert shown.status_code == 200
    assert 'class="apology"' in text(shown)


def test_wrong_links_look_alike_and_guessing_ends(shop: Shop) -> None:
    order = ready(at=shop.now)
    token = tracking_token(order.id)
    assert order_behind(token) == (order, True)
    changed = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    client = browser()
    for wrong in (changed, "l" + token[1:], "x", "f" * 44, "é" * 44):
        assert client.get(f"/t/{wrong}/").status_code == 404
    for _ in range(8):
        client.get("/t/nothing/")
    assert client.get(f"/t/{token}/").status_code == 429
    Customer.objects.filter(id=order.customer_id).update(erased_at=shop.now)
    assert order_behind(token) is None


def test_number_and_telephone_open_a_link_that_only_looks_and_tries_are_counted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, client = ready(at=shop.now), browser()
    sent(order, at=shop.now)
    says(shop, "out_for_delivery", 5)
    assert "Where is my order?" in text(client.get("/t/"))
    wrong = client.post("/t/?language=en", {"number": order.number, "phone": "13900000000"})
    assert (wrong.status_code, "We find no order" in text(wrong)) == (422, True)
    for number in (order.number.lower(), order.external_number):
        found = client.post("/t/?language=en", {"number": number, "phone": "138 1234 8000"})
        shown = text(client.get(found["Location"]))
        assert order.number in shown
        assert "Out for delivery" in shown
        assert "派件员" not in shown, "the carrier's own words are for the customer's own link"
        assert "Write to us" in shown
        assert "<textarea" not in shown
    look = tracking_token(order.id, LOOK)
    assert browser().post(f"/t/{look}/ask/", {"words": "x"}).status_code == 404
    monkeypatch.setattr(page, "LOOKS_AT_ORDER", Limit("track-order-test", 2, 600))
    answers = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/t/", {"number": "O2026-9", "phone": "1"}).status_code for n in range(3)
    ]
    assert answers == [422, 422, 429]


def test_it_goes_elsewhere_as_long_as_nobody_packs(shop: Shop) -> None:
    order = ready(at=shop.now)
    path = f"/t/{tracking_token(order.id)}/address/?language=en"
    client = browser()
    assert "Nothing was changed" in text(client.post(path, {}))
    assert "no telephone number" in text(client.post(path, {"phone": "12"}))
    odd = client.post(path, {"province": "浙江省", "city": "南京市"})
    assert (odd.status_code, "cannot be delivered" in text(odd)) == (422, True)
    assert recipient_of(Order.objects.get(id=order.id)).province == "江苏省"
    asked = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "address": "文三路 259 号"}
    done = text(client.post(path, asked, follow=True))
    assert "it goes to the new address" in done
    assert "浙江省 杭州市 西湖区" in done
    kept = recipient_of(Order.objects.get(id=order.id))
    assert (kept.name, kept.address) == ("王小姐", "文三路 259 号")
    assert Order.objects.get(id=order.id).commercial == "approved"
    Order.objects.filter(id=order.id).update(fulfilment="picking")
    assert "being packed already" in text(client.post(path, {"address": "文三路 1 号"}))


def test_one_not_approved_yet_is_corrected_and_looked_at_again(shop: Shop) -> None:
    open_review(shop.now)
    order = placed(at=shop.now)
    path = f"/t/{tracking_token(order.id)}/address/?language=en"
    assert browser().post(path, {"address": "中山北路 90 号"}).status_code == 303
    assert recipient_of(Order.objects.get(id=order.id)).address == "中山北路 90 号"


def test_a_question_in_place_is_a_case_about_this_order_once_and_joins_it_after(shop: Shop) -> None:
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    order, client = ready(at=shop.now), browser()
    path = f"/t/{tracking_token(order.id)}/ask/?language=en"
    assert client.post(path, {"words": "?", "form_token": "x"}).status_code == 422
    asked = {"words": "请问周六能送吗？", "form_token": guard.issue()}
    for _ in range(2):
        sent_ = client.post(path, asked)
        assert sent_.status_code == 303
    dispatch.drain()
    case = Case.objects.get()
    assert case.conversation is not None
    assert (case.customer_id, case.conversation.order_number) == (order.customer_id, order.number)
    assert case.number in text(client.get(sent_["Location"]))
    client.post(path, {"words": "周日也行", "form_token": guard.issue()})
    dispatch.drain()
    assert Case.objects.count() == 1


def test_the_drawing_goes_over_the_country_or_along_a_line() -> None:
    far = drawn(("江苏省", "南京市"), "武汉转运中心", ("广东省", "广州市"), share=0.5)
    assert len(far.capitals) == 34
    here = next(stop for stop in far.stops if stop.kind == "at")
    assert far.gone.endswith(f"{here.x} {here.y}")
    assert far.ahead.startswith(f"M{here.x} {here.y}")
    arrived = drawn(("江苏省", "南京市"), "", ("广东省", "广州市"), share=1.0)
    assert (arrived.ahead, [stop.kind for stop in arrived.stops]) == ("", ["from", "to"])
    line = drawn(("", "Web"), "", ("SP", "sao paulo"), share=0.5)
    assert (line.capitals, len(line.stops)) == ((), 3)
    assert drawn(("江苏省", "南京"), "", ("江苏省", "苏州"), share=0.1).capitals == ()


def test_a_question_joins_the_case_that_a_colleague_opened_about_this_order(shop: Shop) -> None:
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    order = ready(at=shop.now)
    words = Inbound(
        channel=ensure_desk().code, external_id="o-1", customer_id=order.customer_id, text="少了一把椅子",
        order_number=order.number, is_new_topic=True,
    )  # fmt: skip
    receive_message(inbound=words, at=shop.now)
    dispatch.drain()
    asked = {"words": "什么时候补发？", "form_token": guard.issue()}
    assert browser().post(f"/t/{tracking_token(order.id)}/ask/", asked).status_code == 303
    dispatch.drain()
    assert Case.objects.count() == 1
    assert Message.objects.filter(text="什么时候补发？", conversation__main=Case.objects.get().conversation).exists()


def test_it_is_stopped_by_its_customer_once_and_is_a_case(shop: Shop) -> None:
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    order, client = ready(at=shop.now), browser()
    path = f"/t/{tracking_token(order.id)}/cancel/?language=en"
    Order.objects.filter(id=order.id).update(promised_at=shop.now + timedelta(days=3_000))
    before = text(looks(order))
    assert "I do not want it any more" in before
    assert "Should arrive" in before
    assert client.post(path, {"form_token": "x"}).status_code == 422
    assert not Hold.objects.exists()
    asked = {"words": "买错颜色了", "form_token": guard.issue()}
    for _ in range(2):
        done = client.post(path, asked, follow=True)
    assert "You asked us to cancel it." in text(done)
    assert "I do not want it any more" not in text(done)
    assert "Send it somewhere else" not in text(done)
    assert "Should arrive" not in text(done), "nothing comes as long as it is stopped"
    dispatch.drain()
    held, case = Hold.objects.get(), Case.objects.get()
    assert (held.reason, held.evidence["asked"], held.opened_by) == ("refund_requested", "page", "customer:link")
    assert (case.kind, case.customer_id) == ("order_exception", order.customer_id)
    assert Message.objects.filter(text__contains="买错颜色了").count() == 1
    assert Order.objects.get().commercial == "placed"


def test_stopping_joins_the_case_that_is_open_about_it(shop: Shop) -> None:
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    order = ready(at=shop.now)
    asks = {"words": "什么时候发货？", "form_token": guard.issue()}
    browser().post(f"/t/{tracking_token(order.id)}/ask/", asks)
    dispatch.drain()
    stops = {"words": "", "form_token": guard.issue()}
    assert browser().post(f"/t/{tracking_token(order.id)}/cancel/", stops).status_code == 303
    dispatch.drain()
    assert Hold.objects.get().evidence["case"] == Case.objects.get().number


def test_what_left_is_not_stopped_but_told_what_to_do(shop: Shop) -> None:
    order = ready(at=shop.now)
    sent(order, at=shop.now)
    assert "I do not want it any more" not in text(looks(order))
    answer = browser().post(f"/t/{tracking_token(order.id)}/cancel/?language=en", {"form_token": guard.issue()})
    assert (answer.status_code, "It has left already" in text(answer)) == (422, True)
    look = tracking_token(order.id, LOOK)
    assert browser().post(f"/t/{look}/cancel/", {"form_token": guard.issue()}).status_code == 404
    assert not Hold.objects.exists()
