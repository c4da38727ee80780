"""Parcels for programs: handed over, listed, put right; and what carriers say of them."""

from typing import Any, get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api.shipments import ParcelState
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.stopping import lift_stop, stop_sale
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.models import Parcel, State, TrackingEvent
from zhoudao.rooms.parcels.tests.depot import ready, sent

pytestmark = pytest.mark.django_db
STORE = "nanjing"


def body(of: Order, **differs: Any) -> dict[str, Any]:
    return {"order": of.number, "carrier": "sf", "tracking_number": "sf 100 200 300"} | differs


def said(number: str = "SF100200300", **differs: Any) -> dict[str, Any]:
    mark = {"at": "2026-03-10T03:00:00Z", "state": "in_transit", "place": "武汉", "text": "派件员 13812348000"}
    return {"carrier": "sf", "tracking_number": number, "events": [mark]} | differs


def of_store(shop: Shop, code: str) -> Program:
    return Program(EVERYTHING, store=shop.cast.stores[code])


def test_the_description_names_every_state() -> None:
    assert get_args(ParcelState) == tuple(State.values)


def test_a_parcel_is_handed_over_once_in_parts_and_read_whole(shop: Shop, program: Program) -> None:
    order = ready(at=shop.now)
    first = program.post("/shipments", body(order, lines=[{"position": 1, "quantity": 1}], weight_grams=900))
    assert first.status_code == 201
    assert (first.data["tracking_number"], first.data["order"]) == ("SF100200300", order.number)
    assert [(one["position"], one["quantity"]) for one in first.data["lines"]] == [(1, 1)]
    again = program.post("/shipments", body(order, lines=[{"position": 1, "quantity": 1}]))
    assert again.data["id"] == first.data["id"], "the same number of the same order is the same parcel"
    rest = program.post("/shipments", body(order, carrier="jd", tracking_number="JD5566"))
    assert sum(one["quantity"] for one in rest.data["lines"]) == 2
    assert program.get(f"/shipments/{rest.data['id']}").data == rest.data
    assert Order.objects.get().fulfilment == "shipped"


def test_batches_are_said_read_back_and_a_stopped_one_is_refused(shop: Shop, program: Program) -> None:
    order = ready(at=shop.now)
    line = order.lines.get(position=1)
    batches = [{"batch": "l 7", "quantity": 1}, {"batch": "(10)L7", "quantity": 1}]
    some = [{"position": 1, "quantity": 2, "batches": batches}]
    stop_sale(sku=line.sku, batch="L7", reference="Q1", by=By("user:x"), at=shop.now)
    assert code_of(program.post("/shipments", body(order, lines=some))) == (409, "batch_stopped")
    assert code_of(program.post("/shipments", body(order))) == (409, "batch_unsaid")
    lift_stop(sku=line.sku, batch="L7", reference="Q1", by=By("user:x"), at=shop.now)
    for wrong, expected in (("?", "batch_unsound"), ("L8", "batches_unsound")):
        more = [{"position": 1, "quantity": 2, "batches": [*batches, {"batch": wrong, "quantity": 1}]}]
        assert code_of(program.post("/shipments", body(order, lines=more))) == (422, expected)
    made = program.post("/shipments", body(order, lines=some)).data
    assert made["lines"][0]["batches"] == [{"batch": "L7", "quantity": 2}]
    assert program.get(f"/shipments/{made['id']}").data == made


def test_what_cannot_be_is_said_by_code(shop: Shop, program: Program) -> None:
    order = ready(at=shop.now)
    for differs, expected in (
        ({"tracking_number": "x"}, (422, "tracking_number_unsound")),
        ({"carrier": "?"}, (422, "invalid")),
        ({"lines": [{"position": 9, "quantity": 1}]}, (422, "line_unknown")),
        ({"lines": [{"position": 1, "quantity": 9}]}, (422, "more_than_ordered")),
        ({"lines": [{"position": 1, "quantity": 0}]}, (422, "invalid")),
        ({"order": "O2026-999999"}, (404, "order_not_found")),
        ({"warehouse": "nowhere"}, (404, "warehouse_unknown")),
    ):
        assert code_of(program.post("/shipments", body(order, **differs))) == expected, differs
    assert not Parcel.objects.exists()
    Order.objects.update(commercial="placed")
    assert code_of(program.post("/shipments", body(order))) == (409, "order_not_approved")


def test_a_number_is_put_right_until_it_arrived(shop: Shop, program: Program) -> None:
    order, other = ready(at=shop.now), ready(at=shop.now)
    made = program.post("/shipments", body(order)).data
    taken = program.post("/shipments", body(other, tracking_number="SF7777")).data
    path = f"/shipments/{made['id']}"
    assert program.patch(path, {"carrier": "zto", "tracking_number": "zt 9988"}).data["tracking_number"] == "ZT9988"
    wrong = program.patch(path, {"carrier": "sf", "tracking_number": "SF7777"})
    assert code_of(wrong) == (409, "tracking_number_taken")
    program.post("/tracking-events", said("SF7777", events=[{"at": "2026-03-10T05:00:00Z", "state": "delivered"}]))
    assert code_of(program.patch(f"/shipments/{taken['id']}", {"carrier": "sf", "tracking_number": "SF1111"})) == (
        409,
        "parcel_over",
    )
    nobody = "01980000-0000-7000-8000-000000000000"
    assert code_of(program.patch(f"/shipments/{nobody}", {"carrier": "sf"})) == (404, "parcel_not_found")


