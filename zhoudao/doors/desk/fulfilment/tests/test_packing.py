"""The packing table at the desk: scanned open, packed, weighed, labelled, handed over; stopped goods put back."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.doors.desk.fulfilment.tests.test_picking import Signs, depot, text
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.commands.bins import set_weight
from zhoudao.rooms.fulfilment.models import Bin, Tote
from zhoudao.rooms.fulfilment.tests.depot import EAN, SONG, Depot
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.stopping import stop_sale
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import ParcelBatch

__all__ = ["depot", "open_shop", "shop", "sign_in"]
PATH = "/desk/picking/"


@pytest.fixture
def tote(depot: Depot) -> Tote:
    """Two lamps, picked."""
    depot.order(LP_7=2)
    wave = depot.wave()
    depot.pick_all(wave)
    return Tote.objects.select_related("order").get(wave=wave)


def scan(client: Client, tote: Tote, what: str, quantity: str = "1") -> str:
    sent = {"text": what, "quantity": quantity, "key": str(uuid4())}
    return text(client.post(f"{PATH}totes/{tote.id}/", sent, headers={"HX-Request": "true"}))


def does(client: Client, tote: Tote, do: str, **more: Any) -> str:
    return text(client.post(f"{PATH}totes/{tote.id}/act/", {"do": do, **more}, follow=True))


def test_from_the_slip_to_the_carrier(tote: Tote, sign_in: Signs) -> None:
    song = sign_in("song")
    assert tote.code in text(song.get(f"{PATH}pack/"))
    for said in (tote.code.lower(), tote.order.number):
        assert song.post(f"{PATH}pack/", {"text": said})["Location"] == f"{PATH}totes/{tote.id}/"
    lost = song.post(f"{PATH}pack/", {"text": "T9-99"})
    assert lost.status_code == 422
    assert "T9-99" in text(lost)
    assert 'data-sound="wrong"' in scan(song, tote, EAN["CH-1"])
    assert 'data-sound="wrong"' in scan(song, tote, EAN["LP-7"], "3")
    assert 'data-sound="right"' in scan(song, tote, EAN["LP-7"])
    assert 'data-sound="done"' in scan(song, tote, EAN["LP-7"])
    assert "还有商品" not in does(song, tote, "weigh", box="small", grams="900")
    assert "运单号" in does(song, tote, "leave", carrier="sf", tracking_number="x")
    does(song, tote, "leave", carrier="sf", tracking_number="SF1234567")
    assert Order.objects.get().fulfilment == "shipped"
    assert song.post(f"{PATH}totes/{tote.id}/act/", {"do": "x"}).status_code == 400


def test_a_weight_that_is_off_is_confirmed_by_a_lead_only(tote: Tote, sign_in: Signs, shop: Shop) -> None:
    set_weight(sku="LP-7", grams=1_000)
    song = sign_in("song")
    scan(song, tote, "LP-7", "2")
    page = does(song, tote, "weigh", box="small", grams="1100")
    assert "2150" in page.replace(",", "")
    assert "请组长确认" in page
    assert song.post(f"{PATH}totes/{tote.id}/act/", {"do": "confirm", "reason": "counted"}).status_code == 404
    does(song, tote, "again")
    scan(song, tote, "LP-7", "2")
    does(song, tote, "weigh", box="small", grams="1100")
    lead = User.objects.create_user(email="lead@example.com", password="x" * 14, name="组长")
    Grant.objects.create(user=lead, role="team_lead")
    shop.cast.people["lead"] = lead
    assert "确认重量" in text(sign_in("lead").get(f"{PATH}totes/{tote.id}/"))
    does(sign_in("lead"), tote, "confirm", reason="counted")
    assert Tote.objects.get().state == "packed"


def test_a_stopped_order_is_told_and_put_back(tote: Tote, depot: Depot, sign_in: Signs) -> None:
    song = sign_in("song")
    cancel_order(order_id=tote.order_id, reason="customer", by=SONG, at=depot.now)
    part = scan(song, tote, "LP-7")
    assert 'data-sound="stopped"' in part
    assert "A-01-02" in part, "where it goes back to"
    assert tote.code in text(song.get(f"{PATH}pack/", {"only": "back"}))
    assert 'data-sound="wrong"' in scan(song, tote, "CH-1")
    assert 'data-sound="right"' in scan(song, tote, "LP-7")
    does(song, tote, "back")
    assert Tote.objects.get().state == "out"
    assert "没有要归位的" in text(song.get(f"{PATH}pack/", {"only": "back"}))


def test_where_its_goods_are_stands_on_the_orders_page(tote: Tote, sign_in: Signs) -> None:
    page = text(sign_in("admin").get(f"/desk/orders/{tote.order.number}/"))
    assert tote.code in page
    assert "已拣" in page


def test_others_totes_do_not_exist(tote: Tote, sign_in: Signs) -> None:
    luo = sign_in("luo")
    assert luo.get(f"{PATH}totes/{tote.id}/").status_code == 404
    assert luo.post(f"{PATH}totes/{tote.id}/label/").status_code == 404
    assert luo.post(f"{PATH}totes/{tote.id}/act/", {"do": "weigh"}).status_code == 404
    assert luo.post(f"{PATH}pack/", {"text": tote.code}).status_code == 422
    assert sign_in("wang").get(f"{PATH}pack/").status_code == 403


def test_pages_cost_few_statements(tote: Tote, sign_in: Signs, django_assert_max_num_queries: Any) -> None:
    song = sign_in("song")
    for path in ("pack/", "pack/?only=back", f"totes/{tote.id}/"):
        with django_assert_max_num_queries(12):
            assert song.get(f"{PATH}{path}").status_code == 200, path


def test_a_batch_is_asked_for_scanned_shown_and_where_it_is_stopped_refused(tote: Tote, sign_in: Signs) -> None:
    song = sign_in("song")
    assert "批次" not in scan(song, tote, "4006381333931"), "what does not ask for it shows nothing of it"
    song.post(f"{PATH}bins/", {"place": "east", "sku": "LP-7", "batch": "yes"})
    assert Bin.objects.get(item="LP-7").code == "A-01-02", "it lies where it lay"
    assert "要登记" in text(song.get(f"{PATH}bins/", {"q": "LP-7"}))
    stop_sale(sku="LP-7", batch="BAD", reference="Q1", by=SONG, at=tote.wave.made_at)
    asked = scan(song, tote, EAN["LP-7"])
    assert ("台灯（1 件）是哪个批次" in asked, 'data-sound="step"' in asked) == (True, True)
    refused = scan(song, tote, "bad")
    assert ("批次 BAD 已停发" in refused, 'data-sound="stopped"' in refused, "0/2" in refused) == (True, True, True)
    labelled = scan(song, tote, "]d201069012345678921726113010a1")
    assert ("批次 A1" in labelled, "A1 × 1" in labelled) == (True, True)
    assert 'data-sound="wrong"' in scan(song, tote, "(01)06901234567892(10)?!"), "a batch that cannot be one"
    scan(song, tote, "LP-7")
    assert "请逐件登记批次" in does(song, tote, "weigh", box="small", grams="900")
    assert "A2 × 1" in scan(song, tote, "a2")
    does(song, tote, "weigh", box="small", grams="900")
    does(song, tote, "leave", carrier="sf", tracking_number="SF1234567")
    assert sorted(ParcelBatch.objects.values_list("batch", "quantity")) == [("A1", 1), ("A2", 1)]
    song.post(f"{PATH}bins/", {"place": "east", "sku": "LP-7", "batch": "no"})
    assert "要登记" not in text(song.get(f"{PATH}bins/", {"q": "LP-7"}))
