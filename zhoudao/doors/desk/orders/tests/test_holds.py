"""The workbench, an order's holds, putting right, the detectors' page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.reviewing import LI, bought, open_review, passed, seen, shelf

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/orders/holds/"
LAMP = Item("LP-7", 1, 5_000, "台灯")
Signs = Callable[[str], Client]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    open_review(shop.now)
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


@pytest.fixture
def as_(shop: Shop) -> Signs:
    def sign(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        user = shop.cast.people[name]
        user.language = "en"
        user.save()
        client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return sign


def text(answer: Any) -> str:
    return str(answer.content.decode())


def refunds(shop: Shop, who: str) -> Hold:
    order = seen(bought(who, LAMP, at=shop.now, remark="不要了"), at=shop.now)
    return Hold.objects.select_related("order").get(order=order)


def test_only_exceptions_are_listed_with_why_and_narrowed_by_reason_stage_and_owner(shop: Shop, as_: Signs) -> None:
    clean = seen(bought("clean", LAMP, at=shop.now), at=shop.now)
    hold, client = refunds(shop, "one"), as_("admin")
    lost = seen(bought("two", LAMP, at=shop.now, recipient=Recipient()), at=shop.now)
    page = text(client.get(PATH))
    assert clean.number not in page
    for words in (hold.order.number, lost.number, "The buyer asks for the money back.", "Missing: name, phone"):
        assert words in page, words
    for asked, found in (("reason=incomplete", lost), ("reason=refund_requested", hold.order), ("whose=nobody", lost)):
        assert found.number in text(client.get(f"{PATH}?{asked}")), asked
    assert lost.number not in text(client.get(f"{PATH}?reason=refund_requested"))
    for asked in ("stage=working", "whose=me", "whose=late", "stage=done"):
        assert lost.number not in text(client.get(f"{PATH}?{asked}")), asked
    shop.now += timedelta(hours=2)
    assert hold.order.number in text(client.get(f"{PATH}?whose=late"))
    assert lost.number not in text(client.get(f"{PATH}?whose=late"))
    assert client.get(f"{PATH}?cursor=x").status_code == 400


def test_a_hold_is_taken_put_back_and_released_with_what_was_found(shop: Shop, as_: Signs) -> None:
    hold, client = refunds(shop, "one"), as_("admin")
    there = f"{PATH}{hold.id}/"
    client.post(there, {"do": "take", "back": f"{PATH}?stage=working"})
    assert "Being worked on" in text(client.get(f"{PATH}?whose=me"))
    Grant.objects.create(user=shop.cast.people["sun"], role="order_clerk", store=shop.cast.stores["web"])
    assert "A colleague works on this" in text(as_("sun").post(there, {"do": "take"}, follow=True))
    client.post(there, {"do": "back"})
    assert "Say whether something was wrong" in text(client.post(there, {"do": "release"}, follow=True))
    said = text(client.post(there, {"do": "release", "outcome": "wrong"}, follow=True))
    assert "the order goes on" in said
    hold.order.refresh_from_db()
    assert hold.order.commercial == "approved"
    assert client.post(there, {"do": "release", "outcome": "wrong"}).status_code == 404, "it holds nothing any more"
    assert "False alarm" in text(client.get(f"{PATH}?stage=done"))
    assert client.post(f"{PATH}{hold.order.id}/", {"do": "take"}).status_code == 404
    assert client.post(f"{PATH}{refunds(shop, 'x').id}/", {"do": "burn"}).status_code == 400


def test_back_leads_to_our_orders_only(shop: Shop, as_: Signs) -> None:
    for back in ("https://evil.example", "//evil.example", "/desk/orders/\\evil"):
        answer = as_("admin").post(f"{PATH}{refunds(shop, back).id}/", {"do": "take", "back": back})
        assert answer["Location"] == PATH


def test_several_are_released_after_a_look_at_what_will_become_of_them(shop: Shop, as_: Signs) -> None:
    shelf("LP-7", 1, at=shop.now)
    holds, client = [refunds(shop, f"w{n}") for n in range(3)], as_("admin")
    ids = {"hold": [str(one.id) for one in holds] + ["x"], "back": PATH}
    preview = text(client.post(f"{PATH}release/", ids))
    assert "3 orders are approved" in preview
    assert Hold.objects.exclude(stage="done").count() == 3, "nothing is done yet"
    assert client.post(f"{PATH}release/", ids | {"sure": "1"}).status_code == 422
    done = text(client.post(f"{PATH}release/", ids | {"sure": "1", "outcome": "wrong"}, follow=True))
    assert "3 released." in done
    states = set(Order.objects.values_list("commercial", "fulfilment", "open_holds"))
    assert states == {("approved", "reserved", 0), ("placed", "none", 1)}, "one lamp is there: the others wait for it"
    assert "Nothing was chosen" in text(client.post(f"{PATH}release/", ids))


def test_an_order_is_held_by_hand_and_shows_what_held_it(shop: Shop, as_: Signs) -> None:
    order, client = seen(bought("one", LAMP, at=shop.now), at=shop.now), as_("admin")
    path = f"/desk/orders/{order.number}/"
    assert "it passed the review" in text(client.get(path))
    assert "A colleague held it." in text(
        client.post(f"{path}hold/", {"reason": "refund_requested", "hours": "1"}, follow=True)
    )
    assert client.post(f"{path}hold/", {"reason": "refund_requested"}).status_code == 422
    assert client.post(f"{path}hold/", {"reason": "x"}).status_code == 422
    assert client.post(f"{path}act/", {"do": "complete"}).status_code == 422
    client.post(f"{path}act/", {"do": "cancel", "reason": "customer", "outcome": "right"})
    assert Hold.objects.get(order=order).outcome == "right"
    assert as_("zhou").post(f"{path}hold/", {"reason": "other"}).status_code == 403


def test_the_address_is_put_right_without_being_seen(shop: Shop, as_: Signs) -> None:
    wrong = Recipient(**{**LI.__dict__, "province": "江苏省"})
    order, client = seen(bought("one", LAMP, at=shop.now, recipient=wrong), at=shop.now), as_("admin")
    path = f"/desk/orders/{order.number}/correct/"
    page = text(client.get(path))
    assert "The city lies in another province." in page
    for secret in ("13912345678", "李先生", "文三路"):
        assert secret not in page
    client.post(
        path, {"province": "浙江省", "city": "杭州市", "district": "西湖区", "name": "", "phone": "", "address": ""}
    )
    order.refresh_from_db()
    assert (recipient_of(order), order.commercial) == (LI, "approved")
    assert client.get(path).status_code == 302, "an approved order is held first"
    assert "was corrected" in text(client.get(f"/desk/orders/{order.number}/"))


def test_a_price_is_put_right_and_what_no_order_may_be_is_said_at_its_line(shop: Shop, as_: Signs) -> None:
    for n in range(6):
        passed(f"b{n}", LAMP, at=shop.now - timedelta(days=n + 2))
    order, client = seen(bought("one", Item("LP-7", 1, 15_000), at=shop.now), at=shop.now), as_("admin")
    path = f"/desk/orders/{order.number}/correct/"
    assert "usually CN¥50.00 (× 3.0; 6 sales known)" in text(client.get(path))
    for typed in ({"price-1": "-5"}, {"price-1": "abc"}, {"price-1": "50.001"}, {"price-1": "50", "quantity-1": "0"}):
        answer = client.post(path, {"quantity-1": "1"} | typed)
        assert (answer.status_code, "errorlist" in text(answer)) == (422, True), typed
    assert "Nothing was changed" in text(client.post(path, {"quantity-1": "1", "price-1": "150.00"}))
    client.post(path, {"quantity-1": "1", "price-1": "50.00"})
    order.refresh_from_db()
    assert (order.total_minor, order.commercial) == (5_000, "approved")


def test_the_detectors_say_how_often_they_were_right_and_where_to_begin(shop: Shop, as_: Signs) -> None:
    for n in range(6):
        passed(f"b{n}", LAMP, at=shop.now - timedelta(days=n + 2))
    for n in range(24):
        price, outcome = (9_000, "wrong") if n % 2 else (15_000, "right")
        order = seen(bought(f"w{n}", Item("LP-7", 1, price), at=shop.now), at=shop.now)
        release_hold(hold_id=Hold.objects.get(order=order).id, outcome=outcome, by=BY, at=shop.now)
        Order.objects.filter(id=order.id).update(commercial="cancelled", approved_at=None)
    page = text(as_("admin").get("/desk/orders/detectors/"))
    assert "50%" in page.replace(" ", "")
    assert "From 3 on, 12 of 12 would have been right" in page
    assert "≥ 1.7" in page
    assert "Change the rules" in page


def test_pages_cost_few_statements_however_many_wait(shop: Shop, as_: Signs) -> None:
    for n in range(30):
        hold = refunds(shop, f"w{n}")
    client = as_("admin")
    ids = {"hold": [str(id_) for id_ in Hold.objects.values_list("id", flat=True)]}
    with CaptureQueriesContext(connection) as asked:
        first = client.get(PATH)
    assert len(asked) <= 12, [one["sql"][:80] for one in asked]
    assert len(first.context["rows"]) == 25
    assert len(client.get(PATH, {"cursor": first.context["next"]}).context["rows"]) == 5
    for path in (
        f"/desk/orders/{hold.order.number}/",
        f"/desk/orders/{hold.order.number}/correct/",
        "/desk/orders/detectors/",
    ):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 13, (path, [one["sql"][:80] for one in asked])
    with CaptureQueriesContext(connection) as asked:
        client.post(f"{PATH}release/", ids)
    assert len(asked) <= 12


def test_a_clerk_of_order_processing_sees_exceptions_and_no_list_of_everybodys_orders(shop: Shop, as_: Signs) -> None:
    hold, clean = refunds(shop, "one"), seen(bought("two", LAMP, at=shop.now), at=shop.now)
    Grant.objects.filter(user=shop.cast.people["wang"]).delete()
    Grant.objects.create(user=shop.cast.people["wang"], role="order_clerk", team=shop.cast.teams["order_processing"])
    wang = as_("wang")
    assert hold.order.number in text(wang.get(PATH))
    assert [row.number for row, *_more in wang.get("/desk/orders/").context["rows"]] == [hold.order.number]
    assert wang.get(f"/desk/orders/{clean.number}/").status_code == 404
    wang.post(f"{PATH}{hold.id}/", {"do": "release", "outcome": "right"})
    assert Order.objects.get(id=hold.order_id).commercial == "approved"


def test_who_sees_no_order_sees_no_exception_of_it(shop: Shop, as_: Signs) -> None:
    hold = refunds(shop, "one")
    wang = as_("wang")
    assert hold.order.number not in text(wang.get(PATH))
    assert wang.post(f"{PATH}{hold.id}/", {"do": "take"}).status_code == 404
    assert wang.get(f"/desk/orders/{hold.order.number}/correct/").status_code == 404
    assert "Nothing was chosen" in text(wang.post(f"{PATH}release/", {"hold": str(hold.id)}))