def test_the_list_is_narrowed_and_goes_on(shop: Shop, program: Program) -> None:
    orders = [ready(at=shop.now) for _ in range(30)]
    for n, order in enumerate(orders):
        sent(order, Label("sf" if n % 2 else "jd", f"SF{n:06d}"), at=shop.now)
    first = program.get("/shipments").data
    second = program.get("/shipments", cursor=first["next"]).data
    numbers = [one["tracking_number"] for one in first["items"] + second["items"]]
    assert numbers == [f"SF{n:06d}" for n in reversed(range(30))]
    assert second["next"] is None
    Parcel.objects.filter(tracking_number="SF000003").update(late_at=shop.now)
    Parcel.objects.filter(tracking_number="SF000004").update(stuck_at=shop.now, state="exception")
    for asked, expected in (
        ({"trouble": "late"}, ["SF000003"]),
        ({"trouble": "stuck"}, ["SF000004"]),
        ({"trouble": "any"}, ["SF000004", "SF000003"]),
        ({"state": "exception"}, ["SF000004"]),
        ({"order": orders[7].number}, ["SF000007"]),
        ({"tracking_number": "sf 000008"}, ["SF000008"]),
        ({"carrier": "dhl"}, []),
    ):
        assert [one["tracking_number"] for one in program.get("/shipments", **asked).data["items"]] == expected, asked
    assert len(program.get("/shipments", carrier="jd").data["items"]) == 15
    assert code_of(program.get("/shipments", state="lost")) == (422, "invalid")
    assert code_of(program.get("/shipments", cursor="x")) == (422, "cursor_invalid")


def test_carriers_words_come_once_in_any_order_and_are_read(shop: Shop, program: Program) -> None:
    order = ready(at=shop.now)
    waiting = program.post("/tracking-events", said())
    assert (waiting.status_code, waiting.data) == (200, {"shipment_id": None, "state": None})
    parcel = program.post("/shipments", body(order)).data
    assert parcel["state"] == "in_transit", "what was said before joins"
    done = program.post("/tracking-events", said(events=[{"at": "2026-03-10T09:00:00Z", "state": "out_for_delivery"}]))
    for _ in range(2):
        assert program.post("/tracking-events", said()).data == done.data
    assert done.data == {"shipment_id": parcel["id"], "state": "out_for_delivery"}
    told = program.get("/tracking-events", shipment_id=parcel["id"]).data["items"]
    assert [one["state"] for one in told] == ["out_for_delivery", "in_transit"]
    assert "138****8000" in told[1]["text"], "nobody's telephone number is kept"
    assert program.get("/tracking-events", carrier="sf", tracking_number="sf100200300").data["items"] == told
    assert code_of(program.get("/tracking-events", tracking_number="SF1")) == (422, "carrier_missing")
    assert code_of(program.post("/tracking-events", said("x"))) == (422, "tracking_unsound")
    bad = said(events=[{"at": "1999-03-10T03:00:00Z", "state": "delivered"}])
    assert code_of(program.post("/tracking-events", bad)) == (422, "tracking_unsound")
    assert code_of(program.post("/tracking-events", said(events=[{"at": "2026-03-10T03:00:00", "state": "lost"}]))) == (
        422,
        "invalid",
    )


def test_others_parcels_do_not_exist(shop: Shop, program: Program) -> None:
    order = ready(at=shop.now, store=STORE)
    made = program.post("/shipments", body(order)).data
    program.post("/tracking-events", said("SF404040"))
    mine, others = of_store(shop, STORE), of_store(shop, "web")
    assert len(mine.get("/shipments").data["items"]) == 1
    assert others.get("/shipments").data["items"] == []
    assert code_of(others.get(f"/shipments/{made['id']}")) == (404, "parcel_not_found")
    assert code_of(others.post("/shipments", body(order))) == (404, "order_not_found")
    assert code_of(others.post("/tracking-events", said())) == (404, "parcel_not_found")
    assert others.get("/tracking-events", shipment_id=made["id"]).data["items"] == []
    assert mine.post("/tracking-events", said()).data["shipment_id"] == made["id"]
    assert code_of(mine.post("/tracking-events", said("SF505050"))) == (404, "parcel_not_found")
    assert mine.get("/tracking-events", carrier="sf", tracking_number="SF404040").data["items"] == []
    assert len(program.get("/tracking-events", carrier="sf", tracking_number="SF404040").data["items"]) == 1
    assert TrackingEvent.objects.filter(tracking_number="SF505050").count() == 0


def test_lists_cost_few_statements(shop: Shop, program: Program) -> None:
    for n in range(4):
        sent(ready(at=shop.now), Label("sf", f"SF{n:06d}"), at=shop.now)
    for path in ("/shipments", "/tracking-events"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert program.get(path).status_code == 200
        assert len(asked) <= 5, path
