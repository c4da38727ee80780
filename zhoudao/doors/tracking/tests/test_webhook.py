"""Signed webhooks: kept raw, read behind, each once, in any order; what nobody signed is kept nowhere."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.doors.tracking.tests.conftest import Add, post, read_all
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.signed_hooks import new_secret, sign
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands import reports
from zhoudao.rooms.parcels.commands.reports import forget_reports, raw_of, read_again, unread_since
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.models import Parcel, TrackingEvent, TrackingReport
from zhoudao.rooms.parcels.queries.tracking import unknown_numbers, unreadable
from zhoudao.rooms.parcels.tests.depot import TEN, ready, sent

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = new_secret()
STATES = ("info_received", "in_transit", "in_transit", "out_for_delivery", "delivered")


@pytest.fixture(autouse=True)
def _source(add: Add) -> None:
    add("wms", "webhook", {"signing": SECRET})


def report(*events: tuple[int, str], number: str = "SF1234567890", **more: Any) -> dict[str, Any]:
    said = [
        {"at": (TEN + timedelta(hours=hours)).isoformat(), "state": state, "text": f"第 {hours} 站", "place": "南京市"}
        for hours, state in events
    ]
    return {"carrier": "sf", "tracking_number": number, "events": said, **more}


def send(content: Any, id_: str = "r-1", secret: str = SECRET, at: datetime | None = None) -> int:
    body = json.dumps(content).encode()
    return post("wms", body, sign(id_, at or datetime.now(UTC), body, [secret]))


def test_a_report_moves_its_parcel_and_the_last_parcel_ends_the_order() -> None:
    parcel = sent(ready())
    assert send(report((1, "in_transit"), (9, "out_for_delivery"))) == 202
    assert Parcel.objects.get().state == "pending", "it is read behind"
    assert read_all() == 1
    parcel.refresh_from_db()
    assert (parcel.state, parcel.version, parcel.place) == ("out_for_delivery", 2, "南京市")
    send(report((30, "delivered")), "r-2")
    read_all()
    order = Order.objects.get()
    assert (order.commercial, order.fulfilment) == ("completed", "delivered")
    assert order.delivered_at == TEN + timedelta(hours=30)
    types = list(Event.objects.filter(primary_id=order.id).order_by("seq").values_list("type", flat=True))
    assert types[-4:] == [
        "parcels.ParcelMoved", "parcels.ParcelMoved", "orders.OrderDelivered", "orders.OrderCompleted",
    ]  # fmt: skip


def test_the_same_report_again_is_the_same_and_other_words_under_its_id_are_not_kept() -> None:
    sent(ready())
    assert [send(report((1, "in_transit"))) for _ in range(3)] == [202, 200, 200]
    assert TrackingReport.objects.count() == 1
    send(report((1, "in_transit")), "r-9")
    read_all()
    assert TrackingEvent.objects.count() == 1


def test_what_is_signed_wrongly_or_long_ago_or_by_nobody_is_kept_nowhere() -> None:
    old = datetime.now(UTC) - timedelta(minutes=10)
    for status in (
        send(report((1, "in_transit")), secret=new_secret()),
        send(report(), at=old),
        post("wms", b"{}", {}),
    ):
        assert status == 401
    assert post("nobody", b"{}", {}) == 404
    assert post("wms", b"x" * (1024 * 1024 + 1), {}) == 413
    assert TrackingReport.objects.count() == 0


def test_reports_repeated_and_shuffled_leave_every_parcel_where_the_order_of_things_does() -> None:
    chance = random.Random(53)  # a test's chance
    numbers = [f"SF55500{n:03d}" for n in range(12)]
    ends = {}
    wanted = []
    for n, number in enumerate(numbers):
        from zhoudao.rooms.parcels.commands.labels import Label

        sent(ready(), Label("sf", number))
        steps = chance.randint(1, len(STATES))
        ends[number] = (STATES[steps - 1], steps)
        wanted += [report((step * 7 + n, STATES[step]), number=number) for step in range(steps)]
    posted = [(f"r-{n}-{again}", one) for n, one in enumerate(wanted) for again in range(chance.randint(1, 5))]
    chance.shuffle(posted)
    for id_, one in posted:
        assert send(one, id_) == 202
    assert read_all() == len(posted)
    found = Parcel.objects.values_list("tracking_number", "state", "version")
    assert {number: (state, version) for number, state, version in found} == ends


def test_what_is_said_of_an_unknown_parcel_waits_and_joins_when_it_appears() -> None:
    send(report((-2, "info_received"), (-1, "in_transit")))
    read_all()
    [unknown] = unknown_numbers()
    assert (unknown.tracking_number, unknown.said) == ("SF1234567890", 2)
    parcel = sent(ready())
    assert (Parcel.objects.get(id=parcel.id).state, unknown_numbers()) == ("in_transit", [])


@pytest.mark.parametrize(
    "content",
    [
        {"carrier": "sf"},
        "words",
        report((1, "teleported")),
        report((1, "in_transit"), number="1"),
        report((1, "in_transit"), carrier="§"),
        report((1, "in_transit"), more=1),
    ],
)
def test_what_cannot_be_read_is_kept_for_a_person_who_can_have_it_tried_again(content: Any) -> None:
    assert send(content) == 202
    assert read_all() == 0
    [kept] = unreadable()
    assert kept.detail
    assert json.loads(raw_of(TrackingReport.objects.get())) == content
    read_again(kept.id)
    assert read_all() == 0
    assert len(unreadable()) == 1


def test_one_that_always_fails_holds_nobody_up_and_is_given_up_after_six_tries(monkeypatch: Any) -> None:
    real = note_told

    def breaks(**given: Any) -> Any:
        if given["told"].tracking_number == "SF0000BAD":
            raise RuntimeError
        return real(**given)

    monkeypatch.setattr(reports, "note_told", breaks)
    sent(ready())
    send(report((1, "in_transit"), number="SF0000BAD"), "r-1")
    send(report((1, "in_transit")), "r-2")
    assert read_all() == 1
    for _ in range(5):
        assert read_all() == 0
    assert [one.detail for one in unreadable()] == ["RuntimeError"]
    assert Parcel.objects.get().state == "in_transit"


def test_telephones_are_masked_and_reports_are_dropped_a_month_after() -> None:
    sent(ready())
    content = report((1, "out_for_delivery"))
    content["events"][0]["text"] = "派件员 张师傅 13812345678"
    send(content)
    assert unread_since(datetime.now(UTC) + timedelta(days=9999))
    read_all()
    assert "13812345678" not in TrackingEvent.objects.get().text
    received = TrackingReport.objects.get().received_at
    forget_reports(at=received + timedelta(days=29))
    assert TrackingReport.objects.count() == 1
    forget_reports(at=received + timedelta(days=31))
    assert TrackingReport.objects.count() == 0
