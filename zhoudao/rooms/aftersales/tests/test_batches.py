"""What stands on the label of what came back is kept beside what was packed, and where they differ it is said."""

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import asked, delivered, found, here, told
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import ParcelBatch, ParcelLine
from zhoudao.rooms.stock.refusals import BatchUnsound

pytestmark = pytest.mark.django_db


def packed(order: Order, **batches: int) -> None:
    """Of its two chairs so many were packed as this or that batch."""
    line = ParcelLine.objects.get(parcel__order=order, order_line__sku="CH-1")
    for batch, count in batches.items():
        ParcelBatch.objects.create(line=line, batch=batch, quantity=count)


def back(order: Order, batch: str, count: int = 1) -> ReturnRequest:
    request = asked(order, {0: count})
    here(request, CH_1=count)
    return found(request, Finding("CH-1", count, "faulty", "scrap", batch=batch))


def said() -> list[tuple[str, str]]:
    rows = Event.objects.filter(type="aftersales.BatchFoundOther")
    return [(one.attributes["found"], one.attributes["packed"]) for one in rows]


def test_the_batch_on_the_label_is_kept_as_it_is_compared() -> None:
    request = back(delivered(), "批号：l 7")
    assert list(request.pieces.values_list("batch", flat=True)) == ["L7"]
    assert said() == [], "nobody said anything when it was packed"


def test_another_batch_than_was_packed_is_said_once_for_all_its_pieces() -> None:
    order = delivered()
    packed(order, A=2)
    request = back(order, "b", 2)
    assert said() == [("B", "A")]
    assert told(request).count("BatchFoundOther") == 1
    assert ParcelBatch.objects.get().batch == "A", "what was packed stays as it was said"


def test_what_may_be_the_piece_nobody_knew_is_no_contradiction() -> None:
    first, second = delivered(), delivered(external_number="second")
    packed(first, A=1)
    packed(second, A=1, B=1)
    back(first, "C")
    back(second, "B")
    assert said() == []


def test_what_cannot_be_a_batch_is_refused_and_nothing_is_inspected() -> None:
    order = delivered()
    with pytest.raises(BatchUnsound):
        back(order, "?")
    assert not ReturnRequest.objects.get().pieces.exclude(condition="").exists()
